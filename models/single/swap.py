"""Interchange for maximal covering, compiled: the best exchange of one site.

For a choice S with ``visits`` [i] sites of S in reach of row i,

    gain[k] = sum_{i in k, visits[i]=0} w[i],   loss[j] = sum_{i in j, visits[i]=1} w[i],
    exchanging j for k gains gain[k] - loss[j] + sum_{i in j and k, visits[i]=1} w[i]

All three are kept up to date by one pass over the rows of the site that goes or comes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.instance import BoolArray, FloatArray, Int32Array
from models.large.jit import kernel
from models.single.cover import Cover

_DUST = 1e-9


class Board(NamedTuple):
    """Reach both ways (rows of a site, sites of a row), weights, costs, and what is left to spend at most."""

    row_start: Int32Array
    row_sites: Int32Array
    site_start: Int32Array
    site_rows: Int32Array
    weight: FloatArray
    cost: FloatArray
    purse: float


class Hand(NamedTuple):
    """A choice and what follows from it; ``sole`` [i] is the one site that reaches row i where ``visits`` is 1."""

    chosen: BoolArray
    visits: Int32Array
    sole: Int32Array
    gain: FloatArray
    loss: FloatArray
    shared: FloatArray


def board_of(cover: Cover, cost: FloatArray, purse: float) -> Board:
    """The arrays of the loops; ``purse`` gets a part of 1e-12 for rounding."""
    return Board(
        cover.reach.indptr.astype(np.int32),
        cover.reach.indices.astype(np.int32),
        cover.of_site.indptr.astype(np.int32),
        cover.of_site.indices.astype(np.int32),
        np.ascontiguousarray(cover.weight, dtype=np.float64),
        np.ascontiguousarray(cost, dtype=np.float64),
        float(purse) * (1 + 1e-12),
    )


@kernel
def deal(b: Board, chosen: BoolArray) -> tuple[Hand, float, float]:
    """The hand of ``chosen`` [site], its weight and its cost."""
    n_row, n_site = len(b.weight), len(b.cost)
    gain = np.zeros(n_site)
    for i in range(n_row):
        for q in range(b.row_start[i], b.row_start[i + 1]):
            gain[b.row_sites[q]] += b.weight[i]
    h = Hand(
        np.zeros(n_site, np.bool_),
        np.zeros(n_row, np.int32),
        np.zeros(n_row, np.int32),
        gain,
        np.zeros(n_site),
        np.zeros(n_site),
    )
    value, spent = 0.0, 0.0
    for j in range(n_site):
        if chosen[j]:
            value += h.gain[j]
            spent += b.cost[j]
            enter(b, h, j)
    return h, value, spent


@kernel
def enter(b: Board, h: Hand, k: int) -> None:
    """Choose site k."""
    h.chosen[k] = True
    alone = 0.0
    for a in range(b.site_start[k], b.site_start[k + 1]):
        i = b.site_rows[a]
        h.visits[i] += 1
        if h.visits[i] == 1:
            alone += b.weight[i]
            h.sole[i] = k
            for q in range(b.row_start[i], b.row_start[i + 1]):
                h.gain[b.row_sites[q]] -= b.weight[i]
        elif h.visits[i] == 2:
            h.loss[h.sole[i]] -= b.weight[i]
    h.loss[k] = alone


@kernel
def leave(b: Board, h: Hand, k: int) -> None:
    """Give site k up."""
    h.chosen[k] = False
    for a in range(b.site_start[k], b.site_start[k + 1]):
        i = b.site_rows[a]
        h.visits[i] -= 1
        if h.visits[i] == 0:
            for q in range(b.row_start[i], b.row_start[i + 1]):
                h.gain[b.row_sites[q]] += b.weight[i]
        elif h.visits[i] == 1:
            for q in range(b.row_start[i], b.row_start[i + 1]):
                j = b.row_sites[q]
                if h.chosen[j]:
                    h.sole[i] = j
                    h.loss[j] += b.weight[i]
                    break


@kernel
def restore(b: Board, h: Hand, chosen: BoolArray) -> None:
    """Make the hand that of ``chosen`` [site] again."""
    for j in range(len(chosen)):
        if h.chosen[j] and not chosen[j]:
            leave(b, h, j)
    for j in range(len(chosen)):
        if chosen[j] and not h.chosen[j]:
            enter(b, h, j)


@kernel
def _best_entry(b: Board, h: Hand, room: float) -> tuple[float, int]:
    best, found = 0.0, -1
    for k in range(len(b.cost)):
        if not h.chosen[k] and b.cost[k] <= room and h.gain[k] > best:
            best, found = h.gain[k], k
    return best, found


@kernel
def _best_exchange(b: Board, h: Hand, spent: float) -> tuple[float, int, int]:
    best, out, into = 0.0, -1, -1
    for j in range(len(b.cost)):
        if not h.chosen[j]:
            continue
        for a in range(b.site_start[j], b.site_start[j + 1]):
            i = b.site_rows[a]
            if h.visits[i] == 1:
                for q in range(b.row_start[i], b.row_start[i + 1]):
                    h.shared[b.row_sites[q]] += b.weight[i]
        room = b.purse - spent + b.cost[j]
        for k in range(len(b.cost)):
            value = h.gain[k] + h.shared[k] - h.loss[j]
            h.shared[k] = 0.0
            if value > best and not h.chosen[k] and b.cost[k] <= room:
                best, out, into = value, j, k
    return best, out, into


@kernel
def climb(b: Board, chosen: BoolArray) -> BoolArray:
    """[site]: from ``chosen`` (lawful), the best entry or exchange of one site again and again while one gains."""
    h, _, spent = deal(b, chosen)
    while True:
        gained, into = _best_entry(b, h, b.purse - spent)
        out = -1
        if gained <= _DUST:
            gained, out, into = _best_exchange(b, h, spent)
        if gained <= _DUST:
            return h.chosen
        if out >= 0:
            leave(b, h, out)
            spent -= b.cost[out]
        enter(b, h, into)
        spent += b.cost[into]
