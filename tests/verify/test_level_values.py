"""Every level by hand-computed numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.hand import hand_instance, plan, with_walks

from models.errors import ModelError
from models.instance import Rules, Tier
from models.verify import coverage, level_value, walked_m

RULES = Rules(levels=(), equity_share=0.5)
PLAN = plan([(0, 0), (1, 0)], [(2, 1)])


def value(instance, decision, level, rules=RULES):
    return level_value(instance, rules, decision, level)


def test_coverage_is_new_coverage_only():
    covered = np.array([[True, False], [False, False], [False, False]])
    newly = coverage(hand_instance(covered=covered), PLAN)
    assert newly.tolist() == [[False, False], [True, True], [True, True]]


def test_missing_types_are_capped_and_weighted():
    instance = hand_instance(missing_outlets=np.array([1, 3]), missing_weight=np.array([2.0, 5.0]))
    assert value(instance, PLAN, "missing_types") == 2.0 * 1 + 5.0 * 1


@pytest.mark.parametrize(
    ("level", "wanted"),
    # type 0 newly covers all 180 residents; the host's add-on of type 1 covers the segment of D1 (0) and D2 (30)
    [("basic_coverage", 180.0), ("public_coverage", 0.0), ("quality_coverage", 1.5 * 30.0)],
)
def test_tier_coverage(level: str, wanted: float):
    tier = np.array([Tier.BASIC, Tier.QUALITY], dtype=np.int64)
    assert value(hand_instance(tier=tier, coverage_weight=np.array([1.0, 1.5])), PLAN, level) == wanted


def test_public_coverage():
    tier = np.array([Tier.BASIC, Tier.PUBLIC], dtype=np.int64)
    assert value(hand_instance(tier=tier), PLAN, "public_coverage") == 30.0


def test_equity_splits_the_last_demand_point():
    # counts: D0 1, D1 2, D2 2; the worst half of 180 is 90 of D0's 100 residents
    assert value(hand_instance(), PLAN, "equity") == 1.0
    # the worst three quarters: 100 at 1 and 35 at 2
    assert value(hand_instance(), PLAN, "equity", replace(RULES, equity_share=0.75)) == pytest.approx(170 / 135)
    assert value(hand_instance(), PLAN, "equity", replace(RULES, equity_share=1.0)) == pytest.approx(260 / 180)


def test_equity_counts_existing_coverage_and_basic_types_only():
    covered = np.array([[True, True], [False, False], [False, False]])
    instance = hand_instance(covered=covered, tier=np.array([Tier.BASIC, Tier.QUALITY], dtype=np.int64))
    assert value(instance, plan([]), "equity", replace(RULES, equity_share=1.0)) == pytest.approx(100 / 180)


def test_equity_without_residents_is_zero():
    assert value(hand_instance(residents=np.zeros(3)), PLAN, "equity") == 0.0


def test_cost_counts_a_site_once():
    assert value(hand_instance(), plan([(0, 0), (0, 1)], [(2, 1)]), "cost") == 1000 + 1000 + 500 + 300


def test_sites():
    assert value(hand_instance(), PLAN, "sites") == 2.0
    assert value(hand_instance(), plan([], [(2, 1)]), "sites") == 0.0


def test_walks_take_the_nearest_of_old_and_new():
    instance = with_walks(hand_instance())
    assert walked_m(instance, plan([(0, 0), (1, 0)], [(2, 1)])).tolist() == [
        [0.0, np.inf],
        [200.0, np.inf],
        [700.0, 100.0],
    ]
    assert walked_m(instance, plan([(1, 0)])).tolist() == [[400.0, np.inf], [200.0, np.inf], [700.0, 900.0]]


def test_walking_and_farthest_walk():
    instance, decision = with_walks(hand_instance()), plan([(0, 0), (0, 1), (1, 0)])
    # type 0: 100*0 + 50*200 + 30*700; type 1: 10*0 + nobody at D1 + 30*900
    assert value(instance, decision, "walking") == 10_000 + 21_000 + 27_000
    assert value(instance, decision, "farthest_walk") == 900.0


def test_unserved_residents_walk_forever():
    instance = with_walks(hand_instance())
    assert value(instance, plan([(0, 0)]), "walking") == np.inf
    assert value(instance, plan([(0, 0)]), "farthest_walk") == np.inf


def test_walking_needs_metres():
    with pytest.raises(ModelError, match="walk_m"):
        value(hand_instance(), PLAN, "walking")


def test_unknown_level_is_refused():
    with pytest.raises(ModelError, match="no_such_level"):
        value(hand_instance(), PLAN, "no_such_level")
