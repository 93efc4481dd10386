"""Prices are what a little more money or a little less of a held level is worth; mixes; levels one after another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tables import Answering, best_mix, table

from models.nation import Answer, Question, ask_nation
from models.nation.asked import Asked
from models.nation.circle import keeps, worth
from models.nation.levels import solve_levels
from models.nation.master import Pool, mix, prices
from models.nation.search import Search
from models.nation.state import State
from models.solution import SolveOptions, Termination

EXACT = SolveOptions(mip_gap=0.0, time_limit_s=30.0)
LEVELS = ("missing_types", "basic_coverage")
NONE = np.zeros((0, 2), dtype=np.int64)


def answer(circle: int, row: np.ndarray) -> Answer:
    return Answer(circle, 0.0, False, NONE, NONE, float(row[0]), tuple(map(float, row[1:])), (1.0, 1.0))


def pool_of(tables: list[np.ndarray]) -> Pool:
    pool = Pool()
    pool.add([answer(c, row) for c, rows in enumerate(tables) for row in rows])
    return pool


def nation(n: int, seed: int) -> list[np.ndarray]:
    rng = np.random.default_rng([41, seed])
    return [table(rng) for _ in range(n)]


@pytest.mark.parametrize("seed", range(4))
def test_prices_are_slopes_of_the_relaxation(seed: int):
    tables = nation(8, seed)
    pool, capital, held = pool_of(tables), 7.3e6, {0: 9.0}
    every = list(range(len(pool.answers)))
    found = prices(pool, every, 1, capital, held)
    assert found.value >= best_mix(tables, capital, [9.0], 1) - 1e-3
    more = prices(pool, every, 1, capital + 10.0, held).value
    less = prices(pool, every, 1, capital - 10.0, held).value
    assert (found.value - less) / 10 >= found.money - 1e-6 >= (more - found.value) / 10 - 2e-6
    tighter, looser = (prices(pool, every, 1, capital, {0: 9.0 + d}).value for d in (1e-3, -1e-3))
    assert (looser - found.value) * 1e3 <= found.weights[0] + 1e-3
    assert (found.value - tighter) * 1e3 >= found.weights[0] - 1e-3
    assert found.money > 0
    half = [q for q in every if pool.answers[q].circle < 4]
    assert prices(pool, half, 1, 1e12, {}).value == pytest.approx(sum(t[:, 2].max() for t in tables[:4]))
    assert prices(pool, half, 1, 1e12, {}).money == 0.0


@pytest.mark.parametrize("seed", range(4))
def test_a_mix_is_the_best_whole_one_and_never_worse_than_what_is_there(seed: int):
    tables = nation(8, seed)
    pool, capital = pool_of(tables), 7.3e6
    found = mix(pool, 1, capital, {0: 9.0}, None, EXACT)
    assert [pool.answers[q].circle for q in found] == list(range(8))
    assert sum(pool.answers[q].values[1] for q in found) == pytest.approx(best_mix(tables, capital, [9.0], 1))
    assert sum(pool.answers[q].values[0] for q in found) >= 9.0
    assert sum(pool.answers[q].money_cny for q in found) <= capital + 0.01
    assert mix(pool, 1, capital, {0: 9.0}, found, EXACT) == found
    poor = [pool.number(answer(c, rows[0])) for c, rows in enumerate(tables)]
    assert mix(pool, 1, -1.0, {}, poor, EXACT) == poor
    assert mix(pool, 1, capital, {0: 99.0}, None, EXACT) is None


def test_a_column_is_kept_once_and_the_best_is_the_one_that_keeps_what_is_asked():
    rows = np.array([[0.0, 0.0, 0.0], [1e5, 1.0, 50.0], [3e5, 2.0, 80.0]])
    pool = pool_of([rows, rows])
    pool.add([answer(0, rows[1]), Answer(1, 7.0, impossible=False)])
    assert len(pool.answers) == 6
    assert pool.of([1, 0]) == [0, 1, 2, 3, 4, 5]
    assert pool.number(answer(1, rows[2])) == 5
    for asked, best in (
        (Question(0, (0.0, 1.0), 0.0, (None, None)), 2),
        (Question(0, (0.0, 1.0), 4e-4, (None, None)), 1),
        (Question(0, (0.0, 1.0), 1.0, (None, None)), 0),
        (Question(0, (0.0, 1.0), 1.0, (1.0, None)), 1),
        (Question(0, (0.0, 1.0), 0.0, (None, None), 2e5), 1),
        (Question(0, (0.0, 1.0), 1.0, (1.0 + 1e-6, 50.0 + 4e-5)), 1),
        (Question(0, (0.0, 1.0), 1.0, (1.0 + 3e-6, None)), 2),
        (Question(0, (1.0, 0.0), 0.0, (3.0, None)), None),
        (Question(2, (1.0, 0.0), 0.0, (None, None)), None),
    ):
        found = pool.best(asked)
        assert (None if found is None else pool.number(found)) == best
    assert worth(pool.answers[2], Question(0, (2.0, 1.0), 1e-4, (None, None))) == pytest.approx(2 * 2 + 80 - 30)
    assert keeps(pool.answers[1], Question(0, (0.0, 0.0), 0.0, (None, None), 1e5))


def begun(tables: list[np.ndarray], capital: float, levels: tuple[str, ...] = LEVELS, gap: float = 1e-3):
    answering = Answering(tables)
    return State(levels, len(tables), capital, EXACT, gap, Asked(answering)), answering


def test_what_all_can_have_at_any_money_is_pinned_circle_by_circle():
    tables = nation(6, 1)
    rich = sum(min(rows[rows[:, 1] == rows[:, 1].max(), 0]) for rows in tables)
    for capital, pinned in ((rich + 1.0, True), (0.6 * rich, False)):
        state, answering = begun(tables, capital)
        found = solve_levels(state, tuple("ABCDEF"), all_levels=True)
        assert (0 in state.pinned) == pinned
        first = found.levels[0]
        assert (first.rounds, first.price) == ((0, 0.0) if pinned else (first.rounds, first.price))
        if pinned:
            assert state.pinned[0] == [rows[:, 1].max() for rows in tables]
            assert first.result.incumbent == first.result.bound == sum(state.pinned[0])
            asked = [one for many in answering.rounds for one in many if one.weights == (0.0, 1.0)]
            assert all(one.least == (state.pinned[0][one.circle], None) for one in asked)
        else:
            assert first.price > 0
            assert first.result.incumbent < sum(rows[:, 1].max() for rows in tables)
        assert found.spent_cny <= capital + 0.01


def test_a_yuan_too_much_is_too_much():
    """Of millions: less than what a solver's whole numbers leave open."""
    tables = nation(6, 1)
    capital = sum(min(rows[rows[:, 1] == rows[:, 1].max(), 0]) for rows in tables) - 1.0
    state, _ = begun(tables, capital)
    found = solve_levels(state, tuple("ABCDEF"), all_levels=True)
    assert found.spent_cny <= capital + 0.01
    assert found.levels[0].result.incumbent == best_mix(tables, capital - 5.0, [], 0)
    assert len(found.levels) == 2


def test_levels_end_where_money_is_weighed_unless_all_are_wanted():
    tables = [np.column_stack([rows, -rows[:, 0]]) for rows in nation(6, 2)]
    levels = (*LEVELS, "cost")
    for all_levels, solved in ((True, 3), (False, 2)):
        state, _ = begun(tables, 5e6, levels)
        found = solve_levels(state, tuple("ABCDEF"), all_levels)
        assert [one.result.name for one in found.levels] == list(levels[:solved])
        assert found.levels[1].price > 1e-9
    state, _ = begun(tables, 1e9, levels)
    found = solve_levels(state, tuple("ABCDEF"), all_levels=False)
    assert [one.price for one in found.levels[:2]] == [0.0, 0.0]
    assert [one.result.sense for one in found.levels] == ["max", "max", "min"]
    assert found.levels[2].result.incumbent == pytest.approx(found.spent_cny)


def test_a_gap_that_is_not_proven_is_not_called_optimal():
    class Vague(Answering):
        """Says of every maximum a tenth too much."""

        def answer(self, asked: Question) -> Answer:
            said = super().answer(asked)
            return replace(said, bound=said.bound + 0.1 * abs(said.bound))

    tables = [rows[:, [0, 2]] for rows in nation(6, 3)]
    names = list("ABCDEF")
    for answering, ended in ((Answering(tables), Termination.OPTIMAL), (Vague(tables), Termination.FEASIBLE)):
        found = ask_nation(names, ("basic_coverage",), 1e9, replace(EXACT, mip_gap=1e-3), answering, 1e-3)
        assert found.termination is ended
        assert found.levels[0].result.termination is ended
        assert found.levels[0].result.bound >= found.levels[0].result.incumbent


def test_a_search_is_closed_at_a_share_of_the_gap():
    state, _ = begun([rows[:, [0, 2]] for rows in nation(4, 4)], 1e9, ("basic_coverage",), gap=0.01)
    nothing = state.asked.put(state.questions(range(4), [1.0], 0.0))
    state.mix = [state.asked.pool.number(a) for a in nothing]
    search = Search(state, 0)
    value = state.value(0)
    assert not search.closed()
    search.bound = value * 1.0075
    assert search.closed(0.8)
    assert not search.closed(0.7)
    search.bound = value * (1 + 0.9e-5)
    assert search.closed()
    assert state.money() == [a.money_cny for a in nothing]
    assert state.fits(nothing)
    state.capital_cny = sum(state.money()) - 0.1
    assert not state.fits(nothing)
    state.capital_cny, state.held = 1e9, {0: value + 1.0}
    assert not state.fits(nothing)
