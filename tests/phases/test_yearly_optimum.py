"""Plans by years on tiny circles: each solver equals brute force over every plan and every schedule."""

from __future__ import annotations

from functools import cache

import pytest
from support.yearly import yearly_case, yearly_optimum

from models.lexicographic import solve
from models.solution import SolveOptions, Termination
from models.verify import breaches

SOLVERS = ("highs", "cpsat", "cbc")
CASES = [(seed, 2) for seed in (1, 2, 3, 4, 5, 6, 11, 15, 17, 20, 27, 31, 32, 37)] + [
    (seed, 3) for seed in (4, 6, 15, 20)
]


@cache
def optimum(seed: int, n_phase: int) -> tuple[float, ...] | None:
    return yearly_optimum(*yearly_case(seed, n_phase))


@pytest.mark.parametrize(("seed", "n_phase"), CASES)
def test_every_solver_equals_brute_force(seed: int, n_phase: int):
    instance, rules = yearly_case(seed, n_phase)
    wanted = optimum(seed, n_phase)
    for solver in SOLVERS:
        solution = solve(instance, rules, SolveOptions(solver=solver, mip_gap=1e-9, time_limit_s=20))
        if wanted is None:
            assert (solution.termination, solution.decision) == (Termination.INFEASIBLE, None), solver
            continue
        assert solution.termination is Termination.OPTIMAL, solver
        assert solution.decision is not None
        assert breaches(instance, rules, solution.decision) == ()
        incumbents = tuple(level.incumbent for level in solution.levels)
        assert incumbents == pytest.approx(wanted, rel=1e-7, abs=1e-6), solver
        assert tuple(level.bound for level in solution.levels) == pytest.approx(wanted, rel=1e-6, abs=2e-3), solver


def test_the_cases_are_worth_trying():
    """Money that carries over and money that lapses, plans and none, something done late, something committed."""
    found = [(yearly_case(*case), optimum(*case)) for case in CASES]
    solved = [(rules, best) for (_, rules), best in found if best is not None and any(best)]
    assert any(best is None for _, best in found)
    assert len({rules.phases.carry_over for rules, _ in solved}) == 2
    assert any(best[0] != round(best[0]) for _, best in solved)
    assert any(len(rules.lock_in_phases) for rules, _ in solved)
