"""A plan by diving: take what the averaged point of the relaxation is surest of, descend on the rest, repeat.

Rounding at once decides a thousand doubtful pairs by shares that no longer hold after the first hundred of them; here
the multipliers follow. What no longer fits the plan leaves the relaxation, so that steps become cheaper on the way.
Pairs that fill outlets held by a level above are decided first.
"""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np

from models.grouping import owner
from models.instance import BoolArray, FloatArray, IntArray
from models.large.arrays import Arrays, arrays_of
from models.large.descent import Descent
from models.large.extend import extend, offers
from models.large.jit import kernel
from models.large.lagrangian import Split
from models.large.pairs import Pairs
from models.large.shrink import shrink
from models.large.state import State, add_in_order, fits, holding

_SURE, _PACE, _DROP = 0.85, 0.05, 0.005


class Haste(NamedTuple):
    """At least ``part`` of what is to come is decided at once, with ``steps`` of the descent in between.

    ``held_steps`` as long as pairs are decided for what a level above holds: few at a time, with all others free.
    """

    part: float
    steps: int
    held_steps: int


QUICK, SLOW = Haste(0.1, 30, 10), Haste(0.1, 60, 20)


def dive(pairs: Pairs, descent: Descent, number: IntArray, haste: Haste, deadline_s: float) -> BoolArray:
    """[c]: a plan within all limits of ``pairs``; ``number`` is the pair in ``pairs`` of each pair of the descent.

    ``deadline_s`` by ``time.perf_counter``: from then on what is left is decided at once.
    """
    a = arrays_of(pairs, pairs.forced)
    state, now = holding(a, pairs.forced), descent
    fills = pairs.held_fill_weight > 0
    mark = np.zeros(pairs.n, dtype=np.bool_)
    while len(number):
        lacks = np.where(fills, a.missing - state.filled, 0)
        must, may = _who_fills(pairs, number, lacks)
        picked = np.flatnonzero(must)
        if not len(picked):
            picked = _surest(now.share, may if may.any() else now.share > 0, haste.part)
        if not len(picked):
            break
        add_in_order(a, state, number[picked])
        taken = np.zeros(len(number), dtype=np.bool_)
        taken[picked] = state.chosen[number[picked]]
        _which_fit(a, state, mark)
        left = mark[number]
        left[picked] = False
        part, rows = shrink(fixed(now.part, left, taken))
        now, number = now.on(part, left, rows, _PACE), number[left]
        if time.perf_counter() < deadline_s and not must.any():
            now.push(haste.held_steps if may.any() else haste.steps, _DROP)
    extend(a, state, np.arange(pairs.n_place, dtype=np.int64), 0, 0.0, offers(a))
    return state.chosen


def _surest(share: FloatArray, of: BoolArray, part: float) -> IntArray:
    """Pairs among ``of`` with a share near 1, but ``part`` of what is to come at least, the surest first."""
    some = np.flatnonzero(of)
    order = some[np.argsort(-share[some], kind="stable")]
    least = int(part * share[some].sum()) + 1
    return order[: max(least, int((share[order] > _SURE).sum()))]


def fixed(part: Split, left: BoolArray, taken: BoolArray) -> Split:
    """The relaxation with the pairs ``taken`` [c] at 1 and only those ``left`` [c] free."""
    t = part.terms
    n_place = len(t.used)
    place, lengths = owner(t.start), np.diff(t.row_start)
    opened = np.bincount(place[taken], minlength=n_place) > 0
    point = np.zeros(len(t.gain))
    point[t.pair[taken]] = 1.0
    point[t.used[opened & (t.used >= 0)]] = 1.0
    shift = part.other @ point
    cap = t.cap + np.bincount(t.row[np.repeat(taken, lengths)], minlength=part.n_cover)
    terms = t._replace(
        cap=cap,
        row_start=np.concatenate([[0], np.cumsum(lengths[left])]),
        row=t.row[np.repeat(left, lengths)],
        other_lower=t.other_lower - shift,
        other_upper=t.other_upper - shift,
        pair=t.pair[left],
        area_m2=t.area_m2[left],
        start=np.concatenate([[0], np.cumsum(np.bincount(place[left], minlength=n_place))]),
        room_m2=t.room_m2 - np.bincount(place[taken], weights=t.area_m2[taken], minlength=n_place),
        used=np.where(opened, -1, t.used),
    )
    lower = np.concatenate([part.lower[: part.n_cover], terms.other_lower])
    upper = np.concatenate([cap, terms.other_upper])
    constant = part.constant + float(np.sum(t.gain * point))
    return Split(terms, lower, upper, constant, part.sign, part.size, part.gain_size)


def _who_fills(pairs: Pairs, number: IntArray, lacks: IntArray) -> tuple[BoolArray, BoolArray]:
    """Of the pairs ``number``: which fill an entry with no more candidates than it lacks [f], which fill any."""
    lengths = np.diff(pairs.fill_start)[number]
    at = np.repeat(pairs.fill_start[number] - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    entry = pairs.fill_entry[at + np.arange(lengths.sum())]
    few = np.bincount(entry, minlength=len(lacks)) <= lacks
    of = np.repeat(np.arange(len(number)), lengths)
    counts = [
        np.bincount(of, weights=wanted[entry], minlength=len(number)) > 0 for wanted in ((lacks > 0) & few, lacks > 0)
    ]
    return counts[0], counts[1]


@kernel
def _which_fit(a: Arrays, s: State, mark: BoolArray) -> None:
    for c in range(len(mark)):
        mark[c] = fits(a, s, c)
