"""Everything that a circle needs from the map: its outline grown by a 15-minute walk, in metres."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from siting.osm.cut import Outline
from siting.osm.osm_types import OSM_KEYS
from siting.osm.scan import Box, Spot, Ticker, Way, spots, ways
from siting.osm.walkable import is_barrier, is_carried_over, is_gate, is_walkable

OUTSIDE_WALK_M = 1080.0
STREET_MARGIN_M = 300.0
_WAY_KEYS = ("highway", "barrier", "railway", "waterway")
_VACANT_KEYS = ("shop", "disused:shop", "disused:amenity", "vacant:shop", "disused:office")
_GATE_KEYS = ("barrier", "entrance", "railway", "highway")


@dataclass(frozen=True)
class MapExtract:
    """Layers in ``outline.crs``. ``features`` has columns id, lon, lat, x, y, area_m2 (NaN for a point), inside,
    and ``tags`` (a dict); ``buildings`` the same of the shapes tagged as buildings.
    """

    outline: Outline
    streets: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame
    gates: gpd.GeoDataFrame
    features: pd.DataFrame
    buildings: pd.DataFrame


def extract(path: Path, outline: Outline, tick: Ticker | None = None) -> MapExtract:
    """Stream through the map twice: lines, then points and areas. Raises FaultError where it cannot be read."""
    to = pyproj.Transformer.from_crs("EPSG:4326", outline.crs, always_xy=True)
    around = shapely.buffer(outline.polygon, OUTSIDE_WALK_M + STREET_MARGIN_M)
    box = _box(around, to)
    walked, barred = [], []
    for way in ways(path, _WAY_KEYS, box, tick):
        if is_walkable(way.tags):
            walked.append(way)
        elif is_barrier(way.tags):
            barred.append(way)
    keys = tuple(dict.fromkeys((*OSM_KEYS, *_VACANT_KEYS, *_GATE_KEYS, "building")))
    found = list(spots(path, keys, box, tick))
    streets, barriers = _lines(walked, to, outline.crs, around), _lines(barred, to, outline.crs, around)
    return MapExtract(
        outline=outline,
        streets=streets,
        barriers=barriers[["geometry"]],
        gates=_gates(found, streets, barriers, to, outline.crs),
        features=_table([s for s in found if "building" not in s.tags or _is_used(s.tags)], to, outline),
        buildings=_table([s for s in found if s.shape is not None and "building" in s.tags], to, outline),
    )


def _is_used(tags: dict[str, str]) -> bool:
    return any(key in tags for key in (*OSM_KEYS, *_VACANT_KEYS))


def _box(shape: Any, to: pyproj.Transformer) -> Box:
    west, south, east, north = shapely.bounds(shape)
    lon, lat = to.transform([west, west, east, east], [south, north, south, north], direction="INVERSE")
    return min(lon), min(lat), max(lon), max(lat)


def _lines(found: list[Way], to: pyproj.Transformer, crs: str, around: Any) -> gpd.GeoDataFrame:
    shapes = [shapely.linestrings(np.column_stack(to.transform(w.lonlat[:, 0], w.lonlat[:, 1]))) for w in found]
    frame = gpd.GeoDataFrame(
        {
            "osm_id": np.array([w.id for w in found], dtype=np.int64),
            "name": [w.tags.get("name", "") for w in found],
            "highway": [w.tags.get("highway", "") for w in found],
            "over": np.array([is_carried_over(w.tags) for w in found], dtype=bool),
        },
        geometry=np.array(shapes, dtype=object),
        crs=crs,
    )
    near = frame[shapely.intersects(frame.geometry.to_numpy(), around)] if len(frame) else frame
    return near.sort_values("osm_id", kind="stable").reset_index(drop=True)


def _gates(
    found: list[Spot], streets: gpd.GeoDataFrame, barriers: gpd.GeoDataFrame, to: pyproj.Transformer, crs: str
) -> gpd.GeoDataFrame:
    """Gate points of the map, and every place where a bridge or a tunnel passes a barrier."""
    points = [s for s in found if s.shape is None and is_gate(s.tags)]
    lon, lat = np.array([s.lon for s in points]), np.array([s.lat for s in points])
    shapes = list(shapely.points(np.column_stack(to.transform(lon, lat)))) if points else []
    over = streets.geometry.to_numpy()[streets["over"].to_numpy()]
    if len(over) and len(barriers):
        met = shapely.intersection(shapely.union_all(over), shapely.union_all(barriers.geometry.to_numpy()))
        shapes += [part for part in shapely.get_parts(met) if part.geom_type == "Point"]
    return gpd.GeoDataFrame(geometry=np.array(shapes, dtype=object), crs=crs)


def _table(found: list[Spot], to: pyproj.Transformer, outline: Outline) -> pd.DataFrame:
    lon, lat = np.array([s.lon for s in found], dtype=float), np.array([s.lat for s in found], dtype=float)
    x, y = to.transform(lon, lat) if found else (lon, lat)
    shapes = [None if s.shape is None else _metres(s.shape, to) for s in found]
    table = pd.DataFrame(
        {
            "id": [s.id for s in found],
            "lon": lon,
            "lat": lat,
            "x": x,
            "y": y,
            "area_m2": [np.nan if shape is None else shapely.area(shape) for shape in shapes],
            "inside": shapely.intersects_xy(outline.polygon, x, y),
            "metres_outside": shapely.distance(outline.polygon, shapely.points(np.column_stack([x, y]))),
            "tags": [s.tags for s in found],
        }
    )
    near = table[table["metres_outside"] <= OUTSIDE_WALK_M]
    order = sorted(range(len(near)), key=lambda n: (near["id"].iloc[n][0], int(near["id"].iloc[n][1:])))
    return near.iloc[order].reset_index(drop=True)


def _metres(shape: Any, to: pyproj.Transformer) -> Any:
    return shapely.transform(shape, lambda xy: np.column_stack(to.transform(xy[:, 0], xy[:, 1])))
