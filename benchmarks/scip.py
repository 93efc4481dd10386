"""SCIP as a backend of ours, for the benchmark alone (extra ``bench``)."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from pyscipopt import SCIP_EVENTTYPE, Eventhdlr, Model, quicksum

from models.backends.base import BackendResult, Progress, ProgressCall
from models.instance import FloatArray
from models.linear import Kind, LinearModel, Objective
from models.solution import SolveOptions, Termination, relative_gap


class ScipBackend:
    """One SCIP model a call, one thread; a start is not handed over."""

    name = "scip"

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
        del start, target
        began = time.perf_counter()
        scip, columns = _model(model, objective)
        scip.setParam("limits/gap", options.mip_gap)
        scip.setParam("limits/time", max(0.1, options.time_limit_s - (time.perf_counter() - began)))
        scip.setParam("randomization/randomseedshift", options.seed)
        watch = _Watch(progress, began) if progress is not None else None
        if watch is not None:
            scip.includeEventhdlr(watch, "watch", "tells incumbent and bound")
        scip.optimize()
        seconds = time.perf_counter() - began
        if scip.getStatus() == "infeasible":
            return BackendResult(Termination.INFEASIBLE, None, None, None, seconds)
        bound = scip.getDualbound()
        bound = bound if abs(bound) < 1e19 else None
        if not scip.getNSols():
            return BackendResult(Termination.NO_SOLUTION, None, None, bound, seconds, note=scip.getStatus())
        best = scip.getBestSol()
        values = np.array([scip.getSolVal(best, column) for column in columns])
        value = objective.value(values)
        closed = bound is not None and relative_gap(value, bound) <= max(options.mip_gap, 1e-9)
        ended = Termination.OPTIMAL if closed else Termination.FEASIBLE
        return BackendResult(ended, values, value, bound, seconds, note=scip.getStatus())


class _Watch(Eventhdlr):  # type: ignore[misc]
    def __init__(self, progress: ProgressCall, began: float) -> None:
        self.progress, self.began = progress, began

    def eventinit(self) -> None:
        for event in (SCIP_EVENTTYPE.BESTSOLFOUND, SCIP_EVENTTYPE.NODESOLVED, SCIP_EVENTTYPE.LPSOLVED):
            self.model.catchEvent(event, self)

    def eventexec(self, event: Any) -> None:
        del event
        primal, dual = self.model.getPrimalbound(), self.model.getDualbound()
        self.progress(
            Progress(
                primal if abs(primal) < 1e19 else None,
                dual if abs(dual) < 1e19 else None,
                time.perf_counter() - self.began,
            )
        )


def _model(model: LinearModel, objective: Objective) -> tuple[Any, list[Any]]:
    scip = Model()
    scip.hideOutput()
    columns = [
        scip.addVar(
            vtype="I" if kind == Kind.INTEGER else "C",
            lb=float(low),
            ub=float(high) if np.isfinite(high) else None,
            obj=float(worth),
        )
        for kind, low, high, worth in zip(
            model.kind, model.col_lower, model.col_upper, objective.coefficients, strict=True
        )
    ]
    matrix = model.matrix
    for row in range(model.n_row):
        part = slice(matrix.indptr[row], matrix.indptr[row + 1])
        low, high = float(model.row_lower[row]), float(model.row_upper[row])
        terms = quicksum(float(a) * columns[c] for a, c in zip(matrix.data[part], matrix.indices[part], strict=True))
        if low == high:
            scip.addCons(terms == low)
        elif np.isfinite(low) and np.isfinite(high):
            scip.addCons((low <= terms) <= high)
        elif np.isfinite(high):
            scip.addCons(terms <= high)
        elif np.isfinite(low):
            scip.addCons(terms >= low)
    scip.addObjoffset(float(objective.constant))
    scip.setMaximize() if objective.sense == "max" else scip.setMinimize()
    return scip, columns
