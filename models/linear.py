"""The linear model as data: sparse matrix, bounds, kinds, named blocks; any solver reads it.

optimise  c·v + constant
subject to  row_lower <= A v <= row_upper,  col_lower <= v <= col_upper,  v integer where ``kind`` says so
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
import numpy.typing as npt
from scipy import sparse

from models.instance import FloatArray
from models.solution import Sense

AnyIntArray = npt.NDArray[np.integer]


class Kind(IntEnum):
    """Domain of a column. IMPLIED: continuous, but integral at some optimum once the integer columns are fixed."""

    CONTINUOUS = 0
    INTEGER = 1
    IMPLIED = 2


@dataclass(frozen=True, eq=False)
class Rows:
    """One named block of rows over all columns of a model; ``label`` makes the row names when somebody asks."""

    name: str
    matrix: sparse.csr_array
    lower: FloatArray
    upper: FloatArray
    label: Callable[[], Sequence[str]]

    @property
    def n(self) -> int:
        """Number of rows."""
        return int(self.matrix.shape[0])


def rows(
    name: str,
    shape: tuple[int, int],
    entries: Sequence[tuple[AnyIntArray, AnyIntArray, FloatArray | float]],
    lower: FloatArray | float,
    upper: FloatArray | float,
    label: Callable[[], Sequence[str]],
) -> Rows:
    """Rows from triplet parts ``(row, column, value)``; a scalar value holds for its whole part; duplicates add up."""
    if shape[0] == 0:
        return Rows(name, sparse.csr_array(shape, dtype=float), np.zeros(0), np.zeros(0), label)
    parts = [(np.asarray(r), np.asarray(c), np.broadcast_to(np.asarray(v, dtype=float), len(r))) for r, c, v in entries]
    row, col, value = (
        np.concatenate([part[axis] for part in parts]) if parts else np.zeros(0, dtype=float) for axis in range(3)
    )
    index = (row.astype(np.int64, copy=False), col.astype(np.int64, copy=False))
    matrix = sparse.coo_array((value, index), shape=shape).tocsr()
    return Rows(
        name,
        matrix,
        np.broadcast_to(lower, shape[0]).astype(float),
        np.broadcast_to(upper, shape[0]).astype(float),
        label,
    )


@dataclass(frozen=True, eq=False)
class Objective:
    """``sense`` of ``coefficients · v + constant``; ``name`` is the level it serves."""

    name: str
    sense: Sense
    coefficients: FloatArray
    constant: float = 0.0

    def value(self, values: FloatArray) -> float:
        """The objective at a point."""
        return float(self.coefficients @ values) + self.constant


@dataclass(frozen=True, eq=False)
class LinearModel:
    """Columns with bounds and kinds, and blocks of rows stacked in order (``blocks`` maps a name to its row slice)."""

    matrix: sparse.csr_array
    row_lower: FloatArray
    row_upper: FloatArray
    col_lower: FloatArray
    col_upper: FloatArray
    kind: npt.NDArray[np.int8]
    blocks: dict[str, slice]
    row_labels: tuple[Callable[[], Sequence[str]], ...]
    column_label: Callable[[], Sequence[str]]

    @property
    def n_col(self) -> int:
        """Number of columns."""
        return int(self.matrix.shape[1])

    @property
    def n_row(self) -> int:
        """Number of rows."""
        return int(self.matrix.shape[0])

    def row_names(self) -> list[str]:
        """Names of all rows, ``block[index,…]``."""
        return [name for label in self.row_labels for name in label()]

    def column_names(self) -> list[str]:
        """Names of all columns, ``variable[index,…]``."""
        return list(self.column_label())

    def admits(self, values: FloatArray, tolerance: float = 1e-6) -> bool:
        """Whether a point keeps every row and bound, but for ``tolerance`` relative to a side's size."""
        product = self.matrix @ values
        sides = (
            (product, self.row_lower, self.row_upper),
            (values, self.col_lower, self.col_upper),
        )
        return all(
            bool(np.all(found >= low - tolerance * np.maximum(1.0, np.abs(low))))
            and bool(np.all(found <= high + tolerance * np.maximum(1.0, np.abs(high))))
            for found, low, high in sides
        )

    def with_rows(self, block: Rows) -> LinearModel:
        """The model with one more block at the end."""
        stacked = sparse.vstack([self.matrix, block.matrix], format="csr")
        return replace(
            self,
            matrix=stacked,
            row_lower=np.concatenate([self.row_lower, block.lower]),
            row_upper=np.concatenate([self.row_upper, block.upper]),
            blocks={**self.blocks, block.name: slice(self.n_row, self.n_row + block.n)},
            row_labels=(*self.row_labels, block.label),
        )

    def with_columns(
        self, name: str, lower: Sequence[float], upper: Sequence[float], kinds: Sequence[Kind]
    ) -> LinearModel:
        """The model with more columns at the end, so far in no row; they are called ``name[0]``, ``name[1]`` …"""
        n, old = len(lower), self.column_label
        empty = sparse.csr_array((self.n_row, n), dtype=float)
        return replace(
            self,
            matrix=sparse.csr_array(sparse.hstack([self.matrix, empty], format="csr")),
            col_lower=np.concatenate([self.col_lower, np.asarray(lower, dtype=float)]),
            col_upper=np.concatenate([self.col_upper, np.asarray(upper, dtype=float)]),
            kind=np.concatenate([self.kind, np.asarray(kinds, dtype=np.int8)]),
            column_label=lambda: [*old(), *(f"{name}[{c}]" for c in range(n))],
        )


def lattice_steps(values: FloatArray, start: AnyIntArray, kind: npt.NDArray[np.int8]) -> FloatArray:
    """[r]: the step s > 0 of which a row takes only multiples at some optimum; 0 if none is known.

    Row r has the coefficients ``values[start[r]:start[r+1]]``, at least one, of columns of these kinds. None may be
    continuous, and all coefficients must be whole up to a factor of 1000 (money in fen, millimetres).
    """
    thousandths = np.abs(values) * 1000.0
    whole = np.rint(thousandths)
    exact = (np.abs(thousandths - whole) <= 1e-6) & (whole <= 2.0**52) & (kind != Kind.CONTINUOUS)
    common = np.gcd.reduceat(np.where(exact, whole, 0.0).astype(np.int64), start)
    return np.asarray(np.where(np.logical_and.reduceat(exact, start), common, 0) / 1000.0)


def stack(
    blocks: Sequence[Rows],
    col_lower: FloatArray,
    col_upper: FloatArray,
    kind: npt.NDArray[np.int8],
    column_label: Callable[[], Sequence[str]],
) -> LinearModel:
    """One model from its blocks; blocks without rows leave no trace."""
    kept = [block for block in blocks if block.n]
    ends = np.cumsum([0, *(block.n for block in kept)])
    matrix = (
        sparse.vstack([block.matrix for block in kept], format="csr")
        if kept
        else sparse.csr_array((0, len(col_lower)), dtype=float)
    )
    return LinearModel(
        matrix=matrix,
        row_lower=np.concatenate([np.zeros(0), *(block.lower for block in kept)]),
        row_upper=np.concatenate([np.zeros(0), *(block.upper for block in kept)]),
        col_lower=col_lower,
        col_upper=col_upper,
        kind=kind,
        blocks={block.name: slice(int(a), int(b)) for block, a, b in zip(kept, ends, ends[1:], strict=False)},
        row_labels=tuple(block.label for block in kept),
        column_label=column_label,
    )
