"""What PuLP's solvers are given and what is made of their answers; how long after its limit a program is ended."""

from __future__ import annotations

import signal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pulp
import pytest
from support.programs import goal, program

from models.backends import pulp as room
from models.backends import watchdog
from models.backends.base import Progress
from models.errors import SolverError, SolverHung, SolverMissing
from models.linear import Kind
from models.solution import SolveOptions, Termination

MODEL = program([[1.0, 2.0]], -np.inf, 4.0, col_upper=[2.0, 1.0])
PROVEN = "Result - Optimal solution found\n"


@pytest.mark.parametrize(
    ("coefficients", "sense", "factor"),
    [
        ([1.0, -0.5], "min", 1e5), ([1.0, -0.5], "max", -1e5), ([0.0, -30.0], "min", 1e4), ([1e5, 2.0], "min", 1.0),
        ([3e7, 2.0], "max", -1.0), ([0.0, 0.0], "min", 1.0), ([0.002], "min", 1e8),
    ],
)  # fmt: skip
def test_an_objective_is_made_large_for_the_log(coefficients: list[float], sense: str, factor: float):
    assert room._factor(goal(sense, coefficients)) == factor


def test_cbc_is_given_limit_gap_threads_seed_start_log_and_folder(tmp_path: Path):
    options = SolveOptions(solver="cbc", time_limit_s=7.5, mip_gap=0.125, seed=4, threads=2)
    made = room._solver(options, tmp_path, tmp_path / "log", warm=True)
    told = made.optionsDict
    assert (made.timeLimit, told["gapRel"], told["threads"], told["warmStart"]) == (7.5, 0.125, 2, True)
    assert (made.options, told["logPath"]) == (["randomSeed 5", "randomCbcSeed 5"], str(tmp_path / "log"))
    assert (made.msg, made.tmpDir) == (False, str(tmp_path))
    cold = room._solver(SolveOptions(solver="PULP_CBC_CMD", threads=0), tmp_path, tmp_path / "log", warm=False)
    assert cold.optionsDict.get("threads") is None
    assert not cold.optionsDict.get("warmStart")


def test_a_solver_that_knows_neither_gap_nor_threads_gets_its_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    asked = []

    def plain(name: str, **given: Any) -> Any:
        asked.append((name, given))
        if "gapRel" in given:
            raise TypeError("unexpected keyword")
        return SimpleNamespace(available=lambda: True)

    monkeypatch.setattr(pulp, "getSolver", plain)
    monkeypatch.setattr(pulp, "listSolvers", lambda onlyAvailable=False: ["MINE", "HiGHS", "PULP_CBC_CMD"])
    made = room._solver(SolveOptions(solver="mine", time_limit_s=3.0), tmp_path, tmp_path / "log", warm=False)
    assert asked == [
        ("MINE", {"msg": False, "timeLimit": 3.0, "gapRel": 1e-4, "threads": 1}),
        ("MINE", {"msg": False, "timeLimit": 3.0}),
    ]
    assert not hasattr(made, "tmpDir")
    assert room._available() == ("highs", "cpsat", "MINE", "cbc")
    monkeypatch.setattr(pulp, "getSolver", lambda name, **given: SimpleNamespace(available=lambda: False))
    with pytest.raises(SolverMissing, match=r"no solver 'mine'.*MINE, cbc"):
        room._solver(SolveOptions(solver="mine"), tmp_path, tmp_path / "log", warm=False)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_problem_as_it_is_put():
    model = program([[1.0, 2.0], [1.0, 0.0], [0.0, 3.0]], [1.0, 2.0, -np.inf], [4.0, 2.0, 5.0],
                    col_lower=[-1.0, 0.0], col_upper=[2.0, np.inf], kind=[Kind.INTEGER, Kind.IMPLIED])  # fmt: skip
    problem, variables = room._problem(model, np.array([0.0, 3.0]))
    assert [(v.lowBound, v.upBound, v.cat) for v in variables] == [(-1, 2, "Integer"), (0, None, "Continuous")]
    assert problem.sense == pulp.LpMinimize
    assert {v.name: w for v, w in problem.objective.items()} == {"v1": 3.0}
    rows = {name: (c.sense, -c.constant, {v.name: w for v, w in c.items()}) for name, c in problem.constraints.items()}
    both = {"v0": 1.0, "v1": 2.0}
    assert sorted(rows.values(), key=str) == sorted([
        (pulp.LpConstraintGE, 1.0, both), (pulp.LpConstraintLE, 4.0, both), (pulp.LpConstraintEQ, 2.0, {"v0": 1.0}),
        (pulp.LpConstraintLE, 5.0, {"v1": 3.0})], key=str)  # fmt: skip


def read(ended: int, log: str = "", *, sense: str = "max", gap: float = 0.0, status: int = 1, **said: Any) -> Any:
    """v = (2, 1), 3 v0 + v1 + 1 = 8; the objective goes in ten times as large."""
    values, whole = said.get("values", (2.0, 1.0)), said.get("whole", True)
    problem = SimpleNamespace(sol_status=ended, status=status)
    factor = -10.0 if sense == "max" else 10.0
    done = room._Answered(problem, [SimpleNamespace(varValue=v) for v in values], log, factor, whole)
    return room._answer(done, MODEL, goal(sense, said.get("goal", [3.0, 1.0]), 1.0), SolveOptions(mip_gap=gap), 1.5)


def test_what_each_status_says():
    found = read(pulp.LpSolutionOptimal, PROVEN)
    assert (found.termination, found.values.tolist(), found.objective, found.bound) == (
        Termination.OPTIMAL, [2.0, 1.0], 8.0, 8.0)  # fmt: skip
    assert (found.seconds, found.note) == (1.5, "Optimal Solution Found")
    for ended, status in ((pulp.LpSolutionInfeasible, 1), (pulp.LpSolutionOptimal, pulp.LpStatusInfeasible)):
        assert read(ended, PROVEN, status=status).termination is Termination.INFEASIBLE
    with pytest.raises(SolverError, match="unbounded"):
        read(pulp.LpSolutionUnbounded)
    nothing = read(pulp.LpSolutionNoSolutionFound, "Lower bound: -90\n")
    assert (nothing.termination, nothing.values) == (Termination.NO_SOLUTION, None)
    assert nothing.bound == pytest.approx(10.00005)
    untold = read(pulp.LpSolutionIntegerFeasible)
    assert (untold.termination, untold.bound) == (Termination.FEASIBLE, None)
    assert "no bound was told" in untold.note


def test_who_is_proven():
    """By a tree searched to its end, not one that stopped at the gap; a linear program by its status."""
    stopped = PROVEN + "Cbc0011I Exiting as integer gap of 3 less than 4\nLower bound: -90\n"
    assert read(pulp.LpSolutionOptimal, stopped).bound == pytest.approx(10.00005)
    assert read(pulp.LpSolutionOptimal, whole=False).bound == 8.0
    assert read(pulp.LpSolutionIntegerFeasible, whole=False).bound is None
    assert read(pulp.LpSolutionIntegerFeasible, PROVEN).bound is None
    assert read(pulp.LpSolutionIntegerFeasible, goal=[0.0, 0.0]).bound == 1.0


def test_bounds_gaps_and_points_outside():
    log = "Lower bound: -78\n"  # 8.8 with the constant
    assert read(pulp.LpSolutionIntegerFeasible, log, gap=0.1001).termination is Termination.OPTIMAL
    assert read(pulp.LpSolutionIntegerFeasible, log, gap=0.0999).termination is Termination.FEASIBLE
    assert read(pulp.LpSolutionIntegerFeasible, "Lower bound: -60\n").bound == 8.0
    assert read(pulp.LpSolutionIntegerFeasible, "Lower bound: 60\n", sense="min").bound == pytest.approx(6.99995)
    assert read(pulp.LpSolutionIntegerFeasible, "Lower bound: 90\n", sense="min").bound == 8.0
    outside = read(pulp.LpSolutionOptimal, PROVEN, values=(2.0 + 1e-9, None))
    assert outside.values.tolist() == [2.0, 0.0]


def test_progress_is_told_once_and_the_name_is_that_of_the_solver():
    seen: list[Progress] = []
    backend, options = room.PulpBackend(), SolveOptions(solver="cbc", mip_gap=0.0)
    answer = backend.solve(MODEL, goal("max", [3.0, 1.0], 1.0), options, progress=seen.append)
    assert seen == [Progress(8.0, 8.0, answer.seconds)]
    assert (answer.objective, backend.name) == (8.0, "cbc")


@pytest.mark.parametrize(("began_s", "left_s"), [(20.0, 40.0), (80.0, 1.0)])
def test_after_a_start_that_failed_what_is_left_of_the_time(monkeypatch, began_s: float, left_s: float):
    given, clock = [], iter([100.0, 100.0 + began_s, 100.0 + began_s])

    def run(problem: Any, options: Any, *, warm: bool) -> str:
        given.append((options.time_limit_s, warm))
        if warm:
            raise SolverError("crash")
        problem.sol_status = pulp.LpSolutionNoSolutionFound
        return ""

    monkeypatch.setattr(room, "_run", run)
    monkeypatch.setattr(room, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    options = SolveOptions(solver="cbc", time_limit_s=60.0)
    answer = room.PulpBackend().solve(MODEL, goal("max", [3.0, 1.0]), options, np.array([1.0, 1.0]))
    assert given == [(60.0, True), (left_s, False)]
    assert answer.seconds == began_s


def test_no_other_solver_gets_a_start_and_one_that_hung_is_not_asked_again(monkeypatch: pytest.MonkeyPatch):
    given = []

    def run(problem: Any, options: Any, *, warm: bool) -> str:
        given.append((options.solver, warm))
        raise SolverHung(options.solver, 1.0)

    monkeypatch.setattr(room, "_run", run)
    for solver in ("cbc", "HiGHS"):
        with pytest.raises(SolverHung):
            room.PulpBackend().solve(MODEL, goal("max", [3.0, 1.0]), SolveOptions(solver=solver), np.ones(2))
    assert given == [("cbc", True), ("HiGHS", False)]


@pytest.mark.parametrize(("limit_s", "after_s"), [(10.0, 70.0), (60.0, 120.0), (400.0, 800.0)])
def test_a_program_is_ended_well_after_its_limit(monkeypatch: pytest.MonkeyPatch, limit_s: float, after_s: float):
    made: list[Any] = []

    class Timer:
        def __init__(self, seconds: float, call: Any) -> None:
            self.seconds, self.call, self.did = seconds, call, []
            made.append(self)

        def start(self) -> None:
            self.did.append(("start", self.daemon))

        def cancel(self) -> None:
            self.did.append("cancel")

    killed = []

    def kill(pid: int, number: int) -> None:
        if pid == 8:
            raise ProcessLookupError
        killed.append((pid, number))

    monkeypatch.setattr(watchdog.threading, "Timer", Timer)
    monkeypatch.setattr(watchdog.os, "kill", kill)
    at_work = {"before": [], "gone": [8], "two": [7, 8, 9]}
    with watchdog.ending("before", limit_s) as ended:
        (timer,) = made
        assert (timer.seconds, timer.did) == (after_s, [("start", True)])
        monkeypatch.setattr(watchdog, "_at_work", at_work.__getitem__)
        timer.call()
        assert not ended.is_set()
    assert timer.did[-1] == "cancel"
    with watchdog.ending("gone", limit_s) as ended:
        made[-1].call()
        assert not ended.is_set()
    with watchdog.ending("two", limit_s) as ended:
        made[-1].call()
        assert ended.is_set()
    assert killed == [(7, signal.SIGKILL), (9, signal.SIGKILL)]


def test_a_library_gets_three_times_its_limit_and_five_minutes(monkeypatch: pytest.MonkeyPatch):
    patience = SimpleNamespace(work=None)
    monkeypatch.setattr(watchdog, "_patience", [patience])
    watchdog.may_be_ended()
    assert watchdog._patience == [patience]
    with watchdog.kept(40.0):
        assert patience.work.left_s == 420.0
    assert patience.work is None
