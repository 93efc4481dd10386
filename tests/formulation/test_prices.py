"""Money by hand: a quoted price, the rent factor, and what counts against the budget."""

from __future__ import annotations

import pytest
from formulation.formulation_cases import CATALOGUE, kind, rooms

from scenarios.schema import Budget
from siting.formulation.money import addon_area_m2, addon_cost_cny, money, rent_factor

ROOM = {"area_m2": 100.0, "rent_cny_year": 10_000.0, "renovation_cny_m2": 300.0, "opening_cny": 5_000.0}


@pytest.mark.parametrize(
    ("years", "rate", "factor"),
    [(1, 0.03, 1.0), (3, 0.0, 3.0), (2, 0.25, 1.8), (3, 1.0, 1.75)],
)
def test_rent_is_paid_at_the_start_of_each_year(years, rate, factor):
    assert rent_factor(Budget(lease_years=years, discount_rate=rate)) == pytest.approx(factor)


def test_a_site_by_hand():
    priced = money(rooms(ROOM, {}), (kind(),), Budget(lease_years=2, discount_rate=0.25))
    assert priced.opening_cny.tolist() == [5_000, 0]
    assert priced.renovation_cny.tolist() == [30_000, 0]
    assert priced.rent_cny.tolist() == pytest.approx([18_000, 0])
    assert priced.site_cny.tolist() == priced.site_budget_cny.tolist() == pytest.approx([53_000, 0])


def test_rent_left_out_of_the_budget_is_still_a_cost():
    priced = money(rooms(ROOM), (kind(),), Budget(lease_years=2, discount_rate=0.25, include_rent=False))
    assert priced.site_cny.tolist() == pytest.approx([53_000])
    assert priced.site_budget_cny.tolist() == pytest.approx([35_000])


def test_a_quote_replaces_the_computed_price_of_its_pair_alone():
    kinds = (kind("pharmacy"), kind("laundry"))
    quotes = [("S1", "laundry", 12_345.5), ("S0", "bookstore", 1.0)]
    priced = money(rooms(ROOM, ROOM, costs=quotes), kinds, Budget())
    own = [k.fitout_cny_m2.value * k.area_m2.value + k.equipment_cny.value for k in kinds]
    assert priced.open_cny.ravel().tolist() == pytest.approx([*own, own[0], 12_345.5])


@pytest.mark.parametrize("costs", [None, []])
def test_no_quotes(costs):
    fixed = CATALOGUE.types["pharmacy"]
    priced = money(rooms(ROOM, costs=costs), (fixed,), Budget())
    wanted = fixed.fitout_cny_m2.value * fixed.area_m2.value + fixed.equipment_cny.value
    assert priced.open_cny.tolist() == [[pytest.approx(wanted)]]


def test_an_add_on_without_figures_of_its_own_takes_the_area_and_equipment_of_the_type():
    bare = kind().model_copy(update={"addon_area_m2": None, "addon_cost_cny": None})
    assert addon_area_m2(bare) == bare.area_m2.value
    assert addon_cost_cny(bare) == bare.equipment_cny.value
    given = next(k for k in CATALOGUE.types.values() if k.addon_area_m2 and k.addon_cost_cny)
    assert addon_area_m2(given) == given.addon_area_m2.value
    assert addon_cost_cny(given) == given.addon_cost_cny.value
