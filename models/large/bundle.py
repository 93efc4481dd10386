"""The best set of pairs for one place at a price, added to what stands there: a knapsack that keeps every limit.

    max  sum_c (gain[c] - price * toll[c])  over sets of pairs of the place that fit its free area, money and pack rows

Gains of different types at one place add up: they cover different groups. Depth first over pairs by falling profit per
area, cut by the fractional bound; after ``_NODES`` nodes the best so far stands.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.instance import BoolArray, FloatArray, IntArray
from models.large.arrays import Arrays
from models.large.jit import inner
from models.large.state import WORK, State, fits, gain, money_left, rows_allow, take_rows

GAIN, TOLL = 0, 1
_NODES, _TINY_M2, _TINY_TOLL, _ROUNDS = 400, 1e-9, 1e-12, 5


class Desk(NamedTuple):
    """Room to work in: items of one place in order, the stack of the search, the best set, its GAIN and TOLL."""

    item: IntArray
    profit: FloatArray
    stack: IntArray
    best: IntArray
    figures: FloatArray
    wanted: BoolArray


def desk(a: Arrays) -> Desk:
    """Large enough for every place."""
    n = int(np.diff(a.place_start).max(initial=0)) + 1
    whole, real = [np.zeros(n, dtype=np.int64) for _ in range(3)], np.zeros(n)
    return Desk(whole[0], real, whole[1], whole[2], np.zeros(2), np.zeros(len(a.place), dtype=np.bool_))


@inner
def place_value(a: Arrays, s: State, p: int, d: Desk) -> tuple[float, int]:
    """Best gain per toll of a set for an unused place, its own toll included; the set's size, the set in ``d.best``.

    Dinkelbach's iteration: the best set at a price gives the next price.
    """
    price, ratio, size = 0.0, 0.0, 0
    for _ in range(_ROUNDS):
        size = _best_set(a, s, p, price, d)
        if size == 0:
            return 0.0, 0
        ratio = d.figures[GAIN] / (d.figures[TOLL] + a.entry_toll[p] + _TINY_TOLL)
        if ratio <= price * (1 + 1e-9):
            break
        price = ratio
    return ratio, size


@inner
def pair_value(a: Arrays, s: State, c: int) -> float:
    """Gain per toll of a pair at a place in use; 0 if it does not fit."""
    if not fits(a, s, c):
        return 0.0
    return float(gain(a, s, c) / (a.toll[c] + _TINY_TOLL))


@inner
def _best_set(a: Arrays, s: State, p: int, price: float, d: Desk) -> int:
    n = _items(a, s, p, price, d)
    size = search_set(a, s, n, s.free_m2[p] + 1e-9, money_left(a, s, p), d)
    d.figures[GAIN], d.figures[TOLL] = 0.0, 0.0
    for b in range(size):
        at = d.best[b]
        c = d.item[at]
        d.figures[GAIN] += d.profit[at] + price * a.toll[c]
        d.figures[TOLL] += a.toll[c]
        d.best[b] = c
    return size


@inner
def _items(a: Arrays, s: State, p: int, price: float, d: Desk) -> int:
    """Pairs that fit and pay at the price, by falling profit per area, then by number."""
    n = 0
    for e in range(a.place_start[p], a.place_start[p + 1]):
        c = a.place_pairs[e]
        if not fits(a, s, c):
            continue
        gained = gain(a, s, c)
        profit = gained - price * a.toll[c]
        if gained <= 0.0 or profit <= 0.0:
            continue
        insert(a, n, c, profit, d)
        n += 1
    return n


@inner
def insert(a: Arrays, n: int, c: int, profit: float, d: Desk) -> None:
    """Pair c becomes one of the ``n`` items, which stand by falling profit per area."""
    density = profit / (a.area_m2[c] + _TINY_M2)
    b = n
    while b > 0 and density > d.profit[b - 1] / (a.area_m2[d.item[b - 1]] + _TINY_M2):
        d.item[b], d.profit[b] = d.item[b - 1], d.profit[b - 1]
        b -= 1
    d.item[b], d.profit[b] = c, profit


@inner
def search_set(a: Arrays, s: State, n: int, room: float, money: float, d: Desk) -> int:
    """Take an item if it fits, later leave it; ``d.best`` then holds numbers of items. Rows are given back."""
    top, at, value, best, size, nodes = 0, 0, 0.0, 0.0, 0, 0
    while True:
        nodes += 1
        if at < n and nodes < _NODES and value + _fraction(a, at, n, room, d) > best * (1 + 1e-12):
            c = d.item[at]
            if a.area_m2[c] <= room and a.budget_cny[c] <= money and rows_allow(a, s, c):
                take_rows(a, s, c, 1.0)
                d.stack[top] = at
                top += 1
                value += d.profit[at]
                room -= a.area_m2[c]
                money -= a.budget_cny[c]
                if value > best:
                    best, size = value, top
                    for b in range(top):
                        d.best[b] = d.stack[b]
            at += 1
            continue
        if top == 0:
            s.counts[WORK] += nodes
            return size
        top -= 1
        at = d.stack[top]
        c = d.item[at]
        take_rows(a, s, c, -1.0)
        value -= d.profit[at]
        room += a.area_m2[c]
        money += a.budget_cny[c]
        at += 1


@inner
def _fraction(a: Arrays, at: int, n: int, room: float, d: Desk) -> float:
    """Bound of the rest: items in order, the last one in part."""
    bound = 0.0
    for b in range(at, n):
        area = a.area_m2[d.item[b]]
        if area > room:
            return float(bound + d.profit[b] * max(room, 0.0) / area)
        bound += d.profit[b]
        room -= area
    return bound
