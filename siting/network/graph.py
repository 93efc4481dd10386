"""Street lines to a graph: where lines share a vertex they meet, where they only cross they do not (bridges).

Steps: lines are cleaned and rounded to 1 cm; a line end within 0.5 m of another line is joined to it by a short link;
barriers cut the lines (:mod:`siting.network.barriers`); shared vertices and line ends become junctions.
The result does not depend on the order of the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy import sparse

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
GeometryArray = npt.NDArray[Any]

GRID_PER_M = 100.0
JOIN_M = 0.5


@dataclass(frozen=True)
class StreetGraph:
    """Edges between junctions, and the straight segments they consist of.

    ``edge_u``, ``edge_v`` (m,) node numbers 0..n_nodes-1; ``edge_m`` (m,) metres.
    ``seg_line`` (s,) two-point lines along their edge from u to v; ``seg_edge`` (s,) edge number; ``seg_start_m`` (s,)
    metres from u to the start of the segment.
    """

    n_nodes: int
    edge_u: IntArray
    edge_v: IntArray
    edge_m: FloatArray
    seg_line: GeometryArray
    seg_edge: IntArray
    seg_start_m: FloatArray

    def components(self) -> tuple[int, IntArray]:
        """Number of connected pieces of the network, and the piece of every edge (m,)."""
        ones = np.ones(len(self.edge_u), dtype=np.int8)
        matrix = sparse.coo_array((ones, (self.edge_u, self.edge_v)), shape=(self.n_nodes, self.n_nodes))
        count, label = sparse.csgraph.connected_components(matrix, directed=False)
        return int(count), label[self.edge_u].astype(np.int64)


def street_graph(lines: GeometryArray) -> StreetGraph:
    """The graph of clean ``lines`` (see :func:`clean_lines`); every line is cut at its junctions."""
    lines = clean_lines(lines)
    xy, line = shapely.get_coordinates(lines, return_index=True)
    if not len(xy):
        empty = np.empty(0, dtype=np.int64)
        return StreetGraph(0, empty, empty, np.empty(0), np.empty(0, dtype=object), empty, np.empty(0))
    _, vertex, uses = np.unique(_grid(xy), axis=0, return_inverse=True, return_counts=True)
    vertex = vertex.reshape(-1)
    first = np.r_[True, line[1:] != line[:-1]]
    last = np.r_[first[1:], True]
    is_junction = first | last | (uses[vertex] > 1)

    start = np.flatnonzero(~last)
    seg_m = np.hypot(*(xy[start + 1] - xy[start]).T)
    opens_edge = is_junction[start]
    seg_edge = np.cumsum(opens_edge) - 1
    run = np.cumsum(seg_m) - seg_m
    edge_m = np.bincount(seg_edge, weights=seg_m).astype(np.float64)
    closes_edge = np.r_[opens_edge[1:], True]
    junctions, ends = np.unique(np.r_[vertex[start[opens_edge]], vertex[start[closes_edge] + 1]], return_inverse=True)
    return StreetGraph(
        n_nodes=len(junctions),
        edge_u=ends[: len(edge_m)],
        edge_v=ends[len(edge_m) :],
        edge_m=edge_m,
        seg_line=shapely.linestrings(np.stack([xy[start], xy[start + 1]], axis=1)),
        seg_edge=seg_edge,
        seg_start_m=run - run[opens_edge][seg_edge],
    )


def clean_lines(geometries: GeometryArray) -> GeometryArray:
    """Single lines on the 1 cm grid: multi-part lines split, zero-length and duplicate lines (in either direction)
    dropped, everything that is not a line ignored; in an order that depends on the geometry alone.
    """
    parts = shapely.get_parts(shapely.get_parts(shapely.force_2d(np.asarray(geometries, dtype=object))))
    parts = parts[(shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING) & ~shapely.is_empty(parts)]
    xy, line = shapely.get_coordinates(parts, return_index=True)
    keep = np.isfinite(xy).all(axis=1)
    lines = build_lines(xy[keep], line[keep])
    if not len(lines):
        return lines
    distinct: GeometryArray = shapely.from_wkb(np.unique(shapely.to_wkb(shapely.normalize(lines))))
    return distinct


def build_lines(xy: FloatArray, line: IntArray) -> GeometryArray:
    """Lines from vertices grouped by ``line``, put on the 1 cm grid; repeated vertices and lone ones are dropped."""
    grid = _grid(xy)
    new = np.ones(len(xy), dtype=bool)
    new[1:] = (line[1:] != line[:-1]) | (grid[1:] != grid[:-1]).any(axis=1)
    grid, line = grid[new], line[new]
    _, renumbered, count = np.unique(line, return_inverse=True, return_counts=True)
    keep = count[renumbered] > 1
    _, renumbered = np.unique(renumbered[keep], return_inverse=True)
    if not keep.any():
        return np.empty(0, dtype=object)
    lines: GeometryArray = shapely.linestrings(grid[keep] / GRID_PER_M, indices=renumbered)
    return lines


def join_ends(lines: GeometryArray) -> GeometryArray:
    """``lines`` with every line end that lies within 0.5 m of another line, and shares no vertex with it, joined to the
    nearest point there: a vertex is put in, and a link of the true length (at most 0.5 m) added.
    """
    if not len(lines):
        return lines
    xy, line = shapely.get_coordinates(lines, return_index=True)
    ends = np.unique(shapely.get_coordinates(np.r_[shapely.get_point(lines, 0), shapely.get_point(lines, -1)]), axis=0)
    end, other = shapely.STRtree(lines).query(shapely.points(ends), predicate="dwithin", distance=JOIN_M)
    end, other = _without_shared_vertices(ends, end, other, xy, line)
    if not len(end):
        return lines
    point = shapely.points(ends[end])
    measure = shapely.line_locate_point(lines[other], point)
    foot = shapely.get_coordinates(shapely.line_interpolate_point(lines[other], measure))
    step = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    step[np.r_[True, line[1:] != line[:-1]]] = 0.0
    run = np.cumsum(step)
    run -= run[np.searchsorted(line, line)]
    all_xy, all_line = np.r_[xy, foot], np.r_[line, other]
    order = np.lexsort((np.r_[run, measure], all_line))
    links = np.stack([ends[end], foot], axis=1).reshape(-1, 2)
    joined = build_lines(all_xy[order], all_line[order])
    bridged: GeometryArray = np.r_[joined, build_lines(links, np.repeat(np.arange(len(end)), 2))]
    return bridged


def _without_shared_vertices(
    ends: FloatArray, end: IntArray, other: IntArray, xy: FloatArray, line: IntArray
) -> tuple[IntArray, IntArray]:
    """Pairs (end, line) without those where the end already is a vertex of the line."""
    _, label = np.unique(_grid(np.r_[ends, xy]), axis=0, return_inverse=True)
    label = label.reshape(-1)
    n_lines = int(line.max()) + 1
    has = label[len(ends) :] * n_lines + line
    apart = ~np.isin(label[end] * n_lines + other, has)
    return end[apart], other[apart]


def _grid(xy: FloatArray) -> IntArray:
    return np.rint(xy * GRID_PER_M).astype(np.int64)
