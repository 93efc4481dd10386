"""A Lagrangian bound of one level, over every block of the linear model.

With the maximising form of the model, c v subject to A v <= b (a row of two sides has a multiplier of either sign),
rows that join places are priced into the objective and what is left falls apart:

    L(m) = sum_r m[r] b[r] + sum_{free columns} max over its bounds of (c - mA)[j] v[j] + sum_p V_p(c - mA)

V_p is the best set of pairs of one place: an exact knapsack in its floor area with the charge of using it. For m of the
right signs L(m) is never below the optimum; rows left unpriced only raise it (Geoffrion 1974). The multipliers follow
Polyak's subgradient step. A part for rounding is added to what is said.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from models.columns import Problem
from models.instance import BoolArray, FloatArray, IntArray
from models.large.packing import best_sets
from models.linear import LinearModel
from models.reduction import Reduced

_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Split:
    """A reduced model in maximising form, taken apart; columns of places are sorted by place (``start`` [p+1]).

    ``used`` [p] is the column of a place's own charge, -1 where it is free; ``size`` [r] the sum of a row's absolute
    coefficients, which limits what rounding can do.
    """

    matrix: sparse.csr_array
    transposed: sparse.csr_array
    lower: FloatArray
    upper: FloatArray
    gain: FloatArray
    constant: float
    sign: float
    col_lower: FloatArray
    col_upper: FloatArray
    alone: IntArray
    pair: IntArray
    area_m2: FloatArray
    start: IntArray
    room_m2: FloatArray
    used: IntArray
    size: FloatArray


@dataclass(frozen=True, eq=False)
class Bounded:
    """The best dual bound (in the level's own sense), its multipliers, and how often each column was chosen late."""

    bound: float
    multipliers: FloatArray
    profit: FloatArray
    often: FloatArray


def split(problem: Problem, model: LinearModel, small: Reduced) -> Split:
    """Take the reduced model apart: rows that hold the charge of one place alone stay with the place's knapsack."""
    i = problem.instance
    place, area, charge = np.full(model.n_col, -1), np.zeros(model.n_col), np.zeros(model.n_col, dtype=bool)
    place[problem.offsets["open"]], area[problem.offsets["open"]] = problem.open_site, i.area_m2[problem.open_type]
    place[problem.offsets["addon"]] = problem.addon_place
    area[problem.offsets["addon"]] = i.addon_area_m2[problem.addon_type]
    place[problem.offsets["used"]], charge[problem.offsets["used"]] = np.arange(i.n_site), True
    taken = np.bincount(
        np.maximum(place, 0), weights=np.where(small.kept, 0.0, area * small.fixed), minlength=i.n_place
    )
    place, area, charge = place[small.kept], area[small.kept], charge[small.kept]
    m = small.model
    rows = ~_inside_one_place(m.matrix, place, charge)
    sign = 1.0 if small.objective.sense == "max" else -1.0
    pair = np.flatnonzero((place >= 0) & ~charge)
    pair = pair[np.argsort(place[pair], kind="stable")]
    used = np.full(i.n_place, -1, dtype=np.int64)
    used[place[charge]] = np.flatnonzero(charge)
    matrix = sparse.csr_array(m.matrix[rows])
    return Split(
        matrix=matrix,
        transposed=sparse.csr_array(matrix.T.tocsr()),
        lower=m.row_lower[rows],
        upper=m.row_upper[rows],
        gain=sign * small.objective.coefficients,
        constant=sign * small.objective.constant,
        sign=sign,
        col_lower=m.col_lower,
        col_upper=m.col_upper,
        alone=np.flatnonzero(place < 0),
        pair=pair,
        area_m2=area[pair],
        start=np.concatenate([[0], np.cumsum(np.bincount(place[pair], minlength=i.n_place))]).astype(np.int64),
        room_m2=np.concatenate([i.site_area_m2, i.host_area_m2]) - taken,
        used=used,
        size=np.asarray(abs(matrix).sum(axis=1)).ravel(),
    )


def _inside_one_place(matrix: sparse.csr_array, place: IntArray, charge: BoolArray) -> BoolArray:
    """[r]: all columns of the row are of one place, and one of them is its charge."""
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    low, high = np.full(matrix.shape[0], np.iinfo(np.int64).max), np.full(matrix.shape[0], -2)
    np.minimum.at(low, row, place[matrix.indices])
    np.maximum.at(high, row, place[matrix.indices])
    charged = np.bincount(row, weights=charge[matrix.indices], minlength=matrix.shape[0]) > 0
    return np.asarray((low == high) & (low >= 0) & charged)


def dual_value(part: Split, multipliers: FloatArray) -> tuple[float, FloatArray, FloatArray]:
    """(L(m) in maximising form, a best point of the relaxation, c - mA).

    Valid for any ``multipliers``: one of a sign for which its row has no side counts as 0.
    """
    lawful = np.where(multipliers > 0, np.isfinite(part.upper), np.isfinite(part.lower))
    price = np.where(lawful, multipliers, 0.0)
    profit: FloatArray = part.gain - part.transposed @ price
    side = np.where(price > 0, part.upper, part.lower)
    terms = np.where(price != 0, price * np.where(price != 0, side, 0.0), 0.0)
    point = np.zeros(len(part.gain))
    free = profit[part.alone]
    at = np.where(free > 0, part.col_upper[part.alone], part.col_lower[part.alone])
    if not np.isfinite(at).all():
        return math.inf, point, profit
    point[part.alone] = at
    charge = np.where(part.used >= 0, -profit[part.used], 0.0)
    values, chosen = best_sets(part.start, profit[part.pair], part.area_m2, part.room_m2, charge)
    point[part.pair] = chosen
    at_place = part.used >= 0
    bought = (np.add.reduceat(np.append(chosen, 0.0), part.start[:-1]) > 0) & (np.diff(part.start) > 0)
    point[part.used[at_place]] = (bought | (charge < 0))[at_place]
    parts = np.concatenate([terms, free * at, values])
    size = float(np.abs(price) @ part.size) + float(np.abs(part.gain).sum()) + abs(part.constant)
    total = math.fsum(parts.tolist()) + 1e-9 + _ROUNDING * size
    return total + part.constant, point, profit


def descend(part: Split, target: float, deadline_s: float, most: int, start: FloatArray | None = None) -> Bounded:
    """Lower L(m) towards ``target`` (a value of a lawful plan, in the level's own sense).

    At most ``most`` steps and ``deadline_s`` seconds. The best bound seen is kept, so more steps never loosen it.
    """
    began, goal = time.perf_counter(), part.sign * target
    m = _first(part) if start is None else start.copy()
    best, kept, pace, idle = math.inf, m, 1.0, 0
    often, profit = np.zeros(len(part.gain)), part.gain
    direction, metric = np.zeros(len(m)), _metric(part)
    for step in range(most):
        value, point, now = dual_value(part, m)
        if value < best:
            idle = 0 if value < best - 1e-5 * abs(best) else idle + 1
            best, kept, profit = value, m, now
        else:
            idle += 1
        often = 0.95 * often + 0.05 * point
        if not math.isfinite(value) or best <= goal + 1e-9 or time.perf_counter() - began > deadline_s:
            break
        if idle >= 8:
            pace, idle, m = 0.6 * pace, 0, kept
        if pace < 1e-4:
            break
        slope = _slope(part, m, point)
        direction = slope if step == 0 else 0.7 * slope + 0.3 * direction
        length = float(slope @ (metric * direction))
        if length <= 0:
            direction, length = slope, float(slope @ (metric * slope))
        if length == 0:
            break
        aim = max(goal, best - 0.02 * abs(best))
        m = _lawful(part, m - pace * max(value - aim, 1e-6 * abs(value)) / length * metric * direction)
    return Bounded(part.sign * best, kept, profit, often)


def _slope(part: Split, m: FloatArray, point: FloatArray) -> FloatArray:
    """A subgradient of L: b - A v, without the steps that a sign forbids."""
    left = part.matrix @ point
    above = np.where(np.isfinite(part.upper), part.upper - left, 0.0)
    below = np.where(np.isfinite(part.lower), part.lower - left, 0.0)
    slope = np.where(m > 0, above, np.where(m < 0, below, np.where(above < 0, above, np.where(below > 0, below, 0.0))))
    return np.asarray(slope)


def _lawful(part: Split, m: FloatArray) -> FloatArray:
    low = np.where(np.isfinite(part.lower), -np.inf, 0.0)
    high = np.where(np.isfinite(part.upper), np.inf, 0.0)
    return np.clip(m, low, high)


def _metric(part: Split) -> FloatArray:
    """[r]: one over the mean square of a row's coefficients, so that its unit does not matter."""
    count = np.maximum(np.diff(part.matrix.indptr), 1)
    squares = np.asarray((part.matrix * part.matrix).sum(axis=1)).ravel()
    return np.asarray(count / np.where(squares > 0, squares, 1.0))


def _first(part: Split) -> FloatArray:
    """Multipliers to begin with: a row whose columns of no place gain pays half of that to its places."""
    gain = np.zeros(len(part.gain))
    gain[part.alone] = np.maximum(part.gain[part.alone], 0.0)
    positive = part.matrix.copy()
    positive.data = (positive.data > 0).astype(np.float64)
    return np.asarray(np.where(np.isfinite(part.upper) & ~np.isfinite(part.lower), 0.5 * (positive @ gain), 0.0))
