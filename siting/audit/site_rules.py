"""May the type be there? The rules of the type, of the survey and of the scenario, asked of every pick."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zlib import crc32

import pandas as pd

from scenarios.business_type import SITE_KIND_LABELS_ZH, BusinessType, SiteKind, SiteRules
from siting.audit.plan import Case, Placed, Row

_ROUNDING_M2 = 1e-9


def site_rules(case: Case) -> Iterator[str]:
    """What speaks against each pick at a candidate site."""
    withdrawn = _withdrawn(case)
    cut_off = case.facts.walks.snap.cut_off if case.facts.walks.snap is not None else {}
    forbidden = {str(kind) for kind in case.facts.scenario.sites.forbidden_kinds}
    for pick in case.placed:
        if pick.site is None:
            continue
        site = case.sites[pick.site]
        if str(site["id"]) in withdrawn:
            yield f"{pick.name_zh}：该点位按情景已撤回"
        if site["kind"] in forbidden:
            yield f"{pick.name_zh}：情景不使用{_kind_zh(site)}"
        if str(site["id"]) in cut_off:
            yield f"{pick.name_zh}：该点位步行到不了"
        for reason in _objections(pick, site):
            yield f"{pick.name_zh}：{reason}"


def _objections(pick: Placed, site: Row) -> Iterator[str]:
    kind = pick.kind
    rules = kind.site_rules.value if kind.site_rules is not None else SiteRules()
    if kind.id in site["forbidden_types"]:
        yield "调查表列为禁止业态"
    if site["allowed_types"] and kind.id not in site["allowed_types"]:
        yield "调查表的允许业态里没有它"
    floor = _known(site["floor"])
    if not rules.basement_allowed and (site["kind"] == SiteKind.BASEMENT or (floor is not None and floor < 0)):
        yield "不得设在地下"
    if floor is not None:
        yield from _for_its_users(rules, floor, _known(site["elevator"]))
    if not pick.is_addon:
        yield from _of_outlets(kind, rules, site, floor)


def _of_outlets(kind: BusinessType, rules: SiteRules, site: Row, floor: int | None) -> Iterator[str]:
    """What is asked of a room that is fitted out, and not of an add-on service at a counter in it."""
    if not kind.sitable.value:
        yield "该业态不通过存量用房选址"
    if site["kind"] in {str(k) for k in rules.forbidden_kinds} or (
        rules.allowed_kinds and site["kind"] not in {str(k) for k in rules.allowed_kinds}
    ):
        yield f"不宜设在{_kind_zh(site)}"
    if floor is not None:
        yield from _storeys(rules, floor)
    if rules.needs_flue and _known(site["flue"]) is False:
        yield "须有烟道，该点位没有"
    if rules.needs_street_front and _known(site["street_front"]) is False:
        yield "须临街，该点位不临街"
    if site["area_m2"] < kind.area_m2.value - _ROUNDING_M2:
        yield f"需 {kind.area_m2.value:g} ㎡，该点位只有 {site['area_m2']:g} ㎡"


def _for_its_users(rules: SiteRules, floor: int, elevator: Any) -> Iterator[str]:
    """What protects those who come, in a room of its own or at a counter in another's."""
    if rules.max_floor is not None and floor > rules.max_floor:
        yield f"不得高于 {rules.max_floor} 层，该点位在 {floor} 层"
    limit = rules.elevator_above_floor
    if limit is not None and floor > limit and elevator is False:
        yield f"{limit} 层以上须有电梯，该点位在 {floor} 层且无电梯"


def _storeys(rules: SiteRules, floor: int) -> Iterator[str]:
    if rules.ground_floor_only and floor != 1:
        yield f"应设在首层，该点位在 {floor} 层"
    if rules.min_floor is not None and floor < rules.min_floor:
        yield f"不得低于 {rules.min_floor} 层，该点位在 {floor} 层"


def _known(value: Any) -> Any:
    """A plain int or bool; None where the survey is blank."""
    if pd.isna(value):
        return None
    return bool(value) if str(value) in ("True", "False") else int(value)


def _kind_zh(site: Row) -> str:
    return SITE_KIND_LABELS_ZH[SiteKind(site["kind"])]


def _withdrawn(case: Case) -> set[str]:
    """The share of sites with the smallest checksum of seed and id."""
    ids = sorted(str(site["id"]) for site in case.sites)
    ids.sort(key=lambda text: crc32(f"{case.facts.seed}:{text}".encode()))
    return set(ids[: round(case.facts.scenario.sites.withdrawn_share * len(ids))])
