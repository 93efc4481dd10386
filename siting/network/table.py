"""Pairs to a :class:`~siting.walks.WalkTable`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from siting.network.dijkstra import Pairs
from siting.walks import WalkTable

_DECIMALS = 6
_Numbers = npt.NDArray[np.integer]


def walk_table(n_demand: int, n_place: int, *pairs: Pairs) -> WalkTable:
    """All ``pairs`` sorted by (demand, place), the shortest of each kept, metres to the micrometre.

    Where the first of ``pairs`` is in order and without duplicates, only the others are sorted, and put into it.
    """
    first, *others = (
        Pairs(p.demand.astype(np.int32, copy=False), p.place.astype(np.int32, copy=False), p.metres) for p in pairs
    )
    if not _in_order(first.demand, first.place):
        first, others = _sorted([first, *others]), []
    elif others:
        first = _put_in(first, _sorted(others))
    metres = np.round(first.metres, _DECIMALS)
    return WalkTable(
        n_demand, n_place, first.demand.astype(np.int32, copy=False), first.place.astype(np.int32, copy=False), metres
    )


def _in_order(demand: _Numbers, place: _Numbers) -> bool:
    rises = (demand[1:] == demand[:-1]) & (place[1:] > place[:-1])
    rises |= demand[1:] > demand[:-1]
    return bool(rises.all())


def _sorted(parts: list[Pairs]) -> Pairs:
    demand, place, metres = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("demand", "place", "metres")
    )
    order = np.lexsort((metres, place, demand))
    demand, place, metres = demand[order], place[order], metres[order]
    first = np.ones(len(demand), dtype=bool)
    first[1:] = (demand[1:] != demand[:-1]) | (place[1:] != place[:-1])
    return Pairs(demand[first], place[first], metres[first])


def _put_in(many: Pairs, few: Pairs) -> Pairs:
    """Both in order and without duplicates."""
    at = _positions(many, few)
    inside = np.flatnonzero(at < len(many.demand))
    known = np.zeros(len(at), dtype=bool)
    known[inside] = (many.demand[at[inside]] == few.demand[inside]) & (many.place[at[inside]] == few.place[inside])
    metres = many.metres.copy()
    metres[at[known]] = np.minimum(metres[at[known]], few.metres[known])
    new, where = ~known, at[~known]
    if not len(where):
        return Pairs(many.demand, many.place, metres)
    return Pairs(
        np.insert(many.demand, where, few.demand[new]),
        np.insert(many.place, where, few.place[new]),
        np.insert(metres, where, few.metres[new]),
    )


def _positions(many: Pairs, few: Pairs) -> npt.NDArray[np.int64]:
    """Where each of ``few`` stands in ``many``, or would have to be put before: bisection within its demand point."""
    low = np.searchsorted(many.demand, few.demand.astype(many.demand.dtype), side="left").astype(np.int64)
    high = np.searchsorted(many.demand, few.demand.astype(many.demand.dtype), side="right").astype(np.int64)
    while (open_ := np.flatnonzero(low < high)).size:
        middle = (low[open_] + high[open_]) // 2
        right = many.place[middle] < few.place[open_]
        low[open_] = np.where(right, middle + 1, low[open_])
        high[open_] = np.where(right, high[open_], middle)
    return low
