"""Small integer programs for backend tests, and their optimum by trying every point."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from scipy import sparse

from models.instance import FloatArray
from models.linear import Kind, LinearModel, Objective


def program(
    matrix: Any,
    row_lower: Any,
    row_upper: Any,
    *,
    col_lower: Any = 0.0,
    col_upper: Any = 1.0,
    kind: Any = Kind.INTEGER,
) -> LinearModel:
    """Model from plain lists; scalars hold for every column."""
    dense = np.atleast_2d(np.asarray(matrix, dtype=float))
    n_row, n_col = dense.shape
    return LinearModel(
        matrix=sparse.csr_array(dense),
        row_lower=np.broadcast_to(np.asarray(row_lower, dtype=float), n_row).copy(),
        row_upper=np.broadcast_to(np.asarray(row_upper, dtype=float), n_row).copy(),
        col_lower=np.broadcast_to(np.asarray(col_lower, dtype=float), n_col).copy(),
        col_upper=np.broadcast_to(np.asarray(col_upper, dtype=float), n_col).copy(),
        kind=np.broadcast_to(np.asarray(kind, dtype=np.int8), n_col).copy(),
        blocks={"rows": slice(0, n_row)},
        row_labels=(lambda: [f"row[{n}]" for n in range(n_row)],),
        column_label=lambda: [f"v[{n}]" for n in range(n_col)],
    )


def goal(sense: Any, coefficients: Any, constant: float = 0.0) -> Objective:
    """Objective from plain lists."""
    return Objective("goal", sense, np.asarray(coefficients, dtype=float), constant)


def random_program(rng: np.random.Generator, n_col: int = 9, n_row: int = 4) -> tuple[LinearModel, Objective]:
    """Binary program with decimals, ranges, equalities and negative coefficients."""
    matrix = rng.choice([0.0, 1.0, -2.0, 3.5, 0.25, 7.0], (n_row, n_col))
    top = matrix @ rng.integers(0, 2, n_col)
    lower = np.where(rng.random(n_row) < 0.4, top - rng.integers(0, 3, n_row), -np.inf)
    upper = np.where(rng.random(n_row) < 0.7, top + rng.integers(0, 3, n_row), np.inf)
    coefficients = rng.integers(-20, 40, n_col) / 4
    return program(matrix, lower, upper), goal(str(rng.choice(["max", "min"])), coefficients, 12.5)


def best_by_trying(model: LinearModel, objective: Objective, tolerance: float = 1e-9) -> float | None:
    """Best objective over every whole point within the bounds; None where no point is feasible."""
    axes = [range(int(a), int(b) + 1) for a, b in zip(model.col_lower, model.col_upper, strict=True)]
    points = np.array(list(product(*axes)), dtype=float)
    values = points[feasible(model, points, tolerance)] @ objective.coefficients + objective.constant
    if not len(values):
        return None
    return float(values.max() if objective.sense == "max" else values.min())


def feasible(model: LinearModel, points: FloatArray, tolerance: float = 1e-9) -> Any:
    """Which points (one a row) keep every row."""
    activity = points @ model.matrix.toarray().T
    return np.all((activity >= model.row_lower - tolerance) & (activity <= model.row_upper + tolerance), axis=1)
