"""Layers of GIS files, and tables kept as layers (the geometry gives the position)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely
from shapely.errors import GEOSException

from scenarios.faults import FaultLog
from siting.inputs import layer_messages, messages, position_messages
from siting.inputs.columns import TableSpec
from siting.inputs.folder import InputFolder
from siting.inputs.formats import Layer
from siting.inputs.layer_text import RAW, decoded
from siting.inputs.place import Place
from siting.inputs.raw_table import RawTable

_LINES = (1, 2, 5)
_NO_CRS = (pyproj.exceptions.CRSError, pyogrio.errors.CRSError, UnboundLocalError)  # the last by a .prj of odd bytes
_UNREADABLE = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, GEOSException, ValueError, OSError)


@dataclass(frozen=True)
class LayerData:
    """A layer as it stands (a plain DataFrame if it has no geometry); ``codec`` that of a format of raw bytes."""

    frame: gpd.GeoDataFrame | pd.DataFrame
    codec: str = ""


def read_layer(folder: InputFolder, layer: Layer, log: FaultLog) -> LayerData | None:
    """Read a layer, its files counted among the inputs; None, with a fault, if it cannot be read."""
    if not folder.count(layer.file):
        return None
    path, place = folder.path / layer.file, Place(layer.file, layer.sheet)
    name = layer.name if layer.format.has_layers else None
    options = {"encoding": RAW} if layer.format.is_raw else {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            frame = gpd.read_file(path, layer=name, engine="pyogrio", **options)
    except _NO_CRS:
        log.add(layer_messages.broken_crs(place))
        return None
    except _UNREADABLE:
        log.add(messages.unreadable_file(place, "图层损坏、格式不对，或有不闭合的面"))
        return None
    if not layer.format.is_raw:
        return LayerData(frame)
    texts = decoded(frame, path, layer, log)
    return LayerData(*texts) if texts else None


def read_table_layer(spec: TableSpec, folder: InputFolder, layer: Layer, log: FaultLog) -> RawTable | None:
    """A table kept as a layer; polygons stand for a point inside them, other geometries are faults."""
    data = read_layer(folder, layer, log)
    if data is None:
        return None
    frame, place = data.frame, Place(layer.file, layer.sheet)
    has_geometry = isinstance(frame, gpd.GeoDataFrame)
    attributes = frame.drop(columns=frame.geometry.name) if has_geometry else frame
    headers = tuple(str(name) for name in attributes.columns)
    columns = tuple([_plain(value) for value in attributes.iloc[:, j].tolist()] for j in range(len(headers)))
    raw = RawTable(
        spec, place.file, place.sheet, headers, columns, tuple(range(1, len(frame) + 1)), cut=_cut(layer, data)
    )
    if not has_geometry:
        return raw
    points = _points(frame.geometry.to_numpy(), place, log)
    return RawTable(spec, raw.file, raw.sheet, headers, columns, raw.rows, points, frame.crs, raw.cut)


def _cut(layer: Layer, data: LayerData) -> str:
    return data.codec if layer.format.suffix == ".shp" else ""


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
    """NULLs of every column type as None; lists as one text; numbers, text and dates as they are."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, (list, tuple, np.ndarray)):
        return "；".join(str(item) for item in value)
    return value.item() if isinstance(value, np.generic) else value
