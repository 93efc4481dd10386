"""The p-median against every set of sites, against HiGHS alone, and against itself turned round; its bound's pieces."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from covering_towns import covering

from models.backends import backend
from models.errors import ModelError
from models.linear import Kind, Objective, rows, stack
from models.single.branch import branch
from models.single.exchange import greedy, interchange
from models.single.pmedian import p_median
from models.single.priced import ascend, relax
from models.single.tables import DenseTable
from models.solution import SolveOptions, Termination

EXACT = SolveOptions(mip_gap=0.0)
NONE = np.zeros(0, dtype=np.int64)


def total_cost(by_site, sites) -> float:
    """Everybody at the cheapest of ``sites``."""
    return float(by_site[sites].min(axis=0).sum())


def town(seed: int, n_demand: int, n_site: int, whole: bool = True):
    _, weight, _, metres = covering(seed, n_demand, n_site)
    return (np.round(1000 * metres) if whole else metres), weight


def best_total(metres, weight, p) -> float:
    sets = combinations(range(metres.shape[1]), p)
    return min(float(weight @ metres[:, list(sites)].min(axis=1)) for sites in sets)


def by_highs(metres, weight, p) -> float:
    """The textbook program: x [site], z [demand, site]."""
    n, m = metres.shape
    z, width = m + np.arange(n * m), m + n * m
    demand, site = np.divmod(np.arange(n * m), m)
    blocks = [
        rows("served", (n, width), [(demand, z, 1.0)], 1.0, 1.0, list),
        rows("open", (n * m, width), [(z - m, z, 1.0), (z - m, site, -1.0)], -np.inf, 0.0, list),
        rows("p", (1, width), [(np.zeros(m, dtype=int), np.arange(m), 1.0)], p, p, list),
    ]
    kind = np.repeat([Kind.INTEGER, Kind.IMPLIED], [m, n * m]).astype(np.int8)
    model = stack(blocks, np.zeros(width), np.ones(width), kind, list)
    cost = np.concatenate([np.zeros(m), (metres * weight[:, None]).ravel()])
    return backend("highs").solve(model, Objective("walking", "min", cost), EXACT).objective


@pytest.mark.parametrize("seed", range(25))
def test_tiny_towns_by_brute_force(seed):
    metres, weight = town(seed, 12, 7, whole=seed % 2 == 0)
    for p in (1, 2, 4, 7):
        answer = p_median(metres, weight, p, EXACT)
        assert answer.value == pytest.approx(best_total(metres, weight, p))
        assert answer.termination is Termination.OPTIMAL
        assert len(np.unique(answer.sites)) == p
        assert answer.value == pytest.approx(float(weight @ metres[:, answer.sites].min(axis=1)))


@pytest.mark.parametrize("seed", range(6))
def test_middle_sizes_agree_with_highs_alone(seed):
    metres, weight = town(seed, 60, 25)
    best = by_highs(metres, weight, 5)
    exact, loose = p_median(metres, weight, 5, EXACT), p_median(metres, weight, 5, SolveOptions(mip_gap=0.05))
    assert exact.value == pytest.approx(best)
    assert exact.bound == pytest.approx(best)
    assert loose.bound <= best + 1e-6 <= loose.value + 2e-6
    assert loose.termination is Termination.OPTIMAL


@pytest.mark.parametrize("seed", range(30))
def test_no_price_gives_a_wrong_bound(seed):
    """L, and L with a site opened or closed for good, against the best plan that is left."""
    metres, weight = town(seed, 10, 6)
    by_site = np.ascontiguousarray((metres * weight[:, None]).T)
    rng = np.random.Generator(np.random.PCG64(seed))
    for _ in range(8):
        known = relax(DenseTable(by_site, 3), rng.normal(5000, 9000, 10), NONE, np.arange(6))
        plans = {sites: total_cost(by_site, np.array(sites)) for sites in combinations(range(6), 3)}
        assert known.bound <= min(plans.values()) + 1e-6
        for j in range(6):
            assert known.bound + known.entry[j] <= min(v for s, v in plans.items() if j in s) + 1e-6
            assert known.bound + known.exit[j] <= min(v for s, v in plans.items() if j not in s) + 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_an_ascent_never_loses_and_counts_how_often_a_site_was_open(seed):
    metres, weight = town(seed, 40, 15)
    by_site = np.ascontiguousarray((metres * weight[:, None]).T)
    table, least = DenseTable(by_site, 3), total_cost(by_site, greedy(by_site, 3))
    start = relax(table, by_site.min(axis=0), NONE, np.arange(15))
    risen = [ascend(table, start, lambda _: least, lambda total: total, np.inf, most) for most in (0, 10, 100)]
    assert [r.best.bound for r in risen] == sorted(r.best.bound for r in risen)
    assert risen[0].best is start
    small = DenseTable(by_site * 1e-6, 3)
    begin = relax(small, start.price * 1e-6, NONE, np.arange(15))
    again = ascend(small, begin, lambda _: least * 1e-6, lambda total: total, np.inf, 100)
    assert again.best.bound * 1e6 == pytest.approx(risen[2].best.bound, rel=1e-3)
    assert all(((r.often >= 0) & (r.often <= 1)).all() and r.often.sum() == pytest.approx(3) for r in risen)


@pytest.mark.parametrize("seed", range(12))
def test_branching_proves_what_prices_of_nothing_do_not(seed):
    """From prices that are worth nothing, so that the tree has work to do, and from the worst plan."""
    metres, weight = town(seed, 14, 8)
    by_site = np.ascontiguousarray((metres * weight[:, None]).T)
    plans = [total_cost(by_site, np.array(sites)) for sites in combinations(range(8), 3)]
    table, found = DenseTable(by_site, 3), [max(plans)]

    def offer(sites) -> float:
        assert len(sites) <= 3
        found[0] = min(found[0], total_cost(by_site, sites)) if len(sites) == 3 else found[0]
        return found[0]

    root = relax(table, np.zeros(14), NONE, np.arange(8))
    bound, nodes = branch(table, root, root.share, lambda known: offer(known.sites), offer, lambda v: v - 0.99, np.inf)
    assert found[0] == pytest.approx(min(plans))
    assert min(plans) - 1 < bound <= min(plans) + 1e-6
    assert nodes % 2 == 0


def test_an_interchange_never_gets_worse_and_ends_where_no_swap_helps():
    metres, weight = town(4, 40, 15)
    by_site = np.ascontiguousarray((metres * weight[:, None]).T)
    first = greedy(by_site, 4)
    found, total = interchange(by_site, first)
    assert total == pytest.approx(total_cost(by_site, found))
    assert total <= total_cost(by_site, first)
    swaps = [[*np.delete(found, m), k] for m in range(4) for k in np.setdiff1d(np.arange(15), found)]
    assert total <= min(total_cost(by_site, np.array(sites)) for sites in swaps) + 1e-6


def test_the_order_of_homes_and_sites_changes_nothing():
    metres, weight = town(3, 80, 30)
    rng = np.random.Generator(np.random.PCG64(5))
    homes, sites = rng.permutation(80), rng.permutation(30)
    one = p_median(metres, weight, 6, EXACT)
    assert p_median(metres[np.ix_(homes, sites)], weight[homes], 6, EXACT).value == pytest.approx(one.value)


def test_one_more_site_never_hurts():
    metres, weight = town(8, 50, 20)
    values = [p_median(metres, weight, p, EXACT).value for p in range(1, 21, 3)]
    assert values == sorted(values, reverse=True)


def test_a_limit_leaves_a_bound_that_is_not_called_optimal():
    metres, weight = town(6, 400, 200, whole=False)
    answer = p_median(metres, weight, 7, SolveOptions(mip_gap=0.0, time_limit_s=0.02))
    assert answer.bound <= answer.value
    assert (answer.termination is Termination.OPTIMAL) == (answer.mip_gap <= 1e-9)


def test_unfit_arguments_are_refused_all_at_once():
    with pytest.raises(ModelError, match=r"metres holds.*p is 4"):
        p_median(np.array([[1.0, np.inf, 2.0]]), np.ones(1), 4)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_told_on_the_way_holds_and_gets_better(seed):
    metres, weight = town(seed, 60, 25)
    told: list = []
    answer = p_median(metres, weight, 5, EXACT, told.append)
    assert len(told) > 3
    values, bounds = [state.incumbent for state in told], [state.bound for state in told]
    assert values == sorted(values, reverse=True)
    assert bounds == sorted(bounds)
    assert max(bounds) <= answer.value + 1e-6 <= min(values) + 2e-6
