"""Coordinates that cannot be meant, told from the numbers alone: axes swapped, metres for degrees, zone numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from siting.inputs.reference import Datum

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_SWAP_FAR_DEG, _SWAP_NEAR_DEG = 1.0, 0.5
_ZONE_PREFIX_M = 1e6
_CGCS_3_DEGREE_PREFIXED, _CGCS_3_DEGREE_PLAIN = 4513, 4534
_ZONES = range(25, 46)


@dataclass(frozen=True)
class Axes:
    """Masks (n,) of the points that show each mistake (no point shows two), and of those that are ``usable``.

    ``epsg`` is the CRS that the zone numbers in ``prefixed`` (there, but not as declared) or ``bare`` (declared,
    but not there) point to, None where they point to none.
    """

    usable: BoolArray
    swapped: BoolArray
    beyond: BoolArray
    metres: BoolArray
    degrees: BoolArray
    prefixed: BoolArray
    bare: BoolArray
    epsg: int | None = None


def examine(datum: Datum, points: FloatArray, centre: tuple[float, float] | None) -> Axes:
    """What points (n, 2), NaN where blank, show under ``datum``.

    ``centre`` (longitude, latitude) is where streets, boundary or other points lie; it gives swapped pairs away.
    """
    there = np.atleast_1d(np.isfinite(points).all(axis=1))
    filled = np.where(there[:, None], points, 0.0)
    return _degrees(filled, there, centre) if datum.in_degrees else _metres(datum, filled, there)


def _degrees(points: FloatArray, there: BoolArray, centre: tuple[float, float] | None) -> Axes:
    lon, lat = points.T
    metres = (np.abs(lon) > 360) | (np.abs(lat) > 360)
    swapped = ~metres & (np.abs(lat) > 90) & (np.abs(lon) <= 90) & (np.abs(lat) <= 180)
    beyond = ~metres & ~swapped & ((np.abs(lon) > 180) | (np.abs(lat) > 90))
    if centre is not None:
        off, off_swapped = np.abs(points - centre).max(axis=1), np.abs(points[:, ::-1] - centre).max(axis=1)
        swapped |= ~metres & ~beyond & there & (off > _SWAP_FAR_DEG) & (off_swapped < _SWAP_NEAR_DEG)
    none = np.zeros(len(points), dtype=bool)
    return Axes(there & ~(metres | swapped | beyond), swapped, beyond, metres, none, none, none)


def _metres(datum: Datum, points: FloatArray, there: BoolArray) -> Axes:
    x, y = points.T
    degrees = there & (np.abs(x) <= 180) & (np.abs(y) <= 90)
    has_prefix = datum.false_easting_m > _ZONE_PREFIX_M
    number = np.floor(x / 1e6)
    own = datum.false_easting_m // 1e6 if has_prefix else 0
    prefixed = there & (number != own) & (number >= 13) & (number <= 45) & (y < 1e7)
    bare = there & has_prefix & (x > 0) & (x < _ZONE_PREFIX_M) & (y > 1e5) & ~degrees
    outside = there & ~(degrees | prefixed | bare) & ~datum.reaches(points)
    swapped = outside & datum.reaches(points[:, ::-1])
    zone = int(np.median(number[prefixed])) if prefixed.any() else int(datum.false_easting_m // 1e6)
    first = _CGCS_3_DEGREE_PREFIXED if prefixed.any() else _CGCS_3_DEGREE_PLAIN
    epsg = first + zone - 25 if zone in _ZONES else None
    none = np.zeros(len(points), dtype=bool)
    usable: BoolArray = there & ~(degrees | prefixed | bare | outside)
    return Axes(usable, swapped, outside & ~swapped, none, degrees, prefixed, bare, epsg)
