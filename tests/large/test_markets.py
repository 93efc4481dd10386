"""The bound by markets: T_k against every choice of pairs, never below the optimum, tighter where covers are odd."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from numba import config

from models.instance import Rules
from models.large import approach
from models.large.incumbent import Incumbent
from models.large.lagrangian import dual_value
from models.large.markets import Markets
from models.large.packing import spare
from models.large.relaxation import Relaxation
from models.large.warm import warm_up
from models.lexicographic import solve
from models.solution import SolveOptions
from tests.large.relaxed_levels import every_plan, level, tiny_level
from tests.support.instances import plain_instance, random_instance, random_rules

EXACT = SolveOptions(mip_gap=1e-9, time_limit_s=20)


@pytest.fixture(params=range(8))
def tiny(request):
    """(relaxation, incumbent) of a few pairs after some steps."""
    return tiny_level(request.param, n_type=3, steps=10)


def every_market(relaxed: Relaxation):
    """For each market (B_k, T_k), by all choices of its pairs at the prices of the descent."""
    part, small, t = relaxed.part, relaxed.small.model, relaxed.part.terms
    price, left = relaxed.descent.multipliers[: part.n_cover], relaxed.descent.profit[t.link]
    rows = [set(t.row[a:b].tolist()) for a, b in itertools.pairwise(t.row_start)]
    unseen = set(range(len(rows)))
    while unseen:
        mine, reached, grows = set(), set(), {min(unseen)}
        while grows:
            mine |= grows
            reached = set().union(*(rows[c] for c in mine))
            grows = {c for c in unseen - mine if rows[c] & reached}
        unseen -= mine
        if not reached:
            continue
        of, g = sorted(mine), sorted(reached)
        columns = set(t.pair[of].tolist()) | set(t.link[g].tolist())
        inner = [r for r in range(part.other.shape[0]) if set(part.other[[r]].indices.tolist()) <= columns]
        low, high = small.col_lower[t.link[g]], small.col_upper[t.link[g]]
        adds = float(np.maximum(left[g] * low, left[g] * high).sum() + price[g] @ t.cap[g])
        best = -math.inf
        for bits in itertools.product((0.0, 1.0), repeat=len(of)):
            taken = [c for c, bit in zip(of, bits, strict=True) if bit]
            value = np.zeros(small.n_col)
            value[t.pair[taken]] = 1.0
            most = np.array([t.cap[r] + sum(r in rows[c] for c in taken) for r in g])
            worth = left[g] + price[g]
            top = np.minimum(high, most)
            if (top < low - 1e-9).any():
                continue
            value[t.link[g]] = np.where(worth > 0, top, low)
            made = part.other @ value
            if all(t.other_lower[r] - 1e-9 <= made[r] <= t.other_upper[r] + 1e-9 for r in inner):
                toll = sum(price[list(rows[c])].sum() for c in taken)
                best = max(best, float(worth @ value[t.link[g]]) - toll)
        yield adds, best


def test_what_a_market_adds_is_its_best_choice(tiny, monkeypatch):
    relaxed, best = tiny
    expected = sum(max(0.0, adds - most) for adds, most in every_market(relaxed))
    markets = Markets(relaxed)
    monkeypatch.setattr(markets, "_spare", lambda pairs: np.zeros(len(pairs)))
    begins = markets.bound
    while not markets.spent:
        markets._try_next(best, 5.0)
        markets._poor = 0
    assert begins - markets.bound == pytest.approx(expected, abs=1e-3)
    assert markets.won.sum() == pytest.approx(expected, abs=1e-3)


def test_what_places_can_spare_wins_more(monkeypatch):
    won = np.zeros((8, 2))
    for case, spared in itertools.product(range(8), (True, False)):
        relaxed, best = tiny_level(case, n_type=3, steps=10)
        markets = Markets(relaxed)
        if not spared:
            monkeypatch.setattr(markets, "_spare", lambda pairs: np.zeros(len(pairs)))
        while not markets.spent:
            markets.lower(best, 5.0)
        won[case, int(not spared)] = markets.won.sum()
    assert (won[:, 0] >= won[:, 1] - 1e-6).all()
    assert (won[:, 0] > won[:, 1] + 1.0).sum() >= 2


def test_never_below_the_optimum(tiny):
    relaxed, best = tiny
    optimum = max(best.goal.value(point) for point in every_plan(relaxed, best))
    markets = Markets(relaxed)
    while not markets.spent:
        markets.lower(best, 5.0)
    assert markets.bound >= relaxed.part.sign * optimum - 1e-6
    assert best.bound >= optimum - 1e-6


@pytest.fixture
def ring():
    """Three homes of one resident; each of three rooms reaches two, and money does for one and a half rooms."""
    reach = ~np.eye(3, dtype=bool)[:, :, None]
    sizes = {"open_cost_cny": np.full((3, 1), 2000.0), "site_cost_cny": np.zeros(3)}
    found = level(plain_instance(reach, **sizes), Rules(levels=("basic_coverage",), budget_cny=3001.0))
    assert found is not None
    relaxed, best = found
    part = relaxed.part
    # a home's price is half of what it is worth, so a room's is one resident, which is what the money costs
    relaxed.descent.multipliers[: part.n_cover] = 0.5
    relaxed.descent.multipliers[part.n_cover :] = np.where(np.isfinite(part.upper[part.n_cover :]), 0.0005, 0.0)
    relaxed.descent.bound = dual_value(part, relaxed.descent.multipliers, relaxed.descent.at)
    relaxed.descent.profit[:] = relaxed.descent.at.profit
    return relaxed, best


def test_an_odd_ring_costs_half_a_home(ring):
    relaxed, best = ring
    markets = Markets(relaxed)
    markets.lower(best, 5.0)
    assert markets.won.tolist() == pytest.approx([0.5])
    assert markets.spent


def test_a_market_that_is_not_solved_is_tried_again_for_longer(ring, monkeypatch):
    relaxed, best = ring
    markets, asked = Markets(relaxed), []

    def bounded(k, seconds, options, enough):
        asked.append(seconds)
        return math.inf, False

    monkeypatch.setattr(markets, "_bounded", bounded)
    while not markets.spent:
        markets.lower(best, 1.0)
        assert len(asked) == 4  # all the second that this takes no time is tried
    assert markets.won.tolist() == [0.0]
    assert [min(s, 16.0) for s in asked] == [2.0, 4.0, 8.0, 16.0]


def test_the_largest_first_and_a_few_that_win_nothing_are_the_last(tiny, monkeypatch):
    relaxed, best = tiny
    markets, asked = Markets(relaxed), []
    order = [adds for adds, _ in every_market(relaxed) if adds > 0]

    def bounded(k, seconds, options, enough):
        asked.append(float(markets._adds[k]))
        return asked[-1], True

    monkeypatch.setattr(markets, "_bounded", bounded)
    markets.lower(best, -1.0)
    assert len(asked) == 1  # one at least
    while not markets.spent:
        markets.lower(best, 1.0)
    assert asked == pytest.approx(sorted(order, reverse=True)[:4])


def test_chains_of_levels_end_as_with_highs_where_markets_must_do_it(monkeypatch):
    """Three steps, then markets: all blocks, levels held. A bound below the optimum would end a level too soon."""
    monkeypatch.setattr(approach, "_CLOSE", math.inf)
    monkeypatch.setattr(approach.Approach, "_spent", lambda turns: turns._relaxed.descent.steps >= 3)
    monkeypatch.setattr(approach, "_STEPS", 3)
    given, won, bounds = Markets.lower, [], []

    def lower(markets: Markets, best: Incumbent, seconds: float) -> None:
        given(markets, best, seconds)
        won.append(markets.won.sum())
        bounds.append((best.goal.name, best.bound))

    monkeypatch.setattr(Markets, "lower", lower)
    for seed in range(16):
        rng = np.random.default_rng(3000 + seed)
        instance = random_instance(rng, n_demand=14, n_site=6, n_type=3, hosts=seed % 3)
        rules = random_rules(rng, instance, ("missing_types", "basic_coverage", "quality_coverage", "cost"))
        theirs = solve(instance, rules, EXACT)
        bounds.clear()
        ours = solve(instance, rules, replace(EXACT, solver="large"))
        assert ours.termination == theirs.termination
        for mine, other in zip(ours.levels, theirs.levels, strict=True):
            assert mine.incumbent == pytest.approx(other.incumbent, rel=1e-5, abs=1e-5, nan_ok=True)
            lies = [bound for name, bound in bounds if name == mine.name and mine.name != "cost"]
            assert all(bound >= other.incumbent - 1e-5 * max(1.0, abs(other.incumbent)) for bound in lies)
    assert sum(more > 0 for more in won) > 10


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")
def test_no_level_waits_for_the_compiling_of_what_markets_need(tiny):
    warm_up()
    before = list(spare.signatures)
    assert before
    markets = Markets(tiny[0])
    markets.lower(tiny[1], 1.0)
    assert spare.signatures == before
