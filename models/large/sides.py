"""Sides of rows over whole columns, moved to what whole numbers can attain.

At some optimum all columns but the continuous ones are whole. A row of such columns then takes only multiples of the
greatest common divisor s of its coefficients, so that

    lower <= a v  becomes  ceil(lower / s) s <= a v,      a v <= upper  becomes  a v <= floor(upper / s) s.

No lawful point is lost and the relaxation is tighter: a held number of outlets has some slack against rounding, half an
outlet of which may be worth more than a gap asked for. Solvers that work with tolerances would suffer from rows without
slack; the bound of :mod:`models.large.lagrangian` does not.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.linear import LinearModel, lattice_steps

_ROUNDING = 1e-9


def whole_sides(model: LinearModel) -> LinearModel:
    """The model with tighter sides where all coefficients of a row are whole thousandths and its columns whole."""
    matrix = model.matrix
    filled = np.flatnonzero(np.diff(matrix.indptr))
    if not len(filled):
        return model
    steps = lattice_steps(matrix.data, matrix.indptr[filled], model.kind[matrix.indices])
    rows, step = filled[steps > 0], steps[steps > 0]
    lower, upper = model.row_lower.copy(), model.row_upper.copy()
    lower[rows] = np.maximum(lower[rows], np.ceil(lower[rows] / step - _spare(lower[rows] / step)) * step)
    upper[rows] = np.minimum(upper[rows], np.floor(upper[rows] / step + _spare(upper[rows] / step)) * step)
    return replace(model, row_lower=lower, row_upper=upper)


def _spare(ticks: np.ndarray) -> np.ndarray:
    """What rounding may hide of a number of steps."""
    return 1e-6 + _ROUNDING * np.where(np.isfinite(ticks), np.abs(ticks), 0.0)
