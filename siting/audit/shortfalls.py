"""What a circle, or each circle of a city's run, had and lacked before the plan: outlets, residents in reach."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.business_type import BusinessType, Tier
from siting.audit.plan import Case
from siting.audit.recorded import GapRecord
from siting.audit.report import differs, same
from siting.outputs.words import SEGMENTS_ZH
from siting.workspace import SEGMENTS


def required(case: Case, kind: BusinessType) -> int:
    """Outlets that the circles should have, added up."""
    return sum(part.required(kind) for part in case.facts.parts)


def missing(case: Case, kind: BusinessType) -> int:
    """Outlets that the circles lack and that a site could give: basic types only."""
    return sum(part.missing(kind) for part in case.facts.parts)


def filled(case: Case, kind: BusinessType) -> int:
    """Missing outlets that the plan fills; a place that counts for two circles fills one in each."""
    places = case.places_of(kind.id)
    return sum(min(part.count(places), part.missing(kind)) for part in case.facts.parts)


def basic_complete(case: Case, planned: bool = False) -> float:
    """Share of the basic types that a circle has, ``planned`` with the plan's; 1 without any; the circles' mean."""
    basic = [kind for kind in case.kinds.values() if kind.tier is Tier.BASIC]
    if not basic:
        return 1.0
    places = {kind.id: case.places_of(kind.id) if planned else [] for kind in basic}
    has = [
        sum(bool(part.outlets(kind) or part.count(places[kind.id])) for kind in basic) / len(basic)
        for part in case.facts.parts
    ]
    return sum(has) / len(has)


def gaps(case: Case) -> Iterator[str]:
    """The gap report's counts."""
    said = case.recorded.gaps
    rows = {row.type_id: row for row in said.rows}
    everyone = float(case.reach.people("all").sum())
    if not same(everyone, said.residents):
        yield differs("居民总数", everyone, said.residents, "人")
    if not same(basic_complete(case), said.basic_complete_share):
        yield differs("基本保障类齐备率", basic_complete(case), said.basic_complete_share)
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
        ("缺少网点", sum(part.lacking(kind) for part in case.facts.parts), row.missing_outlets, "个"),
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
