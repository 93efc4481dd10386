"""OR-Tools CP-SAT: whole numbers only, so the model is scaled first (``models.backends.scaling``)."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from models.backends.base import BackendResult, Progress, ProgressCall
from models.backends.scaling import WholeColumns, WholeObjective, WholeRows, whole_columns, whole_objective, whole_rows
from models.errors import SolverError
from models.instance import FloatArray
from models.linear import LinearModel, Objective
from models.solution import SolveOptions, Termination, relative_gap

LEAST_GAP = 1e-9
EARLY = 0.9
EARLY_S = 0.05


class CpSatBackend:
    """CP-SAT on the scaled model. A cross-check on circle sizes: its bounds on large coverage models are weak."""

    name = "cpsat"

    def solve(
        self,
        model: LinearModel,
        objective: Objective,
        options: SolveOptions,
        start: FloatArray | None = None,
        progress: ProgressCall | None = None,
        target: float | None = None,
    ) -> BackendResult:
        """See :class:`models.backends.base.Backend`. Rows that had to be tightened are told in ``note``."""
        began = time.perf_counter()
        columns = whole_columns(model)
        if np.any(columns.top < 0):
            return BackendResult(Termination.INFEASIBLE, None, None, None, time.perf_counter() - began)
        rows, goal = whole_rows(model, columns), whole_objective(objective, columns)
        made, variables = _build(columns, rows, goal, objective)
        if start is not None:
            for variable, value in zip(variables, columns.whole(start).tolist(), strict=True):
                made.add_hint(variable, value)
        watch = _Watch(goal, objective, progress, target)
        solver = _solver(options, began)
        with _own_interrupt():
            status = solver.solve(made, watch)
        seconds = time.perf_counter() - began
        if status in (cp_model.FEASIBLE, cp_model.UNKNOWN) and _interrupted(solver, watch):
            raise KeyboardInterrupt
        if status == cp_model.MODEL_INVALID:
            raise SolverError(f"CP-SAT refused the model: {made.validate()}")
        return _answer(_Answered(solver, status, variables, columns, rows, goal), objective, options, seconds)


@contextmanager
def _own_interrupt() -> Iterator[None]:
    """OR-Tools leaves SIGINT at its default after a solve; a later Ctrl-C would then kill Python without a word."""
    here = threading.current_thread() is threading.main_thread()
    kept = signal.getsignal(signal.SIGINT) if here else None
    try:
        yield
    finally:
        if kept is not None:
            signal.signal(signal.SIGINT, kept)


class _Watch(cp_model.CpSolverSolutionCallback):
    """Passes incumbents and bounds on, and stops the search at the target."""

    def __init__(
        self, goal: WholeObjective, objective: Objective, progress: ProgressCall | None, target: float | None
    ) -> None:
        super().__init__()
        self.goal, self.objective, self.progress, self.target = goal, objective, progress, target
        self.reached = False

    def on_solution_callback(self) -> None:
        """One better plan."""
        if not self.goal.coefficients.any():
            return
        value = self.objective_value / self.goal.scale
        bound = _bound(self.goal, self.objective, self.best_objective_bound)
        if self.progress is not None:
            self.progress(Progress(value, bound, self.wall_time))
        better = 1.0 if self.objective.sense == "max" else -1.0
        if self.target is not None and better * (value - self.target) >= 0:
            self.reached = True
            self.stop_search()


@dataclass(frozen=True, eq=False)
class _Answered:
    """What one finished solve left behind."""

    solver: Any
    status: Any
    variables: list[Any]
    columns: WholeColumns
    rows: WholeRows
    goal: WholeObjective


def _build(columns: WholeColumns, rows: WholeRows, goal: WholeObjective, objective: Objective) -> tuple[Any, list[Any]]:
    made = cp_model.CpModel()
    variables = [made.new_int_var(0, top, "") for top in columns.top.tolist()]
    low, high = cp_model.INT_MIN, cp_model.INT_MAX
    for row in rows.rows:
        terms = cp_model.LinearExpr.weighted_sum(
            [variables[c] for c in row.columns.tolist()], row.coefficients.tolist()
        )
        made.add_linear_constraint(
            terms, low if row.lower is None else row.lower, high if row.upper is None else row.upper
        )
    used = np.flatnonzero(goal.coefficients)
    if len(used):
        terms = cp_model.LinearExpr.weighted_sum(
            [variables[c] for c in used.tolist()], goal.coefficients[used].tolist()
        )
        (made.maximize if objective.sense == "max" else made.minimize)(terms)
        flip = -1.0 if objective.sense == "max" else 1.0
        made.proto.objective.offset = flip * goal.constant * goal.scale
    return made, variables


def _solver(options: SolveOptions, began: float) -> Any:
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, options.time_limit_s - (time.perf_counter() - began))
    solver.parameters.num_workers = max(1, options.threads)
    solver.parameters.random_seed = options.seed
    solver.parameters.relative_gap_limit = options.mip_gap
    # one presolve step of CP-SAT 9.15 cuts off optima that it then calls proven (google/or-tools issue 5293)
    solver.parameters.presolve_inclusion_work_limit = 0
    return solver


def _interrupted(solver: Any, watch: _Watch) -> bool:
    """CP-SAT swallows Ctrl-C: a search that ended early, by no limit of ours, was interrupted.

    It stops some milliseconds before its limit too, which is much of a short one, hence ``EARLY_S``.
    """
    return not watch.reached and solver.wall_time < EARLY * solver.parameters.max_time_in_seconds - EARLY_S


def _bound(goal: WholeObjective, objective: Objective, raw: float) -> float | None:
    """The bound in the objective's unit, widened by what rounding the objective can hide."""
    if not np.isfinite(raw) or abs(raw) >= 2.0**62:
        return None
    return raw / goal.scale + (goal.error if objective.sense == "max" else -goal.error)


def _answer(done: _Answered, objective: Objective, options: SolveOptions, seconds: float) -> BackendResult:
    lossy = done.rows.tightened > 0 or done.columns.stepped
    note = done.solver.status_name(done.status)
    if done.columns.stepped:
        note += "; fractions in steps of a millionth, no bound is proven"
    if done.rows.tightened:
        note += f"; {done.rows.tightened} rows made tighter to be whole, by {done.rows.worst_loss:.1e} at most"
    if done.status == cp_model.INFEASIBLE:
        ended = Termination.NO_SOLUTION if lossy else Termination.INFEASIBLE
        return BackendResult(ended, None, None, None, seconds, note)
    if done.status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return BackendResult(Termination.NO_SOLUTION, None, None, None, seconds, note)
    whole = np.array([done.solver.value(variable) for variable in done.variables], dtype=float)
    values = done.columns.values(whole)
    value = objective.value(values)
    if not done.goal.coefficients.any():
        return BackendResult(Termination.OPTIMAL, values, value, value, seconds, note)
    bound = None if lossy else _bound(done.goal, objective, done.solver.best_objective_bound)
    if bound is None:
        return BackendResult(Termination.FEASIBLE, values, value, None, seconds, note)
    bound = max(value, bound) if objective.sense == "max" else min(value, bound)
    closed = relative_gap(value, bound) <= max(options.mip_gap, LEAST_GAP)
    return BackendResult(Termination.OPTIMAL if closed else Termination.FEASIBLE, values, value, bound, seconds, note)
