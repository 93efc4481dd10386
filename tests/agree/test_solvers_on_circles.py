"""HiGHS, CP-SAT and CBC agree on random circles, on every level, walking levels too; each one's bound holds for all."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from support.instances import random_instance, random_rules

from models.instance import Rules, SitingInstance
from models.lexicographic import solve
from models.objectives import LEVELS
from models.solution import Solution, SolveOptions, Termination
from models.verify import breaches

SOLVERS = ("highs", "cpsat", "cbc")
CHAINS = {
    "usual": ("missing_types", "basic_coverage", "equity", "public_coverage", "quality_coverage", "cost"),
    "walks": ("basic_coverage", "walking", "cost"),
    "farthest": ("farthest_walk", "sites", "cost"),
    "cheap": ("cost", "sites", "equity"),
}
SIZES = {"usual": (40, 10, 5), "walks": (30, 8, 4), "farthest": (30, 8, 3), "cheap": (40, 10, 5)}
# seeds 3, 20 and 30 of the usual chain make HiGHS call optima proven, or plans impossible, that are not (1.10 to 1.16)
SEEDS = {"usual": (*range(6), 20, 30), "walks": (0, 1, 3), "farthest": range(3), "cheap": range(3)}
CASES = [(chain, seed) for chain, seeds in SEEDS.items() for seed in seeds]


def case(chain: str, seed: int) -> tuple[SitingInstance, Rules]:
    rng = np.random.default_rng([seed, len(chain)])
    walking = chain in ("walks", "farthest")
    instance = random_instance(rng, *SIZES[chain], hosts=3, walking=walking)
    if walking:
        # an outlet a long way off serves everybody, so that no plan is unlawful
        instance = replace(instance, outlet_walk_m=np.minimum(instance.outlet_walk_m, 3000.0))
    return instance, random_rules(rng, instance, CHAINS[chain])


@cache
def found(chain: str, seed: int) -> dict[str, Solution]:
    instance, rules = case(chain, seed)
    return {
        solver: solve(instance, rules, SolveOptions(solver=solver, mip_gap=1e-9, time_limit_s=30)) for solver in SOLVERS
    }


@pytest.mark.parametrize(("chain", "seed"), CASES)
def test_solvers_agree_on_every_level(chain: str, seed: int):
    instance, rules = case(chain, seed)
    solutions = found(chain, seed)
    ended = {solution.termination for solution in solutions.values()}
    assert ended in ({Termination.OPTIMAL}, {Termination.INFEASIBLE})
    if ended == {Termination.INFEASIBLE}:
        return
    wanted = [level.incumbent for level in solutions["highs"].levels]
    assert len(wanted) == len(rules.levels)
    for solver, solution in solutions.items():
        assert solution.solver == solver
        assert [level.incumbent for level in solution.levels] == pytest.approx(wanted, rel=1e-7, abs=1e-6), solver
        assert solution.decision is not None
        assert breaches(instance, rules, solution.decision) == ()


@pytest.mark.parametrize(("chain", "seed"), CASES)
def test_each_bound_holds_for_every_solver(chain: str, seed: int):
    for solution in found(chain, seed).values():
        for other in found(chain, seed).values():
            for level, rival in zip(solution.levels, other.levels, strict=True):
                slack = 2e-3 + 1e-6 * abs(level.bound)
                if rival.incumbent == rival.incumbent:
                    beyond = rival.incumbent - level.bound if level.sense == "max" else level.bound - rival.incumbent
                    assert beyond <= slack, (solution.solver, other.solver, level.name)


def test_every_level_is_tried_and_does_something():
    solved = [found(chain, seed)["highs"] for chain, seed in CASES]
    assert set(LEVELS) == {name for chain, _ in CASES for name in CHAINS[chain]}
    assert sum(solution.decision is not None for solution in solved) >= 10
    busy = {level.name for solution in solved for level in solution.levels if level.incumbent > 0}
    assert busy == set(LEVELS)
