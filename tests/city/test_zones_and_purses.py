"""Zones that share places and purses for a part of them, against every plan of small instances."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.brute import TOLERANCE, lexicographic_optimum
from support.instances import plain_instance, random_instance

from models.errors import ModelError
from models.instance import Phases, Purse, Rules, SitingInstance, Zones
from models.lexicographic import solve
from models.solution import Decision, SolveOptions
from models.verify import breaches, level_value

LEVELS = ("missing_types", "basic_coverage", "cost")
EXACT = SolveOptions(mip_gap=0.0, time_limit_s=30)


def overlapping(seed: int, hosts: int = 0) -> SitingInstance:
    """Two zones; the place in the middle lies in both."""
    rng = np.random.default_rng(seed)
    made = random_instance(rng, n_site=3, n_type=3, hosts=hosts)
    inside = rng.random((2, made.n_place)) < 0.6
    inside[:, 1] = True
    missing = np.where(made.tier == 0, rng.integers(0, 3, (2, 3)), 0)
    return replace(made, missing_outlets=missing.sum(axis=0), zones=Zones(missing, inside))


@pytest.mark.parametrize("seed", range(8))
def test_zones_and_purses_equal_brute_force(seed: int):
    made = overlapping(seed, hosts=seed % 2)
    north = np.array([True, False, False] + [True] * made.n_host)
    rules = Rules(LEVELS, budget_cny=250_000.0, purses=(Purse("north", north, 0.3, 180_000.0),))
    found = solve(made, rules, EXACT)
    best = lexicographic_optimum(made, rules)
    assert best is not None
    assert [level.incumbent for level in found.levels] == pytest.approx(best, abs=TOLERANCE, rel=1e-6)
    assert [level.bound for level in found.levels] == pytest.approx(best, abs=1e-3, rel=1e-4)


def test_a_place_in_two_zones_fills_both_and_its_residents_count_once():
    reach = np.ones((1, 3, 1), dtype=bool)
    one_each = Zones(np.array([[1], [1]]), np.array([[True, True, False], [False, True, True]]))
    made = plain_instance(reach, missing_outlets=np.array([2]), residents=np.array([70.0]),
                          segment_residents=np.array([[70.0]]), zones=one_each)  # fmt: skip
    found = solve(made, Rules(LEVELS), EXACT)
    assert found.decision is not None
    assert found.decision.open[:, 0].tolist() == [False, True, False]
    assert [level.incumbent for level in found.levels] == [2.0, 70.0, 1500.0]


@pytest.mark.parametrize("seed", range(4))
def test_one_zone_with_every_place_is_the_circle_alone(seed: int):
    made = random_instance(np.random.default_rng(seed), hosts=1)
    whole = replace(made, zones=Zones(made.missing_outlets[None, :], np.ones((1, made.n_place), dtype=bool)))
    rules = Rules(LEVELS, budget_cny=200_000.0)
    alone, zoned = solve(made, rules, EXACT), solve(whole, rules, EXACT)
    assert alone.decision is not None
    assert zoned.decision is not None
    assert np.array_equal(alone.decision.open, zoned.decision.open)
    assert np.array_equal(alone.decision.addon, zoned.decision.addon)


@pytest.mark.parametrize("seed", range(4))
def test_years_count_each_zone(seed: int):
    made = overlapping(seed)
    phases = Phases(np.array([90_000.0, 120_000.0]), np.array([1.0, 0.5]), np.zeros(3, dtype=np.int64))
    rules = Rules(("missing_types", "cost"), phases=phases)
    found = solve(made, rules, EXACT)
    assert found.decision is not None
    assert breaches(made, rules, found.decision) == ()
    best = found.levels[0].incumbent
    assert best == pytest.approx(level_value(made, rules, found.decision, "missing_types"))
    assert found.levels[0].bound == pytest.approx(best, abs=1e-4)


def test_the_verifier_tells_of_a_purse_that_is_not_kept():
    made = plain_instance(np.ones((1, 2, 1), dtype=bool))
    plan = Decision.empty(made)
    plan.open[1, 0] = True
    first = np.array([True, False])
    assert "least share" in breaches(made, Rules(LEVELS, purses=(Purse("A", first, 0.2),)), plan)[0]
    assert "the most" in breaches(made, Rules(LEVELS, purses=(Purse("B", ~first, 0.0, 1000.0),)), plan)[0]


def test_zones_that_do_not_add_up_are_refused():
    with pytest.raises(Exception, match="add up"):
        plain_instance(np.ones((1, 2, 1), dtype=bool), zones=Zones(np.array([[3]]), np.ones((1, 2), dtype=bool)))


@pytest.mark.parametrize(("missing", "n_place"), [([[1]], 3), ([[1, 0]], 2)])
def test_zones_of_other_places_or_types_are_refused(missing: list[list[int]], n_place: int):
    zones = Zones(np.array(missing), np.ones((1, n_place), dtype=bool))
    with pytest.raises(ModelError, match="zones have shapes"):
        plain_instance(np.ones((1, 2, 1), dtype=bool), zones=zones)
