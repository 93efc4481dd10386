"""Costs behind :class:`models.single.priced.Table` from a dense table."""

from __future__ import annotations

import numpy as np

from models.instance import FloatArray, IntArray
from models.large.jit import kernel


class DenseTable:
    """The p-median: ``by_site`` [j,i] weight times metres; every site takes one of ``p``."""

    def __init__(self, by_site: FloatArray, p: int) -> None:
        self.by_site, self.purse = by_site, float(p)
        self.most, self.size = np.full(by_site.shape[1], np.inf), np.ones(by_site.shape[0])

    def reduced(self, price: FloatArray, sites: IntArray) -> FloatArray:
        """See Table."""
        return _dense_reduced(self.by_site, price, sites)

    def served(self, price: FloatArray, sites: IntArray, share: FloatArray) -> FloatArray:
        """See Table."""
        return _dense_served(self.by_site, price, sites, share)


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
def _dense_served(by_site: FloatArray, price: FloatArray, sites: IntArray, share: FloatArray) -> FloatArray:
    served = np.zeros(by_site.shape[1])
    for n in range(len(sites)):
        j = sites[n]
        for i in range(by_site.shape[1]):
            if by_site[j, i] < price[i]:
                served[i] += share[n]
    return served
