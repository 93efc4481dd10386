"""What goes wrong with GIS files: encodings, cut headers, coordinate systems not said or wrong, axes, zones, parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from gis_folders import CIRCLE_WITHOUT_DATUM, DRIVERS, LONLAT, layer, moved, write_gis, write_layer
from inputs.input_folders import faults_of, metres_of, one_street, read
from shapely import Point

from scenarios.faults import Severity
from siting.datum import wgs84_to_gcj02
from siting.inputs.columns import DEMAND, OUTLETS, SITES
from siting.inputs.cut_headers import match_cut

FORMS = tuple(DRIVERS)
DECLARING = ("gpkg", "gdb", "shp", "geojson", "mif")
ENCODINGS = ("UTF-8", "GBK", "GB18030", "CP936")


def say_datum(folder: Path, datum: str, more: str = "") -> None:
    (folder / "circle.toml").write_text(f'{CIRCLE_WITHOUT_DATUM}datum = "{datum}"\n{more}', encoding="utf-8")


def told(folder: Path) -> set[str]:
    return {fault.code for fault in read(folder).warnings}


def codes(folder: Path) -> set[str]:
    return {fault.code for fault in faults_of(folder)}


# ---- encodings


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("has_page", [True, False])
def test_texts_of_a_shapefile_in_every_encoding(tmp_path: Path, encoding: str, has_page: bool) -> None:
    write_gis(tmp_path, "shp", encoding=encoding)
    if not has_page:
        for page in tmp_path.glob("*.cpg"):
            page.unlink()
    workspace = read(tmp_path)
    assert workspace.demand["name"].tolist() == ["一号楼", "二号楼", "三号楼", "四号楼"]
    found = [w for w in workspace.warnings if w.code == "encoding-found"]
    assert bool(found) != has_page
    assert all(("UTF-8" if encoding == "UTF-8" else "GBK") in w.rule for w in found)


@pytest.mark.parametrize(
    "names",
    [["一", "是", "涓", "联通"], ["🏪", "一", "👩‍🦽", "🏪"], ["联通", "联通", "一", "一"], ["楼", "楼", "楼", "楼"]],
)
@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_short_texts_without_a_code_page(tmp_path: Path, names: list[str], encoding: str) -> None:
    """In GBK these are, one by one, valid UTF-8 for other scripts, or the beginning of a character."""
    write_gis(tmp_path, "shp", roles=("outlets", "sites", "streets"))
    demand = layer("demand")
    if encoding == "GBK":
        names = [name if name.encode("gbk", errors="ignore") else "楼" for name in names]
    demand["name"] = names
    write_layer(tmp_path, demand, "demand", "shp", encoding)
    (tmp_path / "demand.cpg").unlink()
    assert read(tmp_path).demand["name"].tolist() == names


def test_a_geojson_that_is_not_utf8(tmp_path: Path) -> None:
    write_gis(tmp_path, "geojson")
    path = tmp_path / "sites.geojson"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gbk"))
    (fault,) = faults_of(tmp_path)
    assert (fault.code, fault.file) == ("unreadable-file", "sites.geojson")
    assert "UTF-8" in fault.rule


@pytest.mark.parametrize("written", ["\ufeffGBK", "936", "ANSI 936", "gb2312", "GBK\r\n", "OEM 936"])
def test_spellings_of_a_code_page(tmp_path: Path, written: str) -> None:
    write_gis(tmp_path, "shp", encoding="GBK")
    (tmp_path / "demand.cpg").write_text(written, encoding="utf-8")
    assert read(tmp_path).demand["name"][0] == "一号楼"


@pytest.mark.parametrize(("is_in", "says"), [("GBK", "UTF-8"), ("UTF-8", "GBK"), ("UTF-8", "ISO-8859-1")])
def test_a_code_page_that_is_not_true_is_a_fault(tmp_path: Path, is_in: str, says: str) -> None:
    write_gis(tmp_path, "shp", encoding=is_in)
    (tmp_path / "demand.cpg").write_text(says, encoding="ascii")
    (fault,) = faults_of(tmp_path)
    assert (fault.code, fault.file) == ("wrong-encoding", "demand.cpg")
    assert is_in in fault.remedy
    assert says in fault.rule


def test_a_code_page_that_is_none(tmp_path: Path) -> None:
    write_gis(tmp_path, "shp")
    (tmp_path / "demand.cpg").write_text("火星文", encoding="utf-8")
    assert [(f.code, f.file) for f in faults_of(tmp_path)] == [("unknown-encoding", "demand.cpg")]


def test_texts_that_no_encoding_reads(tmp_path: Path) -> None:
    write_gis(tmp_path, "shp")
    (tmp_path / "demand.cpg").unlink()
    table = tmp_path / "demand.dbf"
    table.write_bytes(table.read_bytes().replace("一号楼".encode(), b"\xff\xff\xff\x80\xff\xff\xff\x80\xff"))
    assert [(f.code, f.file) for f in faults_of(tmp_path)] == [("undecodable", "demand.shp")]


@pytest.mark.parametrize("form", ["tab", "mif"])
@pytest.mark.parametrize("encoding", ["UTF-8", "CP936"])
def test_mapinfo_texts_without_a_charset(tmp_path: Path, form: str, encoding: str) -> None:
    write_gis(tmp_path, form, encoding=encoding)
    assert read(tmp_path).outlets["name"].tolist() == ["好药师", "小超市"]


@pytest.mark.parametrize("form", ["tab", "mif"])
def test_mapinfo_headers_and_texts_in_a_chinese_charset(tmp_path: Path, form: str) -> None:
    write_gis(tmp_path, form, encoding="CP936")
    path = tmp_path / f"sites.{form}"
    text = path.read_bytes().replace(b"Neutral", b"WindowsSimpChinese")
    path.write_bytes(
        text.replace(b" available_year", " 可用年份".encode("gbk")).replace(b" name", " 名称".encode("gbk"))
    )
    sites = read(tmp_path).sites
    assert sites["available_year"].tolist() == [2025, 2026]
    assert sites["name"].tolist() == ["临街房", "地下室"]


def test_a_text_cut_within_a_character_loses_that_character_alone(tmp_path: Path) -> None:
    write_gis(tmp_path, "shp")
    demand = layer("demand")
    demand["name"] = ["楼" * 84 + "ab" + "楼", *demand["name"][1:]]
    write_layer(tmp_path, demand, "demand", "shp")
    assert read(tmp_path).demand["name"][0] == "楼" * 84 + "ab"


# ---- headers cut to ten bytes


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_long_headers_come_back(tmp_path: Path, encoding: str) -> None:
    write_gis(tmp_path, "shp", roles=("demand", "outlets", "streets"), encoding=encoding)
    headers = {"name": "名称", "kind": "房屋类型", "area_m2": "可用面积", "available_year": "可用年份"}
    sites = layer("sites").rename(columns=headers).assign(street_front=["是", "否"], forbidden_types=["菜市场", ""])
    sites["renovation_cny_m2"] = [500, 300]
    write_layer(tmp_path, sites, "sites", "shp", encoding)
    workspace = read(tmp_path)
    assert workspace.sites["kind"].tolist() == ["vacant_room", "basement"]
    assert workspace.sites["available_year"].tolist() == [2025, 2026]
    assert workspace.sites["rent_cny_year"].tolist() == [30000, 8000]
    assert workspace.sites["renovation_cny_m2"].tolist() == [500, 300]
    assert workspace.sites["street_front"].tolist() == [True, False]
    assert len(workspace.sites["forbidden_types"][0]) == 1
    (cut,) = [w for w in workspace.warnings if w.code == "cut-headers"]
    assert "street_fro＝临街" in cut.rule


@pytest.mark.parametrize("spec", [DEMAND, OUTLETS, SITES])
@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_no_cut_name_is_taken_for_another_column(spec: Any, codec: str) -> None:
    """Whatever a column is called, ten bytes of it lead back to it, or nowhere; never to a column it is not."""
    for column in spec.columns:
        for name in (column.id, *column.headers):
            cut = name.encode(codec)[:10].decode(codec, errors="ignore")
            exact, _ = spec.match(cut)
            found, _ = match_cut(spec, cut, codec)
            if exact is None and found is not None:
                assert found is column, name


def test_every_identifier_survives_the_cut() -> None:
    for spec in (DEMAND, OUTLETS, SITES):
        for column in spec.columns:
            found = spec.match(column.id[:10])[0] or match_cut(spec, column.id[:10], "utf-8")[0]
            assert found is column


@pytest.mark.parametrize(
    ("header", "codec"), [("年租金(万", "gb18030"), ("年租金(元/", "gb18030"), ("年租金(", "utf-8")]
)
def test_a_unit_that_is_cut_off_is_never_taken_for_granted(header: str, codec: str) -> None:
    column, unit_fits = match_cut(SITES, header, codec)
    assert column is not None
    assert (column.id, unit_fits) == ("rent_cny_year", False)


def test_a_money_column_in_ten_thousands_is_refused(tmp_path: Path) -> None:
    write_gis(tmp_path, "shp", roles=("demand", "outlets", "streets"))
    sites = layer("sites").rename(columns={"rent_cny_year": "年租金(万元)"})
    write_layer(tmp_path, sites, "sites", "shp", "GBK")
    (fault,) = faults_of(tmp_path)
    assert (fault.code, fault.column) == ("cut-unit", "年租金(万")
    assert "rent_cny_y" in fault.remedy


# ---- coordinate systems


def test_a_shapefile_without_prj_is_a_fault_with_its_remedy(tmp_path: Path) -> None:
    write_gis(tmp_path, "shp")
    for file in tmp_path.glob("*.prj"):
        file.unlink()
    found = faults_of(tmp_path)
    assert {f.code for f in found} == {"no-crs"}
    assert {f.file for f in found} == {"demand.shp", "outlets.shp", "sites.shp", "streets.shp"}
    assert all("datum" in f.remedy and ".prj" in f.remedy for f in found)


@pytest.mark.parametrize("epsg", [4490, 4548, 4527])
def test_without_prj_the_circle_may_say_it(tmp_path: Path, epsg: int) -> None:
    write_gis(tmp_path, "shp", epsg)
    for file in tmp_path.glob("*.prj"):
        file.unlink()
    say_datum(tmp_path, "cgcs2000" if epsg == 4490 else f"epsg:{epsg}")
    workspace = read(tmp_path)
    assert np.abs(workspace.demand[["x", "y"]].to_numpy() - metres_of(LONLAT["demand"])).max() < 0.01
    assert "crs-of-circle" in {w.code for w in workspace.warnings}


@pytest.mark.parametrize("form", DECLARING)
def test_zone_numbers_that_the_crs_does_not_have(tmp_path: Path, form: str) -> None:
    write_gis(tmp_path, form, roles=("demand", "outlets", "streets"))
    write_layer(tmp_path, moved(layer("sites", 4548), lambda xy: xy + np.array([39e6, 0])), "sites", form)
    found = faults_of(tmp_path)
    assert {f.code for f in found} == {"zone-prefix"}
    assert all('"epsg:4527"' in f.remedy and "[datums]" in f.remedy for f in found)


@pytest.mark.parametrize("form", ["gpkg", "shp", "geojson"])
def test_the_remedy_for_zone_numbers_works(tmp_path: Path, form: str) -> None:
    write_gis(tmp_path, form, roles=("demand", "outlets", "streets"))
    path = write_layer(
        tmp_path, moved(layer("sites", 4548), lambda xy: xy + np.array([39e6, 0])), "sites", form, file="rooms"
    )
    say_datum(tmp_path, "cgcs2000", f'[datums]\n"{path.name}" = "epsg:4527"\n')
    assert np.abs(read(tmp_path).sites[["x", "y"]].to_numpy() - metres_of(LONLAT["sites"])).max() < 0.01


@pytest.mark.parametrize("form", DECLARING)
@pytest.mark.parametrize("role", ["sites", "streets", "boundary"])
@pytest.mark.parametrize("crs", [4490, 4548])
def test_swapped_axes(tmp_path: Path, form: str, role: str, crs: int) -> None:
    write_gis(tmp_path, form, roles=tuple({"demand", "outlets", "sites", "streets"} - {role}))
    write_layer(tmp_path, moved(layer(role, crs), lambda xy: xy[:, ::-1]), role, form)
    assert codes(tmp_path) == {"swapped-lon-lat"}


@pytest.mark.parametrize("form", [form for form in DECLARING if form not in ("gdb", "mif")])
@pytest.mark.parametrize("role", ["sites", "streets", "boundary"])
def test_metres_labelled_as_degrees(tmp_path: Path, form: str, role: str) -> None:
    write_gis(tmp_path, form, roles=tuple({"demand", "outlets", "sites", "streets"} - {role}))
    write_layer(tmp_path, layer(role, 4548).set_crs(4490, allow_override=True), role, form)
    assert codes(tmp_path) == {"metres-as-degrees"}


@pytest.mark.parametrize("form", ["gpkg", "shp", "geojson", "mif"])
@pytest.mark.parametrize("role", ["sites", "streets"])
def test_degrees_labelled_as_metres(tmp_path: Path, form: str, role: str) -> None:
    write_gis(tmp_path, form, roles=tuple({"demand", "outlets", "sites", "streets"} - {role}))
    write_layer(tmp_path, layer(role).set_crs(4548, allow_override=True), role, form)
    assert codes(tmp_path) == {"degrees-as-metres"}


@pytest.mark.parametrize("form", FORMS)
def test_a_layer_drawn_on_a_shifted_map_is_found_out(tmp_path: Path, form: str) -> None:
    """GCJ-02 coordinates under the label of WGS 84: half a kilometre, which one street gives away."""
    write_gis(tmp_path, form, roles=("outlets", "sites"))
    at = np.column_stack((np.linspace(115.97, 115.99, 12), np.full(12, 36.4501)))
    ids = {"id": [f"D{i}" for i in range(12)], "residents": [10] * 12}
    street = gpd.GeoDataFrame({"name": ["路"]}, geometry=one_street(36.45), crs=4326)
    along = moved(gpd.GeoDataFrame(ids, geometry=[Point(xy) for xy in at], crs=4326), _north_by_gcj)
    write_layer(tmp_path, along, "demand", form)
    write_layer(tmp_path, street, "streets", form)
    found = [f for f in read_faults(tmp_path) if f.code == "wrong-datum"]
    assert {f.file.split(".")[0] for f in found} <= {"demand", "survey"}
    assert found
    assert any("GCJ-02" in f.rule or "BD-09" in f.rule for f in found)


def _north_by_gcj(xy: np.ndarray) -> np.ndarray:
    """Moved by what BD-09 adds, north as well as east."""
    lon, lat = wgs84_to_gcj02(xy[:, 0], xy[:, 1])
    from siting.datum import gcj02_to_bd09

    return np.column_stack(gcj02_to_bd09(lon, lat))


def read_faults(folder: Path) -> list[Any]:
    found = list(faults_of(folder))
    return found or list(read(folder).warnings)


@pytest.mark.parametrize(("written", "declared", "code"), [(4548, 4547, "wrong-datum"), (4548, 4549, "wrong-datum")])
def test_a_zone_beside_the_right_one_is_named(tmp_path: Path, written: int, declared: int, code: str) -> None:
    write_gis(tmp_path, "shp", roles=("outlets", "sites", "streets"))
    at = [Point(115.976 + 0.0008 * i, 36.4501) for i in range(12)]
    demand = gpd.GeoDataFrame({"id": [f"D{i}" for i in range(12)], "residents": [10] * 12}, geometry=at, crs=4490)
    write_layer(tmp_path, demand.to_crs(written).set_crs(declared, allow_override=True), "demand", "shp")
    (fault,) = faults_of(tmp_path)
    assert (fault.code, fault.file) == (code, "demand.shp")
    assert f'"demand.shp" = "epsg:{written}"' in fault.remedy


@pytest.mark.parametrize("declared", [4526, 4528])
def test_the_zone_number_of_another_zone(tmp_path: Path, declared: int) -> None:
    write_gis(tmp_path, "shp", roles=("demand", "outlets", "streets"))
    write_layer(tmp_path, layer("sites", 4527).set_crs(declared, allow_override=True), "sites", "shp")
    found = faults_of(tmp_path)
    assert {f.code for f in found} == {"zone-prefix"}
    assert all('"epsg:4527"' in f.remedy for f in found)


@pytest.mark.parametrize("epsg", [2437, 4214, 4610])
def test_an_old_datum_is_named(tmp_path: Path, epsg: int) -> None:
    write_gis(tmp_path, "shp", roles=("demand", "outlets", "streets"))
    write_layer(tmp_path, layer("sites", epsg), "sites", "shp")
    found = [w for w in read(tmp_path).warnings if w.code == "old-datum"]
    assert [w.file for w in found] == ["sites.shp"]
    assert "近似" in found[0].rule


def test_a_prj_of_odd_bytes(tmp_path: Path) -> None:
    write_gis(tmp_path, "shp")
    path = tmp_path / "demand.prj"
    path.write_bytes(path.read_bytes().replace(b"China", b"Chi\xffa"))
    assert [(f.code, f.file) for f in faults_of(tmp_path)] == [("broken-crs", "demand.shp")]


def test_a_crs_that_is_neither_geographic_nor_projected(tmp_path: Path) -> None:
    write_gis(tmp_path, "mif", roles=("demand", "outlets", "streets"))
    write_layer(tmp_path, layer("sites").set_crs(None, allow_override=True), "sites", "mif")
    assert [(f.code, f.file) for f in faults_of(tmp_path)] == [("no-crs", "sites.mif")]


# ---- parts


@pytest.mark.parametrize(
    ("form", "suffix"), [("shp", ".shx"), ("shp", ".dbf"), ("tab", ".dat"), ("tab", ".map"), ("mif", ".mid")]
)
def test_a_part_that_is_missing(tmp_path: Path, form: str, suffix: str) -> None:
    write_gis(tmp_path, form)
    (tmp_path / f"demand{suffix}").unlink()
    (fault,) = faults_of(tmp_path)
    assert (fault.code, fault.file) == ("missing-part", f"demand.{form}")
    assert f"demand{suffix}" in fault.rule


@pytest.mark.parametrize("suffix", [".shp", ".shx", ".dbf"])
def test_a_part_that_is_cut_off(tmp_path: Path, suffix: str) -> None:
    write_gis(tmp_path, "shp")
    path = tmp_path / f"demand{suffix}"
    path.write_bytes(path.read_bytes()[:-20])
    assert ("cut-off", f"demand{suffix}") in {(f.code, f.file) for f in faults_of(tmp_path)}


def test_parts_of_two_datasets(tmp_path: Path) -> None:
    write_gis(tmp_path, "shp")
    (tmp_path / "demand.dbf").write_bytes((tmp_path / "outlets.dbf").read_bytes())
    assert [(f.code, f.file) for f in faults_of(tmp_path)] == [("parts-disagree", "demand.shp")]


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_is_not_what_it_is_called(tmp_path: Path, form: str) -> None:
    write_gis(tmp_path, "gpkg" if form != "gpkg" else "shp", roles=("demand", "outlets", "streets"))
    if form == "gdb":
        (tmp_path / "rooms.gdb").mkdir()
        name = "rooms.gdb"
    else:
        name = f"sites.{form}"
        for suffix in {"shp": (".shx", ".dbf"), "tab": (".dat", ".map"), "mif": (".mid",)}.get(form, ()):
            (tmp_path / f"sites{suffix}").write_bytes(b"")
        (tmp_path / name).write_bytes(b"<OGRVRTDataSource/>")
    found = faults_of(tmp_path)
    assert ("unreadable-file", name) in {(f.code, f.file) for f in found}
    assert all(f.severity is Severity.ERROR for f in found)
