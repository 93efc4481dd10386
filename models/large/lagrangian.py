"""The Lagrangian relaxation of one level, over every block of the linear model, evaluated in one compiled pass.

With the maximising form of the model, c v subject to A v <= b (a row of two sides has a multiplier of either sign),
rows that join places are priced into the objective and what is left falls apart:

    L(m) = sum_r m[r] b[r] + sum_{free columns} max over its bounds of (c - mA)[j] v[j] + sum_p V_p(c - mA)

V_p is the best set of pairs of one place: an exact knapsack in its floor area with the charge of using it. For m of
the right signs L(m) is never below the optimum; rows left unpriced only raise it (Geoffrion 1974). Sums are
compensated, and a part for rounding is added to what is said.

Nearly all rows say that something is covered or filled only by pairs, ``y <= sum of pairs + cap``. They come first and
are kept as lists of numbers, from pairs to rows; all others stay a matrix.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import sparse

from models.columns import Problem
from models.grouping import common_label, owner
from models.instance import BoolArray, FloatArray, Int32Array, IntArray
from models.large.jit import inner, kernel
from models.large.packing import LEAST_ROOM, NODES, all_places
from models.linear import LinearModel
from models.reduction import Reduced

_ROUNDING = 1e-12


class Terms(NamedTuple):
    """Flat arrays of a :class:`Split` for the compiled pass: n columns, c pairs, g cover rows, r other rows, p places.

    ``link`` [g] is the column y of a cover row, ``cap`` [g] its constant; pair c is in cover rows
    ``row[row_start[c]:row_start[c+1]]``. Pairs stand place by place (``start`` [p+1]), their columns in ``pair``.
    """

    gain: FloatArray
    link: IntArray
    cap: FloatArray
    row_start: IntArray
    row: Int32Array
    other_start: IntArray
    other_column: IntArray
    other_value: FloatArray
    other_lower: FloatArray
    other_upper: FloatArray
    alone: IntArray
    alone_lower: FloatArray
    alone_upper: FloatArray
    pair: IntArray
    area_m2: FloatArray
    start: IntArray
    room_m2: FloatArray
    used: IntArray


@dataclass(frozen=True, eq=False)
class Split:
    """A reduced model in maximising form, taken apart; multipliers are those of cover rows, then of all others.

    ``lower`` and ``upper`` are the sides of the rows; ``size`` [r] the sum of a row's absolute coefficients, which
    limits what rounding can do, ``gain_size`` that of the objective.
    """

    terms: Terms
    lower: FloatArray
    upper: FloatArray
    constant: float
    sign: float
    size: FloatArray
    gain_size: float

    @property
    def n_cover(self) -> int:
        """Number of cover rows."""
        return len(self.terms.link)

    @property
    def covers(self) -> sparse.csr_array:
        """[c, g]: the cover rows that each pair stands in."""
        t = self.terms
        return sparse.csr_array((np.ones(len(t.row)), t.row, t.row_start), shape=(len(t.pair), self.n_cover))

    @property
    def other(self) -> sparse.csr_array:
        """[r, n]: the rows that are no cover rows."""
        t = self.terms
        shape = (len(t.other_lower), len(t.gain))
        return sparse.csr_array((t.other_value, t.other_column, t.other_start), shape=shape)

    @property
    def bounded(self) -> bool:
        """A finite L(m) for every m."""
        t = self.terms
        return bool(np.isfinite(t.alone_lower).all() and np.isfinite(t.alone_upper).all())


class Point(NamedTuple):
    """What a pass leaves: ``profit`` [n] c - mA, ``values`` [n] a best point, ``slope`` [g + r] b - A v.

    ``pair_profit`` [c], ``chosen`` [c], ``charge`` [p] and ``worth`` [p] belong to the places.
    """

    profit: FloatArray
    values: FloatArray
    slope: FloatArray
    pair_profit: FloatArray
    chosen: FloatArray
    charge: FloatArray
    worth: FloatArray


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
    sign = 1.0 if small.objective.sense == "max" else -1.0
    pair = np.flatnonzero((place >= 0) & ~charge)
    pair = pair[np.argsort(place[pair], kind="stable")]
    used = np.full(i.n_place, -1, dtype=np.int64)
    used[place[charge]] = np.flatnonzero(charge)
    room = np.concatenate([i.site_area_m2, i.host_area_m2]) - taken
    alone = np.flatnonzero(place < 0)
    priced = ~_inside_one_place(m.matrix, place, charge)
    covers = priced & _covers(m, place, charge)
    cover, other = sparse.csr_array(m.matrix[covers]), sparse.csr_array(m.matrix[priced & ~covers])
    by_pair = sparse.csr_array(cover[:, pair].T.tocsr())
    order = np.concatenate([np.flatnonzero(covers), np.flatnonzero(priced & ~covers)])
    terms = Terms(
        gain=sign * small.objective.coefficients,
        link=cover.indices[cover.data > 0].astype(np.int64),
        cap=m.row_upper[covers],
        row_start=by_pair.indptr.astype(np.int64),
        row=by_pair.indices.astype(np.int32),
        other_start=other.indptr.astype(np.int64),
        other_column=other.indices.astype(np.int64),
        other_value=other.data,
        other_lower=m.row_lower[priced & ~covers],
        other_upper=m.row_upper[priced & ~covers],
        alone=alone,
        alone_lower=m.col_lower[alone],
        alone_upper=m.col_upper[alone],
        pair=pair,
        area_m2=area[pair],
        start=np.concatenate([[0], np.cumsum(np.bincount(place[pair], minlength=i.n_place))]).astype(np.int64),
        room_m2=room + LEAST_ROOM * np.maximum(1.0, room),
        used=used,
    )
    size = np.asarray(abs(m.matrix).sum(axis=1)).ravel()[order]
    return Split(
        terms,
        m.row_lower[order],
        m.row_upper[order],
        sign * small.objective.constant,
        sign,
        size,
        float(np.abs(terms.gain).sum()),
    )


def _inside_one_place(matrix: sparse.csr_array, place: IntArray, charge: BoolArray) -> BoolArray:
    """[r]: all columns of the row are of one place, and one of them is its charge."""
    charged = np.bincount(owner(matrix.indptr), weights=charge[matrix.indices], minlength=matrix.shape[0]) > 0
    return np.asarray((common_label(matrix, place) >= 0) & charged)


def _covers(m: LinearModel, place: IntArray, charge: BoolArray) -> BoolArray:
    """[r]: the row says ``y - sum of pairs <= cap`` with one free column y."""
    matrix, n = m.matrix, m.n_row
    row = owner(matrix.indptr)
    free = place[matrix.indices] < 0
    fits = np.where(free, matrix.data == 1.0, ~charge[matrix.indices] & (matrix.data == -1.0))
    odd = np.bincount(row[~fits], minlength=n) > 0
    one = np.bincount(row[free], minlength=n) == 1
    return np.asarray(~odd & one & np.isfinite(m.row_upper) & ~np.isfinite(m.row_lower))


def nowhere(part: Split) -> Point:
    """A point to be written over."""
    t = part.terms
    n_pair, n_place = len(t.pair), len(t.used)
    pairs, places = (np.zeros(n_pair), np.zeros(n_pair)), (np.zeros(n_place), np.zeros(n_place))
    return Point(np.zeros(len(t.gain)), np.zeros(len(t.gain)), np.zeros(len(part.lower)), *pairs, *places)


def dual_value(part: Split, multipliers: FloatArray, at: Point | None = None) -> float:
    """L(m) in maximising form, valid for any lawful ``multipliers``; ``at`` is written over."""
    if not part.bounded:
        return math.inf
    at = nowhere(part) if at is None else at
    total = float(_pass(part.terms, multipliers, at))
    size = float(_sum_of_sizes(multipliers, part.size)) + part.gain_size + abs(part.constant)
    return total + 1e-9 + _ROUNDING * size + part.constant


def lawful(part: Split, multipliers: FloatArray) -> FloatArray:
    """The multipliers with 0 for one of a sign for which its row has no side."""
    has_side = np.where(multipliers > 0, np.isfinite(part.upper), np.isfinite(part.lower))
    return np.where(has_side, multipliers, 0.0)


@kernel
def _pass(t: Terms, m: FloatArray, at: Point) -> float:
    """L(m) without its constant, by sums that keep what rounding would lose (Neumaier)."""
    n_cover = len(t.link)
    total, lost = 0.0, 0.0
    for j in range(len(t.gain)):
        at.profit[j] = t.gain[j]
    for r in range(len(t.other_lower)):
        price = m[n_cover + r]
        if price != 0.0:
            total, lost = _plus(total, lost, price * (t.other_upper[r] if price > 0 else t.other_lower[r]))
            for e in range(t.other_start[r], t.other_start[r + 1]):
                at.profit[t.other_column[e]] -= price * t.other_value[e]
    for g in range(n_cover):
        at.profit[t.link[g]] -= m[g]
        if t.cap[g] != 0.0:
            total, lost = _plus(total, lost, m[g] * t.cap[g])
    for n in range(len(t.alone)):
        j = t.alone[n]
        at.values[j] = t.alone_upper[n] if at.profit[j] > 0 else t.alone_lower[n]
        if at.values[j] != 0.0:
            total, lost = _plus(total, lost, at.profit[j] * at.values[j])
    for c in range(len(t.pair)):
        gained = at.profit[t.pair[c]]
        for e in range(t.row_start[c], t.row_start[c + 1]):
            gained += m[t.row[e]]
        at.profit[t.pair[c]] = gained
        at.pair_profit[c] = gained
    for p in range(len(t.used)):
        at.charge[p] = -at.profit[t.used[p]] if t.used[p] >= 0 else 0.0
    at.worth[:] = 0.0
    at.chosen[:] = 0.0
    all_places(t.start, at.pair_profit, t.area_m2, t.room_m2, at.charge, at.worth, at.chosen, NODES)
    for p in range(len(t.used)):
        total, lost = _plus(total, lost, at.worth[p])
    _slopes(t, m, at)
    return float(total + lost)


@kernel
def _sum_of_sizes(values: FloatArray, sizes: FloatArray) -> float:
    """By a loop: a dot product would start threads for it."""
    total = 0.0
    for r in range(len(values)):
        total += abs(values[r]) * sizes[r]
    return total


@inner
def _plus(total: float, lost: float, term: float) -> tuple[float, float]:
    new = total + term
    lost += (total - new) + term if abs(total) >= abs(term) else (term - new) + total
    return new, lost


@inner
def _slopes(t: Terms, m: FloatArray, at: Point) -> None:
    """The point of the places, and b - A v: of an other row without the steps that a sign forbids."""
    n_cover = len(t.link)
    for g in range(n_cover):
        at.slope[g] = t.cap[g] - at.values[t.link[g]]
    for p in range(len(t.used)):
        some = False
        for c in range(t.start[p], t.start[p + 1]):
            at.values[t.pair[c]] = at.chosen[c]
            if at.chosen[c] > 0:
                some = True
                for e in range(t.row_start[c], t.row_start[c + 1]):
                    at.slope[t.row[e]] += 1.0
        if t.used[p] >= 0:
            at.values[t.used[p]] = 1.0 if some or at.charge[p] < 0 else 0.0
    for r in range(len(t.other_lower)):
        left = 0.0
        for e in range(t.other_start[r], t.other_start[r + 1]):
            left += t.other_value[e] * at.values[t.other_column[e]]
        price, low, high = m[n_cover + r], t.other_lower[r], t.other_upper[r]
        if price > 0 or (price == 0 and left > high):
            at.slope[n_cover + r] = high - left
        elif price < 0 or left < low:
            at.slope[n_cover + r] = low - left
        else:
            at.slope[n_cover + r] = 0.0
