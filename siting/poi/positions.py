"""Coordinates of a row in any of the forms that exports use, and their way into another datum."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyproj

from siting.datum import from_wgs84, in_china, to_wgs84
from siting.inputs.reference import DEGREE_DATUMS, Datum

FloatArray = npt.NDArray[np.float64]
NOWHERE = (float("nan"), float("nan"))

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_DEGREE_DIGITS, _METRE_DIGITS = 8, 3


def pair_of_text(text: str) -> tuple[float, float]:
    """Longitude and latitude of ``"115.98,36.45"``; NaN where the text holds no pair in China.

    A pair written the other way round is turned: in China a latitude is never as large as a longitude.
    """
    found = _NUMBER.findall(text)
    return pair_of(found[0], found[1]) if len(found) == 2 else NOWHERE


def pair_of(lon: str, lat: str) -> tuple[float, float]:
    """Longitude and latitude from two texts; NaN as in :func:`pair_of_text`."""
    try:
        x, y = float(lon), float(lat)
    except ValueError:
        return NOWHERE
    if _possible(x, y):
        return x, y
    return (y, x) if _possible(y, x) else NOWHERE


def in_datum(lonlat: FloatArray, source: str, target: Datum) -> FloatArray:
    """Points (n, 2) in degrees of datum ``source`` as (longitude, latitude), or (easting, northing), of ``target``.

    Rounded to a millimetre (1e-8 degrees, or 0.001 m).
    """
    wgs84 = to_wgs84(source, lonlat[:, 0], lonlat[:, 1])
    if target.name in DEGREE_DATUMS:
        degrees: FloatArray = np.column_stack(from_wgs84(target.name, *wgs84))
        return degrees.round(_DEGREE_DIGITS)
    transformer = pyproj.Transformer.from_crs(4326, target.crs, always_xy=True)
    moved: FloatArray = np.column_stack(transformer.transform(*wgs84))
    return moved.round(_DEGREE_DIGITS if target.in_degrees else _METRE_DIGITS)


def local_metres(lonlat: FloatArray, centre: FloatArray | None = None) -> FloatArray:
    """Points (n, 2) in WGS84 degrees as metres from ``centre`` (2,), their middle by default; right to 0.1 % in a city.

    NaN stays NaN.
    """
    if not len(lonlat):
        return np.zeros((0, 2))
    middle = np.nanmedian(lonlat, axis=0) if centre is None else centre
    scale = 111_320.0 * np.array([np.cos(np.radians(middle[1])), 1.0])
    metres: FloatArray = (lonlat - middle) * scale
    return metres


def _possible(lon: float, lat: float) -> bool:
    return bool(in_china(np.array(lon), np.array(lat)))
