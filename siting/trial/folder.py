"""Writes a trial workspace: ``circle.toml``, three CSV tables, ``streets.gpkg``; the same bytes for the same data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from scenarios.faults import Fault, FaultError
from siting.disk.geopackages import stamped

ODBL = "地图数据 © OpenStreetMap contributors，许可 ODbL 1.0。"
_FIXED_TIME = "2024-01-01T00:00:00.000Z"
_DEGREE_DIGITS = 7


@dataclass(frozen=True)
class Trial:
    """A trial circle. ``demand``, ``outlets``, ``sites`` carry ``x``, ``y`` metres in ``streets.crs``."""

    id: str
    name: str
    district: str
    note: str
    streets: gpd.GeoDataFrame
    demand: pd.DataFrame
    outlets: pd.DataFrame
    sites: pd.DataFrame


def write_trial(trial: Trial, folder: Path) -> Path:
    """Write ``trial`` into ``folder``, which must be absent or empty (FaultError otherwise); return it."""
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        fault = Fault("folder-occupied", str(folder), "这里已有内容，未覆盖", "换一个文件夹，或先移走其中的文件")
        raise FaultError([fault])
    folder.mkdir(parents=True, exist_ok=True)
    facts: Mapping[str, str | bool] = {
        "id": trial.id,
        "name": trial.name,
        "district": trial.district,
        "datum": "wgs84",
        "simulated": True,
        "simulated_note": trial.note + ODBL,
    }
    text = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in facts.items())
    (folder / "circle.toml").write_text(text, encoding="utf-8", newline="\n")
    for name, table in (("demand", trial.demand), ("outlets", trial.outlets), ("sites", trial.sites)):
        _in_degrees(table, trial.streets.crs).to_csv(
            folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n"
        )
    _write_streets(trial.streets, folder / "streets.gpkg")
    return folder


def _in_degrees(table: pd.DataFrame, crs: object) -> pd.DataFrame:
    points = gpd.GeoSeries(gpd.points_from_xy(table["x"], table["y"]), crs=crs).to_crs(4326)
    rest = table.drop(columns=["x", "y"])
    rest.insert(2, "lon", points.x.round(_DEGREE_DIGITS).to_numpy())
    rest.insert(3, "lat", points.y.round(_DEGREE_DIGITS).to_numpy())
    return rest


def _write_streets(streets: gpd.GeoDataFrame, path: Path) -> None:
    lines = streets.to_crs(4326)
    lines = lines.set_geometry(shapely.set_precision(lines.geometry.array, 10.0**-_DEGREE_DIGITS, mode="pointwise"))
    with stamped(_FIXED_TIME):
        lines.to_file(path, layer="streets", driver="GPKG", engine="pyogrio")
