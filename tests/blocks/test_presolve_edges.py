"""Pairs at the very edge of what presolve leaves out, one rule at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from support.hand import hand_instance

from models.instance import Phases, Purse, Rules
from models.presolve import (
    addon_candidates,
    catchment,
    coverage_types,
    lawful_addons,
    lawful_opens,
    open_candidates,
    useful_places,
    wanted_opens,
)

BASIC = Rules(levels=("basic_coverage",))


def lawful(instance: Any, **rules: Any) -> bool:
    """Whether T0 may open at S0."""
    return bool(lawful_opens(instance, replace(BASIC, **rules))[0, 0])


@pytest.mark.parametrize(("by", "kept"), [(0.0, True), (0.9e-9, True), (1e-8, False)])
def test_a_room_that_is_just_large_enough(by: float, kept: bool):
    assert lawful(hand_instance(site_area_m2=np.array([10.0 - by, 25.0]))) == kept
    room = hand_instance(host_area_m2=np.array([4.0 - by]))
    assert lawful_addons(room, np.ones((2, 2), dtype=bool))[2, 1] == kept


@pytest.mark.parametrize(("by", "kept"), [(0.0, True), (0.9e-6, True), (2e-6, False)])
def test_residents_that_are_just_enough(by: float, kept: bool):
    """150 are in reach, whose existing outlets share them."""
    assert catchment(hand_instance())[0, 0] == 150.0
    assert lawful(hand_instance(min_catchment=np.array([150.0 + by, 0.0]))) == kept
    beside = hand_instance(rivals=np.array([[1, 0], [0, 0], [0, 0]]))
    assert catchment(beside)[0, 0] == 100.0
    assert lawful(replace(beside, min_catchment=np.array([100.0 + by, 0.0]))) == kept
    full = hand_instance(assigned=np.array([True, False]), outlet_serves=np.array([90.0, np.inf]),
                         addon_serves=np.full(2, np.inf), min_catchment=np.array([90.0 + by, 0.0]))  # fmt: skip
    assert lawful(full) == kept


@pytest.mark.parametrize(("by", "kept"), [(0.0, True), (2e-6, True), (4e-6, False)])
def test_money_that_is_just_enough(by: float, kept: bool):
    """1000 and 500 for the site: a billionth of it and a millionth are granted, 2.5 millionths."""
    priced = hand_instance(open_budget_cny=np.full((2, 2), 1000.0), site_budget_cny=np.full(2, 500.0))
    assert lawful(priced, budget_cny=1500.0 - by) == kept
    years = Phases(np.array([700.0, 800.0 - by]), np.array([1.0, 0.5]), np.array([0, 0]))
    assert lawful(priced, phases=years) == kept


def test_rooms_that_are_never_free_and_locks():
    years = Phases(np.array([9e3, 9e3]), np.array([1.0, 0.5]), np.array([1, 2]))
    assert lawful_opens(hand_instance(), replace(BASIC, phases=years)).tolist() == [[True, True], [False, False]]
    assert not lawful(hand_instance(), lock_out_sites=np.array([0]))
    assert lawful(hand_instance(), lock_out_sites=np.array([1]), lock_out_pairs=np.array([[0, 1], [1, 0]]))
    assert not lawful(hand_instance(), lock_out_pairs=np.array([[0, 0]]))


def test_types_that_count():
    """Both types are basic."""
    plain = hand_instance()
    assert coverage_types(plain, BASIC).tolist() == [True, True]
    light = replace(plain, coverage_weight=np.array([1.0, 0.0]))
    assert coverage_types(light, BASIC).tolist() == [True, False]
    assert coverage_types(light, Rules(levels=("equity",))).tolist() == [True, True]
    assert coverage_types(plain, Rules(levels=("cost", "quality_coverage"))).tolist() == [False, False]
    assert coverage_types(plain, Rules(levels=(), coverage_floor=((1, 0.5),))).tolist() == [False, True]


def test_what_a_place_is_good_for():
    """Nobody new is covered by T0, no outlet is missing: it may host T1, or be locked in."""
    covered = hand_instance(covered=np.array([[True, False]] * 3), missing_outlets=np.zeros(2, dtype=np.int64))
    no_host = replace(covered, hosts=np.zeros((2, 2), dtype=bool))
    assert not wanted_opens(no_host, BASIC)[:, 0].any()
    assert wanted_opens(covered, BASIC)[:, 0].all()
    assert not wanted_opens(replace(covered, addon_eligible=np.zeros((3, 2), dtype=bool)), BASIC)[:, 0].any()
    for lock in ({"lock_in_sites": np.array([1])}, {"lock_in_pairs": np.array([[1, 0]])},
                 {"lock_in_phases": np.array([[1, 0, 0]])}):  # fmt: skip
        assert wanted_opens(no_host, replace(BASIC, **lock))[:, 0].tolist() == [False, True]
    missing = replace(no_host, missing_outlets=np.array([1, 0]))
    assert useful_places(missing, Rules(levels=("missing_types",)))[:, 0].all()
    assert not useful_places(missing, Rules(levels=("missing_types",)))[:, 1].any()
    assert not useful_places(missing, BASIC)[:, 0].any()
    assert useful_places(no_host, BASIC)[:, 1].tolist() == [True, True, True]
    purse = Purse("P", np.ones(3, dtype=bool), least_share=0.0, most_cny=5.0)
    assert not useful_places(no_host, replace(BASIC, purses=(purse,)))[:, 0].any()
    for rules in (Rules(levels=("cost", "walking")), Rules(levels=("farthest_walk",)),
                  replace(BASIC, purses=(purse, replace(purse, least_share=0.1)))):  # fmt: skip
        assert useful_places(no_host, rules).all()
    assert (open_candidates(no_host, BASIC) == (lawful_opens(no_host, BASIC) & wanted_opens(no_host, BASIC))).all()


def test_add_ons_need_a_host():
    plain = hand_instance()
    opens = np.array([[True, False], [False, False]])
    assert lawful_addons(plain, opens).tolist() == [[False, True], [False, False], [False, True]]
    assert addon_candidates(plain, BASIC, opens).tolist() == [[False, True], [False, False], [False, True]]
    nothing = replace(plain, addon_eligible=np.zeros((3, 2), dtype=bool))
    assert not addon_candidates(nothing, BASIC, opens).any()
