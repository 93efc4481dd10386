"""Interchange for the p-median, compiled: the best swap of one site by one pass over the costs.

With d1[i] and d2[i] the least and second least cost[i,j] over chosen j, and near[i] where d1 is taken, opening k and
closing r changes the total by

    -sum_i max(0, d1[i] - cost[i,k])  +  sum_{i: near[i]=r, cost[i,k] > d1[i]} (min(cost[i,k], d2[i]) - d1[i])
                                      +  sum_{i: near[i]=r, cost[i,k] <= d1[i]} 0

(Whitaker 1983, as Hansen and Mladenović 1997 put it.) One pass gives the best r of a k.
"""

from __future__ import annotations

import numpy as np

from models.instance import BoolArray, FloatArray, Int32Array, IntArray
from models.large.jit import kernel


def greedy(by_site: FloatArray, p: int) -> IntArray:
    """[p] sites, each the one that lowers the total most; ``by_site`` [j,i] is the cost of serving i from j."""
    return np.sort(_greedy(by_site, p))


def interchange(by_site: FloatArray, sites: IntArray, most: int = 10_000) -> tuple[IntArray, float]:
    """(sites, total) where no swap of one site helps, or after ``most`` swaps."""
    chosen, total = _interchange(by_site, np.asarray(sites, dtype=np.int64), most)
    return np.sort(chosen), total


@kernel
def _greedy(by_site: FloatArray, p: int) -> IntArray:
    n_site, n = by_site.shape
    sites, taken = np.empty(p, np.int64), np.zeros(n_site, np.bool_)
    nearest = np.full(n, np.inf)
    for m in range(p):
        best, found = np.inf, -1
        for j in range(n_site):
            if taken[j]:
                continue
            total = 0.0
            for i in range(n):
                total += min(nearest[i], by_site[j, i])
            if total < best:
                best, found = total, j
        sites[m] = found
        taken[found] = True
        for i in range(n):
            nearest[i] = min(nearest[i], by_site[found, i])
    return sites


@kernel
def _two_nearest(by_site: FloatArray, sites: IntArray, near: Int32Array, d1: FloatArray, d2: FloatArray) -> float:
    """Fill ``near`` (positions in ``sites``), ``d1``, ``d2``; the total of d1."""
    d1[:] = np.inf
    d2[:] = np.inf
    for m in range(len(sites)):
        j = sites[m]
        for i in range(len(d1)):
            cost = by_site[j, i]
            if cost < d1[i]:
                d2[i] = d1[i]
                d1[i] = cost
                near[i] = m
            elif cost < d2[i]:
                d2[i] = cost
    total: float = d1.sum()
    return total


@kernel
def _best_swap(
    by_site: FloatArray, taken: BoolArray, near: Int32Array, d1: FloatArray, d2: FloatArray, loss: FloatArray
) -> tuple[float, int, int]:
    """(change, position that closes, site that opens); a change of 0 where nothing helps."""
    best, closes, opens = 0.0, -1, -1
    for k in range(by_site.shape[0]):
        if taken[k]:
            continue
        loss[:] = 0.0
        saved = 0.0
        for i in range(len(d1)):
            cost = by_site[k, i]
            if cost < d1[i]:
                saved += d1[i] - cost
            else:
                loss[near[i]] += min(cost, d2[i]) - d1[i]
        m = int(np.argmin(loss))
        change = loss[m] - saved
        if change < best:
            best, closes, opens = change, m, k
    return best, closes, opens


@kernel
def _interchange(by_site: FloatArray, sites: IntArray, most: int) -> tuple[IntArray, float]:
    n_site, n = by_site.shape
    sites = sites.copy()
    taken = np.zeros(n_site, np.bool_)
    for j in sites:
        taken[j] = True
    near, d1, d2, loss = np.zeros(n, np.int32), np.empty(n), np.empty(n), np.empty(len(sites))
    total = _two_nearest(by_site, sites, near, d1, d2)
    for _ in range(most):
        change, m, k = _best_swap(by_site, taken, near, d1, d2, loss)
        if change >= -1e-9 * max(1.0, total):
            break
        taken[sites[m]] = False
        taken[k] = True
        sites[m] = k
        total = _two_nearest(by_site, sites, near, d1, d2)
    return sites, total
