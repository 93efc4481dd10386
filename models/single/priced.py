"""Everybody is served once, priced: one Lagrangian bound for the p-median and for maximal covering.

    min sum_ij c[i,j] z[i,j],   sum_j z[i,j] = 1,   z[i,j] <= x[j],   sum_j a[j] x[j] <= B,   x binary
    L(u) = sum_i u[i] + min { sum_j r[j] x[j] : a x <= B, 0 <= x <= 1 },   r[j] = sum_i min(0, c[i,j] - u[i])

L(u) is never above the optimum (Cornuejols, Fisher and Nemhauser 1977); its minimum is a fractional knapsack, whole for
unit sizes. Covering is the case c[i,j] = 0 where j reaches i, and staying out of reach costs w[i], so that 0 <= u <= w.
With a critical ratio t of the knapsack, opening j costs r[j] - t a[j] more than L(u), closing it t a[j] - r[j] more:
what passes a known plan cannot be in a better one. Prices follow Polyak's step towards the best plan known.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from models.instance import FloatArray, IntArray


class Table(Protocol):
    """Costs as the bound asks for them: ``most`` [i] limits a price, ``size`` [j] is what a site takes of ``purse``."""

    most: FloatArray
    size: FloatArray
    purse: float

    def reduced(self, price: FloatArray, sites: IntArray) -> FloatArray:
        """The r of ``sites``."""
        ...

    def served(self, price: FloatArray, sites: IntArray, share: FloatArray) -> FloatArray:
        """[i]: the shares of ``sites`` that serve i below its price, summed up."""
        ...


@dataclass(frozen=True, eq=False)
class Relaxed:
    """L at ``price`` [i], with the sites ``opened`` for good and those still ``free``.

    ``share`` [free] is the knapsack's, ``entry`` and ``exit`` [free] what opening or closing a site costs more than L.
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
        """The sites that the relaxation opens whole."""
        return np.concatenate([self.opened, self.free[self.share >= 1.0]])


def relax(table: Table, price: FloatArray, opened: IntArray, free: IntArray) -> Relaxed:
    """L of any prices (those above ``most`` are lowered to it). Rounding is taken off. The opened sites must fit."""
    price = np.minimum(price, table.most)
    sure, r = table.reduced(price, opened), table.reduced(price, free)
    size, room = table.size[free], table.purse - float(table.size[opened].sum())
    share, low, high = _knapsack(r, size, room)
    total = float(price.sum() + sure.sum() + (r * share).sum())
    error = (1e-13 + 4e-16 * len(price)) * float(np.abs(price).sum() + np.abs(sure).sum() + np.abs(r).sum())
    entry, leave = np.maximum(0.0, r - low * size), np.maximum(0.0, high * size - r)
    return Relaxed(total - error, price, opened, free, share, entry, leave)


def _knapsack(r: FloatArray, size: FloatArray, room: float) -> tuple[FloatArray, float, float]:
    """(share [j], least and largest critical ratio): the most negative r for their size, the last one in part."""
    room = room * (1 + 1e-12) + 1e-12
    ratio = np.where(size > 0, r / np.where(size > 0, size, 1.0), -np.inf)
    order = np.argsort(ratio, kind="stable")
    spent = np.cumsum(size[order])
    n = int(np.searchsorted(spent, room, side="right"))
    share = np.zeros(len(r))
    share[order[:n]] = 1.0
    if n == len(r):
        return share, 0.0, 0.0
    high = float(ratio[order[n]])
    part = (room - (float(spent[n - 1]) if n else 0.0)) / float(size[order[n]])
    if part < 1e-9:
        return share, float(ratio[order[n - 1]]) if n and size[order[n - 1]] > 0 else high, high
    share[order[n]] = part
    return share, high, high


@dataclass(frozen=True, eq=False)
class Risen:
    """The best L found, and how often each free site was open on the way, later steps counting more."""

    best: Relaxed
    often: FloatArray


def ascend(
    table: Table,
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
        slope = 1.0 - table.served(now.price, now.opened, np.ones(len(now.opened)))
        open_ = now.share > 0
        slope -= table.served(now.price, now.free[open_], now.share[open_])
        slope = np.where((now.price >= table.most) & (slope > 0), 0.0, slope)
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
