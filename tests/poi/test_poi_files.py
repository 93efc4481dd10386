"""The forms that exports come in, positions and their datums, and broken files told all at once."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from poi_files import AMAP_HEADERS, amap_rows, csv_bytes, spot, write_amap, write_baidu

from scenarios.faults import FaultLog
from siting.inputs.reference import parse_datum
from siting.poi.positions import in_datum, pair_of_text
from siting.poi.reader import PoiFile, read_pois
from siting.poi.record import Poi, Source


def read(*files: Path | PoiFile) -> tuple[list[Poi], FaultLog]:
    log = FaultLog()
    return read_pois([f if isinstance(f, PoiFile) else PoiFile(f) for f in files], log), log


def said(pois: list[Poi]) -> list[tuple[str, str, tuple[str, ...], str]]:
    return [(p.poi_id, p.name, p.codes, f"{p.lon},{p.lat}") for p in pois]


def test_csv_excel_and_json_say_the_same(tmp_path: Path) -> None:
    rows = amap_rows(20)
    book = openpyxl.Workbook()
    page = book.create_sheet("导出", 0)
    page.append(["高德兴趣点"])
    page.append(AMAP_HEADERS)
    for row in rows:
        page.append([row[header] for header in AMAP_HEADERS])
    for cells in page.iter_rows(min_row=3):
        for cell in cells:
            cell.data_type = "s"
    book.save(tmp_path / "b.xlsx")
    api = [dict(row, address=[], tel=[]) for row in rows]
    pages = [{"status": "1", "pois": api[:10]}, {"status": "1", "pois": api[10:]}]
    (tmp_path / "c.json").write_text(json.dumps(pages, ensure_ascii=False), encoding="utf-8")
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in api)
    (tmp_path / "d.jsonl").write_text(lines, encoding="utf-8")
    from_csv, log = read(write_amap(tmp_path, plain=20))
    assert not log.errors
    assert len(from_csv) == len(rows)
    for name in ("b.xlsx", "c.json", "d.jsonl"):
        found, log = read(tmp_path / name)
        assert not log.errors
        assert said(found) == said(from_csv)
        assert {p.source for p in found} == {Source.AMAP}


def test_gbk_is_read_and_rows_are_excel_rows(tmp_path: Path) -> None:
    pois, log = read(write_amap(tmp_path, plain=3, encoding="gb18030"))
    assert not log.errors
    assert [p.row for p in pois[:3]] == [2, 3, 4]
    assert pois[0].name == "万家福超市"


def test_excel_numbers_lose_no_leading_zero(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["名称", "类型编码", "经度", "纬度"])
    book.active.append(["某药房", 90601, 115.98, 36.45])
    book.save(tmp_path / "a.xlsx")
    (poi,), _ = read(tmp_path / "a.xlsx")
    assert poi.codes == ("090601",)


def test_baidu_has_tags_and_its_own_datum(tmp_path: Path) -> None:
    pois, log = read(write_baidu(tmp_path))
    assert not log.errors
    assert {(p.source, p.datum) for p in pois} == {(Source.BAIDU, "bd09")}
    assert pois[0].classes == ("医疗;药店",)
    assert (pois[2].lon, pois[2].lat) == spot(401, "bd09")


def test_a_header_that_names_its_datum_is_believed(tmp_path: Path) -> None:
    row = {"name": "某店", "typecode": "060200", "lng_wgs84": 115.98, "lat_wgs84": 36.45, "lng_bd09": 1, "lat_bd09": 1}
    (tmp_path / "a.csv").write_bytes(csv_bytes([row]))
    (poi,), _ = read(tmp_path / "a.csv")
    assert (poi.datum, poi.lon, poi.lat) == ("wgs84", 115.98, 36.45)


def test_a_file_that_does_not_say_its_map_needs_a_prefix(tmp_path: Path) -> None:
    path = tmp_path / "点.csv"
    path.write_bytes(csv_bytes([{"名称": "某药店", "类型": "药店", "坐标": "115.98,36.45"}]))
    pois, log = read(path)
    assert not pois
    assert [f.code for f in log.errors] == ["poi-unknown-source"]
    pois, log = read(PoiFile.parse(f"百度:{path}"))
    assert not log.errors
    assert pois[0].source is Source.BAIDU


def test_broken_files_are_told_all_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{", encoding="utf-8")
    (tmp_path / "b.xlsx").write_bytes(b"not a workbook")
    (tmp_path / "c.csv").write_bytes(csv_bytes([{"foo": 1, "bar": 2}]))
    (tmp_path / "d.csv").write_bytes(b"name,typecode,location\n" + b"\xff\xfe\xfa\x81\n")
    (tmp_path / "e.pdf").write_bytes(b"%PDF")
    (tmp_path / "f.csv").write_bytes(csv_bytes([{"name": "店", "typecode": "060200", "lon": 39469000, "lat": 4035000}]))
    (tmp_path / "g.json").write_text("[]", encoding="utf-8")
    (tmp_path / "h.json").write_text("[" * 100_000, encoding="utf-8")
    names = [p.name for p in sorted(tmp_path.iterdir())]
    pois, log = read(*(tmp_path / name for name in [*names, "missing.csv"]))
    assert not pois
    assert {Path(f.file).name for f in log.errors} == {*names, "missing.csv"}
    by_file = {Path(f.file).name: f.code for f in log.errors}
    assert by_file["f.csv"] == "poi-no-positions"
    assert by_file["a.json"] == by_file["h.json"] == "poi-broken-json"
    assert len([f for f in log.errors if f.file == "c.csv"]) >= 3


@pytest.mark.parametrize("text", ["115.98,36.45", "36.45,115.98", "115.98 36.45", "[115.98, 36.45]", "115.98，36.45"])
def test_a_pair_in_any_order(text: str) -> None:
    assert pair_of_text(text) == (115.98, 36.45)


@pytest.mark.parametrize("text", ["", "[]", "115.98", "0,0", "39469000,4035000", "1,2,3", "nan,36"])
def test_no_pair(text: str) -> None:
    assert np.isnan(pair_of_text(text)).all()


@given(st.floats(75, 133), st.floats(5, 53), st.sampled_from(["gcj02", "bd09"]))
def test_a_round_trip_comes_back_within_a_centimetre(lon: float, lat: float, source: str) -> None:
    start = np.array([[lon, lat]])
    for target in ("wgs84", "cgcs2000", "gcj02", "bd09"):
        datum = parse_datum(target)
        assert datum is not None
        there = in_datum(start, source, datum)
        own = parse_datum(source)
        assert own is not None
        back = in_datum(there, target, own)
        assert np.abs(back - start).max() * 111_320 < 0.01


def test_metres_agree_with_degrees() -> None:
    degrees, metres = parse_datum("wgs84"), parse_datum("epsg:4548")
    assert degrees is not None
    assert metres is not None
    point = np.array([spot(7)])
    lonlat, xy = in_datum(point, "gcj02", degrees), in_datum(point, "gcj02", metres)
    assert np.abs(metres.to_wgs84(xy) - lonlat).max() * 111_320 < 0.01
