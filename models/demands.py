"""The demands of a scenario, one by one: what could be given up or changed so that a plan becomes possible.

A demand is a limit or a lock of :class:`models.instance.Rules`: capital budget, budgets of the phases (one demand: the
same amount is added to each), yearly subsidy, number of sites, number of outlets, one coverage floor, one lock.
Standards and physics (area, site rules, hosts, spacing, separation, viability, walking, when a room is free) are no
demands: nobody may relax them.

    shortfall of a plan against a demand      max(0, spent - limit), max(0, asked - reached), 1 for a broken lock
    relative change                           shortfall / max(1, asked); a lock is kept or given up, so 0 or 1
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from models.instance import FloatArray, Phases, Rules, SitingInstance
from models.solution import Decision
from models.verify import budget_spent_cny, newly_covered_residents, subsidy_spent_cny_year
from models.verify_phases import stands_by


class DemandKind(StrEnum):
    """What a demand is about."""

    BUDGET = "budget"
    PHASES = "phase_budgets"
    SUBSIDY = "subsidy"
    MAX_SITES = "max_sites"
    MAX_OUTLETS = "max_outlets"
    FLOOR = "coverage_floor"
    LOCK_IN = "lock_in"
    LOCK_OUT = "lock_out"


LOCKS = (DemandKind.LOCK_IN, DemandKind.LOCK_OUT)
MONEY = (DemandKind.BUDGET, DemandKind.PHASES, DemandKind.SUBSIDY)


@dataclass(frozen=True)
class Demand:
    """One demand. ``asked`` is in 元 (of all phases together), 元 a year, sites, outlets or residents in reach; 1 for a
    lock. ``site`` and ``type_`` are rows of the instance, -1 where the demand names none; ``phase`` is that of a lock
    to a phase.
    """

    kind: DemandKind
    asked: float = 1.0
    site: int = -1
    type_: int = -1
    phase: int = -1

    @property
    def scale(self) -> float:
        """What a change is divided by."""
        return max(1.0, self.asked)


def demands_of(instance: SitingInstance, rules: Rules) -> tuple[Demand, ...]:
    """Every demand of ``rules``; coverage floors that the existing outlets meet are left out.

    A pair that is locked to a phase is one demand, also where it is among the locked pairs.
    """
    limits = (
        (DemandKind.BUDGET, rules.budget_cny),
        (DemandKind.PHASES, None if rules.phases is None else rules.phases.budget_cny.sum()),
        (DemandKind.SUBSIDY, rules.subsidy_cny_year),
        (DemandKind.MAX_SITES, rules.max_sites),
        (DemandKind.MAX_OUTLETS, rules.max_outlets),
    )
    found = [Demand(kind, float(limit)) for kind, limit in limits if limit is not None]
    for k, share in rules.coverage_floor:
        residents = instance.segment_residents[:, k]
        asked = share * float(residents.sum())
        if asked - float(residents[instance.covered[:, k]].sum()) > 1e-9 * max(1.0, float(residents.sum())):
            found.append(Demand(DemandKind.FLOOR, asked, type_=int(k)))
    dated = () if rules.phases is None else tuple(dict.fromkeys(map(tuple, rules.lock_in_phases.tolist())))
    for kind, sites, pairs in (
        (DemandKind.LOCK_IN, rules.lock_in_sites, rules.lock_in_pairs),
        (DemandKind.LOCK_OUT, rules.lock_out_sites, rules.lock_out_pairs),
    ):
        found += [Demand(kind, site=int(j)) for j in dict.fromkeys(sites.tolist())]
        implied = {(j, k) for j, k, _ in dated} if kind is DemandKind.LOCK_IN else set()
        plain = dict.fromkeys(pair for pair in map(tuple, pairs.tolist()) if pair not in implied)
        found += [Demand(kind, site=j, type_=k) for j, k in plain]
    found += [Demand(DemandKind.LOCK_IN, site=j, type_=k, phase=t) for j, k, t in dated]
    return tuple(found)


def only(rules: Rules, kept: Iterable[Demand]) -> Rules:
    """``rules`` with the demands ``kept`` alone; the coverage floors of all others ask for nothing (share 0)."""
    kept = tuple(kept)
    by_kind = {demand.kind: demand.asked for demand in kept}
    floors = {demand.type_ for demand in kept if demand.kind is DemandKind.FLOOR}

    def count(kind: DemandKind) -> int | None:
        return None if kind not in by_kind else int(by_kind[kind])

    return replace(
        rules,
        budget_cny=by_kind.get(DemandKind.BUDGET),
        subsidy_cny_year=by_kind.get(DemandKind.SUBSIDY),
        max_sites=count(DemandKind.MAX_SITES),
        max_outlets=count(DemandKind.MAX_OUTLETS),
        coverage_floor=tuple((k, share if k in floors else 0.0) for k, share in rules.coverage_floor),
        lock_in_sites=_sites(kept, DemandKind.LOCK_IN),
        lock_in_pairs=_pairs(kept, DemandKind.LOCK_IN),
        lock_out_sites=_sites(kept, DemandKind.LOCK_OUT),
        lock_out_pairs=_pairs(kept, DemandKind.LOCK_OUT),
        phases=_stretched(rules.phases, by_kind.get(DemandKind.PHASES)),
        lock_in_phases=np.array([(d.site, d.type_, d.phase) for d in kept if d.phase >= 0]).reshape(-1, 3).astype(int),
    )


def changed(instance: SitingInstance, rules: Rules, asked: Mapping[Demand, float]) -> Rules:
    """``rules`` with each demand of ``asked`` at its new figure; a lock that is named there is given up.

    A floor's figure is in residents; the share is taken of all residents of the type's segment.
    """
    kept = [replace(d, asked=asked.get(d, d.asked)) for d in demands_of(instance, rules) if not _given_up(d, asked)]
    shares = dict(rules.coverage_floor)
    for demand, residents in asked.items():
        if demand.kind is DemandKind.FLOOR:
            total = float(instance.segment_residents[:, demand.type_].sum())
            shares[demand.type_] = residents / total if total else 0.0
    floors = tuple((k, shares[k]) for k, _ in rules.coverage_floor)
    return replace(only(rules, kept), coverage_floor=floors)


def shortfalls(
    instance: SitingInstance, rules: Rules, decision: Decision, demands: Iterable[Demand]
) -> dict[Demand, float]:
    """By how much a plan misses each demand, in the demand's unit; demands that it meets are left out."""
    missed = {demand: _missed(instance, rules, decision, demand) for demand in demands}
    return {demand: by for demand, by in missed.items() if by > 1e-6 * demand.scale}


def attained(instance: SitingInstance, rules: Rules, decision: Decision, demand: Demand) -> float:
    """What a plan spends, uses or reaches, in the unit of the demand; 1 or 0 for a lock that is kept or broken."""
    if demand.kind is DemandKind.FLOOR:
        return _in_reach(instance, decision, demand.type_)
    if demand.kind in LOCKS:
        return float(_is_there(decision, demand) == (demand.kind is DemandKind.LOCK_IN))
    if demand.kind is DemandKind.PHASES:
        assert rules.phases is not None
        return demand.asked + rules.phases.n * _extra(instance, decision, rules.phases)
    return _FIGURES[demand.kind](instance, decision)


_FIGURES: dict[DemandKind, Callable[[SitingInstance, Decision], float]] = {
    DemandKind.BUDGET: budget_spent_cny,
    DemandKind.SUBSIDY: subsidy_spent_cny_year,
    DemandKind.MAX_SITES: lambda instance, decision: float(decision.sites_used.sum()),
    DemandKind.MAX_OUTLETS: lambda instance, decision: float(decision.open.sum()),
}


def _in_reach(instance: SitingInstance, decision: Decision, k: int) -> float:
    here = np.arange(instance.n_type) == k
    had = float(instance.segment_residents[instance.covered[:, k], k].sum())
    return had + float(newly_covered_residents(instance, decision, here)[k])


def _is_there(decision: Decision, demand: Demand) -> bool:
    """The site is used, the pair is opened, or opened in the very phase."""
    j, k = demand.site, demand.type_
    if demand.phase >= 0:
        return decision.open_phase is not None and bool(decision.open_phase[j, k] == demand.phase)
    return bool(decision.sites_used[j] if k < 0 else decision.open[j, k])


def _missed(instance: SitingInstance, rules: Rules, decision: Decision, demand: Demand) -> float:
    has = attained(instance, rules, decision, demand)
    falls_short = demand.kind is DemandKind.FLOOR or demand.kind in LOCKS
    return max(0.0, demand.asked - has if falls_short else has - demand.asked)


def per_phase(phases: Phases) -> FloatArray:
    """[t]: by how much the limit of each phase rises where every phase gets one unit more."""
    return np.arange(1.0, phases.n + 1.0) if phases.carry_over else np.ones(phases.n)


def _extra(instance: SitingInstance, decision: Decision, phases: Phases) -> float:
    """What every phase must get besides its budget for the plan, the same amount each."""
    spent = np.array([budget_spent_cny(instance, stands_by(decision, t)) for t in range(phases.n)])
    limit = np.cumsum(phases.budget_cny) if phases.carry_over else phases.budget_cny
    spent = spent if phases.carry_over else np.diff(spent, prepend=0.0)
    return max(0.0, float(((spent - limit) / per_phase(phases)).max()))


def _stretched(phases: Phases | None, total_cny: float | None) -> Phases | None:
    """The phases with budgets of that total, each changed by the same amount; without a total, no budget binds."""
    if phases is None:
        return None
    if total_cny is None:
        return replace(phases, budget_cny=np.full(phases.n, np.inf))
    return replace(phases, budget_cny=phases.budget_cny + (total_cny - float(phases.budget_cny.sum())) / phases.n)


def _given_up(demand: Demand, asked: Mapping[Demand, float]) -> bool:
    return demand.kind in LOCKS and demand in asked


def _sites(kept: tuple[Demand, ...], kind: DemandKind) -> np.ndarray:
    return np.array([d.site for d in kept if d.kind is kind and d.type_ < 0], dtype=np.int64)


def _pairs(kept: tuple[Demand, ...], kind: DemandKind) -> np.ndarray:
    rows = [(d.site, d.type_) for d in kept if d.kind is kind and d.type_ >= 0 and d.phase < 0]
    return np.array(rows, dtype=np.int64).reshape(-1, 2)
