"""A datum as declared, ``wgs84``, ``cgcs2000``, ``gcj02``, ``bd09`` or ``epsg:N``, and its way to WGS84 and metres."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyproj

from siting.datum import OFFSET_DATUMS, to_wgs84

FloatArray = npt.NDArray[np.float64]
DEGREE_DATUMS = ("wgs84", "cgcs2000", "gcj02", "bd09")

_WGS84 = pyproj.CRS.from_epsg(4326)
_IN_DEGREES = {"wgs84": _WGS84, "cgcs2000": pyproj.CRS.from_epsg(4490), "gcj02": _WGS84, "bd09": _WGS84}
_AREA_SLACK_DEG, _ZONE_HALF_DEG = 3.0, 3.0
_WITH_ZONE_M = 1e6
_FIRST_PLAIN_ZONE_EPSG, _ZONES = 4534, range(25, 46)
_OLD = {"Beijing": "北京 1954", "Xian": "西安 1980"}
_SPELLINGS = {"cgcs2000": "cgcs2000", "2000": "cgcs2000", "gcj": "gcj02", "bd": "bd09", "wgs": "wgs84"}


@dataclass(frozen=True)
class Datum:
    """What the two coordinates of a file mean. ``crs`` is the CRS they are in, once an offset datum is undone."""

    name: str
    crs: pyproj.CRS

    @property
    def in_degrees(self) -> bool:
        """Whether coordinates are longitude and latitude."""
        return bool(self.crs.is_geographic)

    @property
    def is_offset(self) -> bool:
        """Whether it is GCJ-02 or BD-09, which hold in China only."""
        return self.name in OFFSET_DATUMS

    @property
    def false_easting_m(self) -> float:
        """The projection's false easting; above a million it carries a zone number."""
        return self._parameter("False easting") or 0.0

    @property
    def neighbours(self) -> tuple[str, ...]:
        """CGCS2000 3-degree zones one and two beside the central meridian of a transverse Mercator without zone number:
        what a slip in choosing the zone would have been meant as.
        """
        meridian = self._parameter("Longitude of natural origin")
        if meridian is None or "Transverse Mercator" not in self._method or self.false_easting_m > _WITH_ZONE_M:
            return ()
        zone = round(meridian / 3.0)
        near = (zone - 1, zone + 1, zone - 2, zone + 2)
        return tuple(f"epsg:{_FIRST_PLAIN_ZONE_EPSG + n - _ZONES[0]}" for n in near if n in _ZONES)

    @property
    def old_base(self) -> str:
        """Name of the datum below, where it is one without a public, exact way to CGCS2000; "" elsewhere."""
        base = self.crs.geodetic_crs
        name = base.datum.name if base is not None and base.datum is not None else ""
        return next((shown for mark, shown in _OLD.items() if mark in name), "")

    def to_wgs84(self, points: FloatArray) -> FloatArray:
        """Points (n, 2) as (easting or longitude, northing or latitude) to WGS84 degrees; NaN where that fails."""
        if self.name in DEGREE_DATUMS:
            return np.column_stack(to_wgs84(self.name, points[:, 0], points[:, 1]))
        return _transformed(self.crs, _WGS84, points)

    def to_metres(self, points: FloatArray, target: pyproj.CRS) -> FloatArray:
        """Points (n, 2) to metres in ``target``; they stay as they are if that is what they are in."""
        if self.crs == target:
            return points
        return _transformed(_WGS84, target, self.to_wgs84(points))

    def reaches(self, points: FloatArray) -> npt.NDArray[np.bool_]:
        """(n,): whether each point lies where this datum is meant to be used, with some slack.

        A transverse Mercator without an area of use (MapInfo, a .prj of one's own) is meant for its own zone.
        """
        lon, lat = self.to_wgs84(points).T
        ok: npt.NDArray[np.bool_] = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
        area, slack = self.crs.area_of_use, _AREA_SLACK_DEG
        meridian = self._parameter("Longitude of natural origin")
        if area is not None and not self.in_degrees and area.west < area.east:
            ok &= (lon >= area.west - slack) & (lon <= area.east + slack)
            ok &= (lat >= area.south - slack) & (lat <= area.north + slack)
        elif area is None and meridian is not None and "Transverse Mercator" in self._method:
            ok &= np.abs(lon - meridian) <= _ZONE_HALF_DEG + slack
        return ok

    @property
    def _method(self) -> str:
        operation = self.crs.coordinate_operation
        return str(operation.method_name) if operation else ""

    def _parameter(self, name: str) -> float | None:
        operation = self.crs.coordinate_operation
        found = [p.value for p in operation.params if p.name == name] if operation else []
        return float(found[0]) if found else None


def parse_datum(written: str) -> Datum | None:
    """The datum of ``wgs84``, ``GCJ-02``, ``epsg:4548`` …; None if it is none."""
    plain = re.sub(r"[\s_\-]", "", written).casefold()
    plain = _SPELLINGS.get(plain, plain)
    if plain in DEGREE_DATUMS:
        return Datum(plain, _IN_DEGREES[plain])
    code = re.fullmatch(r"epsg:?(\d{4,6})", plain)
    return datum_of_epsg(int(code[1])) if code else None


def datum_of_epsg(code: int) -> Datum | None:
    """The datum of an EPSG code; None if the code is no geographic or projected CRS."""
    try:
        return datum_of_crs(pyproj.CRS.from_epsg(code))
    except pyproj.exceptions.CRSError:
        return None


def datum_of_crs(crs: pyproj.CRS) -> Datum | None:
    """The datum of a file's own CRS; None if that is neither geographic nor projected, or no way leads to WGS84."""
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    code = crs.to_epsg()
    if code in (4326, 4490):
        return Datum("wgs84" if code == 4326 else "cgcs2000", crs)
    if not (crs.is_geographic or crs.is_projected):
        return None
    try:
        _transformer(crs, _WGS84)
    except pyproj.exceptions.ProjError:
        return None
    return Datum(f"epsg:{code}" if code else crs.name, crs)


def _transformed(source: pyproj.CRS, target: pyproj.CRS, points: FloatArray) -> FloatArray:
    x, y = _transformer(source, target).transform(points[:, 0], points[:, 1])
    moved = np.column_stack((np.asarray(x, dtype=float), np.asarray(y, dtype=float)))
    moved[~np.isfinite(moved).all(axis=1)] = np.nan
    return moved


@lru_cache(maxsize=32)
def _transformer(source: pyproj.CRS, target: pyproj.CRS) -> pyproj.Transformer:
    """Making one takes longer than moving a whole circle with it."""
    return pyproj.Transformer.from_crs(source, target, always_xy=True)
