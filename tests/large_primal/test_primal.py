"""Greedy and local search against brute force, an eager greedy and rules written again."""

from dataclasses import replace

import numpy as np
import pytest
from large_primal.primal_cases import best_value, filled, lawful, random_pairs, value

from models.large.arrays import arrays_of
from models.large.greedy import greedy
from models.large.search import improve
from models.large.state import COVERED, FILLED, HELD, SPENT, add, drop, holding

WORK = 30_000


@pytest.mark.parametrize("start", range(0, 300, 50))
def test_every_plan_is_lawful_and_never_worse(start):
    for seed in range(start, start + 50):
        pairs = random_pairs(seed, n_place=8, n_type=5, most=30)
        first = greedy(pairs)
        better = improve(pairs, first, seed, work_limit=WORK // 4)
        assert lawful(pairs, first)
        assert lawful(pairs, better)
        assert value(pairs, better) >= value(pairs, first) - 1e-9
        least = min(pairs.held_fill, filled(pairs, first).sum())
        assert filled(pairs, better).sum() >= least


def test_the_search_finds_the_optimum_of_most_tiny_cases():
    greedy_found = found = 0
    for seed in range(60):
        pairs = replace(random_pairs(seed), held_fill=-np.inf)
        best = best_value(pairs)
        first = greedy(pairs)
        assert value(pairs, first) >= 0.5 * best
        greedy_found += value(pairs, first) >= best - 1e-9
        found += value(pairs, improve(pairs, first, 1, work_limit=WORK)) >= best - 1e-9
    assert (greedy_found, found) == (37, 56)


def test_the_state_is_what_is_counted_anew():
    rng = np.random.default_rng(5)
    pairs = random_pairs(1, n_place=6, n_type=4, most=20)
    a = arrays_of(pairs, pairs.forced)
    state = holding(a, pairs.forced)
    for _ in range(200):
        c = int(rng.integers(pairs.n))
        (drop if state.chosen[c] else add)(a, state, c)
        fresh = holding(a, state.chosen.copy())
        for now, anew in zip(state, fresh, strict=True):
            if now is not state.counts:
                np.testing.assert_allclose(now, anew, atol=1e-9)
        assert state.totals[COVERED] + state.totals[FILLED] == pytest.approx(value(pairs, state.chosen))
        assert state.totals[HELD] == pytest.approx(filled(pairs, state.chosen).sum())
        assert state.totals[SPENT] >= 0


def test_lazy_is_eager():
    """One pair a place, money alone: the heap takes what a plain loop takes."""
    for seed in range(40):
        pairs = random_pairs(seed, n_place=20, n_type=1, most=20)
        rng = np.random.default_rng(seed)
        no_ties = {"weight": pairs.weight * rng.uniform(1, 2, 5), "budget_cny": rng.uniform(1, 9, pairs.n)}
        pairs = replace(pairs, **no_ties, capital_cny=25.0, max_sites=-1, pack_room=pairs.pack_room + 100)
        assert (greedy(pairs) == _eager(pairs)).all()


def _eager(pairs):
    chosen = np.zeros(pairs.n, dtype=bool)
    while True:
        best, pick = 0.0, -1
        for c in np.flatnonzero(~chosen & ~pairs.forbidden):
            plan = chosen.copy()
            plan[c] = True
            cost = pairs.budget_cny[c] + pairs.fixed_cny[pairs.place[c]]
            ratio = (value(pairs, plan) - value(pairs, chosen)) / cost
            if lawful(pairs, plan) and ratio > best * (1 + 1e-9):
                best, pick = ratio, c
        if pick < 0:
            return chosen
        chosen[pick] = True


def test_forced_pairs_stay_and_the_same_seed_gives_the_same_plan():
    pairs = replace(random_pairs(2, n_place=8, n_type=5, most=30), capital_cny=60.0)
    forced = np.zeros(pairs.n, dtype=bool)
    forced[np.flatnonzero(~pairs.forbidden & (pairs.area_m2 <= pairs.room_m2[pairs.place]))[-1]] = True
    pairs = replace(pairs, forced=forced, forbidden=pairs.forbidden & ~forced)
    plans = [improve(pairs, greedy(pairs), 3, work_limit=WORK) for _ in range(2)]
    assert plans[0][forced].all()
    assert (plans[0] == plans[1]).all()


def test_a_floor_that_is_met_stays_met():
    for seed in range(20):
        pairs = random_pairs(seed, n_place=8, n_type=5, most=30)
        first = greedy(pairs)
        weight = np.zeros((1, len(pairs.weight)))
        weight[0, :5] = 1.0
        covered = _covered(pairs, first) @ weight[0]
        held = replace(pairs, floor_weight=weight, floor_at_least=np.array([covered]))
        assert _covered(pairs, improve(held, first, seed, work_limit=WORK // 4)) @ weight[0] >= covered


def _covered(pairs, chosen):
    reaches = np.repeat(chosen, np.diff(pairs.cover_start))
    return np.bincount(pairs.cover_group[reaches], minlength=len(pairs.weight)) > 0
