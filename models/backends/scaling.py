"""A linear model in whole numbers, for solvers that know nothing else.

A row ``lower <= a v <= upper`` is multiplied by a power of ten that makes ``a`` whole. Where none up to 10^6 does (the
thirds of shared catchments, the weights of a mean), a larger power is taken and ``a`` goes to the nearest whole number:

* What that can shift the row by is known. While it is far below the tolerance that every floating-point solver has
  (and the verifier grants), the sides give way by as much: no lawful point is cut off, so bounds stay proven.
* Where it is not, the row gets tighter instead: no point that breaks the true row is accepted, and the loss is told.
  With columns counted from their lower bounds, ``v = base + w`` with ``w >= 0``, tighter is ``ceil`` of a coefficient
  on the upper side and ``floor`` on the lower side.

A column that may take fractions goes in steps of a millionth. Every point found is then a true one, but the best point
may lie between the steps: no bound is proven for such a model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.errors import SolverError
from models.instance import FloatArray, IntArray
from models.linear import Kind, LinearModel, Objective

EXACT_POWERS = 6
EXACT_SUM = 1e17
ROUNDED_SUM = 1e14
ROW_TOLERANCE = 1e-7
STEP = 1e-6
WHOLE = 1e-9


@dataclass(frozen=True, eq=False)
class WholeRow:
    """``lower <= coefficients · w[columns] <= upper`` in whole numbers; an absent side is None."""

    columns: IntArray
    coefficients: IntArray
    lower: int | None
    upper: int | None


@dataclass(frozen=True, eq=False)
class WholeColumns:
    """``v = base + step w`` with whole ``0 <= w <= top``; ``step`` is STEP where ``v`` may take fractions, else 1."""

    base: FloatArray
    top: IntArray
    step: FloatArray

    @property
    def stepped(self) -> bool:
        """Whether some column may take fractions."""
        return bool((self.step < 1.0).any())

    def whole(self, values: FloatArray) -> IntArray:
        """The nearest ``w`` of a point."""
        return np.clip(np.rint((values - self.base) / self.step), 0, self.top).astype(np.int64)

    def values(self, whole: FloatArray) -> FloatArray:
        """The point of a ``w``."""
        return np.asarray(self.base + self.step * whole)


@dataclass(frozen=True, eq=False)
class WholeRows:
    """All rows; how many were rounded within tolerance, how many were tightened, and by how much at most."""

    rows: tuple[WholeRow, ...]
    rounded: int = 0
    tightened: int = 0
    worst_loss: float = 0.0


@dataclass(frozen=True, eq=False)
class WholeObjective:
    """``value = constant + (coefficients · w) / scale``, true within ``error``."""

    coefficients: IntArray
    scale: float
    constant: float
    error: float


def whole_columns(model: LinearModel) -> WholeColumns:
    """Whole-number domains; an open end is replaced by the farthest value that a row can push the column to.

    Raises:
        SolverError: a column has no finite bounds.

    """
    fractions = model.kind == Kind.CONTINUOUS
    lower, upper = np.array(model.col_lower, dtype=float), np.array(model.col_upper, dtype=float)
    for column in np.flatnonzero(~np.isfinite(lower) | ~np.isfinite(upper)):
        low, high = _pushed_ends(model, int(column))
        lower[column] = lower[column] if np.isfinite(lower[column]) else low
        upper[column] = upper[column] if np.isfinite(upper[column]) else max(high, lower[column])
    endless = np.flatnonzero(~np.isfinite(lower) | ~np.isfinite(upper))
    if len(endless):
        raise SolverError(f"finite bounds only: {_names(model, endless)} have none")
    step = np.where(fractions, STEP, 1.0)
    base = np.where(fractions, lower, np.ceil(lower - WHOLE))
    return WholeColumns(base, np.floor((upper + WHOLE * step - base) / step).astype(np.int64), step)


def whole_rows(model: LinearModel, columns: WholeColumns) -> WholeRows:
    """Every row of the model in whole numbers."""
    matrix = model.matrix
    shift = np.asarray(matrix @ columns.base, dtype=float)
    rows: list[WholeRow] = []
    rounded, losses = 0, [0.0]
    for r in range(model.n_row):
        part = slice(matrix.indptr[r], matrix.indptr[r + 1])
        index, top = matrix.indices[part], columns.top[matrix.indices[part]]
        data = matrix.data[part] * columns.step[index]
        lower, upper = float(model.row_lower[r] - shift[r]), float(model.row_upper[r] - shift[r])
        scale, exact = _scale(data, top)
        drift = 0.0 if exact else float(np.abs(np.rint(data * scale) / scale - data) @ top)
        largest = max([1.0, *(abs(side) for side in (lower, upper) if np.isfinite(side))])
        if drift <= ROW_TOLERANCE * largest:
            rows.append(_near_row(index, data, lower, upper, scale, drift))
            rounded += not exact
        else:
            rows += _tight_rows(index, data, lower, upper, scale)
            losses.append(float(top.sum() + 1) / scale)
    return WholeRows(tuple(rows), rounded, len(losses) - 1, max(losses))


def whole_objective(objective: Objective, columns: WholeColumns) -> WholeObjective:
    """The objective in whole numbers, to the nearest; ``error`` bounds what the rounding can shift."""
    data = np.asarray(objective.coefficients, dtype=float) * columns.step
    scale, _ = _scale(data, columns.top)
    coefficients = np.rint(data * scale)
    error = float(np.abs(coefficients / scale - data) @ columns.top)
    return WholeObjective(
        coefficients.astype(np.int64), scale, objective.constant + float(objective.coefficients @ columns.base), error
    )


def _near_row(index: IntArray, data: FloatArray, lower: float, upper: float, scale: float, drift: float) -> WholeRow:
    low = int(np.ceil((lower - drift - _noise(lower)) * scale)) if np.isfinite(lower) else None
    high = int(np.floor((upper + drift + _noise(upper)) * scale)) if np.isfinite(upper) else None
    return WholeRow(index, np.rint(data * scale).astype(np.int64), low, high)


def _tight_rows(index: IntArray, data: FloatArray, lower: float, upper: float, scale: float) -> list[WholeRow]:
    made = []
    if np.isfinite(upper):
        made.append(WholeRow(index, np.ceil(data * scale).astype(np.int64), None, int(np.floor(upper * scale))))
    if np.isfinite(lower):
        made.append(WholeRow(index, np.floor(data * scale).astype(np.int64), int(np.ceil(lower * scale)), None))
    return made


def _noise(side: float) -> float:
    """Room for the float noise of a row's side."""
    return max(WHOLE, 1e-12 * abs(side))


def _scale(data: FloatArray, top: IntArray) -> tuple[float, bool]:
    """(smallest power of ten that makes ``data`` whole, True), or (the largest that keeps sums small, False)."""
    size = float(np.abs(data) @ top)
    for power in range(EXACT_POWERS + 1):
        raised = data * 10.0**power
        if size * 10.0**power > EXACT_SUM:
            break
        if np.all(np.abs(raised - np.rint(raised)) <= WHOLE * np.maximum(1.0, np.abs(raised) * 1e-6)):
            return float(10.0**power), True
    return float(10.0 ** np.floor(np.log10(ROUNDED_SUM / max(size, 1.0)))), False


def _pushed_ends(model: LinearModel, column: int) -> tuple[float, float]:
    """Least and greatest value at which a row, the other columns anywhere in their bounds, can stop this column.

    With the others fixed the column's best value is one of those stops, so no optimum lies outside.
    """
    of_column = model.matrix[:, [column]].tocoo()
    low, high = 0.0, 0.0
    for r, own in zip(of_column.coords[0], of_column.data, strict=True):
        part = slice(model.matrix.indptr[r], model.matrix.indptr[r + 1])
        index, data = model.matrix.indices[part], model.matrix.data[part]
        others, weight = index[index != column], data[index != column]
        ends = np.stack([weight * model.col_lower[others], weight * model.col_upper[others]])
        least, most = float(ends.min(axis=0).sum()), float(ends.max(axis=0).sum())
        for side in (model.row_lower[r], model.row_upper[r]):
            if np.isfinite(side):
                stops = ((side - least) / own, (side - most) / own)
                low, high = min(low, *stops), max(high, *stops)
    return float(np.floor(low)), float(np.ceil(high))


def _names(model: LinearModel, columns: npt.NDArray[np.integer]) -> str:
    names = model.column_names()
    return ", ".join(names[int(column)] for column in columns[:5]) + (" …" if len(columns) > 5 else "")
