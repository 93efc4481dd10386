"""The robust plans equal the best of all plans, tried one by one; for every solver and both worst cases."""

from __future__ import annotations

from functools import cache

import pytest
from families import EXACT, Family, alone, best_by_trying, family, references

from models.robust import solve_expected, solve_worst
from models.robust.solve import RobustSolution
from models.solution import SolveOptions, Termination

CHAINS = {
    "usual": ("missing_types", "basic_coverage", "equity", "quality_coverage", "cost"),
    "cost": ("basic_coverage", "cost"),
    "sites": ("equity", "sites"),
    "walking": ("walking", "cost"),
    "shares": ("basic_coverage", "quality_coverage", "cost"),
    "farthest": ("farthest_walk", "basic_coverage"),
}
SOLVERS = ("highs", "cpsat", "cbc")
SEEDS, MORE_SEEDS = range(3), range(3, 12)


@cache
def town(chain: str, seed: int) -> Family:
    return family(
        seed, CHAINS[chain], walking=chain in ("walking", "farthest"), closing=seed % 2 > 0, shares=chain == "shares"
    )


@cache
def best(chain: str, seed: int, measure: str) -> list[float] | None:
    made = town(chain, seed)
    refs = references(made)
    if refs is None:
        return None
    expectation = [("expected", level) for level in made.levels]
    stages = expectation if measure == "expected" else [(measure, level) for level in made.levels] + expectation
    return best_by_trying(made, stages, refs)


def solved(made: Family, measure: str, solver: str) -> RobustSolution:
    options = SolveOptions(solver=solver, **EXACT)
    single = alone(made, solver)
    if measure == "expected":
        return solve_expected(made, options, alone=single)
    return solve_worst(made, options, measure=measure, alone=single)


@pytest.mark.parametrize("measure", ["expected", "worst_value", "worst_regret"])
@pytest.mark.parametrize("seed", [*SEEDS, *(pytest.param(seed, marks=pytest.mark.slow) for seed in MORE_SEEDS)])
@pytest.mark.parametrize("chain", CHAINS)
def test_plan_equals_brute_force(chain: str, seed: int, measure: str):
    wanted = best(chain, seed, measure)
    made = town(chain, seed)
    if wanted is None:
        if references(made) is not None:
            assert solved(made, measure, "highs").termination is Termination.INFEASIBLE
        return
    for solver in SOLVERS if seed == 0 else SOLVERS[:1]:
        found = solved(made, measure, solver)
        assert found.plan is not None
        told = [level.incumbent for level in found.levels]
        assert told == pytest.approx(wanted, rel=1e-6, abs=1e-5), solver
        assert [level.bound for level in found.levels] == pytest.approx(wanted, rel=1e-5, abs=4e-3), solver
        assert found.termination is Termination.OPTIMAL, (solver, found.levels)
        assert found.judgement is not None
        assert found.judgement.lawful.all()


@pytest.mark.parametrize("chain", CHAINS)
def test_cases_are_worth_trying(chain: str):
    """Most cases have a plan that is lawful in every future."""
    assert sum(best(chain, seed, "worst_regret") is not None for seed in SEEDS) >= 2


def test_some_futures_want_different_plans():
    """Where no plan is best in every future, a regret is left."""
    told = [(chain, best(chain, seed, "worst_regret")) for chain in CHAINS for seed in SEEDS]
    left = [max(case[: len(CHAINS[chain])]) for chain, case in told if case is not None]
    assert sum(value > 1e-6 for value in left) >= 2
