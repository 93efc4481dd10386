"""From what is known of the points to a :class:`~siting.studies.sweep.points.Sweep`: figures, places, words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from models.solution import Termination
from siting.allocation import allocations
from siting.bundle import Pick
from siting.explain import newly_served, picks, totals
from siting.failures import ExitCode
from siting.outputs.plain import level_plain, plain
from siting.outputs.words import status_zh
from siting.prepare import CircleInputs
from siting.studies.measures import measures_of
from siting.studies.settings_words import key_zh, setting_zh
from siting.studies.sweep.grid import Axis, Grid
from siting.studies.sweep.order import is_monotone, value_numbers
from siting.studies.sweep.points import ChosenPlace, PointResult, Sweep, SweptKey
from siting.studies.sweep.solve import Known

_NO_PLAN = {
    Termination.INFEASIBLE: ("infeasible", "无可行方案（已证明）", ExitCode.INFEASIBLE),
    Termination.NO_SOLUTION: ("limit", "到时限，没有方案", ExitCode.LIMIT),
    Termination.INTERRUPTED: ("limit", "被中断，没有方案", ExitCode.LIMIT),
}


def sweep_of(inputs: CircleInputs, grid: Grid, known: Sequence[Known], seed: int, workspace: str) -> Sweep:
    """The sweep, points numbered from 1. ``workspace`` is the path of the inputs as seen from the result."""
    circle = inputs.workspace.circle
    axes = tuple(_axis(axis, n, grid, known) for n, axis in enumerate(grid.axes))
    solver = known[0].options
    notes = (*(str(w) for w in inputs.workspace.warnings), *known[0].ready.gaps.contradictions)
    return Sweep(
        circle_id=circle.id,
        circle_name=circle.name,
        scenario=known[0].ready.scenario.name,
        fixed=grid.fixed,
        axes=axes,
        points=tuple(_point(point, n, grid, axes) for n, point in enumerate(known)),
        simulated=circle.simulated,
        simulated_note=circle.simulated_note,
        seed=seed,
        solver=solver.solver,
        mip_gap=solver.mip_gap,
        workspace=workspace,
        inputs=tuple({"path": f.path, "sha256": f.sha256} for f in inputs.workspace.inputs),
        notes=notes,
        scenario_values=plain(known[0].ready.scenario.as_dict()),
    )


def _axis(axis: Axis, place: int, grid: Grid, known: Sequence[Known]) -> SweptKey:
    values: dict[int, Any] = {}
    for number, point in enumerate(known):
        step = value_numbers(grid, number)[place]
        values.setdefault(step, _resolved(point.ready.scenario.as_dict(), axis.key, axis.values[step]))
    ordered = tuple(plain(values[step]) for step in range(len(axis.values)))
    return SweptKey(axis.key, key_zh(axis.key), ordered, tuple(setting_zh(v) for v in ordered), is_monotone(axis))


def _resolved(values: Mapping[str, Any], key: str, given: Any) -> Any:
    """The value of a dotted key as it resolved (``none`` is None there); as given where types changed their names."""
    found: Any = values
    for part in key.replace('"', "").split("."):
        if not isinstance(found, Mapping) or part not in found:
            return given
        found = found[part]
    return found


def _point(point: Known, number: int, grid: Grid, axes: Sequence[SweptKey]) -> PointResult:
    steps = value_numbers(grid, number)
    values = tuple(axis.values_zh[step] for axis, step in zip(axes, steps, strict=True))
    reference = None if point.reference is None else point.reference + 1
    solution = point.solution
    if solution is None:
        words = ("solver_failed", "求解器缺失或失败", ExitCode.SOLVER)
        return PointResult(number + 1, steps, values, words[0], words[1], int(words[2]), reasons_zh=point.reasons_zh)
    seconds = round(solution.seconds, 3) if point.origin == "solved" else 0.0
    levels = tuple(level_plain(level) for level in solution.levels)
    if solution.decision is None:
        status, text, code = _NO_PLAN[solution.termination]
        return PointResult(
            number + 1, steps, values, status, text, int(code), point.origin, reference, levels,
            reasons_zh=point.reasons_zh, seconds=seconds,
        )  # fmt: skip
    shared = allocations(point.built, point.ready.walks, solution.decision)
    served = newly_served(point.built, point.ready.workspace, point.ready.walks, solution.decision, shared)
    sums = totals(point.built, point.ready.gaps, solution.decision, served)
    proven = solution.termination is Termination.OPTIMAL
    return PointResult(
        number=number + 1,
        steps=steps,
        values_zh=values,
        status=str(solution.termination),
        status_zh=status_zh(str(solution.termination), tuple(level.mip_gap for level in solution.levels)),
        exit_code=int(ExitCode.DONE if proven else ExitCode.LIMIT),
        origin=point.origin,
        reference=reference,
        levels=levels,
        measures=measures_of(sums, served, point.ready.gaps.rows),
        missing_types_total=sums.missing_types_total,
        places=_places(point, picks(point.built, point.ready.workspace, solution.decision, (), shared)),
        seconds=seconds,
    )


def _places(point: Known, lines: Sequence[Pick]) -> tuple[ChosenPlace, ...]:
    """The places of a plan, sites first, by id."""
    workspace, types = point.ready.workspace, point.ready.catalogue.types
    names = {
        str(i): str(name)
        for table in (workspace.outlets, workspace.sites)
        for i, name in zip(table["id"], table["name"], strict=True)
    }
    groups: dict[tuple[bool, str], list[Pick]] = defaultdict(list)
    for pick in lines:
        groups[(bool(pick.host) and pick.host not in types, pick.site_id)].append(pick)
    return tuple(
        ChosenPlace(
            place_id=place,
            name=names.get(place, ""),
            is_outlet=is_outlet,
            type_ids=tuple(p.type_id for p in sorted(group, key=lambda p: p.type_id)),
            types_zh=tuple(types[p.type_id].name_zh for p in sorted(group, key=lambda p: p.type_id)),
            cost_cny=sum(p.cost_cny for p in group),
        )
        for (is_outlet, place), group in sorted(groups.items())
    )
