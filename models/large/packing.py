"""The best set of pairs of each place: a knapsack in its floor area with a charge, by branch and bound in real numbers.

    V = max(0, -charge + max sum profit[c] x[c]),   sum area_m2[c] x[c] <= room_m2,   x binary

Areas are never rounded. A place whose search is cut short gets the value of its fractional relaxation, which is not
below V; room has a part of ``LEAST_ROOM`` to spare, so that what the model admits fits here too.
"""

from __future__ import annotations

import numpy as np

from models.instance import BoolArray, FloatArray, IntArray
from models.large.jit import inner, kernel

NODES = 20_000
LEAST_ROOM = 1e-6


@kernel
def all_places(
    start: IntArray,
    profit: FloatArray,
    area: FloatArray,
    room: FloatArray,
    charge: FloatArray,
    values: FloatArray,
    chosen: FloatArray,
    most: int,
) -> None:
    """V [p] into ``values`` and one where chosen [c] into ``chosen``, which are 0; ``most`` nodes a place.

    Pairs of place p are ``start[p]:start[p+1]``; ``room`` has its part of ``LEAST_ROOM`` already.
    """
    for p in range(len(room)):
        first, last = start[p], start[p + 1]
        total = 0.0
        for c in range(first, last):
            total += max(profit[c], 0.0)
        if total <= charge[p] and charge[p] >= 0:
            continue
        items = _paying(first, last, profit, -1)
        take = np.ones(len(items), np.bool_)
        value = _best(items, profit, area, room[p], take, most) - charge[p]
        if value > 0:
            values[p] = value
            for n in range(len(items)):
                if take[n]:
                    chosen[items[n]] = 1.0


@kernel
def spare(
    start: IntArray,
    profit: FloatArray,
    area: FloatArray,
    room: FloatArray,
    charge: FloatArray,
    place: IntArray,
    pairs: IntArray,
    most: int,
) -> FloatArray:
    """How much each of ``pairs`` may gain more, one after the other, before V of its ``place`` [c] would be higher.

    ``profit`` [c] is raised by it. With c taken for sure the place is worth what c and the best set beside it are.
    """
    more = np.zeros(len(pairs))
    for n in range(len(pairs)):
        c = pairs[n]
        p = place[c]
        first, last = start[p], start[p + 1]
        value = max(_most(first, last, profit, area, room[p], -1, most) - charge[p], 0.0)
        beside = _most(first, last, profit, area, room[p] - area[c], c, most)
        more[n] = max(value - (profit[c] - charge[p] + beside), 0.0)
        profit[c] += more[n]
    return more


@kernel
def _most(first: int, last: int, profit: FloatArray, area: FloatArray, room: float, without: int, most: int) -> float:
    """The best sum of profits of the pairs from ``first`` to ``last`` but one; the charge does not count."""
    items = _paying(first, last, profit, without)
    value: float = _best(items, profit, area, room, np.ones(len(items), np.bool_), most)
    return value


@kernel
def _paying(first: int, last: int, profit: FloatArray, without: int) -> IntArray:
    """The pairs from ``first`` to ``last`` but one that gain anything."""
    items, count = np.empty(last - first, np.int64), 0
    for c in range(first, last):
        if profit[c] > 0 and c != without:
            items[count] = c
            count += 1
    return items[:count]


@kernel
def _best(items: IntArray, profit: FloatArray, area: FloatArray, room: float, take: BoolArray, most: int) -> float:
    """The best sum of profits of ``items``, which are sorted where not all fit; ``take`` is all true at first."""
    total, need = 0.0, 0.0
    for n in range(len(items)):
        total += profit[items[n]]
        need += area[items[n]]
    if need <= room:
        return total
    _sort(items, profit, area, np.empty(len(items)))
    take[:] = False
    value: float = _knapsack(items, profit, area, room, take, most)
    return value


@inner
def _sort(items: IntArray, profit: FloatArray, area: FloatArray, ratio: FloatArray) -> None:
    """Items by falling profit for area, in place; ``ratio`` is room to work in."""
    for n in range(len(items)):
        c = items[n]
        at, mine = n, profit[c] / max(area[c], 1e-12)
        while at > 0 and mine > ratio[at - 1]:
            items[at], ratio[at] = items[at - 1], ratio[at - 1]
            at -= 1
        items[at], ratio[at] = c, mine


@inner
def _ceiling(items: IntArray, profit: FloatArray, area: FloatArray, room: float, n: int) -> float:
    """The fractional best of items n and later."""
    total = 0.0
    while n < len(items):
        c = items[n]
        if area[c] > room:
            total += profit[c] * max(room, 0.0) / area[c]
            break
        total += profit[c]
        room -= area[c]
        n += 1
    return total


@kernel
def _knapsack(items: IntArray, profit: FloatArray, area: FloatArray, room: float, take: np.ndarray, most: int) -> float:
    """Depth first, taking before leaving; items by falling profit for area."""
    n_item = len(items)
    now = np.zeros(n_item, np.bool_)
    best, value, left, n, nodes = 0.0, 0.0, room, 0, 0
    while True:
        nodes += 1
        if nodes > most:
            ceiling: float = _ceiling(items, profit, area, room, 0)
            return ceiling
        if n < n_item and value + _ceiling(items, profit, area, left, n) > best:
            c = items[n]
            if area[c] <= left:
                now[n] = True
                value += profit[c]
                left -= area[c]
            n += 1
            continue
        if n == n_item and value > best:
            best = value
            for at in range(n_item):
                take[at] = now[at]
        n -= 1
        while n >= 0 and not now[n]:
            n -= 1
        if n < 0:
            return best
        now[n] = False
        value -= profit[items[n]]
        left += area[items[n]]
        n += 1
