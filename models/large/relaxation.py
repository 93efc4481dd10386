"""The Lagrangian relaxation of a level in columns of the whole model: its bound, its shares, what it rules out."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from models.columns import Problem
from models.instance import FloatArray, IntArray
from models.large.descent import Descent
from models.large.incumbent import Incumbent
from models.large.lagrangian import split
from models.large.prices import first_prices, units
from models.large.sides import whole_sides
from models.linear import LinearModel
from models.reduction import Reduced

_OFTEN, _DOUBTFUL = 0.02, 0.1


class Relaxation:
    """``descent`` works on the reduced model; everything else speaks of columns of ``model`` (n_col)."""

    def __init__(self, problem: Problem, model: LinearModel, small: Reduced, plan: FloatArray | None) -> None:
        """``plan`` (n_col,): some plan, lawful or not, from which the first prices are guessed."""
        self.model, self.small = model, small
        self.part = split(problem, model, replace(small, model=whole_sides(small.model)))
        unit = units(self.part)
        kept = np.flatnonzero(small.kept)
        self.pair = kept[self.part.terms.pair]
        self.descent = Descent(
            self.part, first_prices(self.part, unit, None if plan is None else plan[self.pair]), unit
        )

    def descend(self, best: Incumbent, steps: int) -> None:
        """Some steps towards the value of the plan at hand; what they prove is told to ``best``."""
        target = -math.inf if best.plan is None else self.part.sign * best.value
        self.descent.go(target, steps, best.deadline_s)
        if math.isfinite(self.descent.bound):
            best.prove(self.part.sign * self.descent.bound)

    def shares(self) -> FloatArray:
        """(n_col,): the averaged point of the relaxation, for pairs; columns fixed by reduction at their value."""
        values = self.small.fixed.copy()
        values[self.pair] = self.descent.share
        return values

    def priced(self) -> FloatArray:
        """(n_col,): what each column gains once all rows but those that say who is covered are priced."""
        prices = self.descent.multipliers[self.part.n_cover :]
        values = np.zeros(len(self.small.kept))
        values[self.small.kept] = self.part.sign * (self.part.terms.gain - self.part.other.T @ prices)
        return values

    def idle(self, plan: FloatArray | None) -> IntArray:
        """Columns of pairs that the relaxation hardly ever chose and that are not in the plan."""
        idle = self.descent.share < _OFTEN
        if plan is not None:
            idle &= plan[self.pair] < 0.5
        return np.asarray(self.pair[idle])

    def n_doubtful(self) -> int:
        """How many pairs the averaged point neither takes nor leaves."""
        share = self.descent.share
        return int((np.minimum(share, 1.0 - share) > _DOUBTFUL).sum())

    def useless(self, best: Incumbent) -> IntArray:
        """Columns of pairs in no plan better than the one at hand: a place forced to have one loses at least -r."""
        if best.plan is None or not math.isfinite(self.descent.bound):
            return np.zeros(0, dtype=np.int64)
        profit = self.descent.profit[self.part.terms.pair]
        reached = self.descent.bound + np.minimum(profit, 0.0)
        margin = 1e-6 * max(1.0, abs(best.value))
        return np.asarray(self.pair[(profit < 0) & (reached < self.part.sign * best.value - margin)])

    def entries(self, without: IntArray) -> int:
        """Entries of cover rows, a measure of the model's size, that are left without these columns."""
        left = np.ones(self.model.n_col, dtype=np.bool_)
        left[without] = False
        return int(np.diff(self.part.terms.row_start)[left[self.pair]].sum())

    def without(self, columns: IntArray) -> LinearModel:
        """The model in which these columns are 0."""
        return self.with_decided(columns, np.zeros(len(columns)))

    def with_decided(self, columns: IntArray, values: FloatArray) -> LinearModel:
        """The model in which these columns [c] have these values [c]."""
        lower, upper = self.model.col_lower.copy(), self.model.col_upper.copy()
        lower[columns] = upper[columns] = values
        return replace(self.model, col_lower=lower, col_upper=upper)
