"""From a map to the tables of a workspace: streets, barriers, homes, outlets, vacant rooms."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest
from osm_maps import MapWriter, ring_roads

from scenarios.catalogue import load_catalogue
from siting.intake.from_osm import OUTSIDE_FILE, MapRequest, begin
from siting.osm import scan
from siting.osm.cut import CutRequest
from siting.osm.walkable import is_barrier, is_gate, is_walkable

SIDES = {"north": "东昌路", "east": "花园路", "south": "育新街", "west": "柳园路"}


@pytest.fixture
def town(tmp_path):
    writer = MapWriter(tmp_path / "town.osm.pbf")
    ring_roads(writer)
    writer.line((0, 400), (400, 400), (800, 400), highway="residential", name="内街")
    writer.line((400, 0), (400, 400), highway="steps")
    writer.line((100, 0), (100, 400), highway="footway", foot="no")
    writer.block(100, 500, 40, 20, building="apartments", building__levels="6", name="1号楼")
    writer.block(300, 500, 40, 20, building="apartments")
    writer.block(1200, 500, 40, 20, building="apartments", name="圈外楼")
    writer.block(500, 500, 40, 20, building="yes", amenity="kindergarten", name="幼儿园")
    writer.block(600, 500, 5, 4, building="yes")
    writer.spot(200, 390, shop="convenience", name="利民便利店")
    writer.spot(220, 390, shop="vacant")
    writer.spot(1100, 390, amenity="pharmacy", name="圈外药店")
    writer.spot(5000, 390, amenity="pharmacy", name="远处药店")
    writer.block(700, 380, 10, 8, building="retail", disused__shop="clothes", name="旧服装店")
    writer.line((-200, 200), (1000, 200), barrier="wall")
    writer.spot(800, 200, barrier="gate")
    return writer.write()


def begun(path, population=1800.0, **cut):
    return begin(MapRequest(path, CutRequest(**(cut or {"sides": SIDES})), population), load_catalogue())


def test_residents_stand_in_homes_by_floor_area(town):
    homes = begun(town).tables["demand"]
    assert list(homes["name"]) == ["1号楼", "住宅 " + homes["id"].iloc[1]]
    assert list(homes["residents"]) == [900, 900]
    assert homes["residents"].sum() == 1800
    assert (homes["elderly"] + homes["toddlers"] + homes["children"] < homes["residents"]).all()


def test_without_a_population_residents_come_from_floor_area_alone(town):
    made = begun(town, None)
    assert list(made.tables["demand"]["residents"]) == [126, 127]
    assert any("每人 38 ㎡" in line and "估计" in line for line in made.lines_zh)


def test_a_map_without_homes_spreads_the_population_along_streets(tmp_path):
    writer = MapWriter(tmp_path / "bare.osm.pbf")
    ring_roads(writer)
    writer.line((0, 400), (800, 400), highway="residential")
    made = begun(writer.write())
    assert made.tables["demand"]["residents"].sum() == 1800
    assert any("均摊，为估计" in line for line in made.lines_zh)


def test_outlets_and_rooms_inside_and_around(town):
    made = begun(town)
    shops = made.tables["outlets"].set_index("name")
    assert dict(shops["type"]) == {
        "利民便利店": "convenience_store",
        "圈外药店（圈外）": "pharmacy",
        "幼儿园": "kindergarten",
    }
    rooms = made.tables["sites"].set_index("name")
    assert set(rooms.index) == {"空置店铺（面积为估计）", "旧服装店"}
    assert rooms.loc["旧服装店", "area_m2"] == pytest.approx(80, abs=1)
    assert set(rooms["kind"]) == {"闲置房屋"}
    assert "药店" not in made.unknown_types
    assert "菜市场" in made.unknown_types


def test_the_files_of_the_map(town, tmp_path):
    made = begun(town)
    for name, write in made.files.items():
        write(tmp_path / name)
    streets = gpd.read_file(tmp_path / "streets.gpkg", layer="streets")
    assert "内街" in set(streets["name"])
    assert "steps" in set(streets["highway"])
    assert len(streets[streets["highway"] == "footway"]) == 0
    assert len(gpd.read_file(tmp_path / "streets.gpkg", layer="barriers")) == 1
    assert len(gpd.read_file(tmp_path / "streets.gpkg", layer="gates")) == 1
    outside = pd.read_csv(tmp_path / OUTSIDE_FILE, encoding="utf-8-sig")
    assert list(outside["name"]) == ["圈外楼"]
    boundary = json.loads((tmp_path / "boundary.geojson").read_text(encoding="utf-8"))
    assert "ODbL" in boundary["features"][0]["properties"]["licence"]


def test_a_bridge_passes_the_river_and_the_road_beside_it_does_not(tmp_path):
    writer = MapWriter(tmp_path / "river.osm.pbf")
    ring_roads(writer)
    writer.line((-200, 300), (1000, 300), waterway="river", name="徒骇河")
    writer.line((200, 100), (200, 600), highway="footway", bridge="yes", layer="1")
    writer.line((600, 100), (600, 600), highway="footway")
    made = begun(writer.write())
    made.files["streets.gpkg"](tmp_path / "streets.gpkg")
    gates = gpd.read_file(tmp_path / "streets.gpkg", layer="gates").to_crs(4548)
    assert len(gates) == 1


def test_a_large_file_keeps_its_nodes_on_disk(town, monkeypatch):
    before = begun(town).report
    monkeypatch.setattr(scan, "IN_MEMORY_BYTES", 0)
    assert begun(town).report == before


@pytest.mark.parametrize(
    ("tags", "walkable"),
    [
        ({"highway": "residential"}, True),
        ({"highway": "steps"}, True),
        ({"highway": "motorway"}, False),
        ({"highway": "motorway", "foot": "yes"}, True),
        ({"highway": "residential", "foot": "no"}, False),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "permissive"}, True),
        ({"highway": "construction", "foot": "yes"}, False),
        ({"highway": "pedestrian", "area": "yes"}, False),
        ({"building": "yes"}, False),
    ],
)
def test_where_people_may_walk(tags, walkable):
    assert is_walkable(tags) is walkable


def test_barriers_and_gates():
    assert is_barrier({"barrier": "wall"})
    assert is_barrier({"waterway": "river"})
    assert not is_barrier({"waterway": "river", "tunnel": "culvert"})
    assert is_barrier({"railway": "rail"})
    assert not is_barrier({"railway": "rail", "bridge": "yes"})
    assert not is_barrier({"barrier": "kerb"})
    assert is_gate({"barrier": "gate"})
    assert not is_gate({"barrier": "gate", "access": "private"})
    assert is_gate({"barrier": "gate", "access": "private", "foot": "yes"})
    assert is_gate({"railway": "level_crossing"})
