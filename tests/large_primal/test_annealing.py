"""A cold sweep against brute force place by place; the search ends when it is told to."""

import itertools
import time

import numpy as np
from large_primal.primal_cases import lawful, random_pairs, value

from models.large.anneal import Back, sweep
from models.large.arrays import arrays_of
from models.large.bundle import desk
from models.large.greedy import greedy
from models.large.limits import limits_of
from models.large.search import Search
from models.large.state import TOLL, holding


def test_a_cold_sweep_gives_every_place_its_best_set_at_the_prices():
    """With one place visited, gains less tolls of the whole plan are the best that its sets allow."""
    changed = 0
    for seed in range(25):
        pairs = random_pairs(seed, n_place=5, n_type=4, most=16)
        a, limits = arrays_of(pairs, pairs.forced), limits_of(pairs)
        loose, first = a._replace(capital_cny=np.inf, max_sites=pairs.n_place), greedy(pairs)
        state = holding(loose, first)
        limits.price[:] = 0.3 * value(pairs, first)
        for p in range(pairs.n_place):
            limits.charge(a, state)
            before = state.chosen.copy()
            best = max(_net(pairs, a, plan) for plan in _others(pairs, before, p))
            stay = Back(np.zeros(pairs.n_place, dtype=bool), first)
            sweep(loose, state, np.array([p]), np.array([1, 0]), 0.0, desk(a), stay)
            assert _net(pairs, a, state.chosen) >= best - 1e-6
            assert np.isclose(state.totals[TOLL], sum(_tolls(pairs, a, state.chosen)))
            changed += bool((before != state.chosen).any())
    assert changed > 20


def _others(pairs, chosen, p):
    """Every plan that differs at place p alone and keeps area, pack rows and what is forbidden."""
    mine = np.flatnonzero(pairs.place == p)
    for picks in itertools.product([False, True], repeat=len(mine)):
        plan = chosen.copy()
        plan[mine] = picks
        taken = np.zeros(len(pairs.pack_room))
        for c in np.flatnonzero(plan):
            where = slice(pairs.pack_start[c], pairs.pack_start[c + 1])
            taken[pairs.pack_row[where]] += pairs.pack_amount[where]
        fits = pairs.area_m2[plan & (pairs.place == p)].sum() <= pairs.room_m2[p]
        if fits and (taken <= pairs.pack_room).all() and not (plan & pairs.forbidden).any():
            yield plan


def _tolls(pairs, a, chosen):
    used = np.unique(pairs.place[chosen])
    return a.toll[chosen].sum(), a.entry_toll[used].sum()


def _net(pairs, a, chosen):
    return value(pairs, chosen) - sum(_tolls(pairs, a, chosen))


def test_tolls_are_parts_of_the_limits():
    for seed in range(30):
        pairs = random_pairs(seed, n_place=6, n_type=4, most=20)
        a, limits, chosen = arrays_of(pairs, pairs.forced), limits_of(pairs), greedy(pairs)
        limits.flat(a, state := holding(a, chosen))
        assert np.isclose(limits.use(state).sum(), sum(_tolls(pairs, a, chosen)))
        assert (limits.use(state) <= 1).all()


def test_the_search_stops_at_a_value_and_at_a_deadline():
    pairs = random_pairs(3, n_place=40, n_type=6, most=200)
    first = greedy(pairs)
    Search(pairs).improve(first, 1, work_limit=20_000)
    began = time.perf_counter()
    best = Search(pairs).improve(first, 1, deadline_s=0.2)
    assert time.perf_counter() - began < 5.0
    assert lawful(pairs, best)
    aim = 0.5 * (value(pairs, first) + value(pairs, best))
    assert value(pairs, best) > value(pairs, first)
    enough = Search(pairs).improve(first, 1, work_limit=10_000_000, wanted=aim)
    assert value(pairs, enough) >= aim


def test_one_search_goes_on_where_it_stopped():
    pairs = random_pairs(4, n_place=40, n_type=6, most=200)
    plans = []
    for _ in range(2):
        search, plan = Search(pairs), greedy(pairs)
        for call in range(3):
            better = search.improve(plan, call, work_limit=40_000)
            assert value(pairs, better) >= value(pairs, plan)
            plan = better
        plans.append(plan)
    assert (plans[0] == plans[1]).all()
