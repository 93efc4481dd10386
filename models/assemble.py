"""The model of a problem: columns, then every block of :data:`models.blocks.BLOCKS` in order."""

from __future__ import annotations

import numpy as np

from models.blocks import BLOCKS
from models.columns import Problem, bounds, names
from models.linear import LinearModel, Objective, Rows, rows, stack


def assemble(problem: Problem) -> LinearModel:
    """All blocks over the columns of ``problem``; the objective is chosen level by level."""
    lower, upper, kind = bounds(problem)
    return stack([block(problem) for block in BLOCKS], lower, upper, kind, names(problem))


def hold(goal: Objective, value: float, step: float) -> Rows:
    """One row that keeps a finished level at its incumbent while the levels after it are solved.

    On a lattice (``step`` > 0) half a step of slack is safe and keeps the row away from rounding; otherwise the slack
    is one part in a million.
    """
    slack = 0.5 * step if step > 0 else 1e-6 * max(1.0, abs(value))
    at = value - goal.constant
    columns = np.flatnonzero(goal.coefficients)
    lower, upper = (at - slack, np.inf) if goal.sense == "max" else (-np.inf, at + slack)
    name = f"hold[{goal.name}]"
    entries = [(np.zeros(len(columns), dtype=np.int64), columns, goal.coefficients[columns])]
    return rows(name, (1, len(goal.coefficients)), entries, lower, upper, lambda: [name])
