"""The street lattice: lines of streets, warped and jittered, around blocks of land and water.

Rows run south to north, columns west to east. A circle covers a rectangle of blocks; around it lies a margin of two
blocks, so that outlets and streets just outside the line exist as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from siting.generator.names import street_along, street_name
from siting.generator.spec import CircleSpec, make_rng

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

BLOCK_M = 205.0
MARGIN_BLOCKS = 2
RIVER_M = 85.0
LAKE_M = 420.0
ARTERIAL, MAIN, LOCAL = 0, 1, 2
CLASS_NAMES = ("arterial", "main", "local")


@dataclass(frozen=True)
class Lattice:
    """Nodes (ny+1, nx+1, 2) in metres; blocks (ny, nx): ``inside`` the circle, ``water``.

    ``row_class``, ``col_class`` give the class of each lattice line, ``row_name``, ``col_name`` its street name.
    Street edges are flat arrays: ``ends`` (m, 2, 2) and ``middle`` (m, 2) coordinates, ``edge_class`` (m,),
    ``edge_name`` (m,), ``bridge`` (m,), and ``side_block`` (m, 2): flat block index on the left (north or west) and on
    the right (south or east), -1 where there is none. ``edge_of`` (ny, nx, 4) gives the edge on a block's S, N, W, E
    side, -1 where the street is missing. ``box`` is (row0, row1, col0, col1) of the circle's blocks, end exclusive.
    """

    nodes: FloatArray
    inside: BoolArray
    water: BoolArray
    box: tuple[int, int, int, int]
    ends: FloatArray
    middle: FloatArray
    edge_class: IntArray
    edge_name: list[str]
    bridge: BoolArray
    side_block: IntArray
    edge_of: IntArray

    @property
    def corners(self) -> FloatArray:
        """Corners of every block, (ny * nx, 4, 2): south-west, south-east, north-east, north-west."""
        n = self.nodes
        return np.stack([n[:-1, :-1], n[:-1, 1:], n[1:, 1:], n[1:, :-1]], axis=2).reshape(-1, 4, 2)


@dataclass(frozen=True)
class _Axis:
    """One direction of the lattice: block widths in metres, which belong to the circle, which are water."""

    width: FloatArray
    inside: BoolArray
    water: BoolArray
    first: int
    end: int

    @property
    def lines(self) -> FloatArray:
        """Positions of the lattice lines, zero at the circle's first line."""
        at = np.concatenate([[0.0], np.cumsum(self.width)])
        return np.asarray(at - at[self.first])


def _columns(spec: CircleSpec, width_m: float, rng: np.random.Generator) -> _Axis:
    margin = np.full(MARGIN_BLOCKS, BLOCK_M)
    land_m = max(width_m - (RIVER_M if spec.river == "middle" else 0.0), 0.5 * width_m)
    count = max(2, round(land_m / BLOCK_M))
    core = np.exp(rng.normal(0.0, 0.12, count))
    core *= land_m / core.sum()
    river = np.array([RIVER_M])
    parts: list[tuple[FloatArray, bool, bool]] = [(margin, False, False)]
    if spec.river == "west":
        parts.append((river, False, True))
    if spec.river == "middle":
        half = (count + 1) // 2
        parts += [(core[:half], True, False), (river, True, True), (core[half:], True, False)]
    else:
        parts.append((core, True, False))
    if spec.river == "east":
        parts.append((river, False, True))
    parts.append((margin, False, False))
    return _axis(parts)


def _rows(spec: CircleSpec, height_m: float, rng: np.random.Generator) -> _Axis:
    margin = np.full(MARGIN_BLOCKS, BLOCK_M)
    lake = np.array([LAKE_M])
    count = max(2, round(height_m / BLOCK_M))
    core = np.exp(rng.normal(0.0, 0.12, count))
    core *= height_m / core.sum()
    south = (lake, False, True) if spec.lake == "south" else (margin, False, False)
    north = (lake, False, True) if spec.lake == "north" else (margin, False, False)
    return _axis([south, (core, True, False), north])


def _axis(parts: list[tuple[FloatArray, bool, bool]]) -> _Axis:
    width = np.concatenate([p[0] for p in parts])
    inside = np.concatenate([np.full(len(p[0]), p[1]) for p in parts])
    water = np.concatenate([np.full(len(p[0]), p[2]) for p in parts])
    where = np.flatnonzero(inside)
    return _Axis(width, inside, water, int(where[0]), int(where[-1]) + 1)


def _line_classes(axis: _Axis, centre_is_arterial: bool) -> IntArray:
    classes = np.full(len(axis.width) + 1, LOCAL)
    classes[axis.first + 2 : axis.end - 1 : 3] = MAIN
    classes[[axis.first, axis.end]] = ARTERIAL
    if centre_is_arterial:
        classes[(axis.first + axis.end) // 2] = ARTERIAL
    return classes


def _names(axis: _Axis, runs_north: bool, low: str, high: str, centre: str) -> list[str]:
    names = [street_name(i + 1, runs_north) for i in range(len(axis.width) + 1)]
    names[axis.first] = street_along(low) or names[axis.first]
    names[axis.end] = street_along(high) or names[axis.end]
    if centre:
        names[(axis.first + axis.end) // 2] = centre
    return names


def _warp(grid: FloatArray, rows: _Axis, cols: _Axis, rng: np.random.Generator) -> FloatArray:
    """Jitter each node, then bend the whole plane gently, so that no street is a ruler's line."""
    jitter = rng.normal(0.0, 0.035 * BLOCK_M, grid.shape).clip(-0.07 * BLOCK_M, 0.07 * BLOCK_M)
    jitter[[rows.first, rows.end], :, 1] *= 0.25
    jitter[:, [cols.first, cols.end], 0] *= 0.25
    wet = np.flatnonzero(cols.water)
    jitter[:, np.union1d(wet, wet + 1), 0] *= 0.15
    bent = grid + jitter
    phase = rng.uniform(0.0, 2.0 * np.pi, 2)
    length = rng.uniform(1100.0, 1900.0, 2)
    turn = rng.normal(0.0, 0.03)
    x = bent[..., 0] + 22.0 * np.sin(2 * np.pi * bent[..., 1] / length[0] + phase[0])
    y = bent[..., 1] + 18.0 * np.sin(2 * np.pi * bent[..., 0] / length[1] + phase[1])
    return np.stack([x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)], axis=-1)


def _fit(nodes: FloatArray, rows: _Axis, cols: _Axis, spec: CircleSpec) -> FloatArray:
    """Scale to the wanted area and move the anchor corner (or the centre) to the origin."""
    ring = box_ring(nodes, rows.first, rows.end, cols.first, cols.end)
    nxt = np.roll(ring, -1, axis=0)
    area = 0.5 * abs(float(np.sum(ring[:, 0] * nxt[:, 1] - nxt[:, 0] * ring[:, 1])))
    scaled = nodes * np.sqrt(spec.area_km2 * 1e6 / area)
    corner = {
        "sw": scaled[rows.first, cols.first],
        "se": scaled[rows.first, cols.end],
        "nw": scaled[rows.end, cols.first],
        "ne": scaled[rows.end, cols.end],
        "centre": scaled[rows.first : rows.end + 1, cols.first : cols.end + 1].mean(axis=(0, 1)),
    }
    return np.asarray(scaled - corner[spec.anchor_at])


def box_ring(nodes: FloatArray, row0: int, row1: int, col0: int, col1: int) -> FloatArray:
    """The nodes around a rectangle of blocks, counter-clockwise from the south-west, not closed: (m, 2)."""
    south, east = nodes[row0, col0:col1], nodes[row0:row1, col1]
    north, west = nodes[row1, col1:col0:-1], nodes[row1:row0:-1, col0]
    return np.concatenate([south, east, north, west])


def make_lattice(spec: CircleSpec, seed: int) -> Lattice:
    """The street lattice of ``spec``; (0, 0) is the anchor, metres, x to the east and y to the north."""
    rng = make_rng(seed, spec.id, "lattice")
    width_m = float(np.sqrt(spec.area_km2 * 1e6 * spec.aspect))
    cols = _columns(spec, width_m, rng)
    rows = _rows(spec, spec.area_km2 * 1e6 / width_m, rng)
    grid = np.stack(np.meshgrid(cols.lines, rows.lines), axis=-1)
    nodes = np.round(_fit(_warp(grid, rows, cols, rng), rows, cols, spec), 3)
    inside = rows.inside[:, None] & cols.inside[None, :]
    water = rows.water[:, None] | cols.water[None, :]
    if spec.lake != "none" and rows.end - rows.first >= 4:
        bay_row = rows.end - 1 if spec.lake == "north" else rows.first
        water[bay_row, cols.first + (cols.end - cols.first) // 2] = True
    road = spec.facts.boundary_roads
    row_name = _names(rows, False, road.get("south", ""), road.get("north", ""), spec.cross_roads[1])
    col_name = _names(cols, True, road.get("west", ""), road.get("east", ""), spec.cross_roads[0])
    row_class = _line_classes(rows, bool(spec.cross_roads[1]))
    col_class = _line_classes(cols, bool(spec.cross_roads[0]))
    box = (rows.first, rows.end, cols.first, cols.end)
    return _edges(spec, nodes, inside, water, box, (row_class, col_class), (row_name, col_name), cols.water, rng)


def _bridge_rows(spec: CircleSpec, box: tuple[int, int, int, int]) -> IntArray:
    """Lattice rows on which a street crosses the river: three or more reach from boundary road to boundary road."""
    count = min(spec.bridges, box[1] - box[0] + 1) if spec.river != "none" else 0
    spread = np.linspace(box[0], box[1], count) if count > 2 else np.linspace(box[0], box[1], count + 2)[1:-1]
    return np.unique(np.round(spread).astype(np.int64))


def _streets_kept(
    water: BoolArray, h_bridge: BoolArray, local: BoolArray, rng: np.random.Generator
) -> tuple[BoolArray, BoolArray]:
    """Edges along rows and along columns: those with land beside them, and bridges; some local ones fall away."""
    land = np.pad(~water, 1)
    v_keep = land[1:-1, 1:] | land[1:-1, :-1]
    row, col = np.indices(v_keep.shape)
    both = land[1:-1, 1:] & land[1:-1, :-1]
    v_keep &= ~(both & ((row + col) % 2 == 0) & local[None, :] & (rng.uniform(size=v_keep.shape) < 0.3))
    return land[1:, 1:-1] | land[:-1, 1:-1] | h_bridge, v_keep


def _edges(
    spec: CircleSpec,
    nodes: FloatArray,
    inside: BoolArray,
    water: BoolArray,
    box: tuple[int, int, int, int],
    classes: tuple[IntArray, IntArray],
    names: tuple[list[str], list[str]],
    river_col: BoolArray,
    rng: np.random.Generator,
) -> Lattice:
    ny, nx = water.shape
    index = np.full((ny + 2, nx + 2), -1, dtype=np.int64)
    index[1:-1, 1:-1] = np.arange(ny * nx).reshape(ny, nx)
    h_bridge = np.zeros((ny + 1, nx), dtype=bool)
    h_bridge[_bridge_rows(spec, box)] = river_col
    h_keep, v_keep = _streets_kept(water, h_bridge, classes[1] == LOCAL, rng)
    h_row, h_col = np.nonzero(h_keep)
    v_row, v_col = np.nonzero(v_keep)
    ends = np.concatenate(
        [
            np.stack([nodes[h_row, h_col], nodes[h_row, h_col + 1]], axis=1),
            np.stack([nodes[v_row, v_col], nodes[v_row + 1, v_col]], axis=1),
        ]
    )
    side = np.concatenate(
        [
            np.stack([index[h_row + 1, h_col + 1], index[h_row, h_col + 1]], axis=1),
            np.stack([index[v_row + 1, v_col], index[v_row + 1, v_col + 1]], axis=1),
        ]
    )
    along = ends[:, 1] - ends[:, 0]
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    bend = rng.uniform(-0.015, 0.015, len(ends))
    middle = ends[:, 0] + along * rng.uniform(0.42, 0.58, len(ends))[:, None] + across * bend[:, None]

    h_edge = np.full((ny + 1, nx), -1, dtype=np.int64)
    h_edge[h_row, h_col] = np.arange(len(h_row))
    v_edge = np.full((ny, nx + 1), -1, dtype=np.int64)
    v_edge[v_row, v_col] = len(h_row) + np.arange(len(v_row))
    return Lattice(
        nodes=nodes,
        inside=inside & ~water,
        water=water,
        box=box,
        ends=ends,
        middle=np.round(middle, 3),
        edge_class=np.concatenate([classes[0][h_row], classes[1][v_col]]),
        edge_name=[names[0][r] for r in h_row] + [names[1][c] for c in v_col],
        bridge=np.concatenate([h_bridge[h_row, h_col], np.zeros(len(v_row), dtype=bool)]),
        side_block=side,
        edge_of=np.stack([h_edge[:-1], h_edge[1:], v_edge[:, :-1], v_edge[:, 1:]], axis=-1),
    )
