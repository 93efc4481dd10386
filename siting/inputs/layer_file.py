"""Layers of GeoPackage and GeoJSON files, and tables kept as layers (the geometry gives the position)."""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from shapely.errors import GEOSException

from scenarios.faults import FaultLog
from siting.inputs import messages, position_messages
from siting.inputs.columns import TableSpec
from siting.inputs.place import Place
from siting.inputs.raw_table import RawTable

_POINT, _LINES = 0, (1, 2, 5)


def read_layer(path: Path, layer: str | None, log: FaultLog) -> gpd.GeoDataFrame | pd.DataFrame | None:
    """A layer as it stands (a plain DataFrame if it has no geometry); None, with a fault, if it cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return gpd.read_file(path, layer=layer, engine="pyogrio")
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, GEOSException, ValueError, OSError):
        log.add(messages.unreadable_file(Place(path.name, layer or ""), "图层损坏、格式不对，或有不闭合的面"))
        return None


def read_table_layer(spec: TableSpec, path: Path, layer: str, log: FaultLog) -> RawTable | None:
    """A table kept as a layer; polygons stand for a point inside them, other geometries are faults."""
    frame = read_layer(path, layer, log)
    if frame is None:
        return None
    has_geometry = isinstance(frame, gpd.GeoDataFrame)
    attributes = frame.drop(columns=frame.geometry.name) if has_geometry else frame
    rows = tuple(range(1, len(frame) + 1))
    columns = tuple([_plain(value) for value in attributes[name].tolist()] for name in attributes.columns)
    headers = tuple(str(name) for name in attributes.columns)
    if not has_geometry:
        return RawTable(spec, path.name, layer, headers, columns, rows)
    points = _points(frame.geometry.to_numpy(), Place(path.name, layer), log)
    return RawTable(spec, path.name, layer, headers, columns, rows, points, frame.crs)


def _points(shapes: np.ndarray, place: Place, log: FaultLog) -> np.ndarray:
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    kinds = shapely.get_type_id(shapes)
    for row in np.flatnonzero(empty) + 1:
        log.add(position_messages.no_geometry(place.at(row=int(row))))
    for row in np.flatnonzero(np.isin(kinds, _LINES) & ~empty) + 1:
        log.add(position_messages.not_a_point(place.at(row=int(row)), shapes[row - 1].geom_type))
    usable = ~empty & ~np.isin(kinds, _LINES)
    points = np.full((len(shapes), 2), np.nan)
    inside = shapely.point_on_surface(shapely.force_2d(shapes[usable]))
    points[usable, 0], points[usable, 1] = shapely.get_x(inside), shapely.get_y(inside)
    return points


def _plain(value: object) -> object:
    """NULLs of every column type as None; numbers, text and dates as they are."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return None
    return value.item() if isinstance(value, np.generic) else value
