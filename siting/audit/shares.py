"""Assignment types 按分配: the recorded division of residents is checked sum by sum, its total against the optimum.

Nothing here is taken from the model. With r existing and m new places of a type in reach of a demand point of n people:
the new ones together get at most n m/(m+r), one of them at most n/(1+r); an outlet serves at most capacity / use rate
(an add-on by its share of the floor area, whole places), and needs its least catchment.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from scipy import sparse

from scenarios.business_type import BusinessType
from siting.audit.plan import Case, Placed
from siting.audit.reach import BoolArray, FloatArray, IntArray
from siting.audit.recorded import PartRecord
from siting.audit.report import differs, number_zh, same

_PEOPLE = 1e-3
_METRE = 1e-3
_SLACK_SHARE = 1e-6


def is_assigned(case: Case, kind: BusinessType) -> bool:
    """The scenario shares out the residents of the type."""
    return kind.id in case.facts.scenario.assignment.types


def places_of(pick: Placed) -> float | None:
    """Beds, childcare places, meals at a time of one pick; None where the catalogue says none."""
    kind = pick.kind
    if kind.capacity is None:
        return None
    whole = kind.area_m2.value
    part = pick.area_m2 / whole if whole > 0 else 1.0
    return kind.capacity.value if part >= 1 else float(math.floor(kind.capacity.value * part + 1e-9))


def serves(pick: Placed) -> float:
    """Residents of the segment whom one pick can serve; inf where it is never full."""
    there, rate = places_of(pick), pick.kind.use_rate
    return math.inf if there is None or rate is None or rate.value <= 0 else there / rate.value


def most_served(case: Case, kind: BusinessType) -> float:
    """The most residents without an outlet today whom the plan can serve; NaN where some outlet cannot be filled."""
    picks = [pick for pick in case.placed if pick.kind.id == kind.id]
    if not picks:
        return 0.0
    people, today = case.reach.people(kind.segment), case.reach.today(kind)
    inside = np.array([case.reach.within(kind, pick.place) for pick in picks])
    together = people * _drawn(inside.sum(axis=0), today)
    at, home = np.nonzero(inside)
    if not len(at):
        return math.nan if any(_least(pick) > _PEOPLE for pick in picks) else 0.0
    from scipy.optimize import linprog

    n = len(at)
    rows = [sparse.csr_array((np.ones(n), (home, np.arange(n))), shape=(len(people), n))]
    sides = [together]
    for n_pick, pick in enumerate(picks):
        mine = sparse.csr_array((at == n_pick).astype(float)[None, :])
        if math.isfinite(serves(pick)):
            rows.append(mine)
            sides.append(np.array([serves(pick)]))
        if _least(pick) > 0:
            rows.append(-mine)
            sides.append(np.array([-_least(pick) * (1 - _SLACK_SHARE)]))
    answer = linprog(
        -(today[home] == 0).astype(float),
        A_ub=sparse.vstack(rows, format="csr"),
        b_ub=np.concatenate(sides),
        bounds=np.column_stack([np.zeros(n), (people / (1.0 + today))[home]]),
    )
    return -float(answer.fun) if answer.status == 0 else math.nan


def viable(case: Case, kind: BusinessType) -> bool:
    """Some division of the residents gives every outlet its least catchment."""
    return not math.isnan(most_served(case, kind))


def served_newly(case: Case, kind: BusinessType) -> FloatArray:
    """[i]: residents newly served, by the recorded division."""
    number = _numbers(case)
    found = np.zeros(case.reach.n_demand)
    for part in _parts(case):
        if part.type_id == kind.id and part.newly and part.demand_id in number:
            found[number[part.demand_id]] += part.residents
    return found


def served_at(case: Case, pick: Placed) -> float:
    """Residents newly served by one pick, by the recorded division."""
    return sum(part.residents for part in _parts(case) if part.newly and _is_at(part, pick))


def most_used(case: Case, kind: BusinessType, home: int) -> set[str]:
    """The places that most of a demand point's newly served use, by the recorded division."""
    ids = list(case.facts.workspace.demand["id"])
    mine = [p for p in _parts(case) if p.type_id == kind.id and p.newly and p.demand_id == str(ids[home])]
    most = max((part.residents for part in mine), default=0.0)
    return {part.site_id for part in mine if part.residents >= most - _PEOPLE}


def division(case: Case) -> Iterator[str]:
    """The recorded division keeps every limit, and its sums are those told."""
    wanted = [kind for kind in case.kinds.values() if is_assigned(case, kind)]
    said = case.recorded.assignment
    if said is None:
        if wanted:
            yield "情景有按分配的业态，结果里没有分配"
        return
    number = _numbers(case)
    for part in said.parts:
        if part.type_id not in {kind.id for kind in wanted} or part.demand_id not in number:
            yield f"分配里的居民点 {part.demand_id} 或业态 {part.type_id} 不存在或不按分配"
    if sorted(one.type_id for one in said.types) != sorted(kind.id for kind in wanted):
        yield "分配表的业态与情景不一致"
    for kind in wanted:
        yield from _division_of(case, kind, number)
    for level in said.levels:
        yield from _against_static(case, level.name, level.value, level.assigned_value, level.loss)


def _division_of(case: Case, kind: BusinessType, number: dict[str, int]) -> Iterator[str]:
    picks = [pick for pick in case.placed if pick.kind.id == kind.id]
    people, today = case.reach.people(kind.segment), case.reach.today(kind)
    ids = list(case.facts.workspace.demand["id"])
    drawn, new = np.zeros(len(people)), np.zeros(len(people))
    mine = [part for part in _parts(case) if part.type_id == kind.id and part.demand_id in number]
    for part in mine:
        if not any(_is_at(part, pick) for pick in picks):
            yield f"分配里的 {part.site_id} {kind.name_zh}不在方案里"
    for pick in picks:
        inside = case.reach.within(kind, pick.place)
        metres = case.reach.nearest_m(kind, [pick.place])
        new += inside
        here = [part for part in mine if _is_at(part, pick)]
        for part in here:
            i = number[part.demand_id]
            drawn[i] += part.residents
            yield from _part(
                part, f"{part.demand_id} 到 {pick.name_zh}", inside[i], people[i], int(today[i]), metres[i]
            )
        yield from _outlet(case, pick, here, float(people[inside & (today == 0)].sum()))
    for i in np.flatnonzero(drawn > people * _drawn(new, today) + _PEOPLE).tolist():
        yield f"{ids[i]} {kind.name_zh}：新网点合计分得 {number_zh(drawn[i])} 人，超过平分所得"
    yield from _type(case, kind, new > 0)


def _part(part: PartRecord, name: str, inside: bool, people: float, today: int, metres: float) -> Iterator[str]:
    if not inside:
        yield f"{name}：不在步行范围内"
    if part.residents < 0 or part.residents > people / (1.0 + today) + _PEOPLE:
        yield f"{name}：分得 {number_zh(part.residents)} 人，至多 {number_zh(people / (1.0 + today))} 人"
    if part.newly != (today == 0):
        yield f"{name}：是否新增服务与现有网点不符"
    if not same(metres, part.walk_m, absolute=_METRE):
        yield differs(f"{name}步行", metres, part.walk_m, "米")


def _outlet(case: Case, pick: Placed, here: list[PartRecord], in_reach: float) -> Iterator[str]:
    """One line of the table of outlets: its sums, its places, its least catchment."""
    assert case.recorded.assignment is not None
    site = pick.record.site or pick.record.host
    told = [o for o in case.recorded.assignment.outlets if (o.site_id, o.type_id) == (site, pick.kind.id)]
    if len(told) != 1:
        yield f"分配表里 {pick.name_zh}列了 {len(told)} 次"
        return
    newly, old = (sum(part.residents for part in here if part.newly is flag) for flag in (True, False))
    limit = serves(pick)
    for what, value, found in (
        ("服务能力", places_of(pick), told[0].places),
        ("最多可服务", limit if math.isfinite(limit) else None, told[0].serves),
        ("步行可达的新增居民", in_reach, told[0].in_reach),
        ("实际服务新增居民", newly, told[0].served_newly),
        ("从现有网点分得", old, told[0].from_existing),
        ("客源底线", _least(pick), told[0].min_catchment),
    ):
        if not same(value, found, absolute=_PEOPLE):
            yield differs(f"{pick.name_zh}{what}", value, found)
    if newly + old > limit + _PEOPLE:
        yield f"{pick.name_zh}分得 {number_zh(newly + old)} 人，只能服务 {number_zh(limit)} 人"
    if newly + old < _least(pick) - _PEOPLE:
        yield f"{pick.name_zh}分得 {number_zh(newly + old)} 人，至少需 {number_zh(_least(pick))} 人"


def _type(case: Case, kind: BusinessType, reached: BoolArray) -> Iterator[str]:
    """Residents in reach and served of one type; the division serves as many as can be served."""
    assert case.recorded.assignment is not None
    people, today = case.reach.people(kind.segment), case.reach.today(kind)
    in_reach, served = float(people[reached & (today == 0)].sum()), float(served_newly(case, kind).sum())
    best = most_served(case, kind)
    for one in case.recorded.assignment.types:
        if one.type_id == kind.id:
            for what, value, found in (("可达", in_reach, one.in_reach), ("可服务", best, one.served)):
                if not same(value, found, absolute=_PEOPLE):
                    yield differs(f"{kind.name_zh}{what}", value, found, "人")
    if not same(best, served, absolute=max(_PEOPLE, _SLACK_SHARE * served)):
        yield differs(f"{kind.name_zh}分配服务的新增居民", best, served, "人")


def _against_static(case: Case, name: str, value: float, mine: float, loss: float) -> Iterator[str]:
    """The static rule was solved by the run and is not solved again; only the difference is checked."""
    levels = {level.name: level for level in case.recorded.levels}
    if name not in levels or not same(levels[name].incumbent, mine, absolute=_PEOPLE):
        yield f"与静态规则对照的目标 {name} 与本方案的当前解不一致"
    elif not same(value - mine if levels[name].sense == "max" else mine - value, loss, absolute=_PEOPLE):
        yield f"与静态规则对照的目标 {name} 差额算错"


def _drawn(new: FloatArray, today: IntArray) -> FloatArray:
    """Share that m new places draw beside r existing ones: m / (m + r), 0 where there is nothing new."""
    return np.asarray(np.where(new > 0, new / np.maximum(new + today, 1), 0.0))


def _least(pick: Placed) -> float:
    """Least catchment of an outlet of its own; an add-on needs none."""
    return 0.0 if pick.is_addon else pick.kind.min_catchment.value


def _numbers(case: Case) -> dict[str, int]:
    return {str(text): row for row, text in enumerate(case.facts.workspace.demand["id"])}


def _parts(case: Case) -> tuple[PartRecord, ...]:
    return case.recorded.assignment.parts if case.recorded.assignment is not None else ()


def _is_at(part: PartRecord, pick: Placed) -> bool:
    return part.type_id == pick.kind.id and part.site_id == (pick.record.site or pick.record.host)
