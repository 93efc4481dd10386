"""Set covering and the p-center against every set of sites, against HiGHS alone, and against themselves reordered."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from covering_towns import covering
from scipy import sparse

from models.backends import backend
from models.errors import ModelError
from models.linear import Kind, Objective, rows, stack
from models.single.cover import merged
from models.single.lscp import Covered, least_cover, lscp, shrunk
from models.single.pcenter import _farthest_first, p_center
from models.single.regrow import regrow
from models.single.subsets import around_another, inside_another
from models.single.swap import board_of
from models.solution import SolveOptions, Termination

EXACT = SolveOptions(mip_gap=0.0)


def town(seed: int, n_demand: int, n_site: int, radius: float):
    """Homes that nobody reaches are left out."""
    reach, _, cost, metres = covering(seed, n_demand, n_site, radius)
    lived = np.asarray(reach.sum(axis=1)).ravel() > 0
    return sparse.csr_array(reach[lived]), cost, metres[lived]


def cheapest(reach, cost) -> float:
    dense, n_site = reach.toarray().astype(bool), reach.shape[1]
    sets = (list(s) for size in range(n_site + 1) for s in combinations(range(n_site), size))
    return min(float(cost[s].sum()) for s in sets if dense[:, s].any(axis=1).all())


def by_highs(reach, cost) -> float:
    entries, n = sparse.coo_array(reach), reach.shape[1]
    block = rows("r", reach.shape, [(entries.coords[0], entries.coords[1], 1.0)], 1.0, np.inf, list)
    model = stack([block], np.zeros(n), np.ones(n), np.full(n, int(Kind.INTEGER), dtype=np.int8), list)
    return backend("highs").solve(model, Objective("cost", "min", cost), EXACT).objective


@pytest.mark.parametrize("seed", range(25))
def test_tiny_covers_by_brute_force(seed):
    reach, cost, _ = town(seed, 16, 8, 0.35)
    for price in (None, cost):
        answer = lscp(reach, cost=price, options=EXACT)
        assert answer.value == cheapest(reach, np.ones(8) if price is None else price)
        assert answer.bound == answer.value
        assert answer.termination is Termination.OPTIMAL
        assert reach.toarray()[:, answer.sites].any(axis=1).all()


@pytest.mark.parametrize("seed", range(6))
def test_middle_covers_agree_with_highs_alone(seed):
    reach, cost, _ = town(seed, 150, 45, 0.17)
    for price in (None, cost, cost + 0.37):
        best = by_highs(reach, np.ones(45) if price is None else price)
        answer, loose = (lscp(reach, cost=price, options=SolveOptions(mip_gap=gap)) for gap in (0.0, 0.1))
        assert answer.value == pytest.approx(best)
        assert loose.bound <= best + 1e-6 <= loose.value + 2e-6


@pytest.mark.parametrize(("bound", "said", "ended"), [(1.0, 1.0, "FEASIBLE"), (2.0 + 1e-9, 2.0, "OPTIMAL")])
def test_it_says_the_bound_that_was_proven_but_never_more_than_its_cost(monkeypatch, bound, said, ended):
    monkeypatch.setattr("models.single.lscp.least_cover", lambda *_: Covered(np.array([0, 1]), bound))
    answer = lscp(sparse.csr_array(np.eye(2, dtype=bool)), options=EXACT)
    assert (answer.value, answer.bound, answer.termination) == (2.0, said, Termination[ended])


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("good", [2.0, 4.0, 6.0])
def test_asked_whether_so_many_are_enough_it_says_so(seed, good):
    reach, _, _ = town(seed, 20, 9, 0.3)
    found, best = least_cover(merged(reach, np.ones(reach.shape[0])), np.ones(9), EXACT, np.inf, good), 0.0
    best = cheapest(reach, np.ones(9))
    assert (len(found.sites) <= good) == (best <= good)
    assert found.bound <= best
    assert best <= good or found.bound > good


def test_somebody_out_of_reach_is_infeasible():
    answer = lscp(sparse.csr_array(np.array([[True, False], [False, False]])))
    assert answer.termination is Termination.INFEASIBLE
    assert (answer.sites, answer.bound) == (None, np.inf)


@pytest.mark.parametrize("seed", range(20))
def test_sets_inside_sets_by_hand(seed):
    rng = np.random.Generator(np.random.PCG64(seed))
    dense, cost = rng.random((9, 5)) < 0.5, rng.integers(1, 3, 9).astype(float)
    inner, outer = inside_another(sparse.csr_array(dense), cost), around_another(sparse.csr_array(dense))
    for a in range(9):
        others = [b for b in range(9) if b != a]
        inside = [b for b in others if dense[a].any() and np.all(dense[b] >= dense[a]) and cost[b] <= cost[a]]
        real = [b for b in inside if dense[b].sum() > dense[a].sum() or cost[b] < cost[a] or b < a]
        assert inner[a] == bool(real)
        held = [b for b in others if dense[b].any() and np.all(dense[b] <= dense[a])]
        assert outer[a] == bool([b for b in held if dense[b].sum() < dense[a].sum() or b < a])


@pytest.mark.parametrize("seed", range(8))
def test_presolve_of_a_full_cover_keeps_the_optimum(seed):
    reach, cost, _ = town(seed, 30, 9, 0.35)
    small = shrunk(merged(reach, np.ones(reach.shape[0])), cost)
    assert small.n_row < reach.shape[0]
    assert cheapest(small.reach, cost[small.site]) == cheapest(reach, cost)


@pytest.mark.parametrize("seed", range(8))
def test_the_iterated_greedy_covers_all_and_never_gets_dearer(seed):
    reach, cost, _ = town(seed, 100, 30, 0.2)
    cover = merged(reach, np.ones(reach.shape[0]))
    board, nothing = board_of(cover, cost, float(cost.sum())), np.zeros(30, dtype=bool)
    first, later = regrow(board, nothing, 0, 3, 1), regrow(board, nothing, 200, 3, 1)
    for chosen in (first, later):
        assert np.all(cover.reach @ chosen.astype(float) > 0)
    assert cost[later].sum() <= cost[first].sum()


@pytest.mark.parametrize("seed", range(25))
def test_tiny_centers_by_brute_force(seed):
    metres = town(seed, 12, 7, 2.0)[2]
    metres = np.round(10 * metres) if seed % 2 else metres
    for p in (1, 2, 4, 7):
        best = min(metres[:, list(s)].min(axis=1).max() for s in combinations(range(7), p))
        answer = p_center(metres, p)
        assert answer.value == answer.bound == best
        assert answer.termination is Termination.OPTIMAL
        assert len(answer.sites) <= p
        assert metres[:, answer.sites].min(axis=1).max() == best


@pytest.mark.parametrize("seed", range(6))
def test_the_first_centers_are_at_most_twice_as_far_as_the_best(seed):
    """Gonzalez (1985), where every home is a site."""
    where = np.random.Generator(np.random.PCG64(seed)).random((11, 2))
    metres = np.linalg.norm(where[:, None] - where[None], axis=2)
    for p in (2, 3, 4, 5):
        best = min(metres[:, list(s)].min(axis=1).max() for s in combinations(range(11), p))
        found = _farthest_first(metres, p)
        assert len(found) == p
        assert metres[:, found].min(axis=1).max() <= 2 * best


def test_the_order_of_homes_and_sites_changes_nothing():
    reach, cost, metres = town(3, 120, 30, 0.25)
    rng = np.random.Generator(np.random.PCG64(5))
    homes, sites = rng.permutation(reach.shape[0]), rng.permutation(30)
    one, other = lscp(reach, cost=cost), lscp(sparse.csr_array(reach[homes][:, sites]), cost=cost[sites])
    assert one.value == pytest.approx(other.value)
    assert p_center(metres, 5).value == p_center(metres[np.ix_(homes, sites)], 5).value


def test_one_more_center_never_hurts():
    metres = town(8, 40, 16, 2.0)[2]
    values = [p_center(metres, p).value for p in (1, 2, 4, 8, 16)]
    assert values == sorted(values, reverse=True)
    assert values[-1] == pytest.approx(max(metres.min(axis=1).max(), 0.0), abs=0.1)


def test_a_limit_leaves_bounds_that_hold():
    reach, cost, metres = town(5, 300, 60, 0.14)
    hurried = SolveOptions(mip_gap=0.0, time_limit_s=0.05)
    assert lscp(reach, cost=cost, options=hurried).bound <= by_highs(reach, cost) + 1e-6
    answer = p_center(metres, 9, hurried)
    assert answer.bound <= p_center(metres, 9).value <= answer.value


def test_unfit_arguments_are_refused_all_at_once():
    with pytest.raises(ModelError, match=r"metres holds.*p is 4"):
        p_center(np.array([[1.0, np.inf, 2.0]]), 4)
    with pytest.raises(ModelError, match="cost holds"):
        lscp(sparse.csr_array(np.ones((2, 2), dtype=bool)), cost=np.array([1.0, -1.0]))
