"""A plan under construction: what it covers, fills, spends, and what each pair would add or take away, kept up to date.

    worth[c] = sum of weight[g] over groups g of c that no other chosen pair reaches

is what pair c adds if it is not chosen and what is lost without it if it is. Adding or dropping a pair touches only the
groups whose number of chosen pairs passes between 0, 1 and 2. To find the one pair that alone holds a group,
``holder[g]`` keeps the exclusive or of the chosen pairs that reach g. Fill entries are looked up: a pair has few.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.grouping import owner
from models.instance import BoolArray, FloatArray, Int32Array, IntArray
from models.large.arrays import Arrays
from models.large.jit import inner, kernel

SPENT, COVERED, FILLED, HELD, TOLL = 0, 1, 2, 3, 4
SITES, WORK = 0, 1


class State(NamedTuple):
    """A plan. ``totals``: SPENT 元, COVERED, FILLED, HELD weights, TOLL. ``counts``: SITES used, WORK done.

    left [r] what pack rows still allow; floors [h] weight covered; free_m2 [p]; here [p] pairs at a place;
    times [g] chosen pairs that reach a group.
    """

    chosen: BoolArray
    worth: FloatArray
    times: Int32Array
    holder: Int32Array
    filled: IntArray
    free_m2: FloatArray
    here: Int32Array
    left: FloatArray
    floors: FloatArray
    totals: FloatArray
    counts: IntArray


def holding(a: Arrays, chosen: BoolArray) -> State:
    """The state of a plan [c]."""
    reaches = owner(a.group_start)
    state = State(
        chosen=np.zeros(len(a.place), dtype=np.bool_),
        worth=np.bincount(reaches, weights=a.weight[a.groups], minlength=len(a.place)).astype(np.float64),
        times=np.zeros(len(a.weight), dtype=np.int32),
        holder=np.zeros(len(a.weight), dtype=np.int32),
        filled=np.zeros(len(a.missing), dtype=np.int64),
        free_m2=a.room_m2.copy(),
        here=np.zeros(len(a.room_m2), dtype=np.int32),
        left=a.pack_room.copy(),
        floors=np.zeros(len(a.floor_weight)),
        totals=np.zeros(5),
        counts=np.zeros(2, dtype=np.int64),
    )
    _add_all(a, state, np.flatnonzero(chosen))
    state.counts[WORK] = 0
    return state


@kernel
def _add_all(a: Arrays, s: State, pairs: IntArray) -> None:
    for c in pairs:
        add(a, s, c)


@inner
def gain(a: Arrays, s: State, c: int) -> float:
    """What pair c, not chosen, would add; what only rounding left over is nothing."""
    total = float(s.worth[c])
    for e in range(a.fill_start[c], a.fill_start[c + 1]):
        f = a.fills[e]
        if s.filled[f] < a.missing[f]:
            total += a.fill_weight[f]
    return total if total > a.dust else 0.0


@inner
def rows_allow(a: Arrays, s: State, c: int) -> bool:
    """Every pack row has room for pair c."""
    for e in range(a.pack_start[c], a.pack_start[c + 1]):
        r = a.pack_row[e]
        if a.pack_amount[e] > s.left[r] + 1e-9 * max(1.0, a.pack_room[r]):
            return False
    return True


@inner
def take_rows(a: Arrays, s: State, c: int, sign: float) -> None:
    """Use what pair c needs of the pack rows (``sign`` 1), or give it back (-1)."""
    for e in range(a.pack_start[c], a.pack_start[c + 1]):
        s.left[a.pack_row[e]] -= sign * a.pack_amount[e]


@inner
def money_left(a: Arrays, s: State, p: int) -> float:
    """元 for pairs of place p, its own cost paid; below 0 where it may not be used."""
    if s.here[p] > 0:
        return float(a.capital_cny - s.totals[SPENT])
    if s.counts[SITES] + a.is_site[p] > a.max_sites:
        return -1.0
    return float(a.capital_cny - s.totals[SPENT] - a.fixed_cny[p])


@inner
def fits(a: Arrays, s: State, c: int) -> bool:
    """Pair c may be added: every limit holds afterwards."""
    p = a.place[c]
    return (
        not s.chosen[c]
        and not a.forbidden[c]
        and a.area_m2[c] <= s.free_m2[p] + 1e-9
        and a.budget_cny[c] <= money_left(a, s, p)
        and rows_allow(a, s, c)
    )


@kernel
def add(a: Arrays, s: State, c: int) -> None:
    """Choose pair c."""
    p = a.place[c]
    s.totals[COVERED] += s.worth[c]
    s.totals[SPENT] += a.budget_cny[c]
    s.totals[TOLL] += a.toll[c]
    if s.here[p] == 0:
        s.totals[SPENT] += a.fixed_cny[p]
        s.totals[TOLL] += a.entry_toll[p]
        s.counts[SITES] += a.is_site[p]
    s.chosen[c] = True
    s.here[p] += 1
    s.free_m2[p] -= a.area_m2[c]
    take_rows(a, s, c, 1.0)
    for e in range(a.fill_start[c], a.fill_start[c + 1]):
        f = a.fills[e]
        if s.filled[f] < a.missing[f]:
            s.totals[FILLED] += a.fill_weight[f]
            s.totals[HELD] += a.held_weight[f]
        s.filled[f] += 1
    for e in range(a.group_start[c], a.group_start[c + 1]):
        g = a.groups[e]
        if s.times[g] == 0:
            _shift(a, s, g, c, -1.0)
        elif s.times[g] == 1:
            s.worth[s.holder[g]] -= a.weight[g]
        s.times[g] += 1
        s.holder[g] ^= c


@kernel
def add_in_order(a: Arrays, s: State, order: IntArray) -> None:
    """Choose the pairs ``order``, one after another, each where it fits."""
    for c in order:
        if fits(a, s, c):
            add(a, s, c)


@kernel
def drop(a: Arrays, s: State, c: int) -> None:
    """Take the chosen pair c out again."""
    p = a.place[c]
    s.chosen[c] = False
    s.here[p] -= 1
    s.free_m2[p] += a.area_m2[c]
    s.totals[SPENT] -= a.budget_cny[c]
    s.totals[TOLL] -= a.toll[c]
    if s.here[p] == 0:
        s.totals[SPENT] -= a.fixed_cny[p]
        s.totals[TOLL] -= a.entry_toll[p]
        s.counts[SITES] -= a.is_site[p]
        s.free_m2[p] = a.room_m2[p]
    take_rows(a, s, c, -1.0)
    for e in range(a.fill_start[c], a.fill_start[c + 1]):
        f = a.fills[e]
        s.filled[f] -= 1
        if s.filled[f] < a.missing[f]:
            s.totals[FILLED] -= a.fill_weight[f]
            s.totals[HELD] -= a.held_weight[f]
    for e in range(a.group_start[c], a.group_start[c + 1]):
        g = a.groups[e]
        s.times[g] -= 1
        s.holder[g] ^= c
        if s.times[g] == 0:
            _shift(a, s, g, c, 1.0)
        elif s.times[g] == 1:
            s.worth[s.holder[g]] += a.weight[g]
    s.totals[COVERED] -= s.worth[c]


@inner
def _shift(a: Arrays, s: State, g: int, but: int, sign: float) -> None:
    """Group g is covered (``sign`` -1) or open again (1): the worth of all pairs that reach it, but one."""
    start, end = a.reached_start[g], a.reached_start[g + 1]
    s.counts[WORK] += end - start
    for e in range(start, end):
        if a.reached_by[e] != but:
            s.worth[a.reached_by[e]] += sign * a.weight[g]
    for h in range(len(s.floors)):
        s.floors[h] -= sign * a.floor_weight[h, g]
