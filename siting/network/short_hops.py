"""Short hops off the street: a home and a shop in one building need not walk out to the street and back.

Where both snap to the same edge (a point at a junction is on all edges that meet there), the straight line between them
is at most 50 m and shorter than their two access legs together, and it crosses neither a street nor a barrier, the
straight line is the distance.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from siting.network.barriers import Barriers
from siting.network.dijkstra import Pairs
from siting.network.graph import FloatArray, IntArray, StreetGraph
from siting.network.snap import TOLERANCE_M, Snaps

HOP_M = 50.0


def short_hops(
    graph: StreetGraph,
    demand: Snaps,
    place: Snaps,
    streets: shapely.STRtree,
    barriers: Barriers | None,
    cutoff_m: float,
) -> Pairs:
    """The pairs that may walk straight, with their straight metres (at most ``cutoff_m``). ``streets`` indexes
    ``graph.seg_line``.
    """
    demand_row, place_row = np.flatnonzero(demand.on), np.flatnonzero(place.on)
    tree = shapely.STRtree(shapely.points(place.xy[place_row]))
    near_demand, near_place = tree.query(
        shapely.points(demand.xy[demand_row]), predicate="dwithin", distance=min(HOP_M, cutoff_m) + TOLERANCE_M
    )
    i, p = demand_row[near_demand], place_row[near_place]
    metres = np.hypot(*(demand.xy[i] - place.xy[p]).T)
    keep = _on_one_edge(graph, demand, i, place, p) & (metres < demand.access_m[i] + place.access_m[p])
    i, p, metres = i[keep], p[keep], metres[keep]
    lines = shapely.linestrings(np.stack([demand.xy[i], place.xy[p]], axis=1))
    free = np.ones(len(lines), dtype=bool)
    free[streets.query(lines, predicate="crosses")[0]] = False
    if barriers is not None:
        free &= ~barriers.stop(demand.xy[i], place.xy[p])
    return Pairs(i[free], p[free], metres[free])


def _on_one_edge(graph: StreetGraph, demand: Snaps, i: IntArray, place: Snaps, p: IntArray) -> npt.NDArray[np.bool_]:
    """(n,) whether rows ``i`` and ``p`` have their feet on one edge, whichever edge a foot at a junction was put on."""
    here, there = demand.edge[i], place.edge[p]
    node_here = _junction(graph, here, demand.along_m[i])
    node_there = _junction(graph, there, place.along_m[p])
    shared: npt.NDArray[np.bool_] = here == there
    shared |= (node_here >= 0) & ((node_here == graph.edge_u[there]) | (node_here == graph.edge_v[there]))
    shared |= (node_there >= 0) & ((node_there == graph.edge_u[here]) | (node_there == graph.edge_v[here]))
    return shared


def _junction(graph: StreetGraph, edge: IntArray, along_m: FloatArray) -> IntArray:
    """(n,) the junction that a foot lies on; -1 where it lies inside its edge."""
    junction = np.where(along_m <= TOLERANCE_M, graph.edge_u[edge], -1)
    return np.where(along_m >= graph.edge_m[edge] - TOLERANCE_M, graph.edge_v[edge], junction)
