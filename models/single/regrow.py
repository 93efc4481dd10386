"""Iterated greedy for set covering, compiled: take some sites out, fill up by price for cost, drop what is spare."""

from __future__ import annotations

import numpy as np

from models.instance import BoolArray, FloatArray
from models.large.jit import kernel
from models.single.swap import Board, Hand, deal, enter, leave, restore


def regrow(board: Board, chosen: BoolArray, kicks: int, width: int, seed: int) -> BoolArray:
    """[site]: the cheapest full cover of a search from ``chosen`` (any sites), guided by the board's positive weights.

    Every row must be in reach of some site.
    """
    luck = np.random.Generator(np.random.PCG64(seed)).random((kicks, width, 2))
    return _regrow(board, chosen, luck)


@kernel
def _fill(b: Board, h: Hand, missing: int) -> float:
    """Enter sites by gain for cost until no row is out of reach; the cost added."""
    added = 0.0
    while missing > 0:
        best, found = -1.0, -1
        for k in range(len(b.cost)):
            if not h.chosen[k] and h.gain[k] > 1e-12:
                ratio = h.gain[k] / max(b.cost[k], 1e-12)
                if ratio > best:
                    best, found = ratio, k
        if found < 0:
            break
        for a in range(b.site_start[found], b.site_start[found + 1]):
            if h.visits[b.site_rows[a]] == 0:
                missing -= 1
        enter(b, h, found)
        added += b.cost[found]
    return added


@kernel
def _trim(b: Board, h: Hand) -> float:
    """Leave every site whose rows are all reached twice, the dearest first; the cost saved."""
    saved = 0.0
    order = np.argsort(-b.cost)
    for k in order:
        if not h.chosen[k]:
            continue
        spare = True
        for a in range(b.site_start[k], b.site_start[k + 1]):
            if h.visits[b.site_rows[a]] == 1:
                spare = False
                break
        if spare:
            leave(b, h, k)
            saved += b.cost[k]
    return saved


@kernel
def _missing(h: Hand) -> int:
    count = 0
    for visits in h.visits:
        if visits == 0:
            count += 1
    return count


@kernel
def _disturb(b: Board, h: Hand, luck: FloatArray) -> float:
    """Leave a chosen site and ``len(luck) - 1`` that share rows with it, enter one; the change of cost."""
    on, change = np.nonzero(h.chosen)[0], 0.0
    centre = on[int(luck[0, 0] * len(on))]
    first, width = b.site_start[centre], b.site_start[centre + 1] - b.site_start[centre]
    for m in range(len(luck)):
        j = centre
        if m > 0:
            i = b.site_rows[first + int(luck[m, 1] * width)]
            reach = b.row_start[i + 1] - b.row_start[i]
            j = b.row_sites[b.row_start[i] + int(luck[m, 0] * reach)]
            for q in range(reach):
                other = b.row_sites[b.row_start[i] + (int(luck[m, 0] * reach) + q) % reach]
                if h.chosen[other]:
                    j = other
                    break
        if h.chosen[j]:
            change -= b.cost[j]
            leave(b, h, j)
    k = int(luck[0, 1] * len(b.cost))
    if not h.chosen[k]:
        change += b.cost[k]
        enter(b, h, k)
    return change


@kernel
def _regrow(b: Board, chosen: BoolArray, luck: FloatArray) -> BoolArray:
    h, _, total = deal(b, chosen)
    total += _fill(b, h, _missing(h))
    total -= _trim(b, h)
    best, kept, last = total, h.chosen.copy(), h.chosen.copy()
    at = total
    for n in range(len(luck)):
        total += _disturb(b, h, luck[n])
        total += _fill(b, h, _missing(h))
        total -= _trim(b, h)
        if total <= at + 1e-9:
            at = total
            last[:] = h.chosen
            if total < best - 1e-9:
                best = total
                kept[:] = h.chosen
            continue
        restore(b, h, last)
        total = at
    return kept
