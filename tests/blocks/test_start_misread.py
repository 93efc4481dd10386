"""HiGHS can credit a start with an objective that it does not have; such an answer is never taken."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import highspy
import numpy as np
import pytest
from support.programs import best_by_trying, goal, program, random_program

from models.backends import highs
from models.backends.base import BackendResult
from models.backends.highs import HighsBackend
from models.solution import SolveOptions, Termination

MODEL = program([[1.0, 1.0]], -np.inf, 1.0)
GOAL = goal("max", [3.0, 2.0])
OPTIONS = SolveOptions(mip_gap=0.0)


def reading(values: list[float], told: float, bound: float) -> BackendResult:
    """What is read from a HiGHS object that reports ``values`` and the objective ``told``."""
    solver = SimpleNamespace(
        getModelStatus=lambda: highspy.HighsModelStatus.kOptimal,
        getInfo=lambda: SimpleNamespace(
            objective_function_value=told,
            mip_dual_bound=bound,
            primal_solution_status=highspy.SolutionStatus.kSolutionStatusFeasible,
        ),
        getSolution=lambda: SimpleNamespace(col_value=values),
    )
    return highs._read_answer(solver, MODEL, GOAL, OPTIONS)


def test_values_that_do_not_give_the_objective_prove_nothing():
    right = reading([1.0, 0.0], 3.0, 3.0)
    assert (right.termination, right.bound, right.objective) == (Termination.OPTIMAL, 3.0, 3.0)
    wrong = reading([0.0, 1.0], 3.0, 3.0)
    assert wrong.note == highs._START_MISREAD
    assert (wrong.termination, wrong.bound, wrong.objective) == (Termination.FEASIBLE, None, 2.0)


class MisreadsOnce(HighsBackend):
    """The first run misreads its start."""

    def __init__(self) -> None:
        self.runs = 0

    def _run(self, *args: Any, **more: Any) -> BackendResult:
        self.runs += 1
        if self.runs == 1:
            values = np.array([0.0, 1.0])
            return BackendResult(Termination.FEASIBLE, values, 2.0, None, 0.0, note=highs._START_MISREAD)
        return super()._run(*args, **more)


def test_a_misread_start_is_solved_again():
    solver = MisreadsOnce()
    answer = solver.solve(MODEL, GOAL, OPTIONS, start=np.array([0.0, 1.0]))
    assert (solver.runs, answer.termination, answer.objective, answer.bound) == (2, Termination.OPTIMAL, 3.0, 3.0)


class StopsAtTarget(HighsBackend):
    """The first run says that it reached the target, with or without the values that did."""

    def __init__(self, values: list[float] | None) -> None:
        self.values, self.targets = values, []

    def _run(self, *args: Any, **more: Any) -> BackendResult:
        self.targets.append(args[-1])
        if len(self.targets) > 1:
            return super()._run(*args, **more)
        values = None if self.values is None else np.array(self.values)
        told = None if self.values is None else 2.0
        note = highspy.HighsModelStatus.kObjectiveTarget.name
        return BackendResult(Termination.NO_SOLUTION, values, told, None, 0.0, note=note)


@pytest.mark.parametrize(("values", "targets", "objective"), [(None, [2.0, None], 3.0), ([0.0, 1.0], [2.0], 2.0)])
def test_a_target_reached_without_values_is_solved_again(values, targets, objective):
    solver = StopsAtTarget(values)
    assert solver.solve(MODEL, GOAL, OPTIONS, target=2.0).objective == objective
    assert solver.targets == targets


@pytest.mark.parametrize("seed", range(12))
def test_any_start_leads_to_the_optimum(seed: int):
    rng = np.random.default_rng(seed)
    model, objective = random_program(rng)
    best = best_by_trying(model, objective)
    for start in (np.zeros(9), np.ones(9), rng.integers(0, 2, 9).astype(float), rng.random(9), np.full(9, 7.0)):
        answer = HighsBackend().solve(model, objective, OPTIONS, start=start)
        if best is None:
            assert answer.termination is Termination.INFEASIBLE
        else:
            assert (answer.termination, answer.objective) == (Termination.OPTIMAL, pytest.approx(best))


@pytest.mark.parametrize("sense", ["max", "min"])
@pytest.mark.parametrize("target", [-5.0, 0.0, 2.0, 3.0, 100.0])
def test_a_target_may_stop_the_search_but_not_lie(sense: str, target: float):
    answer = HighsBackend().solve(MODEL, goal(sense, [3.0, 2.0]), OPTIONS, target=target)
    assert answer.objective is not None
    best = 3.0 if sense == "max" else 0.0
    if answer.termination is Termination.OPTIMAL:
        assert answer.objective == answer.bound == best
    elif answer.bound is not None:
        assert answer.bound >= best if sense == "max" else answer.bound <= best


@pytest.mark.parametrize("target", [None, 0.0, 4.0, 100.0])
@pytest.mark.parametrize("start", [[1.0, 1.0], [0.0, 0.0], [2.0, 2.0]])
def test_an_impossible_start_does_not_hide_that_nothing_is_possible(start: list[float], target: float | None):
    impossible = program([[1.0, 1.0], [1.0, 1.0], [2.0, 3.0]], [2.0, -np.inf, 0.0], [np.inf, 1.0, 5.0])
    answer = HighsBackend().solve(impossible, GOAL, OPTIONS, start=np.array(start), target=target)
    assert (answer.termination, answer.values) == (Termination.INFEASIBLE, None)
