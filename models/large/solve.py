"""One level by our own solver: Lagrangian bound, a small MIP among the promising pairs, then one among all that count.

0. :func:`models.large.first_plan.first_plan`: greedy and local search, the plan that the bound aims at.
1. :func:`models.large.lagrangian.descend` lowers the bound; what its relaxation keeps choosing is promising.
2. HiGHS solves the level among the promising pairs and the plan at hand: a heuristic, its bound is not used.
3. Pairs whose reduced profit r < 0 proves ``L(m) + r < incumbent`` are in no better plan and fall away, exactly. HiGHS
   solves what is left; the better of its bound and L(m) holds for the whole problem.

| served here | how |
|---|---|
| floor area, a site's own cost | knapsack of each place |
| every other row of the model, levels held included | priced; dropped from the bound where all of it is in one place |
| ``missing_types``, coverage levels, ``cost``, ``sites`` | steps 1 to 3 |
| ``equity``, walking levels, plans by years, assignment types | left to HiGHS |
"""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np

from models.backends import BackendResult, ProgressCall, backend
from models.backends.base import Progress
from models.columns import Problem
from models.completion import complete, decision_of
from models.instance import FloatArray, IntArray
from models.large.first_plan import first_plan
from models.large.lagrangian import Bounded, Split, descend, split
from models.linear import LinearModel, Objective
from models.one_level import ask, clip, tighter
from models.presolve import COVERAGE_LEVELS
from models.reduction import Reduced, reduce
from models.solution import SolveOptions, Termination, relative_gap

_SERVED = {"missing_types", "cost", "sites", *COVERAGE_LEVELS}
_STEPS, _OFTEN, _TIME_SHARE = 400, 0.02, 0.3


def solve_level(
    problem: Problem,
    model: LinearModel,
    goal: Objective,
    options: SolveOptions,
    start: FloatArray | None = None,
    progress: ProgressCall | None = None,
    target: float | None = None,
) -> BackendResult:
    """As :func:`models.one_level.ask`: ``start`` and the answer are points of ``model``; the bound holds for all of it.

    Raises:
        SolverError: HiGHS failed.
    """
    highs = backend("highs")
    small = reduce(model, goal) if serves(problem, goal) else None
    if small is None or small.impossible or not small.kept.any():
        return ask(highs, model, goal, options, start=start, progress=progress, target=target)
    began = time.perf_counter()
    part = split(problem, model, small)
    plan = start if start is not None and model.admits(start) else None
    share = _TIME_SHARE * options.time_limit_s
    plan = _better(problem, model, goal, plan, first_plan(problem, model, goal, plan, options.seed, share))
    value = -part.sign * math.inf if plan is None else goal.value(plan)
    found = descend(part, value, share, _STEPS)
    plan = _better(problem, model, goal, plan, _promising(part, small, model, goal, options, found, plan, share))
    if plan is None:
        left = replace(options, time_limit_s=max(1.0, options.time_limit_s - time.perf_counter() + began))
        return _with_bound(ask(highs, model, goal, left, start=start, progress=progress), found.bound, goal, options)
    value = goal.value(plan)
    if _closed(value, found.bound, goal, options):
        return _said(goal, options, plan, found.bound, began)
    again = descend(part, value, share, _STEPS, found.multipliers)
    if progress is not None:
        progress(Progress(value, again.bound, time.perf_counter() - began))
    if _closed(value, again.bound, goal, options):
        return _said(goal, options, plan, again.bound, began)
    kept = _without(model, small, _useless(part, again, value))
    left = replace(options, time_limit_s=max(1.0, options.time_limit_s - time.perf_counter() + began))
    answer = ask(highs, kept, goal, left, start=plan, progress=progress, target=target)
    if answer.values is not None:
        plan = _better(problem, model, goal, plan, answer.values)
    bound = again.bound
    if answer.bound is not None:
        bound = tighter(bound, clip(answer.bound, value, goal), goal)
    assert plan is not None
    return _said(goal, options, plan, bound, began)


def serves(problem: Problem, goal: Objective) -> bool:
    """Whether a level is solved here or left to HiGHS."""
    return goal.name in _SERVED and problem.rules.phases is None and problem.ways is None


def _promising(
    part: Split,
    small: Reduced,
    model: LinearModel,
    goal: Objective,
    options: SolveOptions,
    found: Bounded,
    plan: FloatArray | None,
    limit_s: float,
) -> FloatArray | None:
    """The best plan that HiGHS finds among the pairs that the relaxation chose of late, and those of the plan."""
    idle = found.often[part.pair] < _OFTEN
    if plan is not None:
        idle &= small.shrink(plan)[part.pair] < 0.5
    among = _without(model, small, part.pair[idle])
    quick = replace(options, time_limit_s=max(1.0, limit_s))
    return ask(backend("highs"), among, goal, quick, start=plan).values


def _useless(part: Split, found: Bounded, value: float) -> IntArray:
    """Columns of pairs in no plan better than ``value``: a place forced to have one loses at least -r."""
    profit = found.profit[part.pair]
    reached = part.sign * found.bound + np.minimum(profit, 0.0)
    margin = 1e-6 * max(1.0, abs(value))
    return part.pair[(profit < 0) & (reached < part.sign * value - margin)]


def _without(model: LinearModel, small: Reduced, columns: IntArray) -> LinearModel:
    upper = model.col_upper.copy()
    upper[np.flatnonzero(small.kept)[columns]] = 0.0
    return replace(model, col_upper=upper)


def _better(
    problem: Problem, model: LinearModel, goal: Objective, plan: FloatArray | None, values: FloatArray | None
) -> FloatArray | None:
    """The completed point of ``values`` where it is lawful and better than ``plan``."""
    if values is None:
        return plan
    point = complete(problem, decision_of(problem, values))
    if not model.admits(point):
        return plan
    if plan is None:
        return point
    gained = goal.value(point) - goal.value(plan)
    return point if (gained if goal.sense == "max" else -gained) > 0 else plan


def _closed(value: float, bound: float, goal: Objective, options: SolveOptions) -> bool:
    return relative_gap(value, clip(bound, value, goal)) <= max(options.mip_gap, 1e-9)


def _said(goal: Objective, options: SolveOptions, plan: FloatArray, bound: float, began: float) -> BackendResult:
    value = goal.value(plan)
    ended = Termination.OPTIMAL if _closed(value, bound, goal, options) else Termination.FEASIBLE
    said = clip(bound, value, goal) if math.isfinite(bound) else None
    return BackendResult(ended, plan, value, said, time.perf_counter() - began)


def _with_bound(answer: BackendResult, bound: float, goal: Objective, options: SolveOptions) -> BackendResult:
    """The answer of HiGHS on the whole level, with our bound where it is the better one."""
    if answer.objective is None or not math.isfinite(bound):
        return answer
    known = answer.bound if answer.bound is not None else bound
    best = clip(tighter(known, bound, goal), answer.objective, goal)
    ended = Termination.OPTIMAL if _closed(answer.objective, best, goal, options) else answer.termination
    return replace(answer, bound=best, termination=ended)
