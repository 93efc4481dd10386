"""Stopped runs: a limit is never called optimal, and a bound is never tighter than the truth."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pulp
import pytest
from support.programs import goal, program

from models.backends import backend, cpsat
from models.backends import pulp as pulp_backend
from models.backends.base import BackendResult
from models.backends.highs import interior_point
from models.errors import SolverError
from models.linear import LinearModel, Objective
from models.solution import SolveOptions, Termination, relative_gap


def knapsacks(n_col: int, n_row: int) -> tuple[LinearModel, Objective]:
    rng = np.random.default_rng(1)
    matrix = rng.integers(10, 100, (n_row, n_col)).astype(float)
    model = program(matrix, -np.inf, np.floor(matrix.sum(axis=1) / 2))
    return model, goal("max", rng.integers(100, 200, n_col) / 1000)


@pytest.mark.parametrize("solver", ["highs", "cpsat", "cbc"])
def test_time_limit_is_not_optimal(solver: str):
    model, objective = knapsacks(90, 30)
    answer = backend(solver).solve(model, objective, SolveOptions(solver=solver, time_limit_s=1.0, mip_gap=0.0))
    assert answer.termination is Termination.FEASIBLE
    assert answer.objective is not None
    assert answer.bound is not None
    assert answer.bound > answer.objective + 1e-6
    assert answer.seconds < 10


@pytest.mark.parametrize("solver", ["highs", "cpsat", "cbc"])
def test_loose_gap_is_proven_by_the_bound(solver: str):
    model, objective = knapsacks(60, 8)
    exact = backend("highs").solve(model, objective, SolveOptions(mip_gap=1e-9, time_limit_s=30))
    answer = backend(solver).solve(model, objective, SolveOptions(solver=solver, mip_gap=0.05, time_limit_s=30))
    assert answer.termination is Termination.OPTIMAL
    assert answer.objective is not None
    assert answer.bound is not None
    assert exact.objective is not None
    assert relative_gap(answer.objective, answer.bound) <= 0.05
    assert answer.objective <= exact.objective + 1e-9
    assert answer.bound >= exact.objective - 1e-9


def test_cbc_without_time_finds_nothing_and_says_so():
    model, objective = knapsacks(60, 8)
    answer = backend("cbc").solve(model, objective, SolveOptions(solver="cbc", time_limit_s=0.0))
    assert answer.termination in (Termination.NO_SOLUTION, Termination.FEASIBLE)
    assert (answer.values is None) == (answer.termination is Termination.NO_SOLUTION)
    exact = backend("highs").solve(model, objective, SolveOptions(mip_gap=1e-9))
    assert answer.bound is not None
    assert exact.objective is not None
    assert answer.bound >= exact.objective


def test_pulp_status_alone_would_call_a_stopped_run_optimal(monkeypatch: pytest.MonkeyPatch):
    seen = []
    read = pulp_backend._answer

    def spy(done: Any, *rest: Any) -> BackendResult:
        seen.append((done.problem.status, done.problem.sol_status))
        return read(done, *rest)

    monkeypatch.setattr(pulp_backend, "_answer", spy)
    model, objective = knapsacks(90, 30)
    answer = backend("cbc").solve(model, objective, SolveOptions(solver="cbc", time_limit_s=1.0, mip_gap=0.0))
    assert seen == [(pulp.LpStatusOptimal, pulp.LpSolutionIntegerFeasible)]
    assert answer.termination is Termination.FEASIBLE


def test_log_without_a_bound_is_not_optimal(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pulp_backend, "_PROVEN", re.compile("never in a log"))
    answer = backend("cbc").solve(program([[1.0, 1.0]], 0.0, 1.0), goal("max", [1.0, 2.0]), SolveOptions(solver="cbc"))
    assert (answer.termination, answer.objective, answer.bound) == (Termination.FEASIBLE, 2.0, None)


def test_failing_solver_is_a_solver_error(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pulp.PULP_CBC_CMD, "available", lambda self: True)
    monkeypatch.setattr(pulp.PULP_CBC_CMD, "pulp_cbc_path", "/bin/false")
    with pytest.raises(SolverError, match="cbc"):
        backend("cbc").solve(program([[1.0]], 0.0, 1.0), goal("max", [1.0]), SolveOptions(solver="cbc"))


def test_crash_on_a_start_is_tried_again_without(monkeypatch: pytest.MonkeyPatch):
    run, warmth = pulp.PULP_CBC_CMD.actualSolve, []

    def crash_when_warm(self: Any, problem: Any, **more: Any) -> int:
        warmth.append(self.optionsDict.get("warmStart", False))
        if warmth[-1]:
            raise pulp.PulpError("segmentation fault")
        return run(self, problem, **more)

    monkeypatch.setattr(pulp.PULP_CBC_CMD, "actualSolve", crash_when_warm)
    model = program([[1.0, 1.0]], 0.0, 1.0)
    answer = backend("cbc").solve(model, goal("max", [1.0, 2.0]), SolveOptions(solver="cbc"), np.array([1.0, 0.0]))
    assert (answer.objective, answer.termination, warmth) == (2.0, Termination.OPTIMAL, [True, False])


def test_no_temporary_file_is_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    backend("cbc").solve(program([[1.0]], 0.0, 1.0), goal("max", [1.0]), SolveOptions(solver="cbc"))
    assert list(tmp_path.iterdir()) == []


def test_an_interior_point_is_nearly_optimal_with_the_prices_of_its_rows():
    """max 3a + 2b + c, a + b <= 1, b + c <= 1, none above 1."""
    model = program([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]], -np.inf, 1.0)
    found = interior_point(model, goal("max", [3.0, 2.0, 1.0]), SolveOptions(), accuracy=1e-7)
    assert found is not None
    assert found.values.tolist() == pytest.approx([1.0, 0.0, 1.0], abs=1e-3)
    assert found.price.shape == (2,)
    assert -1e-3 <= found.price.min() <= found.price.max() <= 3.0 + 1e-3


def test_interrupted_cpsat_is_no_answer(monkeypatch: pytest.MonkeyPatch):
    """OR-Tools swallows the signal; what it had by then must not be taken for what the limit left."""
    monkeypatch.setattr(cpsat, "_interrupted", lambda solver, watch: True)
    model, objective = knapsacks(90, 30)
    with pytest.raises(KeyboardInterrupt):
        backend("cpsat").solve(model, objective, SolveOptions(solver="cpsat", time_limit_s=0.3, mip_gap=0.0))


def test_target_stops_cpsat_early():
    model, objective = knapsacks(60, 8)
    options = SolveOptions(solver="cpsat", time_limit_s=20, mip_gap=0.0)
    answer = backend("cpsat").solve(model, objective, options, target=0.5)
    assert answer.objective is not None
    assert answer.objective >= 0.5
    assert answer.seconds < 10
