"""Local search: empty a few places that share residents, fill them and their neighbours again, keep what is not worse.

One round covers the classical moves: pairs swapped within a place and between places, a place closed and its money
spent elsewhere, dropping and refilling. Places are empty in one to three parts of the city at once, so that money moves
between them. Every plan on the way is lawful. Ruin and recreate: Schrimpf et al. (2000).
"""

from __future__ import annotations

import time

import numpy as np

from models.instance import BoolArray, FloatArray, IntArray
from models.large.arrays import Arrays, Int32Array, arrays_of
from models.large.extend import Offers, extend, offers
from models.large.jit import inner, kernel
from models.large.pairs import Pairs
from models.large.state import COVERED, FILLED, HELD, WORK, State, add, drop, holding

_CHUNK, _STEPS, _EMPTY_SHARE = 200, 12, 60
_MASK = 0x7FFFFFFF
_WIDTHS = (0.0, 0.15, 0.3, 0.9)


def improve(
    pairs: Pairs, chosen: BoolArray, seed: int, deadline_s: float = np.inf, work_limit: int = 200_000_000
) -> BoolArray:
    """[c]: a lawful plan of at least the value of ``chosen``, which is lawful; the same for the same work limit.

    A floor or held fill that is met stays met, one that is not does not fall. ``work_limit`` counts cover entries and
    knapsack nodes looked at; ``deadline_s`` is a guard in seconds, after which the plan at hand is given.
    """
    began = time.perf_counter()
    a = arrays_of(pairs, pairs.forced | _bound(pairs, chosen))
    state, work = holding(a, chosen), offers(a)
    needed = np.append(pairs.floor_at_least, pairs.held_fill)
    extend(a, state, np.arange(pairs.n_place, dtype=np.int32), 0, 0.0, work)
    room = np.zeros(pairs.n_place, dtype=np.int32)
    mark, chance = np.zeros(pairs.n_place, dtype=np.int64), np.array([seed & _MASK, 0])
    while state.counts[WORK] < work_limit and time.perf_counter() - began < deadline_s:
        if not state.chosen.any():
            break
        before = state.counts[WORK]
        rounds(a, state, needed, work, room, mark, chance, np.flatnonzero(state.here).astype(np.int32), _CHUNK)
        state.counts[WORK] = max(state.counts[WORK], before + _CHUNK)
    return state.chosen


def _bound(pairs: Pairs, chosen: BoolArray) -> BoolArray:
    """[c]: chosen add-ons at sites and everything beside them; what stands where something must."""
    hosting = np.zeros(pairs.n_place, dtype=np.bool_)
    hosting[pairs.place[chosen & pairs.needs_host]] = True
    return np.asarray((hosting | pairs.must_use)[pairs.place])


@kernel
def rounds(
    a: Arrays,
    s: State,
    needed: FloatArray,
    o: Offers,
    room: Int32Array,
    mark: IntArray,
    chance: IntArray,
    used: Int32Array,
    n: int,
) -> None:
    """``n`` rounds; ``used``: places to begin at. ``chance``: the state of the dice, the number of the round."""
    gone = np.zeros(len(a.place), np.int32)
    floors = np.zeros(len(needed))
    for _ in range(n):
        chance[1] += 1
        before = s.totals[COVERED] + s.totals[FILLED]
        for h in range(len(s.floors)):
            floors[h] = s.floors[h]
        floors[len(s.floors)] = s.totals[HELD]
        o.length[0] = 0
        size, dropped = 0, 0
        for _ in range(1 + _dice(chance, 3)):
            size, dropped = _ruin(a, s, room, size, mark, chance, used, gone, dropped)
        extend(a, s, room[:size], _dice(chance, _MASK), _WIDTHS[_dice(chance, 4)], o)
        after = s.totals[COVERED] + s.totals[FILLED]
        if after >= before and _floors_hold(s, needed, floors):
            continue
        for b in range(o.length[0] - 1, -1, -1):
            drop(a, s, o.log[b])
        for b in range(dropped):
            add(a, s, gone[b])


@inner
def _floors_hold(s: State, needed: FloatArray, before: FloatArray) -> bool:
    for h in range(len(needed)):
        now = s.floors[h] if h < len(s.floors) else s.totals[HELD]
        least = min(needed[h], before[h])
        if now < least - 1e-9 * max(1.0, abs(least)) and now < before[h]:
            return False
    return True


@inner
def _ruin(
    a: Arrays,
    s: State,
    room: Int32Array,
    size: int,
    mark: IntArray,
    chance: IntArray,
    used: Int32Array,
    gone: Int32Array,
    dropped: int,
) -> tuple[int, int]:
    """Empty one place in use and some that reach the same groups; all of them go to ``room``."""
    start = used[_dice(chance, len(used))]
    place = start
    for step in range(_STEPS):
        if mark[place] != chance[1]:
            mark[place] = chance[1]
            room[size] = place
            size += 1
            if step == 0 or _dice(chance, 100) < _EMPTY_SHARE:
                for e in range(a.place_start[place], a.place_start[place + 1]):
                    c = a.place_pairs[e]
                    if s.chosen[c] and not a.frozen[c]:
                        drop(a, s, c)
                        gone[dropped] = c
                        dropped += 1
        place = _neighbour(a, start, chance)
    return size, dropped


@inner
def _neighbour(a: Arrays, p: int, chance: IntArray) -> int:
    """A place that reaches a group that p reaches, by chance."""
    first, last = a.place_start[p], a.place_start[p + 1]
    if first == last:
        return p
    c = a.place_pairs[first + _dice(chance, last - first)]
    first, last = a.group_start[c], a.group_start[c + 1]
    if first == last:
        return p
    g = a.groups[first + _dice(chance, last - first)]
    first, last = a.reached_start[g], a.reached_start[g + 1]
    return int(a.place[a.reached_by[first + _dice(chance, last - first)]])


@inner
def _dice(chance: IntArray, sides: int) -> int:
    """A number in [0, sides), by Park and Miller's congruence."""
    chance[0] = (chance[0] % 2147483646 + 1) * 48271 % 2147483647
    return int(chance[0] % sides)
