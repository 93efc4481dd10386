"""Everything with a position, brought to metres in one projected CRS, after the checks that need to see it all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from scenarios.faults import FaultLog
from siting.datum import metre_crs
from siting.inputs.circle_file import CircleFile
from siting.inputs.datum_check import Surroundings, check_datum, check_far, check_inside
from siting.inputs.positions import Located, check_range, locate
from siting.inputs.tables import TypedTable, with_positions
from siting.inputs.vector import Vectors

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Layout:
    """Tables with ``x`` and ``y`` and layers, all in ``crs`` (empty where nothing has a position)."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    crs: str = ""
    streets: gpd.GeoDataFrame | None = None
    barriers: gpd.GeoDataFrame | None = None
    gates: gpd.GeoDataFrame | None = None
    boundary: BaseGeometry | None = None


def lay_out(
    tables: Mapping[str, TypedTable], vectors: Vectors, circle: CircleFile, needed: bool, log: FaultLog
) -> Layout:
    """Check and project; ``needed`` says that every point must have a position (no ready distances)."""
    located = {name: found for name, table in tables.items() if (found := locate(table, circle, needed, log))}
    centre = _centre(located, vectors)
    usable = {name: check_range(found, centre, log) for name, found in located.items()}
    code = _metre_crs(located, usable, vectors)
    if code is None:
        nowhere = {name: with_positions(t.frame, np.full((len(t.frame), 2), np.nan)) for name, t in tables.items()}
        return Layout(nowhere)
    target = pyproj.CRS.from_epsg(code)
    layers = {
        name: layer.in_metres(target) if layer is not None else None
        for name, layer in (("streets", vectors.streets), ("barriers", vectors.barriers), ("gates", vectors.gates))
    }
    boundary = vectors.boundary_in_metres(target)
    streets = layers["streets"]
    tree = shapely.STRtree(streets.geometry.to_numpy()) if streets is not None else None
    around = Surroundings(target, tree, boundary)
    for name, found in located.items():
        if check_datum(found, usable[name], around, log):
            continue
        if needed:
            check_far(found, usable[name], around, log)
        if name == "demand":
            check_inside(found, usable[name], around, log)
    placed = {name: with_positions(t.frame, _metres(t, located.get(name), target)) for name, t in tables.items()}
    return Layout(placed, f"EPSG:{code}", **layers, boundary=boundary)


def _metres(table: TypedTable, located: Located | None, target: pyproj.CRS) -> FloatArray:
    if located is None:
        return np.full((len(table.frame), 2), np.nan)
    return located.datum.to_metres(located.points, target)


def _centre(located: Mapping[str, Located], vectors: Vectors) -> tuple[float, float] | None:
    """Longitude and latitude of the middle of streets, else boundary, else of all points; None without any."""
    for layer in (vectors.streets, vectors.boundary):
        if layer is not None:
            return _middle(layer.datum.to_wgs84(layer.points()))
    lonlat = [found.datum.to_wgs84(found.points[found.datum.reaches(found.points)]) for found in located.values()]
    return _middle(np.concatenate(lonlat)) if sum(map(len, lonlat)) else None


def _metre_crs(
    located: Mapping[str, Located], usable: Mapping[str, npt.NDArray[np.bool_]], vectors: Vectors
) -> int | None:
    lonlat = [found.datum.to_wgs84(found.points[usable[name]]) for name, found in located.items()]
    if sum(map(len, lonlat)):
        return metre_crs(*_middle(np.concatenate(lonlat)))
    for layer in (vectors.streets, vectors.boundary):
        if layer is not None:
            return metre_crs(*_middle(layer.datum.to_wgs84(layer.points())))
    return None


def _middle(lonlat: FloatArray) -> tuple[float, float]:
    return float(np.median(lonlat[:, 0])), float(np.median(lonlat[:, 1]))
