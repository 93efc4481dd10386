"""Nations small enough to try every mix: bounds hold, values are within the proven gap, plans are lawful."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from nations import EXACT, LEVELS, SIGNS, best_held, dearest, tiny, truth

from models.errors import ModelError
from models.instance import Phases
from models.lexicographic import solve
from models.nation import Circle, plan_of, solve_nation
from models.solution import Termination
from models.verify import breaches, budget_spent_cny, level_value

FEW, MANY = range(0, 6), range(6, int(os.environ.get("SITING_NATIONS", "26")))  # 206 for all; CI is bounded


def check(seed: int, share: float) -> None:
    circles, tables = tiny(seed)
    capital = dearest(tables) * share
    found = solve_nation(circles, capital, EXACT)
    wanted = None if any(not len(t) for t in tables) else truth(tables, capital)
    if wanted is None:
        assert found.termination in (Termination.INFEASIBLE, Termination.NO_SOLUTION)
        assert found.chosen is None
        return
    assert found.chosen is not None
    plans = [plan_of(c.instance, a) for c, a in zip(circles, found.chosen, strict=True)]
    assert not any(breaches(c.instance, c.rules, p) for c, p in zip(circles, plans, strict=True))
    money = sum(budget_spent_cny(c.instance, p) for c, p in zip(circles, plans, strict=True))
    assert money <= capital * (1 + 1e-9) + 0.01
    assert found.spent_cny == pytest.approx(money)
    held: list[float] = []
    for n, level in enumerate(found.levels):
        total = sum(level_value(c.instance, c.rules, p, LEVELS[n]) for c, p in zip(circles, plans, strict=True))
        value, bound = (SIGNS[n] * v for v in (level.result.incumbent, level.result.bound))
        if n == len(LEVELS) - 1:
            assert level.result.incumbent == pytest.approx(total, abs=0.01)
        slack = 2e-6 * max(1.0, abs(value))
        best = best_held(tables, capital, held, n)
        assert value <= best + slack
        assert best <= bound + slack
        held.append(value - slack)
    assert found.levels[0].result.incumbent <= wanted[0] + 1e-6 <= found.levels[0].result.bound + 2e-6


@pytest.mark.parametrize("seed", FEW)
@pytest.mark.parametrize("share", [0.15, 0.5, 1.0])
def test_values_and_bounds_enclose_the_truth(seed: int, share: float):
    check(seed, share)


@pytest.mark.slow
@pytest.mark.parametrize("seed", MANY)
def test_bounds_hold_over_many_seeds(seed: int):
    check(seed, 0.1 + 0.01 * (seed % 60))


@pytest.mark.parametrize("seed", range(4))
def test_one_circle_is_the_circle_alone(seed: int):
    circles, tables = tiny(seed)
    capital = float(tables[0][:, 0].max()) * 0.6 if len(tables[0]) else 0.0
    found = solve_nation(circles[:1], capital, EXACT)
    alone = solve(circles[0].instance, replace(circles[0].rules, budget_cny=capital), EXACT)
    assert (found.chosen is None) == (alone.decision is None)
    for mine, theirs in zip(found.levels, alone.levels, strict=bool(found.levels)):
        assert mine.result.incumbent == pytest.approx(theirs.incumbent, abs=0.01)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_circles_changes_nothing(seed: int):
    circles, tables = tiny(seed)
    capital = dearest(tables) * 0.4
    one, other = solve_nation(circles, capital, EXACT), solve_nation(circles[::-1], capital, EXACT)
    assert [v.result.incumbent for v in one.levels] == [v.result.incumbent for v in other.levels]
    assert [v.result.bound for v in one.levels] == [v.result.bound for v in other.levels]
    for mine, theirs in zip(one.chosen or (), other.chosen or (), strict=True):
        assert np.array_equal(mine.opened, theirs.opened)
        assert np.array_equal(mine.added, theirs.added)


@pytest.mark.parametrize("seed", range(3))
def test_more_money_never_hurts_beyond_the_gap(seed: int):
    circles, tables = tiny(seed)
    found = [solve_nation(circles, dearest(tables) * share, EXACT) for share in (0.2, 0.4, 0.7, 1.0)]
    first = [f.levels[0].result for f in found if f.levels]
    for poor, rich in pairwise(first):
        assert rich.bound >= poor.incumbent - 1e-6
        assert rich.bound >= poor.bound - 1e-6


def test_a_circle_that_no_plan_satisfies_is_named():
    circles, tables = tiny(0)
    i = circles[1].instance
    full = replace(circles[1].rules, max_outlets=0, lock_in_sites=np.arange(i.n_site, dtype=np.int64))
    broken = Circle("N1", i, full)
    found = solve_nation([circles[0], broken, circles[2]], dearest(tables), EXACT)
    assert found.termination is Termination.INFEASIBLE
    assert found.impossible == ("N1",)


def test_all_faults_are_told_at_once():
    circles, _ = tiny(0)
    years = Phases(np.array([1.0, 1.0]), np.array([1.0, 1.0]), np.zeros(circles[0].instance.n_site, dtype=np.int64))
    by_years = Circle("Y", circles[0].instance, replace(circles[0].rules, phases=years))
    other = Circle("E", circles[1].instance, replace(circles[1].rules, levels=("equity",)))
    with pytest.raises(ModelError) as told:
        solve_nation([circles[0], circles[0], by_years, other], -1.0, EXACT)
    for part in ("capital -1", "two circles named N0", "circle Y: a plan by years", "level equity does not add up"):
        assert part in str(told.value)
