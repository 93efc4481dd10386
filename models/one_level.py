"""One objective over one linear model: reduce, solve, expand; and what may be said of the bound that comes back."""

from __future__ import annotations

import math
from dataclasses import replace

from models.backends import Backend, BackendResult, ProgressCall
from models.backends.watchdog import kept
from models.instance import FloatArray
from models.linear import LinearModel, Objective
from models.reduction import reduce
from models.solution import SolveOptions, Termination
from models.twins import merge_twins


def ask(
    solver: Backend,
    model: LinearModel,
    goal: Objective,
    options: SolveOptions,
    *,
    start: FloatArray | None = None,
    progress: ProgressCall | None = None,
    target: float | None = None,
    merge: bool = False,
) -> BackendResult:
    """Solve the part of ``model`` that matters to ``goal``; ``start`` and the answer are points of the whole model.

    ``merge``: look for twins of :mod:`models.twins`, worth while where columns are fixed.
    """
    small = merge_twins(reduce(model, goal)) if merge else reduce(model, goal)
    if small.impossible:
        return BackendResult(Termination.INFEASIBLE, None, None, None, 0.0)
    if not small.kept.any():
        value = small.objective.constant
        return BackendResult(Termination.OPTIMAL, small.fixed, value, value, 0.0)
    with kept(options.time_limit_s):
        answer = solver.solve(
            small.model,
            small.objective,
            options,
            start=None if start is None else small.shrink(start),
            progress=progress,
            target=target,
        )
    return answer if answer.values is None else replace(answer, values=small.expand(answer.values))


def worst(goal: Objective) -> float:
    """The bound that says nothing."""
    return math.inf if goal.sense == "max" else -math.inf


def clip(bound: float, value: float, goal: Objective) -> float:
    """A bound is never worse than the incumbent that it bounds (rounding of the solver)."""
    return max(bound, value) if goal.sense == "max" else min(bound, value)


def tighter(one: float, other: float, goal: Objective) -> float:
    """Of two bounds that both hold, the one that says more."""
    return min(one, other) if goal.sense == "max" else max(one, other)


def round_bound(bound: float, goal: Objective, step: float) -> float:
    """Round a proven bound to the lattice of attainable values, with slack for the solver's tolerance."""
    if step <= 0 or not math.isfinite(bound):
        return bound
    ticks = (bound - goal.constant) / step
    slack = 1e-6 * max(1.0, abs(ticks)) if abs(ticks) < 1e5 else 0.1
    whole = math.floor(ticks + slack) if goal.sense == "max" else math.ceil(ticks - slack)
    return whole * step + goal.constant


def at_least_as_good(value: float, wanted: float, sense: str) -> bool:
    """``value`` reaches ``wanted``, but for rounding."""
    slack = 1e-9 * max(1.0, abs(wanted))
    return value >= wanted - slack if sense == "max" else value <= wanted + slack
