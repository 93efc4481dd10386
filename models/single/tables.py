"""Costs of the p-median as its bound asks for them, from a dense table."""

from __future__ import annotations

import numpy as np

from models.instance import FloatArray, IntArray
from models.large.jit import kernel


class DenseTable:
    """``by_site`` [j,i] is weight times metres; at most ``p`` sites are opened."""

    def __init__(self, by_site: FloatArray, p: int) -> None:
        self.by_site, self.p = by_site, p

    def reduced(self, price: FloatArray, sites: IntArray) -> FloatArray:
        """For each of ``sites`` the sum over i of min(0, cost - ``price`` [i])."""
        return _dense_reduced(self.by_site, price, sites)

    def served(self, price: FloatArray, sites: IntArray) -> FloatArray:
        """[i]: how many of ``sites`` serve i below its price."""
        return _dense_served(self.by_site, price, sites)


@kernel
def _dense_reduced(by_site: FloatArray, price: FloatArray, sites: IntArray) -> FloatArray:
    reduced = np.zeros(len(sites))
    for n in range(len(sites)):
        j, total = sites[n], 0.0
        for i in range(by_site.shape[1]):
            total += min(0.0, by_site[j, i] - price[i])
        reduced[n] = total
    return reduced


@kernel
def _dense_served(by_site: FloatArray, price: FloatArray, sites: IntArray) -> FloatArray:
    served = np.zeros(by_site.shape[1])
    for j in sites:
        for i in range(by_site.shape[1]):
            if by_site[j, i] < price[i]:
                served[i] += 1.0
    return served
