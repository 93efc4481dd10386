"""A circle begun from a map: its streets, homes, outlets and vacant rooms, cut by the plan's own words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from scenarios.catalogue import Catalogue
from siting.generator.write import write_layers
from siting.intake.begun import Begun
from siting.osm.cut import CutRequest, outline
from siting.osm.extract import MapExtract, extract
from siting.osm.homes import Homes, homes
from siting.osm.places import ESTIMATED_ZH, OUTSIDE_ZH, outlets, rooms

DATUM = "wgs84"
OUTSIDE_FILE = "圈外居民点.csv"
LICENCE_ZH = "地图数据 © OpenStreetMap contributors，许可 ODbL 1.0"
_DEGREE_DIGITS = 7
_UNSEEN_NOTE_ZH = "现有网点来自 OpenStreetMap，地图上没有标出的业态，不等于没有"


@dataclass(frozen=True)
class MapRequest:
    """A map file, how to cut the circle, and the circle's residents (None: from floor area alone)."""

    file: Path
    cut: CutRequest
    population: float | None = None


def begin(request: MapRequest, catalogue: Catalogue, tick: Callable[[int], None] | None = None) -> Begun:
    """What the map gives to a new circle in WGS84.

    Raises:
        FaultError: see :func:`siting.osm.cut.outline` and :func:`siting.osm.scan.ways`.
    """
    around = outline(request.file, request.cut, tick)
    found = extract(request.file, around, tick)
    lived, shops, empty = homes(found, request.population), outlets(found, catalogue), rooms(found)
    inside = lived.table["inside"].to_numpy(dtype=bool)
    tables = {
        "demand": _degrees(lived.table[inside].drop(columns="inside"), around.crs),
        "outlets": _degrees(shops, around.crs),
        "sites": _degrees(empty, around.crs),
    }
    seen = set(shops["type"])
    unseen = tuple(kind.name_zh for kind in catalogue.types.values() if kind.id not in seen)
    outside = _degrees(lived.table[~inside].drop(columns="inside"), around.crs)
    return Begun(
        tables=tables,
        files={
            "streets.gpkg": partial(_write_streets, found),
            "boundary.geojson": partial(_write_boundary, found),
            OUTSIDE_FILE: partial(_write_outside, outside),
        },
        unknown_types=unseen,
        unknown_note=f"{_UNSEEN_NOTE_ZH}；{LICENCE_ZH}",
        report=_report(found, lived, tables, outside, unseen),
        lines_zh=_lines(found, lived, tables, outside, unseen),
    )


def _degrees(table: pd.DataFrame, crs: str) -> pd.DataFrame:
    """``x``, ``y`` metres as ``lon``, ``lat``."""
    to = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    lon, lat = to.transform(table["x"].to_numpy(dtype=float), table["y"].to_numpy(dtype=float))
    placed = table.drop(columns=["x", "y"])
    placed["lon"], placed["lat"] = np.round(lon, _DEGREE_DIGITS), np.round(lat, _DEGREE_DIGITS)
    return placed.reset_index(drop=True)


def _write_streets(found: MapExtract, path: Path) -> None:
    layers = {
        "streets": found.streets[["osm_id", "name", "highway", "geometry"]],
        "barriers": found.barriers,
        "gates": found.gates,
    }
    write_layers({name: _wgs84(layer) for name, layer in layers.items()}, path)


def _wgs84(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    degrees = layer.to_crs(4326)
    return degrees.set_geometry(
        shapely.set_precision(degrees.geometry.array, 10.0**-_DEGREE_DIGITS, mode="pointwise"), crs=4326
    )


def _write_boundary(found: MapExtract, path: Path) -> None:
    degrees = gpd.GeoSeries([found.outline.polygon], crs=found.outline.crs).to_crs(4326).iloc[0]
    feature = {
        "type": "Feature",
        "properties": {"how": found.outline.how_zh, "licence": LICENCE_ZH},
        "geometry": json.loads(shapely.to_geojson(shapely.set_precision(degrees, 10.0**-_DEGREE_DIGITS))),
    }
    text = json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _write_outside(outside: pd.DataFrame, path: Path) -> None:
    outside.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def _report(
    found: MapExtract, lived: Homes, tables: dict[str, pd.DataFrame], outside: pd.DataFrame, unseen: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "outline": found.outline.how_zh,
        "area_km2": round(float(shapely.area(found.outline.polygon)) / 1e6, 4),
        "crs": found.outline.crs,
        "street_km": round(float(shapely.length(found.streets.geometry.to_numpy()).sum()) / 1000, 3),
        "barriers": len(found.barriers),
        "gates": len(found.gates),
        "demand_points": len(tables["demand"]),
        "residents": int(tables["demand"]["residents"].sum()),
        "residents_outside": int(outside["residents"].sum()),
        "outlets": len(tables["outlets"]),
        "outlets_outside": int(tables["outlets"]["name"].astype(str).str.endswith(OUTSIDE_ZH).sum()),
        "sites": len(tables["sites"]),
        "unknown_types": list(unseen),
        "residents_rest_on": lived.how_zh,
    }


def _lines(
    found: MapExtract, lived: Homes, tables: dict[str, pd.DataFrame], outside: pd.DataFrame, unseen: tuple[str, ...]
) -> list[str]:
    facts = _report(found, lived, tables, outside, unseen)
    guessed = int(tables["sites"]["name"].astype(str).str.contains(ESTIMATED_ZH, regex=False).sum())
    lines = [
        f"生活圈范围：{facts['outline']}；{facts['area_km2']:.2f} 平方千米。",
        f"坐标用 {facts['crs']} 换算，文件里是 WGS84。",
        f"步行道路 {facts['street_km']:,.1f} 千米，围墙、铁路、河道 {facts['barriers']:,} 段，"
        f"门与桥 {facts['gates']:,} 处。",
        f"居民点 {facts['demand_points']:,} 个，{facts['residents']:,} 人。{lived.how_zh}。",
        f"圈外步行 15 分钟内的居民 {facts['residents_outside']:,} 人另存 {OUTSIDE_FILE}，不计入本圈。",
        f"现有网点 {facts['outlets']:,} 个，其中圈外步行可达 {facts['outlets_outside']:,} 个（名称带{OUTSIDE_ZH}）。",
        f"空置房屋 {facts['sites']:,} 处"
        + (f"，其中 {guessed:,} 处地图没有面积，按常见值填写并在名称里注明。" if guessed else "。"),
    ]
    if not facts["sites"]:
        lines.append("地图上没有标出空置房屋：请在“候选点”表里填写，否则没有地方可选。")
    lines.append(f"{len(unseen)} 种业态地图上没有标出，已写入 circle.toml 的 [unknown]：缺口表写“未知”，不写“缺失”。")
    return [*lines, f"{LICENCE_ZH}。"]
