"""Assignment types: every level equals the enumeration of all plans, with all three solvers."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from support.instances import random_instance, random_rules
from support.shares import best_by_levels, with_assignment

from models.instance import Rules, SitingInstance, Tier
from models.lexicographic import solve
from models.solution import SolveOptions, Termination
from models.verify import breaches

CHAINS = {
    "usual": ("missing_types", "basic_coverage", "public_coverage", "quality_coverage", "cost"),
    "basic": ("basic_coverage", "sites"),
    "public": ("public_coverage", "cost"),
    "equity": ("equity", "public_coverage", "cost"),
    "cost": ("cost", "basic_coverage"),
}
SEEDS = range(8)


def case(chain: str, seed: int) -> tuple[SitingInstance, Rules]:
    rng = np.random.default_rng([seed, sum(map(ord, chain)), 7])
    n_site, n_type, hosts = (int(rng.integers(*ends)) for ends in ((2, 5), (1, 4), (0, 3)))
    instance = random_instance(rng, int(rng.integers(4, 9)), n_site, n_type, hosts=hosts, conflicts=seed % 4 > 0)
    instance = with_assignment(rng, instance)
    if chain == "equity":
        roomy = np.where(instance.tier == Tier.BASIC, np.inf, instance.outlet_serves)
        instance = replace(instance, outlet_serves=roomy, addon_serves=roomy / 4)
    return instance, random_rules(rng, instance, CHAINS[chain])


@cache
def optimum(chain: str, seed: int) -> tuple[float, ...] | None:
    return best_by_levels(*case(chain, seed))


@pytest.mark.parametrize("solver", ["highs", "cbc", "cpsat"])
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("chain", CHAINS)
def test_levels_equal_enumeration(chain: str, seed: int, solver: str):
    instance, rules = case(chain, seed)
    wanted = optimum(chain, seed)
    solution = solve(instance, rules, SolveOptions(solver=solver, mip_gap=1e-7, time_limit_s=20))
    if wanted is None:
        assert solution.decision is None
        assert solver == "cpsat" or solution.termination is Termination.INFEASIBLE
        return
    assert solution.decision is not None
    assert breaches(instance, rules, solution.decision) == ()
    found = tuple(level.incumbent for level in solution.levels)
    assert found == pytest.approx(wanted, rel=1e-6, abs=1e-5)
    for level, value in zip(solution.levels, wanted, strict=True):
        over = level.bound - value if level.sense == "max" else value - level.bound
        assert over >= -1e-5 * max(1.0, abs(value)), "the bound cuts off the optimum"
        if solver != "cpsat":
            assert level.termination is Termination.OPTIMAL
            assert level.bound == pytest.approx(value, rel=1e-5, abs=2e-3)


def test_cases_are_worth_trying():
    """Limits bind: somewhere outlets are full, somewhere the catchment decides, somewhere no plan is left."""
    optima = [optimum(chain, seed) for chain in CHAINS for seed in SEEDS]
    assert sum(best is not None for best in optima) >= 24
    assert any(best is None for best in optima)
    full, starved = 0, 0
    for chain in CHAINS:
        for seed in range(3):
            instance, rules = case(chain, seed)
            roomy = replace(
                instance, outlet_serves=np.full(instance.n_type, np.inf), addon_serves=instance.outlet_serves
            )
            easy = replace(instance, min_catchment=np.where(instance.assigned, 0.0, instance.min_catchment))
            full += _differs(optimum(chain, seed), best_by_levels(roomy, rules))
            starved += _differs(optimum(chain, seed), best_by_levels(easy, rules))
    assert full >= 3
    assert starved >= 1


def _differs(a: tuple[float, ...] | None, b: tuple[float, ...] | None) -> bool:
    return (a is None) != (b is None) or (a is not None and a != pytest.approx(b, rel=1e-6, abs=1e-6))
