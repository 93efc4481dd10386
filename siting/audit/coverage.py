"""Who is newly in reach, by pick and by demand point, and what the circle lacked before."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from scenarios.business_type import BusinessType, Tier
from siting.audit.plan import Case
from siting.audit.reach import FloatArray
from siting.audit.recorded import GapRecord
from siting.audit.report import differs, number_zh, same

_METRE = 1e-3


def required(case: Case, kind: BusinessType) -> int:
    """Outlets that the circle should have: one for every full number of residents, one at least."""
    per_outlet = kind.residents_per_outlet
    if per_outlet is None or per_outlet.value <= 0:
        return 1
    return max(1, math.floor(float(case.reach.people("all").sum()) / per_outlet.value))


def missing(case: Case, kind: BusinessType) -> int:
    """Outlets that the circle lacks and that a site could give: basic types only."""
    if kind.tier is not Tier.BASIC or not kind.sitable.value:
        return 0
    return max(0, required(case, kind) - len(case.reach.outlets_of(kind.id)))


def gaps(case: Case) -> Iterator[str]:
    """The gap report's counts."""
    rows = {row.type_id: row for row in case.recorded.gaps.rows}
    for type_id in sorted(rows.keys() ^ case.kinds.keys()):
        yield f"缺口表{'多出' if type_id in rows else '缺少'}业态 {type_id}"
    for kind in case.kinds.values():
        if kind.id in rows:
            yield from _gap(case, kind, rows[kind.id])


def _gap(case: Case, kind: BusinessType, row: GapRecord) -> Iterator[str]:
    people = case.reach.people(kind.segment)
    outlets, wanted = len(case.reach.outlets_of(kind.id)), required(case, kind)
    for what, value, found, unit in (
        ("现有网点", outlets, row.outlets, "个"),
        ("应设网点", wanted, row.required, "个"),
        ("缺少网点", max(0, wanted - outlets), row.missing_outlets, "个"),
        ("步行可达距离", case.facts.reach_m(kind), row.reach_m, "米"),
        ("服务人群", float(people.sum()), row.residents, "人"),
        ("可达居民", float(people[case.reach.today(kind) > 0].sum()), row.residents_in_reach, "人"),
    ):
        if not same(value, found):
            yield differs(f"{kind.name_zh}{what}", value, found, unit)


def picks_cover(case: Case) -> Iterator[str]:
    """Residents of the segment whom each pick newly reaches."""
    for pick in case.placed:
        people = case.reach.people(pick.kind.segment)
        value = float(people[case.reach.newly(pick.kind, [pick.place])].sum())
        if not same(value, pick.record.residents_newly_covered):
            yield differs(f"{pick.name_zh}新增覆盖", value, pick.record.residents_newly_covered, "人")


def served(case: Case) -> Iterator[str]:
    """The list of demand points that gain a type: the right ones, their residents, their walks before and after."""
    number = {str(text): row for row, text in enumerate(case.facts.workspace.demand["id"])}
    said: dict[tuple[int, str], tuple[float, str, float, float | None]] = {}
    for item in case.recorded.served:
        if item.demand_id not in number or item.type_id not in case.kinds:
            yield f"受益居民点 {item.demand_id} 或业态 {item.type_id} 不存在"
        else:
            said[number[item.demand_id], item.type_id] = (
                item.residents,
                item.site_id,
                item.walk_after_m,
                item.walk_before_m,
            )
    if len(said) < len(case.recorded.served):
        yield "受益居民点清单有重复或无从对应的行"
    for type_id in sorted({pick.kind.id for pick in case.placed} | {key[1] for key in said}):
        yield from _served_of(case, case.kinds[type_id], {i: v for (i, t), v in said.items() if t == type_id})


def _served_of(
    case: Case, kind: BusinessType, said: dict[int, tuple[float, str, float, float | None]]
) -> Iterator[str]:
    people = case.reach.people(kind.segment)
    gained = case.reach.newly(kind, case.places_of(kind.id))
    after, before = _walks(case, kind)
    ids = list(case.facts.workspace.demand["id"])
    for i in sorted(set(np.flatnonzero(gained & (people > 0)).tolist()) - said.keys()):
        yield f"{ids[i]} 新增可达{kind.name_zh}，清单里没有"
    for i, (residents, _, walk_after, walk_before) in said.items():
        name = f"{ids[i]} {kind.name_zh}"
        if not gained[i]:
            yield f"{name}：清单说新增可达，复算不是"
        if not same(float(people[i]), residents):
            yield differs(f"{name}受益居民", float(people[i]), residents, "人")
        if not same(float(after[i]), walk_after, absolute=_METRE):
            yield differs(f"{name}建设后步行", float(after[i]), walk_after, "米")
        if not same(float(before[i]), walk_before, absolute=_METRE):
            yield differs(f"{name}建设前步行", float(before[i]), walk_before, "米")
    yield from _by_place(case, kind, said, ids)


def _by_place(
    case: Case, kind: BusinessType, said: dict[int, tuple[float, str, float, float | None]], ids: list[str]
) -> Iterator[str]:
    """The place that a row names gives the type, and is as near as the row says."""
    named = {pick.record.site or pick.record.host: pick.place for pick in case.placed if pick.kind.id == kind.id}
    metres = {name: case.reach.nearest_m(kind, [place]) for name, place in named.items()}
    for i, (_, place, walk_after, _) in said.items():
        if place not in metres:
            yield f"{ids[i]}：清单说由 {place} 提供{kind.name_zh}，方案里没有"
        elif not same(float(metres[place][i]), walk_after, absolute=_METRE):
            found = number_zh(float(metres[place][i]))
            yield f"{ids[i]} 到 {place} 复算为 {found} 米，结果记为 {number_zh(walk_after)} 米"


def _walks(case: Case, kind: BusinessType) -> tuple[FloatArray, FloatArray]:
    """Metres to the nearest place of the plan, and to the nearest existing outlet."""
    today = case.reach.outlets_of(kind.id)
    return case.reach.nearest_m(kind, case.places_of(kind.id)), case.reach.nearest_m(kind, today)
