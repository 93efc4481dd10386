"""Annealing place by place: every place in turn takes its best set of pairs at the prices of what all share.

Types at one place cover different groups, so with everything else fixed the best set of a place is the knapsack

    max  sum_c (worth[c] - toll[c] + heat * noise) x[c] - entry_toll[p] [any],   sum_c area_m2[c] x[c] <= room_m2[p]

whose figures are at hand. Noise of the logistic law makes a free pair a draw of Gibbs' sampler at that heat, which
falls to nothing: Perturb and MAP (Papandreou and Yuille, 2011) in blocks, after Kirkpatrick et al. (1983). Money, sites
and wide rows are not limits here, their prices rise and fall until the plan takes what there is of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.instance import BoolArray, IntArray
from models.large.arrays import Arrays
from models.large.bundle import Desk, insert, search_set
from models.large.dice import logistic
from models.large.jit import inner, kernel
from models.large.state import WORK, State, add, drop, rows_allow, take_rows


class Back(NamedTuple):
    """Places [p] that go back to what the plan ``chosen`` [c] has there."""

    place: BoolArray
    chosen: BoolArray


@kernel
def sweep(a: Arrays, s: State, order: IntArray, dice: IntArray, heat: float, d: Desk, back: Back) -> None:
    """Every place of ``order`` once."""
    for at in range(len(order)):
        p = order[at]
        room = _lift(a, s, p)
        if back.place[p]:
            _as_before(a, s, p, d, back.chosen)
        else:
            n = _items(a, s, p, room, dice, heat, d)
            size = search_set(a, s, n, room, np.inf, d) if n > 0 else n
            if _keeps(a, s, p) or _pays(a, p, size, dice, heat, d):
                for b in range(size):
                    d.wanted[d.item[d.best[b]]] = True
        _change(a, s, p, d)
        s.counts[WORK] += a.place_start[p + 1] - a.place_start[p]


@inner
def _as_before(a: Arrays, s: State, p: int, d: Desk, chosen: BoolArray) -> None:
    """Want what stood at place p, where rows allow it."""
    for e in range(a.place_start[p], a.place_start[p + 1]):
        c = a.place_pairs[e]
        if chosen[c] and not (s.chosen[c] and a.frozen[c]) and rows_allow(a, s, c):
            d.wanted[c] = True


@inner
def _lift(a: Arrays, s: State, p: int) -> float:
    """Give back the rows of the pairs of place p that may go; the area that is then free."""
    room = s.free_m2[p] + 1e-9
    for e in range(a.place_start[p], a.place_start[p + 1]):
        c = a.place_pairs[e]
        if s.chosen[c] and not a.frozen[c]:
            room += a.area_m2[c]
            take_rows(a, s, c, -1.0)
    return float(room)


@inner
def _items(a: Arrays, s: State, p: int, room: float, dice: IntArray, heat: float, d: Desk) -> int:
    """Pairs that pay, by falling profit per area."""
    n = 0
    for e in range(a.place_start[p], a.place_start[p + 1]):
        c = a.place_pairs[e]
        if a.forbidden[c] or (s.chosen[c] and a.frozen[c]) or a.area_m2[c] > room:
            continue
        profit = s.worth[c] - a.toll[c]
        for b in range(a.fill_start[c], a.fill_start[c + 1]):
            f = a.fills[b]
            if s.filled[f] - s.chosen[c] < a.missing[f]:
                profit += a.fill_weight[f]
        if heat > 0.0:
            profit += heat * logistic(dice)
        if profit > a.dust and rows_allow(a, s, c):
            insert(a, n, c, profit, d)
            n += 1
    return n


@inner
def _keeps(a: Arrays, s: State, p: int) -> bool:
    """Something at place p stays whatever comes."""
    for e in range(a.place_start[p], a.place_start[p + 1]):
        c = a.place_pairs[e]
        if s.chosen[c] and a.frozen[c]:
            return True
    return False


@inner
def _pays(a: Arrays, p: int, size: int, dice: IntArray, heat: float, d: Desk) -> bool:
    """The best set is worth the use of the place."""
    total = -a.entry_toll[p]
    for b in range(size):
        total += d.profit[d.best[b]]
    if heat > 0.0:
        total += heat * logistic(dice)
    return bool(total > 0.0)


@inner
def _change(a: Arrays, s: State, p: int, d: Desk) -> None:
    """Make place p hold what is wanted, and want nothing any more."""
    for e in range(a.place_start[p], a.place_start[p + 1]):
        c = a.place_pairs[e]
        if s.chosen[c] and not a.frozen[c]:
            take_rows(a, s, c, 1.0)
            if not d.wanted[c]:
                drop(a, s, c)
    for e in range(a.place_start[p], a.place_start[p + 1]):
        c = a.place_pairs[e]
        if d.wanted[c] and not s.chosen[c]:
            add(a, s, c)
        d.wanted[c] = False
