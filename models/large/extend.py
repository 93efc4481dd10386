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
from models.large.arrays import Arrays, Int32Array
from models.large.bundle import Desk, desk, pair_value, place_value
from models.large.heap import pop, push
from models.large.jit import inner, kernel
from models.large.state import State, add


class Offers(NamedTuple):
    """The heap, the desk, and ``log``: pairs added, ``length`` [0] of them."""

    keys: FloatArray
    ids: Int32Array
    log: Int32Array
    length: IntArray
    desk: Desk


def offers(a: Arrays) -> Offers:
    """Room for every pair and every place."""
    n = len(a.place) + len(a.room_m2) + 1
    log = np.zeros(len(a.place) + 1, dtype=np.int32)
    return Offers(np.zeros(n), np.zeros(n, dtype=np.int32), log, np.zeros(1, dtype=np.int64), desk(a))


@kernel
def extend(a: Arrays, s: State, places: Int32Array, salt: int, width: float, o: Offers) -> None:
    """Add pairs of the places (each named once) until none gains; they are written behind ``o.log``.

    ``salt`` and ``width`` tilt the values of offers, so that another salt gives another plan.
    """
    n_pair, size = len(a.place), 0
    for p in places:
        size = _offer_place(a, s, p, salt, width, size, o)
    while size > 0:
        size = pop(o.keys, o.ids, size)
        number, bundle = o.ids[size], 0
        if number < n_pair:
            key = pair_value(a, s, number)
        else:
            key, bundle = place_value(a, s, number - n_pair, o.desk)
        key *= _tilt(salt, number, width)
        if key <= 0.0:
            continue
        if size > 0 and key < o.keys[0]:
            size = push(o.keys, o.ids, size, key, number)
        elif number < n_pair:
            _take(a, s, number, o)
        else:
            for b in range(bundle):
                _take(a, s, o.desk.best[b], o)
            size = _offer_place(a, s, number - n_pair, salt, width, size, o)


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
def _offer_place(a: Arrays, s: State, p: int, salt: int, width: float, size: int, o: Offers) -> int:
    """Push the place, or its pairs if it is in use."""
    n_pair = len(a.place)
    if s.here[p] == 0:
        key, _ = place_value(a, s, p, o.desk)
        if key > 0.0:
            size = push(o.keys, o.ids, size, key * _tilt(salt, n_pair + p, width), n_pair + p)
        return size
    for e in range(a.place_start[p], a.place_start[p + 1]):
        c = a.place_pairs[e]
        key = pair_value(a, s, c)
        if key > 0.0:
            size = push(o.keys, o.ids, size, key * _tilt(salt, c, width), c)
    return size
