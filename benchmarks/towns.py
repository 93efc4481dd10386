"""A made-up town for the maximal covering problem, and its ways into an instance of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist

from models.instance import Rules, SitingInstance, Tier

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Town:
    """Homes [i,2] and rooms [j,2] in metres, spread evenly over a square; whole residents [i]."""

    homes: FloatArray
    rooms: FloatArray
    residents: FloatArray


def make_town(n_demand: int, n_site: int, side_m: float, seed: int) -> Town:
    """The same town for the same arguments."""
    rng = np.random.Generator(np.random.PCG64(seed))
    return Town(
        homes=rng.uniform(0, side_m, (n_demand, 2)),
        rooms=rng.uniform(0, side_m, (n_site, 2)),
        residents=rng.integers(20, 400, n_demand).astype(float),
    )


def distance_matrix(town: Town) -> FloatArray:
    """[i,j]: straight metres, dense: what spopt is given."""
    return np.asarray(cdist(town.homes, town.rooms))


def reach_from_matrix(metres: FloatArray, radius_m: float) -> sparse.csr_array:
    """Boolean CSR [i,j] of a dense matrix; the radius is inclusive."""
    near = metres <= radius_m
    return _reach(near.sum(axis=1), np.flatnonzero(near) % near.shape[1], near.shape)


def reach_from_points(town: Town, radius_m: float) -> sparse.csr_array:
    """The same from coordinates alone: no dense matrix is ever made."""
    near = KDTree(town.rooms).query_ball_point(town.homes, radius_m, return_sorted=True)
    counts = np.fromiter((len(found) for found in near), dtype=np.int64, count=len(near))
    indices = np.concatenate([np.zeros(0, dtype=np.int64), *map(np.asarray, near[counts > 0])])
    return _reach(counts, indices, (len(town.homes), len(town.rooms)))


def _reach(counts: IntArray, indices: npt.NDArray[Any], shape: tuple[int, int]) -> sparse.csr_array:
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return sparse.csr_array((np.ones(len(indices), dtype=bool), indices.astype(np.int32), indptr), shape=shape)


def mclp_instance(reach: sparse.csr_array, residents: FloatArray) -> SitingInstance:
    """One basic type, nothing covered yet, every site allowed, no rule that binds but the number of sites."""
    n_demand, n_site = reach.shape
    one_type, no_money = np.zeros(1), np.zeros((n_site, 1))
    return SitingInstance(
        demand_ids=tuple(f"D{n}" for n in range(n_demand)),
        site_ids=tuple(f"S{n}" for n in range(n_site)),
        type_ids=("T0",),
        residents=residents,
        segment_residents=residents[:, None],
        tier=np.array([int(Tier.BASIC)]),
        coverage_weight=np.ones(1),
        missing_outlets=np.zeros(1, dtype=np.int64),
        missing_weight=np.ones(1),
        covered=np.zeros((n_demand, 1), dtype=bool),
        rivals=np.zeros((n_demand, 1), dtype=np.int64),
        reach=(reach,),
        eligible=np.ones((n_site, 1), dtype=bool),
        area_m2=one_type,
        site_area_m2=np.zeros(n_site),
        open_cost_cny=no_money,
        site_cost_cny=np.zeros(n_site),
        open_budget_cny=no_money,
        site_budget_cny=np.zeros(n_site),
        subsidy_cny_year=one_type,
        min_catchment=one_type,
        addon_eligible=np.zeros((n_site, 1), dtype=bool),
        hosts=np.zeros((1, 1), dtype=bool),
        addon_area_m2=one_type,
        addon_cost_cny=one_type,
    )


def mclp_rules(p: int) -> Rules:
    """Cover as many residents as possible with at most ``p`` sites."""
    return Rules(levels=("basic_coverage",), max_sites=p)
