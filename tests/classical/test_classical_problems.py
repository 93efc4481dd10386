"""The classical location problems are choices of levels and limits; each equals its own textbook brute force.

MCLP: Church and ReVelle 1974. LSCP: Toregas et al. 1971. p-median and p-center: Hakimi 1964.
"""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from scipy import sparse
from support.instances import plain_instance

from models.instance import BoolArray, FloatArray, Rules, SitingInstance
from models.lexicographic import solve
from models.solution import SolveOptions, Termination

SEEDS = range(4)
SOLVERS = ("highs", "cpsat", "cbc")


def town(seed: int, n_demand: int = 14, n_site: int = 8) -> tuple[FloatArray, FloatArray]:
    """(residents [i], whole metres [i,j]) of a random town."""
    rng = np.random.default_rng(seed)
    home, site = rng.uniform(0, 1000, (n_demand, 2)), rng.uniform(0, 1000, (n_site, 2))
    metres = np.rint(np.linalg.norm(home[:, None, :] - site[None, :, :], axis=2))
    return rng.integers(1, 500, n_demand).astype(float), metres


def one_type(residents: FloatArray, reach: BoolArray) -> SitingInstance:
    return plain_instance(reach[:, :, None], residents=residents, segment_residents=residents[:, None])


def with_metres(residents: FloatArray, metres: FloatArray) -> SitingInstance:
    instance = one_type(residents, np.ones_like(metres, dtype=bool))
    n_demand, n_site = metres.shape
    row, col = np.indices(metres.shape).reshape(2, -1)
    walk = sparse.coo_array((metres.ravel(), (row, col)), shape=(n_demand, n_site)).tocsr()
    return SitingInstance(**{**vars(instance), "walk_m": (walk,), "outlet_walk_m": np.full((n_demand, 1), np.inf)})


def best(instance: SitingInstance, rules: Rules, solver: str) -> float | None:
    solution = solve(instance, rules, SolveOptions(solver=solver, mip_gap=1e-9, time_limit_s=30))
    if solution.decision is None:
        assert solution.termination is Termination.INFEASIBLE
        return None
    assert solution.termination is Termination.OPTIMAL
    return solution.levels[0].incumbent


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_maximal_covering(seed: int, solver: str):
    residents, metres = town(seed)
    reach = metres <= 250
    wanted = max(residents[reach[:, sites].any(axis=1)].sum() for sites in map(list, combinations(range(8), 3)))
    assert best(one_type(residents, reach), Rules(levels=("basic_coverage",), max_sites=3), solver) == wanted


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_set_covering(seed: int, solver: str):
    residents, metres = town(seed)
    radius = 250 if seed == 0 else 420
    reach = metres <= radius
    sizes = [p for p in range(9) if any(reach[:, list(s)].any(axis=1).all() for s in combinations(range(8), p))]
    rules = Rules(levels=("sites",), coverage_floor=((0, 1.0),))
    assert best(one_type(residents, reach), rules, solver) == (min(sizes) if sizes else None)
    assert bool(sizes) == (seed != 0)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_p_median(seed: int, solver: str):
    residents, metres = town(seed)
    wanted = min(residents @ metres[:, sites].min(axis=1) for sites in map(list, combinations(range(8), 3)))
    assert best(with_metres(residents, metres), Rules(levels=("walking",), max_sites=3), solver) == pytest.approx(
        wanted
    )


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_p_center(seed: int, solver: str):
    residents, metres = town(seed)
    wanted = min(metres[:, sites].min(axis=1).max() for sites in map(list, combinations(range(8), 3)))
    rules = Rules(levels=("farthest_walk",), max_sites=3)
    assert best(with_metres(residents, metres), rules, solver) == pytest.approx(wanted)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_multi_service_covering(seed: int, solver: str):
    """Every resident within reach of both services, at least cost; a site is paid once however much it hosts."""
    rng = np.random.default_rng(seed)
    residents, metres = town(seed, n_demand=10, n_site=5)
    radius = np.array([650.0, 800.0]) if seed else np.array([420.0, 560.0])
    reach = metres[:, :, None] <= radius
    opening, fixed = rng.integers(50, 200, (5, 2)) * 100.0, rng.integers(50, 300, 5) * 100.0
    instance = plain_instance(
        reach,
        residents=residents,
        segment_residents=np.column_stack([residents, residents]),
        open_cost_cny=opening,
        site_cost_cny=fixed,
    )
    costs = []
    for bits in product((False, True), repeat=10):
        chosen = np.array(bits).reshape(5, 2)
        if (reach & chosen).any(axis=1).all():
            costs.append(opening[chosen].sum() + fixed[chosen.any(axis=1)].sum())
    assert bool(costs) == (seed != 0)
    rules = Rules(levels=("cost",), coverage_floor=((0, 1.0), (1, 1.0)))
    assert best(instance, rules, solver) == (min(costs) if costs else None)
