"""What the circle had and lacked before the plan: outlets, required and missing, residents in reach."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from scenarios.business_type import BusinessType, Tier
from siting.audit.plan import Case
from siting.audit.recorded import GapRecord
from siting.audit.report import differs, same
from siting.outputs.words import SEGMENTS_ZH
from siting.workspace import SEGMENTS


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
    return _lacking(case, kind)


def _lacking(case: Case, kind: BusinessType) -> int:
    """Outlets short of the number required; none where the circle says that its data cannot show the type."""
    if kind.id in case.facts.workspace.circle.unknown_types:
        return 0
    return max(0, required(case, kind) - len(case.reach.outlets_of(kind.id)))


def basic_complete(case: Case, given: Mapping[str, int]) -> float:
    """Share of the basic types that the circle has, with ``given`` new ones by type; 1 where there are none."""
    basic = [kind for kind in case.kinds.values() if kind.tier is Tier.BASIC]
    has = [bool(case.reach.outlets_of(kind.id)) or given.get(kind.id, 0) > 0 for kind in basic]
    return sum(has) / len(has) if has else 1.0


def gaps(case: Case) -> Iterator[str]:
    """The gap report's counts."""
    said = case.recorded.gaps
    rows = {row.type_id: row for row in said.rows}
    everyone = float(case.reach.people("all").sum())
    if not same(everyone, said.residents):
        yield differs("居民总数", everyone, said.residents, "人")
    if not same(basic_complete(case, {}), said.basic_complete_share):
        yield differs("基本保障类齐备率", basic_complete(case, {}), said.basic_complete_share)
    for type_id in sorted(rows.keys() ^ case.kinds.keys()):
        yield f"缺口表{'多出' if type_id in rows else '缺少'}业态 {type_id}"
    for kind in case.kinds.values():
        if kind.id in rows:
            yield from _gap(case, kind, rows[kind.id])


def _gap(case: Case, kind: BusinessType, row: GapRecord) -> Iterator[str]:
    outlets, wanted = len(case.reach.outlets_of(kind.id)), required(case, kind)
    everyone, inside = _in_reach(case, kind, kind.segment)
    figures: list[tuple[str, float, float | None, str]] = [
        ("现有网点", outlets, row.outlets, "个"),
        ("应设网点", wanted, row.required, "个"),
        ("缺少网点", _lacking(case, kind), row.missing_outlets, "个"),
        ("步行可达距离", case.facts.reach_m(kind), row.reach_m, "米"),
        ("服务人群", everyone, row.residents, "人"),
        ("可达居民", inside, row.residents_in_reach, "人"),
    ]
    for segment in SEGMENTS:
        everyone, inside = _in_reach(case, kind, segment)
        told = row.reach_by_segment.get(segment)
        figures.append((f"{SEGMENTS_ZH[segment]}人数", everyone, told.residents if told else None, "人"))
        figures.append((f"可达{SEGMENTS_ZH[segment]}", inside, told.in_reach if told else None, "人"))
    for what, value, found, unit in figures:
        if not same(value, found):
            yield differs(f"{kind.name_zh}{what}", value, found, unit)
    if kind.sitable.value != row.sitable:
        yield f"{kind.name_zh}是否通过存量用房选址，缺口表与目录不一致"


def _in_reach(case: Case, kind: BusinessType, segment: str) -> tuple[float, float]:
    """(residents of the segment, those of them in reach of an existing outlet)."""
    people = case.reach.people(segment)
    return float(people.sum()), float(people[case.reach.today(kind) > 0].sum())
