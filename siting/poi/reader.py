"""Files of points of interest in, :class:`~siting.poi.record.Poi` rows out, every row of every file among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scenarios.faults import FaultLog
from siting.poi import messages
from siting.poi.fields import ALIASES, Fields, guess_source, match_fields
from siting.poi.files import RawPois, read_rows
from siting.poi.plain import classes_of, codes_of, shortened
from siting.poi.positions import pair_of, pair_of_text
from siting.poi.record import Poi, Source

_PREFIXES = {"amap": Source.AMAP, "高德": Source.AMAP, "baidu": Source.BAIDU, "百度": Source.BAIDU}
_SAMPLES = 200
_POSITIONS_ZH = ("location（经度,纬度）", "lon 与 lat", "经度 与 纬度")
_CLASSES_ZH = ("typecode", "type", "tag", "类型编码", "大类、中类、小类")


@dataclass(frozen=True)
class PoiFile:
    """A file to read, and the map that it comes from (None: to be found out)."""

    path: Path
    source: Source | None = None

    @classmethod
    def parse(cls, text: str) -> PoiFile:
        """``file.csv``, or ``高德:file.csv`` where the file does not say which map it comes from."""
        prefix, colon, rest = text.replace("：", ":").partition(":")
        source = _PREFIXES.get(prefix.strip().casefold())
        return cls(Path(rest.strip()), source) if colon and source else cls(Path(text))


def read_pois(files: Sequence[PoiFile], log: FaultLog) -> list[Poi]:
    """Every row of every file, in order; what is wrong with a file as a whole goes to ``log``."""
    pois: list[Poi] = []
    for file in files:
        raw = read_rows(file.path, log)
        if raw is not None:
            pois += _pois(raw, file.source, log)
    return pois


def _pois(raw: RawPois, source: Source | None, log: FaultLog) -> list[Poi]:
    fields = match_fields(raw.headers)
    source = source or guess_source(fields, raw.rows[:_SAMPLES], raw.place.file)
    if source is not None:
        fields = match_fields(raw.headers, source.datum)
    known = len(log.errors)
    _check(raw, fields, source, log)
    if source is None or len(log.errors) > known:
        return []
    pois = [_poi(raw, i, fields, source) for i in range(len(raw.rows))]
    bad = int(np.isnan([poi.lon for poi in pois]).sum())
    if bad > len(pois) / 2:
        log.add(messages.mostly_nowhere(raw.place, bad, len(pois)))
        return []
    if bad:
        log.add(messages.nowhere(raw.place, bad, len(pois)))
    return pois


def _check(raw: RawPois, fields: Fields, source: Source | None, log: FaultLog) -> None:
    if "name" not in fields.columns:
        log.add(messages.no_column(raw.place, "名称列", ALIASES["name"][:3], raw.headers))
    if not fields.has_position:
        log.add(messages.no_column(raw.place, "坐标列", _POSITIONS_ZH, raw.headers))
    if not fields.has_class:
        log.add(messages.no_column(raw.place, "分类列", _CLASSES_ZH, raw.headers))
    if source is None:
        log.add(messages.unknown_source(raw.place))


def _poi(raw: RawPois, i: int, fields: Fields, source: Source) -> Poi:
    cells = raw.rows[i]

    def cell(field: str) -> str:
        index = fields.columns.get(field)
        return cells[index] if index is not None else ""

    name, cut = shortened(cell("name"))
    levels = ";".join(level for level in map(cell, ("big", "mid", "small")) if level)
    written = cell("code") or cell("type")
    codes = codes_of(written) if source is Source.AMAP else ()
    texts = (cell("tag"), cell("type"), levels) if source is Source.BAIDU else (cell("type"), levels, cell("tag"))
    lon, lat = pair_of(cell("lon"), cell("lat"))
    if np.isnan(lon):
        lon, lat = pair_of_text(cell("location"))
    return Poi(
        file=raw.place.file,
        row=raw.numbers[i],
        source=source,
        poi_id=shortened(cell("id"))[0],
        name=name,
        address=shortened(cell("address"))[0],
        codes=codes,
        classes=next((found for text in texts if (found := classes_of(text))), ()),
        lon=lon,
        lat=lat,
        datum=fields.datum or source.datum,
        is_cut=cut,
    )
