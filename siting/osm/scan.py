"""Streaming through an OpenStreetMap file: what is wanted is handed on, the rest is never kept.

The positions of all nodes are cached by the library: in memory for files up to 300 MB, in a file on disk beyond that,
so that a country's extract of several GB is read in bounded memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from scenarios.faults import Fault, FaultError

FloatArray = npt.NDArray[np.float64]
Ticker = Callable[[int], None]
Box = tuple[float, float, float, float]

IN_MEMORY_BYTES = 300 * 1024 * 1024
_TICK_EVERY = 20_000


@dataclass(frozen=True)
class Way:
    """A line with its tags; ``lonlat`` (n, 2) in WGS84 degrees."""

    id: int
    tags: dict[str, str]
    lonlat: FloatArray


@dataclass(frozen=True)
class Spot:
    """A node or an area with its tags; ``shape`` is None for a node. ``id`` is ``n…`` or ``a…``."""

    id: str
    tags: dict[str, str]
    lon: float
    lat: float
    shape: Any = None


def ways(path: Path, keys: tuple[str, ...], box: Box | None = None, tick: Ticker | None = None) -> Iterator[Way]:
    """Ways that carry one of ``keys`` and have a node inside ``box`` (west, south, east, north)."""
    import osmium

    with _opened(path) as processor:
        wanted = processor.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        for item in _ticking(wanted.with_filter(osmium.filter.KeyFilter(*keys)), tick):
            lonlat = np.array([(n.lon, n.lat) for n in item.nodes if n.location.valid()], dtype=float)
            if len(lonlat) > 1 and _touches(lonlat, box):
                yield Way(item.id, dict(item.tags), lonlat)


def spots(path: Path, keys: tuple[str, ...], box: Box, tick: Ticker | None = None) -> Iterator[Spot]:
    """Nodes and areas (closed ways, multipolygons) that carry one of ``keys`` and lie inside ``box``."""
    import osmium

    wkb = osmium.geom.WKBFactory()
    with _opened(path) as processor:
        keyed = osmium.filter.KeyFilter(*keys)
        for item in _ticking(processor.with_areas(keyed).with_filter(keyed), tick):
            if item.is_node() and item.location.valid():
                if _inside(item.location.lon, item.location.lat, box):
                    yield Spot(f"n{item.id}", dict(item.tags), item.location.lon, item.location.lat)
            elif item.is_area():
                shape = _shape(wkb, item, box)
                if shape is not None:
                    point = shapely.point_on_surface(shape)
                    yield Spot(f"a{item.id}", dict(item.tags), point.x, point.y, shape)


def _shape(wkb: Any, item: Any, box: Box) -> Any:
    """The area's multipolygon; None where it lies outside or is broken."""
    first = next(iter(next(iter(item.outer_rings()), ())), None)
    if first is None or not first.location.valid() or not _inside(first.lon, first.lat, box):
        return None
    try:
        shape = shapely.from_wkb(wkb.create_multipolygon(item))
    except (RuntimeError, shapely.errors.GEOSException):
        return None
    return None if shape.is_empty else shapely.make_valid(shape)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """A file processor with node positions; every trouble of the file becomes a fault."""
    import osmium

    if not path.is_file():
        raise FaultError([Fault("no-map", str(path), "没有这个地图文件", "检查 --from-osm 后面的路径")])
    try:
        with tempfile.TemporaryDirectory(prefix="siting-osm-") as cache:
            large = path.stat().st_size > IN_MEMORY_BYTES
            storage = f"sparse_file_array,{Path(cache) / 'nodes'}" if large else "flex_mem"
            yield osmium.FileProcessor(str(path)).with_locations(storage)
    except (RuntimeError, OSError) as error:
        rule = f"读不出这个地图文件（{_reason(error)}）"
        remedy = "给出 OpenStreetMap 的 .osm.pbf 文件；若是下载中断，请重新下载"
        raise FaultError([Fault("unreadable-map", str(path), rule, remedy)]) from None


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]


def _ticking(items: Any, tick: Ticker | None) -> Iterator[Any]:
    for number, item in enumerate(items, start=1):
        if tick is not None and number % _TICK_EVERY == 0:
            tick(number)
        yield item


def _inside(lon: float, lat: float, box: Box) -> bool:
    return box[0] <= lon <= box[2] and box[1] <= lat <= box[3]


def _touches(lonlat: FloatArray, box: Box | None) -> bool:
    if box is None:
        return True
    low, high = lonlat.min(axis=0), lonlat.max(axis=0)
    return bool(low[0] <= box[2] and high[0] >= box[0] and low[1] <= box[3] and high[1] >= box[1])
