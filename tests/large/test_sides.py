"""Sides moved to whole numbers: no whole point is lost, none is gained, and each side is attained by some multiple."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy import sparse

from models.large.sides import whole_sides
from models.linear import Kind, LinearModel


def small_model(rng: np.random.Generator, unit: float) -> LinearModel:
    n_row, n_col = 4, 5
    coefficients = unit * rng.integers(-3, 4, (n_row, n_col))
    lower, upper = unit * rng.uniform(-6, 0, n_row), unit * rng.uniform(0, 6, n_row)
    lower[0], upper[1] = -np.inf, np.inf
    return LinearModel(
        matrix=sparse.csr_array(coefficients),
        row_lower=lower,
        row_upper=upper,
        col_lower=np.zeros(n_col),
        col_upper=np.full(n_col, 2.0),
        kind=np.full(n_col, int(Kind.INTEGER), dtype=np.int8),
        blocks={},
        row_labels=(),
        column_label=list,
    )


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("unit", [1.0, 5.0, 0.25])
def test_the_same_whole_points(seed: int, unit: float):
    model = small_model(np.random.default_rng(seed), unit)
    tight = whole_sides(model)
    points = np.array(list(product(range(3), repeat=model.n_col)), dtype=float)
    rows = points @ model.matrix.toarray().T
    for r in range(model.n_row):
        before = (rows[:, r] >= model.row_lower[r]) & (rows[:, r] <= model.row_upper[r])
        after = (rows[:, r] >= tight.row_lower[r] - 1e-9) & (rows[:, r] <= tight.row_upper[r] + 1e-9)
        assert before.tolist() == after.tolist()
    assert (tight.row_lower >= model.row_lower - 1e-9).all()
    assert (tight.row_upper <= model.row_upper + 1e-9).all()
    assert (tight.row_upper < model.row_upper - 1e-3 * unit).any()


def test_half_an_outlet_of_slack_goes_and_rounding_does_not():
    model = replace(small_model(np.random.default_rng(0), 1.0), matrix=sparse.csr_array(np.ones((4, 5))))
    tight = whole_sides(replace(model, row_lower=np.array([139.986, 139.5, 140.0000001, -np.inf])))
    assert tight.row_lower.tolist() == [140.0, 140.0, 140.0000001, -np.inf]


def test_a_continuous_column_or_an_odd_coefficient_leaves_a_row_alone():
    model = small_model(np.random.default_rng(1), 1.0)
    kind = model.kind.copy()
    kind[:] = Kind.CONTINUOUS
    assert whole_sides(replace(model, kind=kind)).row_upper.tolist() == model.row_upper.tolist()
    odd = replace(model, matrix=sparse.csr_array(model.matrix * np.pi))
    assert whole_sides(odd).row_upper.tolist() == model.row_upper.tolist()


def test_a_row_of_zeros_keeps_its_sides():
    nothing = sparse.csr_array((np.zeros(2), np.array([0, 1]), np.array([0, 2, 2, 2, 2])), shape=(4, 5))
    model = replace(small_model(np.random.default_rng(2), 1.0), matrix=nothing)
    tight = whole_sides(model)
    assert tight.row_lower.tolist() == model.row_lower.tolist()
    assert tight.row_upper.tolist() == model.row_upper.tolist()
