"""The search for a price of money, step by step, on circles whose spending follows a power of the price."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tables import Answering, best_mix

from models.nation.asked import Asked
from models.nation.search import Search
from models.nation.state import State
from models.solution import SolveOptions

QUICK = SolveOptions(mip_gap=1e-4, time_limit_s=30.0)
N = 64


def smooth(beta: float, n: int = N, most: float = 4e6) -> list[np.ndarray]:
    """Circles that reach a money^beta for money up to ``most``: at price p they spend (a beta / p)^(1 / (1 - beta))."""
    rng = np.random.default_rng(3)
    money = np.linspace(0.0, most, 801)
    return [np.column_stack([money, np.round(a * money**beta)]) for a in rng.uniform(40, 60, n)]


def begun(tables: list[np.ndarray], each_cny: float) -> tuple[Search, Answering]:
    """A level at whose beginning every circle has the plan that costs nothing."""
    answering = Answering(tables)
    state = State(("basic_coverage",), len(tables), each_cny * len(tables), QUICK, 1e-3, Asked(answering))
    nothing = state.asked.put(state.questions(range(state.n), [0.0], 1.0))
    state.mix = [state.asked.pool.number(a) for a in nothing]
    answering.rounds.clear()
    return Search(state, 0), answering


def prices_asked(answering: Answering) -> list[float]:
    return [one.price for many in answering.rounds for one in many]


@pytest.mark.parametrize(("beta", "power"), [(0.4, -1 / 0.6), (0.5, -2.0), (0.8, -3.0)])
def test_the_power_by_which_spending_falls(beta: float, power: float):
    search, answering = begun(smooth(beta), 1e6)
    price = 50 * beta * 1e6 ** (beta - 1)
    search._bound(range(16), [1.0], price, 0.0, {})
    assert search._power(range(16), [1.0], price) == pytest.approx(power, rel=0.1)
    assert set(prices_asked(answering)) == {price, 1.12 * price}


def test_the_power_where_spending_says_nothing():
    search, _ = begun(smooth(0.5, most=1e3), 1e6)
    assert search._power(range(16), [1.0], 0.0) == -1.0
    search._bound(range(16), [1.0], 1e-4, 0.0, {})
    assert search._power(range(16), [1.0], 1e-4) == -0.8  # all spend the most they can at both prices
    search._bound(range(16), [1.0], 1e4, 0.0, {})
    assert search._power(range(16), [1.0], 1e4) == -3.0  # nobody spends anything


@pytest.mark.parametrize("beta", [0.3, 0.5])
def test_the_price_is_narrowed_until_all_spend_what_there_is(beta: float):
    search, answering = begun(smooth(beta), 1e6)
    search._narrow(range(N), [16])
    assert search._spent(range(N), [1.0], search.price) == pytest.approx(1e6 * N, rel=0.03)
    assert search.price == pytest.approx(50 * beta * 1e6 ** (beta - 1), rel=0.1)
    assert 1 <= search.rounds <= 2
    first_of_all = next(k for k, many in enumerate(answering.rounds) if len(many) > 16)
    assert all(one.circle < 16 for many in answering.rounds[:first_of_all] for one in many)


@pytest.mark.parametrize("missing", [False, True])
def test_what_is_left_over_is_asked_of_as_many_as_it_takes(missing: bool):
    """At the price just found all spend a share too little (too much): that many circles answer beside it."""
    search, answering = begun(smooth(0.5), 1e6)
    price = 25 * 1e-3
    search._round(range(N), [1.0], price)
    spent = search._spent(range(N), [1.0], price)
    answering.rounds.clear()
    search.state.capital_cny = spent * (0.95 if missing else 1.05)
    search._use_the_difference()
    asked = prices_asked(answering)
    assert set(asked) == {price * 1.12 if missing else price / 1.12}
    # beside the price spending moves by a fifth to a quarter: a fifth to a quarter of the circles move a twentieth
    assert 0.05 / 0.26 <= len(asked) / N <= 0.05 / 0.2 + 8 / N
    assert len({one.circle for many in answering.rounds for one in many}) == len(asked)


def test_money_left_over_goes_to_those_who_lose_most():
    search, answering = begun(smooth(0.5), 1e6)
    search._round(range(N), [1.0], 0.025)
    state = search.state
    at_price = [state.asked.best(one) for one in state.questions(range(N), [1.0], 0.025)]
    state.mix = [state.asked.pool.number(a) for a in at_price]
    poor = [5, 9, 11, 20, 33, 40, 50]
    nothing = state.asked.put(state.questions(range(N), [0.0], 1.0))
    for c in poor:
        state.mix[c] = state.asked.pool.number(nothing[c])
    answering.rounds.clear()
    before = state.money()
    state.capital_cny = math.fsum(before) + 1e6
    search._spend_the_rest()
    asked = [one for many in answering.rounds for one in many]
    loss = {c: at_price[c].values[0] - 0.025 * at_price[c].money_cny for c in poor}
    assert [one.circle for one in asked] == sorted(poor, key=lambda c: -loss[c])[:6]
    assert all(one.most_cny == before[one.circle] + 1e6 and one.price == 0.0 and one.weights == (1.0,) for one in asked)
    assert state.value(0) > math.fsum(a.values[0] for c, a in enumerate(at_price) if c not in poor)
    assert math.fsum(state.money()) <= state.capital_cny


def test_there_is_nothing_to_spend_where_less_is_better_or_a_yuan_is_left():
    for levels, left in ((("cost",), 1e6), (("basic_coverage",), 1.0)):
        search, answering = begun(smooth(0.5), 1e6)
        search.state.levels = levels
        search.state.capital_cny = math.fsum(search.state.money()) + left
        search._spend_the_rest()
        assert not answering.rounds


@pytest.mark.parametrize(("n", "each_cny"), [(12, 3e5), (64, 1e6)])
def test_the_mix_at_the_end_is_the_best_of_all_that_was_answered(n: int, each_cny: float):
    search, _ = begun(smooth(0.5, n), each_cny)
    search.run()
    state = search.state
    pool = state.asked.pool
    rows = [[(pool.answers[q].money_cny, *pool.answers[q].values) for q in pool.of([c])] for c in range(n)]
    seen = [np.array(one) for one in rows]
    assert state.value(0) >= best_mix(seen, state.capital_cny, [], 0) * (1 - 2e-5)
    assert math.fsum(state.money()) <= state.capital_cny + 0.01
    assert search.closed(1.0)
    assert search.bound >= state.value(0) - 1.0
