"""A restriction solved with the reference of its relaxation says what it says without: the same levels, as proven."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.instances import random_instance, random_rules

from models.instance import Rules, SitingInstance
from models.lexicographic import Reference, solve
from models.solution import Solution, SolveOptions, Termination

OPTIONS = SolveOptions(mip_gap=1e-9, time_limit_s=30)
USUAL = ("missing_types", "basic_coverage", "equity", "public_coverage", "quality_coverage", "cost")
WALKS = ("basic_coverage", "walking", "cost")


def circle(seed: int, levels: tuple[str, ...]) -> tuple[SitingInstance, Rules]:
    rng = np.random.default_rng([seed, len(levels)])
    instance = random_instance(rng, 16, 5, 3, hosts=1, walking="walking" in levels)
    if instance.walk_m:
        instance = replace(instance, outlet_walk_m=np.minimum(instance.outlet_walk_m, 3000.0))
    rules = replace(
        random_rules(rng, instance, levels), lock_out_sites=np.zeros(0, np.int64), lock_out_pairs=np.zeros((0, 2), int)
    )
    return instance, rules


def told(solution: Solution) -> list[tuple[str, float, float]]:
    return [(level.name, level.incumbent, level.bound) for level in solution.levels]


@pytest.mark.parametrize("levels", [USUAL, WALKS], ids=["usual", "walks"])
@pytest.mark.parametrize("seed", range(20))
def test_one_site_locked_out(seed: int, levels: tuple[str, ...]):
    instance, rules = circle(seed, levels)
    free = solve(instance, rules, OPTIONS)
    for site in range(instance.n_site):
        locked = replace(rules, lock_out_sites=np.array([site]))
        cold = solve(instance, locked, OPTIONS)
        warm = solve(instance, locked, OPTIONS, start=free.decision, reference=Reference(free.levels))
        assert warm.termination is cold.termination
        if cold.decision is None:
            assert cold.termination is Termination.INFEASIBLE
            continue
        assert free.decision is not None, "more locks, more plans?"
        assert cold.termination is Termination.OPTIMAL
        for (name, value, bound), (_, known, proven) in zip(told(warm), told(cold), strict=True):
            assert value == pytest.approx(known, rel=1e-6, abs=1e-6), (site, name)
            assert bound == pytest.approx(proven, rel=2e-6, abs=2e-3), (site, name)


@pytest.mark.parametrize("seed", range(10))
def test_one_site_locked_in_is_a_restriction_too(seed: int):
    instance, rules = circle(seed, USUAL)
    free = solve(instance, rules, OPTIONS)
    used = np.zeros(instance.n_site, dtype=bool) if free.decision is None else free.decision.sites_used
    for site in np.flatnonzero(~used):
        locked = replace(rules, lock_in_sites=np.append(rules.lock_in_sites, site))
        cold = solve(instance, locked, OPTIONS)
        warm = solve(instance, locked, OPTIONS, reference=Reference(free.levels))
        assert warm.termination is cold.termination
        assert [value for _, value, _ in told(warm) if value == value] == pytest.approx(
            [value for _, value, _ in told(cold) if value == value], rel=1e-6, abs=1e-6
        )


def test_enough_cases_have_a_plan():
    for levels in (USUAL, WALKS):
        solved = [solve(*circle(seed, levels), OPTIONS).decision is not None for seed in range(20)]
        assert sum(solved) >= 10
