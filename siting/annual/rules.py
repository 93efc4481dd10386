"""The rules of the annual plan applied to one project: permit, quarters, funding, clauses."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.annual_rules import AnnualRules, ScheduleRule

NEW_BUILD, ADD_ON = "新建", "一店多能"
_QUARTERS = "一二三四"


@dataclass(frozen=True)
class Permit:
    """Whether a construction permit 施工许可 is needed, and which condition says so."""

    needed: bool
    reason_zh: str

    @property
    def label_zh(self) -> str:
        """免办 or 需办."""
        return "需办" if self.needed else "免办"


@dataclass(frozen=True)
class Quarter:
    """A quarter of a year, 1 to 4."""

    year: int
    number: int

    def __str__(self) -> str:
        """``2025年二季度``."""
        return f"{self.year}年{_QUARTERS[self.number - 1]}季度"

    def plus(self, quarters: int) -> Quarter:
        """That many quarters later."""
        months = self.year * 4 + self.number - 1 + quarters
        return Quarter(months // 4, months % 4 + 1)


def permit(works_cny: float, area_m2: float, mode_zh: str, rules: AnnualRules) -> Permit:
    """The plan, 五（四）: fit-out of at most 1,000,000 元 or at most 500 ㎡ needs no construction permit.

    ``works_cny`` and ``area_m2`` are those of all works in the same room in the same year: splitting them up does not
    save a permit. New building is no fit-out, so the exemption does not reach it.
    """
    rule = rules.permit
    if mode_zh == NEW_BUILD:
        return Permit(True, rule.new_build_zh)
    cheap, small = works_cny <= rule.works_cny_max.value + 0.005, area_m2 <= rule.area_m2_max.value
    what = "搭载所需装修与设备" if mode_zh == ADD_ON else "同址装修工程"
    money = f"{what} {works_cny / 1e4:,.2f} 万元"
    ground = f"{area_m2:,.0f} ㎡"
    cny, m2 = rule.works_cny_max.value / 1e4, rule.area_m2_max.value
    if cheap and small:
        return Permit(False, f"{money}，不超过 {cny:g} 万元；面积 {ground}，不超过 {m2:g} ㎡（两项均合）")
    if cheap:
        return Permit(False, f"{money}，不超过 {cny:g} 万元（面积 {ground}）")
    if small:
        return Permit(False, f"面积 {ground}，不超过 {m2:g} ㎡（{money}）")
    return Permit(True, f"{money}，超过 {cny:g} 万元；面积 {ground}，超过 {m2:g} ㎡")


def quarters(
    year: int, mode_zh: str, area_m2: float, available_year: int | None, needs_permit: bool, rules: AnnualRules
) -> tuple[Quarter, Quarter]:
    """Start and finish as proposed: the start by the way of building and when the room is free, the length by size.

    A room that is free only after ``year`` starts in the year in which it is.
    """
    rule = rules.schedule
    first = {ADD_ON: rule.start_addon, NEW_BUILD: rule.start_new_build}.get(mode_zh, rule.start_conversion).value
    start = Quarter(year, first)
    if available_year is not None and available_year >= year:
        start = Quarter(available_year, max(first, rule.start_released.value))
    return start, start.plus(_length(area_m2, needs_permit, rule) - 1)


def _length(area_m2: float, needs_permit: bool, rule: ScheduleRule) -> int:
    length = 1 if area_m2 <= rule.small_m2.value else 2 if area_m2 <= rule.medium_m2.value else 3
    return length + (rule.permit_quarters.value if needs_permit else 0)


def funding(type_id: str, tier: str, kind: str, owner: str, mode_zh: str, rules: AnnualRules) -> str:
    """The channels of money: the first main one that fits, then all others that fit; assumptions are called so."""
    fitting = [rule for rule in rules.funding if rule.fits(type_id, tier, kind, owner, mode_zh)]
    main = next((rule for rule in fitting if rule.role == "main"), None)
    chosen = [*([main] if main else []), *(rule for rule in fitting if rule.role == "also")]
    return "；".join(rule.shown_zh for rule in chosen)


def clauses(type_id: str, tier: str, kind: str, owner: str, mode_zh: str, rules: AnnualRules) -> str:
    """The clauses of the city's plan that the project rests on."""
    fitting = [rule.text_zh for rule in rules.clause if rule.fits(type_id, tier, kind, owner, mode_zh)]
    return "；".join(fitting)
