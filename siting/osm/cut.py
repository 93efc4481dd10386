"""The circle's outline from the plan's own words: four roads, a crossing and an area, or a place and a radius."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely

from scenarios.faults import Fault, FaultError, FaultLog
from siting.osm.names import LINE_KEYS, PLACE_KEYS, NameBook, plain_name, wanted_among
from siting.osm.ring import faces_of, meeting_points
from siting.osm.scan import Ticker, spots, ways

SIDES_ZH = {"north": "北", "east": "东", "south": "南", "west": "西"}
_WORLD = (-180.0, -90.0, 180.0, 90.0)
_FAR_M = 3000.0
_SHOWN = 5


@dataclass(frozen=True)
class CutRequest:
    """How the planner cuts the circle; exactly one of ``sides``, ``crossing``, ``place`` and ``centre``.

    ``sides`` maps a side (or any word, in ring order) to its road or river. ``near`` (lon, lat) chooses where roads
    of these names meet in several towns.
    """

    sides: dict[str, str] | None = None
    crossing: tuple[str, str] | None = None
    area_km2: float | None = None
    place: str = ""
    centre: tuple[float, float] | None = None
    radius_m: float | None = None
    near: tuple[float, float] | None = None


@dataclass(frozen=True)
class Outline:
    """The circle's polygon in ``crs`` metres, and how it was made, in Chinese."""

    polygon: Any
    crs: str
    how_zh: str


def outline(path: Path, request: CutRequest, tick: Ticker | None = None) -> Outline:
    """Cut the circle out of the map.

    Raises:
        FaultError: names that the map does not hold (with the nearest), sides that do not meet (with the distance),
            several places that fit; all at once.
    """
    if request.sides is not None:
        return _ringed(path, request, tick)
    if request.crossing is not None:
        return _crossed(path, request, tick)
    centre = request.centre if request.centre is not None else _placed(path, request, tick)
    crs = metres_for(*centre)
    point = _to(crs).transform(*centre)
    assert request.radius_m is not None
    where = request.place or f"{centre[0]:.5f},{centre[1]:.5f}"
    return Outline(_disc(point, request.radius_m), crs, f"以“{where}”为中心、半径 {request.radius_m:,.0f} 米")


def metres_for(lon: float, lat: float) -> str:
    """A projected system in metres: CGCS2000 3-degree zones in China, UTM elsewhere."""
    if 73.5 <= lon <= 136.5 and 17.0 <= lat <= 54.0:
        return f"EPSG:{4534 + round(lon / 3) - 25}"
    return f"EPSG:{(32600 if lat >= 0 else 32700) + int((lon + 180) // 6) + 1}"


def _to(crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)


def _ringed(path: Path, request: CutRequest, tick: Ticker | None) -> Outline:
    assert request.sides is not None
    lines, crs = _named_lines(path, tuple(request.sides.values()), request.near, tick)
    names = list(request.sides.values())
    found = faces_of([lines[plain_name(name)] for name in names])
    if not found.rings:
        raise FaultError([_open_ring(path, names, apart) for apart in found.apart] or [_no_ring(path, names)])
    ring = _chosen(path, found.rings, request.near, crs, "、".join(names))
    words = "、".join(f"{SIDES_ZH.get(side, side)}至{name}" for side, name in request.sides.items())
    return Outline(ring, crs, words)


def _crossed(path: Path, request: CutRequest, tick: Ticker | None) -> Outline:
    assert request.crossing is not None
    assert request.area_km2 is not None
    first, second = request.crossing
    lines, crs = _named_lines(path, request.crossing, request.near, tick)
    points = meeting_points(lines[plain_name(first)], lines[plain_name(second)])
    if not points:
        between = shapely.distance(*(shapely.union_all(lines[plain_name(name)]) for name in request.crossing))
        rule = f"“{first}”与“{second}”没有相交，最近相距 {between:,.0f} 米"
        raise FaultError([Fault("roads-do-not-meet", str(path), rule, "核对路名，或改用 --place 与 --radius")])
    point = _chosen(path, points, request.near, crs, f"{first}与{second}路口")
    radius_m = float(np.sqrt(request.area_km2 * 1e6 / np.pi))
    how = f"以{first}与{second}路口为中心、面积 {request.area_km2:g} 平方千米的圆（半径 {radius_m:,.0f} 米）"
    return Outline(_disc((point.x, point.y), radius_m), crs, how)


def _placed(path: Path, request: CutRequest, tick: Ticker | None) -> tuple[float, float]:
    book, wanted = NameBook.empty(), plain_name(request.place)
    found = []
    for spot in spots(path, PLACE_KEYS, _WORLD, tick):
        book.note(spot.tags)
        if wanted_among(spot.tags, {wanted}):
            found.append((spot.lon, spot.lat))
    if not found:
        raise FaultError([_unknown(path, request.place, book)])
    crs = metres_for(*found[0])
    points = [shapely.Point(*_to(crs).transform(*at)) for at in found]
    groups = shapely.get_parts(shapely.union_all(shapely.buffer(np.array(points, dtype=object), _FAR_M / 2)))
    centres = [shapely.centroid(shapely.union_all([p for p in points if shapely.intersects(p, g)])) for g in groups]
    chosen = _chosen(path, centres, request.near, crs, request.place)
    lon, lat = _to(crs).transform(chosen.x, chosen.y, direction="INVERSE")
    return float(lon), float(lat)


def _named_lines(
    path: Path, names: Sequence[str], near: tuple[float, float] | None, tick: Ticker | None
) -> tuple[dict[str, Any], str]:
    """Plain name → array of lines in metres; FaultError for every name that the map does not hold."""
    book, wanted = NameBook.empty(), {plain_name(name) for name in names}
    degrees: dict[str, list[Any]] = defaultdict(list)
    for way in ways(path, LINE_KEYS, None, tick):
        book.note(way.tags)
        for name in wanted_among(way.tags, wanted):
            degrees[name].append(way.lonlat)
    log = FaultLog()
    for name in dict.fromkeys(names):
        if plain_name(name) not in degrees:
            log.add(_unknown(path, name, book))
    log.raise_if_errors()
    middle = near or tuple(np.concatenate([xy for found in degrees.values() for xy in found]).mean(axis=0))
    crs = metres_for(float(middle[0]), float(middle[1]))
    to = _to(crs)
    return {
        name: np.array([shapely.linestrings(np.column_stack(to.transform(xy[:, 0], xy[:, 1]))) for xy in found])
        for name, found in degrees.items()
    }, crs


def _chosen(path: Path, shapes: Sequence[Any], near: tuple[float, float] | None, crs: str, what: str) -> Any:
    """The only one, or the one nearest to ``near``; the largest (first) of several that lie together."""
    if near is not None:
        at = shapely.Point(*_to(crs).transform(*near))
        return min(shapes, key=lambda shape: shapely.distance(shape, at))
    if all(shapely.distance(shapes[0], other) <= _FAR_M for other in shapes[1:]):
        return shapes[0]
    middles = [shapely.centroid(shape) for shape in shapes]
    degrees = [_to(crs).transform(m.x, m.y, direction="INVERSE") for m in middles[:_SHOWN]]
    rule = f"“{what}”在地图里有 {len(shapes)} 处：" + "；".join(f"{lon:.4f},{lat:.4f}" for lon, lat in degrees)
    raise FaultError([Fault("several-places", str(path), rule, "用 --near 经度,纬度 指出是哪一处")])


def _disc(point: tuple[float, float], radius_m: float) -> Any:
    return shapely.buffer(shapely.Point(*point), radius_m, quad_segs=16)


def _unknown(path: Path, name: str, book: NameBook) -> Fault:
    near = book.nearest(name)
    hint = f"，最接近的是 {'、'.join(near)}" if near else ""
    remedy = "照地图里的写法写路名（如 东昌西路），或换用别的边界"
    return Fault("unknown-name", str(path), f"地图里没有这个名字{hint}", remedy, value=name)


def _open_ring(path: Path, names: Sequence[str], apart: tuple[int, int, float]) -> Fault:
    first, second, metres = apart
    rule = f"圈没有闭合：“{names[first]}”与“{names[second]}”没有相接，最近相距 {metres:,.0f} 米"
    return Fault("ring-open", str(path), rule, "核对这两条路，或补一条把它们接起来的路（--side 依次列出各边）")


def _no_ring(path: Path, names: Sequence[str]) -> Fault:
    rule = f"“{'、'.join(names)}”围不成一个每条边都沿着走的圈"
    return Fault("ring-open", str(path), rule, "按绕圈的次序给出各边，或改用 --crossing、--place")
