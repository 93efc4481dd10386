"""Short hops off the street: a home and a shop in one building need not walk out to the street and back.

Where both snap to the same edge, the straight line between them is at most 50 m and shorter than their two access legs
together, and it crosses neither a street nor a barrier, the straight line is the distance.
"""

from __future__ import annotations

import numpy as np
import shapely

from siting.network.barriers import Barriers
from siting.network.dijkstra import Pairs
from siting.network.snap import TOLERANCE_M, Snaps

HOP_M = 50.0


def short_hops(
    demand: Snaps, place: Snaps, streets: shapely.STRtree, barriers: Barriers | None, cutoff_m: float
) -> Pairs:
    """The pairs that may walk straight, with their straight metres (at most ``cutoff_m``)."""
    demand_row, place_row = np.flatnonzero(demand.on), np.flatnonzero(place.on)
    tree = shapely.STRtree(shapely.points(place.xy[place_row]))
    near_demand, near_place = tree.query(
        shapely.points(demand.xy[demand_row]), predicate="dwithin", distance=min(HOP_M, cutoff_m) + TOLERANCE_M
    )
    i, p = demand_row[near_demand], place_row[near_place]
    metres = np.hypot(*(demand.xy[i] - place.xy[p]).T)
    keep = (demand.edge[i] == place.edge[p]) & (metres < demand.access_m[i] + place.access_m[p])
    i, p, metres = i[keep], p[keep], metres[keep]
    lines = shapely.linestrings(np.stack([demand.xy[i], place.xy[p]], axis=1))
    free = np.ones(len(lines), dtype=bool)
    free[streets.query(lines, predicate="crosses")[0]] = False
    if barriers is not None:
        free &= ~barriers.stop(demand.xy[i], place.xy[p])
    return Pairs(i[free], p[free], metres[free])
