"""Every backend finds the optimum of small integer programs, as trying every point does, and bounds it honestly."""

from __future__ import annotations

import numpy as np
import pytest
from support.programs import best_by_trying, feasible, goal, program, random_program

from models.backends import backend
from models.backends.base import Progress
from models.errors import SolverError
from models.linear import Kind
from models.solution import SolveOptions, Termination

SOLVERS = ("highs", "cpsat", "cbc")
EXACT = {"mip_gap": 1e-9, "time_limit_s": 20.0}


@pytest.mark.parametrize("solver", SOLVERS)
def test_optimum_of_random_programs(solver: str):
    infeasible = 0
    for seed in range(25):
        model, objective = random_program(np.random.default_rng(seed))
        answer = backend(solver).solve(model, objective, SolveOptions(solver=solver, **EXACT))
        wanted = best_by_trying(model, objective)
        if wanted is None:
            infeasible += 1
            assert answer.termination is Termination.INFEASIBLE
            continue
        assert answer.termination is Termination.OPTIMAL, (seed, answer)
        assert answer.objective == pytest.approx(wanted, abs=1e-6), seed
        assert answer.bound == pytest.approx(wanted, abs=1e-6), seed
        assert feasible(model, np.rint(answer.values)[None, :], 1e-6).all()
    assert infeasible == 0


@pytest.mark.parametrize("solver", SOLVERS)
def test_infeasible_is_said(solver: str):
    # 2a + 2b = 3 has a fractional point and no whole one; the second has none at all
    for model in (program([[2.0, 2.0]], 3.0, 3.0), program([[1.0, 1.0]], 3.0, np.inf)):
        answer = backend(solver).solve(model, goal("max", [1.0, 1.0]), SolveOptions(solver=solver))
        assert (answer.termination, answer.values, answer.objective) == (Termination.INFEASIBLE, None, None)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(("sense", "wanted"), [("max", 12.0), ("min", 7.5)])
def test_constant_counts_in_objective_and_bound(solver: str, sense: str, wanted: float):
    model = program([[1.0, 1.0]], 1.0, 2.0)
    answer = backend(solver).solve(model, goal(sense, [4.0, -0.5], 8.0), SolveOptions(solver=solver, **EXACT))
    assert (answer.objective, answer.bound) == (pytest.approx(wanted), pytest.approx(wanted))


@pytest.mark.parametrize("solver", SOLVERS)
def test_implied_columns_and_open_ends(solver: str):
    """A largest-of variable without an upper bound, as the farthest walk has."""
    model = program(
        [[1.0, 1.0, 1.0, 0.0], [-7000.0, -4000.0, 0.0, 1.0], [0.0, 0.0, -5000.0, 1.0]],
        [2.0, 0.0, 0.0],
        [2.0, np.inf, np.inf],
        col_upper=[1.0, 1.0, 1.0, np.inf],
        kind=[Kind.INTEGER, Kind.INTEGER, Kind.IMPLIED, Kind.IMPLIED],
    )
    answer = backend(solver).solve(model, goal("min", [0, 0, 0, 0.001]), SolveOptions(solver=solver, **EXACT))
    assert answer.objective == pytest.approx(5.0)
    assert answer.termination is Termination.OPTIMAL


@pytest.mark.parametrize("solver", SOLVERS)
def test_negative_lower_bounds_and_fixed_columns(solver: str):
    model = program([[1.0, 2.0, 1.0]], -np.inf, 3.5, col_lower=[-4.0, -2.0, 1.0], col_upper=[5.0, 3.0, 1.0])
    objective = goal("max", [1.0, 3.0, 10.0])
    answer = backend(solver).solve(model, objective, SolveOptions(solver=solver, **EXACT))
    assert answer.objective == pytest.approx(best_by_trying(model, objective))


@pytest.mark.parametrize("solver", SOLVERS)
def test_objective_without_coefficients(solver: str):
    answer = backend(solver).solve(
        program([[1.0, 1.0]], 1.0, 2.0), goal("max", [0, 0], 3.0), SolveOptions(solver=solver)
    )
    assert (answer.objective, answer.bound, answer.termination) == (3.0, 3.0, Termination.OPTIMAL)


@pytest.mark.parametrize("solver", SOLVERS)
def test_empty_rows_and_unused_columns(solver: str):
    """A row without entries binds by its sides alone; a column without entries stays within its bounds."""
    model = program([[1.0, 0.0], [0.0, 0.0]], [0.0, -1.0], [1.0, 1.0], col_lower=[0.0, 1.0], col_upper=[1.0, 2.0])
    answer = backend(solver).solve(model, goal("max", [1.0, 0.0]), SolveOptions(solver=solver))
    assert answer.objective == 1.0
    assert 1.0 <= answer.values[1] <= 2.0
    broken = program([[1.0, 0.0], [0.0, 0.0]], [0.0, 1.0], [1.0, 2.0])
    assert backend(solver).solve(broken, goal("max", [1.0, 0.0]), SolveOptions(solver=solver)).values is None


@pytest.mark.parametrize("solver", SOLVERS)
def test_start_changes_nothing_but_speed(solver: str):
    model, objective = random_program(np.random.default_rng(3), n_col=12)
    options = SolveOptions(solver=solver, **EXACT)
    cold = backend(solver).solve(model, objective, options)
    poor = backend(solver).solve(
        model, goal("max" if objective.sense == "min" else "min", objective.coefficients), options
    )
    for start in (cold.values, poor.values, np.zeros(model.n_col)):
        assert backend(solver).solve(model, objective, options, start).objective == pytest.approx(cold.objective)


@pytest.mark.parametrize("solver", SOLVERS)
def test_same_seed_same_values(solver: str):
    model, objective = random_program(np.random.default_rng(8), n_col=12)
    options = SolveOptions(solver=solver, seed=5)
    first, second = (backend(solver).solve(model, objective, options).values for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("solver", ["cpsat", "cbc"])
def test_progress_ends_at_the_answer(solver: str):
    model, objective = random_program(np.random.default_rng(5), n_col=12)
    seen: list[Progress] = []
    answer = backend(solver).solve(model, objective, SolveOptions(solver=solver, **EXACT), progress=seen.append)
    assert seen
    assert seen[-1].incumbent == pytest.approx(answer.objective)


def test_missing_and_unknown_solvers_name_what_there_is():
    model = program([[1.0]], 0.0, 1.0)
    for name in ("SCIP_CMD", "no_such_solver"):
        with pytest.raises(SolverError, match="cbc"):
            backend(name).solve(model, goal("max", [1.0]), SolveOptions(solver=name))


def test_another_solver_through_pulp_tells_its_bound():
    model, objective = random_program(np.random.default_rng(2))
    answer = backend("HiGHS").solve(model, objective, SolveOptions(solver="HiGHS", **EXACT))
    assert answer.termination is Termination.OPTIMAL
    assert answer.bound == pytest.approx(best_by_trying(model, objective))
