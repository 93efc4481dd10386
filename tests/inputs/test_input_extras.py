"""Distances, costs, catalogue and circle files, and everything that is said without stopping."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
from input_folders import (
    CIRCLE,
    GOOD,
    OUTLETS,
    SITES,
    faults_of,
    read,
    street_grid,
    write_good,
    write_streets,
)
from shapely.geometry import Point, box

from siting.workspace import Workspace

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
    gpd.GeoDataFrame(geometry=[box(115.97, 36.4502, 115.9795, 36.46)], crs=4326).to_file(
        tmp_path / "boundary.geojson", driver="GeoJSON"
    )
    (warning,) = read(tmp_path).warnings
    assert (warning.code, warning.file) == ("outside-boundary", "demand.csv")
    assert "4 个居民点中只有 1 个" in warning.rule
