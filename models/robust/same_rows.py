"""Rows that say the same are kept once: futures that differ in residents alone share most rows of the plan itself."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from models.instance import BoolArray, FloatArray

_HASH_SEED = 20241124


def first_of_each(matrix: sparse.csr_array, lower: FloatArray, upper: FloatArray) -> BoolArray:
    """[row]: no row before it has the same entries and sides. ``matrix`` is canonical (sorted, no duplicates).

    Rows are compared by sums of random words and then entry by entry, so that only equal rows are dropped; rows that
    a rounding error tells apart are both kept, which is harmless.
    """
    n_row, n_col = matrix.shape
    rng = np.random.Generator(np.random.PCG64(_HASH_SEED))
    words = rng.random((2, n_col))
    filled = np.diff(matrix.indptr) > 0
    key = np.zeros((n_row, 4))
    key[:, 2], key[:, 3] = lower, upper
    if matrix.nnz:
        starts = matrix.indptr[:-1][filled]
        for n, word in enumerate(words):
            key[filled, n] = np.add.reduceat(matrix.data * word[matrix.indices], starts)
    _, first, inverse = np.unique(key, axis=0, return_index=True, return_inverse=True)
    representative = first[inverse.reshape(-1)]
    return np.asarray((representative == np.arange(n_row)) | ~_equal(matrix, representative))


def _equal(matrix: sparse.csr_array, other: np.ndarray) -> BoolArray:
    """[row]: the row has the same entries as row ``other[row]``."""
    counts = np.diff(matrix.indptr)
    same = counts == counts[other]
    rows = np.flatnonzero(same)
    own = np.repeat(rows, counts[rows])
    at = np.arange(len(own)) - np.repeat(np.cumsum(counts[rows]) - counts[rows], counts[rows])
    here, there = matrix.indptr[own] + at, matrix.indptr[other[own]] + at
    unlike = (matrix.indices[here] != matrix.indices[there]) | (matrix.data[here] != matrix.data[there])
    same[own[unlike]] = False
    return np.asarray(same)
