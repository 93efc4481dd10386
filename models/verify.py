"""The independent check of a plan: sums over the instance's own arrays, sharing no code with the model's blocks.

``breaches`` says in English which rule a plan breaks, where and by how much; ``level_value`` recomputes an objective
level exactly. Both read only ``SitingInstance``, ``Rules`` and ``Decision``: a mistake in a formulation, a presolve
step or a solver cannot hide here.

Symbols: x[j,k] = ``decision.open``, h[p,k] = ``decision.addon``, u[j] = site j opens anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from models.errors import ModelError
from models.instance import BoolArray, FloatArray, Rules, SitingInstance, Tier
from models.solution import Decision
from models.verify_phases import money_breaches, schedule_breaches, stands_by, worth_over_phases
from models.verify_reach import own_catchments, pairs_in_reach
from models.verify_shares import lacking_residents, most_served

AREA_TOLERANCE_M2 = 1e-6
MONEY_TOLERANCE_CNY = 0.01
RELATIVE_TOLERANCE = 1e-6
_WALKING_LEVELS = frozenset({"walking", "farthest_walk"})
_TIMED = frozenset({"missing_types", "basic_coverage", "public_coverage", "quality_coverage"})


def breaches(instance: SitingInstance, rules: Rules, decision: Decision) -> tuple[str, ...]:
    """Every rule that ``decision`` breaks, as sentences; empty where the plan is lawful.

    Raises:
        ModelError: the decision's arrays do not have the instance's shapes.

    """
    _require_shapes(instance, decision)
    return tuple(_sentences(instance, rules, decision))


def _sentences(instance: SitingInstance, rules: Rules, decision: Decision) -> Iterator[str]:
    checks: tuple[Callable[[SitingInstance, Rules, Decision], Iterator[str]], ...] = (
        _eligibility,
        _hosts,
        _areas,
        _money,
        _purses,
        _viability,
        _conflicts,
        _counts,
        _locks,
        _floors,
        _served,
        _phases,
    )
    return (sentence for check in checks for sentence in check(instance, rules, decision))


def level_value(instance: SitingInstance, rules: Rules, decision: Decision, level: str) -> float:
    """Value of one objective level, in its own unit (outlets, residents, types, 元, resident-metres, metres, sites).

    In a plan by years, outlets filled and residents covered count what the phase in which they first are is worth.
    ``inf`` where a walking level meets residents whom no place serves.

    Raises:
        ModelError: unknown level, a walking level without walking metres, or arrays of the wrong shape.

    """
    _require_shapes(instance, decision)
    own = rules.sum_of(level)
    if own is not None:
        outlets, addons = decision.open.sum(axis=0), decision.addon.sum(axis=0)
        return float(outlets @ own.outlet + _used(decision) @ own.room + addons @ own.addon)
    if level not in _LEVELS:
        raise ModelError(f"unknown objective level {level!r}; known are {', '.join(_LEVELS)}")
    if rules.phases is not None and level in _TIMED:
        return worth_over_phases(rules.phases, decision, lambda plan: _LEVELS[level](instance, rules, plan))
    return float(_LEVELS[level](instance, rules, decision))


def chosen(instance: SitingInstance, decision: Decision) -> BoolArray:
    """[p,k]: place p gives service k, as a new outlet or as an add-on."""
    places = np.array(decision.addon, dtype=bool)
    places[: instance.n_site] |= decision.open
    return places


def coverage(instance: SitingInstance, decision: Decision) -> BoolArray:
    """[i,k]: i is newly in reach of k, that is by a chosen place and by no existing outlet."""
    places = chosen(instance, decision)
    reached = np.zeros((instance.n_demand, instance.n_type), dtype=bool)
    for k, reach in enumerate(instance.reach):
        home, place = pairs_in_reach(reach)
        reached[home[places[place, k]], k] = True
    return reached & ~instance.covered


def newly_covered_residents(instance: SitingInstance, decision: Decision, types: BoolArray) -> FloatArray:
    """[k]: residents of the segment newly in reach, of an assignment type those whom the plan can serve.

    Only of ``types``; 0 for the others.
    """
    residents = np.where(coverage(instance, decision), instance.segment_residents, 0.0).sum(axis=0)
    for k in np.flatnonzero(instance.assigned & types) if len(instance.assigned) else ():
        residents[k] = most_served(instance, decision, int(k))
    return np.asarray(np.where(types, residents, 0.0))


def total_cost_cny(instance: SitingInstance, decision: Decision) -> float:
    """What the plan costs: outlets, sites used (once each) and add-ons, 元."""
    return _spend(instance, decision, instance.open_cost_cny, instance.site_cost_cny)


def budget_spent_cny(instance: SitingInstance, decision: Decision) -> float:
    """The part of the cost that counts against the capital budget, 元."""
    return _spend(instance, decision, instance.open_budget_cny, instance.site_budget_cny)


def subsidy_spent_cny_year(instance: SitingInstance, decision: Decision) -> float:
    """Yearly subsidy of the outlets and add-ons, 元 a year."""
    outlets, addons = decision.open.sum(axis=0), decision.addon.sum(axis=0)
    of_addon = instance.addon_subsidy if len(instance.addon_subsidy) else instance.subsidy_cny_year
    return float(outlets @ instance.subsidy_cny_year + addons @ of_addon)


def walked_m(instance: SitingInstance, decision: Decision) -> FloatArray:
    """[i,k]: metres to the nearest existing outlet or chosen place; inf where there is none.

    Raises:
        ModelError: the instance carries no walking metres.

    """
    if len(instance.walk_m) != instance.n_type or instance.outlet_walk_m.shape != instance.covered.shape:
        raise ModelError("a walking level needs walk_m and outlet_walk_m in the instance")
    places = chosen(instance, decision)
    nearest = np.array(instance.outlet_walk_m, dtype=np.float64)
    for k, walk in enumerate(instance.walk_m):
        listed = places[walk.indices, k]
        row = np.repeat(np.arange(instance.n_demand), np.diff(walk.indptr))
        metres = nearest[:, k].copy()
        np.minimum.at(metres, row[listed], walk.data[listed])
        nearest[:, k] = metres
    return nearest


def _used(decision: Decision) -> BoolArray:
    return np.asarray(decision.open.any(axis=1))


def _require_shapes(instance: SitingInstance, decision: Decision) -> None:
    wants = {"open": (instance.n_site, instance.n_type), "addon": (instance.n_place, instance.n_type)}
    faults = [
        f"decision.{name} has shape {getattr(decision, name).shape}, wants {shape}"
        for name, shape in wants.items()
        if getattr(decision, name).shape != shape
    ]
    if faults:
        raise ModelError("; ".join(faults))


def _spend(instance: SitingInstance, decision: Decision, per_outlet: FloatArray, per_site: FloatArray) -> float:
    outlets = per_outlet[decision.open].sum()
    sites = per_site[_used(decision)].sum()
    addons = decision.addon.sum(axis=0) @ instance.addon_cost_cny
    return float(outlets + sites + addons)


def _place_ids(instance: SitingInstance) -> tuple[str, ...]:
    return instance.site_ids + instance.host_ids


def _eligibility(instance: SitingInstance, rules: Rules, decision: Decision) -> Iterator[str]:
    del rules
    types, places = instance.type_ids, _place_ids(instance)
    for j, k in np.argwhere(decision.open & ~instance.eligible):
        yield f"eligibility: site {places[j]} opens {types[k]}, which is not eligible there"
    for p, k in np.argwhere(decision.addon & ~instance.addon_eligible):
        yield f"eligibility: place {places[p]} carries {types[k]} as an add-on, which is not eligible there"
    for j, k in np.argwhere(decision.open & decision.addon[: instance.n_site]):
        yield f"eligibility: site {places[j]} both opens {types[k]} and carries it as an add-on"


def _hosts(instance: SitingInstance, rules: Rules, decision: Decision) -> Iterator[str]:
    del rules
    types, places = instance.type_ids, _place_ids(instance)
    may_host = instance.hosts.astype(np.int64)
    at_site = decision.open.astype(np.int64) @ may_host > 0
    at_host = may_host[instance.host_type] > 0
    for p, k in np.argwhere(decision.addon & ~np.vstack((at_site, at_host))):
        yield f"host: place {places[p]} carries {types[k]} as an add-on, but nothing there may host it"


def _areas(instance: SitingInstance, rules: Rules, decision: Decision) -> Iterator[str]:
    del rules
    places = _place_ids(instance)
    used = decision.addon.astype(np.float64) @ instance.addon_area_m2
    used[: instance.n_site] += decision.open.astype(np.float64) @ instance.area_m2
    room = np.concatenate((instance.site_area_m2, instance.host_area_m2))
    for p in np.flatnonzero(used > room + AREA_TOLERANCE_M2):
        yield f"area: place {places[p]} holds {used[p]:.10g} m2 of services but has {room[p]:.10g} m2"


def _money(instance: SitingInstance, rules: Rules, decision: Decision) -> Iterator[str]:
    limits = (
        ("budget", rules.budget_cny, budget_spent_cny(instance, decision), "CNY"),
        ("subsidy", rules.subsidy_cny_year, subsidy_spent_cny_year(instance, decision), "CNY a year"),
    )
    for name, limit, spent, unit in limits:
        if limit is not None and spent > limit + MONEY_TOLERANCE_CNY + RELATIVE_TOLERANCE * abs(limit):
            yield f"{name}: the plan takes {spent:.2f} {unit}, the limit is {limit:.2f}"


def _viability(instance: SitingInstance, rules: Rules, decision: Decision) -> Iterator[str]:
    del rules
    for k in np.flatnonzero(instance.min_catchment > 0):
        needed = float(instance.min_catchment[k])
        if instance.assigned.any() and instance.assigned[k]:
            lacking = lacking_residents(instance, decision, int(k))
            if lacking > RELATIVE_TOLERANCE * max(1.0, needed):
                kind = instance.type_ids[k]
                yield f"assignment: the outlets of {kind} lack {lacking:.10g} residents, each needs {needed:.10g}"
            continue
        sites, kept = own_catchments(instance, decision, int(k))
        for n in np.flatnonzero(kept < needed - RELATIVE_TOLERANCE * max(1.0, needed)):
            site, kind = instance.site_ids[sites[n]], instance.type_ids[k]
            yield f"viability: {kind} at site {site} keeps {kept[n]:.10g} residents, it needs {needed:.10g}"


def _conflicts(instance: SitingInstance, rules: Rules, decision: Decision) -> Iterator[str]:
    del rules
    sites, types = instance.site_ids, instance.type_ids
    near = instance.spacing
    for a, b, k in near[decision.open[near[:, 0], near[:, 2]] & decision.open[near[:, 1], near[:, 2]]]:
        yield f"spacing: sites {sites[a]} and {sites[b]} both open {types[k]}"
    apart, places, given = instance.separation, _place_ids(instance), chosen(instance, decision)
    for a, g, b, k in apart[given[apart[:, 0], apart[:, 1]] & given[apart[:, 2], apart[:, 3]]]:
        yield f"separation: {types[g]} at site {places[a]} is too close to {types[k]} at site {places[b]}"


def _counts(instance: SitingInstance, rules: Rules, decision: Decision) -> Iterator[str]:
    del instance
    sites, outlets = int(_used(decision).sum()), int(decision.open.sum())
    if rules.max_sites is not None and sites > rules.max_sites:
        yield f"max_sites: the plan uses {sites} sites, the limit is {rules.max_sites}"
    if rules.max_outlets is not None and outlets > rules.max_outlets:
        yield f"max_outlets: the plan opens {outlets} outlets, the limit is {rules.max_outlets}"


def _locks(instance: SitingInstance, rules: Rules, decision: Decision) -> Iterator[str]:
    sites, types = instance.site_ids, instance.type_ids
    used = _used(decision)
    for j in rules.lock_in_sites[~used[rules.lock_in_sites]]:
        yield f"lock_in: site {sites[j]} must be used and is not"
    for j in rules.lock_out_sites[used[rules.lock_out_sites]]:
        yield f"lock_out: site {sites[j]} must stay unused and is used"
    wanted, barred = rules.lock_in_pairs, rules.lock_out_pairs
    for j, k in wanted[~decision.open[wanted[:, 0], wanted[:, 1]]]:
        yield f"lock_in: site {sites[j]} must open {types[k]} and does not"
    for j, k in barred[decision.open[barred[:, 0], barred[:, 1]]]:
        yield f"lock_out: site {sites[j]} must not open {types[k]} and does"


def _floors(instance: SitingInstance, rules: Rules, decision: Decision) -> Iterator[str]:
    if not rules.coverage_floor:
        return
    floored = np.isin(np.arange(instance.n_type), [k for k, _ in rules.coverage_floor])
    newly = newly_covered_residents(instance, decision, floored)
    for k, share in rules.coverage_floor:
        residents = instance.segment_residents[:, k]
        inside, wanted = float(residents[instance.covered[:, k]].sum() + newly[k]), share * float(residents.sum())
        if inside < wanted - RELATIVE_TOLERANCE * max(1.0, wanted):
            yield f"coverage_floor: {instance.type_ids[k]} reaches {inside:.10g} residents, the floor is {wanted:.10g}"


def _served(instance: SitingInstance, rules: Rules, decision: Decision) -> Iterator[str]:
    if not _WALKING_LEVELS & set(rules.levels):
        return
    unserved = np.isinf(walked_m(instance, decision)) & (instance.segment_residents > 0)
    for k in np.flatnonzero(unserved.any(axis=0)):
        first, number = instance.demand_ids[np.flatnonzero(unserved[:, k])[0]], int(unserved[:, k].sum())
        yield f"walking: {number} demand points, {first} the first, have nowhere to walk for {instance.type_ids[k]}"


def _phases(instance: SitingInstance, rules: Rules, decision: Decision) -> Iterator[str]:
    if rules.phases is None:
        return
    yield from schedule_breaches(instance, rules, decision)
    if decision.open_phase is None:
        return
    standing = [stands_by(decision, t) for t in range(rules.phases.n)]
    for t, plan in enumerate(standing[:-1]):
        yield from (f"phase {t}: {sentence}" for sentence in _hosts(instance, rules, plan))
    yield from money_breaches(rules.phases, np.array([budget_spent_cny(instance, plan) for plan in standing]))


def _purses(instance: SitingInstance, rules: Rules, decision: Decision) -> Iterator[str]:
    every = budget_spent_cny(instance, decision)
    for purse in rules.purses:
        there = Decision(
            open=decision.open & purse.inside[: instance.n_site, None], addon=decision.addon & purse.inside[:, None]
        )
        spent, least = budget_spent_cny(instance, there), purse.least_share * every
        if spent < least - 0.01 - RELATIVE_TOLERANCE * every:
            yield f"purse: {purse.name} gets {spent:.2f} CNY, its least share is {least:.2f}"
        if purse.most_cny is not None and spent > purse.most_cny + 0.01 + RELATIVE_TOLERANCE * purse.most_cny:
            yield f"purse: {purse.name} gets {spent:.2f} CNY, the most is {purse.most_cny:.2f}"


def _missing_types(instance: SitingInstance, rules: Rules, decision: Decision) -> float:
    del rules
    outlets = decision.addon.astype(np.int64)
    outlets[: instance.n_site] += decision.open
    if instance.zones is None:
        return float(np.minimum(outlets.sum(axis=0), instance.missing_outlets) @ instance.missing_weight)
    filled = [
        np.minimum(outlets[there].sum(axis=0), missing)
        for there, missing in zip(instance.zones.inside, instance.zones.missing, strict=True)
    ]
    return float(np.sum(filled, axis=0) @ instance.missing_weight)


def _tier_coverage(tier: Tier) -> Callable[[SitingInstance, Rules, Decision], float]:
    def value(instance: SitingInstance, rules: Rules, decision: Decision) -> float:
        del rules
        mine = instance.tier == tier
        return float(newly_covered_residents(instance, decision, mine) @ instance.coverage_weight)

    return value


def _equity(instance: SitingInstance, rules: Rules, decision: Decision) -> float:
    """Mean count of basic types in reach over the worst-served share of residents (a CVaR).

    Demand points are taken from the worst served upwards until the share is full; the last one counts in part.
    0 where the circle has no residents.
    """
    reached = coverage(instance, decision) | instance.covered
    count = reached[:, instance.tier == Tier.BASIC].sum(axis=1)
    worst_first = np.argsort(count, kind="stable")
    residents = instance.residents[worst_first]
    tail = rules.equity_share * float(residents.sum())
    if tail <= 0:
        return 0.0
    before = np.concatenate(([0.0], np.cumsum(residents)[:-1]))
    taken = np.clip(tail - before, 0.0, residents)
    return float(taken @ count[worst_first] / taken.sum())


def _cost(instance: SitingInstance, rules: Rules, decision: Decision) -> float:
    del rules
    return total_cost_cny(instance, decision)


def _walking(instance: SitingInstance, rules: Rules, decision: Decision) -> float:
    del rules
    residents, metres = instance.segment_residents, walked_m(instance, decision)
    lives = residents > 0
    return float(residents[lives] @ metres[lives])


def _farthest_walk(instance: SitingInstance, rules: Rules, decision: Decision) -> float:
    del rules
    metres = walked_m(instance, decision)[instance.segment_residents > 0]
    return float(metres.max(initial=0.0))


def _sites(instance: SitingInstance, rules: Rules, decision: Decision) -> float:
    del instance, rules
    return float(_used(decision).sum())


_LEVELS: dict[str, Callable[[SitingInstance, Rules, Decision], float]] = {
    "missing_types": _missing_types,
    "basic_coverage": _tier_coverage(Tier.BASIC),
    "public_coverage": _tier_coverage(Tier.PUBLIC),
    "quality_coverage": _tier_coverage(Tier.QUALITY),
    "equity": _equity,
    "cost": _cost,
    "walking": _walking,
    "farthest_walk": _farthest_walk,
    "sites": _sites,
}
