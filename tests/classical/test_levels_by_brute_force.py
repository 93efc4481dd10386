"""Each level and each chain of levels equals brute force on random tiny circles, for every solver."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from support.brute import lexicographic_optimum
from support.instances import random_instance, random_rules

from models.instance import Rules, SitingInstance
from models.lexicographic import solve
from models.solution import SolveOptions, Termination
from models.verify import breaches

CHAINS = {
    "usual": ("missing_types", "basic_coverage", "equity", "public_coverage", "quality_coverage", "cost"),
    "missing": ("missing_types",),
    "basic": ("basic_coverage", "sites"),
    "public": ("public_coverage", "cost"),
    "quality": ("quality_coverage", "cost"),
    "equity": ("equity", "cost"),
    "cost": ("cost", "equity"),
    "sites": ("sites", "basic_coverage", "cost"),
    "walking": ("walking",),
    "farthest": ("farthest_walk", "walking", "cost"),
    "late walk": ("basic_coverage", "cost", "walking"),
}
SOLVERS = ("highs", "cpsat", "cbc")
SEEDS = range(9)


def case(chain: str, seed: int) -> tuple[SitingInstance, Rules]:
    rng = np.random.default_rng([seed, sum(map(ord, chain))])
    levels = CHAINS[chain]
    walks = bool({"walking", "farthest_walk"} & set(levels))
    n_site, n_type, hosts = (int(rng.integers(*ends)) for ends in ((2, 5), (1, 4), (0, 3)))
    instance = random_instance(
        rng,
        int(rng.integers(4, 9)),
        n_site,
        n_type,
        hosts=hosts,
        walking=walks,
        viability=seed % 3 > 0,
        conflicts=seed % 4 > 0,
    )
    return instance, random_rules(rng, instance, levels)


@cache
def optimum(chain: str, seed: int) -> tuple[float, ...] | None:
    return lexicographic_optimum(*case(chain, seed))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("chain", CHAINS)
def test_chain_equals_brute_force(chain: str, seed: int):
    instance, rules = case(chain, seed)
    wanted = optimum(chain, seed)
    for solver in SOLVERS:
        solution = solve(instance, rules, SolveOptions(solver=solver, mip_gap=1e-9, time_limit_s=20))
        if wanted is None:
            assert (solution.termination, solution.decision) == (Termination.INFEASIBLE, None), solver
            continue
        assert solution.termination is Termination.OPTIMAL, solver
        assert solution.decision is not None
        assert breaches(instance, rules, solution.decision) == ()
        assert [level.name for level in solution.levels] == list(rules.levels)
        incumbents = tuple(level.incumbent for level in solution.levels)
        assert incumbents == pytest.approx(wanted, rel=1e-7, abs=1e-6), solver
        assert tuple(level.bound for level in solution.levels) == pytest.approx(wanted, rel=1e-6, abs=2e-3), solver


@pytest.mark.parametrize("chain", CHAINS)
def test_cases_are_worth_trying(chain: str):
    """Several cases of each chain have a lawful plan, and some do something."""
    optima = [optimum(chain, seed) for seed in SEEDS]
    assert sum(best is not None for best in optima) >= 3
    assert any(best is not None and any(best) for best in optima)
