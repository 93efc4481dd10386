"""Every objective level, recomputed from the plan; bounds, gaps and the words 已证明 that rest on them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from scenarios.business_type import BusinessType, Tier
from scenarios.levels import LEVELS as KNOWN
from scenarios.levels import Adds
from siting.audit.money import total_cny
from siting.audit.plan import Case, Placed, Row
from siting.audit.reach import BoolArray
from siting.audit.recorded import LevelRecord
from siting.audit.report import differs, number_zh, same
from siting.audit.shares import is_assigned, most_served
from siting.audit.shortfalls import filled
from siting.audit.standing import worth

_ROUNDING = 1e-6
_MODEL_ROUNDING = 0.002
_EXIT_CODES = {"optimal": 0, "feasible": 5, "interrupted": 5}


def missing_types(case: Case) -> float:
    """Missing outlets filled, weighted."""
    weights = case.facts.scenario.objective.missing_weights
    return sum(weights.get(kind.id, 1.0) * filled(case, kind) for kind in case.kinds.values())


def _covered(tier: Tier) -> Callable[[Case], float]:
    def value(case: Case) -> float:
        weights = case.facts.scenario.objective.weights
        return sum(
            weights.get(kind.id, 1.0) * residents_newly(case, kind) for kind in case.kinds.values() if kind.tier is tier
        )

    return value


def residents_newly(case: Case, kind: BusinessType) -> float:
    """Residents of the segment who get the type in reach; of an assignment type those who can be served."""
    if is_assigned(case, kind):
        return most_served(case, kind)
    newly = case.reach.newly(kind, case.places_of(kind.id))
    return float(case.reach.people(kind.segment)[newly].sum())


def reached(case: Case, kind: BusinessType) -> BoolArray:
    """[i]: the type is in reach with the plan."""
    return case.reach.newly(kind, case.places_of(kind.id)) | (case.reach.today(kind) > 0)


def equity(case: Case) -> float:
    """Mean count of basic types in reach over the worst-served share of residents; 0 where nobody lives."""
    count = np.zeros(case.reach.n_demand)
    for kind in case.kinds.values():
        if kind.tier is Tier.BASIC:
            count += reached(case, kind)
    people = case.reach.people("all")
    tail = case.facts.scenario.objective.equity_share * float(people.sum())
    left, total = tail, 0.0
    for level in np.unique(count):
        taken = min(left, float(people[count == level].sum()))
        total, left = total + taken * float(level), left - taken
    return total / tail if tail > 0 else 0.0


def walking(case: Case) -> float:
    """Resident-metres to the nearest place, summed over types; inf where somebody has nowhere to go."""
    total = 0.0
    for kind in case.kinds.values():
        people = case.reach.people(kind.segment)
        metres = case.reach.nearest_m(kind, [*case.reach.outlets_of(kind.id), *case.places_of(kind.id)])
        total += float(people[people > 0] @ metres[people > 0])
    return total


def farthest_walk(case: Case) -> float:
    """The longest walk of anybody to the nearest place of any type."""
    longest = 0.0
    for kind in case.kinds.values():
        people = case.reach.people(kind.segment)
        metres = case.reach.nearest_m(kind, [*case.reach.outlets_of(kind.id), *case.places_of(kind.id)])
        longest = max(longest, float(metres[people > 0].max(initial=0.0)))
    return longest


LEVELS: dict[str, Callable[[Case], float]] = {
    "missing_types": missing_types,
    "basic_coverage": _covered(Tier.BASIC),
    "public_coverage": _covered(Tier.PUBLIC),
    "quality_coverage": _covered(Tier.QUALITY),
    "equity": equity,
    "cost": total_cny,
    "walking": walking,
    "farthest_walk": farthest_walk,
    "sites": lambda case: float(len(case.used)),
}


def added(adds: Adds) -> Callable[[Case], float]:
    """The value of a level that adds up: over the picks, and once for each room used."""

    def value(case: Case) -> float:
        outlets = sum(_counts(pick, adds.outlet) for pick in case.opened)
        addons = sum(_counts(pick, adds.addon) for pick in case.addons)
        rooms = sum(_of_room(case.sites[row], adds.room) for row in case.used)
        return outlets + addons + rooms

    return value


def _counts(pick: Placed, what: str | None) -> float:
    if what is None or what == "one":
        return float(what == "one")
    said = getattr(pick.kind, what)
    return 0.0 if said is None else float(said.value)


def _of_room(site: Row, what: str | None) -> float:
    if what is None or what == "one":
        return float(what == "one")
    return 0.0 if math.isnan(site[what]) else float(site[what])


def level_names(case: Case) -> Iterator[str]:
    """The levels are those of the scenario, in its order and with their sense."""
    said, wanted = [level.name for level in case.recorded.levels], list(case.facts.scenario.objective.levels)
    if said != wanted:
        yield f"情景的目标层级为 {'、'.join(wanted)}，结果记为 {'、'.join(said) or '无'}"
    for level in case.recorded.levels:
        if level.name in KNOWN and level.sense != KNOWN[level.name].sense:
            yield f"{level.name} 的方向记为 {level.sense}"


def incumbent(case: Case, level: LevelRecord) -> Iterator[str]:
    """The value of one level, by the plan; in a plan by years an earlier gain is worth more."""
    if level.name not in KNOWN:
        yield f"没有目标层级 {level.name}"
        return
    known = KNOWN[level.name]
    measure = LEVELS[level.name] if known.adds is None else added(known.adds)
    value = worth(case, measure) if known.by_year else measure(case)
    rounding = 0.01 if level.name == "cost" else _ROUNDING
    if not math.isfinite(value):
        yield f"有居民走不到任何网点，结果记为 {number_zh(level.incumbent)}"
    elif not same(value, level.incumbent, absolute=rounding):
        yield differs("当前解", value, level.incumbent)


def bounds(case: Case) -> Iterator[str]:
    """A bound is never worse than its incumbent, and the gap is what the two make."""
    for level in case.recorded.levels:
        if level.incumbent is None:
            yield f"{level.name} 没有当前解"
            continue
        if level.bound is not None:
            short = level.incumbent - level.bound if level.sense == "max" else level.bound - level.incumbent
            if short > _ROUNDING * max(1.0, abs(level.incumbent)):
                bound, value = number_zh(level.bound), number_zh(level.incumbent)
                yield f"{level.name} 的界 {bound} 差于当前解 {value}，界不可能如此"
        gap = _gap(level)
        if not same(gap, level.mip_gap, absolute=1e-9):
            yield differs(f"{level.name} 的间隙", gap, level.mip_gap)


def _gap(level: LevelRecord) -> float:
    """|bound - incumbent| / |incumbent|."""
    assert level.incumbent is not None
    if level.bound is None:
        return math.inf
    apart = abs(level.bound - level.incumbent)
    if apart <= 1e-9:
        return 0.0
    return apart / abs(level.incumbent) if level.incumbent else math.inf


def statuses(case: Case) -> Iterator[str]:
    """``optimal`` is said only where the bound proves it, of a level and of the run; the exit code follows."""
    wanted = case.facts.scenario.solver.mip_gap
    for level in case.recorded.levels:
        if level.status not in _EXIT_CODES:
            yield f"{level.name} 的状态 {level.status} 不是有方案的状态"
        if level.status == "optimal" and not _proven(level, wanted):
            gap = "不可计" if level.mip_gap is None else f"{level.mip_gap:.4%}"
            yield f"{level.name} 记为最优，但间隙 {gap} 大于要求的 {wanted:.4%}"
    unproven = [level.name for level in case.recorded.levels if level.status != "optimal"]
    if case.recorded.status == "optimal" and unproven:
        yield f"结果记为最优，但 {'、'.join(unproven)} 未证明"
    if case.recorded.status != "optimal" and not unproven and case.recorded.levels:
        yield f"各层级都已证明，结果却记为 {case.recorded.status}"
    code = _EXIT_CODES.get(case.recorded.status)
    if code != case.recorded.exit_code:
        yield f"状态 {case.recorded.status} 与退出码 {case.recorded.exit_code} 不一致"


def _proven(level: LevelRecord, mip_gap: float) -> bool:
    if level.incumbent is None or level.bound is None:
        return False
    apart = abs(level.bound - level.incumbent)
    # The model's own value may differ from the recomputed one by its tolerances.
    return apart <= mip_gap * abs(level.incumbent) + _MODEL_ROUNDING + 2e-6 * abs(level.incumbent)
