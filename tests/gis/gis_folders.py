"""The good circle of :mod:`input_folders` as layers, written in any GIS format, to be spoilt at will."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from inputs.input_folders import LAT, LON, street_grid
from shapely import LineString, Point, box

DRIVERS = {
    "gpkg": "GPKG",
    "gdb": "OpenFileGDB",
    "shp": "ESRI Shapefile",
    "geojson": "GeoJSON",
    "tab": "MapInfo File",
    "mif": "MapInfo File",
}
MANY_LAYERS = ("gpkg", "gdb")
LONLAT = {
    "demand": [(115.9800, 36.4500), (115.9810, 36.4510), (115.9820, 36.4490), (115.9790, 36.4505)],
    "outlets": [(115.9805, 36.4503), (115.9815, 36.4495)],
    "sites": [(115.9802, 36.4502), (115.9812, 36.4498)],
}
ATTRIBUTES: dict[str, dict[str, list[Any]]] = {
    "demand": {"id": ["D1", "D2", "D3", "D4"], "name": ["一号楼", "二号楼", "三号楼", "四号楼"]}
    | {"residents": [100, 80, 60, 40], "elderly": [20, 10, 15, 8]},
    "outlets": {"id": ["O1", "O2"], "name": ["好药师", "小超市"], "type": ["药店", "便利店"], "area_m2": [80.0, 60.0]},
    "sites": {"id": ["S1", "S2"], "name": ["临街房", "地下室"], "kind": ["闲置房屋", "地下室"]}
    | {"area_m2": [120.0, 90.0], "floor": ["1", "B1"], "available_year": [2025, 2026], "rent_cny_year": [30000, 8000]},
}
CIRCLE_WITHOUT_DATUM = 'id = "T1"\nname = "测试圈"\n'
ENCODED = ("shp", "tab", "mif")


def layer(role: str, crs: Any = 4490) -> gpd.GeoDataFrame:
    """One layer of the good circle in ``crs``."""
    if role == "streets":
        frame = gpd.GeoDataFrame({"highway": ["residential"] * 22}, geometry=street_grid(), crs=4490)
    elif role == "boundary":
        shape = box(LON - 0.006, LAT - 0.006, LON + 0.006, LAT + 0.006)
        frame = gpd.GeoDataFrame({"name": ["测试圈"]}, geometry=[shape], crs=4490)
    elif role == "barriers":
        line = LineString([(LON - 0.004, LAT + 0.0035), (LON + 0.004, LAT + 0.0035)])
        frame = gpd.GeoDataFrame({"name": ["围墙"]}, geometry=[line], crs=4490)
    elif role == "gates":
        frame = gpd.GeoDataFrame({"name": ["东门"]}, geometry=[Point(LON, LAT + 0.0035)], crs=4490)
    else:
        frame = gpd.GeoDataFrame(ATTRIBUTES[role], geometry=[Point(xy) for xy in LONLAT[role]], crs=4490)
    return frame.to_crs(crs)


def write_layer(
    folder: Path, frame: pd.DataFrame, name: str, form: str, encoding: str = "UTF-8", file: str = "survey"
) -> Path:
    """Write a layer ``name`` as a file of its own, or into the dataset ``file`` of a format with many layers."""
    pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF"})
    path = folder / f"{file if form in MANY_LAYERS else name}.{form}"
    options: dict[str, Any] = {"encoding": encoding} if form in ENCODED else {}
    if form == "tab":
        options["BOUNDS"] = _bounds(frame)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.write_dataframe(
            frame, path, layer=name, driver=DRIVERS[form], append=form in MANY_LAYERS and path.exists(), **options
        )
    return path


def write_gis(
    folder: Path,
    form: str,
    crs: Any = 4490,
    roles: tuple[str, ...] = ("demand", "outlets", "sites", "streets"),
    **more: Any,
) -> Path:
    """The good circle in one format and CRS, with a circle.toml that does not say the datum."""
    (folder / "circle.toml").write_text(CIRCLE_WITHOUT_DATUM, encoding="utf-8")
    for role in roles:
        write_layer(folder, layer(role, crs), role, form, **more)
    return folder


def moved(frame: gpd.GeoDataFrame, change: Any) -> gpd.GeoDataFrame:
    """The frame with every coordinate array (n, 2) changed, its declared CRS kept."""
    return frame.set_geometry(frame.geometry.transform(change))


def _bounds(frame: gpd.GeoDataFrame) -> str:
    """MapInfo stores whole numbers between these; without them a metre may be lost."""
    low, high = np.array(frame.total_bounds[:2]), np.array(frame.total_bounds[2:])
    margin = np.maximum(high - low, 1.0)
    return ",".join(f"{value:.6f}" for value in (*(low - margin), *(high + margin)))
