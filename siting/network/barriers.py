"""Barriers: walls, railways, rivers. They cut streets, and no access leg may cross them; gates open them.

A street piece that lies in a barrier (for a line: the crossing itself; for a polygon: the stretch of one street line
inside it, such as a bridge) stays where a gate is within 5 m of it. A wall that merely ends on a street does not cut
it; a street that runs exactly along a wall is taken away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from shapely.ops import substring

from siting.network.graph import FloatArray, GeometryArray

GATE_M = 5.0
CUT_M = 0.05
FREE_END_M = 0.2


@dataclass(frozen=True)
class Barriers:
    """``area`` what cuts streets; ``walls`` what stops straight legs, already opened at the gates; ``gates`` points."""

    area: Any
    walls: shapely.STRtree
    gates: shapely.STRtree

    def stop(self, start_xy: FloatArray, end_xy: FloatArray) -> npt.NDArray[np.bool_]:
        """(n,) True where the straight line between two points (n, 2) crosses a barrier. A start within 5 cm of a
        wall may leave on either side.
        """
        reach = end_xy - start_xy
        length = np.hypot(*reach.T)
        freed = np.divide(CUT_M, length, out=np.ones_like(length), where=length > CUT_M)
        legs = shapely.linestrings(np.stack([start_xy + reach * freed[:, None], end_xy], axis=1))
        hit = np.zeros(len(legs), dtype=bool)
        hit[self.walls.query(legs, predicate="intersects")[0]] = True
        return hit

    def cut(self, lines: GeometryArray) -> GeometryArray:
        """``lines`` without the pieces inside a barrier, except pieces within 5 m of a gate."""
        touched = shapely.intersects(lines, self.area)
        if not touched.any():
            return lines
        outside = _line_parts(shapely.difference(lines[touched], self.area))
        inside = _line_parts(shapely.intersection(lines[touched], self.area))
        opened = np.unique(self.gates.query(inside, predicate="dwithin", distance=GATE_M + CUT_M)[0])
        left: GeometryArray = np.r_[lines[~touched], outside, inside[opened]]
        return left


def barriers_of(barriers: gpd.GeoDataFrame | None, gates: gpd.GeoDataFrame | None) -> Barriers | None:
    """The barriers of a workspace, or None where it has none. Geometries in metres; parts of any kind are accepted."""
    if barriers is None or barriers.empty:
        return None
    parts = shapely.get_parts(shapely.get_parts(shapely.force_2d(np.asarray(barriers.geometry, dtype=object))))
    kind = shapely.get_type_id(parts)
    lines = np.array(
        _trim_free_ends(parts[np.isin(kind, (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING))]),
        dtype=object,
    )
    polygons = shapely.make_valid(parts[kind == shapely.GeometryType.POLYGON])
    gate_points = _gate_points(gates)
    opening = shapely.union_all(shapely.buffer(gate_points, GATE_M, quad_segs=32))
    walls = np.r_[lines, shapely.buffer(polygons, -2 * CUT_M)]
    walls = shapely.difference(walls, opening) if len(walls) else walls
    area = np.r_[shapely.buffer(lines, CUT_M, cap_style="flat"), shapely.buffer(polygons, -CUT_M)]
    return Barriers(shapely.union_all(area), shapely.STRtree(walls), shapely.STRtree(gate_points))


def _trim_free_ends(lines: GeometryArray) -> list[Any]:
    """Walls merged end to end, each free end drawn back 20 cm so that a wall drawn up to a street does not cut it."""
    merged = shapely.get_parts(shapely.line_merge(shapely.union_all(lines))) if len(lines) else lines
    ends = shapely.get_coordinates(np.r_[shapely.get_point(merged, 0), shapely.get_point(merged, -1)])
    _, label, count = np.unique(np.round(ends, 2), axis=0, return_inverse=True, return_counts=True)
    free = (count[label.reshape(-1)] == 1).reshape(2, -1)
    trimmed = []
    for wall, free_start, free_end in zip(merged, *free, strict=True):
        if wall.length > 3 * FREE_END_M:
            wall = substring(wall, FREE_END_M * free_start, wall.length - FREE_END_M * free_end)  # noqa: PLW2901
        trimmed.append(wall)
    return trimmed


def _gate_points(gates: gpd.GeoDataFrame | None) -> GeometryArray:
    if gates is None or gates.empty:
        return np.empty(0, dtype=object)
    points: GeometryArray = shapely.points(
        shapely.get_coordinates(np.asarray(shapely.centroid(gates.geometry.explode().array), dtype=object))
    )
    return points


def _line_parts(geometries: GeometryArray) -> GeometryArray:
    parts = shapely.get_parts(shapely.get_parts(geometries))
    lines: GeometryArray = parts[
        (shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING) & (shapely.length(parts) > 0)
    ]
    return lines
