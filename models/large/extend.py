"""Lazy greedy: fill what is left of the limits with what gains most for what it takes of them.

Two kinds of offers lie in one heap: a pair at a place in use, worth ``gain / toll``, and an unused place with its best
set of pairs, worth ``sum gain / (entry_toll + sum toll)``: single pairs would undervalue a new place, whose own cost
several types share. Gains only fall while a plan grows (coverage is submodular; Minoux, 1978), so an offer is valued
again only when it comes to the top.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.instance import FloatArray, IntArray
from models.large.arrays import Arrays
from models.large.bundle import Desk, desk, pair_value, place_value
from models.large.heap import Heap, heap, pop, push
from models.large.jit import inner, kernel
from models.large.state import State, add


class Offers(NamedTuple):
    """``log``: pairs added, ``length`` [0] of them; an offer must be worth more than ``least`` [0]."""

    heap: Heap
    log: IntArray
    length: IntArray
    least: FloatArray
    desk: Desk


def offers(a: Arrays) -> Offers:
    """Room for every pair and every place."""
    n = len(a.place) + len(a.room_m2) + 1
    log = np.zeros(len(a.place) + 1, dtype=np.int64)
    return Offers(heap(n), log, np.zeros(1, dtype=np.int64), np.zeros(1), desk(a))


@kernel
def extend(a: Arrays, s: State, places: IntArray, salt: int, width: float, o: Offers) -> None:
    """Add pairs of the places (each named once) until none gains; they are written behind ``o.log``.

    ``salt`` and ``width`` tilt the values of offers, so that another salt gives another plan.
    """
    n_pair = len(a.place)
    for p in places:
        _offer_place(a, s, p, salt, width, o)
    while o.heap.size[0] > 0:
        number, bundle = pop(o.heap), 0
        if number < n_pair:
            key = pair_value(a, s, number)
        else:
            key, bundle = place_value(a, s, number - n_pair, o.desk)
        if key <= o.least[0]:
            continue
        key *= _tilt(salt, number, width)
        if o.heap.size[0] > 0 and key < o.heap.keys[0]:
            push(o.heap, key, number)
        elif number < n_pair:
            _take(a, s, number, o)
        else:
            for b in range(bundle):
                _take(a, s, o.desk.best[b], o)
            _offer_place(a, s, number - n_pair, salt, width, o)


@inner
def _tilt(salt: int, number: int, width: float) -> float:
    """A factor in [1 - width, 1 + width] that depends on salt and number only."""
    if width == 0.0:
        return 1.0
    mixed = ((number + 1) * 2654435761 + salt * 40503) & 0xFFFFFFFF
    mixed = ((mixed >> 16) ^ mixed) * 73244475 & 0xFFFFFFFF
    mixed = ((mixed >> 16) ^ mixed) * 73244475 & 0xFFFFFFFF
    return 1.0 + width * (2.0 * ((mixed >> 8) & 0xFFFF) / 0xFFFF - 1.0)


@inner
def _take(a: Arrays, s: State, c: int, o: Offers) -> None:
    add(a, s, c)
    o.log[o.length[0]] = c
    o.length[0] += 1


@inner
def _offer_place(a: Arrays, s: State, p: int, salt: int, width: float, o: Offers) -> None:
    """Push the place, or its pairs if it is in use."""
    n_pair = len(a.place)
    if s.here[p] == 0:
        key, _ = place_value(a, s, p, o.desk)
        if key > o.least[0]:
            push(o.heap, key * _tilt(salt, n_pair + p, width), n_pair + p)
        return
    for e in range(a.place_start[p], a.place_start[p + 1]):
        c = a.place_pairs[e]
        key = pair_value(a, s, c)
        if key > o.least[0]:
            push(o.heap, key * _tilt(salt, c, width), c)
