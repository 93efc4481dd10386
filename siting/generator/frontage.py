"""Street frontage: points beside the streets where a shop or a vacant room can stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from siting.generator.blocks import Blocks
from siting.generator.lattice import Lattice

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

SETBACK_M = (6.0, 9.0)
_NEAR_NODE = 0.12


@dataclass(frozen=True)
class Frontage:
    """Half-streets with land on the side meant, flat (n,): ``edge``, ``half`` (0 or 1), ``left`` side or not.

    ``midpoint`` (n, 2) is the middle of the half-street, ``inside`` whether its block belongs to the circle,
    ``block`` the flat block index, ``street_class`` the class of the street.
    """

    edge: IntArray
    half: IntArray
    left: BoolArray
    block: IntArray
    inside: BoolArray
    midpoint: FloatArray
    street_class: IntArray

    def place(self, lattice: Lattice, chosen: IntArray, rng: np.random.Generator) -> FloatArray:
        """A random point (k, 2) on each of the ``chosen`` (k,) half-streets, set back from the street."""
        edge, half = self.edge[chosen], self.half[chosen]
        start = np.where((half == 0)[:, None], lattice.ends[edge, 0], lattice.middle[edge])
        end = np.where((half == 0)[:, None], lattice.middle[edge], lattice.ends[edge, 1])
        along = end - start
        length = np.linalg.norm(along, axis=1, keepdims=True)
        normal = np.stack([-along[:, 1], along[:, 0]], axis=1) / length
        t = rng.uniform(_NEAR_NODE, 1 - _NEAR_NODE, (len(chosen), 1))
        back = rng.uniform(*SETBACK_M, (len(chosen), 1)) * np.where(self.left[chosen], 1.0, -1.0)[:, None]
        point: FloatArray = np.round(start + along * t + normal * back, 3)
        return point


def make_frontage(lattice: Lattice) -> Frontage:
    """Every half-street side that faces land, bridges excluded."""
    edge = np.repeat(np.arange(len(lattice.ends)), 4)
    half = np.tile([0, 0, 1, 1], len(lattice.ends))
    left = np.tile([True, False, True, False], len(lattice.ends))
    block = np.where(left, lattice.side_block[edge, 0], lattice.side_block[edge, 1])
    keep = (block >= 0) & ~lattice.water.ravel()[block] & ~lattice.bridge[edge]
    edge, half, left, block = edge[keep], half[keep], left[keep], block[keep]
    outer = np.where((half == 0)[:, None], lattice.ends[edge, 0], lattice.ends[edge, 1])
    midpoint = (outer + lattice.middle[edge]) / 2
    inside = lattice.inside.ravel()[block]
    return Frontage(edge, half, left, block, inside, midpoint, lattice.edge_class[edge])


@dataclass(frozen=True)
class Ground:
    """The city as laid out: streets, blocks and frontage, before people and shops come."""

    lattice: Lattice
    blocks: Blocks
    frontage: Frontage
