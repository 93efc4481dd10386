"""HiGHS in one region of a plan after the other: every pair of its places is free, all others stay (Shaw 1998).

The averaged point of a relaxation says little of where a plan can be bettered once a level above holds nearly all the
money: what it doubts is soon as good as it gets, and the plan may still be 7 % from one that other regions find.
Places are near where they cover the same rows. With B [p, g] the cover rows that pairs of place p stand in and v a
few places drawn at random, B B' v is how many rows each place shares with them; those that share most are free, then
those that share with these, until ``free`` pairs are. Several places are drawn at times, so that money can move from
one part of a city to another.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import sparse

from models.grouping import owner
from models.instance import BoolArray, FloatArray
from models.large.incumbent import Incumbent
from models.large.neighbourhood import asked_near
from models.large.relaxation import Relaxation
from models.solution import Termination

_FREE, _LEAST_FREE, _GROWTH, _MOST_SEEDS, _MOST_GAP = 500, 50, 1.3, 3, 0.01


class Regions:
    """``free``: about so many pairs are free next time; ``spent``: all were, and nothing better is there.

    A call takes a quarter of the time that the level has had, two seconds at least; ``free`` grows as long as HiGHS
    ends within it and shrinks where it does not.
    """

    def __init__(self, relaxed: Relaxation, best: Incumbent) -> None:
        start = relaxed.part.terms.start
        self._place, self._pairs = owner(start), np.diff(start)
        at = sparse.csr_array((np.ones(start[-1]), np.arange(start[-1]), start), shape=(len(start) - 1, start[-1]))
        self._serves = sparse.csr_array(at @ relaxed.part.covers)
        self._served = sparse.csr_array(self._serves.T)
        self._relaxed, self._best = relaxed, best
        self._chance = np.random.default_rng([best.options.seed, 1])
        self.free, self.spent = _FREE, False

    def bettered(self, point: FloatArray) -> FloatArray | None:
        """(n_col,): a plan as good as HiGHS finds where one region of a plan (n_col,) is free, or None."""
        inside = self.region(self.free)
        answer = asked_near(self._relaxed, self._best, point, inside, _MOST_GAP)
        if answer.termination in (Termination.OPTIMAL, Termination.INFEASIBLE):
            self.free, self.spent = math.ceil(_GROWTH * self.free), bool(inside.all())
        else:
            self.free = max(_LEAST_FREE, int(self.free / _GROWTH))
        return answer.values

    def region(self, least: int) -> BoolArray:
        """[c]: pairs of the places nearest to a few drawn at random, ``least`` of them or all that there are."""
        pairs, chosen = self._pairs, np.zeros(len(self._pairs), dtype=bool)
        there = np.flatnonzero(pairs)
        seeds = min(len(there), int(self._chance.integers(1, _MOST_SEEDS + 1)))
        chosen[self._chance.choice(there, seeds, replace=False)] = True
        while pairs[chosen].sum() < min(least, pairs.sum()):
            shared = self._serves @ (self._served @ chosen.astype(float))
            near = np.flatnonzero((shared > 0) & ~chosen)
            if not len(near):
                near = self._chance.permutation(np.flatnonzero(~chosen & (pairs > 0)))[:1]
            near = near[np.argsort(-shared[near], kind="stable")]
            room = least - pairs[chosen].sum()
            chosen[near[: 1 + int(np.searchsorted(np.cumsum(pairs[near]), room))]] = True
        return np.asarray(chosen[self._place])
