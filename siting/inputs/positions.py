"""Positions of the point tables: which columns, which datum, and the mistakes that numbers alone give away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scenarios.faults import Fault, FaultLog
from siting.datum import in_china
from siting.inputs import position_messages as say
from siting.inputs.axes import examine
from siting.inputs.circle_file import CircleFile
from siting.inputs.place import Place, show
from siting.inputs.reference import Datum
from siting.inputs.tables import TypedTable

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_MOST_SINGLE_ROWS = 5


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
    seen = examine(located.datum, located.points, centre)
    located.tell(seen.metres, say.metres_as_degrees, log)
    located.tell(seen.degrees, say.degrees_as_metres, log)
    located.tell(seen.prefixed, lambda p, c, n: say.zone_prefix(p, seen.epsg, c, n), log)
    located.tell(seen.bare, lambda p, c, n: say.zone_prefix_missing(p, seen.epsg, c, n), log)
    located.tell(seen.swapped, say.swapped, log)
    located.tell(seen.beyond, say.coordinate_range, log)
    _check_in_china(located, seen.usable, log)
    return seen.usable


def _check_in_china(located: Located, usable: BoolArray, log: FaultLog) -> None:
    if not located.datum.is_offset or not usable.any():
        return
    lon, lat = located.points[usable].T
    abroad = ~in_china(lon, lat)
    if abroad.mean() > 0.5:
        first = int(np.flatnonzero(usable)[np.flatnonzero(abroad)[0]])
        log.add(say.datum_outside_china(located.place(first), located.datum.name))
