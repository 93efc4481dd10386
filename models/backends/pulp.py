"""Any solver that PuLP drives: the bundled CBC, and Gurobi, CPLEX, COPT … where they are installed.

CBC's status is not to be trusted: PuLP turns a run that a time limit stopped into "Optimal". So the solution status and
CBC's own log are read, and OPTIMAL is said only where a bound proves the gap that was asked for. PuLP hands every
solver a minimisation; a maximisation goes in with its signs turned.
"""

from __future__ import annotations

import re
import tempfile
import time
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pulp

from models.backends.base import BackendResult, Progress, ProgressCall
from models.backends.watchdog import ending
from models.errors import SolverError, SolverHung, SolverMissing
from models.instance import FloatArray
from models.linear import Kind, LinearModel, Objective
from models.solution import SolveOptions, Termination, relative_gap

LEAST_GAP = 1e-9
LOG_DECIMALS = 3
LARGE_COEFFICIENT = 1e5
_LOWER_BOUND = re.compile(r"^Lower bound:\s+(-?[\d.]+(?:e[+-]?\d+)?)\s*$", re.MULTILINE)
_PROVEN = re.compile(r"^Result - Optimal solution found\s*$", re.MULTILINE)
_STOPPED_ON_GAP = "Exiting as integer gap"


class PulpBackend:
    """One PuLP problem a call; the solver is ``options.solver`` (``cbc``, or a name of ``pulp.listSolvers()``).

    The seed reaches CBC only; PuLP has no common way to hand it to the others. CBC 2.10 can crash on a start; the solve
    is then repeated without it, in the time that is left.
    """

    name = "pulp"

    def solve(
        self,
        model: LinearModel,
        objective: Objective,
        options: SolveOptions,
        start: FloatArray | None = None,
        progress: ProgressCall | None = None,
        target: float | None = None,
    ) -> BackendResult:
        """See :class:`models.backends.base.Backend`. CBC tells nothing on the way and ignores ``target``."""
        del target
        began = time.perf_counter()
        self.name = options.solver
        factor = _factor(objective)
        problem, variables = _problem(model, factor * objective.coefficients)
        if start is None or not _is_cbc(options):
            log = _run(problem, options, warm=False)
        else:
            _set_start(variables, start)
            try:
                log = _run(problem, options, warm=True)
            except SolverHung:
                raise
            except SolverError:
                left = max(1.0, options.time_limit_s - (time.perf_counter() - began))
                log = _run(problem, replace(options, time_limit_s=left), warm=False)
        answered = _Answered(problem, variables, log, factor, bool((model.kind == Kind.INTEGER).any()))
        result = _answer(answered, model, objective, options, time.perf_counter() - began)
        if progress is not None:
            progress(Progress(result.objective, result.bound, result.seconds))
        return result


@dataclass(frozen=True, eq=False)
class _Answered:
    """What one finished solve left behind."""

    problem: Any
    variables: list[Any]
    log: str
    factor: float
    has_integers: bool


def _factor(objective: Objective) -> float:
    """What turns the objective into a minimisation with large numbers: CBC's log tells bounds to 3 decimals only."""
    largest = float(np.abs(objective.coefficients).max(initial=0.0))
    power = max(0.0, np.ceil(np.log10(LARGE_COEFFICIENT / largest))) if largest > 0 else 0.0
    return float(10.0**power) * (-1.0 if objective.sense == "max" else 1.0)


def _problem(model: LinearModel, coefficients: FloatArray) -> tuple[Any, list[Any]]:
    problem = pulp.LpProblem("siting", pulp.LpMinimize)
    category = ["Integer" if kind == Kind.INTEGER else "Continuous" for kind in model.kind.tolist()]
    lower, upper = model.col_lower.tolist(), model.col_upper.tolist()
    variables = [
        problem.add_variable(f"v{n}", _side(lower[n]), _side(upper[n]), category[n]) for n in range(model.n_col)
    ]
    weights = coefficients.tolist()
    problem.setObjective(pulp.LpAffineExpression([(v, w) for v, w in zip(variables, weights, strict=True) if w]))
    matrix = model.matrix
    indptr, indices, data = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
    for r, (low, high) in enumerate(zip(model.row_lower.tolist(), model.row_upper.tolist(), strict=True)):
        span = range(indptr[r], indptr[r + 1])
        terms = pulp.LpAffineExpression([(variables[indices[n]], data[n]) for n in span])
        for sense, side in _sides(low, high):
            problem.addConstraint(pulp.LpConstraint(terms, sense, f"r{r}_{sense + 1}", side))
    return problem, variables


def _side(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _sides(low: float, high: float) -> list[tuple[int, float]]:
    if low == high:
        return [(pulp.LpConstraintEQ, low)]
    sides = [(pulp.LpConstraintGE, low), (pulp.LpConstraintLE, high)]
    return [(sense, side) for sense, side in sides if np.isfinite(side)]


def _is_cbc(options: SolveOptions) -> bool:
    return options.solver.lower() in ("cbc", "pulp_cbc_cmd")


def _set_start(variables: list[Any], start: FloatArray) -> None:
    for variable, value in zip(variables, start.tolist(), strict=True):
        variable.setInitialValue(value, check=False)


def _solver(options: SolveOptions, folder: Path, log: Path, *, warm: bool) -> Any:
    plain = {"msg": False, "timeLimit": options.time_limit_s}
    common = {**plain, "gapRel": options.mip_gap, "threads": options.threads or None}
    if _is_cbc(options):
        seed = options.seed + 1  # 0 would mean the time of day
        seeds = [f"randomSeed {seed}", f"randomCbcSeed {seed}"]
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            made = pulp.PULP_CBC_CMD(**common, logPath=str(log), options=seeds, warmStart=warm)
    else:
        names = {name.lower(): name for name in pulp.listSolvers()}
        name = names.get(options.solver.lower())
        if name is None:
            raise SolverMissing(options.solver, _available())
        try:
            made = pulp.getSolver(name, **common)
        except TypeError:  # a solver that knows no gap or no threads
            made = pulp.getSolver(name, **plain)
    if not made.available():
        raise SolverMissing(options.solver, _available())
    if hasattr(made, "tmpDir"):
        made.tmpDir = str(folder)
    return made


def _available() -> tuple[str, ...]:
    installed = [name for name in pulp.listSolvers(onlyAvailable=True) if name.lower() != "highs"]
    return ("highs", "cpsat", *("cbc" if name == "PULP_CBC_CMD" else name for name in installed))


def _run(problem: Any, options: SolveOptions, *, warm: bool) -> str:
    """Solve in a folder that goes away again; the log's text (empty where a solver writes none)."""
    with tempfile.TemporaryDirectory(prefix="siting-") as folder:
        log = Path(folder) / "solver.log"
        solver = _solver(options, Path(folder), log, warm=warm)
        with ending(folder, options.time_limit_s) as ended:
            try:
                problem.solve(solver)
            except Exception as error:
                if ended.is_set():
                    raise SolverHung(options.solver, options.time_limit_s) from error
                raise SolverError(f"solver '{options.solver}' failed: {error}") from error
        return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""


def _answer(
    done: _Answered, model: LinearModel, objective: Objective, options: SolveOptions, seconds: float
) -> BackendResult:
    ended = done.problem.sol_status
    note = pulp.LpSolution.get(ended, str(ended))
    if ended == pulp.LpSolutionUnbounded:
        raise SolverError(f"solver '{options.solver}' says that the model is unbounded")
    if ended == pulp.LpSolutionInfeasible or done.problem.status == pulp.LpStatusInfeasible:
        return BackendResult(Termination.INFEASIBLE, None, None, None, seconds, note)
    lowest = _lower_bound(done)
    bound = None if lowest is None else lowest / done.factor + objective.constant
    if ended not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
        return BackendResult(Termination.NO_SOLUTION, None, None, bound, seconds, note)
    raw = [variable.varValue for variable in done.variables]
    values = np.clip(np.array([0.0 if v is None else v for v in raw]), model.col_lower, model.col_upper)
    value = objective.value(values)
    if not objective.coefficients.any() or (ended == pulp.LpSolutionOptimal and _proven(done)):
        bound = value
    if bound is None:
        return BackendResult(Termination.FEASIBLE, values, value, None, seconds, f"{note}; no bound was told")
    bound = max(bound, value) if objective.sense == "max" else min(bound, value)
    closed = relative_gap(value, bound) <= max(options.mip_gap, LEAST_GAP)
    return BackendResult(Termination.OPTIMAL if closed else Termination.FEASIBLE, values, value, bound, seconds, note)


def _proven(done: _Answered) -> bool:
    """A linear program solved, or a tree that CBC searched to its end without stopping on the gap."""
    searched = bool(_PROVEN.search(done.log)) and _STOPPED_ON_GAP not in done.log
    return searched or not done.has_integers


def _lower_bound(done: _Answered) -> float | None:
    """Proven lower bound of the minimisation, from the library's own object or from CBC's log; None if none is told."""
    solved = getattr(done.problem, "solverModel", None)
    if solved is not None:
        return _bound_of_library(solved)
    told = _LOWER_BOUND.findall(done.log)
    return _finite(float(told[-1]) - 0.5 * 10.0**-LOG_DECIMALS) if told else None


def _bound_of_library(solved: Any) -> float | None:
    """HiGHS tells it in its info, Gurobi and COPT as an attribute of the model."""
    if hasattr(solved, "getInfo"):
        return _finite(float(solved.getInfo().mip_dual_bound))
    for attribute in ("ObjBound", "BestBnd"):
        told = getattr(solved, attribute, None)
        if isinstance(told, float):
            return _finite(told)
    return None


def _finite(value: float) -> float | None:
    return value if abs(value) < 1e30 else None
