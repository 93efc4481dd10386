"""HiGHS through ``highspy``: the default solver."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np

from models.backends.base import BackendResult, Progress, ProgressCall
from models.errors import SolverError
from models.instance import FloatArray
from models.linear import Kind, LinearModel, Objective
from models.solution import SolveOptions, Termination, relative_gap

_INTEGRALITY = {Kind.CONTINUOUS: 0, Kind.INTEGER: 1, Kind.IMPLIED: 0}
_STOPPED = {
    highspy.HighsModelStatus.kTimeLimit,
    highspy.HighsModelStatus.kIterationLimit,
    highspy.HighsModelStatus.kSolutionLimit,
    highspy.HighsModelStatus.kMemoryLimit,
    highspy.HighsModelStatus.kObjectiveTarget,
    highspy.HighsModelStatus.kObjectiveBound,
}
_INFEASIBLE = {highspy.HighsModelStatus.kInfeasible}
_START_MISREAD = "start misread"
_FAILED = "failed"
_DOUBTFUL = (_START_MISREAD, _FAILED)
_threads_in_use: list[int] = []


class HighsBackend:
    """One fresh HiGHS object a call; threads are fixed per process, so a change resets the global scheduler.

    HiGHS's own presolve is off: on these models it was seen to end with wrong answers (a start credited with an
    objective it does not have, a bound below the optimum, a feasible model called infeasible; 1.10 to 1.16), while
    :mod:`models.presolve` has made the model small already, and the time is the same. A claim that does not check, or
    that could stem from the start or the target, is asked again without them.
    """

    name = "highs"

    def solve(
        self,
        model: LinearModel,
        objective: Objective,
        options: SolveOptions,
        start: FloatArray | None = None,
        progress: ProgressCall | None = None,
        target: float | None = None,
    ) -> BackendResult:
        """See :class:`models.backends.base.Backend`."""
        began = time.perf_counter()
        answer = self._run(model, objective, options, start, progress, target)
        helped = start is not None or target is not None
        doubtful = answer.note in _DOUBTFUL or answer.termination is Termination.INFEASIBLE
        doubtful |= answer.values is None and answer.note == highspy.HighsModelStatus.kObjectiveTarget.name
        if helped and doubtful:
            answer = self._run(model, objective, options, None, progress, None)
        if answer.note == _FAILED:
            raise SolverError("HiGHS failed")
        return replace(answer, seconds=time.perf_counter() - began)

    def _run(
        self,
        model: LinearModel,
        objective: Objective,
        options: SolveOptions,
        start: FloatArray | None,
        progress: ProgressCall | None,
        target: float | None,
    ) -> BackendResult:
        solver = self._prepared(options)
        _pass_model(solver, model, objective)
        if target is not None:
            solver.setOptionValue("objective_target", target)
        if start is not None:
            index = np.arange(model.n_col, dtype=np.int32)
            solver.setSolution(model.n_col, index, np.ascontiguousarray(start, dtype=float))
        if progress is not None:
            _report(solver, progress)
        if solver.run() == highspy.HighsStatus.kError:
            return BackendResult(Termination.NO_SOLUTION, None, None, None, 0.0, note=_FAILED)
        return _read_answer(solver, model, objective, options)

    def _prepared(self, options: SolveOptions) -> Any:
        """A solver before it has a model."""
        return _new_solver(options)


@dataclass(frozen=True, eq=False)
class Interior:
    """A point of the interior of the relaxation, nearly optimal, and the prices of its rows (d objective / d side)."""

    values: FloatArray
    price: FloatArray


def interior_point(
    model: LinearModel, objective: Objective, options: SolveOptions, accuracy: float = 1e-4
) -> Interior | None:
    """The relaxation by HiGHS's interior point without crossover; None where it found nothing within the limit.

    Neither point nor prices are exact: a bound is what the caller computes from the prices, never the objective here.

    Raises:
        SolverError: HiGHS refuses the model.
    """
    solver = _new_solver(options)
    for key, value in {"solver": "ipm", "run_crossover": "off", "ipm_optimality_tolerance": accuracy}.items():
        solver.setOptionValue(key, value)
    _pass_model(solver, replace(model, kind=np.full(model.n_col, int(Kind.CONTINUOUS), dtype=np.int8)), objective)
    if solver.run() == highspy.HighsStatus.kError:
        return None
    found = solver.getSolution()
    values, price = np.array(found.col_value), np.array(found.row_dual)
    whole = len(values) == model.n_col and len(price) == model.n_row
    return Interior(values, price) if whole and np.isfinite(values).all() and np.isfinite(price).all() else None


def _new_solver(options: SolveOptions) -> Any:
    if _threads_in_use and _threads_in_use[-1] != options.threads:
        highspy.Highs.resetGlobalScheduler(True)
    _threads_in_use[:] = [options.threads]
    with _silent_stdout():
        solver: Any = highspy.Highs()
    for key, value in {
        "output_flag": False,
        "log_to_console": False,
        "threads": options.threads,
        "random_seed": options.seed,
        "time_limit": float(options.time_limit_s),
        "mip_rel_gap": float(options.mip_gap),
        "mip_abs_gap": 1e-9,
        "presolve": "off",
        "mip_allow_restart": False,
        "mip_heuristic_run_rins": False,
        "mip_heuristic_run_rens": False,
    }.items():
        solver.setOptionValue(key, value)
    if options.node_limit is not None:
        solver.setOptionValue("mip_max_nodes", options.node_limit)
    return solver


@contextmanager
def _silent_stdout() -> Iterator[None]:
    """HiGHS prints a banner to file descriptor 1 when its first object is made; stdout belongs to the results."""
    sys.stdout.flush()
    kept = os.dup(1)
    void = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(void, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(void)


def _pass_model(solver: Any, model: LinearModel, objective: Objective) -> None:
    matrix = model.matrix
    integrality = np.array([_INTEGRALITY[Kind(kind)] for kind in range(3)], dtype=np.int32)[model.kind]
    sense = highspy.ObjSense.kMaximize if objective.sense == "max" else highspy.ObjSense.kMinimize
    status = solver.passModel(
        model.n_col,
        model.n_row,
        int(matrix.nnz),
        int(highspy.MatrixFormat.kRowwise),
        int(sense),
        float(objective.constant),
        np.ascontiguousarray(objective.coefficients, dtype=float),
        model.col_lower,
        model.col_upper,
        model.row_lower,
        model.row_upper,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        np.ascontiguousarray(matrix.data, dtype=float),
        integrality,
    )
    if status == highspy.HighsStatus.kError:
        raise SolverError("HiGHS refused the model")


def _report(solver: Any, progress: ProgressCall) -> None:
    """The callback comes with each log line, so there must be a log; ``log_to_console`` keeps it off stdout."""
    solver.setOptionValue("output_flag", True)

    def on_mip_logging(event: Any) -> None:
        data = event.data_out
        progress(Progress(_finite(data.mip_primal_bound), _finite(data.mip_dual_bound), data.running_time))

    solver.cbMipLogging += on_mip_logging


def _finite(value: float) -> float | None:
    return float(value) if abs(value) < highspy.kHighsInf else None


def _read_answer(solver: Any, model: LinearModel, objective: Objective, options: SolveOptions) -> BackendResult:
    status = solver.getModelStatus()
    info = solver.getInfo()
    if status in _INFEASIBLE or (status == highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return BackendResult(Termination.INFEASIBLE, None, None, None, 0.0)
    known = {highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty} | _STOPPED
    if status == highspy.HighsModelStatus.kInterrupt:
        raise KeyboardInterrupt
    if status not in known:
        raise SolverError(f"HiGHS ended with model status {status.name}")
    has_integers = bool((model.kind == Kind.INTEGER).any())
    if status == highspy.HighsModelStatus.kModelEmpty or model.n_col == 0:
        return BackendResult(Termination.OPTIMAL, np.zeros(model.n_col), objective.constant, objective.constant, 0.0)
    proven = status == highspy.HighsModelStatus.kOptimal
    bound = _finite(info.mip_dual_bound) if has_integers else (info.objective_function_value if proven else None)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return BackendResult(Termination.NO_SOLUTION, None, None, bound, 0.0, note=status.name)
    values = np.array(solver.getSolution().col_value)
    value = objective.value(values)
    if abs(value - info.objective_function_value) > 1e-3 + 1e-6 * abs(value):
        return BackendResult(Termination.FEASIBLE, values, value, None, 0.0, note=_START_MISREAD)
    closed = bound is not None and relative_gap(value, bound) <= max(options.mip_gap, 1e-9)
    return BackendResult(
        Termination.OPTIMAL if closed else Termination.FEASIBLE, values, value, bound, 0.0, note=status.name
    )
