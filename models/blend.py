"""Several levels in one objective, for a quick look at what a plan can still give where no proof is asked for.

    maximise  sum_n D^n  sign_n c_n v / scale_n,        D = 0.01,  sign = +1 for max, -1 for min

``scale_n`` is the size of the level at the plan in hand, so that a hundredth of one level outweighs all after it only
roughly: this is no lexicographic solve, and it claims no bound for any level.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.linear import Objective

_DECAY = 0.01


def blend(goals: Sequence[Objective], values: Sequence[float]) -> Objective:
    """One objective for ``goals`` (first to last); ``values`` are theirs at the plan in hand."""
    mixed = np.zeros(len(goals[0].coefficients))
    weight = 1.0
    for goal, value in zip(goals, values, strict=True):
        sign = 1.0 if goal.sense == "max" else -1.0
        mixed += sign * weight / max(abs(value), float(np.abs(goal.coefficients).max()), 1e-9) * goal.coefficients
        weight *= _DECAY
    return Objective("blend", "max", mixed * 1e4)
