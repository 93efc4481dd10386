"""The three tables in every form, alone and mixed, always ending as the same workspace."""

from __future__ import annotations

import hashlib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from input_folders import (
    DEMAND,
    GOOD,
    OUTLETS,
    SITES,
    faults_of,
    metres_of,
    one_street,
    read,
    rows_of,
    street_grid,
    workbook,
    write_boundary,
    write_files,
    write_good,
    write_streets,
    write_survey,
)
from shapely.geometry import LineString, MultiLineString, Point, box

from siting.workspace import Workspace


def same_tables(one: Workspace, other: Workspace) -> None:
    for name in ("demand", "outlets", "sites"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=False, rtol=0, atol=1e-6)


def test_csv_workspace(tmp_path: Path) -> None:
    workspace = read(write_good(tmp_path))
    assert workspace.crs == "EPSG:4548"
    demand, outlets, sites = workspace.demand, workspace.outlets, workspace.sites
    assert list(demand.columns) == [
        "id",
        "name",
        "x",
        "y",
        "residents",
        "elderly",
        "toddlers",
        "children",
        "households",
    ]
    assert list(outlets.columns) == ["id", "name", "type_id", "x", "y", "area_m2", "chain", "services"]
    assert list(sites.columns[:6]) == ["id", "name", "kind", "x", "y", "area_m2"]
    assert demand["elderly"].tolist() == [20, 10, 15, 8]
    assert outlets["type_id"].tolist() == ["pharmacy", "convenience_store"]
    assert outlets["chain"].tolist() == [True, False]
    assert outlets["services"].tolist() == [(), ()]
    first, second = sites.iloc[0], sites.iloc[1]
    assert (first["kind"], second["kind"]) == ("vacant_room", "basement")
    assert (first["floor"], second["floor"]) == (1, -1)
    assert (bool(first["flue"]), bool(first["elevator"])) == (True, False)
    assert first["allowed_types"] == ("pharmacy", "convenience_store")
    assert second["rent_cny_year"] == 8000
    assert second["available_year"] == 2026
    assert np.abs(demand[["x", "y"]].to_numpy()[0] - metres_of((115.98, 36.45))[0]).max() < 1e-3
    assert workspace.warnings == ()


def test_inputs_are_listed_with_their_sha256(tmp_path: Path) -> None:
    write_good(tmp_path, **{"notes.txt": "not read"})
    write_boundary(tmp_path)
    workspace = read(tmp_path)
    names = ["boundary.geojson", "circle.toml", "demand.csv", "outlets.csv", "sites.csv", "streets.gpkg"]
    assert [f.path for f in workspace.inputs] == names
    for file in workspace.inputs:
        assert file.sha256 == hashlib.sha256((tmp_path / file.path).read_bytes()).hexdigest()


def test_reading_leaves_the_folder_as_it_is(tmp_path: Path) -> None:
    write_good(tmp_path)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    read(tmp_path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_encodings_and_separators(tmp_path: Path, encoding: str, separator: str) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "other").mkdir()
    files = {
        name: text.replace(",", separator).encode(encoding) for name, text in GOOD.items() if name != "circle.toml"
    }
    same_tables(read(write_good(tmp_path / "plain")), read(write_good(tmp_path / "other", **files)))


def test_windows_line_ends_and_blank_lines_keep_row_numbers(tmp_path: Path) -> None:
    text = DEMAND.replace("\n", "\r\n").replace("D2,", "\r\n,,,,,,,,\r\nD2,") + "\r\n\r\n"
    assert len(read(write_good(tmp_path, **{"demand.csv": text})).demand) == 4
    spoilt = text.replace(",80,", ",八十,")
    write_files(tmp_path, {"demand.csv": spoilt})
    assert [f.row for f in faults_of(tmp_path)] == [5]


def test_english_identifiers(tmp_path: Path) -> None:
    demand = DEMAND.replace(DEMAND.split("\n", 1)[0], "id,name,lon,lat,residents,elderly,toddlers,children,households")
    outlets = OUTLETS.replace(OUTLETS.split("\n", 1)[0], "id,name,type,lon,lat,area_m2,chain,services")
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    english = write_good(tmp_path / "a", **{"demand.csv": demand, "outlets.csv": outlets})
    same_tables(read(english), read(write_good(tmp_path / "b")))


def test_headers_in_full_width_forms(tmp_path: Path) -> None:
    sites = SITES.replace("面积(㎡)", "* 建筑面积（平方米）").replace("年租金(元)", "年租金（元／年）")
    assert read(write_good(tmp_path, **{"sites.csv": sites})).sites["area_m2"].tolist() == [120, 90]


# ---- Excel


def test_survey_workbook(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    same_tables(read(write_survey(tmp_path / "a", workbook())), read(write_good(tmp_path / "b")))


def test_title_rows_above_the_header(tmp_path: Path) -> None:
    rows = [["附件1 居民点调查表"], [], *rows_of(DEMAND)]
    book = workbook(居民点=rows)
    book["居民点"].merge_cells("A1:I1")
    assert len(read(write_survey(tmp_path, book)).demand) == 4
    rows[4][4] = "八十"
    (fault,) = faults_of(write_survey(tmp_path, workbook(居民点=rows)))
    assert (fault.sheet, fault.row, fault.column, fault.value) == ("居民点", 5, "居民数", "八十")


def test_numbers_as_text_thousands_and_full_width(tmp_path: Path) -> None:
    book = workbook()
    for cell, value in {"E2": "1,200", "E3": "１２００", "E4": " 60.5 ", "E5": "1.2e3"}.items():
        book["居民点"][cell] = value
    assert read(write_survey(tmp_path, book)).demand["residents"].tolist() == [1200, 1200, 60.5, 1200]


def test_numeric_ids_and_trailing_blank_rows(tmp_path: Path) -> None:
    book = workbook()
    book["居民点"]["A2"], book["居民点"]["A3"] = 101, 102.0
    for row in range(50, 60):
        book["居民点"].cell(row, 1, "  ")
    assert read(write_survey(tmp_path, book)).demand["id"].tolist()[:2] == ["101", "102"]


def test_date_in_a_number_column(tmp_path: Path) -> None:
    import datetime

    book = workbook()
    book["居民点"]["E3"] = datetime.datetime(2024, 3, 6)
    (fault,) = faults_of(write_survey(tmp_path, book))
    assert (fault.code, fault.sheet, fault.row, fault.column) == ("date-in-number", "居民点", 3, "居民数")


def test_truth_value_in_a_number_column(tmp_path: Path) -> None:
    book = workbook()
    book["居民点"]["E3"] = True
    assert [f.code for f in faults_of(write_survey(tmp_path, book))] == ["text-in-number"]


def test_merged_cells_in_the_data(tmp_path: Path) -> None:
    book = workbook()
    book["候选点"].merge_cells("K2:K3")
    (fault,) = faults_of(write_survey(tmp_path, book))
    assert (fault.code, fault.sheet, fault.row) == ("merged-cells", "候选点", 2)
    assert "K2:K3" in fault.rule


def test_formula_without_a_computed_value(tmp_path: Path) -> None:
    book = workbook()
    book["候选点"]["K3"] = "=1000*12"
    (fault,) = faults_of(write_survey(tmp_path, book))
    assert (fault.code, fault.row, fault.column) == ("formula-without-value", 3, "年租金(元)")


def test_a_row_of_formulas_alone_is_not_lost(tmp_path: Path) -> None:
    book = workbook()
    book["现有网点"].append(["=1", "=2"])
    assert [f.row for f in faults_of(write_survey(tmp_path, book))] == [4, 4]


def test_missing_sheet_names_the_sheets_there(tmp_path: Path) -> None:
    book = workbook()
    book["候选点"].title = "备选"
    (fault,) = faults_of(write_survey(tmp_path, book))
    assert (fault.code, fault.sheet) == ("missing-sheet", "候选点")
    assert "备选" in fault.rule


def test_empty_sheet(tmp_path: Path) -> None:
    assert [f.code for f in faults_of(write_survey(tmp_path, workbook(候选点=[])))] == ["empty-table"]


def test_hidden_sheet_is_read_with_a_warning(tmp_path: Path) -> None:
    book = workbook()
    book["现有网点"].sheet_state = "hidden"
    workspace = read(write_survey(tmp_path, book))
    assert len(workspace.outlets) == 2
    assert [(f.code, f.sheet) for f in workspace.warnings] == [("hidden-sheet", "现有网点")]


def test_damaged_workbook(tmp_path: Path) -> None:
    write_good(
        tmp_path, **{"demand.csv": None, "sites.csv": None, "outlets.csv": None, "survey.xlsx": b"PK\x03\x04 no"}
    )
    assert [(f.code, f.file) for f in faults_of(tmp_path)] == [("unreadable-file", "survey.xlsx")]


def test_old_workbook_is_pointed_out(tmp_path: Path) -> None:
    write_good(tmp_path, **{"demand.csv": None, "survey.xls": b"\xd0\xcf"})
    (fault,) = faults_of(tmp_path)
    assert fault.code == "missing-table"
    assert "survey.xls" in fault.remedy


def test_sheet_and_file_of_one_table(tmp_path: Path) -> None:
    write_survey(tmp_path, workbook())
    write_files(tmp_path, {"demand.csv": DEMAND})
    assert [f.code for f in faults_of(tmp_path)] == ["table-twice"]


# ---- GeoPackage


def test_layers_of_a_geopackage(tmp_path: Path) -> None:
    write_good(tmp_path, **dict.fromkeys(("demand.csv", "outlets.csv", "sites.csv")))
    points = [Point(115.98, 36.45), Point(115.981, 36.451)]
    demand = {"id": ["D1", "D2"], "residents": [100, 80], "elderly": pd.array([20, None], dtype="Int64")}
    gpd.GeoDataFrame(demand, geometry=points, crs=4490).to_file(tmp_path / "a.gpkg", layer="demand")
    outlets = {"编号": ["O1"], "业态": ["药店"], "连锁": [True]}
    gpd.GeoDataFrame(outlets, geometry=points[:1], crs=4326).to_file(tmp_path / "a.gpkg", layer="outlets")
    room = box(115.9800, 36.4500, 115.9804, 36.4504)
    sites = {"编号": ["S1"], "类型": ["闲置房屋"], "面积": [120.5], "楼层": ["2"]}
    gpd.GeoDataFrame(sites, geometry=[room], crs=4326).to_file(tmp_path / "b.gpkg", layer="sites")
    workspace = read(tmp_path)
    assert workspace.demand["elderly"].tolist() == [20, 0]
    assert (
        np.abs(workspace.demand[["x", "y"]].to_numpy() - metres_of([(115.98, 36.45), (115.981, 36.451)])).max() < 0.01
    )
    assert bool(workspace.outlets["chain"][0])
    centre = metres_of((115.9802, 36.4502))[0]
    assert np.hypot(*(workspace.sites[["x", "y"]].to_numpy()[0] - centre)) < 1
    assert workspace.sites["floor"].tolist() == [2]


def test_faults_in_a_layer(tmp_path: Path) -> None:
    write_good(tmp_path, **{"demand.csv": None})
    shapes = [Point(115.98, 36.45), None, LineString([(115.98, 36.45), (115.99, 36.45)])]
    frame = gpd.GeoDataFrame({"id": ["D1", "D2", "D3"], "residents": [-1, 5, 5]}, geometry=shapes, crs=4326)
    frame.to_file(tmp_path / "a.gpkg", layer="demand")
    found = sorted((f.code, f.sheet, f.row) for f in faults_of(tmp_path))
    assert found == [("negative-number", "demand", 1), ("no-geometry", "demand", 2), ("not-a-point", "demand", 3)]


def test_tables_may_come_in_different_forms(tmp_path: Path) -> None:
    book = workbook()
    del book["现有网点"], book["候选点"]
    write_survey(tmp_path, book)
    write_files(tmp_path, {"sites.csv": SITES.encode("gbk")})
    gpd.GeoDataFrame({"id": ["O1"], "type": ["药店"]}, geometry=[Point(115.98, 36.45)], crs=4326).to_file(
        tmp_path / "streets.gpkg", layer="outlets", mode="a"
    )
    workspace = read(tmp_path)
    assert (len(workspace.demand), len(workspace.outlets), len(workspace.sites)) == (4, 1, 2)


# ---- streets, barriers, boundary


def test_street_layer_is_chosen_by_name_then_by_kind(tmp_path: Path) -> None:
    write_good(tmp_path, **{"streets.gpkg": None})
    write_streets(tmp_path, street_grid(), layer="osm_lines")
    assert len(read(tmp_path).streets) == 22
    write_streets(tmp_path, one_street(), layer="edges")
    assert len(read(tmp_path).streets) == 1
    write_streets(tmp_path, one_street() * 2, layer="streets")
    assert len(read(tmp_path).streets) == 2


def test_streets_become_single_flat_lines(tmp_path: Path) -> None:
    write_good(tmp_path, **{"streets.gpkg": None})
    (line,) = one_street()
    high = LineString([(x, y, 30.0) for x, y in line.coords])
    frame = gpd.GeoDataFrame({"highway": ["a", "b"]}, geometry=[MultiLineString([line, line]), None], crs=4326)
    frame.loc[1, "geometry"] = high
    frame.to_file(tmp_path / "streets.gpkg", layer="streets")
    streets = read(tmp_path).streets
    assert set(streets.geom_type) == {"LineString"}
    assert list(streets.index) == [0, 1, 2]
    assert not streets.has_z.any()
    assert streets["highway"].tolist() == ["a", "a", "b"]


def test_barriers_gates_and_boundary(tmp_path: Path) -> None:
    write_good(tmp_path)
    barriers = [LineString([(115.98, 36.45), (115.981, 36.45)]), box(115.98, 36.45, 115.981, 36.451)]
    gpd.GeoDataFrame(geometry=barriers, crs=4326).to_file(tmp_path / "streets.gpkg", layer="barriers")
    gpd.GeoDataFrame(geometry=[Point(115.98, 36.45)], crs=4326).to_file(tmp_path / "streets.gpkg", layer="gates")
    write_boundary(tmp_path)
    workspace = read(tmp_path)
    assert len(workspace.barriers) == 2
    assert len(workspace.gates) == 1
    assert workspace.boundary.area == pytest.approx(0.012**2 * 111_000 * 111_000 * np.cos(np.radians(36.45)), rel=0.01)


def test_boundary_layer(tmp_path: Path) -> None:
    write_good(tmp_path)
    gpd.GeoDataFrame(geometry=[box(115.97, 36.44, 115.99, 36.46)], crs=4326).to_file(
        tmp_path / "b.gpkg", layer="boundary"
    )
    assert read(tmp_path).boundary.geom_type == "Polygon"


def test_boundary_must_be_an_area(tmp_path: Path) -> None:
    write_good(tmp_path)
    gpd.GeoDataFrame(geometry=one_street(), crs=4326).to_file(tmp_path / "boundary.geojson", driver="GeoJSON")
    assert [(f.code, f.file) for f in faults_of(tmp_path)] == [("wrong-geometry", "boundary.geojson")]
