"""Everybody is served once, priced: the Lagrangian bound for the p-median.

    min sum_ij c[i,j] z[i,j],   sum_j z[i,j] = 1,   z[i,j] <= x[j],   sum_j x[j] <= p,   x binary
    L(u) = sum_i u[i] + min { sum_j r[j] x[j] : sum_j x[j] <= p },   r[j] = sum_i min(0, c[i,j] - u[i])

L(u) is never above the optimum (Cornuejols, Fisher and Nemhauser 1977); its minimum opens the sites of the least r.
With s and t the greatest r that is opened and the least that is not, opening j costs r[j] - s more than L(u), closing
it t - r[j] more: what passes a known plan cannot be in a better one. Prices follow Polyak's step towards the best plan
known.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.instance import FloatArray, IntArray
from models.single.tables import DenseTable


@dataclass(frozen=True, eq=False)
class Relaxed:
    """L at ``price`` [i], with the sites ``opened`` for good and those still ``free``.

    ``share`` [free] is 1 where L opens the site, ``entry`` and ``exit`` [free] what opening or closing it costs more.
    """

    bound: float
    price: FloatArray
    opened: IntArray
    free: IntArray
    share: FloatArray
    entry: FloatArray
    exit: FloatArray

    @property
    def sites(self) -> IntArray:
        """The sites that the relaxation opens."""
        return np.concatenate([self.opened, self.free[self.share > 0]])


def relax(table: DenseTable, price: FloatArray, opened: IntArray, free: IntArray) -> Relaxed:
    """L of any prices. Rounding is taken off. At most p sites are ``opened``."""
    sure, r = table.reduced(price, opened), table.reduced(price, free)
    share, low, high = _least(r, table.p - len(opened))
    total = float(price.sum() + sure.sum() + (r * share).sum())
    error = (1e-13 + 4e-16 * len(price)) * float(np.abs(price).sum() + np.abs(sure).sum() + np.abs(r).sum())
    return Relaxed(total - error, price, opened, free, share, np.maximum(0.0, r - low), np.maximum(0.0, high - r))


def _least(r: FloatArray, room: int) -> tuple[FloatArray, float, float]:
    """(1 for the ``room`` least of r, the greatest of them, the least of the others); 0 and 0 where all have room."""
    order, share = np.argsort(r, kind="stable"), np.zeros(len(r))
    share[order[:room]] = 1.0
    if room >= len(r):
        return share, 0.0, 0.0
    high = float(r[order[room]])
    return share, float(r[order[room - 1]]) if room else high, high


@dataclass(frozen=True, eq=False)
class Risen:
    """The best L found, and how often each free site was open on the way, later steps counting more."""

    best: Relaxed
    often: FloatArray


def ascend(
    table: DenseTable,
    start: Relaxed,
    known: Callable[[Relaxed], float],
    enough: Callable[[float], float],
    deadline: float,
    most: int,
    pace: float = 1.5,
) -> Risen:
    """Raise L. ``known`` is told of each better bound and says the least total known, ``enough`` what bound will do.

    Ends there, after ``most`` steps, at ``deadline`` (of ``time.perf_counter``), or where the steps become nothing.
    """
    idle = 0
    best = now = start
    total, often, direction = known(best), start.share, np.zeros(len(start.price))
    for _ in range(most):
        if best.bound >= enough(total) or time.perf_counter() > deadline:
            break
        slope = 1.0 - table.served(now.price, now.sites)
        direction = slope + 0.4 * direction if float(slope @ direction) >= 0 else slope
        length = float(direction @ direction)
        if length == 0.0:
            break
        step = pace * (total * (1 + 1e-3) - now.bound) / length
        now = relax(table, np.maximum(now.price + step * direction, 0.0), start.opened, start.free)
        often = 0.95 * often + 0.05 * now.share
        if now.bound > best.bound:
            idle = 0 if now.bound > best.bound + 1e-5 * abs(best.bound) else idle + 1
            best = now
            total = known(best)
        else:
            idle += 1
        if idle >= 20:
            pace, idle, now = 0.6 * pace, 0, best
            direction = np.zeros(len(start.price))
        if pace < 1e-4:
            break
    return Risen(best, often)
