"""Shrink a linear model for one objective, exactly: dual fixing and redundant rows, until nothing changes.

    A column that the objective does not want higher, and that may fall without breaking any row (no *down-lock*), is
    fixed at its lower bound; likewise upward. A row that the bounds of its columns keep within its limits is dropped.

A down-lock of column c is a row with a finite lower side where c has a positive coefficient, or a finite upper side
where it has a negative one. At the coverage of basic types, say, the variables of all other tiers fall away, though
they stay in the model for the levels to come. Both rules keep at least one optimum and every bound (Achterberg et al.
2020, sections 3 and 4).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from models.instance import BoolArray, FloatArray, IntArray
from models.linear import Kind, LinearModel, Objective

_SLACK = 1e-9


@dataclass(frozen=True, eq=False)
class Reduced:
    """A smaller model and objective, and the way back: ``kept`` columns, ``fixed`` values of all others.

    ``number``: the column of the smaller model that says the value of each kept one, ``first`` the first kept one of
    each; None where every kept column has its own.
    """

    model: LinearModel
    objective: Objective
    kept: BoolArray
    fixed: FloatArray
    first: IntArray | None = None
    number: IntArray | None = None

    @property
    def impossible(self) -> bool:
        """Some row that has no column left cannot hold, or some column has no value."""
        m = self.model
        bare = np.diff(m.matrix.indptr) == 0
        empty_row = bare & ((m.row_lower > _SLACK) | (m.row_upper < -_SLACK))
        return bool(np.any(empty_row) or np.any(m.col_lower > m.col_upper))

    def expand(self, values: FloatArray) -> FloatArray:
        """A point of the smaller model as a point of the whole one."""
        full = self.fixed.copy()
        full[self.kept] = values if self.number is None else values[self.number]
        return full

    def shrink(self, values: FloatArray) -> FloatArray:
        """A point of the whole model without the fixed columns (feasible if the whole point was)."""
        kept = values[self.kept]
        return kept if self.first is None else kept[self.first]


def reduce(model: LinearModel, objective: Objective) -> Reduced:
    """Fix columns and drop rows that cannot matter to ``objective``."""
    lower, upper = _whole_bounds(model)
    wants_up = objective.coefficients > 0 if objective.sense == "max" else objective.coefficients < 0
    wants_down = objective.coefficients < 0 if objective.sense == "max" else objective.coefficients > 0
    positive, negative = _signs(model.matrix)
    above, below = ((entries != 0).T.astype(float) for entries in (positive, negative))
    rows = np.ones(model.n_row, dtype=bool)
    while True:
        rows &= ~_redundant(model, positive, negative, lower, upper, rows)
        needs_up = (rows & np.isfinite(model.row_lower)).astype(float)
        needs_down = (rows & np.isfinite(model.row_upper)).astype(float)
        down_locks = above @ needs_up + below @ needs_down
        up_locks = above @ needs_down + below @ needs_up
        free = lower < upper
        falls = free & (down_locks == 0) & ~wants_up & np.isfinite(lower)
        rises = free & ~falls & (up_locks == 0) & ~wants_down & np.isfinite(upper)
        if not (falls.any() or rises.any()):
            break
        upper[falls] = lower[falls]
        lower[rises] = upper[rises]
    return _cut(model, objective, rows, lower, upper)


def _whole_bounds(model: LinearModel) -> tuple[FloatArray, FloatArray]:
    """The bounds, those of integer columns at whole numbers: a column is fixed at a bound, so it must be attainable."""
    whole = model.kind == Kind.INTEGER
    lower = np.where(whole, np.ceil(model.col_lower - _SLACK) + 0.0, model.col_lower)
    upper = np.where(whole, np.floor(model.col_upper + _SLACK), model.col_upper)
    return lower, upper


def _signs(matrix: sparse.csr_array) -> tuple[sparse.csr_array, sparse.csr_array]:
    """The positive and the negative entries, each as a matrix of its own."""
    positive, negative = matrix.copy(), matrix.copy()
    positive.data = np.maximum(matrix.data, 0.0)
    negative.data = np.minimum(matrix.data, 0.0)
    positive.eliminate_zeros()
    negative.eliminate_zeros()
    return positive, negative


def _redundant(
    model: LinearModel,
    positive: sparse.csr_array,
    negative: sparse.csr_array,
    lower: FloatArray,
    upper: FloatArray,
    rows: BoolArray,
) -> BoolArray:
    """Rows that hold whatever the columns do within their bounds."""
    top = _product(positive, upper) + _product(negative, lower)
    bottom = _product(positive, lower) + _product(negative, upper)
    fits_above = top <= model.row_upper + _slack(model.row_upper)
    fits_below = bottom >= model.row_lower - _slack(model.row_lower)
    return np.asarray(rows & fits_above & fits_below)


def _slack(side: FloatArray) -> FloatArray:
    """What rounding may hide on one side of each row, by the size of that side alone."""
    return np.asarray(_SLACK * np.maximum(1.0, np.abs(np.where(np.isfinite(side), side, 0.0))))


def _product(matrix: sparse.csr_array, values: FloatArray) -> FloatArray:
    """Matrix times bounds, where an infinite bound counts only where it has an entry."""
    finite = np.isfinite(values)
    total = matrix @ np.where(finite, values, 0.0)
    if finite.all():
        return np.asarray(total)
    signs = np.where(finite, 0.0, np.sign(values))
    endless = matrix @ signs
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(endless != 0, np.sign(endless) * np.inf, total))


def _cut(model: LinearModel, objective: Objective, rows: BoolArray, lower: FloatArray, upper: FloatArray) -> Reduced:
    kept = lower != upper
    fixed = np.where(kept, 0.0, lower)
    shift = model.matrix @ fixed
    names, labels = model.column_label, model.row_labels
    smaller = replace(
        model,
        matrix=sparse.csr_array(model.matrix[rows][:, kept]),
        row_lower=(model.row_lower - shift)[rows],
        row_upper=(model.row_upper - shift)[rows],
        col_lower=lower[kept],
        col_upper=upper[kept],
        kind=model.kind[kept],
        blocks={},
        row_labels=(lambda: [n for n, keep in zip([x for f in labels for x in f()], rows, strict=True) if keep],),
        column_label=lambda: [n for n, keep in zip(names(), kept, strict=True) if keep],
    )
    goal = replace(
        objective,
        coefficients=objective.coefficients[kept],
        constant=objective.constant + float(objective.coefficients @ fixed),
    )
    return Reduced(smaller, goal, kept, fixed)
