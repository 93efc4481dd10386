"""Seeded problems of one type on bare arrays, and their answers the slow way."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from scipy import sparse


def covering(seed: int, n_demand: int, n_site: int, radius: float = 0.3, whole: bool = True):
    """(reach, weight, cost, points of both): homes and rooms on a unit square."""
    rng = np.random.Generator(np.random.PCG64([seed, n_demand, n_site]))
    homes, rooms = rng.random((n_demand, 2)), rng.random((n_site, 2))
    metres = np.hypot(*(homes[:, None] - rooms[None]).transpose(2, 0, 1))
    weight = rng.integers(0, 50, n_demand).astype(float) if whole else rng.uniform(0, 50, n_demand)
    cost = rng.integers(1, 20, n_site).astype(float)
    return sparse.csr_array(metres <= radius), weight, cost, metres


def best_cover(reach, weight, cost, purse) -> float:
    """The most weight by trying every set of sites."""
    dense, n_site = reach.toarray().astype(bool), reach.shape[1]
    return max(
        float(weight[dense[:, list(sites)].any(axis=1)].sum())
        for size in range(n_site + 1)
        for sites in combinations(range(n_site), size)
        if cost[list(sites)].sum() <= purse
    )
