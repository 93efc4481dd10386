"""Islands: pieces of the network that hold homes and no place, or places and no home. Nothing is reached from there.

On real maps most of them are gaps of the mapping (a courtyard path that is not tied to the street). So a point on an
island goes to the nearest street of the connected network instead, where that lies within 30 m (and within the allowed
access leg, past no barrier); its longer access leg counts. Otherwise it is cut off.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import shapely

from siting.network.barriers import Barriers
from siting.network.graph import StreetGraph
from siting.network.snap import Cut, Snaps, snap

GAP_M = 30.0


def leave_islands(
    graph: StreetGraph, demand: Snaps, place: Snaps, barriers: Barriers | None, max_access_m: float
) -> tuple[Snaps, Snaps]:
    """The two sides with points on islands moved to the connected network, or cut off.

    The piece of network with the most points is never an island (ties: the one with more street metres).
    """
    if not demand.on.any() or not place.on.any():
        return demand, place
    count, piece = graph.components()
    held = [np.bincount(piece[side.edge[side.on]], minlength=count) for side in (demand, place)]
    metres = np.bincount(piece, weights=graph.edge_m, minlength=count)
    island = (held[0] == 0) | (held[1] == 0)
    island[np.lexsort((metres, held[0] + held[1]))[-1]] = False
    of_segment = island[piece[graph.seg_edge]]
    connected = replace(
        graph,
        seg_line=graph.seg_line[~of_segment],
        seg_edge=graph.seg_edge[~of_segment],
        seg_start_m=graph.seg_start_m[~of_segment],
    )
    within_m = min(GAP_M, max_access_m)
    on_island = island[piece]
    return (
        _moved(demand, on_island, connected, barriers, within_m),
        _moved(place, on_island, connected, barriers, within_m),
    )


def _moved(
    side: Snaps, on_island: npt.NDArray[np.bool_], connected: StreetGraph, barriers: Barriers | None, within_m: float
) -> Snaps:
    stranded = np.flatnonzero(side.on)[on_island[side.edge[side.on]]]
    if not len(stranded):
        return side
    again = snap(side.xy[stranded], connected, shapely.STRtree(connected.seg_line), barriers, within_m)
    edge, along_m = side.edge.copy(), side.along_m.copy()
    access_m, cut = side.access_m.copy(), side.cut.copy()
    edge[stranded], along_m[stranded] = again.edge, again.along_m
    access_m[stranded] = np.where(again.on, again.access_m, access_m[stranded])
    cut[stranded] = np.where(again.on, Cut.NO, Cut.ISLAND)
    return Snaps(side.xy, edge, along_m, access_m, cut)
