"""Merge columns that only their own row keeps down, where their rows say the same: exact, for one objective.

A column y that the objective does not want lower may have one single row that keeps it from rising,

    y - sum of x in S <= b,      0 <= y <= u.

Where S, b and u of two such columns y and h are the same, some optimum has y = h: whichever is lower may be raised to
the other, its own row allows that, no other row forbids it and the objective is not worse. One column with the sum of
both columns, and one of the two rows, say all. Demand points that different rooms reach become so once some of the
rooms are decided: of the rows of coverage that are left among a few doubtful pairs, four of five fall away.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from models.grouping import identical_rows, identical_vectors, owner
from models.instance import BoolArray, IntArray
from models.linear import Kind
from models.reduction import Reduced


def merge_twins(small: Reduced) -> Reduced:
    """The same with each class of twins as one column and one row; ``small`` itself where there are none."""
    model = small.model
    column, row = _kept_down_by_one_row(small)
    if not len(column):
        return small
    others = sparse.csr_array(model.matrix[row] < 0)
    others.sort_indices()
    same = np.column_stack([identical_rows(others), model.row_upper[row], model.col_upper[column], model.kind[column]])
    first, class_ = identical_vectors(same)
    if len(first) == len(column):
        return small
    says = np.arange(model.n_col)
    says[column] = column[first][class_]
    stays = np.ones(model.n_row, dtype=np.bool_)
    stays[np.setdiff1d(row, row[first])] = False
    return _folded(small, says, stays)


def _kept_down_by_one_row(small: Reduced) -> tuple[IntArray, IntArray]:
    """(columns, their rows): columns of the kind above, each with the row of which it is the only one."""
    model, goal = small.model, small.objective
    matrix, lower, upper = model.matrix, model.row_lower, model.row_upper
    row = owner(matrix.indptr)
    positive = matrix.data > 0
    locks = np.where(positive, np.isfinite(upper)[row], np.isfinite(lower)[row])
    gains = goal.coefficients if goal.sense == "max" else -goal.coefficients
    may = (model.kind != Kind.INTEGER) & (model.col_lower == 0) & (gains >= 0)
    may &= np.bincount(matrix.indices[locks], minlength=model.n_col) == 1
    owns = locks & may[matrix.indices] & (matrix.data == 1)
    plain: BoolArray = ~np.isfinite(lower)
    plain &= np.bincount(row[owns], minlength=model.n_row) == 1
    plain &= np.bincount(row[~owns & (matrix.data != -1)], minlength=model.n_row) == 0
    owns &= plain[row]
    return matrix.indices[owns].astype(np.int64), row[owns]


def _folded(small: Reduced, says: IntArray, stays: BoolArray) -> Reduced:
    """Columns added to the one that ``says`` their value, rows that do not stay left out."""
    model, goal = small.model, small.objective
    first, number = np.unique(says, return_inverse=True)
    fold = sparse.csr_array((np.ones(model.n_col), (np.arange(model.n_col), number)), shape=(model.n_col, len(first)))
    matrix = sparse.csr_array(model.matrix[stays] @ fold)
    matrix.sort_indices()
    folded = replace(
        model,
        matrix=matrix,
        row_lower=model.row_lower[stays],
        row_upper=model.row_upper[stays],
        col_lower=model.col_lower[first],
        col_upper=model.col_upper[first],
        kind=model.kind[first],
        row_labels=(lambda: [n for n, keep in zip(model.row_names(), stays, strict=True) if keep],),
        column_label=lambda: [name for c, name in enumerate(model.column_names()) if says[c] == c],
    )
    return replace(
        small,
        model=folded,
        objective=replace(goal, coefficients=fold.T @ goal.coefficients),
        first=first,
        number=number,
    )
