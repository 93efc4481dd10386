"""What must not change, or only for the better, when the years of a plan are changed in a known way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.instances import random_instance, random_rules
from support.yearly import LEVELS, random_phases

from models.instance import Phases, Rules, SitingInstance
from models.lexicographic import solve
from models.objectives import SENSES
from models.solution import SolveOptions

SEEDS = range(5)
EXACT = SolveOptions(mip_gap=1e-9, time_limit_s=30)


def circle(seed: int, n_phase: int = 3) -> tuple[SitingInstance, Rules]:
    rng = np.random.default_rng([seed, 5])
    instance = random_instance(rng, 12, 4, 3, hosts=1)
    drawn = random_rules(rng, instance, LEVELS)
    free = replace(
        drawn, coverage_floor=(), lock_in_sites=np.zeros(0, np.int64), lock_in_pairs=np.zeros((0, 2), np.int64)
    )
    phases = random_phases(rng, instance, n_phase)
    return instance, replace(free, phases=replace(phases, available=np.minimum(phases.available, n_phase - 1)))


def merit(instance: SitingInstance, rules: Rules) -> tuple[float, ...]:
    """Values of the levels, larger is better; small differences are rounded away."""
    solution = solve(instance, rules, EXACT)
    assert solution.decision is not None
    return tuple(
        round(level.incumbent if SENSES[level.name] == "max" else -level.incumbent, 3) for level in solution.levels
    )


def phases_of(rules: Rules) -> Phases:
    assert rules.phases is not None
    return rules.phases


@pytest.mark.parametrize("seed", SEEDS)
def test_more_money_in_any_year_never_hurts(seed: int):
    instance, rules = circle(seed)
    phases, before = phases_of(rules), merit(instance, rules)
    for t in range(phases.n):
        richer = phases.budget_cny.copy()
        richer[t] += 40_000
        assert merit(instance, replace(rules, phases=replace(phases, budget_cny=richer))) >= before


@pytest.mark.parametrize("seed", SEEDS)
def test_carrying_over_never_hurts(seed: int):
    instance, rules = circle(seed)
    kept, lapsed = (replace(phases_of(rules), carry_over=carry_over) for carry_over in (True, False))
    assert merit(instance, replace(rules, phases=kept)) >= merit(instance, replace(rules, phases=lapsed))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_room_that_is_free_later_never_helps(seed: int):
    instance, rules = circle(seed)
    phases = phases_of(rules)
    later = replace(phases, available=np.minimum(phases.available + np.arange(4) % 2, phases.n))
    assert merit(instance, replace(rules, phases=later)) <= merit(instance, rules)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_phase_is_the_plan_without_years(seed: int):
    instance, rules = circle(seed)
    phases = phases_of(rules)
    one = Phases(np.array([phases.budget_cny.sum()]), np.ones(1), np.zeros(4, dtype=np.int64))
    without = replace(rules, phases=None, budget_cny=rules.capital_cny)
    assert merit(instance, replace(rules, phases=one)) == merit(instance, without)


@pytest.mark.parametrize("seed", SEEDS)
def test_all_money_in_the_first_year_and_nobody_minding_is_the_end_state(seed: int):
    instance, rules = circle(seed)
    phases = phases_of(rules)
    money = np.array([float(phases.budget_cny.sum()), 0.0, 0.0])
    free = np.zeros(4, dtype=np.int64)
    without = replace(rules, phases=None, budget_cny=rules.capital_cny)
    for worth, carry_over in ((1.0, True), (1.0, False), (0.5, True)):
        front = Phases(money, worth ** np.arange(3.0), free, carry_over)
        assert merit(instance, replace(rules, phases=front)) == merit(instance, without)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_later_year_that_is_worth_less_never_counts_more(seed: int):
    """Of the first level alone: the same schedules are lawful, and each counts no more."""
    instance, rules = circle(seed)
    values = [
        merit(instance, replace(rules, phases=replace(phases_of(rules), worth=worth ** np.arange(3.0))))[0]
        for worth in (1.0, 0.9, 0.5)
    ]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("seed", SEEDS[:4])
def test_the_same_seed_gives_the_same_plan(seed: int):
    instance, rules = circle(seed)
    first, second = (solve(instance, rules, EXACT).decision for _ in range(2))
    assert first is not None
    assert second is not None
    for name in ("open", "addon", "open_phase", "addon_phase"):
        assert np.array_equal(getattr(first, name), getattr(second, name))
