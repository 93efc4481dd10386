"""Where homes, rooms and outlets lie, and who reaches what: arrays only, block by block of the city.

A city is a square with ``SITES_PER_KM2`` candidate rooms a square kilometre, so that a larger city is larger ground and
not a denser town: the number of rooms in reach of a home stays the same as everything grows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.spatial import KDTree

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

SITES_PER_KM2 = 14.0
PER_CENTRE = 60
CENTRE_SPREAD_M = 700.0
SCATTERED = 0.35
DETOUR = 1.2


@dataclass(frozen=True, eq=False)
class Ground:
    """A square of ``side_m`` with neighbourhood ``centres`` [c,2] of unequal pull ``weight`` [c]."""

    side_m: float
    centres: FloatArray
    weight: FloatArray


def make_ground(rng: np.random.Generator, n_site: int) -> Ground:
    """Room for ``n_site`` sites: one neighbourhood for each ``PER_CENTRE`` of them."""
    side = 1000.0 * float(np.sqrt(n_site / SITES_PER_KM2))
    n = max(2, round(n_site / PER_CENTRE))
    weight = rng.pareto(2.5, n) + 0.5
    return Ground(side, rng.uniform(0, side, (n, 2)), weight / weight.sum())


def scatter(rng: np.random.Generator, ground: Ground, n: int) -> FloatArray:
    """[n,2] metres: most points lie around the centres, the rest anywhere; all inside the square."""
    loose = rng.random(n) < SCATTERED
    of = rng.choice(len(ground.weight), n, p=ground.weight)
    near = ground.centres[of] + rng.normal(0, CENTRE_SPREAD_M, (n, 2))
    anywhere = rng.uniform(0, ground.side_m, (n, 2))
    points = np.where(loose[:, None], anywhere, near)
    return np.asarray(ground.side_m - np.abs(np.abs(points) - ground.side_m)).clip(0.0, ground.side_m)


def by_block(points: FloatArray, within_m: float) -> IntArray:
    """The order in which points of one block of the city stand together, as :func:`walks` wants it."""
    cell = _cells(points, within_m / DETOUR)
    return np.lexsort((cell[:, 1], cell[:, 0]))


def _cells(points: FloatArray, block_m: float) -> IntArray:
    return np.asarray(points // block_m, dtype=np.int64)


def walks(homes: FloatArray, places: FloatArray, within_m: float) -> sparse.csr_array:
    """CSR [i,p] of metres (straight, times ``DETOUR``) up to ``within_m``; homes in the order of :func:`by_block`.

    Each block of homes meets only the places near it, in one dense table.
    """
    reach_m = within_m / DETOUR
    cell = _cells(homes, reach_m)
    starts = np.flatnonzero(np.any(np.diff(cell, axis=0, prepend=cell[:1] - 1) != 0, axis=1))
    counts, columns, metres = [np.zeros(0, np.int64)], [np.zeros(0, np.int32)], [np.zeros(0, np.float32)]
    for start, stop in zip(starts, [*starts[1:], len(homes)], strict=True):
        low = cell[start] * reach_m - reach_m
        near = np.flatnonzero(np.all((places >= low) & (places <= low + 3 * reach_m), axis=1))
        table = homes[start:stop, None, :] - places[None, near, :]
        far = (np.hypot(table[:, :, 0], table[:, :, 1]) * DETOUR).astype(np.float32)
        row, column = np.nonzero(far <= np.float32(within_m))
        counts.append(np.bincount(row, minlength=stop - start))
        columns.append(near[column].astype(np.int32))
        metres.append(far[row, column])
    indptr = np.concatenate([[0], np.cumsum(np.concatenate(counts))]).astype(np.int32)
    shape = (len(homes), len(places))
    return sparse.csr_array((np.concatenate(metres), np.concatenate(columns), indptr), shape=shape)


def count_within(homes: FloatArray, places: FloatArray, radius_m: float) -> IntArray:
    """[i]: places at most ``radius_m`` of walking away."""
    return np.asarray(KDTree(places).query_ball_point(homes, radius_m / DETOUR, return_length=True))


def within(walk_m: sparse.csr_array, radius_m: float) -> sparse.csr_array:
    """Boolean CSR of the pairs at most ``radius_m`` apart (inclusive), columns in order."""
    keep = walk_m.data <= np.float32(radius_m)
    indptr = np.concatenate([[0], np.cumsum(keep, dtype=np.int64)])[walk_m.indptr].astype(np.int32)
    indices = walk_m.indices[keep]
    return sparse.csr_array((np.ones(len(indices), dtype=bool), indices, indptr), shape=walk_m.shape)
