"""One run of several circles: read, join, measure, share out for comparison, solve as one model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from shapely.geometry.base import BaseGeometry

from models.instance import Purse as ModelPurse
from models.instance import SitingInstance
from models.solution import Solution, SolveOptions, Termination
from scenarios.circles import PilotCircle
from scenarios.faults import Fault, FaultError, FaultLog
from scenarios.resolve import ResolvedScenario, resolve
from siting.bundle import Pick, ResultBundle
from siting.city.floors import city_gaps, zones_of
from siting.city.join import City, join
from siting.city.purse import BY_SIZE, Purse, check_same, city_layer, purse_of, renamed_lock, share_layer
from siting.city.report import with_city
from siting.city.split import OwnPlan, own_plan, together
from siting.city.walking import CityWalks, city_walks, network_part
from siting.diagnose import Asked, AskedCity, Names, explain_infeasible, nearest_file
from siting.failures import InfeasibleRun, LimitRun
from siting.formulation import Built, build
from siting.gap_report import GapReport
from siting.gaps import gap_report
from siting.on_map import walk_areas
from siting.outputs.folders import nearest_path
from siting.pipeline import Stages, Watcher, solved
from siting.prepare import CIRCLE_FILE, CircleInputs, Prepared, RunRequest, chosen_types, known_m, read_inputs

_QUICKEST_S = 2.0


@dataclass(frozen=True)
class CityRequest:
    """The circles of one model; ``every`` where they are all pilots. ``run`` holds what else was asked; its source does
    not count, and neither ranking, alternatives nor an annual plan are made for a city.
    """

    sources: tuple[Path | PilotCircle, ...]
    every: bool
    run: RunRequest


@dataclass(frozen=True)
class _Ready:
    """Everything read: circles and their inputs, the city, its money and locks, and what the model needs."""

    inputs: tuple[CircleInputs, ...]
    gaps: tuple[GapReport, ...]
    city: City
    purse: Purse
    locks: tuple[tuple[str, ...], tuple[str, ...]]
    walks: CityWalks
    prepared: Prepared


@dataclass(frozen=True)
class CityInputs:
    """The circles as they were read, and as each would be measured and asked alone."""

    inputs: tuple[CircleInputs, ...]
    alone: tuple[Prepared, ...]


def run_city(request: CityRequest, progress: Watcher | None = None, read: CityInputs | None = None) -> ResultBundle:
    """Run several circles as one model. ``read``: what :func:`read_city` gave for ``request``, where that was asked.

    Raises:
        FaultError: the faults of all circles, each named by its circle; circles that cannot be one model.
        InfeasibleRun, LimitRun, SolverRun: as :func:`siting.pipeline.run_circle`.
    """
    stages = Stages(progress)
    run = replace(request.run, ranking=False, alternatives=0, committed=None)
    with stages.stage("prepare", "读取与测距"):
        ready = _ready(request, read or read_city(request))
    with stages.stage("build", "建模"):
        built = _built(ready, run.seed)
    settings = ready.prepared.scenario.scenario.solver
    limit = max(_QUICKEST_S, settings.time_limit_s / len(ready.inputs))
    options = SolveOptions(settings.name, min(limit, settings.time_limit_s), settings.mip_gap, run.seed)
    residents = np.array([float(ws.demand["residents"].sum()) for ws in ready.city.circles])
    even = np.full(len(residents), 1.0 / len(residents))
    shares = residents / residents.sum() if residents.sum() > 0 else even
    with stages.stage("split", "各圈单独求解"):
        tick = stages.tick("各圈单独求解")
        own = []
        for c, share in enumerate(shares):
            tick(c, len(shares))
            own.append(_own(ready, c, float(share), built.instance, options))
        plans = [plan.decision for plan in own if plan.decision is not None]
        split = together(built.instance, built.rules, plans)

    def areas(_: Built, picked: tuple[Pick, ...]) -> dict[tuple[str, str], BaseGeometry]:
        return _areas(ready, built, picked)

    bundle = solved(run, ready.prepared, built, stages, partial(_no_plan, request, ready), start=split[0], areas=areas)
    return with_city(bundle, ready.city, built, ready.gaps, ready.purse, shares.tolist(), own, split, ready.walks)


def _ready(request: CityRequest, read: CityInputs) -> _Ready:
    inputs, alone = read.inputs, read.alone
    scenarios = [ready.scenario.scenario for ready in alone]
    log = FaultLog()
    check_same([(i.workspace.circle.id, s) for i, s in zip(inputs, scenarios, strict=True)], log)
    log.raise_if_errors()
    city = join([one.workspace for one in inputs], request.every)
    purse = purse_of(scenarios)
    locks = _locks(inputs, city)
    first = inputs[0]
    resolved = resolve([BY_SIZE, *first.layers, city_layer(purse, locks)], first.scenario_name, first.names)
    catalogue = chosen_types(first.names, resolved)
    walking = resolved.scenario.walking
    walks = city_walks(city, known_m(catalogue, resolved), walking.max_access_m)
    whole = gap_report(city.workspace, catalogue, walks.walks, resolved.scenario)
    gaps = tuple(ready.gaps for ready in alone)
    _check_districts(city, resolved)
    prepared = Prepared(city.workspace, catalogue, resolved, walks.walks, city_gaps(whole, gaps))
    return _Ready(inputs, gaps, city, purse, locks, walks, prepared)


def read_city(request: CityRequest) -> CityInputs:
    """All circles of ``request``.

    Raises:
        FaultError: their faults together, each with its circle in front of the file.
    """
    inputs, alone, faults = [], [], []
    for source in request.sources:
        try:
            one = read_inputs(replace(request.run, source=source, committed=None))
            alone.append(one.prepared())
            inputs.append(one)
        except FaultError as error:
            name = source.id if isinstance(source, PilotCircle) else source.name
            faults += [replace(fault, file=f"{name}/{fault.file}") for fault in error.faults]
    if faults:
        raise FaultError(faults)
    return CityInputs(tuple(inputs), tuple(alone))


def _locks(inputs: Sequence[CircleInputs], city: City) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(in, out): what the scenario locks, by the city's ids, and what circles lock in their own circle.toml."""
    first = inputs[0]
    shared = resolve([v for v in first.layers if v.file != CIRCLE_FILE], first.scenario_name, first.names)
    found: tuple[list[str], list[str]] = (list(shared.scenario.lock.in_), list(shared.scenario.lock.out))
    for one in inputs:
        circle = one.workspace.circle
        if "lock" not in circle.scenario:
            continue
        own = resolve(one.layers, one.scenario_name, one.names).scenario.lock
        given = circle.scenario["lock"]
        for texts, key, into in ((own.in_, "in", found[0]), (own.out, "out", found[1])):
            if key in given:
                into += [renamed_lock(text, partial(_new_id, city, circle.id)) or text for text in texts]
    return tuple(dict.fromkeys(found[0])), tuple(dict.fromkeys(found[1]))


def _new_id(city: City, circle: str, old: str) -> str | None:
    c = next(n for n, ws in enumerate(city.circles) if ws.circle.id == circle)
    known = old in set(city.circles[c].sites["id"].astype(str))
    return city.renamed.get((circle, old), old) if known else None


def _old_id(city: City, c: int, new: str) -> str | None:
    ids = city.workspace.sites["id"].astype(str).iloc[city.sites.rows[c]].tolist()
    return str(city.circles[c].sites["id"].iloc[ids.index(new)]) if new in ids else None


def _check_districts(city: City, resolved: ResolvedScenario) -> None:
    log = FaultLog()
    known = sorted({ws.circle.district for ws in city.circles if ws.circle.district})
    shares = resolved.scenario.city.district_share
    for district, share in shares.items():
        key = f"city.district_share.{district}"
        if district not in known:
            rule = f"这些圈里没有这个区；有的是 {'、'.join(known) or '（都没有写区名）'}"
            log.add(Fault("unknown-district", resolved.name, rule, "照 circle.toml 的 district 写区名", column=key))
        if share.most < 1 and resolved.scenario.budget.capital_cny is None:
            rule = "资金不限，最高份额 most 无从计算"
            log.add(Fault("no-capital", resolved.name, rule, "写明 city.capital_cny，或删去 most", column=key))
    if sum(share.least for share in shares.values()) > 1 + 1e-9:
        rule = "各区最低份额 least 之和超过 1"
        log.add(Fault("shares-too-large", resolved.name, rule, "请调低", column="city.district_share"))
    log.raise_if_errors()


def _built(ready: _Ready, seed: int) -> Built:
    """The city's model: what is missing by circle, shares by district."""
    p = ready.prepared
    built = build(p.workspace, p.catalogue, p.scenario, p.walks, p.gaps, seed)
    zones = zones_of(ready.city, ready.gaps, built.instance)
    instance = replace(built.instance, zones=zones, missing_outlets=zones.missing.sum(axis=0))
    district = np.array([ws.circle.district for ws in ready.city.circles])
    outlets = ready.city.outlets.first[built.hosting.outlets]
    of_place = district[np.concatenate([ready.city.sites.first, outlets]).astype(np.int64)]
    capital = p.scenario.scenario.budget.capital_cny
    purses = tuple(
        ModelPurse(name, of_place == name, share.least, None if capital is None else share.most * capital)
        for name, share in sorted(p.scenario.scenario.city.district_share.items())
    )
    return replace(built, instance=instance, rules=replace(built.rules, purses=purses))


def _own(ready: _Ready, c: int, share: float, instance: SitingInstance, options: SolveOptions) -> OwnPlan:
    """Circle ``c`` alone, with its share and those of the city's locks that are its own."""
    local = [
        [text for text in (renamed_lock(t, partial(_old_id, ready.city, c)) for t in texts) if text]
        for texts in ready.locks
    ]
    scenario = ready.prepared.scenario.scenario
    layer = share_layer(ready.purse, scenario, share, (local[0], local[1]))
    return own_plan(ready.city, c, ready.inputs[c].prepared(layer), instance, options)


def _no_plan(
    request: CityRequest,
    read: _Ready,
    run: RunRequest,
    ready: Prepared,
    built: Built,
    solution: Solution,
    options: SolveOptions,
) -> InfeasibleRun | LimitRun:
    if solution.termination is Termination.INFEASIBLE:
        found = explain_infeasible(built, options, Names.of(ready.workspace))
        targets = tuple(source.id if isinstance(source, PilotCircle) else str(source) for source in request.sources)
        own = tuple(ws.circle.scenario for ws in read.city.circles)
        city = AskedCity(("--all",) if request.every else targets, own)
        asked = Asked("", run.scenario_text, run.sets, seed=run.seed, city=city)
        path = nearest_path(run.out, ready.scenario.name, ready.workspace.circle.id)
        nearest = nearest_file(found, ready.scenario, ready.workspace, ready.catalogue, asked, path)
        message = "已证明：没有方案能同时满足情景的全部要求"
        return InfeasibleRun(message, found.reasons_zh, found.plain(), nearest)
    return LimitRun(f"到时限 {options.time_limit_s:g} 秒仍未找到可行方案", ("可加大 --time-limit，或放宽情景",))


def _areas(ready: _Ready, built: Built, picked: tuple[Pick, ...]) -> dict[tuple[str, str], BaseGeometry]:
    """Where one walks from each pick, network by network."""
    made: dict[tuple[str, str], BaseGeometry] = {}
    networks, walking = ready.walks.networks, ready.prepared.scenario.scenario.walking
    for number in range(max(networks) + 1):
        part, _, _ = network_part(ready.city, [c for c in range(len(networks)) if networks[c] == number])
        here = {*part.sites["id"].astype(str), *part.outlets["id"].astype(str)}
        mine = tuple(pick for pick in picked if pick.site_id in here)
        found: Mapping[tuple[str, str], BaseGeometry] = walk_areas(part, built, mine, walking)
        made |= {key: area for key, area in found.items() if key not in made}
    return made
