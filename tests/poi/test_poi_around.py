"""A circle is cut out of a larger export; an export that is far too wide is said to be."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.catalogue import load_catalogue
from scenarios.faults import FaultLog
from siting.inputs.reference import parse_datum
from siting.poi.around import Around, clip, tell_wide
from siting.poi.record import Outcome, Poi, Source
from siting.poi.sorting import sort_out

LON, LAT = 115.98, 36.45


def row(metres_north: float, code: str = "090601") -> Poi:
    lat = LAT + metres_north / 110_980
    return Poi("f", 2, Source.AMAP, "", "某店", "", (code,), (), LON, lat, "gcj02")


def test_what_lies_beyond_is_left_out_and_told() -> None:
    pois = [row(0), row(1190), row(1210), row(-5000), row(9000, "120302"), row(0)]
    pois[-1] = Poi("f", 2, Source.AMAP, "", "某店", "", ("090601",), (), np.nan, np.nan, "gcj02")
    datum = parse_datum("gcj02")
    assert datum is not None
    found = clip(pois, sort_out(pois, load_catalogue()), Around(LON, LAT, 1200), datum)
    assert [v.rule for v in found] == ["direct", "direct", "far", "far", "reference", "no_position"]
    assert found[2].outcome is Outcome.EXCLUDED
    assert found[3].detail.startswith("距中心 5,0") or found[3].detail.startswith("距中心 4,9")


def test_the_centre_is_in_the_circles_datum() -> None:
    datum, other = parse_datum("gcj02"), parse_datum("wgs84")
    assert datum is not None
    assert other is not None
    verdicts = sort_out([row(0)], load_catalogue())
    assert clip([row(0)], verdicts, Around(LON, LAT, 100), datum)[0].rule == "direct"
    assert clip([row(0)], verdicts, Around(LON, LAT, 100), other)[0].rule == "far"


@pytest.mark.parametrize("text", ["", "115.98,36.45", "115.98,36.45,0", "a,b,c", "1.2.3,4,5", "115.98,36.45,-1"])
def test_not_a_centre(text: str) -> None:
    assert Around.parse(text) is None


def test_an_export_of_a_whole_district_is_told() -> None:
    for spread, told in ((100, []), (1000, ["poi-too-wide"])):
        pois = [row(spread * n) for n in range(-10, 11)]
        log = FaultLog()
        tell_wide(pois, sort_out(pois, load_catalogue()), log)
        assert [f.code for f in log.warnings] == told
