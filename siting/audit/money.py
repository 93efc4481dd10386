"""What the plan costs, pick by pick, and whether budget and subsidy hold.

outlet   fitout_cny_m2 · area_m2 + equipment_cny, or the quoted price of costs.csv
site     opening_cny + renovation_cny_m2 · area_m2 + rent_cny_year · (1 + 1/(1+r) + … + 1/(1+r)^(n-1)), once
add-on   addon_cost_cny, or equipment_cny where the catalogue gives none
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from siting.audit.plan import Case, Placed, Row
from siting.audit.report import differs, money_same, number_zh

_SLACK_CNY = 0.01
_SLACK_SHARE = 1e-6


@dataclass(frozen=True)
class SiteMoney:
    """Cost of using a site, 元: in all, and the part that counts against the budget."""

    total_cny: float
    budget_cny: float


def own_cny(case: Case, pick: Placed) -> float:
    """What the type itself costs at its place."""
    kind = pick.kind
    if pick.is_addon:
        return (kind.addon_cost_cny or kind.equipment_cny).value
    quoted = case.quotes.get((pick.record.site, kind.id))
    return kind.fitout_cny_m2.value * kind.area_m2.value + kind.equipment_cny.value if quoted is None else quoted


def site_money(case: Case, site: Row) -> SiteMoney:
    """What using a site costs, whatever it hosts."""
    budget = case.facts.scenario.budget
    works = float(site["opening_cny"]) + float(site["renovation_cny_m2"]) * float(site["area_m2"])
    rent = sum(
        float(site["rent_cny_year"]) / (1.0 + budget.discount_rate) ** year for year in range(budget.lease_years)
    )
    return SiteMoney(works + rent, works + rent if budget.include_rent else works)


def cost_cny(case: Case, pick: Placed) -> float:
    """Own cost and, for an outlet, its even share of the site's."""
    own = own_cny(case, pick)
    if pick.is_addon or pick.site is None:
        return own
    return own + site_money(case, case.sites[pick.site]).total_cny / len(case.used[pick.site])


def total_cny(case: Case) -> float:
    """Cost of the whole plan."""
    return sum(own_cny(case, p) for p in case.placed) + sum(
        site_money(case, case.sites[row]).total_cny for row in case.used
    )


def budget_cny(case: Case) -> float:
    """The part of the cost that counts against the budget."""
    return sum(own_cny(case, p) for p in case.placed) + sum(
        site_money(case, case.sites[row]).budget_cny for row in case.used
    )


def costs(case: Case) -> Iterator[str]:
    """Cost of every pick, and their sum."""
    for pick in case.placed:
        wanted, own = cost_cny(case, pick), own_cny(case, pick)
        if not money_same(wanted, pick.record.cost):
            yield differs(f"{pick.name_zh}投入", wanted, pick.record.cost, "元")
        if pick.record.own_cost is not None and not money_same(own, pick.record.own_cost):
            yield differs(f"{pick.name_zh}装修与设备", own, pick.record.own_cost, "元")
    said = sum(pick.cost for pick in case.recorded.picks)
    if not _sums_agree(said, case.recorded.totals.cost_cny, len(case.recorded.picks)):
        total = number_zh(case.recorded.totals.cost_cny)
        yield f"各点位业态投入相加为 {number_zh(said)} 元，合计记为 {total} 元"


def _sums_agree(said: float, total: float, terms: int) -> bool:
    return abs(said - total) <= _SLACK_CNY * max(1, terms)


def budget(case: Case) -> Iterator[str]:
    """Capital budget."""
    yield from _over("投资", budget_cny(case), case.facts.scenario.budget.capital_cny, "元")


def subsidy(case: Case) -> Iterator[str]:
    """Yearly subsidies of outlets and add-on services."""
    own = [pick.kind.addon_subsidy_cny_year if pick.is_addon else None for pick in case.placed]
    taken = sum((said or pick.kind.subsidy_cny_year).value for said, pick in zip(own, case.placed, strict=True))
    yield from _over("年补贴", taken, case.facts.scenario.budget.subsidy_cny_year, "元")


def _over(what: str, taken: float, limit: float | None, unit: str) -> Iterator[str]:
    if limit is not None and taken > limit + _SLACK_CNY + _SLACK_SHARE * limit:
        yield f"{what}复算为 {number_zh(taken)} {unit}，上限为 {number_zh(limit)} {unit}"
