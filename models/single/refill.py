"""Annealed greedy for maximal covering, compiled: give up a few neighbours, spend what is free again by gain for cost.

A worse choice is taken while it loses less than a share of the value that falls to 0 along the way; the best is kept.
"""

from __future__ import annotations

import numpy as np

from models.instance import BoolArray, FloatArray
from models.large.jit import kernel
from models.single.swap import Board, Hand, deal, enter, leave, restore

_HEAT = 3e-3


def refill(board: Board, chosen: BoolArray, kicks: int, width: int, seed: int) -> BoolArray:
    """[site]: the best choice of a search of ``kicks`` times ``width`` sites given up, from ``chosen`` (lawful)."""
    if not chosen.any():
        return chosen
    luck = np.random.Generator(np.random.PCG64(seed)).random((kicks, width, 2))
    return _refill(board, chosen, luck, _HEAT)


@kernel
def _spend(b: Board, h: Hand, spent: float) -> tuple[float, float]:
    """Enter sites by gain for cost while one fits and gains; (weight, cost) added."""
    weight, added = 0.0, 0.0
    while True:
        best, found = 0.0, -1
        for k in range(len(b.cost)):
            if not h.chosen[k] and h.gain[k] > 1e-9 and b.cost[k] <= b.purse - spent - added:
                ratio = h.gain[k] / max(b.cost[k], 1e-12)
                if ratio > best:
                    best, found = ratio, k
        if found < 0:
            return weight, added
        weight += h.gain[found]
        added += b.cost[found]
        enter(b, h, found)


@kernel
def _refill(b: Board, chosen: BoolArray, luck: FloatArray, heat: float) -> BoolArray:
    h, value, spent = deal(b, chosen)
    best, at, at_spent = value, value, spent
    kept, last = h.chosen.copy(), h.chosen.copy()
    for n in range(len(luck)):
        weight, money = _give_up(b, h, luck[n])
        value -= weight
        spent -= money
        weight, money = _spend(b, h, spent)
        value += weight
        spent += money
        if value >= at - heat * at * luck[n, 0, 1] * (1.0 - n / len(luck)):
            at, at_spent = value, spent
            last[:] = h.chosen
            if value > best + 1e-9:
                best = value
                kept[:] = h.chosen
            continue
        restore(b, h, last)
        value, spent = at, at_spent
    return kept


@kernel
def _give_up(b: Board, h: Hand, luck: FloatArray) -> tuple[float, float]:
    """Leave a chosen site and up to ``len(luck) - 1`` near it, then enter one beside it; (weight, cost) that went."""
    on, weight, money = np.nonzero(h.chosen)[0], 0.0, 0.0
    if len(on) == 0:
        return weight, money
    centre = on[int(luck[0, 0] * len(on))]
    first, wide = b.site_start[centre], b.site_start[centre + 1] - b.site_start[centre]
    weight += h.loss[centre]
    money += b.cost[centre]
    leave(b, h, centre)
    for m in range(1, len(luck)):
        i = b.site_rows[first + int(luck[m, 1] * wide)]
        k = b.row_sites[b.row_start[i] + int(luck[m, 0] * (b.row_start[i + 1] - b.row_start[i]))]
        i = b.site_rows[b.site_start[k] + int(luck[m, 1] * (b.site_start[k + 1] - b.site_start[k]))]
        for q in range(b.row_start[i], b.row_start[i + 1]):
            j = b.row_sites[q]
            if h.chosen[j]:
                weight += h.loss[j]
                money += b.cost[j]
                leave(b, h, j)
                break
    i = b.site_rows[first + int(luck[0, 1] * wide)]
    k = b.row_sites[b.row_start[i] + int(luck[1, 0] * (b.row_start[i + 1] - b.row_start[i]))]
    if not h.chosen[k] and k != centre and b.cost[k] <= money:
        weight -= h.gain[k]
        money -= b.cost[k]
        enter(b, h, k)
    return weight, money
