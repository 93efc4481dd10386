"""Small parts of the search for a price: shares of the purse, weights of levels, who is asked, in what order."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tables import Answering, table

from models.nation.asked import Asked
from models.nation.search import Search, _spread
from models.nation.state import State
from models.solution import SolveOptions

LEVELS = ("missing_types", "basic_coverage")


@pytest.fixture
def search() -> Search:
    """The second level of ten circles, the first held where their dearest plans have it; half as much money is left."""
    rng = np.random.default_rng(5)
    asked = Asked(Answering([table(rng) for _ in range(10)]))
    state = State(LEVELS, 10, 0.0, SolveOptions(mip_gap=1e-4, time_limit_s=30.0), 1e-3, asked)
    rich = asked.put(state.questions(range(10), [0.0, 1.0], 0.0))
    state.mix = [asked.pool.number(a) for a in rich]
    state.capital_cny, state.held = 1.5 * math.fsum(state.money()), {0: state.value(0)}
    return Search(state, 1)


def test_some_circles_get_what_they_have_and_their_part_of_what_is_left(search: Search):
    money = search.state.money()
    left = search.state.capital_cny - sum(money)
    assert search._share([2, 5, 7]) == pytest.approx(money[2] + money[5] + money[7] + 0.3 * left)
    search.state.capital_cny = 0.5 * sum(money)
    assert search._share([2, 5]) == pytest.approx(money[2] + money[5])
    chosen = [search.state.asked.pool.answers[q] for q in search.state.mix]
    assert search._held([1, 4]) == {0: chosen[1].values[0] + chosen[4].values[0]}
    assert search._weights((0.7,)) == [0.7, 1.0]
    search.state.pinned[0] = [0.0] * 10
    assert search._held([1, 4]) == {}
    assert search._weights(()) == [0.0, 1.0]


def test_a_bound_is_that_of_lagrange_and_the_lowest_is_kept(search: Search):
    state, held = search.state, {0: 7.0}
    tables = state.asked._ask_all.tables
    for price, weight in ((0.02, 0.0), (0.005, 900.0)):
        best = sum(max(weight * m + v - price * cny for cny, m, v in rows) for rows in tables)
        found = search._bound(range(10), [weight, 1.0], price, 1e6, held)
        assert best + price * 1e6 - weight * 7.0 <= found + 1e-6
        assert found <= best + price * 1e6 - weight * 7.0 + 0.1 * 1e-3 * state.value(1)
    for price in (0.05, 0.012, 0.03):
        search._round(range(10), [0.0, 1.0], price)
    bounds = {p: search._bound(range(10), [0.0, 1.0], p, state.capital_cny, {}) for p in (0.05, 0.012, 0.03)}
    assert search.bound == pytest.approx(min(bounds.values()))
    assert search.price == min(bounds, key=bounds.__getitem__)
    assert search.rounds == 3


def test_who_is_known_well_enough_is_not_asked(search: Search):
    asked = search.state.asked
    search._bound(range(10), [0.0, 1.0], 0.01, 1e6, {})
    search._bound(range(10), [0.0, 1.0], 0.02, 1e6, {})
    before = asked.count
    search.state.gap = 1e9
    search._bound(range(10), [0.0, 1.0], 0.015, 1e6, {})
    assert asked.count == before
    search.state.gap = 0.0
    search._bound(range(10), [0.0, 1.0], 0.015, 1e6, {})
    assert asked.count > before


def test_every_beginning_of_an_order_is_spread_over_all():
    for n in (16, 100, 640):
        order = _spread(n)
        assert sorted(order) == list(range(n))
        for k in (n // 4, n // 2):
            apart = np.diff(sorted(order[:k]))
            assert apart.max() <= 3 * n / k
            assert apart.min() >= n / k / 3
