"""The map of a run as arrays, read from its result.gpkg."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyogrio
import shapely

FloatArray = npt.NDArray[np.float64]
Lines = list[tuple[list[float], list[float]]]

_DECIMALS = 1


@dataclass(frozen=True)
class Layers:
    """Positions in metres, moved so that the south-west corner of the map is (0, 0).

    ``points`` maps ``demand``, ``outlets`` and ``sites`` to id → (x, y); ids without a position are left out.
    ``areas`` maps (site id, type id) to the rings of its walking area. ``extent`` is (width, height) in metres.
    """

    points: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)
    streets: Lines = field(default_factory=list)
    boundary: Lines = field(default_factory=list)
    areas: dict[tuple[str, str], list[list[list[list[float]]]]] = field(default_factory=dict)
    extent: tuple[float, float] = (0.0, 0.0)

    @property
    def has_map(self) -> bool:
        """Whether anything has a position."""
        return any(self.points.values())


def read_layers(geopackage: Path) -> Layers:
    """The layers of a result.gpkg; empty where no point has a position."""
    listed = pyogrio.list_layers(geopackage)
    spatial = {str(name) for name, kind in listed if kind is not None}

    def layer(name: str) -> gpd.GeoDataFrame | None:
        return gpd.read_file(geopackage, layer=name) if name in spatial else None

    tables = {name: layer(name) for name in ("demand", "outlets", "sites")}
    streets, boundary, areas = layer("streets"), layer("boundary"), layer("walk_areas")
    every = [f.geometry.to_numpy() for f in (*tables.values(), streets, boundary) if f is not None and len(f)]
    if not every:
        return Layers()
    corners = shapely.total_bounds(np.concatenate(every))
    if not np.isfinite(corners).all():
        return Layers()
    origin = corners[:2]
    return Layers(
        points={name: {} if frame is None else _points(frame, origin) for name, frame in tables.items()},
        streets=[] if streets is None else _lines(streets.geometry.to_numpy(), origin),
        boundary=[] if boundary is None else _lines(shapely.boundary(boundary.geometry.to_numpy()), origin),
        areas={} if areas is None else _areas(areas, origin),
        extent=(float(corners[2] - corners[0]), float(corners[3] - corners[1])),
    )


def _points(frame: gpd.GeoDataFrame, origin: FloatArray) -> dict[str, tuple[float, float]]:
    shapes = frame.geometry.to_numpy()
    xy = np.round(np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)]) - origin, _DECIMALS)
    known = np.isfinite(xy).all(axis=1)
    return {str(i): (float(x), float(y)) for i, (x, y) in zip(frame["id"][known], xy[known], strict=True)}


def _lines(shapes: Any, origin: FloatArray) -> Lines:
    parts = shapely.get_parts(shapely.get_parts(shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]))
    return [_xy(part, origin) for part in parts if part.geom_type in ("LineString", "LinearRing")]


def _xy(ring: Any, origin: FloatArray) -> tuple[list[float], list[float]]:
    xy = np.round(shapely.get_coordinates(ring) - origin, _DECIMALS)
    return xy[:, 0].tolist(), xy[:, 1].tolist()


def _areas(frame: gpd.GeoDataFrame, origin: FloatArray) -> dict[tuple[str, str], list[list[list[list[float]]]]]:
    """Bokeh's multi-polygons: polygons → rings (outer, holes) → [x, y] lists."""
    found: dict[tuple[str, str], list[list[list[list[float]]]]] = {}
    for site, kind, shape in zip(frame["site_id"], frame["type_id"], frame.geometry, strict=True):
        polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
        found[str(site), str(kind)] = [
            [[list(axis) for axis in _xy(ring, origin)] for ring in (polygon.exterior, *polygon.interiors)]
            for polygon in polygons
        ]
    return found
