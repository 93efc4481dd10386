"""Plans of a coverage or fill level without a MIP: rounded from shares of the relaxation, and by local search."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from models.columns import Problem
from models.instance import BoolArray, FloatArray
from models.large.greedy import greedy
from models.large.pairs import pairs_of
from models.large.rounding import rounded
from models.large.search import Search
from models.linear import LinearModel, Objective
from models.presolve import COVERAGE_LEVELS

PLANNED = {"missing_types", *COVERAGE_LEVELS}
_LEAST_WORK, _WORK_PER_ENTRY, _INSIST = 5_000, 5, 1.5


class Plans:
    """Maker of plans for one level; levels that neither fill nor cover have none (:data:`PLANNED`).

    ``work`` is a small piece of search for its size.
    """

    def __init__(self, problem: Problem, model: LinearModel, goal: Objective, seed: int) -> None:
        self.pairs = pairs_of(problem, goal, model)
        self._search: Search | None = None
        self._seed, self._insist = seed, 1.0
        self._fills, self._covers, self._n_col = problem.offsets["fill"], problem.offsets["cover"], problem.n_col
        self._goal = goal
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

    def search(self, plan: FloatArray, work: int, deadline_s: float) -> FloatArray:
        """(n_col,): local search from a plan."""
        chosen: BoolArray = plan[self.pairs.column] > 0.5
        self._seed += 1
        if self._search is None:
            self._search = Search(self.pairs)
        return self._values(self._search.improve(chosen, self._seed, deadline_s - time.perf_counter(), work))

    def _values(self, chosen: BoolArray) -> FloatArray:
        values = np.zeros(self._n_col)
        values[self.pairs.column] = chosen
        return values
