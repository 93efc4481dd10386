"""Prices of fills that a level above holds, and which pairs a search misses where a floor or fill falls short."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from large_primal.primal_cases import random_pairs

from models.large.greedy import greedy
from models.large.pairs import Pairs
from models.large.search import Search, _bound, _Run
from models.large.state import FILLED, HELD, drop


def town(seed: int) -> Pairs:
    """Three entries to be filled, the last one twice; a floor of half of what the first five groups weigh."""
    pairs = random_pairs(seed, n_place=8, n_type=5, most=30)
    rng = np.random.default_rng(seed)
    fills = [np.sort(rng.permutation(3)[: rng.integers(0, 3)]) for _ in range(pairs.n)]
    weight = np.zeros((1, len(pairs.weight)))
    weight[0, :5] = pairs.weight[:5]
    return replace(
        pairs,
        fill_start=np.concatenate([[0], np.cumsum([len(f) for f in fills])]).astype(np.int64),
        fill_entry=np.concatenate(fills).astype(np.int32),
        missing=np.array([1.0, 1.0, 2.0]),
        fill_weight=np.array([20.0, 5.0, 1.0]),
        held_fill_weight=np.array([1.0, 2.0, 1.0]),
        held_fill=4.0,
        floor_weight=weight,
        floor_at_least=np.array([0.5 * weight.sum()]),
    )


def begun(seed: int) -> _Run:
    pairs = town(seed)
    return _Run(Search(pairs), greedy(pairs), 1, np.inf, 10**9, np.inf)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_short_gets_dearer_and_what_is_filled_cheaper(seed: int):
    run = begun(seed)
    search, state, pairs = run.search, run.state, run.search.pairs
    for part in (1.0, 0.9, 0.2):
        price, parts = search.held_price, search.held_part.copy()
        run._follow_held(part)
        lacking = float(np.clip(part - state.totals[HELD] / max(run.floors[-1], 1e-9), -0.05, 0.05))
        assert search.held_price == pytest.approx(price * math.exp(3.0 * lacking))
        short = state.filled < pairs.missing
        assert search.held_part == pytest.approx(np.clip(parts * np.where(short, 1.15, 0.97), 0.01, 1.0))
        weights = pairs.fill_weight + search.held_price * search.held_part * pairs.held_fill_weight
        assert run.strict.fill_weight == pytest.approx(weights)
        assert state.totals[FILLED] == pytest.approx(weights @ np.minimum(state.filled, pairs.missing))
    assert run.floors[-1] <= 4.0


@pytest.mark.parametrize("seed", range(6))
def test_pairs_that_are_gone_and_missed(seed: int):
    run = begun(seed)
    a, state, pairs = run.strict, run.state, run.search.pairs
    rng = np.random.default_rng(seed)
    for c in rng.permutation(np.flatnonzero(state.chosen))[:4]:
        drop(a, state, c)
        low = state.floors[0] < run.floors[0] - 1e-9 * max(1.0, abs(run.floors[0]))
        short = state.totals[HELD] < run.floors[-1]
        lost = set()
        for g in np.flatnonzero(run.best & ~state.chosen):
            fills = pairs.fill_entry[pairs.fill_start[g] : pairs.fill_start[g + 1]]
            groups = pairs.cover_group[pairs.cover_start[g] : pairs.cover_start[g + 1]]
            serves = short and any(state.filled[f] < pairs.missing[f] for f in fills)
            lost |= {int(g)} if serves or (low and any(h < 5 and state.times[h] == 0 for h in groups)) else set()
        assert set(run._lost().tolist()) == lost


def test_a_search_is_over_where_nothing_may_or_need_be_done():
    run = begun(1)
    assert not run.over()
    for name, value in (("left", 0), ("wanted", run.value), ("ends", -math.inf)):
        kept = getattr(run, name)
        setattr(run, name, value)
        assert run.over()
        setattr(run, name, kept)
    for c in np.flatnonzero(run.state.chosen):
        drop(run.strict, run.state, c)
    assert run.over()


def test_what_hosts_and_what_must_stand_is_bound():
    pairs = town(2)
    chosen = np.zeros(pairs.n, dtype=bool)
    chosen[[0, 5]] = True
    needs, must = np.arange(pairs.n) == 5, np.zeros(pairs.n_place, dtype=bool)
    must[pairs.place[-1]] = True
    bound = _bound(replace(pairs, needs_host=needs, must_use=must), chosen)
    assert (bound == np.isin(pairs.place, [pairs.place[5], pairs.place[-1]])).all()
    needs = np.arange(pairs.n) == 6  # it is not chosen: nothing hosts
    assert not _bound(replace(pairs, needs_host=needs), chosen).any()
