"""Merging identical rows: demand points that the same places reach need one coverage variable between them."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from models.instance import FloatArray, IntArray

_HASH_SEED = 20240524


def owner(start: IntArray) -> IntArray:
    """The row of every entry of a CSR."""
    return np.repeat(np.arange(len(start) - 1), np.diff(start))


def common_label(matrix: sparse.csr_array, label: IntArray) -> IntArray:
    """[r]: the label that all columns of a row have; -1 where they differ or have none (``label`` [c] -1)."""
    n_row, of = matrix.shape[0], label[matrix.indices]
    low, high = np.full(n_row, np.iinfo(np.int64).max), np.full(n_row, -1)
    np.minimum.at(low, owner(matrix.indptr), of)
    np.maximum.at(high, owner(matrix.indptr), of)
    return np.where(low == high, low, -1)


def identical_rows(matrix: sparse.csr_array) -> IntArray:
    """Class number of each row of a boolean CSR matrix; rows are equal exactly where their numbers are.

    Classes are numbered by first appearance. Rows are compared by a 64-bit sum of random words, one word a column;
    the comparison is then made exact against the first row of each class, so a collision cannot merge unlike rows.
    """
    n_row, n_col = matrix.shape
    rng = np.random.Generator(np.random.PCG64(_HASH_SEED))
    words = rng.integers(1, 2**63, size=n_col, dtype=np.uint64)
    counts = np.diff(matrix.indptr)
    sums = np.zeros(n_row, dtype=np.uint64)
    filled = counts > 0
    if matrix.nnz:
        sums[filled] = np.add.reduceat(words[matrix.indices], matrix.indptr[:-1][filled])
    _, first, inverse = np.unique(sums, return_index=True, return_inverse=True)
    first, inverse = _number_by_appearance(first, inverse)
    if not _equal_to_first(matrix, first[inverse]):
        return np.arange(n_row, dtype=np.int64)
    return inverse


def _number_by_appearance(first: IntArray, inverse: IntArray) -> tuple[IntArray, IntArray]:
    order = np.argsort(first, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return first[order], rank[inverse]


def _equal_to_first(matrix: sparse.csr_array, representative: IntArray) -> bool:
    counts = np.diff(matrix.indptr)
    if not np.array_equal(counts, counts[representative]):
        return False
    shift = np.repeat(matrix.indptr[:-1][representative] - matrix.indptr[:-1], counts)
    return bool(np.array_equal(matrix.indices, matrix.indices[np.arange(matrix.nnz) + shift]))


def identical_vectors(table: IntArray | FloatArray) -> tuple[IntArray, IntArray]:
    """(first row of each class, class of each row) for the rows of a table, numbered by first appearance."""
    _, first, inverse = np.unique(table, axis=0, return_index=True, return_inverse=True)
    return _number_by_appearance(first, inverse.reshape(-1))
