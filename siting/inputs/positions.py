"""Positions of the point tables: which columns, which datum, and the mistakes that numbers alone give away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scenarios.faults import Fault, FaultLog
from siting.datum import in_china
from siting.inputs import position_messages as say
from siting.inputs.circle_file import CircleFile
from siting.inputs.place import Place, show
from siting.inputs.reference import Datum
from siting.inputs.tables import TypedTable

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_MOST_SINGLE_ROWS = 5
_SWAP_FAR_DEG, _SWAP_NEAR_DEG = 1.0, 0.5
_ZONE_PREFIX_M = 1e6
_CGCS_3_DEGREE_PREFIXED, _CGCS_3_DEGREE_PLAIN = 4513, 4534
_ZONES = range(25, 46)


@dataclass(frozen=True)
class Located:
    """A point table with its raw coordinates (n, 2), the datum that they are in, and their headers as written."""

    table: TypedTable
    points: FloatArray
    datum: Datum
    headers: tuple[str, str]

    def tell(self, rows: BoolArray, message: Callable[[Place, int, int], Fault], log: FaultLog) -> None:
        """A fault for each of ``rows``; where it is most of a longer table, one fault with the count instead."""
        found = np.flatnonzero(rows)
        n = len(rows)
        if len(found) > max(_MOST_SINGLE_ROWS, n / 2):
            log.add(message(self.place(int(found[0])), len(found), n))
            return
        for i in found:
            log.add(message(self.place(int(i)), 1, n))

    def place(self, i: int) -> Place:
        """Where the coordinates of data row ``i`` stand."""
        x, y = self.points[i].tolist()
        raw = self.table.raw
        column = "、".join(dict.fromkeys(h for h in self.headers if h))
        return Place(raw.file, raw.sheet, raw.rows[i], column, f"{show(x)}, {show(y)}")


def locate(table: TypedTable, circle: CircleFile, needed: bool, log: FaultLog) -> Located | None:
    """The table's coordinates; None if it has none, with a fault if they are ``needed`` or given by halves."""
    raw = table.raw
    if raw.points is not None:
        datum = circle.datum_for(raw.file, raw.crs, log)
        return Located(table, raw.points, datum, ("", "")) if datum else None
    pairs = [pair for pair in (("lon", "lat"), ("x", "y")) if all(name in table.headers for name in pair)]
    if not pairs:
        if needed or any(name in table.headers for name in ("lon", "lat", "x", "y")):
            log.add(say.missing_position_columns(raw.place))
        return None
    if not needed and all(np.isnan(table.numbers[name]).all() for pair in pairs for name in pair):
        return None
    datum = circle.datum_for(raw.file, None, log)
    if datum is None:
        return None
    pair = pairs[0] if datum.in_degrees else pairs[-1]
    points = np.column_stack([table.numbers[name] for name in pair])
    located = Located(table, points, datum, (table.headers[pair[0]], table.headers[pair[1]]))
    blank = np.isnan(points)
    told = table.broken[pair[0]] | table.broken[pair[1]]
    missing = (blank.any(axis=1) if needed else blank.any(axis=1) & ~blank.all(axis=1)) & ~told
    for i in np.flatnonzero(missing):
        log.add(say.blank_position(located.place(int(i)).at(value="")))
    return located


def check_range(located: Located, centre: tuple[float, float] | None, log: FaultLog) -> BoolArray:
    """Tell coordinates that cannot be meant; returns (n,) where they are usable.

    ``centre`` (longitude, latitude) is where streets, boundary or other points lie; it gives swapped pairs away.
    """
    check = _degrees if located.datum.in_degrees else _metres
    there = np.atleast_1d(np.isfinite(located.points).all(axis=1))
    usable = check(located, there, centre, log)
    _check_in_china(located, usable, log)
    return usable


def _degrees(located: Located, there: BoolArray, centre: tuple[float, float] | None, log: FaultLog) -> BoolArray:
    points = np.where(there[:, None], located.points, 0.0)
    lon, lat = points.T
    metres = (np.abs(lon) > 360) | (np.abs(lat) > 360)
    swapped = ~metres & (np.abs(lat) > 90) & (np.abs(lon) <= 90) & (np.abs(lat) <= 180)
    beyond = ~metres & ~swapped & ((np.abs(lon) > 180) | (np.abs(lat) > 90))
    if centre is not None:
        off, off_swapped = np.abs(points - centre).max(axis=1), np.abs(points[:, ::-1] - centre).max(axis=1)
        swapped |= ~metres & ~beyond & there & (off > _SWAP_FAR_DEG) & (off_swapped < _SWAP_NEAR_DEG)
    located.tell(metres, say.metres_as_degrees, log)
    located.tell(swapped, say.swapped, log)
    located.tell(beyond, say.coordinate_range, log)
    usable: BoolArray = there & ~(metres | swapped | beyond)
    return usable


def _metres(located: Located, there: BoolArray, _: tuple[float, float] | None, log: FaultLog) -> BoolArray:
    datum, points = located.datum, np.where(there[:, None], located.points, 0.0)
    x, y = points.T
    degrees = there & (np.abs(x) <= 180) & (np.abs(y) <= 90)
    has_prefix = datum.false_easting_m > _ZONE_PREFIX_M
    number = np.floor(x / 1e6)
    prefixed = there & (not has_prefix) & (number >= 13) & (number <= 45) & (y < 1e7)
    bare = there & has_prefix & (x > 0) & (x < _ZONE_PREFIX_M) & (y > 1e5) & ~degrees
    rest = there & ~(degrees | prefixed | bare)
    outside = rest & ~datum.reaches(points)
    swapped = outside & datum.reaches(points[:, ::-1])
    located.tell(degrees, say.degrees_as_metres, log)
    zone = int(np.median(number[prefixed])) if prefixed.any() else 0
    with_prefix = _CGCS_3_DEGREE_PREFIXED + zone - 25 if zone in _ZONES else None
    located.tell(prefixed, lambda p, c, n: say.zone_prefix(p, with_prefix, c, n), log)
    own_zone = int(datum.false_easting_m // 1e6)
    without = _CGCS_3_DEGREE_PLAIN + own_zone - 25 if own_zone in _ZONES else None
    located.tell(bare, lambda p, c, n: say.zone_prefix_missing(p, without, c, n), log)
    located.tell(swapped, say.swapped, log)
    located.tell(outside & ~swapped, say.coordinate_range, log)
    usable: BoolArray = there & ~(degrees | prefixed | bare | outside)
    return usable


def _check_in_china(located: Located, usable: BoolArray, log: FaultLog) -> None:
    if not located.datum.is_offset or not usable.any():
        return
    lon, lat = located.points[usable].T
    abroad = ~in_china(lon, lat)
    if abroad.mean() > 0.5:
        first = int(np.flatnonzero(usable)[np.flatnonzero(abroad)[0]])
        log.add(say.datum_outside_china(located.place(first), located.datum.name))
