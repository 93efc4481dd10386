"""What HiGHS is given, what is read from it, and when it is asked again: with a solver that says what a case needs."""

# ruff: noqa: N802, N815 (the names are HiGHS's)

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import highspy
import numpy as np
import pytest
from support.programs import goal, program

from models.backends import highs
from models.backends.base import BackendResult, Progress
from models.errors import SolverError
from models.linear import Kind
from models.solution import SolveOptions, Termination

Status = highspy.HighsModelStatus
MODEL = program([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]], [-np.inf, 1.0], [4.0, 9.0], col_upper=[1.0, 2.0, 3.0],
                kind=[Kind.INTEGER, Kind.CONTINUOUS, Kind.IMPLIED])  # fmt: skip
GOAL = goal("max", [1.0, 2.0, 4.0], 0.5)
POINT = np.array([1.0, 1.0, 2.0])
VALUE = 11.5


class Fake:
    """A HiGHS that has run and keeps what it was given."""

    def __init__(self, status: Any = Status.kOptimal, **said: Any) -> None:
        self.status, self.given, self.passed = status, {}, ()
        found = highspy.SolutionStatus.kSolutionStatusFeasible
        usual = {"value": VALUE, "bound": VALUE, "found": found, "values": POINT, "prices": np.zeros(2), "ends": None}
        self.said = SimpleNamespace(**usual | said)
        self.cbMipLogging: list[Any] = []

    def setOptionValue(self, key: str, value: Any) -> None:
        self.given[key] = value

    def setSolution(self, *point: Any) -> None:
        self.given["start"] = point

    def passModel(self, *parts: Any) -> Any:
        self.passed = parts
        return self.said.ends

    def run(self) -> Any:
        return self.said.ends

    def getModelStatus(self) -> Any:
        return self.status

    def getInfo(self) -> Any:
        said = self.said
        return SimpleNamespace(mip_dual_bound=said.bound, objective_function_value=said.value,
                               primal_solution_status=said.found)  # fmt: skip

    def getSolution(self) -> Any:
        return SimpleNamespace(col_value=list(self.said.values), row_dual=list(self.said.prices))


def read(fake: Fake, gap: float = 0.0, model: Any = MODEL) -> BackendResult:
    return highs._read_answer(fake, model, GOAL, SolveOptions(mip_gap=gap))


def test_what_each_status_says():
    for status in (Status.kInfeasible, Status.kUnboundedOrInfeasible):
        assert read(Fake(status)).termination is Termination.INFEASIBLE
    with pytest.raises(KeyboardInterrupt):
        read(Fake(Status.kInterrupt))
    with pytest.raises(SolverError, match="kUnbounded"):
        read(Fake(Status.kUnbounded))
    empty = read(Fake(Status.kModelEmpty))
    assert (empty.termination, empty.values.tolist(), empty.objective, empty.bound) == (
        Termination.OPTIMAL, [0.0, 0.0, 0.0], 0.5, 0.5)  # fmt: skip
    for status in (Status.kTimeLimit, Status.kIterationLimit, Status.kSolutionLimit, Status.kMemoryLimit,
                   Status.kObjectiveTarget, Status.kObjectiveBound):  # fmt: skip
        found = read(Fake(status, bound=20.0))
        assert (found.termination, found.objective, found.bound) == (Termination.FEASIBLE, VALUE, 20.0)
        assert found.note == status.name
        assert found.values.tolist() == POINT.tolist()
        nothing = read(Fake(status, bound=20.0, found=highspy.SolutionStatus.kSolutionStatusNone))
        assert (nothing.termination, nothing.values, nothing.bound) == (Termination.NO_SOLUTION, None, 20.0)
        assert nothing.note == status.name


def test_a_bound_without_an_end_is_none():
    assert read(Fake(Status.kTimeLimit, bound=np.inf)).bound is None
    assert read(Fake(Status.kTimeLimit, bound=-np.inf)).termination is Termination.FEASIBLE


@pytest.mark.parametrize(
    ("gap", "bound", "closed"),
    [(0.1, 1.0999, True), (0.1, 1.1001, False), (0.0, 1 + 0.9e-9, True), (0.0, 1 + 1e-8, False)],
)
def test_what_is_closed(gap: float, bound: float, closed: bool):
    assert (read(Fake(bound=bound * VALUE), gap).termination is Termination.OPTIMAL) == closed


def test_a_linear_program_is_proven_by_its_end():
    """Its dual bound of a tree is worth nothing."""
    linear = program([[1.0, 1.0, 1.0]], 0.0, 9.0, col_upper=3.0, kind=Kind.CONTINUOUS)
    assert read(Fake(bound=77.0), model=linear).bound == VALUE
    stopped = read(Fake(Status.kTimeLimit, bound=77.0), model=linear)
    assert (stopped.bound, stopped.termination) == (None, Termination.FEASIBLE)


@pytest.mark.parametrize(("off", "trusted"), [(0.0009, True), (0.002, False), (-0.002, False)])
def test_an_objective_that_the_point_does_not_have(off: float, trusted: bool):
    found = read(Fake(value=VALUE + off))
    assert (found.note == "start misread") != trusted
    assert (found.bound == VALUE) == trusted
    assert found.objective == VALUE
    assert found.termination is (Termination.OPTIMAL if trusted else Termination.FEASIBLE)


def test_the_difference_that_is_granted_grows_with_the_value():
    large = np.array([1e6, 0.0, 0.0])
    assert read(Fake(value=1e6 + 1.5, values=large, bound=2e6)).note == "kOptimal"
    assert read(Fake(value=1e6 + 2.5, values=large, bound=2e6)).note == "start misread"


def test_the_model_as_it_is_passed():
    fake = Fake()
    highs._pass_model(fake, MODEL, GOAL)
    n_col, n_row, nnz, form, sense, offset, cost, *ends = fake.passed
    assert (n_col, n_row, nnz, offset) == (3, 2, 4, 0.5)
    assert (form, sense) == (int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMaximize))
    told = [np.asarray(part).tolist() for part in (cost, *ends)]
    assert told == [
        [1.0, 2.0, 4.0], [0.0, 0.0, 0.0], [1.0, 2.0, 3.0], [-np.inf, 1.0], [4.0, 9.0],
        [0, 2, 4], [0, 1, 1, 2], [1.0, 2.0, 1.0, 3.0], [1, 0, 0],
    ]  # fmt: skip
    highs._pass_model(fake, MODEL, goal("min", [1.0, 2.0, 4.0]))
    assert fake.passed[4] == int(highspy.ObjSense.kMinimize)
    with pytest.raises(SolverError, match="refused"):
        highs._pass_model(Fake(ends=highspy.HighsStatus.kError), MODEL, GOAL)


def test_the_options_of_a_solver():
    made = highs._new_solver(SolveOptions(time_limit_s=12.5, mip_gap=0.25, seed=7, threads=1, node_limit=9))
    wanted = {
        "output_flag": False, "log_to_console": False, "threads": 1, "random_seed": 7, "time_limit": 12.5,
        "mip_rel_gap": 0.25, "mip_abs_gap": 1e-9, "presolve": "off", "mip_allow_restart": False,
        "mip_heuristic_run_rins": False, "mip_heuristic_run_rens": False, "mip_max_nodes": 9,
    }  # fmt: skip
    assert {key: made.getOptionValue(key)[1] for key in wanted} == wanted
    assert highs._new_solver(SolveOptions()).getOptionValue("mip_max_nodes")[1] > 1_000_000


def test_another_number_of_threads_resets_the_scheduler(monkeypatch: pytest.MonkeyPatch):
    resets: list[bool] = []

    class Quiet(Fake):
        resetGlobalScheduler = staticmethod(resets.append)

    monkeypatch.setattr(highs, "highspy", SimpleNamespace(Highs=Quiet))
    monkeypatch.setattr(highs, "_threads_in_use", [])
    counts = []
    for threads in (2, 2, 1, 1, 2):
        highs._new_solver(SolveOptions(threads=threads))
        counts.append(len(resets))
    assert counts == [0, 0, 1, 1, 2]
    assert all(resets)


def test_nothing_is_printed_meanwhile_and_no_file_stays_open(capfd: pytest.CaptureFixture[str]):
    before = len(list(Path("/proc/self/fd").iterdir()))
    with highs._silent_stdout():
        os.write(1, b"banner")
    os.write(1, b"result")
    assert capfd.readouterr().out == "result"
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_progress_comes_with_the_log_and_knows_no_infinity():
    fake, seen = Fake(), []

    class Calls(list):
        __iadd__ = lambda self, call: self.append(call) or self  # noqa: E731

    fake.cbMipLogging = Calls()
    highs._report(fake, seen.append)
    assert fake.given == {"output_flag": True}
    (call,) = fake.cbMipLogging
    for value, bound in ((3.0, np.inf), (-np.inf, 4.0)):
        call(SimpleNamespace(data_out=SimpleNamespace(mip_primal_bound=value, mip_dual_bound=bound, running_time=2.5)))
    assert seen == [Progress(3.0, None, 2.5), Progress(None, 4.0, 2.5)]


def test_a_run_gets_start_target_and_progress(monkeypatch: pytest.MonkeyPatch):
    fake, told = Fake(), []
    monkeypatch.setattr(highs, "_new_solver", lambda options: fake)
    monkeypatch.setattr(highs, "_report", lambda solver, progress: told.append(progress))
    backend, options = highs.HighsBackend(), SolveOptions(mip_gap=0.0)
    assert backend._run(MODEL, GOAL, options, None, None, None).objective == VALUE
    assert (fake.given, told) == ({}, [])
    backend._run(MODEL, GOAL, options, [1, 2, 0], print, 3.5)
    n, index, values = fake.given.pop("start")
    assert (n, index.tolist(), values.tolist(), values.dtype) == (3, [0, 1, 2], [1.0, 2.0, 0.0], float)
    assert fake.given == {"objective_target": 3.5}
    assert told == [print]
    fake.said.ends = highspy.HighsStatus.kError
    monkeypatch.setattr(highs, "_pass_model", lambda *_: None)
    failed = backend._run(MODEL, GOAL, options, None, None, None)
    assert (failed.note, failed.termination, failed.values) == ("failed", Termination.NO_SOLUTION, None)


FINE = BackendResult(Termination.OPTIMAL, POINT, VALUE, VALUE, 0.0, "kOptimal")
DOUBTFUL = {
    "misread": BackendResult(Termination.FEASIBLE, POINT, VALUE, None, 0.0, "start misread"),
    "failed": BackendResult(Termination.NO_SOLUTION, None, None, None, 0.0, "failed"),
    "infeasible": BackendResult(Termination.INFEASIBLE, None, None, None, 0.0),
    "target": BackendResult(Termination.NO_SOLUTION, None, None, 9.0, 0.0, "kObjectiveTarget"),
}
TRUSTED = {
    "fine": FINE,
    "at the target": BackendResult(Termination.FEASIBLE, POINT, VALUE, 99.0, 0.0, "kObjectiveTarget"),
    "no time": BackendResult(Termination.NO_SOLUTION, None, None, 9.0, 0.0, "kTimeLimit"),
}


@pytest.mark.parametrize(("start", "target"), [(POINT, None), (None, 3.0), (POINT, 3.0), (None, None)])
@pytest.mark.parametrize("case", [*DOUBTFUL, *TRUSTED])
def test_a_doubtful_answer_is_asked_for_again_without_help(monkeypatch, start: Any, target: Any, case: str):
    calls, answers = [], iter([{**DOUBTFUL, **TRUSTED}[case], FINE])

    def run(self: Any, model: Any, objective: Any, options: Any, *rest: Any) -> BackendResult:
        calls.append(rest)
        return next(answers)

    monkeypatch.setattr(highs.HighsBackend, "_run", run)
    helped = start is not None or target is not None
    again = case in DOUBTFUL and helped
    if case == "failed" and not helped:
        with pytest.raises(SolverError, match="HiGHS failed"):
            highs.HighsBackend().solve(MODEL, GOAL, SolveOptions(), start, print, target)
        return
    answer = highs.HighsBackend().solve(MODEL, GOAL, SolveOptions(), start, print, target)
    assert calls == [(start, print, target), (None, print, None)][: 1 + again]
    assert answer.note == (FINE if again else {**DOUBTFUL, **TRUSTED}[case]).note
    assert 0 < answer.seconds < 5


def test_an_interior_point_that_is_none(monkeypatch: pytest.MonkeyPatch):
    made: list[Fake] = []
    for said, found in (({}, True), ({"ends": highspy.HighsStatus.kError}, False), ({"values": POINT[:2]}, False),
                        ({"prices": [0.0, np.nan]}, False), ({"values": [1.0, np.inf, 0.0]}, False),
                        ({"prices": [0.0]}, False)):  # fmt: skip
        made.append(Fake(**said))
        monkeypatch.setattr(highs, "_new_solver", lambda options: made[-1])
        if "ends" in said:
            monkeypatch.setattr(highs, "_pass_model", lambda *_: None)
        answer = highs.interior_point(MODEL, GOAL, SolveOptions(), accuracy=1e-3)
        monkeypatch.undo()
        assert (answer is not None) == found
    fake = made[0]
    assert fake.given == {"solver": "ipm", "run_crossover": "off", "ipm_optimality_tolerance": 1e-3}
    assert np.asarray(fake.passed[-1]).tolist() == [0, 0, 0]
    assert MODEL.kind.tolist() == [int(Kind.INTEGER), int(Kind.CONTINUOUS), int(Kind.IMPLIED)]
