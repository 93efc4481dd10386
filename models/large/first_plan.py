"""A plan of one level without a solver: greedy where nothing stands yet, then local search."""

from __future__ import annotations

import numpy as np

from models.columns import Problem
from models.instance import FloatArray
from models.large.greedy import greedy
from models.large.pairs import pairs_of
from models.large.search import improve
from models.linear import LinearModel, Objective
from models.presolve import COVERAGE_LEVELS

_WORK_PER_ENTRY, _LEAST_WORK = 100, 10_000


def first_plan(
    problem: Problem, model: LinearModel, goal: Objective, plan: FloatArray | None, seed: int, deadline_s: float
) -> FloatArray | None:
    """(n_col,): pair columns of a plan to complete and to check; ``plan``, a point of the model, is improved if given.

    None for levels that neither fill nor cover. The effort grows with the cover entries; ``deadline_s`` is a guard.
    """
    if goal.name not in {"missing_types", *COVERAGE_LEVELS}:
        return None
    pairs = pairs_of(problem, goal, model)
    chosen = greedy(pairs) if plan is None else plan[pairs.column] > 0.5
    work = _LEAST_WORK + _WORK_PER_ENTRY * len(pairs.cover_group)
    values = np.zeros(problem.n_col)
    values[pairs.column] = improve(pairs, chosen, seed, deadline_s, work)
    return values
