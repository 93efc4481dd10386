"""Steps of multipliers: what an other row prices carries the prices of the cover rows along.

A column y of cover row g is worth ``W = c - sum_r m[r] a[r,y]`` once the other rows are priced, and the multiplier of g
is best between 0 and W. Where a row r holds a level above (fill or coverage), m[r] and the multipliers of thousands of
cover rows must rise together, each in the kink of its own knapsack; one at a time none can. So a step is made in other
coordinates: with ``theta[g] = m[g] / W`` as it stands, cut to [0, 1], a change of m[r] by d changes m[g] by
``-theta[g] a[r,y] d`` besides, and the slope of r becomes

    lean[r] = v[r] - sum_g theta[g] a[r,y] v[g].

For given theta that is a linear change of coordinates, in which L stays convex and what is proven of the volume
algorithm holds; the bound holds at any multipliers anyway. Decision 0052.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.instance import FloatArray, IntArray
from models.large.jit import inner, kernel
from models.large.lagrangian import Split


class Followers(NamedTuple):
    """Cover rows that follow an other row r: its ``start[r]:start[r+1]``, each with its ``row`` and value a[r,y].

    ``pull`` is theta[g] a[r,y] as :func:`tilt` left it.
    """

    start: IntArray
    row: IntArray
    value: FloatArray
    pull: FloatArray


def followers(part: Split) -> Followers:
    """Every other row's entries in columns of cover rows."""
    t = part.terms
    row = np.full(len(t.gain), -1, dtype=np.int64)
    row[t.link] = np.arange(part.n_cover)
    found = row[t.other_column]
    there = found >= 0
    counted = np.concatenate([[0], np.cumsum(there)])
    value = t.other_value[there]
    return Followers(counted[t.other_start].astype(np.int64), found[there], value, np.zeros(len(value)))


@kernel
def tilt(f: Followers, link: IntArray, m: FloatArray, profit: FloatArray, v: FloatArray, lean: FloatArray) -> None:
    """``lean`` [g + r]: the slope ``v`` in the other coordinates at ``m``; ``profit`` [n] is c - mA there."""
    n_cover = len(link)
    lean[:] = v
    for r in range(len(f.start) - 1):
        for e in range(f.start[r], f.start[r + 1]):
            g = f.row[e]
            f.pull[e] = _theta(m[g], profit[link[g]]) * f.value[e]
            lean[n_cover + r] -= f.pull[e] * v[g]


@kernel
def length(m: FloatArray, lean: FloatArray, d: FloatArray, low: FloatArray, high: FloatArray) -> float:
    """The length of a slope in the metric ``d``, over rows whose multiplier may move."""
    total = 0.0
    for r in range(len(m)):
        if (lean[r] > 0 and m[r] <= low[r]) or (lean[r] < 0 and m[r] >= high[r]):
            continue
        total += d[r] * lean[r] * lean[r]
    return total


@kernel
def move(
    f: Followers,
    m: FloatArray,
    lean: FloatArray,
    d: FloatArray,
    low: FloatArray,
    high: FloatArray,
    step: float,
    to: FloatArray,
) -> None:
    """``to`` [g + r]: the multipliers a step from where :func:`tilt` was asked, within ``low`` and ``high``."""
    n_cover = len(m) + 1 - len(f.start)
    for r in range(len(m)):
        to[r] = m[r] - step * d[r] * lean[r]
    for r in range(n_cover, len(m)):
        to[r] = min(max(to[r], low[r]), high[r])
        change = to[r] - m[r]
        if change != 0.0:
            for e in range(f.start[r - n_cover], f.start[r - n_cover + 1]):
                to[f.row[e]] -= f.pull[e] * change
    for g in range(n_cover):
        to[g] = min(max(to[g], low[g]), high[g])


@inner
def _theta(price: float, left: float) -> float:
    """The part of a column's worth that the cover row's price takes; ``left`` is what remains of the worth."""
    worth = price + left
    return min(max(price / worth, 0.0), 1.0) if worth > 0.0 else 0.0
