"""Every fault of a CSV workspace once: code, file, row and column, and nothing besides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from input_folders import CIRCLE, DEMAND, OUTLETS, SITES, faults_of, write_good, write_streets


def demand(old: str, new: str) -> dict[str, Any]:
    assert old in DEMAND
    return {"demand.csv": DEMAND.replace(old, new, 1)}


def outlets(old: str, new: str) -> dict[str, Any]:
    assert old in OUTLETS
    return {"outlets.csv": OUTLETS.replace(old, new, 1)}


def sites(old: str, new: str) -> dict[str, Any]:
    assert old in SITES
    return {"sites.csv": SITES.replace(old, new, 1)}


def circle(text: str) -> dict[str, Any]:
    return {"circle.toml": CIRCLE + text}


D, N, S, C = "demand.csv", "outlets.csv", "sites.csv", "circle.toml"
VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>demand.csv</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
)
OPEN_RING = '{"type": "Polygon", "coordinates": [[[115.97, 36.44], [115.99, 36.44], [115.99, 36.46], [115.97, 36.46]]]}'
DISTANCE = "from_id,to_id,metres\n"
CASES: list[tuple[str, dict[str, Any], str, str, int | None, str]] = [
    # cells
    ("text in number", demand(",100,", ",许多,"), "text-in-number", D, 2, "居民数"),
    ("unit in number", sites(",120,", ",1200㎡,"), "unit-in-number", S, 2, "面积(㎡)"),
    ("about", demand(",100,", ",约100,"), "text-in-number", D, 2, "居民数"),
    ("negative", demand(",80,", ",-80,"), "negative-number", D, 3, "居民数"),
    ("infinite", demand(",80,", ",inf,"), "non-finite", D, 3, "居民数"),
    ("too large for a float", demand(",80,", ",1e999,"), "non-finite", D, 3, "居民数"),
    ("not a number", demand(",80,", ",NaN,"), "non-finite", D, 3, "居民数"),
    ("blank residents", demand(",80,", ",,"), "blank-value", D, 3, "居民数"),
    ("zero area", sites(",90,", ",0,"), "not-positive", S, 3, "面积(㎡)"),
    ("blank area", sites(",90,", ",,"), "blank-value", S, 3, "面积(㎡)"),
    ("Excel error", sites("临街房", "#REF!"), "excel-error", S, 2, "名称"),
    ("boolean", outlets(",是,", ",大概,"), "not-a-boolean", N, 2, "连锁"),
    ("floor zero", sites(",1,否", ",0,否"), "bad-floor", S, 2, "楼层"),
    ("floor range", sites(",1,否", ",1-2层,否"), "bad-floor", S, 2, "楼层"),
    ("year", sites(",2025,", ",25,"), "bad-year", S, 2, "可用年份"),
    ("kind", sites("闲置房屋", "厂房"), "unknown-kind", S, 2, "类型"),
    ("blank kind", sites("闲置房屋", ""), "blank-value", S, 2, "类型"),
    ("outlet type", outlets("药店", "药电"), "unknown-type", N, 2, "业态"),
    ("blank type", outlets("药店", ""), "blank-value", N, 2, "业态"),
    ("allowed type", sites("药店、便利店", "药店、飞机场"), "unknown-type", S, 2, "允许业态"),
    ("service", outlets("是,", "是,飞机场"), "unknown-type", N, 2, "搭载服务"),
    ("segments", demand(",100,20,", ",100,99,"), "segments-exceed-residents", D, 2, "居民数"),
    # ids
    ("duplicate id", demand("D3,", "D1,"), "duplicate-id", D, 4, "编号"),
    ("blank id", demand("D3,", ","), "blank-id", D, 4, "编号"),
    ("newline in id", demand("D3,", '"D\n3",'), "bad-id", D, 4, "编号"),
    ("long id", demand("D3,", "D" * 201 + ","), "long-text", D, 4, "编号"),
    ("shared id", outlets("O1,", "D1,"), "shared-ids", N, None, "编号"),
    # headers
    ("missing column", demand("居民数", "甲"), "missing-column", D, None, "居民数"),
    ("column twice", demand("户数", "人口"), "column-twice", D, None, "人口"),
    ("other unit", sites("年租金(元)", "年租金(万元)"), "wrong-unit", S, None, "年租金(万元)"),
    ("other definition", demand("60岁以上", "65岁以上"), "wrong-unit", D, None, "老年人(65岁以上)"),
    ("no latitude", demand("纬度", "甲"), "missing-column", D, None, ""),
    # files
    ("no demand", {D: None}, "missing-table", D, None, ""),
    ("no sites", {S: None}, "missing-table", S, None, ""),
    ("headers only", {D: DEMAND.split("\n", 1)[0]}, "empty-table", D, None, ""),
    ("empty file", {D: ""}, "empty-table", D, None, ""),
    ("undecodable", {D: DEMAND.encode() + b"\xff\xff\xff\n"}, "mixed-encodings", D, 6, ""),
    ("undecodable ASCII", {D: b"id,name,lon,lat,residents\n\xff\xff,x\n"}, "undecodable", D, None, ""),
    ("undecodable after BOM", {D: b"\xef\xbb\xbfid\n\xb1\xe0\n"}, "undecodable", D, 2, ""),
    ("UTF-8 and GBK", {D: DEMAND.encode() + "D5,六号楼\n".encode("gbk")}, "mixed-encodings", D, 6, ""),
    ("separator in value", demand("一号楼,", "一,号楼,"), "ragged-row", D, 2, ""),
    ("endless quote", demand("一号楼", '"' + "x" * 140_000), "broken-csv", D, None, ""),
    ("no walking", {"streets.gpkg": None}, "no-walking", "streets.gpkg", None, ""),
    ("OSM file", {"streets.gpkg": None, "map.osm.pbf": b"x"}, "not-built", "map.osm.pbf", None, ""),
    ("broken GeoPackage", {"extra.gpkg": b"not sqlite"}, "unreadable-file", "extra.gpkg", None, ""),
    ("VRT as GeoPackage", {"extra.gpkg": VRT}, "unreadable-file", "extra.gpkg", None, ""),
    ("VRT as GeoJSON", {"boundary.geojson": VRT}, "unreadable-file", "boundary.geojson", None, ""),
    ("open ring", {"boundary.geojson": OPEN_RING}, "unreadable-file", "boundary.geojson", None, ""),
    ("broken GeoJSON", {"boundary.geojson": "{"}, "unreadable-file", "boundary.geojson", None, ""),
    # positions
    ("blank position", demand("115.9800,36.4500", "115.9800,"), "blank-position", D, 2, "经度、纬度"),
    ("swapped", demand("115.9800,36.4500", "36.4500,115.9800"), "swapped-lon-lat", D, 2, "经度、纬度"),
    ("beyond", demand("115.9800", "215.9800"), "coordinate-range", D, 2, "经度、纬度"),
    ("metres", demand("115.9800,36.4500", "408000,4036000"), "metres-as-degrees", D, 2, "经度、纬度"),
    ("far away", demand("36.4500", "36.5500"), "far-from-streets", D, 2, "经度、纬度"),
    ("zeros", demand("115.9800,36.4500", "0,0"), "far-from-streets", D, 2, "经度、纬度"),
    # circle.toml
    ("no datum", {C: 'id = "T1"\nname = "x"\n'}, "datum-missing", C, None, "datum"),
    ("datum", {C: CIRCLE.replace("wgs84", "wgs85")}, "unknown-datum", C, None, "datum"),
    ("EPSG of nothing", {C: CIRCLE.replace("wgs84", "epsg:999999")}, "unknown-datum", C, None, "datum"),
    ("datum and EPSG", circle("epsg = 4548\n"), "datum-twice", C, None, "epsg"),
    ("unknown key", circle('distrikt = "x"\n'), "unknown-key", C, None, "distrikt"),
    ("wrong value", circle('simulated = "yes"\n'), "bad-value", C, None, "simulated"),
    ("id", {C: CIRCLE.replace('"T1"', '"T\\n1"')}, "bad-id", C, None, "id"),
    ("plan value", circle("[plan]\npopulation = -5\n"), "bad-value", C, None, "plan.population"),
    ("plan text", circle('[plan]\narea_km2 = "大"\n'), "bad-value", C, None, "plan.area_km2"),
    ("plan key", circle("[plan]\npopulatoin = 5\n"), "unknown-key", C, None, "plan.populatoin"),
    (
        "statement",
        circle('[[plan.statements]]\ntype_id = "pharmacy"\nsays = "maybe"\nquote = ""\n'),
        "bad-value",
        C,
        None,
        "plan.statements.0.says",
    ),
    ("circle id", {C: CIRCLE.replace("T1", "../T1")}, "bad-id", C, None, "id"),
    ("infinite plan", circle("[plan]\npopulation = inf\n"), "bad-value", C, None, "plan.population"),
    (
        "type in plan",
        circle('[[plan.statements]]\ntype_id = "飞机场"\nsays = "missing"\nquote = ""\n'),
        "unknown-type",
        C,
        None,
        "plan.statements.0.type_id",
    ),
    ("syntax", {C: "id = \n"}, "bad-toml", C, None, ""),
    ("GBK TOML", {C: CIRCLE.encode("gbk")}, "bad-toml", C, None, ""),
    ("datum of no file", circle('[datums]\n"demnd.csv" = "gcj02"\n'), "unknown-key", C, None, "datums.demnd.csv"),
    # catalogue.toml
    (
        "catalogue",
        {"catalogue.toml": "[types.pharmcy]\narea_m2 = 1\n"},
        "unknown-type",
        "catalogue.toml",
        None,
        "pharmcy",
    ),
    # distances.csv and costs.csv
    ("from", {"distances.csv": DISTANCE + "D9,S1,10\n"}, "unknown-id", "distances.csv", 2, "from_id"),
    ("to", {"distances.csv": DISTANCE + "D1,D2,10\n"}, "unknown-id", "distances.csv", 2, "to_id"),
    ("metres < 0", {"distances.csv": DISTANCE + "D1,S1,-1\n"}, "negative-number", "distances.csv", 2, "metres"),
    ("blank metres", {"distances.csv": DISTANCE + "D1,S1,\n"}, "blank-value", "distances.csv", 2, "metres"),
    ("metres text", {"distances.csv": DISTANCE + "D1,S1,10米\n"}, "unit-in-number", "distances.csv", 2, "metres"),
    ("pair twice", {"distances.csv": DISTANCE + "D1,S1,1\nD1,S1,2\n"}, "duplicate-pair", "distances.csv", 3, ""),
    ("no rows", {"distances.csv": DISTANCE}, "empty-table", "distances.csv", None, ""),
    ("cost site", {"costs.csv": "site_id,type,cny\nO1,药店,10\n"}, "unknown-id", "costs.csv", 2, "site_id"),
    ("cost type", {"costs.csv": "site_id,type,cny\nS1,飞机场,10\n"}, "unknown-type", "costs.csv", 2, "type"),
    ("cost twice", {"costs.csv": "site_id,type,cny\nS1,药店,1\nS1,pharmacy,2\n"}, "duplicate-pair", "costs.csv", 3, ""),
    ("cost column", {"costs.csv": "site_id,type\nS1,药店\n"}, "missing-column", "costs.csv", None, "报价"),
]


@pytest.mark.parametrize(("files", "code", "file", "row", "column"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_one_fault(tmp_path: Path, files: dict[str, Any], code: str, file: str, row: int | None, column: str) -> None:
    found = faults_of(write_good(tmp_path, **files))
    assert [(f.code, f.file, f.row, f.column) for f in found] == [(code, file, row, column)]
    assert found[0].rule
    assert found[0].remedy
    assert not found[0].rule.endswith("。")
    assert not found[0].remedy.endswith("。")


def test_good_circle_has_no_fault(tmp_path: Path) -> None:
    assert faults_of(write_good(tmp_path)) == ()


def test_faults_of_three_files_come_together(tmp_path: Path) -> None:
    files = demand(",100,", ",许多,") | outlets("药店", "药电") | sites("闲置房屋", "厂房")
    found = faults_of(write_good(tmp_path, **files))
    assert {(f.code, f.file) for f in found} == {
        ("text-in-number", D),
        ("unknown-type", N),
        ("unknown-kind", S),
    }


def test_fault_reads_as_one_chinese_line(tmp_path: Path) -> None:
    (fault,) = faults_of(write_good(tmp_path, **demand(",100,", ",许多,")))
    assert str(fault) == "demand.csv 第 2 行 列“居民数”：值“许多”，应为数字。处理：只填数字，说明文字移到别的列。"


def test_unknown_type_names_the_nearest(tmp_path: Path) -> None:
    (fault,) = faults_of(write_good(tmp_path, **outlets("便利店", "便利点")))
    assert "便利店" in fault.remedy


def test_unknown_key_names_the_nearest(tmp_path: Path) -> None:
    (fault,) = faults_of(write_good(tmp_path, **circle('distrikt = "x"\n')))
    assert "district" in fault.remedy


def test_missing_folder(tmp_path: Path) -> None:
    assert [f.code for f in faults_of(tmp_path / "nowhere")] == ["missing-folder"]


def test_one_table_in_two_forms(tmp_path: Path) -> None:
    import geopandas as gpd
    from shapely.geometry import Point

    write_good(tmp_path)
    layer = gpd.GeoDataFrame({"id": ["D9"], "residents": [5]}, geometry=[Point(115.98, 36.45)], crs=4326)
    layer.to_file(tmp_path / "tables.gpkg", layer="demand")
    (fault,) = faults_of(tmp_path)
    assert fault.code == "table-twice"
    assert "tables.gpkg" in fault.rule


def test_streets_file_without_lines(tmp_path: Path) -> None:
    import geopandas as gpd
    from shapely.geometry import Point

    write_good(tmp_path, **{"streets.gpkg": None})
    gpd.GeoDataFrame(geometry=[Point(115.98, 36.45)], crs=4326).to_file(tmp_path / "streets.gpkg", layer="nodes")
    assert [f.code for f in faults_of(tmp_path)] == ["missing-layer"]


def test_streets_in_metres_labelled_as_degrees(tmp_path: Path) -> None:
    from shapely.geometry import LineString

    write_good(tmp_path, **{"streets.gpkg": None})
    write_streets(tmp_path, [LineString([(408000, 4036000), (409000, 4036000)])])
    (fault,) = faults_of(tmp_path)
    assert (fault.code, fault.sheet) == ("metres-as-degrees", "streets")
    assert '[datums] 写 "streets.gpkg" = "epsg:' in fault.remedy


def test_long_runs_of_one_fault_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"D1,X{i},5\n" for i in range(250))
    found = faults_of(write_good(tmp_path, **{"distances.csv": DISTANCE + rows}))
    assert len(found) == 101
    assert "150" in found[-1].rule


def test_a_spoilt_column_of_a_table_is_capped(tmp_path: Path) -> None:
    rows = "".join(f"R{i},x,115.98,36.45,许多,0,0,0,0\n" for i in range(130))
    found = faults_of(write_good(tmp_path, **{"demand.csv": DEMAND + rows}))
    assert len(found) == 101
    assert found[-1].code == "text-in-number"
    assert "30" in found[-1].rule
