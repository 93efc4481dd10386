"""What a person brings along and fills in on the page of points of interest: two exports, answers, the other tables."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
from doc_hands import pilot_c10
from doc_pages import ROOT
from poi.poi_files import ODD

from siting.datum import from_wgs84


def exports(folder: Path) -> None:
    """高德.csv: the outlets of 光明 under the map's classes, and the odd rows of every export; 百度.csv: some again."""
    circle = pilot_c10(folder / ".光明")
    outlets = circle.outlets
    places = gpd.GeoSeries.from_xy(outlets["x"], outlets["y"], crs=circle.crs).to_crs(4326)
    names = pd.read_csv(ROOT / "scenarios" / "data" / "amap_codes.csv", dtype=str)
    direct = names[names["match"] == "direct"].drop_duplicates("type_id").set_index("type_id")
    known = outlets["type_id"].isin(direct.index).to_numpy()
    rows = [("id", "name", "type", "typecode", "address", "tel", "location")]
    for n in np.flatnonzero(known):
        kind = direct.loc[outlets["type_id"].iloc[n]]
        lon, lat = (float(v[0]) for v in from_wgs84("gcj02", places.x.to_numpy()[[n]], places.y.to_numpy()[[n]]))
        where = f"{lon:.6f},{lat:.6f}"
        rows.append((f"B{n:04d}", outlets["name"].iloc[n], kind["amap_name"], kind["amap_code"], "[]", "[]", where))
    common = [item for key, item in ODD.items() if key not in ("formula", "script", "path", "newline", "emoji", "long")]
    west, south = float(places.x.min()), float(places.y.min())
    for n, (name, kind_text, code) in enumerate(common):
        lon, lat = round(west + 0.0015 * (n % 8), 6), round(south + 0.0013 * (n // 8), 6)
        rows.append((f"X{n:04d}", name, kind_text, code, "[]", "[]", f"{lon},{lat}"))
    _write_csv(folder / "高德.csv", rows)
    again = [("uid", "name", "tag", "lng", "lat")]
    for n in np.flatnonzero(known & (outlets["type_id"] == "pharmacy").to_numpy()):
        lon, lat = (float(v[0]) for v in from_wgs84("bd09", places.x.to_numpy()[[n]], places.y.to_numpy()[[n]]))
        again.append((f"u{n}", f"{outlets['name'].iloc[n]}（聊城）", "医疗;药店", f"{lon:.6f}", f"{lat:.6f}"))
    _write_csv(folder / "百度.csv", again)
    shutil.rmtree(folder / ".光明")


def _write_csv(path: Path, rows: list[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


def answered(folder: Path) -> None:
    """One class is a shop of its own kind, the others do not count; one row is told apart."""
    path = folder / "光明社区" / "待人工归类.xlsx"
    book = openpyxl.load_workbook(path)
    for sheet, words in (("按分类归类", ("茶艺咖啡馆", "不计入")), ("逐条归类", ("便利店",))):
        header = next(row for row in range(1, 16) if "归为" in [cell.value for cell in book[sheet][row]])
        column = [cell.value for cell in book[sheet][header]].index("归为") + 1
        for row, word in enumerate(words, start=header + 1):
            book[sheet].cell(row, column, word)
    book.save(path)


def surveyed(folder: Path) -> None:
    """The homes and rooms of 光明, and its streets; points as clicked on the map."""
    circle = pilot_c10(folder / ".光明")
    target = folder / "光明社区"
    source = openpyxl.load_workbook(folder / ".光明" / "survey.xlsx")
    book = openpyxl.load_workbook(target / "survey.xlsx")
    for sheet in ("居民点", "候选点"):
        columns = {_plain(cell.value): cell.column for cell in book[sheet][1]}
        headers = [_plain(cell.value) for cell in source[sheet][1]]
        for row, cells in enumerate(source[sheet].iter_rows(min_row=2, values_only=True), start=3):
            values = dict(zip(headers, cells, strict=True))
            here = (np.array([float(values[key])]) for key in ("经度", "纬度"))
            values["经度"], values["纬度"] = (round(float(v[0]), 6) for v in from_wgs84("gcj02", *here))
            for header, value in values.items():
                if value is not None and header in columns:
                    book[sheet].cell(row, columns[header], value)
    book.save(target / "survey.xlsx")
    shutil.copy(folder / ".光明" / "streets.gpkg", target)
    shutil.rmtree(folder / ".光明")
    assert len(circle.demand)


def _plain(header: Any) -> str:
    return str(header or "").split("(")[0].split("（")[0].rstrip("*")
