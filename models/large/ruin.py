"""Ruin and recreate: empty a few places that share residents, fill them and their neighbours again, keep what pays.

One round covers the classical moves: pairs swapped within a place and between places, a place closed and its money
spent elsewhere, dropping and refilling. Places are empty in one to three parts of the city at once, so that money moves
between them. Schrimpf et al. (2000).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.instance import FloatArray, IntArray
from models.large.arrays import Arrays
from models.large.dice import odds, roll
from models.large.extend import Offers, extend
from models.large.jit import inner, kernel
from models.large.state import COVERED, FILLED, HELD, TOLL, State, add, drop

_STEPS, _EMPTY_SHARE = 12, 60
_WIDTHS = (0.0, 0.15, 0.3, 0.9)


class Site(NamedTuple):
    """Room to work in: places of a round and pairs taken out, ``sizes`` [0] and [1] of them; ``mark`` [p] the round.

    ``floors`` [h+1]: what floors and the held fill must not fall below, as far as they are met. ``pays`` [0]:
    1 where tolls count, 0 where the limits alone do.
    """

    places: IntArray
    gone: IntArray
    sizes: IntArray
    mark: IntArray
    dice: IntArray
    floors: FloatArray
    before: FloatArray
    pays: FloatArray


def site(a: Arrays, dice: IntArray, floors: FloatArray) -> Site:
    """Large enough for every round."""
    whole = [np.zeros(n, dtype=np.int64) for n in (len(a.room_m2), len(a.place), 2, len(a.room_m2))]
    return Site(whole[0], whole[1], whole[2], whole[3], dice, floors, np.zeros(len(floors)), np.zeros(1))


@kernel
def rounds(a: Arrays, s: State, o: Offers, r: Site, used: IntArray, heat: float, n: int) -> None:
    """``n`` rounds; ``used``: places to begin at. A round may lose a few times ``heat``."""
    for _ in range(n):
        before = s.totals[COVERED] + s.totals[FILLED] - r.pays[0] * s.totals[TOLL]
        for h in range(len(s.floors)):
            r.before[h] = s.floors[h]
        r.before[len(s.floors)] = s.totals[HELD]
        o.length[0] = 0
        r.sizes[0], r.sizes[1] = 0, 0
        r.dice[1] += 1
        for _ in range(1 + roll(r.dice) % 3):
            _ruin(a, s, r, used)
        extend(a, s, r.places[: r.sizes[0]], roll(r.dice), _WIDTHS[roll(r.dice) % 4], o)
        after = s.totals[COVERED] + s.totals[FILLED] - r.pays[0] * s.totals[TOLL]
        if after >= before + heat * odds(r.dice) and _floors_hold(s, r):
            continue
        for b in range(o.length[0] - 1, -1, -1):
            drop(a, s, o.log[b])
        for b in range(r.sizes[1]):
            add(a, s, r.gone[b])


@inner
def _floors_hold(s: State, r: Site) -> bool:
    for h in range(len(r.floors)):
        now = s.floors[h] if h < len(s.floors) else s.totals[HELD]
        least = min(r.floors[h], r.before[h])
        if now < least - 1e-9 * max(1.0, abs(least)) and now < r.before[h]:
            return False
    return True


@inner
def _ruin(a: Arrays, s: State, r: Site, used: IntArray) -> None:
    """Empty one place in use and some that reach the same groups."""
    start = used[roll(r.dice) % len(used)]
    place = start
    for step in range(_STEPS):
        if r.mark[place] != r.dice[1]:
            r.mark[place] = r.dice[1]
            r.places[r.sizes[0]] = place
            r.sizes[0] += 1
            if step == 0 or roll(r.dice) % 100 < _EMPTY_SHARE:
                for e in range(a.place_start[place], a.place_start[place + 1]):
                    c = a.place_pairs[e]
                    if s.chosen[c] and not a.frozen[c]:
                        drop(a, s, c)
                        r.gone[r.sizes[1]] = c
                        r.sizes[1] += 1
        place = _neighbour(a, start, r.dice)


@inner
def _neighbour(a: Arrays, p: int, dice: IntArray) -> int:
    """A place that reaches a group that p reaches, by chance."""
    first, last = a.place_start[p], a.place_start[p + 1]
    if first == last:
        return p
    c = a.place_pairs[first + roll(dice) % (last - first)]
    first, last = a.group_start[c], a.group_start[c + 1]
    if first == last:
        return p
    g = a.groups[first + roll(dice) % (last - first)]
    first, last = a.reached_start[g], a.reached_start[g + 1]
    return int(a.place[a.reached_by[first + roll(dice) % (last - first)]])
