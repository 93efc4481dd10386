"""One circle in every GIS format and in every coordinate system comes to the same tables in the same metres."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gis_folders import ATTRIBUTES, DRIVERS, LONLAT, MANY_LAYERS, layer, write_gis, write_layer
from inputs.input_folders import faults_of, metres_of, read

FORMS = tuple(DRIVERS)
ROLES = ("demand", "outlets", "sites", "streets", "boundary", "barriers", "gates")
SYSTEMS = (4490, 4326, 4548, 4527, 32650, 3857)
_MM = 0.01


def pairs() -> list[Any]:
    """Every format in degrees and in a zone with its number, every CRS in one format; the rest of the grid is slow."""
    usual = {(form, epsg) for form in FORMS for epsg in (4490, 4527)} | {("shp", epsg) for epsg in SYSTEMS}
    grid = [(form, epsg) for form in FORMS for epsg in SYSTEMS]
    return [pytest.param(*pair, marks=() if pair in usual else pytest.mark.slow) for pair in grid]


@pytest.mark.parametrize(("form", "epsg"), pairs())
def test_every_format_in_every_crs(tmp_path: Path, form: str, epsg: int) -> None:
    workspace = read(write_gis(tmp_path, form, epsg))
    assert workspace.crs == "EPSG:4548"
    for role, frame in (("demand", workspace.demand), ("outlets", workspace.outlets), ("sites", workspace.sites)):
        assert np.abs(frame[["x", "y"]].to_numpy() - metres_of(LONLAT[role])).max() < _MM
        assert frame["id"].tolist() == ATTRIBUTES[role]["id"]
        assert frame["name"].tolist() == ATTRIBUTES[role]["name"]
    assert workspace.demand["residents"].tolist() == [100, 80, 60, 40]
    assert workspace.outlets["type_id"].tolist() == ["pharmacy", "convenience_store"]
    assert workspace.sites["floor"].tolist() == [1, -1]
    assert workspace.sites["available_year"].tolist() == [2025, 2026]
    assert workspace.sites["rent_cny_year"].tolist() == [30000, 8000]
    assert workspace.streets is not None
    assert len(workspace.streets) == 22


@pytest.mark.parametrize("form", FORMS)
def test_every_layer_in_every_format(tmp_path: Path, form: str) -> None:
    workspace = read(write_gis(tmp_path, form, roles=ROLES))
    assert workspace.boundary is not None
    assert workspace.boundary.area == pytest.approx(0.012**2 * 111_000**2 * np.cos(np.radians(36.45)), rel=0.01)
    assert (len(workspace.barriers), len(workspace.gates)) == (1, 1)


@pytest.mark.parametrize("form", FORMS)
def test_chinese_names_of_layers_and_files(tmp_path: Path, form: str) -> None:
    (tmp_path / "circle.toml").write_text('id = "T1"\nname = "x"\n', encoding="utf-8")
    named = {"demand": "居民点", "outlets": "网点", "sites": "候选点", "streets": "道路", "boundary": "边界"}
    for role, name in named.items():
        write_layer(tmp_path, layer(role), name, form)
    workspace = read(tmp_path)
    assert (len(workspace.demand), len(workspace.outlets), len(workspace.sites)) == (4, 2, 2)
    assert workspace.streets is not None
    assert workspace.boundary is not None


@pytest.mark.parametrize("form", FORMS)
def test_every_part_of_a_dataset_is_among_the_inputs(tmp_path: Path, form: str) -> None:
    workspace = read(write_gis(tmp_path, form))
    files = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert {f.path for f in workspace.inputs} == files
    for item in workspace.inputs:
        assert hashlib.sha256((tmp_path / item.path).read_bytes()).hexdigest() == item.sha256


def test_lock_files_of_a_geodatabase_are_no_input(tmp_path: Path) -> None:
    write_gis(tmp_path, "gdb")
    (tmp_path / "survey.gdb" / "machine.1.2.sr.lock").write_bytes(b"")
    assert not any(item.path.endswith(".lock") for item in read(tmp_path).inputs)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_table_in_two_formats_is_a_fault(tmp_path: Path, form: str) -> None:
    write_gis(tmp_path, form)
    other = "shp" if form != "shp" else "geojson"
    write_layer(tmp_path, layer("sites"), "候选点", other)
    write_layer(tmp_path, layer("streets"), "道路", other)
    assert sorted(f.code for f in faults_of(tmp_path)) == ["table-twice", "table-twice"]


def test_files_that_are_not_named_for_a_table_are_left_alone(tmp_path: Path) -> None:
    write_gis(tmp_path, "gpkg")
    (tmp_path / "规划图.shp").write_bytes(b"not a shapefile")
    (tmp_path / "别的.geojson").write_text("{", encoding="utf-8")
    assert not [item.path for item in read(tmp_path).inputs if "规划图" in item.path or "别的" in item.path]


def test_parts_in_capital_letters(tmp_path: Path) -> None:
    write_gis(tmp_path, "shp")
    for path in list(tmp_path.glob("sites.*")):
        path.rename(path.with_suffix(path.suffix.upper()))
    workspace = read(tmp_path)
    assert len(workspace.sites) == 2
    assert {"sites.SHP", "sites.DBF", "sites.PRJ"} <= {item.path for item in workspace.inputs}


@pytest.mark.parametrize("form", MANY_LAYERS)
def test_streets_in_a_dataset_named_for_them(tmp_path: Path, form: str) -> None:
    write_gis(tmp_path, form, roles=("demand", "outlets", "sites"))
    write_layer(tmp_path, layer("streets"), "osm_lines", form, file="streets")
    assert read(tmp_path).streets is not None


def test_polygons_stand_for_a_point_inside(tmp_path: Path) -> None:
    write_gis(tmp_path, "shp", 4548, roles=("demand", "outlets", "streets"))
    rooms = layer("sites", 4548)
    write_layer(tmp_path, rooms.set_geometry(rooms.buffer(5.0)), "sites", "shp")
    assert np.abs(read(tmp_path).sites[["x", "y"]].to_numpy() - metres_of(LONLAT["sites"])).max() < 5.0


def test_a_geojson_list_is_read_as_a_list(tmp_path: Path) -> None:
    write_gis(tmp_path, "geojson")
    text = (tmp_path / "outlets.geojson").read_text(encoding="utf-8")
    text = text.replace('"type": "便利店"', '"type": "便利店", "services": ["照相文印店", "洗染店"]')
    (tmp_path / "outlets.geojson").write_text(text, encoding="utf-8")
    assert [len(services) for services in read(tmp_path).outlets["services"]] == [0, 2]


def test_the_same_folder_reads_the_same_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    write_gis(tmp_path / "a", "shp", 4527)
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    one, other = read(tmp_path / "a"), read(tmp_path / "b")
    assert one.demand.equals(other.demand)
    assert one.inputs == other.inputs
