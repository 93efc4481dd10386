"""Which rows say that somebody is covered only by pairs: told by hand."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from models.large.lagrangian import _covers
from models.linear import Kind, LinearModel

# columns: y1, y2 are free; x1, x2 pairs at places 0 and 1; u the charge of place 0
PLACE = np.array([-1, -1, 0, 1, 0])
CHARGE = np.array([False, False, False, False, True])
ROWS = [
    ([1, 0, -1, -1, 0], -np.inf, 0.0, True),  # y1 <= x1 + x2
    ([0, 1, 0, -1, 0], -np.inf, 3.0, True),  # y2 <= x2 + 3
    ([1, 0, 0, 0, 0], -np.inf, 1.0, True),  # y1 <= 1, by nobody
    ([2, 0, -1, -1, 0], -np.inf, 0.0, False),
    ([1, 0, -2, 0, 0], -np.inf, 0.0, False),
    ([1, 1, -1, 0, 0], -np.inf, 0.0, False),  # two free ones
    ([0, 0, -1, -1, 0], -np.inf, 0.0, False),  # none
    ([1, 0, 0, 0, -1], -np.inf, 0.0, False),  # by a charge
    ([1, 0, -1, 0, 0], 0.0, 0.0, False),  # of two sides
    ([1, 0, -1, 0, 0], -5.0, np.inf, False),
    ([-1, 0, -1, 0, 0], -np.inf, 0.0, False),
]


def test_rows_of_one_free_column_over_pairs():
    dense = np.array([row for row, *_ in ROWS], dtype=float)
    sides = np.array([low for _, low, _, _ in ROWS]), np.array([high for _, _, high, _ in ROWS])
    kind = np.full(5, int(Kind.INTEGER), dtype=np.int8)
    model = LinearModel(sparse.csr_array(dense), *sides, np.zeros(5), np.ones(5), kind, {}, (), list)
    assert _covers(model, PLACE, CHARGE).tolist() == [wanted for *_, wanted in ROWS]
