"""Pairs to a :class:`~siting.walks.WalkTable`."""

from __future__ import annotations

import numpy as np

from siting.network.dijkstra import Pairs
from siting.walks import WalkTable

_DECIMALS = 6


def walk_table(n_demand: int, n_place: int, *pairs: Pairs) -> WalkTable:
    """All ``pairs`` sorted by (demand, place), the shortest of each kept, metres to the micrometre."""
    demand = np.concatenate([part.demand for part in pairs]).astype(np.int32)
    place = np.concatenate([part.place for part in pairs]).astype(np.int32)
    metres = np.round(np.concatenate([part.metres for part in pairs]), _DECIMALS)
    order = np.lexsort((metres, place, demand))
    demand, place, metres = demand[order], place[order], metres[order]
    first = np.ones(len(demand), dtype=bool)
    first[1:] = (demand[1:] != demand[:-1]) | (place[1:] != place[:-1])
    return WalkTable(n_demand, n_place, demand[first], place[first], metres[first])
