"""The options of ``siting new`` about a map, checked, as one request; every fault at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from scenarios.circles import PilotCircle, find_circle
from scenarios.faults import FaultError, FaultLog
from siting.inputs.place import Place
from siting.intake.from_osm import DATUM, MapRequest
from siting.osm.cut import CutRequest

_COMMAND_LINE = "命令行"
_WAYS_ZH = "四边路名（--north --east --south --west）、--side、--crossing、--place、--at、--pilot"


@dataclass(frozen=True)
class MapWords:
    """The options as they were written; blank where not given."""

    file: Path | None = None
    north: str = ""
    east: str = ""
    south: str = ""
    west: str = ""
    sides: tuple[str, ...] = ()
    crossing: str = ""
    area_km2: str = ""
    place: str = ""
    at: str = ""
    radius_m: str = ""
    near: str = ""
    population: str = ""
    pilot: str = ""

    @property
    def roads(self) -> dict[str, str]:
        """Side → road, in ring order."""
        named = {"north": self.north, "east": self.east, "south": self.south, "west": self.west}
        return {side: road for side, road in named.items() if road}


def pilot_of(words: MapWords, log: FaultLog) -> PilotCircle | None:
    """The pilot circle that ``--pilot`` names."""
    if not words.pilot:
        return None
    try:
        return find_circle(words.pilot)
    except FaultError as error:
        log.faults += error.faults
        return None


def map_request(words: MapWords, pilot: PilotCircle | None, datum: str, log: FaultLog) -> MapRequest | None:
    """What to cut from the map; None, with faults in ``log``, where it cannot be said."""
    if words.file is None:
        for option, given in _given(words).items():
            log.add(_place(option, given).error("option-alone", "没有给出地图文件", "与 --from-osm 一起使用"))
        return None
    if datum and datum != DATUM:
        log.add(_place("--datum", datum).error("map-datum", "地图的坐标是 WGS84", "去掉 --datum，或写 wgs84"))
    before = len(log.errors)
    cut = _cut(words, pilot, log)
    population = _number("--population", words.population, log)
    if population is None and pilot is not None:
        population = pilot.facts.population
    if cut is None or len(log.errors) > before:
        return None
    return MapRequest(words.file, cut, population)


def _given(words: MapWords) -> dict[str, str]:
    named = {f"--{side}": road for side, road in words.roads.items()}
    named |= {"--side": "、".join(words.sides), "--crossing": words.crossing, "--area": words.area_km2}
    named |= {"--place": words.place, "--at": words.at, "--radius": words.radius_m, "--near": words.near}
    named |= {"--population": words.population, "--pilot": words.pilot}
    return {option: text for option, text in named.items() if text}


def _cut(words: MapWords, pilot: PilotCircle | None, log: FaultLog) -> CutRequest | None:
    near = _point("--near", words.near, log)
    own = [bool(words.roads), bool(words.sides), bool(words.crossing), bool(words.place), bool(words.at)]
    if sum(own) > 1:
        place = Place(_COMMAND_LINE)
        log.add(place.error("several-cuts", "生活圈的范围只能用一种方式给出", f"只留一种：{_WAYS_ZH}"))
        return None
    if words.roads or words.sides:
        return _ringed(words.roads or {f"第 {n} 边": road for n, road in enumerate(words.sides, 1)}, near, log)
    if words.crossing:
        return _crossed(words.crossing, _number("--area", words.area_km2, log), near, log)
    if words.place or words.at:
        centre = _point("--at", words.at, log)
        radius = _number("--radius", words.radius_m, log)
        if not words.radius_m:
            log.add(_place("--radius", "").error("no-radius", "没有给出半径（米）", "如 --radius 800"))
        return CutRequest(place=words.place, centre=centre, radius_m=radius, near=near)
    if pilot is not None:
        return _pilots(pilot, near, log)
    if not words.pilot:
        log.add(Place(_COMMAND_LINE).error("no-cut", "没有说生活圈的范围", f"用其中一种：{_WAYS_ZH}"))
    return None


def _ringed(roads: dict[str, str], near: tuple[float, float] | None, log: FaultLog) -> CutRequest | None:
    if len(roads) < 3:
        named = "、".join(roads.values())
        place = _place("--north 等", named)
        log.add(
            place.error("few-sides", f"只给了 {len(roads)} 边，围不成圈", "给出至少三边，或改用 --crossing、--place")
        )
        return None
    return CutRequest(sides=roads, near=near)


def _crossed(text: str, area_km2: float | None, near: tuple[float, float] | None, log: FaultLog) -> CutRequest | None:
    parts = [part.strip() for part in text.replace("，", ",").replace("、", ",").split(",") if part.strip()]
    if len(parts) != 2:
        log.add(_place("--crossing", text).error("bad-crossing", "应为两个路名", "如 --crossing 铝城路,枣乡街"))
    if area_km2 is None and not log.errors:
        log.add(_place("--area", "").error("no-area", "没有给出面积（平方千米）", "如 --area 2.5"))
    return CutRequest(crossing=(parts[0], parts[1]), area_km2=area_km2, near=near) if len(parts) == 2 else None


def _pilots(pilot: PilotCircle, near: tuple[float, float] | None, log: FaultLog) -> CutRequest | None:
    """The plan's own words: a ring of roads, or a crossing and an area."""
    facts = pilot.facts
    order = [side for side in ("north", "east", "south", "west") if side in facts.boundary_roads]
    if len(order) >= 3:
        return CutRequest(sides={side: facts.boundary_roads[side] for side in order}, near=near)
    if len(facts.crossing) == 2 and facts.area_km2:
        return CutRequest(crossing=(facts.crossing[0], facts.crossing[1]), area_km2=facts.area_km2, near=near)
    said = facts.boundary or "没有写四至"
    rule = f"方案对{pilot.name}只说“{said}”，围不成圈"
    remedy = f"另给范围：{_WAYS_ZH.removesuffix('、--pilot')}"
    log.add(_place("--pilot", pilot.name).error("pilot-open", rule, remedy))
    return None


def _place(option: str, value: str) -> Place:
    return Place(_COMMAND_LINE, column=option, value=value)


def _number(option: str, text: str, log: FaultLog) -> float | None:
    if not text:
        return None
    try:
        value = float(text.replace(",", "").replace("_", ""))
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        log.add(_place(option, text).error("bad-number", "应为大于 0 的数", "只写数字，不带单位"))
        return None
    return value


def _point(option: str, text: str, log: FaultLog) -> tuple[float, float] | None:
    if not text:
        return None
    try:
        lon, lat = (float(part) for part in text.replace("，", ",").split(","))
    except ValueError:
        lon = lat = math.nan
    if not (-180 <= lon <= 180 and -85 <= lat <= 85):
        log.add(_place(option, text).error("bad-point", "应为“经度,纬度”，先经度后纬度", "如 115.98,36.45"))
        return None
    return lon, lat
