"""Walking areas: the stretches of street that can be walked within so many metres of a place, for the map.

From place p with walking distances D[p, ·] to the junctions, access leg included, the point at ``s`` metres from the
end u of an edge (u, v) of length L is reached within R where ``D[p,u] + s <= R`` or ``D[p,v] + (L - s) <= R``; on the
place's own edge also along the edge itself. The distances are those of :func:`siting.network.walking_distances`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from scipy.sparse.csgraph import dijkstra

from siting.network import snapped_places, street_network
from siting.network.dijkstra import network_of
from siting.network.graph import FloatArray, IntArray, StreetGraph
from siting.network.snap import Snaps
from siting.workspace import Workspace

_STREET_WIDTH_M = 22.0
_SMOOTH_M = 4.0


def walking_areas(
    workspace: Workspace, places: IntArray, radius_m: FloatArray, max_access_m: float
) -> list[shapely.Geometry | None]:
    """One area for each of ``places`` (rows of sites followed by outlets) and its ``radius_m``: the streets in reach,
    22 m wide. None where the place is off the network, or the workspace has ready distances and no streets.
    """
    if workspace.distances is not None or workspace.streets is None or not len(places):
        return [None] * len(places)
    graph, barriers = street_network(workspace)
    snaps = snapped_places(workspace, graph, barriers, max_access_m, places)
    to_junction = _junction_metres(graph, snaps, radius_m)
    return [
        _area(graph, to_junction[n], snaps, n, float(radius_m[n])) if snaps.on[n] else None for n in range(len(places))
    ]


def _junction_metres(graph: StreetGraph, snaps: Snaps, radius_m: FloatArray) -> FloatArray:
    """[place, junction]: walking metres, inf beyond the largest radius; rows of places that are cut off are inf."""
    on = np.flatnonzero(snaps.on)
    metres = np.full((len(snaps.edge), graph.n_nodes), np.inf)
    if len(on):
        network = network_of(graph, snaps.edge[on], snaps.along_m[on])
        reach = dijkstra(network, indices=graph.n_nodes + np.arange(len(on)), limit=float(radius_m.max()))
        metres[on] = reach[:, : graph.n_nodes] + snaps.access_m[on, None]
    return metres


def _area(graph: StreetGraph, to_junction: FloatArray, snaps: Snaps, n: int, radius_m: float) -> Any:
    length = shapely.length(graph.seg_line)
    start = graph.seg_start_m
    edge = graph.seg_edge
    from_u = radius_m - to_junction[graph.edge_u[edge]] - start
    from_v = radius_m - to_junction[graph.edge_v[edge]] - (graph.edge_m[edge] - start - length)
    head = np.clip(from_u, 0.0, length)
    tail = np.clip(length - from_v, 0.0, length)
    own = edge == snaps.edge[n]
    left = radius_m - snaps.access_m[n]
    low = np.where(own, np.clip(snaps.along_m[n] - left - start, 0.0, length), length)
    high = np.where(own, np.clip(snaps.along_m[n] + left - start, 0.0, length), 0.0)
    parts = [
        _stretch(graph, np.zeros_like(head), head),
        _stretch(graph, tail, length),
        _stretch(graph, low, high),
    ]
    lines = np.concatenate(parts)
    if not len(lines):
        return None
    return shapely.simplify(shapely.union_all(shapely.buffer(lines, _STREET_WIDTH_M / 2, quad_segs=2)), _SMOOTH_M)


def _stretch(graph: StreetGraph, begin: FloatArray, end: FloatArray) -> Any:
    """The parts of the segments between two measures, where the second is the larger."""
    keep = np.flatnonzero(end > begin + 1e-9)
    lines = graph.seg_line[keep]
    ends = np.stack(
        [
            shapely.get_coordinates(shapely.line_interpolate_point(lines, begin[keep])),
            shapely.get_coordinates(shapely.line_interpolate_point(lines, end[keep])),
        ],
        axis=1,
    )
    return shapely.linestrings(ends)
