"""Vector layers of a workspace: streets, barriers, gates and the boundary, each with the datum that counts for it."""

from __future__ import annotations

import json
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from scenarios.faults import FaultLog
from siting.inputs import messages, position_messages
from siting.inputs.circle_file import CircleFile
from siting.inputs.folder import InputFolder, Layer
from siting.inputs.layer_file import read_layer
from siting.inputs.place import Place
from siting.inputs.reference import Datum

FloatArray = npt.NDArray[np.float64]
STREETS_FILE = "streets.gpkg"
BOUNDARY_FILE = "boundary.geojson"
_GEOJSON_TYPES = ("FeatureCollection", "Feature", "GeometryCollection", "Polygon", "MultiPolygon", "LineString")
POINT, LINE, POLYGON = 0, 1, 3
_KIND_ZH = {POINT: "点", LINE: "线", POLYGON: "面"}
_MAY_BE_EMPTY = ("barriers", "gates")
_OTHER_ROLES = ("barriers", "gates", "boundary", "demand", "outlets", "sites")


@dataclass(frozen=True)
class VectorLayer:
    """Single-part two-dimensional features as the file has them, and the datum that they are in."""

    place: Place
    frame: gpd.GeoDataFrame
    datum: Datum

    def points(self) -> FloatArray:
        """Every vertex (n, 2), in the layer's own datum."""
        return np.asarray(shapely.get_coordinates(self.frame.geometry.to_numpy()), dtype=float)

    def in_metres(self, target: pyproj.CRS) -> gpd.GeoDataFrame:
        """The features in ``target``, attributes kept, index 0..n-1."""
        moved = shapely.transform(self.frame.geometry.to_numpy(), lambda xy: self.datum.to_metres(xy, target))
        return gpd.GeoDataFrame(self.frame.drop(columns=self.frame.geometry.name), geometry=moved, crs=target)


@dataclass(frozen=True)
class Vectors:
    """The layers that are there."""

    streets: VectorLayer | None = None
    barriers: VectorLayer | None = None
    gates: VectorLayer | None = None
    boundary: VectorLayer | None = None

    def boundary_in_metres(self, target: pyproj.CRS) -> BaseGeometry | None:
        """The boundary as one valid (multi)polygon, or None."""
        if self.boundary is None:
            return None
        shapes = self.boundary.in_metres(target).geometry.to_numpy()
        return shapely.union_all(shapely.make_valid(shapes))


def read_vectors(folder: InputFolder, circle: CircleFile, log: FaultLog) -> Vectors:
    """Read every layer that is there; faults for layers that cannot be used."""
    streets = _street_layer(folder, log)
    return Vectors(
        streets=_read(folder, circle, streets.file, streets.name, (LINE,), log) if streets else None,
        barriers=_first(folder, circle, "barriers", (LINE, POLYGON), log),
        gates=_first(folder, circle, "gates", (POINT,), log),
        boundary=_boundary(folder, circle, log),
    )


def _street_layer(folder: InputFolder, log: FaultLog) -> Layer | None:
    own = [layer for layer in folder.layers if layer.file == STREETS_FILE]
    if not folder.has(STREETS_FILE):
        own = list(folder.find_layers("streets"))
        return own[0] if own else None
    for name in ("streets", "edges"):
        named = [layer for layer in own if layer.name.casefold() == name]
        if named:
            return named[0]
    lines = [layer for layer in own if layer.is_lines and layer.name.casefold() not in _OTHER_ROLES]
    if lines:
        return lines[0]
    if own or not any(f.file == STREETS_FILE for f in log.errors):
        log.add(position_messages.missing_layer(Place(STREETS_FILE)))
    return None


def _first(
    folder: InputFolder, circle: CircleFile, name: str, kinds: tuple[int, ...], log: FaultLog
) -> VectorLayer | None:
    found = folder.find_layers(name)
    return _read(folder, circle, found[0].file, found[0].name, kinds, log) if found else None


def _boundary(folder: InputFolder, circle: CircleFile, log: FaultLog) -> VectorLayer | None:
    layers = folder.find_layers("boundary")
    if not folder.has(BOUNDARY_FILE):
        return _first(folder, circle, "boundary", (POLYGON,), log)
    if layers:
        log.add(messages.table_twice(Place(BOUNDARY_FILE), "边界", (BOUNDARY_FILE, layers[0].file)))
    if not _is_geojson(folder.read(BOUNDARY_FILE)):
        log.add(messages.unreadable_file(Place(BOUNDARY_FILE), "不是有效的 GeoJSON"))
        return None
    return _read(folder, circle, BOUNDARY_FILE, None, (POLYGON,), log)


def _is_geojson(data: bytes | None) -> bool:
    """GDAL goes by contents, not by name, so only what is GeoJSON indeed is handed to it."""
    try:
        document = json.loads(data or b"")
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and document.get("type") in _GEOJSON_TYPES


def _read(
    folder: InputFolder, circle: CircleFile, file: str, layer: str | None, kinds: tuple[int, ...], log: FaultLog
) -> VectorLayer | None:
    place = Place(file, layer or "")
    if not folder.count(file):
        return None
    frame = read_layer(folder.path / file, layer, log)
    if frame is None:
        return None
    wanted = "、".join(_KIND_ZH[kind] for kind in kinds)
    if not isinstance(frame, gpd.GeoDataFrame):
        log.add(position_messages.wrong_geometry(place, wanted))
        return None
    parts = _single_parts(frame, kinds, place, wanted, log)
    datum = circle.datum_for(file, frame.crs, log)
    if parts is None or datum is None:
        return None
    found = VectorLayer(place, parts, datum)
    if not bool(datum.reaches(_corners(found.points())).all()):
        log.add(position_messages.layer_range(place))
        return None
    return found


def _single_parts(
    frame: gpd.GeoDataFrame, kinds: tuple[int, ...], place: Place, wanted: str, log: FaultLog
) -> gpd.GeoDataFrame | None:
    shapes = frame.geometry.to_numpy()
    frame = frame[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if frame.empty:
        if place.sheet not in _MAY_BE_EMPTY:
            log.add(position_messages.empty_layer(place))
        return None
    parts = frame.explode(ignore_index=True)
    found = shapely.get_type_id(parts.geometry.to_numpy())
    found = np.where(found == 2, LINE, found)
    keep = np.isin(found, kinds)
    if not keep.any():
        log.add(position_messages.wrong_geometry(place, wanted))
        return None
    if not keep.all():
        log.add(position_messages.skipped_features(place, int((~keep).sum()), wanted))
    parts = parts[keep].reset_index(drop=True)
    parts = parts.set_geometry(shapely.force_2d(parts.geometry.to_numpy()), crs=frame.crs)
    if not np.isfinite(shapely.get_coordinates(parts.geometry.to_numpy())).all():
        log.add(position_messages.layer_range(place))
        return None
    return parts


def _corners(points: FloatArray) -> FloatArray:
    return np.array([points.min(axis=0), points.max(axis=0)])
