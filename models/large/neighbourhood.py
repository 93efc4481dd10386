"""HiGHS in the neighbourhood of a plan: the nearest lawful plan, and the best one that differs in doubtful pairs alone.

Plans, and no bounds, come from here. x_c is pair c in a plan and s_c in the averaged point of the relaxation.

*Mend.* What a dive leaves is near the best but may break a row, most often an outlet short of the fill that a level
above holds. Without coverage the model is small, and HiGHS finds the lawful plan that keeps

    max  sum of (1 + s_c) x'_c over x_c = 1   -   sum of (1 - s_c) x'_c over x_c = 0

(a few pairs change in a thousand). *Better.* Pair c stays as it is unless |x_c - s_c| is among the largest ``free``;
what is left is a small model once rows of coverage that have become alike are merged (:mod:`models.twins`). Two points
that agree on a pair are taken to be right, as in Danna, Rothberg and Le Pape (2005). After a call in vain the free
pairs are drawn, with weights |x_c - s_c| and without replacement (Efraimidis and Spirakis 2006), until one gains.
"""

from __future__ import annotations

import math

import numpy as np

from models.backends import BackendResult
from models.instance import BoolArray, FloatArray
from models.large.incumbent import Incumbent
from models.large.relaxation import Relaxation
from models.linear import Objective
from models.solution import Termination

_FREE, _FREE_SHARE, _LEAST_FREE, _GROWTH, _DOUBT = 500, 0.04, 50, 1.3, 0.01
_BETTER_S, _MEND_S, _TIME_SHARE, _PART_OF_GAP, _MOST_GAP = 2.0, 4.0, 0.25, 0.1, 0.1


class Neighbourhood:
    """``free``: so many pairs are in doubt next time; ``spent``: all were, and nothing better is there.

    A call takes a quarter of the time that the level has had, two seconds or four at least; ``free`` grows as long
    as HiGHS ends within it.
    """

    def __init__(self, relaxed: Relaxation, best: Incumbent) -> None:
        self.free, self.spent = max(_FREE, int(_FREE_SHARE * len(relaxed.pair))), False
        self._relaxed, self._best, self._growth = relaxed, best, _GROWTH
        self._chance, self._drawn = np.random.default_rng(best.options.seed), False

    def mended(self, point: FloatArray) -> FloatArray | None:
        """(n_col,): the lawful plan nearest to a plan (n_col,) that is not, or None."""
        pair, share = self._relaxed.pair, self._relaxed.descent.share
        worth = np.zeros(self._relaxed.model.n_col)
        worth[pair] = np.where(point[pair] > 0.5, 1.0 + share, share - 1.0)
        near = Objective("nearest plan", "max", worth)
        return self._best.ask(self._relaxed.model, _seconds(self._best, _MEND_S), goal=near).values

    def bettered(self, point: FloatArray) -> FloatArray | None:
        """(n_col,): a plan as good as HiGHS finds among the pairs in doubt at a plan (n_col,), or None."""
        doubt = np.abs(point[self._relaxed.pair] - self._relaxed.descent.share)
        most = int((doubt > _DOUBT).sum())
        free = min(self.free, most)
        inside = np.zeros(len(doubt), dtype=bool)
        inside[np.argsort(self._drawing(doubt) if self._drawn else -doubt, kind="stable")[:free]] = True
        answer = asked_near(self._relaxed, self._best, point, inside, _MOST_GAP)
        self._drawn = not self._best.is_better(answer.objective)
        if answer.termination in (Termination.OPTIMAL, Termination.INFEASIBLE):
            self.free, self.spent = math.ceil(self._growth * free), free == most
        elif self._drawn:
            self.free, self._growth = max(_LEAST_FREE, int(free / self._growth)), 1.0 + (self._growth - 1.0) / 2
        return answer.values

    def _drawing(self, doubt: FloatArray) -> FloatArray:
        """Keys whose least n are a drawing of n by weight."""
        return self._chance.exponential(size=len(doubt)) / np.maximum(doubt, 1e-12)


def asked_near(
    relaxed: Relaxation, best: Incumbent, point: FloatArray, inside: BoolArray, most_gap: float
) -> BackendResult:
    """HiGHS where the pairs ``inside`` [c] of a plan (n_col,) may change and all others stay, as near to the best as a
    part of the gap that is open, ``most_gap`` at most.
    """
    decided = relaxed.pair[~inside]
    model = relaxed.with_decided(decided, np.round(point[decided]))
    part = _PART_OF_GAP * max(1.0, min(best.gap, most_gap) / best.options.least_gap)
    return best.ask(model, _seconds(best, _BETTER_S), best.enough, part=part)


def _seconds(best: Incumbent, least: float) -> float:
    return min(best.seconds_left(), max(least, _TIME_SHARE * best.seconds_had))
