"""Picks that must stay and picks beyond which nothing may be: against trying every plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.brute import MAXIMISED, TOLERANCE, lawful_plans
from support.instances import random_instance, random_rules

from models.errors import ModelError
from models.instance import Rules, SitingInstance
from models.resolve import contains, resolve_levels
from models.solution import Decision, SolveOptions, Termination
from models.verify import level_value

LEVELS = ("basic_coverage", "cost")
EXACT = SolveOptions(mip_gap=1e-9, time_limit_s=20.0)


def best(instance: SitingInstance, rules: Rules, plans: list[Decision]) -> list[float]:
    """Level by level over these plans."""
    values = []
    for level in rules.levels:
        scored = [(level_value(instance, rules, plan, level), plan) for plan in plans]
        top = max(v for v, _ in scored) if level in MAXIMISED else min(v for v, _ in scored)
        values.append(top)
        plans = [plan for v, plan in scored if abs(v - top) <= TOLERANCE * max(1.0, abs(top))]
    return values


def part_of(rng: np.random.Generator, plan: Decision, share: float) -> Decision:
    return Decision(
        plan.open & (rng.random(plan.open.shape) < share), plan.addon & (rng.random(plan.addon.shape) < share)
    )


@pytest.mark.parametrize("seed", range(6))
def test_the_best_of_the_plans_that_hold_and_lie_within(seed: int):
    rng = np.random.default_rng([seed, 9])
    instance = random_instance(rng, n_demand=6, n_site=3, n_type=2, hosts=1, viability=False)
    rules = random_rules(rng, instance, LEVELS)
    rules = replace(rules, lock_in_sites=np.zeros(0, int), lock_in_pairs=np.zeros((0, 2), int), coverage_floor=())
    plans = lawful_plans(instance, rules)
    some = [plans[n] for n in rng.permutation(len(plans))[:3]]
    for only, keep in ((some[0], None), (some[1], part_of(rng, some[1], 0.5)), (None, part_of(rng, some[2], 0.5))):
        left = [p for p in plans if (only is None or contains(only, p)) and (keep is None or contains(p, keep))]
        try:
            found = resolve_levels(instance, rules, EXACT, only=only, keep=keep, start=some[0]).solution
        except ModelError:
            assert keep is not None  # a pick that reduction has no column for
            continue
        assert found.termination is Termination.OPTIMAL
        assert [level.incumbent for level in found.levels] == pytest.approx(best(instance, rules, left))
        assert only is None or contains(only, found.decision)
        assert keep is None or contains(found.decision, keep)


def test_one_plan_contains_another():
    full = Decision(np.ones((2, 2), dtype=bool), np.ones((3, 2), dtype=bool))
    bare = Decision(np.zeros((2, 2), dtype=bool), np.zeros((3, 2), dtype=bool))
    opened, added = replace(bare, open=full.open), replace(bare, addon=full.addon)
    assert contains(full, opened)
    assert contains(full, added)
    assert contains(bare, bare)
    assert not contains(opened, added)
    assert not contains(added, opened)
