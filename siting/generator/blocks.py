"""Blocks: what stands on them, which estate they belong to, their walls, gates and inner lanes.

An estate's inner lanes are rows running west to east (dead ends) on a spine running south to north. From them a link
leads to the street on some sides of the block; behind a wall the link passes a gate, which is a corner of the wall.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from siting.generator.lattice import ARTERIAL, LOCAL, Lattice
from siting.generator.names import estate_names
from siting.generator.spec import CircleSpec, make_rng

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

WATER, GATED, OPEN, COMMERCIAL, PUBLIC, OUTSIDE = range(6)
WALL_INSET_M = 17.0
BLOCKS_PER_ESTATE = 4
LANE_ROWS = np.array([0.25, 0.5, 0.75])
LANE_FROM, LANE_TO = 0.17, 0.83


@dataclass(frozen=True)
class Blocks:
    """Flat over all blocks of the lattice (n,): ``use`` (a code of this module) and ``estate`` (-1 for none).

    ``estate_name`` and ``estate_gated`` are by estate. ``lanes`` (m, 2, 2) are the pieces of inner lanes and links,
    ``gates`` (g, 2) points with ``gate_block`` (g,). ``walls`` holds one ring (k, 2) per gated block.
    ``centres`` (c, 2) are the commercial centres. Coordinates in metres.
    """

    use: IntArray
    estate: IntArray
    estate_name: list[str]
    estate_gated: BoolArray
    spine: FloatArray
    lanes: FloatArray
    gates: FloatArray
    gate_block: IntArray
    walls: list[FloatArray]
    centres: FloatArray

    @property
    def residential(self) -> IntArray:
        """Flat indices of the residential blocks."""
        return np.flatnonzero((self.use == GATED) | (self.use == OPEN))


def inside_block(corners: FloatArray, u: FloatArray, v: FloatArray) -> FloatArray:
    """Bilinear point (m, 2) at (u, v) of blocks with ``corners`` (m, 4, 2); u to the east, v to the north."""
    u, v = np.asarray(u)[:, None], np.asarray(v)[:, None]
    south = corners[:, 0] * (1 - u) + corners[:, 1] * u
    north = corners[:, 3] * (1 - u) + corners[:, 2] * u
    return np.asarray(south * (1 - v) + north * v)


def block_size(corners: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean width and height of blocks, metres."""
    edge = np.linalg.norm(np.roll(corners, -1, axis=1) - corners, axis=2)
    return (edge[:, 0] + edge[:, 2]) / 2, (edge[:, 1] + edge[:, 3]) / 2


def make_blocks(spec: CircleSpec, lattice: Lattice, seed: int) -> Blocks:
    """Land use, estates, inner lanes, walls and gates."""
    rng = make_rng(seed, spec.id, "blocks")
    use, centres = _land_use(spec, lattice, rng)
    estate, gated = _estates(spec, lattice, use, rng)
    homes = np.flatnonzero((use == GATED) | (use == OPEN))
    use[homes] = np.where(gated[estate[homes]], GATED, OPEN)
    lanes, gates, gate_block, walls, spine = _inner_lanes(lattice, homes, use, rng)
    return Blocks(
        use, estate, estate_names(spec.id, gated, seed), gated, spine, lanes, gates, gate_block, walls, centres
    )


def _land_use(spec: CircleSpec, lattice: Lattice, rng: np.random.Generator) -> tuple[IntArray, FloatArray]:
    inside = lattice.inside.ravel()
    use = np.where(lattice.water.ravel(), WATER, np.where(inside, OPEN, OUTSIDE))
    land = np.flatnonzero(inside)
    middle = lattice.corners.mean(axis=1)
    n_centre = max(1, min(1 + len(land) // 25, 40))
    beside = np.zeros(len(use), dtype=bool)
    big = lattice.edge_class == ARTERIAL
    beside[lattice.side_block[big].ravel()] = True
    chance = np.where(beside[land], 1.0, 0.15)
    centre = rng.choice(land, n_centre, replace=False, p=chance / chance.sum())
    use[centre] = COMMERCIAL
    rest = np.setdiff1d(land, centre)
    n_home = min(max(1, round(0.8 * len(land))), len(rest), spec.n_demand)
    home_first = rng.permutation(rest)
    if spec.facts.estates:
        n_home = min(n_home, BLOCKS_PER_ESTATE * spec.facts.estates)
        seeds = home_first[: spec.facts.estates]
        home_first = rest[np.argsort(cKDTree(middle[seeds]).query(middle[rest])[0], kind="stable")]
    use[home_first[n_home:]] = PUBLIC
    return use, middle[centre]


def _estates(spec: CircleSpec, lattice: Lattice, use: IntArray, rng: np.random.Generator) -> tuple[IntArray, BoolArray]:
    """Estates are neighbouring residential blocks: each block joins the nearest of the estates' first blocks."""
    homes = np.flatnonzero(use == OPEN)
    wanted = spec.facts.estates or max(1, round(len(homes) / 1.4))
    first = np.sort(rng.choice(homes, min(wanted, len(homes)), replace=False))
    at = lattice.corners.mean(axis=1)
    estate = np.full(len(use), -1, dtype=np.int64)
    estate[homes] = cKDTree(at[first]).query(at[homes])[1]
    size = np.bincount(estate[homes], minlength=len(first))
    order = rng.permutation(len(first))
    before = np.cumsum(size[order]) - size[order] / 2
    gated = np.zeros(len(first), dtype=bool)
    gated[order] = before <= spec.gated_share * len(homes)
    if spec.gated_share == 0:
        gated[:] = False
    return estate, gated


def _inner_lanes(
    lattice: Lattice, homes: IntArray, use: IntArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, IntArray, list[FloatArray], FloatArray]:
    corners = lattice.corners[homes]
    count = len(homes)
    spine = np.full(len(use), 0.5)
    spine[homes] = rng.uniform(0.38, 0.62, count)
    s = spine[homes]
    rows = [inside_block(corners, np.full(count, u), np.full(count, v)) for v in LANE_ROWS for u in (LANE_FROM,)]
    east = [inside_block(corners, np.full(count, LANE_TO), np.full(count, v)) for v in LANE_ROWS]
    cross = [inside_block(corners, s, np.full(count, v)) for v in LANE_ROWS]
    pieces = [np.stack([rows[k], cross[k]], axis=1) for k in range(3)]
    pieces += [np.stack([cross[k], east[k]], axis=1) for k in range(3)]
    pieces += [np.stack([cross[k], cross[k + 1]], axis=1) for k in range(2)]

    edge = lattice.edge_of.reshape(-1, 4)[homes]
    linked = _linked_sides(lattice, edge, use[homes] == GATED, rng)
    width, height = block_size(corners)
    du, dv = WALL_INSET_M / width, WALL_INSET_M / height
    half = np.full(count, 0.5)
    at_wall = [
        inside_block(corners, s, dv),
        inside_block(corners, s, 1 - dv),
        inside_block(corners, du, half),
        inside_block(corners, 1 - du, half),
    ]
    start = [cross[0], cross[2], rows[1], east[1]]
    gates: list[FloatArray] = []
    gate_block: list[IntArray] = []
    for side in range(4):
        on = linked[:, side]
        gate = np.round(at_wall[side][on], 3)
        pieces.append(np.stack([start[side][on], gate], axis=1))
        pieces.append(np.stack([gate, lattice.middle[edge[on, side]]], axis=1))
        walled = use[homes][on] == GATED
        gates.append(gate[walled])
        gate_block.append(homes[on][walled])
    ring = [inside_block(corners, u, v) for u, v in ((du, dv), (1 - du, dv), (1 - du, 1 - dv), (du, 1 - dv))]
    walls = _walls(ring, at_wall, linked, np.flatnonzero(use[homes] == GATED))
    return (
        np.round(np.concatenate(pieces), 3).astype(np.float64),
        np.concatenate(gates),
        np.concatenate(gate_block),
        walls,
        spine,
    )


def _linked_sides(lattice: Lattice, edge: IntArray, gated: BoolArray, rng: np.random.Generator) -> BoolArray:
    """(n, 4): open communities open to every street; gated ones have one or two gates, at quieter streets first."""
    there = edge >= 0
    calm = np.where(lattice.edge_class[edge] == LOCAL, 0.0, 0.6) + rng.uniform(size=edge.shape)
    rank = np.argsort(np.argsort(np.where(there, calm, 9.0), axis=1, kind="stable"), axis=1, kind="stable")
    n_gate = 1 + (rng.uniform(size=len(edge)) < 0.65)
    return np.asarray(there & (~gated[:, None] | (rank < n_gate[:, None])))


def _walls(ring: list[FloatArray], at_wall: list[FloatArray], linked: BoolArray, walled: IntArray) -> list[FloatArray]:
    """Closed rings from the south-west corner round; each gate is a corner of its ring."""
    south, north, west, east = range(4)
    points = np.stack(
        [ring[0], at_wall[south], ring[1], at_wall[east], ring[2], at_wall[north], ring[3], at_wall[west]]
    )
    keep = np.ones((8, len(linked)), dtype=bool)
    keep[[1, 3, 5, 7]] = linked[:, [south, east, north, west]].T
    points = np.round(points, 3)
    rings = (points[keep[:, k], k] for k in walled.tolist())
    return [np.concatenate([r, r[:1]]) for r in rings]
