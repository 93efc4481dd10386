"""Is there room, and is there somebody to carry the add-on services 一店多能?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from siting.audit.plan import Case, Placed
from siting.audit.report import differs, same

_ROUNDING_M2 = 1e-6


def areas(case: Case) -> Iterator[str]:
    """The area of every pick, and their sum against the site or the host's spare area."""
    taken: dict[int, float] = {}
    for pick in case.placed:
        if not same(pick.area_m2, pick.record.area_m2):
            yield differs(f"{pick.name_zh}面积", pick.area_m2, pick.record.area_m2, "㎡")
        taken[pick.place] = taken.get(pick.place, 0.0) + pick.area_m2
    for place, wanted in sorted(taken.items()):
        site = place < len(case.sites)
        name = str(case.sites[place]["id"]) if site else str(case.outlets[place - len(case.sites)]["id"])
        room = float(case.sites[place]["area_m2"]) if site else _spare_m2(case, place - len(case.sites))
        if wanted > room + _ROUNDING_M2:
            what = "面积" if site else "可搭载面积"
            yield f"{name} 各业态共需 {wanted:,.2f} ㎡，{what}只有 {room:,.2f} ㎡"


def _spare_m2(case: Case, row: int) -> float:
    """Share of an existing outlet's area that add-ons may take; its type's usual area where the survey is blank."""
    outlet = case.outlets[row]
    area = outlet["area_m2"]
    if pd.isna(area):
        kind = case.kinds.get(outlet["type_id"])
        area = kind.area_m2.value if kind is not None else 0.0
    return float(area) * case.facts.scenario.hosts.spare_share


def hosts(case: Case) -> Iterator[str]:
    """Every add-on service has a host that may carry it, and the scenario allows it."""
    allowed = case.facts.scenario.hosts
    for pick in case.addons:
        at_site = pick.site is not None
        if not (allowed.new if at_site else allowed.existing):
            yield f"{pick.name_zh}：情景没有启用{'新设' if at_site else '现有'}网点搭载"
        yield from _at_site(case, pick) if at_site else _at_outlet(case, pick)


def _may_carry(pick: Placed) -> tuple[str, ...]:
    return pick.kind.hosts.value if pick.kind.hosts is not None else ()


def _at_site(case: Case, pick: Placed) -> Iterator[str]:
    there = {p.kind.id for p in case.opened if p.site == pick.site}
    if pick.record.host not in there:
        yield f"{pick.name_zh}：该点位没有新设 {pick.record.host}，不能由它搭载"
    if pick.record.host not in _may_carry(pick):
        yield f"{pick.name_zh}：{pick.record.host} 不能搭载它"


def _at_outlet(case: Case, pick: Placed) -> Iterator[str]:
    assert pick.outlet is not None
    own = case.outlets[pick.outlet]["type_id"]
    if own not in _may_carry(pick) or own not in case.kinds:
        yield f"{pick.name_zh}：现有网点 {pick.record.host}（{own}）不能搭载它"
    if pick.kind.id in case.reach.offers[pick.outlet]:
        yield f"{pick.name_zh}：现有网点 {pick.record.host} 已有该业态"
