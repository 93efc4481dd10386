"""Who is newly in reach, by pick and by demand point, and how far they walk."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scenarios.business_type import BusinessType
from siting.audit.plan import Case
from siting.audit.recorded import ServedRecord
from siting.audit.report import differs, same
from siting.audit.shares import is_assigned, most_used, served_at, served_newly
from siting.outputs.words import SEGMENTS_ZH
from siting.workspace import SEGMENTS

_METRE = 1e-3


def picks_cover(case: Case) -> Iterator[str]:
    """Residents whom each pick newly reaches, and those of them, by segment, to whom it is the nearest."""
    nearest: dict[tuple[str, str], dict[str, float]] = {}
    for item in case.recorded.served:
        sums = nearest.setdefault((item.site_id, item.type_id), {})
        for segment, residents in item.residents_by_segment.items():
            sums[segment] = sums.get(segment, 0.0) + residents
    for pick in case.placed:
        said = pick.record
        people = case.reach.people(pick.kind.segment)
        value = float(people[case.reach.newly(pick.kind, [pick.place])].sum())
        if is_assigned(case, pick.kind):
            value = served_at(case, pick)
        if not same(value, said.residents_newly_covered):
            yield differs(f"{pick.name_zh}新增覆盖", value, said.residents_newly_covered, "人")
        wanted = nearest.get((said.site or said.host, said.type), {})
        for segment in sorted(wanted.keys() | said.residents_by_segment.keys()):
            number, told = wanted.get(segment, 0.0), said.residents_by_segment.get(segment, 0.0)
            if not same(number, told):
                yield differs(f"{pick.name_zh}就近受益的{_segment_zh(segment)}", number, told, "人")


def served(case: Case) -> Iterator[str]:
    """The list of demand points that gain a type: the right ones, their residents, their walks before and after."""
    number = {str(text): row for row, text in enumerate(case.facts.workspace.demand["id"])}
    said: dict[str, dict[int, ServedRecord]] = {}
    for item in case.recorded.served:
        if item.demand_id not in number or item.type_id not in case.kinds:
            yield f"受益居民点 {item.demand_id} 或业态 {item.type_id} 不存在"
        elif number[item.demand_id] in said.setdefault(item.type_id, {}):
            yield f"受益居民点 {item.demand_id} {case.kinds[item.type_id].name_zh}重复"
        else:
            said[item.type_id][number[item.demand_id]] = item
    for type_id in sorted({pick.kind.id for pick in case.placed} | said.keys()):
        yield from _served_of(case, case.kinds[type_id], said.get(type_id, {}))


def _served_of(case: Case, kind: BusinessType, said: dict[int, ServedRecord]) -> Iterator[str]:
    gained = case.reach.newly(kind, case.places_of(kind.id))
    lives = case.reach.people(kind.segment) > 0
    share = np.ones(case.reach.n_demand)
    if is_assigned(case, kind):
        served_people = served_newly(case, kind)
        gained = gained & (served_people > 0)
        share = served_people / np.maximum(case.reach.people(kind.segment), 1e-9)
    ids = list(case.facts.workspace.demand["id"])
    for i in sorted(set(np.flatnonzero(gained & lives).tolist()) - said.keys()):
        yield f"{ids[i]} 新增可达{kind.name_zh}，清单里没有"
    for i, item in said.items():
        if not gained[i]:
            yield f"{ids[i]} {kind.name_zh}：清单说新增可达，复算不是"
        for segment, told in (item.residents_by_segment | {kind.segment: item.residents}).items():
            value = float(case.reach.people(segment)[i]) * float(share[i]) if segment in SEGMENTS else 0.0
            if not same(value, told):
                yield differs(f"{ids[i]} {kind.name_zh}受益{_segment_zh(segment)}", value, told, "人")
    yield from _walks(case, kind, said)


def _walks(case: Case, kind: BusinessType, said: dict[int, ServedRecord]) -> Iterator[str]:
    """The walk before leads to the nearest existing outlet, the walk after to the nearest place, the one named."""
    before = case.reach.nearest_m(kind, case.reach.outlets_of(kind.id))
    after = case.reach.nearest_m(kind, case.places_of(kind.id))
    named = {pick.record.site or pick.record.host: pick.place for pick in case.placed if pick.kind.id == kind.id}
    metres = {name: case.reach.nearest_m(kind, [place]) for name, place in named.items()}
    for i, item in said.items():
        name = f"{item.demand_id} {kind.name_zh}"
        if is_assigned(case, kind):
            if item.site_id not in most_used(case, kind, i):
                yield f"{name}：清单说由 {item.site_id} 提供，分配里多数人不去那里"
        elif not same(float(after[i]), item.walk_after_m, absolute=_METRE):
            yield differs(f"{name}建设后步行", float(after[i]), item.walk_after_m, "米")
        if not same(float(before[i]), item.walk_before_m, absolute=_METRE):
            yield differs(f"{name}建设前步行", float(before[i]), item.walk_before_m, "米")
        if item.site_id not in metres:
            yield f"{name}：清单说由 {item.site_id} 提供，方案里没有"
        elif not same(float(metres[item.site_id][i]), item.walk_after_m, absolute=_METRE):
            yield differs(f"{name}到 {item.site_id}", float(metres[item.site_id][i]), item.walk_after_m, "米")


def _segment_zh(segment: str) -> str:
    return SEGMENTS_ZH.get(segment, segment)
