"""Plans of a coverage or fill level without a MIP: rounded from shares of the relaxation, and by local search."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from models.columns import Problem
from models.instance import BoolArray, FloatArray
from models.large.dive import Haste, dive
from models.large.greedy import greedy
from models.large.pairs import pairs_of
from models.large.polish import polished
from models.large.relaxation import Relaxation
from models.large.rounding import rounded
from models.large.search import Search
from models.linear import LinearModel, Objective
from models.presolve import COVERAGE_LEVELS

PLANNED = {"missing_types", *COVERAGE_LEVELS}
_LEAST_WORK, _WORK_PER_ENTRY, _INSIST, _GROWTH = 5_000, 8, 1.5, 1.3


class Plans:
    """Maker of plans for one level; levels that neither fill nor cover have none (:data:`PLANNED`).

    ``only_fills``: no coverage counts. ``work`` is what the next piece of search may take; it grows each time.
    """

    def __init__(self, problem: Problem, model: LinearModel, goal: Objective, seed: int) -> None:
        self.pairs = pairs_of(problem, goal, model)
        self._search: Search | None = None
        self._seed, self._insist = seed, 1.0
        self._fills, self._covers, self._n_col = problem.offsets["fill"], problem.offsets["cover"], problem.n_col
        self._goal = goal
        self.only_fills = not (self.pairs.weight > 0).any()
        self.work = _LEAST_WORK + _WORK_PER_ENTRY * len(self.pairs.cover_group)

    def first(self) -> FloatArray:
        """(n_col,): the columns of a greedy plan."""
        return self._values(greedy(self.pairs))

    def rounded(self, share: FloatArray, priced: FloatArray) -> FloatArray:
        """(n_col,): a plan from ``share`` [n_col] of the pairs; ``priced`` [n_col] is what each column is worth.

        What only levels held ask for is worth a price too, the higher the more often a plan was not lawful.
        """
        extra = np.maximum(priced - self._goal.coefficients, 0.0) * self._insist
        worth = np.maximum(self._goal.coefficients, 0.0) + extra
        pairs = replace(self.pairs, weight=worth[self._covers], fill_weight=worth[self._fills])
        return self._values(rounded(pairs, share[self.pairs.column]))

    def insist(self) -> None:
        """The last plan was not lawful: levels held count for more from now on."""
        self._insist *= _INSIST

    def dived(self, relaxed: Relaxation, haste: Haste, deadline_s: float) -> FloatArray:
        """(n_col,): a plan by diving from the averaged point."""
        number = np.full(self._n_col, -1)
        number[self.pairs.column] = np.arange(self.pairs.n)
        return self._values(dive(self.pairs, relaxed.descent, number[relaxed.pair], haste, deadline_s))

    def polished(self, plan: FloatArray, deadline_s: float) -> FloatArray:
        """(n_col,): a plan bettered a little, quickly."""
        self._seed += 1
        chosen: BoolArray = plan[self.pairs.column] > 0.5
        found = polished(self._searcher(), chosen, self._seed, self.work, deadline_s)
        self.work = int(_GROWTH * self.work)
        return self._values(found)

    def searched(self, plan: FloatArray, deadline_s: float) -> FloatArray:
        """(n_col,): a piece of local search from a plan."""
        chosen: BoolArray = plan[self.pairs.column] > 0.5
        self._seed += 1
        found = self._searcher().improve(chosen, self._seed, deadline_s - time.perf_counter(), self.work)
        self.work = int(_GROWTH * self.work)
        return self._values(found)

    def _searcher(self) -> Search:
        if self._search is None:
            self._search = Search(self.pairs)
        return self._search

    def _values(self, chosen: BoolArray) -> FloatArray:
        values = np.zeros(self._n_col)
        values[self.pairs.column] = chosen
        return values
