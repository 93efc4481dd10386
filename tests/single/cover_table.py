"""Maximal covering as a :class:`models.single.priced.Table`: sizes that differ, prices that are limited."""

from __future__ import annotations

from models.instance import FloatArray, IntArray
from models.single.cover import Cover


class CoverTable:
    """What stays out of reach counts: cost 0 in reach, ``weight`` otherwise."""

    def __init__(self, cover: Cover, size: FloatArray, purse: float) -> None:
        self.most, self.size, self.purse = cover.weight, size, purse
        self.of_site = cover.of_site

    def reduced(self, price: FloatArray, sites: IntArray) -> FloatArray:
        """See Table."""
        return -(self.of_site[sites] @ price)

    def served(self, _price: FloatArray, sites: IntArray, share: FloatArray) -> FloatArray:
        """See Table."""
        return self.of_site[sites].T @ share
