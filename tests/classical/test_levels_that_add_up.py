"""Levels of the scenario's own that add up over the plan equal brute force, with sums done by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.brute import lawful_plans
from support.instances import random_instance, random_rules

from models.instance import LevelSum, Rules, SitingInstance
from models.lexicographic import solve
from models.objectives import SENSES
from models.presolve import COVERAGE_LEVELS, WALKING_LEVELS
from models.solution import Decision, SolveOptions, Termination
from models.verify import level_value
from scenarios.levels import LEVELS

CHAINS = {
    "jobs first": ("jobs", "rent"),
    "rent first": ("rent", "jobs"),
    "coverage first": ("basic_coverage", "jobs", "cost"),
    "rooms last": ("missing_types", "rent"),
}
SEEDS = range(6)


def case(chain: str, seed: int) -> tuple[SitingInstance, Rules]:
    rng = np.random.default_rng([seed, len(chain)])
    instance = random_instance(rng, 5, int(rng.integers(2, 4)), int(rng.integers(1, 4)), hosts=int(rng.integers(0, 2)))
    counts = [rng.integers(0, 6, n).astype(float) for n in (instance.n_type, instance.n_site, instance.n_type) * 2]
    sums = (LevelSum("jobs", "max", *counts[:3]), LevelSum("rent", "min", *counts[3:]))
    return instance, replace(random_rules(rng, instance, CHAINS[chain]), sums=sums)


def by_hand(rules: Rules, plan: Decision, level: str) -> float:
    own = next(own for own in rules.sums if own.name == level)
    total = 0.0
    for _, k in np.argwhere(plan.open):
        total += own.outlet[k]
    for j in {int(j) for j, _ in np.argwhere(plan.open)}:
        total += own.room[j]
    for _, k in np.argwhere(plan.addon):
        total += own.addon[k]
    return total


def best(instance: SitingInstance, rules: Rules) -> tuple[float, ...] | None:
    plans, values = lawful_plans(instance, rules), []
    for level in rules.levels:
        own = level in {"jobs", "rent"}
        scored = [by_hand(rules, p, level) if own else level_value(instance, rules, p, level) for p in plans]
        if not scored:
            return None
        values.append((min if level in {"rent", "cost"} else max)(scored))
        plans = [p for p, v in zip(plans, scored, strict=True) if abs(v - values[-1]) <= 1e-6 * max(1.0, abs(v))]
    return tuple(values)


@pytest.mark.parametrize("chain", CHAINS)
def test_a_sum_equals_brute_force(chain: str) -> None:
    found, worth = [], 0
    for seed in SEEDS:
        instance, rules = case(chain, seed)
        wanted = best(instance, rules)
        solution = solve(instance, rules, SolveOptions(mip_gap=1e-9, time_limit_s=20))
        if wanted is None:
            assert solution.termination is Termination.INFEASIBLE
            continue
        assert solution.termination is Termination.OPTIMAL
        assert solution.decision is not None
        found.append(tuple(level.incumbent for level in solution.levels))
        assert found[-1] == pytest.approx(wanted, rel=1e-7, abs=1e-6)
        worth += any(by_hand(rules, solution.decision, level) for level in ("jobs", "rent"))
    assert len(found) >= 3
    assert worth >= 2


def test_a_sum_is_called_by_the_sense_it_has() -> None:
    instance, rules = case("jobs first", 0)
    solution = solve(instance, rules, SolveOptions())
    assert [level.sense for level in solution.levels] == ["max", "min"]


def test_registry_and_model_say_the_same_of_a_level() -> None:
    known = {level.id: level for level in LEVELS.values() if level.adds is None}
    assert {name: level.sense for name, level in known.items()} == SENSES
    assert {name for name, level in known.items() if level.walks} == set(WALKING_LEVELS)
    assert {name for name, level in known.items() if level.by_year} == {"missing_types", *COVERAGE_LEVELS}
