"""The outline from the plan's own words, and clear words where it cannot be had."""

from __future__ import annotations

import math
import re

import pytest
import shapely
from osm_maps import MapWriter, degrees, ring_roads

from scenarios.faults import FaultError
from siting.osm.cut import CutRequest, metres_for, outline

SIDES = {"north": "东昌路", "east": "花园路", "south": "育新街", "west": "柳园路"}


def faults(path, request):
    with pytest.raises(FaultError) as caught:
        outline(path, request)
    return list(caught.value.faults)


def the_map(tmp_path, **how):
    writer = MapWriter(tmp_path / "map.osm.pbf")
    ring_roads(writer, **how)
    return writer


def test_four_roads_close_a_ring(tmp_path):
    made = outline(the_map(tmp_path).write(), CutRequest(sides=SIDES))
    assert made.crs == "EPSG:4548"
    assert shapely.area(made.polygon) == pytest.approx(800 * 800, rel=0.005)
    assert made.how_zh == "北至东昌路、东至花园路、南至育新街、西至柳园路"


def test_junctions_with_other_names_are_bridged(tmp_path):
    made = outline(the_map(tmp_path, corner_gap=60.0).write(), CutRequest(sides=SIDES))
    assert 0.95 < shapely.area(made.polygon) / (800 * 800) < 1.001


def test_of_two_carriageways_the_inner_one_closes_the_ring(tmp_path):
    writer = the_map(tmp_path)
    writer.line((-100, 780), (0, 780), (800, 780), (900, 780), highway="primary", name="东昌路")
    made = outline(writer.write(), CutRequest(sides=SIDES))
    assert shapely.area(made.polygon) == pytest.approx(800 * 780, rel=0.005)


def test_a_river_may_be_a_side(tmp_path):
    writer = MapWriter(tmp_path / "map.osm.pbf")
    ring_roads(writer)
    writer.line((600, -200), (600, 1000), waterway="river", name="徒骇河")
    made = outline(writer.write(), CutRequest(sides=SIDES | {"east": "徒骇河"}))
    assert shapely.area(made.polygon) == pytest.approx(600 * 800, rel=0.005)


def test_a_ring_that_does_not_close_names_the_two_sides_and_the_distance(tmp_path):
    (fault, other) = faults(the_map(tmp_path, corner_gap=250.0).write(), CutRequest(sides=SIDES))[:2]
    assert fault.code == other.code == "ring-open"
    assert "“东昌路”与“花园路”没有相接，最近相距 35" in fault.rule


def test_unknown_roads_get_the_nearest_names_all_at_once(tmp_path):
    writer = the_map(tmp_path)
    writer.line((0, 400), (700, 400), highway="primary", name="东昌西路")
    found = faults(writer.write(), CutRequest(sides=SIDES | {"north": "东昌大街", "south": "育心街"}))
    assert [f.code for f in found] == ["unknown-name"] * 2
    assert [f.value for f in found] == ["东昌大街", "育心街"]
    assert "东昌路" in found[0].rule
    assert "东昌西路" in found[0].rule
    assert "育新街" in found[1].rule


def test_the_same_names_in_another_town_need_near(tmp_path):
    writer = the_map(tmp_path)
    ring_roads(writer, size=500.0, offset=20_000.0)
    path = writer.write()
    (fault,) = faults(path, CutRequest(sides=SIDES))
    assert fault.code == "several-places"
    assert "--near" in fault.remedy
    near = outline(path, CutRequest(sides=SIDES, near=degrees(20_250.0, 250.0)))
    assert shapely.area(near.polygon) == pytest.approx(500 * 500, rel=0.01)


def test_a_crossing_and_an_area(tmp_path):
    path = the_map(tmp_path).write()
    made = outline(path, CutRequest(crossing=("东昌路", "柳园路"), area_km2=2.5))
    assert shapely.area(made.polygon) == pytest.approx(2.5e6, rel=0.01)
    assert "半径 892 米" in made.how_zh
    (fault,) = faults(path, CutRequest(crossing=("东昌路", "育新街"), area_km2=2.5))
    assert re.fullmatch("“东昌路”与“育新街”没有相交，最近相距 (799|800) 米", fault.rule)


def test_a_place_and_a_radius(tmp_path):
    writer = the_map(tmp_path)
    writer.spot(400, 400, place="neighbourhood", name="光岳社区")
    path = writer.write()
    made = outline(path, CutRequest(place="光岳社区", radius_m=300.0))
    assert shapely.area(made.polygon) == pytest.approx(math.pi * 300**2, rel=0.01)
    (fault,) = faults(path, CutRequest(place="光月社区", radius_m=300.0))
    assert "光岳社区" in fault.rule


def test_a_point_and_a_radius(tmp_path):
    made = outline(the_map(tmp_path).write(), CutRequest(centre=degrees(0, 0), radius_m=500.0))
    assert shapely.area(made.polygon) == pytest.approx(math.pi * 500**2, rel=0.01)


@pytest.mark.parametrize(
    ("content", "code"), [(b"not a map", "unreadable-map"), (b"", "unreadable-map"), (None, "no-map")]
)
def test_broken_maps_are_faults(tmp_path, content, code):
    path = tmp_path / "broken.osm.pbf"
    if content is not None:
        path.write_bytes(content)
    (fault,) = faults(path, CutRequest(sides=SIDES))
    assert fault.code == code
    assert fault.file == str(path)


def test_a_truncated_map_is_a_fault(tmp_path):
    path = the_map(tmp_path).write()
    path.write_bytes(path.read_bytes()[:-40])
    (fault,) = faults(path, CutRequest(sides=SIDES))
    assert fault.code == "unreadable-map"


@pytest.mark.parametrize(
    ("lon", "lat", "crs"),
    [
        (115.98, 36.45, "EPSG:4548"),
        (114.0, 22.5, "EPSG:4547"),
        (24.9, 60.2, "EPSG:32635"),
        (151.2, -33.9, "EPSG:32756"),
    ],
)
def test_the_projected_system(lon, lat, crs):
    assert metres_for(lon, lat) == crs
