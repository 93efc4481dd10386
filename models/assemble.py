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

    The slack is one part in a million; on a lattice (``step`` > 0) the row may keep further from rounding, by one part
    in ten thousand and half a step at most. Half a step throughout would admit the same plans but a weaker relaxation:
    half an outlet of 140 was worth 0.8 % of the coverage after it (decision 0045).
    """
    slack = 1e-6 * max(1.0, abs(value))
    if step > 0:
        slack = min(0.5 * step, 100.0 * slack)
    at = value - goal.constant
    columns = np.flatnonzero(goal.coefficients)
    lower, upper = (at - slack, np.inf) if goal.sense == "max" else (-np.inf, at + slack)
    name = f"hold[{goal.name}]"
    entries = [(np.zeros(len(columns), dtype=np.int64), columns, goal.coefficients[columns])]
    return rows(name, (1, len(goal.coefficients)), entries, lower, upper, lambda: [name])
