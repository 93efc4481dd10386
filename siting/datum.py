"""Datums met in Chinese map data: WGS84 (CGCS2000 equals it to the centimetre), GCJ-02 and BD-09, all in degrees.

GCJ-02 is WGS84 moved by a published pseudo-random function (about 500 m at Liaocheng); BD-09 moves GCJ-02 once more.
The forward functions are the well-known ones (Krasovsky ellipsoid); the inverses iterate until the forward function
comes back to the input within 1e-11 degrees, so a round trip is exact to well under a millimetre.
Outside the box :func:`in_china` GCJ-02 is WGS84 itself.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
LonLat = tuple[FloatArray, FloatArray]

OFFSET_DATUMS = ("gcj02", "bd09")
_SEMI_MAJOR_M = 6378245.0
_ECCENTRICITY_2 = 0.00669342162296594323
_BD_PI = np.pi * 3000.0 / 180.0
_TOLERANCE_DEG = 1e-11
_MAX_ITERATIONS = 30


def in_china(lon: FloatArray, lat: FloatArray) -> npt.NDArray[np.bool_]:
    """True where GCJ-02 differs from WGS84 (the box that the published function uses)."""
    inside: npt.NDArray[np.bool_] = (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)
    return inside


def wgs84_to_gcj02(lon: FloatArray, lat: FloatArray) -> LonLat:
    """WGS84 degrees (n,) to GCJ-02 degrees (n,)."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    d_lon, d_lat = _gcj_offset(lon, lat)
    inside = in_china(lon, lat)
    return lon + np.where(inside, d_lon, 0.0), lat + np.where(inside, d_lat, 0.0)


def gcj02_to_wgs84(lon: FloatArray, lat: FloatArray) -> LonLat:
    """GCJ-02 degrees (n,) to WGS84 degrees (n,)."""
    return _invert(wgs84_to_gcj02, lon, lat)


def gcj02_to_bd09(lon: FloatArray, lat: FloatArray) -> LonLat:
    """GCJ-02 degrees (n,) to BD-09 degrees (n,)."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    z = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_PI)
    theta = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_PI)
    return z * np.cos(theta) + 0.0065, z * np.sin(theta) + 0.006


def bd09_to_gcj02(lon: FloatArray, lat: FloatArray) -> LonLat:
    """BD-09 degrees (n,) to GCJ-02 degrees (n,)."""
    return _invert(gcj02_to_bd09, lon, lat)


def to_wgs84(datum: str, lon: FloatArray, lat: FloatArray) -> LonLat:
    """Degrees in ``datum`` (``wgs84``, ``cgcs2000``, ``gcj02`` or ``bd09``) to WGS84; ValueError on another name."""
    if datum in ("wgs84", "cgcs2000"):
        return np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    if datum == "gcj02":
        return gcj02_to_wgs84(lon, lat)
    if datum == "bd09":
        return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))
    raise ValueError(f"not a datum in degrees: {datum}")


def from_wgs84(datum: str, lon: FloatArray, lat: FloatArray) -> LonLat:
    """WGS84 degrees to ``datum``: the inverse of :func:`to_wgs84`."""
    if datum in ("wgs84", "cgcs2000"):
        return np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    if datum == "gcj02":
        return wgs84_to_gcj02(lon, lat)
    if datum == "bd09":
        return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))
    raise ValueError(f"not a datum in degrees: {datum}")


def metre_crs(lon: float, lat: float) -> int:
    """EPSG code of the projected CRS for a place: CGCS2000 3-degree zone (by central meridian) in China, else UTM."""
    if bool(in_china(np.array([lon]), np.array([lat]))[0]):
        zone = int(np.clip(np.floor(lon / 3.0 + 0.5), 25, 45))
        return 4534 + zone - 25
    zone = int((lon + 180.0) // 6.0) % 60 + 1
    return (32600 if lat >= 0 else 32700) + zone


def _gcj_offset(lon: FloatArray, lat: FloatArray) -> LonLat:
    x, y = lon - 105.0, lat - 35.0
    pi = np.pi
    root = np.sqrt(np.abs(x))
    shared = (20.0 * np.sin(6.0 * x * pi) + 20.0 * np.sin(2.0 * x * pi)) * 2.0 / 3.0
    d_lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + shared
    d_lat += (20.0 * np.sin(y * pi) + 40.0 * np.sin(y / 3.0 * pi)) * 2.0 / 3.0
    d_lat += (160.0 * np.sin(y / 12.0 * pi) + 320.0 * np.sin(y * pi / 30.0)) * 2.0 / 3.0
    d_lon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + shared
    d_lon += (20.0 * np.sin(x * pi) + 40.0 * np.sin(x / 3.0 * pi)) * 2.0 / 3.0
    d_lon += (150.0 * np.sin(x / 12.0 * pi) + 300.0 * np.sin(x / 30.0 * pi)) * 2.0 / 3.0
    rad = np.radians(lat)
    magic = 1.0 - _ECCENTRICITY_2 * np.sin(rad) ** 2
    meridian = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_2) / (magic * np.sqrt(magic))
    parallel = _SEMI_MAJOR_M / np.sqrt(magic) * np.cos(rad)
    return np.degrees(d_lon / parallel), np.degrees(d_lat / meridian)


def _invert(forward: Callable[[FloatArray, FloatArray], LonLat], lon: FloatArray, lat: FloatArray) -> LonLat:
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    guess_lon, guess_lat = lon.copy(), lat.copy()
    for _ in range(_MAX_ITERATIONS):
        there_lon, there_lat = forward(guess_lon, guess_lat)
        step_lon, step_lat = lon - there_lon, lat - there_lat
        guess_lon, guess_lat = guess_lon + step_lon, guess_lat + step_lat
        steps = np.maximum(np.abs(step_lon), np.abs(step_lat))
        if not np.any(steps > _TOLERANCE_DEG):
            break
    return guess_lon, guess_lat
