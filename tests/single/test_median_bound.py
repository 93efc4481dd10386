"""The bound of a median by hand and by the book: which sites it opens, its pieces, every step of the ascent."""

from __future__ import annotations

import numpy as np
import pytest
from support.uncompiled import uncompile

from models.single import priced as room
from models.single.priced import _least, ascend, relax
from models.single.tables import DenseTable

NONE = np.zeros(0, dtype=np.int64)
COSTS = np.array([[1.0, 9.0, 4.0], [8.0, 2.0, 6.0], [5.0, 5.0, 5.0]])
"""[site, home]"""


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    uncompile(monkeypatch)


def test_the_least_are_opened_and_equals_in_their_order():
    r = np.array([-2.0, -7.0, 0.0, -7.0])
    for n, (share, low, high) in {
        0: ([0, 0, 0, 0], -7.0, -7.0),
        1: ([0, 1, 0, 0], -7.0, -7.0),
        2: ([0, 1, 0, 1], -7.0, -2.0),
        3: ([1, 1, 0, 1], -2.0, 0.0),
        4: ([1, 1, 1, 1], 0.0, 0.0),
        5: ([1, 1, 1, 1], 0.0, 0.0),
    }.items():
        found = _least(r, n)
        assert (found[0].tolist(), *found[1:]) == (share, low, high)


def test_a_bound_and_its_pieces_by_hand():
    """Prices 6, 6, 6: the sites take off 5 + 2, 4 and 1 + 1 + 1."""
    table, price = DenseTable(COSTS, 2), np.full(3, 6.0)
    assert table.reduced(price, np.arange(3)).tolist() == [-7.0, -4.0, -3.0]
    assert table.served(price, np.array([0, 1])).tolist() == [1.0, 1.0, 1.0]
    assert table.served(price, np.array([0, 2])).tolist() == [2.0, 1.0, 2.0]
    free = relax(table, price, NONE, np.arange(3))
    assert free.bound == pytest.approx(18 - 7 - 4, abs=1e-10)
    assert free.bound < 7.0
    assert free.sites.tolist() == [0, 1]
    assert free.entry.tolist() == [0.0, 0.0, 1.0]
    assert free.exit.tolist() == [4.0, 1.0, 0.0]
    held = relax(table, price, np.array([2]), np.array([0, 1]))
    assert held.bound == pytest.approx(18 - 3 - 7, abs=1e-10)
    assert held.sites.tolist() == [2, 0]
    full = relax(table, price, np.array([2, 1]), NONE)
    assert full.bound == pytest.approx(18 - 3 - 4, abs=1e-10)
    assert full.sites.tolist() == [2, 1]


def test_what_rounding_may_hide_is_taken_off():
    """Its size is that of the numbers that are summed up, not of what is left."""
    table = DenseTable(COSTS * 1e6, 3)
    price = np.full(3, 5e6)
    found = relax(table, price, np.array([2]), np.array([0, 1]))
    sizes = 15e6 + 0.0 + (4e6 + 1e6 + 3e6)
    assert 15e6 - 8e6 - found.bound == pytest.approx((1e-13 + 1.2e-15) * sizes, rel=2e-2, abs=1e-9)


def told_by_the_book(costs, p, price, least, steps, pace):
    """(bounds, prices of the best, how often each site was open), the ascent in plain loops."""
    n_site, n = costs.shape

    def lowered(u):
        r = np.array([sum(min(0.0, costs[j, i] - u[i]) for i in range(n)) for j in range(n_site)])
        chosen = sorted(range(n_site), key=lambda j: (r[j], j))[:p]
        return u.sum() + r[chosen].sum(), chosen

    bound, chosen = lowered(price)
    best, best_price, best_chosen = bound, price, chosen
    often = np.isin(np.arange(n_site), chosen).astype(float)
    along, idle, bounds = np.zeros(n), 0, []
    for _ in range(steps):
        slope = np.array([1.0 - sum(costs[j, i] < price[i] for j in chosen) for i in range(n)])
        along = slope + 0.4 * along if slope @ along >= 0 else slope
        if not along.any():
            break
        price = np.maximum(0.0, price + pace * (1.001 * least - bound) / (along @ along) * along)
        bound, chosen = lowered(price)
        bounds.append(bound)
        often = 0.95 * often + 0.05 * np.isin(np.arange(n_site), chosen)
        idle = 0 if bound > best + 1e-5 * abs(best) else idle + 1
        if bound > best:
            best, best_price, best_chosen = bound, price, chosen
        if idle >= 20:
            pace, idle = 0.6 * pace, 0
            price, bound, chosen, along = best_price, best, best_chosen, np.zeros(n)
        if pace < 1e-4:
            break
    return best, best_price, often, bounds


@pytest.mark.parametrize(("seed", "pace", "steps"), [(1, 1.5, 12), (6, 1.5, 90), (3, 0.5, 45), (4, 3e-4, 90)])
def test_every_step_of_the_ascent(monkeypatch: pytest.MonkeyPatch, seed: int, pace: float, steps: int):
    """The last one has little to gain and little pace, so that it gives up."""
    costs = np.random.default_rng(seed).integers(0, 500, (6, 9)).astype(float)
    start = np.sort(costs, axis=0)[:2].mean(axis=0)
    least = min(costs[[a, b]].min(axis=0).sum() for a in range(6) for b in range(a))
    bounds, given = [], room.relax

    def noted(*args):
        found = given(*args)
        bounds.append(found.bound)
        return found

    monkeypatch.setattr(room, "relax", noted)
    table, asked = DenseTable(costs, 2), []
    begun = given(table, start, NONE, np.arange(6))
    least = begun.bound + 0.5 if pace < 1e-3 else least
    risen = ascend(table, begun, lambda b: asked.append(b.bound) or least,
                   lambda total: 2 * total, np.inf, steps, pace)  # fmt: skip
    best, price, often, wanted = told_by_the_book(costs, 2, start, least, steps, pace)
    assert bounds == pytest.approx(wanted)
    assert risen.best.bound == pytest.approx(best)
    # two steps may reach the same bound but for rounding, which differs by processor: each has prices of its own
    if sorted(bounds)[-2] < best - 1e-6:
        assert risen.best.price == pytest.approx(price)
    assert given(table, risen.best.price, NONE, np.arange(6)).bound == pytest.approx(best)
    assert risen.often == pytest.approx(often)
    assert asked == sorted(set(asked))
    assert asked[-1] == risen.best.bound
    assert pace > 1e-3 or len(bounds) < steps


def test_an_ascent_ends_where_it_is_enough_where_time_is_over_and_where_nothing_pulls():
    table = DenseTable(COSTS, 2)
    start = relax(table, np.full(3, 6.0), NONE, np.arange(3))
    told = ascend(table, start, lambda _: 8.0, lambda _: start.bound, np.inf, 50)
    assert told.best is start
    assert ascend(table, start, lambda _: 8.0, lambda total: total, -np.inf, 50).best is start
    assert told.often.tolist() == [1.0, 1.0, 0.0]
    whole = relax(table, np.array([5.0, 5.0, 5.5]), NONE, np.arange(3))
    assert table.served(whole.price, whole.sites).tolist() == [1.0, 1.0, 1.0]
    assert ascend(table, whole, lambda _: 8.0, lambda total: total, np.inf, 50).best is whole
