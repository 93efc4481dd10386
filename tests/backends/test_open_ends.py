"""A column without an end gets the farthest value that some row can push it to: by trying all corners of the others."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import sparse

from models.backends.scaling import whole_columns
from models.errors import SolverError
from models.linear import Kind, LinearModel

SIDES = np.array([[-np.inf, 7.5], [1.25, np.inf], [-3.0, 4.0]])


def open_model(rng: np.random.Generator, lower: float, upper: float) -> LinearModel:
    """Column 0 is open; three rows join it with three binaries."""
    matrix = rng.integers(-4, 5, (3, 4)).astype(float)
    matrix[:, 0] = rng.choice([-2.0, -0.5, 0.0, 0.5, 3.0], 3)
    kind = np.full(4, int(Kind.INTEGER), dtype=np.int8)
    ends = np.array([lower, 0.0, 0.0, 0.0]), np.array([upper, 1.0, 1.0, 1.0])
    return LinearModel(sparse.csr_array(matrix), SIDES[:, 0], SIDES[:, 1], *ends, kind, {}, (), list)


@pytest.mark.parametrize("seed", range(20))
def test_the_farthest_stop_over_all_corners(seed: int):
    rng = np.random.default_rng(seed)
    model = open_model(rng, -np.inf, np.inf)
    dense, stops = model.matrix.toarray(), [0.0]
    for corner in product((0.0, 1.0), repeat=3):
        for row, sides in zip(dense, SIDES, strict=True):
            if row[0]:
                stops += [(side - row[1:] @ corner) / row[0] for side in sides if np.isfinite(side)]
    columns = whole_columns(model)
    assert columns.base[0] == np.floor(min(stops))
    assert columns.base[0] + columns.top[0] == np.ceil(max(stops))
    assert columns.top[1:].tolist() == [1, 1, 1]
    half = whole_columns(open_model(np.random.default_rng(seed), 2.0, np.inf))
    assert (half.base[0], half.base[0] + half.top[0]) == (2.0, max(2.0, np.ceil(max(stops))))


def test_ends_that_nothing_gives_are_told():
    def two(*rows: list[float]) -> LinearModel:
        """Two columns from 0 on without an end."""
        n = len(rows)
        kind, names = np.full(2, int(Kind.INTEGER), dtype=np.int8), lambda: ["y", "x"]
        matrix, ends = sparse.csr_array(np.reshape(rows, (n, 2))), (np.zeros(2), np.full(2, np.inf))
        return LinearModel(matrix, np.full(n, -np.inf), np.ones(n), *ends, kind, {}, (), names)

    assert whole_columns(two()).top.tolist() == [0, 0]
    assert whole_columns(two([1.0, 2.0])).top.tolist() == [1, 1]
    apart = two([1.0, -1.0])
    with pytest.raises(SolverError, match=r"finite bounds only: y.*have none"):
        whole_columns(apart)
