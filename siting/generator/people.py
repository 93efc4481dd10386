"""Demand points: buildings in estates, with residents by segment and households."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.generator.blocks import GATED, LANE_FROM, LANE_ROWS, LANE_TO, Blocks, block_size, inside_block
from siting.generator.lattice import Lattice
from siting.generator.spec import HOUSEHOLD_SIZE, CircleSpec, apportion, make_rng

BESIDE_LANE_M = 13.0
_TODDLER_SHARE = (0.020, 0.034)
_CHILD_SHARE = (0.028, 0.046)


def make_demand(spec: CircleSpec, lattice: Lattice, blocks: Blocks, seed: int) -> pd.DataFrame:
    """Columns id, name, x, y, residents, elderly, toddlers, children, households, block (flat block index).

    ``residents`` sums to the circle's population and ``households`` to its households exactly; old open communities
    hold more elderly, gated ones more children. Rows are sorted by estate.
    """
    rng = make_rng(seed, spec.id, "people")
    homes = blocks.residential
    homes = homes[np.argsort(blocks.estate[homes], kind="stable")]
    density = np.where(blocks.use[homes] == GATED, 1.0, 1.15) * np.exp(rng.normal(0.0, 0.25, len(homes)))
    per_block = 1 + apportion(spec.n_demand - len(homes), density)
    block = np.repeat(homes, per_block)
    rank = np.arange(len(block)) - np.repeat(np.cumsum(per_block) - per_block, per_block)
    place = place_beside_lanes(lattice, block, rank, np.repeat(per_block, per_block), rng)

    gated = blocks.use[block] == GATED
    weight = np.exp(rng.normal(0.0, 0.3, len(block))) * np.where(gated, 1.25, 1.0)
    residents = apportion(spec.population, weight)
    elderly, toddlers, children = _segments(spec, residents, gated, rng)
    households = spec.households if spec.households is not None else round(spec.population / HOUSEHOLD_SIZE)
    estate = blocks.estate[block]
    number = pd.Series(estate).groupby(estate).cumcount().to_numpy() + 1
    names = blocks.estate_name
    digits = max(3, len(str(len(block))))
    return pd.DataFrame(
        {
            "id": [f"D{i + 1:0{digits}d}" for i in range(len(block))],
            "name": [f"{names[e]}{n}号楼" for e, n in zip(estate.tolist(), number.tolist(), strict=True)],
            "x": place[:, 0],
            "y": place[:, 1],
            "residents": residents,
            "elderly": elderly,
            "toddlers": toddlers,
            "children": children,
            "households": apportion(households, residents),
            "block": block,
        }
    )


def place_beside_lanes(
    lattice: Lattice,
    block: np.ndarray,
    rank: np.ndarray,
    of: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Points (n, 2) beside the inner lanes of ``block`` (n,): the ``rank``-th of ``of`` points in that block."""
    rows = len(LANE_ROWS)
    row, step = rank % rows, rank // rows
    steps = np.maximum(1, -(-of // rows))
    jitter = rng.uniform(0.2, 0.8, len(block))
    u = LANE_FROM + (step + jitter) / steps * (LANE_TO - LANE_FROM)
    corners = lattice.corners[block]
    _, height = block_size(corners)
    side = np.where(rng.uniform(size=len(block)) < 0.5, -1.0, 1.0)
    v = LANE_ROWS[row] + side * np.minimum(BESIDE_LANE_M / height, 0.1)
    return np.round(inside_block(corners, u, v), 3)


def _segments(
    spec: CircleSpec, residents: np.ndarray, gated: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Elderly, toddlers and children, whole people; together never more than the residents of a point."""
    spread = np.exp(rng.normal(0.0, 0.15, len(residents)))
    elderly = apportion(round(spec.elderly_share * spec.population), residents * np.where(gated, 0.75, 1.35) * spread)
    elderly = np.minimum(elderly, residents)
    kind = gated.astype(int)
    toddlers = rng.binomial(residents, np.array(_TODDLER_SHARE)[kind])
    toddlers = np.minimum(toddlers, residents - elderly)
    children = rng.binomial(residents, np.array(_CHILD_SHARE)[kind])
    children = np.minimum(children, residents - elderly - toddlers)
    return elderly, toddlers, children
