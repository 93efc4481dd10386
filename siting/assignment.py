"""The report of a run's assignment types, and what they cost against the static rule (容量与客源按分配的代价)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from models.instance import SitingInstance
from models.lexicographic import solve
from models.solution import Decision, Solution, SolveOptions, Termination
from models.verify_shares import most_served
from scenarios.business_type import Tier
from siting.allocation import Allocation
from siting.assigned import AssignedOutlet, AssignedType, AssignmentReport, ServedPart, StaticLevel
from siting.explain import host_of
from siting.formulation.builder import Built
from siting.formulation.money import addon_area_m2
from siting.formulation.sharing import places

_COVERAGE_ZH = {f"{tier}_coverage": tier.label_zh for tier in Tier}


def static_instance(instance: SitingInstance) -> SitingInstance:
    """The same circle under the static rule: nobody is shared out."""
    return replace(instance, assigned=np.zeros(0, dtype=bool), outlet_serves=np.zeros(0), addon_serves=np.zeros(0))


def static_solution(built: Built, solution: Solution, options: SolveOptions) -> Solution:
    """The same scenario under the static rule, solved with the same limits from the same plan.

    Raises:
        SolverError: the solver is missing or failed.
        VerificationError: the plan does not check (a fault of ours).
    """
    return solve(static_instance(built.instance), built.rules, options, start=solution.decision)


def assignment_report(
    built: Built, solution: Solution, shared: Mapping[int, Allocation], static: Solution | None
) -> AssignmentReport | None:
    """What the run says of its assignment types; None where there are none. ``static`` as in static_solution."""
    decision = solution.decision
    assert decision is not None
    if not shared:
        return None
    known = static if static is not None and static.decision is not None else None
    return AssignmentReport(
        types=tuple(_type(built, decision, k, known) for k in shared),
        outlets=tuple(outlet for k, one in shared.items() for outlet in _outlets(built, decision, k, one)),
        parts=tuple(part for k, one in shared.items() for part in _parts(built, k, one)),
        levels=() if known is None else _levels(solution, known),
        static_note_zh=_why_not(static),
    )


def notes_zh(report: AssignmentReport, built: Built) -> Iterator[str]:
    """Chinese sentences for every output."""
    names = {kind.id: kind.name_zh for kind in built.kinds}
    for one in report.types:
        if one.left_out > 0.5:
            yield (
                f"{names[one.type_id]}：步行可达的新增居民 {one.in_reach:,.0f} 人，"
                f"容量所限，实际可服务 {one.served:,.0f} 人（按分配计）"
            )
    for level in report.levels:
        if level.name in _COVERAGE_ZH and abs(level.loss) > 0.5:
            less = "少" if level.loss > 0 else "多"
            proof = "" if level.proven else "（未证明）"
            yield f"{_COVERAGE_ZH[level.name]}：按分配规则比静态规则{less}覆盖 {abs(level.loss):,.0f} 人次{proof}"
    yield (
        "按分配计的业态（" + "、".join(names[one.type_id] for one in report.types) + "）：使用率与服务能力多为假定值；"
        "谁用哪一处由方案取最有利的分法，实际不会更多"
    )


def _why_not(static: Solution | None) -> str:
    if static is None:
        return "本次未求解静态规则，没有对照"
    if static.decision is not None:
        return ""
    if static.termination is Termination.INFEASIBLE:
        return "按静态规则没有可行方案，无法对照"
    return "时限内没有求得静态规则的方案，无法对照"


def _in_reach(instance: SitingInstance, decision: Decision, k: int) -> float:
    """Residents of the segment newly in reach of the plan."""
    there = decision.addon[:, k].copy()
    there[: instance.n_site] |= decision.open[:, k]
    reached = np.asarray((instance.reach[k] @ there.astype(np.int64)) > 0) & ~instance.covered[:, k]
    return float(instance.segment_residents[reached, k].sum())


def _type(built: Built, decision: Decision, k: int, static: Solution | None) -> AssignedType:
    i, rate = built.instance, built.kinds[k].use_rate
    other = None if static is None else static.decision
    return AssignedType(
        type_id=i.type_ids[k],
        use_rate=None if rate is None else rate.value,
        in_reach=_in_reach(i, decision, k),
        served=most_served(i, decision, k),
        static_in_reach=None if other is None else _in_reach(i, other, k),
        static_served=None if other is None else most_served(i, other, k),
    )


def _outlets(built: Built, decision: Decision, k: int, one: Allocation) -> Iterator[AssignedOutlet]:
    i, kind = built.instance, built.kinds[k]
    newly, drawn = one.by_place(i.n_place, newly=True), one.by_place(i.n_place, newly=False)
    gain = i.reach[k].T @ np.where(i.covered[:, k], 0.0, i.segment_residents[:, k])
    opened = np.append(decision.open[:, k], np.zeros(i.n_host, dtype=bool))
    for p in np.flatnonzero(opened | decision.addon[:, k]):
        is_addon = not opened[p]
        serves = float(i.addon_serves[k] if is_addon else i.outlet_serves[k])
        yield AssignedOutlet(
            type_id=i.type_ids[k],
            site_id=(*i.site_ids, *i.host_ids)[p],
            host=host_of(built, decision, int(p), k) if is_addon else "",
            places=places(kind, addon_area_m2(kind) if is_addon else kind.area_m2.value),
            serves=serves if np.isfinite(serves) else None,
            in_reach=float(gain[p]),
            served_newly=float(newly[p]),
            from_existing=float(drawn[p]),
            min_catchment=0.0 if is_addon else float(i.min_catchment[k]),
        )


def _parts(built: Built, k: int, one: Allocation) -> Iterator[ServedPart]:
    i = built.instance
    for home, place, residents, metres, newly in zip(
        one.home, one.place, one.residents, one.metres, one.newly, strict=True
    ):
        yield ServedPart(
            demand_id=i.demand_ids[home],
            type_id=i.type_ids[k],
            site_id=(*i.site_ids, *i.host_ids)[place],
            residents=float(residents),
            walk_m=float(metres),
            newly=bool(newly),
        )


def _levels(solution: Solution, static: Solution) -> tuple[StaticLevel, ...]:
    """Levels side by side; proven as long as both are, level after level."""
    rows, proven = [], True
    for mine, other in zip(solution.levels, static.levels, strict=True):
        proven = proven and {mine.termination, other.termination} == {Termination.OPTIMAL}
        rows.append(StaticLevel(mine.name, mine.sense, other.incumbent, mine.incumbent, proven))
    return tuple(rows)
