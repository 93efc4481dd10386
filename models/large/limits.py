"""What all places share: money, the number of sites, and pack rows that many pairs use, each as a part of its limit.

Every limit l has a price pi[l] in the unit of the goal for the whole of it. A pair's toll is what it takes at these
prices, an entry toll what the use of a place takes: with all prices 1 a fair measure for a greedy, with prices at which
a plan takes just what there is the cost that a gain must exceed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.grouping import owner
from models.instance import FloatArray, IntArray
from models.large.arrays import Arrays, wide_rows
from models.large.pairs import Pairs
from models.large.state import SITES, SPENT, TOLL, State

_MONEY, _SITES = -1, -2
_QUANTILE, _FULL, _STEP = 0.2, 0.98, 0.2


@dataclass(frozen=True, eq=False)
class Limits:
    """``part`` [l,c] and ``entry`` [l,p]: parts of limit l that a pair and the use of a place take.

    ``row`` [l]: the pack row, -1 for money, -2 for sites; ``room`` [l]: the limit. ``price`` [l] is changed in place.
    """

    row: IntArray
    room: FloatArray
    part: FloatArray
    entry: FloatArray
    price: FloatArray

    def charge(self, a: Arrays, s: State) -> None:
        """Write the tolls at these prices to ``a``, and what the plan pays to ``s``."""
        np.matmul(self.price, self.part, out=a.toll)
        np.matmul(self.price, self.entry, out=a.entry_toll)
        s.totals[TOLL] = a.toll[s.chosen].sum() + a.entry_toll[s.here > 0].sum()

    def flat(self, a: Arrays, s: State) -> None:
        """All prices 1."""
        self.price[:] = 1.0
        self.charge(a, s)

    def use(self, s: State) -> FloatArray:
        """[l]: what part of every limit the plan takes; above 1 is too much."""
        used = np.zeros(len(self.row))
        for at, row in enumerate(self.row):
            if row == _MONEY:
                used[at] = s.totals[SPENT]
            elif row == _SITES:
                used[at] = s.counts[SITES]
            else:
                used[at] = self.room[at] - s.left[row]
        return used / self.room

    def guess(self, a: Arrays, s: State) -> None:
        """First prices: what a fifth of the plan's pairs gain less than, on the limits that are nearly taken."""
        full = self.use(s) >= _FULL
        self.price[:] = np.where(full, 1.0, 0.0)
        self.charge(a, s)
        paid = s.chosen & (a.toll > 0)
        worth = s.worth + np.bincount(owner(a.fill_start), weights=a.fill_weight[a.fills], minlength=len(s.worth))
        at = float(np.quantile(worth[paid] / a.toll[paid], _QUANTILE)) if paid.any() else 0.0
        gained = float(worth[s.chosen].sum())
        self.price[:] = np.where(full, max(at, 0.05 * gained), 0.01 * gained)
        self.charge(a, s)

    def follow(self, a: Arrays, s: State, pace: float) -> None:
        """A price rises where the plan takes too much and falls where it leaves something."""
        self.price[:] *= np.exp(pace * np.clip(self.use(s) - 1.0, -_STEP, _STEP))
        self.charge(a, s)


def limits_of(pairs: Pairs) -> Limits:
    """Money and sites where they are limited, then the wide rows."""
    rows, rooms, parts, entries = [], [], [], []
    if np.isfinite(pairs.capital_cny):
        rows.append(_MONEY)
        rooms.append(pairs.capital_cny)
        parts.append(pairs.budget_cny)
        entries.append(pairs.fixed_cny)
    if pairs.max_sites >= 0:
        rows.append(_SITES)
        rooms.append(float(pairs.max_sites))
        parts.append(np.zeros(pairs.n))
        entries.append((pairs.used >= 0).astype(np.float64))
    pair = owner(pairs.pack_start)
    for row in wide_rows(pairs):
        mine = pairs.pack_row == row
        rows.append(int(row))
        rooms.append(float(pairs.pack_room[row]))
        parts.append(np.bincount(pair[mine], weights=pairs.pack_amount[mine], minlength=pairs.n).astype(np.float64))
        entries.append(np.zeros(pairs.n_place))
    room = np.maximum(np.array(rooms, dtype=np.float64), 1e-9)
    part = np.array(parts).reshape(len(rows), pairs.n) / room[:, None]
    entry = np.array(entries).reshape(len(rows), pairs.n_place) / room[:, None]
    return Limits(np.array(rows, dtype=np.int64), room, part, entry, np.ones(len(rows)))
