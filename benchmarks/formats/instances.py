"""One-type problems as instances of ours."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from benchmarks.formats.case import Case, FloatArray
from benchmarks.towns import mclp_instance, mclp_rules
from models.instance import Rules


def reach_of_lists(lists: list[np.ndarray], n_site: int) -> sparse.csr_array:
    """Boolean CSR [i,j] from the sites that reach each demand point, numbered from 0, each counted once."""
    unique = [np.unique(sites) for sites in lists]
    indptr = np.concatenate([[0], np.cumsum([len(sites) for sites in unique])]).astype(np.int32)
    indices = np.concatenate([np.zeros(0, dtype=np.int64), *unique]).astype(np.int32)
    return sparse.csr_array((np.ones(len(indices), dtype=bool), indices, indptr), shape=(len(lists), n_site))


def mclp_case(
    name: str,
    reach: sparse.csr_array,
    residents: FloatArray,
    p: int,
    metres: FloatArray | None = None,
    radius_m: float = 0.0,
) -> Case:
    """Cover as many residents as possible with at most ``p`` sites."""
    return Case(name, "mclp", mclp_instance(reach, residents), mclp_rules(p), metres, radius_m, p)


def cover_case(name: str, reach: sparse.csr_array, cost_cny: FloatArray) -> Case:
    """Cover every demand point at the least cost; opening site j costs ``cost_cny`` [j]."""
    instance = mclp_instance(reach, np.ones(reach.shape[0]))
    instance = replace(instance, open_cost_cny=cost_cny[:, None], open_budget_cny=cost_cny[:, None])
    return Case(name, "cover", instance, Rules(levels=("cost",), coverage_floor=((0, 1.0),)))


def pmedian_case(name: str, metres: FloatArray, residents: FloatArray, p: int) -> Case:
    """Least resident-metres to the nearest of at most ``p`` sites; ``metres`` [i,j] is complete, zeros count."""
    n_demand, n_site = metres.shape
    indptr = np.arange(0, n_demand * n_site + 1, n_site, dtype=np.int32)
    indices = np.tile(np.arange(n_site, dtype=np.int32), n_demand)
    walk = sparse.csr_array((metres.ravel(), indices, indptr), shape=metres.shape)
    reach = sparse.csr_array((np.ones(len(indices), dtype=bool), indices, indptr), shape=metres.shape)
    instance = replace(mclp_instance(reach, residents), walk_m=(walk,), outlet_walk_m=np.full((n_demand, 1), np.inf))
    return Case(name, "pmedian", instance, Rules(levels=("walking",), max_sites=p), metres, 0.0, p)
