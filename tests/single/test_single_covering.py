"""Maximal covering of one type against every set of sites, against HiGHS alone, and against itself turned round."""

from __future__ import annotations

import numpy as np
import pytest
from covering_towns import best_cover, covering
from scipy import sparse

from models.backends import backend
from models.errors import ModelError
from models.single.cover import merged, replaced_sites
from models.single.mclp import mclp
from models.single.prices import bound_of, covering_goal, covering_model
from models.single.refill import refill
from models.single.swap import board_of, climb
from models.solution import SolveOptions, Termination

EXACT = SolveOptions(mip_gap=0.0)


def reached(reach, weight, sites) -> float:
    return float(weight[np.asarray(reach.toarray()[:, sites].any(axis=1))].sum())


@pytest.mark.parametrize("seed", range(25))
def test_tiny_towns_by_brute_force(seed):
    reach, weight, cost, _ = covering(seed, 14, 7, whole=seed % 2 == 0)
    for p in (0, 1, 3, 7):
        answer = mclp(reach, weight, p=p, options=EXACT)
        assert answer.value == pytest.approx(best_cover(reach, weight, np.ones(7), p), abs=1e-9)
        assert answer.termination is Termination.OPTIMAL
        assert len(answer.sites) <= p
        assert answer.value == pytest.approx(reached(reach, weight, answer.sites))
    answer = mclp(reach, weight, cost=cost, budget=25.0, options=EXACT)
    assert answer.value == pytest.approx(best_cover(reach, weight, cost, 25.0), abs=1e-9)
    assert cost[answer.sites].sum() <= 25.0


@pytest.mark.parametrize("seed", range(40))
def test_no_price_gives_a_wrong_bound(seed):
    reach, weight, cost, _ = covering(seed, 12, 7)
    cover = merged(reach, weight)
    rng = np.random.Generator(np.random.PCG64(seed))
    best = best_cover(reach, weight, cost, 30.0)
    for _ in range(8):
        known = bound_of(cover, cost, 30.0, rng.normal(20, 30, cover.n_row), np.zeros(7))
        assert known.bound >= best - 1e-9
        for j in np.flatnonzero(cost <= 30.0):
            without, own = weight * ~reach.toarray()[:, j], reached(reach, weight, [j])
            assert known.with_site[j] >= own + best_cover(reach, without, cost, 30.0 - cost[j]) - 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_middle_sizes_agree_with_highs_alone(seed):
    reach, weight, cost, _ = covering(seed, 300, 40, radius=0.12)
    for given, price, purse in (({"p": 6}, np.ones(40), 6.0), ({"cost": cost, "budget": 60.0}, cost, 60.0)):
        answer = mclp(reach, weight, **given, options=SolveOptions(mip_gap=1e-4))
        cover = merged(reach, weight)
        alone = backend("highs").solve(covering_model(cover, price, purse), covering_goal(cover), EXACT)
        assert answer.termination is Termination.OPTIMAL
        assert answer.value <= alone.objective + 1e-6 <= answer.bound + 2e-6
        assert answer.value >= alone.objective * (1 - 1.01e-4)
        assert answer.value == pytest.approx(reached(reach, weight, answer.sites))


def test_a_pair_given_twice_counts_once():
    """Homes 0 and 1 are the same but for how they are written."""
    twice = sparse.csr_array((np.ones(5, dtype=bool), [0, 1, 1, 0, 1], [0, 3, 5]), shape=(2, 2))
    cover = merged(twice, np.array([3.0, 4.0]))
    assert cover.reach.toarray().tolist() == [[1.0, 1.0]]
    assert cover.weight.tolist() == [7.0]


def test_the_order_of_homes_and_sites_changes_nothing():
    reach, weight, cost, _ = covering(3, 200, 30, radius=0.15)
    rng = np.random.Generator(np.random.PCG64(5))
    homes, sites = rng.permutation(200), rng.permutation(30)
    one = mclp(reach, weight, cost=cost, budget=50.0, options=EXACT)
    other = mclp(sparse.csr_array(reach[homes][:, sites]), weight[homes], cost=cost[sites], budget=50.0, options=EXACT)
    assert other.value == pytest.approx(one.value)
    assert other.value == pytest.approx(reached(reach, weight, sites[other.sites]))


def test_one_more_site_never_hurts():
    reach, weight, _, _ = covering(8, 150, 25, radius=0.15)
    values = [mclp(reach, weight, p=p, options=EXACT).value for p in range(0, 26, 3)]
    assert values == sorted(values)
    assert values[-1] == pytest.approx(reached(reach, weight, np.arange(25)))


def test_the_same_input_gives_the_same_answer():
    reach, weight, _, _ = covering(9, 400, 60, radius=0.1)
    one, other = (mclp(reach, weight, p=8) for _ in range(2))
    assert np.array_equal(one.sites, other.sites)
    assert (one.value, one.bound) == (other.value, other.bound)


def test_a_bound_that_is_not_closed_is_not_called_optimal():
    reach, weight, _, _ = covering(4, 2000, 250, radius=0.06)
    answer = mclp(reach, weight, p=40, options=SolveOptions(mip_gap=0.0, time_limit_s=0.5))
    assert answer.bound >= answer.value
    assert (answer.termination is Termination.OPTIMAL) == (answer.mip_gap <= 1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_presolve_keeps_the_optimum(seed):
    reach, weight, cost, _ = covering(seed, 16, 9, radius=0.35)
    cover = merged(reach, weight)
    small = cover.kept(~replaced_sites(cover, cost))
    assert small.n_site < 9 or seed
    assert small.weight.sum() == pytest.approx(weight[reach.sum(axis=1) > 0].sum())
    assert len(np.unique(cover.reach.toarray(), axis=0)) == cover.n_row
    assert best_cover(small.reach, small.weight, cost[small.site], 30.0) == best_cover(reach, weight, cost, 30.0)


@pytest.mark.parametrize("seed", range(10))
def test_the_searches_stay_lawful_and_never_get_worse(seed):
    reach, weight, cost, _ = covering(seed, 120, 25, radius=0.2)
    cover = merged(reach, weight)
    board, start = board_of(cover, cost, 40.0), np.zeros(25, dtype=bool)
    start[np.argmin(cost)] = True
    climbed, refilled = climb(board, start), refill(board, start, 50, 3, seed)
    for found in (climbed, refilled):
        assert cost[found].sum() <= 40.0
        assert cover.value(found) >= cover.value(start)
    for j, k in np.argwhere(climbed[:, None] & ~climbed[None, :]):
        other = climbed.copy()
        other[[j, k]] = False, True
        assert cost[other].sum() > 40.0 or cover.value(other) <= cover.value(climbed) + 1e-6


def test_nothing_within_reach_is_worth_nothing():
    answer = mclp(sparse.csr_array(np.zeros((4, 3), dtype=bool)), np.ones(4), p=2)
    assert (answer.value, answer.bound, len(answer.sites)) == (0.0, 0.0, 0)


@pytest.mark.parametrize(
    "given",
    [{}, {"p": 2, "budget": 3.0}, {"budget": 3.0}, {"p": -1}, {"cost": np.array([1.0, np.nan]), "budget": 3.0}],
)
def test_unfit_arguments_are_refused(given):
    with pytest.raises(ModelError):
        mclp(sparse.csr_array(np.ones((3, 2), dtype=bool)), np.ones(3), **given)


def test_unfit_arrays_are_refused_all_at_once():
    with pytest.raises(ModelError, match=r"weight has shape.*cost holds"):
        mclp(sparse.csr_array(np.ones((3, 2), dtype=bool)), np.ones(4), cost=np.array([1.0, -1.0]), budget=1.0)
