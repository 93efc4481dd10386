"""The three tables in every form, alone and mixed, always ending as the same workspace."""

from __future__ import annotations

import hashlib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from input_folders import (
    CIRCLE,
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


# ---- distances, costs, catalogue, circle


def no_coordinates(text: str) -> str:
    lines = [line.split(",") for line in text.strip().split("\n")]
    at = lines[0].index("经度")
    return "\n".join(",".join(line[:at] + line[at + 2 :]) for line in lines)


def test_distances_alone(tmp_path: Path) -> None:
    tables = {name: no_coordinates(text) for name, text in GOOD.items() if name.endswith(".csv")}
    rows = "居民点编号,终点,距离(米),业态\nD1,S1,120.5,\nD1,O1,80,药店\nD1,S1,90,药店\n"
    circle = 'id = "T1"\nname = "x"\n'
    workspace = read(
        write_good(tmp_path, **tables, **{"streets.gpkg": None, "circle.toml": circle, "distances.csv": rows})
    )
    assert workspace.crs == ""
    assert workspace.streets is None
    assert workspace.demand[["x", "y"]].isna().all(axis=None)
    assert workspace.distances.to_dict("list") == {
        "from_id": ["D1"] * 3,
        "to_id": ["S1", "O1", "S1"],
        "metres": [120.5, 80.0, 90.0],
        "type_id": ["", "pharmacy", "pharmacy"],
    }


def test_distances_without_the_type_column(tmp_path: Path) -> None:
    workspace = read(write_good(tmp_path, **{"distances.csv": 'from_id,to_id,metres\nD1,S1,"1,200"\n'}))
    assert workspace.distances["type_id"].tolist() == [""]
    assert workspace.distances["metres"].tolist() == [1200]
    assert workspace.streets is not None


def test_costs(tmp_path: Path) -> None:
    workspace = read(write_good(tmp_path, **{"costs.csv": "候选点,业态,报价(元)\nS1,药店,90000\n"}))
    assert workspace.costs.to_dict("list") == {"site_id": ["S1"], "type_id": ["pharmacy"], "cny": [90000.0]}


def test_catalogue_overrides_are_kept_and_their_types_known(tmp_path: Path) -> None:
    workspace = read(write_good(tmp_path, **{"catalogue.toml": "[types.pharmacy]\narea_m2 = 75\n"}))
    assert workspace.catalogue_overrides == {"pharmacy": {"area_m2": 75}}


def test_circle_meta(tmp_path: Path) -> None:
    more = 'district = "东昌府区"\nsimulated = true\n[plan]\npopulation = 7000\n[scenario.limits]\nmax_sites = 3\n'
    circle = read(write_good(tmp_path, **{"circle.toml": CIRCLE + more})).circle
    assert (circle.id, circle.name, circle.district, circle.datum) == ("T1", "测试圈", "东昌府区", "wgs84")
    assert circle.simulated
    assert circle.simulated_note
    assert circle.plan == {"population": 7000}
    assert circle.scenario == {"limits": {"max_sites": 3}}


def test_types_in_the_plan_become_ids(tmp_path: Path) -> None:
    more = '[[plan.statements]]\ntype_id = "药店"\nsays = "missing"\nquote = "缺药店"\n'
    circle = read(write_good(tmp_path, **{"circle.toml": CIRCLE + more})).circle
    assert circle.plan["statements"] == [{"type_id": "pharmacy", "says": "missing", "quote": "缺药店"}]


# ---- warnings


def codes(workspace: Workspace) -> list[tuple[str, str]]:
    return [(f.code, f.column) for f in workspace.warnings]


def test_id_and_name_default_to_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "光岳"
    folder.mkdir()
    workspace = read(write_good(folder, **{"circle.toml": 'datum = "wgs84"\n'}))
    assert (workspace.circle.id, workspace.circle.name) == ("光岳", "光岳")
    assert codes(workspace) == [("default-key", "id"), ("default-key", "name")]


def test_missing_segments_are_told_not_guessed(tmp_path: Path) -> None:
    demand = "编号,经度,纬度,居民数,3岁以下\nD1,115.98,36.45,100,\nD2,115.981,36.45,100,\n"
    workspace = read(write_good(tmp_path, **{"demand.csv": demand}))
    assert codes(workspace) == [("segment-missing", c) for c in ("老年人", "3岁以下", "3-6岁")]
    assert workspace.demand[["elderly", "toddlers", "children"]].to_numpy().sum() == 0
    assert workspace.demand["name"].tolist() == ["D1", "D2"]


def test_blank_costs_are_counted(tmp_path: Path) -> None:
    workspace = read(
        write_good(tmp_path, **{"sites.csv": SITES.replace(",30000,", ",,").replace(",改造单价(元/㎡)", ",备注")})
    )
    assert ("blank-cost", "年租金(元)") in codes(workspace)
    assert ("blank-cost", "改造单价") in codes(workspace)
    assert ("unknown-column", "备注") in codes(workspace)
    texts = {f.column: f.rule for f in workspace.warnings if f.code == "blank-cost"}
    assert texts["年租金(元)"].startswith("2 行中有 1 行")
    assert texts["改造单价"].startswith("2 行中有 2 行")


def test_unknown_column_names_the_nearest(tmp_path: Path) -> None:
    workspace = read(write_good(tmp_path, **{"outlets.csv": OUTLETS.replace("面积(㎡)", "营业面机")}))
    (warning,) = workspace.warnings
    assert warning.code == "unknown-column"
    assert "营业面积" in warning.remedy
    assert workspace.outlets["area_m2"].isna().all()


@pytest.mark.parametrize("outlets", [None, OUTLETS.split("\n", 1)[0]])
def test_no_outlets_is_a_warning(tmp_path: Path, outlets: str | None) -> None:
    workspace = read(write_good(tmp_path, **{"outlets.csv": outlets}))
    assert codes(workspace) == [("no-outlets", "")]
    assert list(workspace.outlets.columns) == ["id", "name", "type_id", "x", "y", "area_m2", "chain", "services"]
    assert workspace.outlets["x"].dtype == float


def test_no_circle_file(tmp_path: Path) -> None:
    write_good(tmp_path, **{"circle.toml": None, "demand.csv": None, "outlets.csv": None, "sites.csv": None})
    points = [Point(115.98, 36.45)]
    demand = {"id": ["D1"], "residents": [9], "elderly": [1], "toddlers": [1], "children": [1]}
    gpd.GeoDataFrame(demand, geometry=points, crs=4326).to_file(tmp_path / "a.gpkg", layer="demand")
    costs = {"rent_cny_year": [1], "renovation_cny_m2": [1], "opening_cny": [1]}
    sites = {"id": ["S1"], "kind": ["vacant_room"], "area_m2": [99], **costs}
    gpd.GeoDataFrame(sites, geometry=points, crs=4326).to_file(tmp_path / "a.gpkg", layer="sites")
    workspace = read(tmp_path)
    assert workspace.circle.name == tmp_path.name
    assert codes(workspace) == [("no-circle-file", ""), ("no-outlets", "")]


def test_features_of_another_kind_are_left_out_with_a_warning(tmp_path: Path) -> None:
    write_good(tmp_path, **{"streets.gpkg": None})
    write_streets(tmp_path, [*street_grid(), box(115.98, 36.45, 115.981, 36.451)])
    workspace = read(tmp_path)
    assert len(workspace.streets) == 22
    assert [(f.code, f.file) for f in workspace.warnings] == [("skipped-features", "streets.gpkg")]


def test_empty_layers(tmp_path: Path) -> None:
    write_good(tmp_path, **{"streets.gpkg": None})
    empty = gpd.GeoDataFrame(geometry=[], crs=4326)
    empty.to_file(tmp_path / "streets.gpkg", layer="streets", geometry_type="LineString")
    empty.to_file(tmp_path / "streets.gpkg", layer="barriers", geometry_type="LineString")
    assert [(f.code, f.sheet) for f in faults_of(tmp_path)] == [("empty-layer", "streets")]


def test_residents_outside_the_boundary(tmp_path: Path) -> None:
    write_good(tmp_path)
    gpd.GeoDataFrame(geometry=[box(115.97, 36.44, 115.9795, 36.46)], crs=4326).to_file(
        tmp_path / "boundary.geojson", driver="GeoJSON"
    )
    (warning,) = read(tmp_path).warnings
    assert (warning.code, warning.file) == ("outside-boundary", "demand.csv")
    assert "4 个居民点中只有 1 个" in warning.rule
