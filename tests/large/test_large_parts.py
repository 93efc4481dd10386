"""Parts of the large solver against figures worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from large_primal.primal_cases import random_pairs
from support.hand import hand_instance

from models.assemble import assemble
from models.backends.base import Progress
from models.columns import lay_out
from models.completion import complete
from models.instance import Rules
from models.large.dive import _surest
from models.large.incumbent import Incumbent
from models.large.limits import limits_of
from models.objectives import objective
from models.solution import Decision, SolveOptions


def test_the_surest_pairs_come_first_and_never_too_few():
    share = np.array([0.2, 0.9, 0.5, 0.95, 1.0])
    most = np.array([True, True, True, True, False])
    # 0.9 and 0.95 are sure; three tenths of 2.55 is one pair at least
    assert _surest(share, most, 0.3).tolist() == [3, 1]
    assert _surest(share, most, 0.9).tolist() == [3, 1, 2]
    assert _surest(0.4 * share, most, 0.3).tolist() == [3]


@pytest.mark.parametrize("max_sites", [-1, 0, 2])
@pytest.mark.parametrize("money", [20.0, np.inf])
def test_limits_that_all_places_share(max_sites: int, money: float):
    pairs = replace(random_pairs(3), max_sites=max_sites, capital_cny=money)
    limits = limits_of(pairs)
    rows = ([-1] if money < np.inf else []) + ([-2] if max_sites >= 0 else [])
    assert limits.row.tolist()[: len(rows)] == rows
    assert (limits.row[len(rows) :] >= 0).all()
    if -1 in rows:
        assert limits.part[0] == pytest.approx(pairs.budget_cny / money)
        assert limits.entry[0] == pytest.approx(pairs.fixed_cny / money)
    if -2 in rows:
        at = rows.index(-2)
        assert not limits.part[at].any()
        assert limits.entry[at] * max(max_sites, 1e-9) == pytest.approx((pairs.used >= 0).astype(float))


def test_progress_tells_the_plan_and_the_bound_when_there_are_any():
    told: list[Progress] = []
    problem = lay_out(hand_instance(), Rules(levels=("basic_coverage",)))
    model, goal = assemble(problem), objective("basic_coverage", problem)
    best = Incumbent(problem, model, goal, SolveOptions(), told.append)
    best.tell()
    plan = Decision.empty(hand_instance())
    plan.open[0, 0] = True
    assert best.offer(complete(problem, plan))
    best.tell()
    best.prove(200.0)
    best.tell()
    assert [(state.incumbent, state.bound) for state in told] == [(None, None), (150.0, None), (150.0, 200.0)]
