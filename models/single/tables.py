"""The two kinds of costs behind :class:`models.single.priced.Table`: a dense table, and reach alone."""

from __future__ import annotations

import numpy as np

from models.instance import FloatArray, IntArray
from models.large.jit import kernel
from models.single.cover import Cover
from models.single.exchange import Int32Array


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


class CoverTable:
    """Maximal covering, what stays out of reach counted: cost 0 in reach, ``weight`` otherwise."""

    def __init__(self, cover: Cover, size: FloatArray, purse: float) -> None:
        self.most, self.size, self.purse = cover.weight, size, purse
        self.start, self.rows = cover.of_site.indptr.astype(np.int32), cover.of_site.indices.astype(np.int32)

    def reduced(self, price: FloatArray, sites: IntArray) -> FloatArray:
        """See Table."""
        return _cover_reduced(self.start, self.rows, price, sites)

    def served(self, price: FloatArray, sites: IntArray, share: FloatArray) -> FloatArray:
        """See Table."""
        return _cover_served(self.start, self.rows, price, sites, share)


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


@kernel
def _cover_reduced(start: Int32Array, rows: Int32Array, price: FloatArray, sites: IntArray) -> FloatArray:
    reduced = np.zeros(len(sites))
    for n in range(len(sites)):
        total = 0.0
        for a in range(start[sites[n]], start[sites[n] + 1]):
            total -= price[rows[a]]
        reduced[n] = total
    return reduced


@kernel
def _cover_served(
    start: Int32Array, rows: Int32Array, price: FloatArray, sites: IntArray, share: FloatArray
) -> FloatArray:
    served = np.zeros(len(price))
    for n in range(len(sites)):
        for a in range(start[sites[n]], start[sites[n] + 1]):
            served[rows[a]] += share[n]
    return served
