"""What CP-SAT is given and what is made of its answer: with a solver that says what a case needs."""

from __future__ import annotations

import signal
import threading
import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from ortools.sat.python import cp_model
from support.programs import goal, program

from models.backends import cpsat
from models.backends.base import Progress
from models.backends.scaling import WholeRows, whole_columns, whole_objective, whole_rows
from models.errors import SolverError
from models.linear import Kind
from models.solution import SolveOptions, Termination

MODEL = program([[1.0, 2.0], [0.5, 0.0]], [-np.inf, 0.0], [4.0, np.inf], col_lower=[0.0, -1.0], col_upper=[3.0, 2.0])


def watch(sense: str, coefficients: list[float], target: float | None, seen: list[Progress]) -> Any:
    """A watch whose solver has found 7.5 in tenths, bounded by 9.0 (4.0 for a minimum)."""

    class Found(cpsat._Watch):
        objective_value, best_objective_bound, wall_time = 75.0, 90.0 if sense == "max" else 40.0, 1.5
        stopped = False

        def stop_search(self) -> None:
            self.stopped = True

    scaled = SimpleNamespace(coefficients=np.array(coefficients), scale=10.0, error=0.25)
    return Found(scaled, goal(sense, coefficients), seen.append, target)


@pytest.mark.parametrize(
    ("sense", "bound", "targets"), [("max", 9.25, (7.0, 7.5, 7.6)), ("min", 3.75, (8.0, 7.5, 7.4))]
)
def test_progress_in_the_objectives_unit_and_an_end_at_the_target(sense: str, bound: float, targets: Any):
    for target, stops in zip((*targets, None), (True, True, False, False), strict=True):
        seen: list[Progress] = []
        made = watch(sense, [1.0], target, seen)
        made.on_solution_callback()
        assert seen == [Progress(7.5, bound, 1.5)]
        assert (made.reached, made.stopped) == (stops, stops)
    made = watch(sense, [0.0], 7.5, seen := [])
    made.on_solution_callback()
    assert (seen, made.reached) == ([], False)
    made = watch(sense, [1.0], None, [])
    made.progress = None
    made.on_solution_callback()


@pytest.mark.parametrize(
    ("reached", "wall", "limit", "interrupted"),
    [(False, 8.9, 10.0, True), (False, 8.96, 10.0, False), (True, 1.0, 10.0, False), (False, 0.01, 0.06, False)],
)
def test_who_ended_early_by_no_limit_was_interrupted(reached: bool, wall: float, limit: float, interrupted: bool):
    solver = SimpleNamespace(wall_time=wall, parameters=SimpleNamespace(max_time_in_seconds=limit))
    assert cpsat._interrupted(solver, SimpleNamespace(reached=reached)) == interrupted


def test_the_parameters_of_a_search():
    made = cpsat._solver(SolveOptions(time_limit_s=20.0, mip_gap=0.125, seed=5, threads=3), time.perf_counter() - 8.0)
    told = made.parameters
    assert told.max_time_in_seconds == pytest.approx(12.0, abs=0.2)
    assert (told.num_workers, told.random_seed, told.relative_gap_limit) == (3, 5, 0.125)
    assert told.presolve_inclusion_work_limit == 0
    late = cpsat._solver(SolveOptions(time_limit_s=1.0, threads=0), time.perf_counter() - 8.0).parameters
    assert (late.max_time_in_seconds, late.num_workers) == (0.01, 1)


@pytest.mark.parametrize(("sense", "offset"), [("max", -1.5), ("min", 1.5)])
def test_the_model_as_it_is_built(sense: str, offset: float):
    columns, objective = whole_columns(MODEL), goal(sense, [1.0, 0.5], 2.0)
    made, variables = cpsat._build(columns, whole_rows(MODEL, columns), whole_objective(objective, columns), objective)
    proto = made.proto
    assert [list(v.domain) for v in proto.variables] == [[0, 3], [0, 3]]
    assert len(variables) == 2
    low, high = cp_model.INT_MIN, cp_model.INT_MAX
    rows = [(list(c.linear.vars), list(c.linear.coeffs), list(c.linear.domain)) for c in proto.constraints]
    assert rows == [([0, 1], [1, 2], [low, 6]), ([0], [5], [0, high])]
    sign = -1 if sense == "max" else 1
    assert [sign * c for c in proto.objective.coeffs] == [10, 5]
    assert proto.objective.offset == 10 * offset
    nothing = goal(sense, [0.0, 0.0], 2.0)
    bare, _ = cpsat._build(columns, whole_rows(MODEL, columns), whole_objective(nothing, columns), nothing)
    assert not bare.has_objective()


def answered(status: Any, values: list[int], bound: float, *, stepped: bool = False, tightened: int = 0) -> Any:
    solver = SimpleNamespace(
        status_name=lambda _: "SAID", best_objective_bound=bound, value=lambda variable: values[variable]
    )
    kind = [Kind.INTEGER, Kind.CONTINUOUS] if stepped else Kind.INTEGER
    model = program([[1.0, 1.0]], 0.0, 9.0, col_lower=[0.0, -1.0], col_upper=[3.0, 2.0], kind=kind)
    columns, rows = whole_columns(model), WholeRows((), 0, tightened, 0.25)
    return cpsat._Answered(solver, status, [0, 1], columns, rows, whole_objective(GOALS["max"], columns))


GOALS = {sense: goal(sense, [1.0, 1.0], 4.0) for sense in ("max", "min")}


def read(done: Any, gap: float = 0.0, sense: str = "max") -> Any:
    return cpsat._answer(done, GOALS[sense], SolveOptions(mip_gap=gap), 1.25)


def test_what_each_status_says():
    """Columns 2 and 3 - 1, a constant of 4: the value is 8."""
    found = read(answered(cp_model.OPTIMAL, [2, 3], 8.0))
    assert (found.termination, found.values.tolist(), found.objective, found.bound) == (
        Termination.OPTIMAL, [2.0, 2.0], 8.0, 8.0)  # fmt: skip
    assert (found.seconds, found.note) == (1.25, "SAID")
    open_ = read(answered(cp_model.FEASIBLE, [2, 3], 10.0))
    assert (open_.termination, open_.bound) == (Termination.FEASIBLE, 10.0)
    assert read(answered(cp_model.FEASIBLE, [2, 3], 8.79), 0.1).termination is Termination.OPTIMAL
    assert read(answered(cp_model.FEASIBLE, [2, 3], 8.81), 0.1).termination is Termination.FEASIBLE
    assert read(answered(cp_model.FEASIBLE, [2, 3], 7.5)).bound == 8.0
    assert read(answered(cp_model.FEASIBLE, [2, 3], 7.5), sense="min").bound == 7.5
    assert read(answered(cp_model.FEASIBLE, [2, 3], 8.5), sense="min").bound == 8.0
    unknown = read(answered(cp_model.UNKNOWN, [], 10.0))
    assert (unknown.termination, unknown.values, unknown.note) == (Termination.NO_SOLUTION, None, "SAID")
    assert read(answered(cp_model.INFEASIBLE, [], 0.0)).termination is Termination.INFEASIBLE


@pytest.mark.parametrize("raw", [np.inf, -np.inf, np.nan, 2.0**62, -(2.0**62)])
def test_a_bound_without_an_end_is_none(raw: float):
    found = read(answered(cp_model.FEASIBLE, [2, 3], raw))
    assert (found.bound, found.termination, found.objective) == (None, Termination.FEASIBLE, 8.0)


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"stepped": True}, "no bound is proven"),
        ({"tightened": 3}, "; 3 rows made tighter to be whole, by 2.5e-01 at most"),
    ],
)
def test_what_was_rounded_proves_nothing(how: Any, told: str):
    for status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        found = read(answered(status, [2, 3], 8.0, **how))
        assert (found.termination, found.bound) == (Termination.FEASIBLE, None)
        assert told in found.note
    assert read(answered(cp_model.INFEASIBLE, [], 0.0, **how)).termination is Termination.NO_SOLUTION


def test_a_start_is_a_hint_and_a_model_that_is_refused_is_told(monkeypatch: pytest.MonkeyPatch):
    given = []
    solver = SimpleNamespace(
        solve=lambda made, watch: given.append(made) or cp_model.MODEL_INVALID,
        parameters=SimpleNamespace(max_time_in_seconds=1.0),
        wall_time=0.0,
    )
    monkeypatch.setattr(cpsat, "_solver", lambda options, began: solver)
    for start, hint in ((np.array([2.0, -1.0]), [2, 0]), (np.array([9.0, 0.4]), [3, 1]), (None, [])):
        with pytest.raises(SolverError, match="CP-SAT refused the model"):
            cpsat.CpSatBackend().solve(MODEL, goal("max", [1.0, 1.0]), SolveOptions(), start)
        assert list(given.pop().proto.solution_hint.values) == hint
    for status in (cp_model.UNKNOWN, cp_model.FEASIBLE):
        solver.solve = lambda made, watch, status=status: status
        with pytest.raises(KeyboardInterrupt):
            cpsat.CpSatBackend().solve(MODEL, goal("max", [1.0, 1.0]), SolveOptions())


def test_an_interrupt_is_handled_after_a_solve_as_before():
    kept = signal.getsignal(signal.SIGINT)
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with cpsat._own_interrupt():
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        passed = []

        def elsewhere() -> None:
            with cpsat._own_interrupt():
                passed.append(True)

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        assert passed == [True]
    finally:
        signal.signal(signal.SIGINT, kept)
