"""How much a plan may pass a limit by before the verifier says so: rounding, and no more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from support.hand import hand_instance, plan

from models.instance import Purse, Rules
from models.verify import breaches

ONE = plan([(0, 0)])
"""An outlet of 10 m2 at a site of 30 for 1500 元, 7000 元 a year; it newly covers 150 of 180 residents."""
PRICED = {"open_budget_cny": np.full((2, 2), 1000.0)}


def told(instance: Any, rules: Rules) -> list[str]:
    return [sentence.split(":")[0] for sentence in breaches(instance, rules, ONE)]


def edge(kind: str, granted: float, told_at: Any) -> None:
    """``told_at`` says what is told where the limit is passed by so much."""
    for part, found in ((0.0, []), (0.99, []), (1.01, [kind])):
        assert told_at(part * granted) == found, (kind, part)


def test_area():
    edge("area", 1e-6, lambda by: told(hand_instance(site_area_m2=np.array([10.0 - by, 25.0])), Rules(levels=())))


@pytest.mark.parametrize("size", [1.0, 1e4])
def test_money(size: float):
    """A cent, and a millionth of the limit."""
    priced = {name: size * values for name, values in PRICED.items()}
    instance = hand_instance(**priced, site_budget_cny=np.full(2, 500.0 * size))
    spent = 1500.0 * size
    edge("budget", 0.01 + 1e-6 * spent, lambda by: told(instance, Rules(levels=(), budget_cny=spent - by)))
    yearly = hand_instance(subsidy_cny_year=np.array([7000.0, 11000.0]) * size)
    limit = 7000.0 * size
    edge("subsidy", 0.01 + 1e-6 * limit, lambda by: told(yearly, Rules(levels=(), subsidy_cny_year=limit - by)))


@pytest.mark.parametrize("size", [1.0, 1e4])
def test_purses(size: float):
    """The room at S0 is half of what is there; all money goes to it."""
    priced = {name: size * values for name, values in PRICED.items()}
    instance, spent = hand_instance(**priced, site_budget_cny=np.full(2, 500.0 * size)), 1500.0 * size
    here, there = np.array([True, False, False]), np.array([False, True, True])
    granted = 0.01 + 1e-6 * spent

    def purse(inside: np.ndarray, least: float, most: float | None) -> Rules:
        return Rules(levels=(), purses=(Purse("P", inside, least, most),))

    edge("purse", granted, lambda by: told(instance, purse(there, by / spent, None)))
    edge("purse", granted, lambda by: told(instance, purse(here, 0.0, spent - by)))
    assert told(instance, purse(here, 1.0, spent)) == []
    assert told(instance, purse(there, 0.5, None)) == ["purse"]


@pytest.mark.parametrize("share", [150 / 180, 0.5])
def test_floors(share: float):
    """A millionth of what is asked for, which is 150 or 90, and 30 are lacking at the most."""
    granted = 1e-6 * share * 180.0
    covered = hand_instance()
    rules = Rules(levels=(), coverage_floor=((0, share),))
    more = 150.0 - share * 180.0

    def fewer(by: float) -> Any:
        residents = covered.segment_residents.copy()
        # who is out of reach becomes more, so that the floor asks for ``by`` more than there is
        residents[2, 0] = (150.0 + by) / share - 150.0
        return told(replace(covered, segment_residents=residents), rules)

    edge("coverage_floor", granted + 1e-6 * more, fewer)


def test_a_floor_of_less_than_one_resident():
    """A millionth of a resident at the least."""
    covered = hand_instance(segment_residents=hand_instance().segment_residents * 1e-3)

    def fewer(by: float) -> Any:
        residents = covered.segment_residents.copy()
        residents[2, 0] = 0.15 + 2 * by
        return told(replace(covered, segment_residents=residents), Rules(levels=(), coverage_floor=((0, 0.5),)))

    edge("coverage_floor", 1e-6, fewer)


@pytest.mark.parametrize("needed", [150.0, 0.5])
def test_viability(needed: float):
    """150 residents are in reach of the outlet and of no other."""
    size = needed / 150.0
    alone = hand_instance(segment_residents=hand_instance().segment_residents * size)

    def fewer(by: float) -> Any:
        return told(replace(alone, min_catchment=np.array([needed + by, 0.0])), Rules(levels=()))

    edge("viability", 1e-6 * max(1.0, needed), fewer)


@pytest.mark.parametrize("needed", [150.0, 0.5])
def test_residents_that_are_shared_out(needed: float):
    """As viability, of what the outlets lack together."""
    size = needed / 150.0
    alone = hand_instance(
        segment_residents=hand_instance().segment_residents * size, assigned=np.array([True, False]),
        outlet_serves=np.full(2, np.inf), addon_serves=np.full(2, np.inf),
    )  # fmt: skip

    def fewer(by: float) -> Any:
        return told(replace(alone, min_catchment=np.array([needed + by, 0.0])), Rules(levels=()))

    edge("assignment", 1e-6 * max(1.0, needed), fewer)
