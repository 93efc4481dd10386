"""Do the points fit the streets and the boundary, or would they fit better under another datum?

A shift of half a kilometre is invisible in the numbers. It shows in the distance of points to the nearest street, and
in the share of points inside the boundary. Dense streets everywhere hide it from the first test, a missing boundary
from the second; then nothing is said. Of too few points it is said as a warning.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from scenarios.faults import FaultLog
from siting.inputs import position_messages as say
from siting.inputs.positions import Located
from siting.inputs.reference import parse_datum

FloatArray = npt.NDArray[np.float64]

FAR_M = 2000.0
_SUSPECT_M, _GOOD_M, _BETTER = 100.0, 40.0, 0.5
_GOOD_SHARE, _SHARE_GAIN = 0.9, 0.25
_ALTERNATIVES = ("wgs84", "gcj02", "bd09")
_LEAST_SHARE = 0.5
_MIN_POINTS, _SURE_POINTS = 3, 10


@dataclass(frozen=True)
class Surroundings:
    """Streets (an STR-tree over their lines) and the boundary, in metres of ``crs``; either may be missing."""

    crs: pyproj.CRS
    streets: shapely.STRtree | None = None
    boundary: BaseGeometry | None = None

    def to_street_m(self, metres: FloatArray) -> FloatArray:
        """(n,): metres from each point (n, 2) to the nearest street; infinity without streets."""
        if self.streets is None or not len(metres):
            return np.full(len(metres), np.inf)
        _, distance = self.streets.query_nearest(shapely.points(metres), all_matches=False, return_distance=True)
        return np.asarray(distance, dtype=float)

    def share_inside(self, metres: FloatArray) -> float:
        """Share of points inside the boundary."""
        shapely.prepare(self.boundary)
        return float(np.mean(shapely.intersects_xy(self.boundary, metres[:, 0], metres[:, 1])))


def check_datum(located: Located, usable: npt.NDArray[np.bool_], around: Surroundings, log: FaultLog) -> bool:
    """Tell if another datum clearly fits better (for degrees GCJ-02, BD-09 or WGS84, for metres a zone beside); True if
    so.

    A handful of points may fit better by chance (rooms just outside the line, say): that is a warning, not an error.
    """
    points = located.points[usable]
    declared = "wgs84" if located.datum.name == "cgcs2000" else located.datum.name
    names = _ALTERNATIVES if located.datum.in_degrees else located.datum.neighbours
    others = [parse_datum(name) for name in names if name != declared]
    if not others or len(points) < _MIN_POINTS:
        return False
    readings = {d.name: d.to_metres(points, around.crs) for d in others if d is not None}
    as_declared = located.datum.to_metres(points, around.crs)
    found = _by_streets(as_declared, readings, around) or _by_boundary(as_declared, readings, around)
    if found is None:
        return False
    better, evidence = found
    place = located.place(int(np.flatnonzero(usable)[0]))
    whole = located.table.raw.place.at(column=place.column)
    log.add(say.wrong_datum(whole, located.datum.name, better, evidence, len(points) >= _SURE_POINTS))
    return True


def check_far(located: Located, usable: npt.NDArray[np.bool_], around: Surroundings, log: FaultLog) -> None:
    """Tell points that lie more than two kilometres from every street."""
    if around.streets is None or not usable.any():
        return
    distance = np.zeros(len(usable))
    distance[usable] = around.to_street_m(located.datum.to_metres(located.points[usable], around.crs))
    far = distance > FAR_M
    if far.any():
        row_of = {row: i for i, row in enumerate(located.table.raw.rows)}
        located.tell(far, lambda p, c, n: say.far_from_streets(p, distance[row_of[p.row or 0]], c, n), log)


def check_inside(located: Located, usable: npt.NDArray[np.bool_], around: Surroundings, log: FaultLog) -> None:
    """Warn where fewer than half of the points lie inside the boundary: a circle's own residents should."""
    if around.boundary is None or not usable.any():
        return
    share = around.share_inside(located.datum.to_metres(located.points[usable], around.crs))
    if share < _LEAST_SHARE:
        n = int(usable.sum())
        log.add(say.outside_boundary(located.table.raw.place, round(share * n), n))


def _by_streets(declared: FloatArray, readings: dict[str, FloatArray], around: Surroundings) -> tuple[str, str] | None:
    if around.streets is None:
        return None
    now = float(np.median(around.to_street_m(declared)))
    medians = {name: float(np.median(around.to_street_m(metres))) for name, metres in readings.items()}
    better = min(medians, key=lambda name: medians[name])
    if now <= _SUSPECT_M or medians[better] >= _GOOD_M or medians[better] > now * _BETTER:
        return None
    return better, f"点到道路的中位距离由 {now:.0f} 米降到 {medians[better]:.0f} 米"


def _by_boundary(declared: FloatArray, readings: dict[str, FloatArray], around: Surroundings) -> tuple[str, str] | None:
    if around.boundary is None:
        return None
    now = around.share_inside(declared)
    shares = {name: around.share_inside(metres) for name, metres in readings.items()}
    better = max(shares, key=lambda name: shares[name])
    if shares[better] < _GOOD_SHARE or shares[better] - now < _SHARE_GAIN:
        return None
    return better, f"边界内的点由 {now:.0%} 升到 {shares[better]:.0%}"
