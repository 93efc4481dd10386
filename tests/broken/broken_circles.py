"""The corpus: each case spoils one good circle, and says every fault (code, file) that must be told at once."""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from fuzz.spoilers import packed, unpacked
from gis.gis_folders import layer, moved, write_gis, write_layer
from inputs.input_folders import CIRCLE, DEMAND, OUTLETS, SITES, workbook, write_good, write_streets, write_survey
from shapely import LineString

Faults = set[tuple[str, str]]


@dataclass(frozen=True)
class Case:
    """One broken circle: how it comes about, and what must be told of it."""

    name: str
    make: Callable[[Path], Any]
    faults: Faults


CASES: list[Case] = []


def case(*faults: tuple[str, str]) -> Callable[[Callable[[Path], Any]], Callable[[Path], Any]]:
    """Register a case by the name of its function."""

    def keep(make: Callable[[Path], Any]) -> Callable[[Path], Any]:
        CASES.append(Case(make.__name__, make, set(faults)))
        return make

    return keep


def quick(name: str, files: dict[str, Any], *faults: tuple[str, str]) -> None:
    """A case that only replaces files of the good circle (None leaves one out)."""
    CASES.append(Case(name, lambda folder: write_good(folder, **files), set(faults)))


# ---- CSV

MIXED = DEMAND.encode() + "D9,九号楼,115.98,36.45,9,,,,".encode("gbk")
quick("csv_mixed_encodings", {"demand.csv": MIXED}, ("mixed-encodings", "demand.csv"))
quick("csv_no_encoding", {"demand.csv": b"\xff\xfa\x80\x81\n\x00\xff"}, ("undecodable", "demand.csv"))
quick(
    "csv_quote_left_open",
    {"sites.csv": SITES.split("\n")[0] + "\n" + '"S1' + "x" * 200_000},
    ("broken-csv", "sites.csv"),
)
quick("csv_empty", {"demand.csv": b""}, ("empty-table", "demand.csv"))
quick("csv_headers_alone", {"sites.csv": SITES.split("\n")[0]}, ("empty-table", "sites.csv"))
quick("csv_more_cells_than_headers", {"demand.csv": DEMAND + "D5,五,1,2,3,4,5,6,7,8,9\n"}, ("ragged-row", "demand.csv"))
quick("csv_without_its_columns", {"demand.csv": "编号,名称\nD1,一\n", "sites.csv": "编号,面积\nS1,10\n"},
      ("missing-column", "demand.csv"), ("missing-column", "sites.csv"))  # fmt: skip
quick(
    "csv_a_column_twice",
    {"demand.csv": DEMAND.replace("3岁以下", "三岁以下").replace("3-6岁", "3岁以下")},
    ("column-twice", "demand.csv"),
)
quick("csv_ten_thousand_yuan", {"sites.csv": SITES.replace("年租金(元)", "年租金(万元)")}, ("wrong-unit", "sites.csv"))
quick("csv_cells_of_every_kind", {
    "demand.csv": DEMAND.replace("100,20", "一百,20").replace("80,10", "-80,10").replace("60,15", "inf,15"),
    "outlets.csv": OUTLETS.replace("药店", "药房子").replace("O2", "O1"),
    "sites.csv": SITES.replace("地下室,115", "飞船,115").replace(",120,1,否", ",0,零层,也许").replace("2025", "25"),
}, ("text-in-number", "demand.csv"), ("negative-number", "demand.csv"), ("non-finite", "demand.csv"),
   ("unknown-type", "outlets.csv"), ("duplicate-id", "outlets.csv"), ("unknown-kind", "sites.csv"),
   ("not-positive", "sites.csv"), ("bad-floor", "sites.csv"), ("not-a-boolean", "sites.csv"),
   ("bad-year", "sites.csv"))  # fmt: skip
quick("csv_excel_errors", {"demand.csv": DEMAND.replace(",100,", ",#REF!,")}, ("excel-error", "demand.csv"))
quick("csv_ids", {"demand.csv": DEMAND.replace("D1,", '"D\n1",').replace("D2,", ",").replace("D3", "长" * 4000)},
      ("bad-id", "demand.csv"), ("blank-id", "demand.csv"), ("long-text", "demand.csv"))  # fmt: skip
quick("csv_ids_shared", {"sites.csv": SITES.replace("S1", "D1")}, ("shared-ids", "sites.csv"))
quick("csv_more_parts_than_people", {"demand.csv": DEMAND.replace(",100,20,", ",100,200,")},
      ("segments-exceed-residents", "demand.csv"))  # fmt: skip
quick("csv_positions", {"demand.csv": DEMAND.replace("115.9800,36.4500", "36.4500,115.9800").replace("115.9820", ""),
                        "sites.csv": SITES.replace("115.9802,36.4502", "408000,4036000")},
      ("swapped-lon-lat", "demand.csv"), ("blank-position", "demand.csv"),
      ("metres-as-degrees", "sites.csv"))  # fmt: skip
quick("csv_far_away", {"sites.csv": SITES.replace("36.4502", "36.9502")}, ("far-from-streets", "sites.csv"))
quick("distances_of_strangers", {"distances.csv": "起点,终点,距离\nD1,X9,10\nD1,S1,5\nD1,S1,6\nD1,S2,-3\n"},
      ("unknown-id", "distances.csv"), ("duplicate-pair", "distances.csv"),
      ("negative-number", "distances.csv"))  # fmt: skip
quick("costs_of_nothing", {"costs.csv": "候选点,业态,报价\nS9,药店,1\nS1,药房子,2\nS1,药店,三\n"},
      ("unknown-id", "costs.csv"), ("unknown-type", "costs.csv"), ("text-in-number", "costs.csv"))  # fmt: skip

# ---- TOML

quick("toml_broken", {"circle.toml": 'id = "A\n'}, ("bad-toml", "circle.toml"))
quick("toml_keys", {"circle.toml": CIRCLE + 'datun = "x"\nsimulated = "是"\n[datums]\n"无.csv" = "wgs84"\n'},
      ("unknown-key", "circle.toml"), ("bad-value", "circle.toml"))  # fmt: skip
quick("toml_datum", {"circle.toml": CIRCLE.replace("wgs84", "beijing54")}, ("unknown-datum", "circle.toml"))
quick("toml_id_out_of_the_folder", {"circle.toml": CIRCLE.replace('"T1"', '"../../T1"')}, ("bad-id", "circle.toml"))
quick("toml_no_datum", {"circle.toml": 'id = "T1"\nname = "x"\n'}, ("datum-missing", "circle.toml"))
quick("toml_not_utf8", {"circle.toml": b'id = "\xff\xff"'}, ("bad-toml", "circle.toml"))
quick("catalogue_broken", {"catalogue.toml": "[types.pharmacy\n", "demand.csv": DEMAND.replace("D2", "D1")},
      ("toml-syntax", "catalogue.toml"), ("duplicate-id", "demand.csv"))  # fmt: skip

# ---- tables and layers that are missing, doubled, not what they are called

quick(
    "no_tables",
    {"demand.csv": None, "sites.csv": None},
    ("missing-table", "demand.csv"),
    ("missing-table", "sites.csv"),
)
quick("no_streets", {"streets.gpkg": None}, ("no-walking", "streets.gpkg"))
quick("geojson_garbage", {"boundary.geojson": b"{"}, ("unreadable-file", "boundary.geojson"))
quick("geojson_of_another_kind", {"boundary.geojson": b'{"type":"Topology"}'}, ("unreadable-file", "boundary.geojson"))
quick("xlsx_garbage", {"survey.xlsx": b"PK\x03\x04 no", "demand.csv": None}, ("unreadable-file", "survey.xlsx"))


@case(("table-twice", "demand.csv"), ("table-twice", "streets.gpkg"))
def doubled(folder: Path) -> None:
    write_good(folder)
    write_layer(folder, layer("demand"), "居民点", "shp")
    write_layer(folder, layer("streets"), "道路", "geojson")


@case(("unreadable-file", "streets.gpkg"))
def gpkg_garbage(folder: Path) -> None:
    write_good(folder)
    (folder / "streets.gpkg").write_bytes(b"<OGRVRTDataSource/>")


@case(("unreadable-file", "streets.gpkg"))
def gpkg_cut_off(folder: Path) -> None:
    write_good(folder)
    path = folder / "streets.gpkg"
    path.write_bytes(path.read_bytes()[:3000])


@case(("wrong-geometry", "streets.gpkg"), ("wrong-geometry", "boundary.geojson"), ("not-a-point", "a.gpkg"))
def geometry_of_the_wrong_kind(folder: Path) -> None:
    write_good(folder, **{"sites.csv": None, "streets.gpkg": None})
    write_layer(folder, layer("demand"), "streets", "gpkg", file="streets")
    write_layer(folder, layer("streets"), "boundary", "geojson")
    line = LineString([(115.98, 36.45), (115.981, 36.45)])
    write_layer(folder, layer("sites").set_geometry([line, line]), "sites", "gpkg", file="a")


# ---- Excel


def book_with(**cells: Any) -> Callable[[Path], Any]:
    """A workbook with some cells of sheets changed: ``demand_E3=…``."""
    sheets = {"demand": "居民点", "outlets": "现有网点", "sites": "候选点"}

    def make(folder: Path) -> None:
        book = workbook()
        for key, value in cells.items():
            role, cell = key.split("_")
            book[sheets[role]][cell] = value
        write_survey(folder, book)

    return make


CASES += [
    Case(
        "xlsx_dates_for_numbers",
        book_with(demand_E3=datetime.datetime(2024, 3, 6)),
        {("date-in-number", "survey.xlsx")},
    ),
    Case("xlsx_formula_never_computed", book_with(sites_K3="=1000*12"), {("formula-without-value", "survey.xlsx")}),
    Case(
        "xlsx_many_at_once",
        book_with(demand_E2="约100", outlets_C2="药房子", sites_C2="飞船", sites_A3="S1"),
        {(c, "survey.xlsx") for c in ("text-in-number", "unknown-type", "unknown-kind", "duplicate-id")},
    ),
]


@case(("missing-sheet", "survey.xlsx"), ("merged-cells", "survey.xlsx"))
def xlsx_sheets(folder: Path) -> None:
    book = workbook()
    book["居民点"].title = "备选"
    book["候选点"].merge_cells("K2:K3")
    write_survey(folder, book)


# ---- GIS files


def gis(form: str, spoil: Callable[[Path], Any], name: str, *faults: tuple[str, str], **more: Any) -> None:
    """A case that spoils the good circle in one GIS format."""

    def make(folder: Path) -> None:
        write_gis(folder, form, **more)
        spoil(folder)

    CASES.append(Case(f"{form}_{name}", make, set(faults)))


def drop(*names: str) -> Callable[[Path], Any]:
    return lambda folder: [(folder / name).unlink() for name in names]


def cut(name: str) -> Callable[[Path], Any]:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:-30])


def say(name: str, text: bytes) -> Callable[[Path], Any]:
    return lambda folder: (folder / name).write_bytes(text)


def redraw(role: str, form: str, change: Callable[[Any], Any], crs: int = 4490) -> Callable[[Path], Any]:
    return lambda folder: write_layer(folder, change(layer(role, crs)), role, form)


def spoilt_values(frame: Any) -> Any:
    frame.loc[0, "area_m2"], frame.loc[1, "kind"] = -1.0, "飞船"
    return frame


ALONE = ("demand", "outlets", "streets")
gis("shp", drop("demand.shx"), "without_index", ("missing-part", "demand.shp"))
gis(
    "shp",
    drop("demand.dbf", "sites.dbf"),
    "without_attributes",
    ("missing-part", "demand.shp"),
    ("missing-part", "sites.shp"),
)
gis("shp", drop("demand.prj", "sites.prj"), "without_prj", ("no-crs", "demand.shp"), ("no-crs", "sites.shp"))
gis("shp", cut("demand.shp"), "cut_off", ("cut-off", "demand.shp"))
gis("shp", cut("sites.dbf"), "attributes_cut_off", ("cut-off", "sites.dbf"))
gis("shp", say("demand.cpg", b"GBK"), "wrong_code_page", ("wrong-encoding", "demand.cpg"))
gis("shp", say("demand.cpg", b"klingon"), "unknown_code_page", ("unknown-encoding", "demand.cpg"))
gis("shp", say("sites.shp", b"\x00" * 300), "garbage", ("unreadable-file", "sites.shp"))
gis(
    "shp",
    lambda f: shutil.copy(f / "outlets.dbf", f / "demand.dbf"),
    "of_two_datasets",
    ("parts-disagree", "demand.shp"),
)
gis("shp", redraw("sites", "shp", spoilt_values), "values",
    ("negative-number", "sites.shp"), ("unknown-kind", "sites.shp"), roles=ALONE)  # fmt: skip
gis("shp", redraw("sites", "shp", lambda f: moved(f, lambda xy: xy + np.array([39e6, 0])), 4548), "zone_numbers",
    ("zone-prefix", "sites.shp"), roles=ALONE)  # fmt: skip
gis("geojson", redraw("sites", "geojson", lambda f: moved(f, lambda xy: xy[:, ::-1])), "axes_swapped",
    ("swapped-lon-lat", "sites.geojson"), roles=ALONE)  # fmt: skip
gis("geojson", redraw("streets", "geojson", lambda f: f.set_crs(4490, allow_override=True), 4548), "metres_as_degrees",
    ("metres-as-degrees", "streets.geojson"), roles=("demand", "outlets", "sites"))  # fmt: skip
gis("geojson", say("sites.geojson", json.dumps({"type": "FeatureCollection", "features": []}).encode()), "empty",
    ("empty-table", "sites.geojson"))  # fmt: skip
gis("geojson", redraw("sites", "geojson", spoilt_values), "values",
    ("negative-number", "sites.geojson"), ("unknown-kind", "sites.geojson"), roles=ALONE)  # fmt: skip
gis("tab", drop("demand.dat"), "without_data", ("missing-part", "demand.tab"))
gis("tab", say("sites.tab", b"!table\n!version 300\nDefinition Table\n  Type RASTER\n"), "of_a_picture",
    ("unreadable-file", "sites.tab"))  # fmt: skip
gis("mif", drop("sites.mid"), "without_data", ("missing-part", "sites.mif"))
gis("mif", say("sites.mif", b"<OGRVRTDataSource/>"), "garbage", ("unreadable-file", "sites.mif"))
gis("mif", redraw("sites", "mif", lambda f: f.set_crs(None, allow_override=True)), "without_crs",
    ("no-crs", "sites.mif"), roles=ALONE)  # fmt: skip
gis("gdb", lambda f: (f / "rooms.gdb").mkdir(), "empty_folder", ("unreadable-file", "rooms.gdb"))
gis("gdb", redraw("sites", "gdb", spoilt_values), "values",
    ("negative-number", "survey.gdb"), ("unknown-kind", "survey.gdb"), roles=ALONE)  # fmt: skip
gis("gdb", lambda f: [p.write_bytes(b"\x00" * 40) for p in (f / "survey.gdb").glob("a0000000[1-9].gdbtable")],
    "tables_overwritten", ("unreadable-file", "survey.gdb"), ("no-walking", "streets.gpkg"),
    ("missing-table", "demand.csv"), ("missing-table", "sites.csv"))  # fmt: skip


@case(
    ("missing-part", "outlets.shp"), ("wrong-encoding", "demand.cpg"), ("negative-number", "sites.geojson"),
    ("unknown-kind", "sites.geojson"), ("unreadable-file", "streets.tab"), ("wrong-geometry", "boundary.mif"),
    ("unknown-key", "circle.toml"), ("unknown-id", "costs.csv"),
)  # fmt: skip
def everything_at_once(folder: Path) -> None:
    write_gis(folder, "shp", roles=("demand", "outlets"))
    (folder / "outlets.shx").unlink()
    (folder / "demand.cpg").write_bytes(b"GBK")
    write_layer(folder, spoilt_values(layer("sites")), "sites", "geojson")
    for suffix in (".tab", ".dat", ".map"):
        (folder / f"streets{suffix}").write_bytes(b"nothing")
    write_layer(folder, layer("streets"), "boundary", "mif")
    (folder / "circle.toml").write_text(CIRCLE + "nonsense = 1\n", encoding="utf-8")
    (folder / "costs.csv").write_text("候选点,业态,报价\nS9,药店,1\n", encoding="utf-8")


def write_base(folder: Path) -> None:
    """The good circle, for a test that the corpus is spoilt and not simply unreadable."""
    write_good(folder)
    write_streets(folder)


# ---- found by the hunt of tests/fuzz


def xlsx_sheet_cut_off(folder: Path) -> None:
    """The archive is whole, one sheet's XML is not: openpyxl notices only when its rows are read."""
    _sheet_spoilt(folder, lambda data: data[: len(data) // 2])


def xlsx_sheet_not_well_formed(folder: Path) -> None:
    _sheet_spoilt(folder, lambda data: data.replace(b"</row>", b"</row\x00>", 2))


def _sheet_spoilt(folder: Path, change: Callable[[bytes], bytes]) -> None:
    write_survey(folder, workbook())
    path = folder / "survey.xlsx"
    members = unpacked(path.read_bytes())
    members["xl/worksheets/sheet1.xml"] = change(members["xl/worksheets/sheet1.xml"])
    path.write_bytes(packed(members))


for _make in (xlsx_sheet_cut_off, xlsx_sheet_not_well_formed):
    case(("unreadable-file", "survey.xlsx"))(_make)
