"""Points beyond a distance from the circle's centre: a map's export of a whole district is not one living circle."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scenarios.faults import FaultLog
from siting.datum import to_wgs84
from siting.inputs.place import Place
from siting.inputs.reference import Datum
from siting.poi import messages
from siting.poi.positions import local_metres
from siting.poi.record import Outcome, Poi, Verdict

FloatArray = npt.NDArray[np.float64]
WIDE_M = 3000.0
_NUMBERS = re.compile(r"([\d.]+)[,，\s]+([\d.]+)[,，\s]+([\d.]+)")
_COUNTED = (Outcome.OUTLET, Outcome.OPEN)


@dataclass(frozen=True)
class Around:
    """A centre, as two coordinates in the circle's datum, and a distance in metres."""

    x: float
    y: float
    metres: float

    @classmethod
    def parse(cls, text: str) -> Around | None:
        """``"115.98,36.45,1200"``; None if it is not three numbers, the last of them above zero."""
        found = _NUMBERS.fullmatch(text.strip())
        try:
            around = cls(*map(float, found.groups())) if found else None
        except ValueError:
            return None
        return around if around is not None and around.metres > 0 else None


def clip(pois: Sequence[Poi], verdicts: Sequence[Verdict], around: Around, datum: Datum) -> list[Verdict]:
    """The verdicts, with those rows that would count and lie beyond ``around`` replaced by ``far``."""
    centre = datum.to_wgs84(np.array([[around.x, around.y]]))
    apart = np.hypot(*local_metres(wgs84(pois), centre[0]).T)
    return [
        Verdict("far", Outcome.EXCLUDED, detail=f"距中心 {metres:,.0f} 米")
        if verdict.outcome in _COUNTED and metres > around.metres
        else verdict
        for verdict, metres in zip(verdicts, apart.tolist(), strict=True)
    ]


def tell_wide(pois: Sequence[Poi], verdicts: Sequence[Verdict], log: FaultLog) -> None:
    """Warn where the points that count are spread wider than a circle can be."""
    rows = [poi for poi, verdict in zip(pois, verdicts, strict=True) if verdict.outcome in _COUNTED]
    if not rows:
        return
    metres = local_metres(wgs84(rows))
    wide = float(np.percentile(np.hypot(*metres.T), 90))
    if wide > WIDE_M:
        log.add(messages.too_wide(Place("兴趣点"), wide))


def wgs84(pois: Sequence[Poi]) -> FloatArray:
    """Positions (n, 2) in WGS84 degrees, each out of its own datum; NaN where a row has none."""
    lonlat = np.array([(poi.lon, poi.lat) for poi in pois], dtype=float).reshape(-1, 2)
    datums = np.array([poi.datum for poi in pois])
    for datum in sorted(set(datums.tolist())):
        here = (datums == datum) & np.isfinite(lonlat[:, 0])
        lonlat[here] = np.column_stack(to_wgs84(datum, lonlat[here, 0], lonlat[here, 1]))
    return lonlat
