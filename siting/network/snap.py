"""Points to the street network: each to the nearest point on an edge, never to the nearest junction."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import shapely

from siting.network.barriers import Barriers
from siting.network.graph import FloatArray, GeometryArray, IntArray, StreetGraph

TOLERANCE_M = 1e-6
_CHUNK_POINTS = 1000


class Cut(IntEnum):
    """Why a point reaches no network (``NO`` where it does)."""

    NO = 0
    NO_COORDINATES = 1
    TOO_FAR = 2
    BARRIER = 3
    ISLAND = 4


@dataclass(frozen=True)
class Snaps:
    """One row a point: ``edge`` (n,) -1 where cut off, ``along_m`` (n,) metres from the edge's u to the foot,
    ``access_m`` (n,) straight metres from the point to the foot (where cut off: to the nearest street; inf where there
    is none), ``cut`` (n,) values of :class:`Cut`.
    """

    xy: FloatArray
    edge: IntArray
    along_m: FloatArray
    access_m: FloatArray
    cut: npt.NDArray[np.int8]

    @property
    def on(self) -> npt.NDArray[np.bool_]:
        """(n,) True where the point is on the network."""
        return self.edge >= 0


def snap(
    xy: FloatArray, graph: StreetGraph, tree: shapely.STRtree, barriers: Barriers | None, max_access_m: float
) -> Snaps:
    """Snap points ``xy`` (n, 2) in metres; ``tree`` indexes ``graph.seg_line``.

    A point farther than ``max_access_m`` (inclusive) is cut off. Where the nearest leg crosses a barrier, the nearest
    edge within ``max_access_m`` whose leg does not is taken.
    """
    count = len(xy)
    segment = np.full(count, -1, dtype=np.int64)
    access_m = np.full(count, np.inf)
    cut = np.full(count, Cut.NO_COORDINATES, dtype=np.int8)
    finite = np.flatnonzero(np.isfinite(xy).all(axis=1))
    cut[finite] = Cut.TOO_FAR
    if len(graph.seg_line) and len(finite):
        points = shapely.points(xy[finite])
        row, nearest = tree.query_nearest(points, all_matches=True)
        order = np.lexsort((nearest, row))
        which, first = np.unique(row[order], return_index=True)
        segment[finite[which]] = nearest[order][first]
        access_m[finite] = shapely.distance(points, graph.seg_line[segment[finite]])
    near = access_m <= max_access_m + TOLERANCE_M
    cut[near] = Cut.NO
    if barriers is not None and near.any():
        stopped = np.flatnonzero(near)[barriers.stop(xy[near], _feet(xy[near], graph.seg_line[segment[near]])[0])]
        for chunk in np.split(stopped, range(_CHUNK_POINTS, len(stopped), _CHUNK_POINTS)):
            other = _nearest_free(xy[chunk], graph, tree, barriers, max_access_m)
            segment[chunk], free = other, other >= 0
            cut[chunk[~free]] = Cut.BARRIER
            access_m[chunk[free]] = shapely.distance(shapely.points(xy[chunk[free]]), graph.seg_line[other[free]])
    on = cut == Cut.NO
    edge, along_m = np.full(count, -1, dtype=np.int64), np.zeros(count)
    edge[on] = graph.seg_edge[segment[on]]
    along_m[on] = graph.seg_start_m[segment[on]] + _feet(xy[on], graph.seg_line[segment[on]])[1]
    return Snaps(xy, edge, along_m, access_m, cut)


def _feet(xy: FloatArray, lines: GeometryArray) -> tuple[FloatArray, FloatArray]:
    """Nearest points (n, 2) on ``lines`` (n,), and their metres from the start of the line (n,)."""
    along = shapely.line_locate_point(lines, shapely.points(xy))
    return shapely.get_coordinates(shapely.line_interpolate_point(lines, along)), along


def _nearest_free(
    xy: FloatArray, graph: StreetGraph, tree: shapely.STRtree, barriers: Barriers, max_access_m: float
) -> IntArray:
    """(n,) the nearest segment within ``max_access_m`` whose leg crosses no barrier; -1 where there is none."""
    points = shapely.points(xy)
    row, candidate = tree.query(points, predicate="dwithin", distance=max_access_m + TOLERANCE_M)
    free = ~barriers.stop(xy[row], _feet(xy[row], graph.seg_line[candidate])[0])
    row, candidate = row[free], candidate[free]
    order = np.lexsort((candidate, shapely.distance(points[row], graph.seg_line[candidate]), row))
    best = np.full(len(xy), -1, dtype=np.int64)
    which, first = np.unique(row[order], return_index=True)
    best[which] = candidate[order][first]
    return best
