"""The demands of a scenario, one by one: what could be given up or changed so that a plan becomes possible.

A demand is a limit or a lock of :class:`models.instance.Rules`: capital budget, yearly subsidy, number of sites, number
of outlets, one coverage floor, one lock. Standards and physics (area, site rules, hosts, spacing, separation,
viability, walking) are no demands: nobody may relax them.

    shortfall of a plan against a demand      max(0, spent - limit), max(0, asked - reached), 1 for a broken lock
    relative change                           shortfall / max(1, asked); a lock is kept or given up, so 0 or 1
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from models.instance import Rules, SitingInstance
from models.solution import Decision
from models.verify import budget_spent_cny, newly_covered_residents, subsidy_spent_cny_year


class DemandKind(StrEnum):
    """What a demand is about."""

    BUDGET = "budget"
    SUBSIDY = "subsidy"
    MAX_SITES = "max_sites"
    MAX_OUTLETS = "max_outlets"
    FLOOR = "coverage_floor"
    LOCK_IN = "lock_in"
    LOCK_OUT = "lock_out"


LOCKS = (DemandKind.LOCK_IN, DemandKind.LOCK_OUT)


@dataclass(frozen=True)
class Demand:
    """One demand. ``asked`` is in 元, 元 a year, sites, outlets or residents in reach; 1 for a lock.

    ``site`` and ``type_`` are rows of the instance, -1 where the demand names none.
    """

    kind: DemandKind
    asked: float = 1.0
    site: int = -1
    type_: int = -1

    @property
    def scale(self) -> float:
        """What a change is divided by."""
        return max(1.0, self.asked)


def demands_of(instance: SitingInstance, rules: Rules) -> tuple[Demand, ...]:
    """Every demand of ``rules``; coverage floors that the existing outlets meet are left out."""
    limits = (
        (DemandKind.BUDGET, rules.budget_cny),
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
    for kind, sites, pairs in (
        (DemandKind.LOCK_IN, rules.lock_in_sites, rules.lock_in_pairs),
        (DemandKind.LOCK_OUT, rules.lock_out_sites, rules.lock_out_pairs),
    ):
        found += [Demand(kind, site=int(j)) for j in dict.fromkeys(sites.tolist())]
        found += [Demand(kind, site=j, type_=k) for j, k in dict.fromkeys(map(tuple, pairs.tolist()))]
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


def shortfalls(instance: SitingInstance, decision: Decision, demands: Iterable[Demand]) -> dict[Demand, float]:
    """By how much a plan misses each demand, in the demand's unit; demands that it meets are left out."""
    missed = {demand: _missed(instance, decision, demand) for demand in demands}
    return {demand: by for demand, by in missed.items() if by > 1e-6 * demand.scale}


def attained(instance: SitingInstance, decision: Decision, demand: Demand) -> float:
    """What a plan spends, uses or reaches, in the unit of the demand; 1 or 0 for a lock that is kept or broken."""
    if demand.kind is DemandKind.BUDGET:
        return budget_spent_cny(instance, decision)
    if demand.kind is DemandKind.SUBSIDY:
        return subsidy_spent_cny_year(instance, decision)
    if demand.kind is DemandKind.MAX_SITES:
        return float(decision.sites_used.sum())
    if demand.kind is DemandKind.MAX_OUTLETS:
        return float(decision.open.sum())
    if demand.kind is DemandKind.FLOOR:
        here = np.arange(instance.n_type) == demand.type_
        had = float(instance.segment_residents[instance.covered[:, demand.type_], demand.type_].sum())
        return had + float(newly_covered_residents(instance, decision, here)[demand.type_])
    there = decision.sites_used[demand.site] if demand.type_ < 0 else decision.open[demand.site, demand.type_]
    return float(there == (demand.kind is DemandKind.LOCK_IN))


def _missed(instance: SitingInstance, decision: Decision, demand: Demand) -> float:
    has = attained(instance, decision, demand)
    falls_short = demand.kind is DemandKind.FLOOR or demand.kind in LOCKS
    return max(0.0, demand.asked - has if falls_short else has - demand.asked)


def _given_up(demand: Demand, asked: Mapping[Demand, float]) -> bool:
    return demand.kind in LOCKS and demand in asked


def _sites(kept: tuple[Demand, ...], kind: DemandKind) -> np.ndarray:
    return np.array([d.site for d in kept if d.kind is kind and d.type_ < 0], dtype=np.int64)


def _pairs(kept: tuple[Demand, ...], kind: DemandKind) -> np.ndarray:
    rows = [(d.site, d.type_) for d in kept if d.kind is kind and d.type_ >= 0]
    return np.array(rows, dtype=np.int64).reshape(-1, 2)
