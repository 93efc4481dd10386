"""Which column of an export holds what: Amap's and Baidu's own names, and the headers of common exports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from siting.inputs.columns import normal
from siting.poi.record import Source

ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("id", "uid", "poiid", "编号", "poi编号", "唯一标识"),
    "name": ("name", "名称", "poi名称", "店名", "地点名称", "title", "标题", "名字"),
    "address": ("address", "地址", "详细地址", "addr", "位置"),
    "code": ("typecode", "typecodes", "类型编码", "分类编码", "分类代码", "类型代码", "poi类型编码", "小类编码"),
    "type": ("type", "types", "类型", "分类", "类别", "poi类型", "类型名称", "分类名称", "typename"),
    "big": ("大类", "一级分类", "一级类别", "bigtype", "type1", "first"),
    "mid": ("中类", "二级分类", "二级类别", "midtype", "type2", "second"),
    "small": ("小类", "三级分类", "三级类别", "smalltype", "type3", "third"),
    "tag": ("tag", "detailinfotag", "stdtag", "classifiedpoitag", "detailinfoclassifiedpoitag", "标签", "行业分类"),
    "location": ("location", "坐标", "经纬度", "经纬度坐标", "lnglat", "lonlat", "point"),
    "lon": ("lon", "lng", "longitude", "经度", "locationlng", "locationlon", "gislng"),
    "lat": ("lat", "latitude", "纬度", "locationlat", "gislat"),
}
_FIELD_OF = {alias: field for field, aliases in ALIASES.items() for alias in aliases}
_DATUM = re.compile(r"(wgs84|wgs|gcj02|gcj|bd09ll|bd09|bd)")
_DATUM_OF = {"wgs": "wgs84", "gcj": "gcj02", "bd": "bd09", "bd09ll": "bd09"}
_POSITION = ("location", "lon", "lat")
_CODE = re.compile(r"\d{5,6}(\.0)?([|;,，；/].*)?")


@dataclass(frozen=True)
class Fields:
    """Field → index of its column; ``datum`` is what the position's header says, empty where it says nothing."""

    columns: dict[str, int]
    datum: str = ""

    @property
    def has_position(self) -> bool:
        """Whether the file has coordinates in some form."""
        return "location" in self.columns or {"lon", "lat"} <= self.columns.keys()

    @property
    def has_class(self) -> bool:
        """Whether the file says what its points are."""
        return bool({"code", "type", "tag", "big"} & self.columns.keys())


def match_fields(headers: Sequence[object], wanted: str = "") -> Fields:
    """The fields that ``headers`` name.

    Of several positions in different datums (``lng_gcj02``, ``lng_wgs84``), those in ``wanted`` are taken if there are
    any, then those that say nothing, then the first.
    """
    plain: dict[str, int] = {}
    by_datum: dict[str, dict[str, int]] = {}
    for index, header in enumerate(headers):
        field, datum = _field_of(header)
        if field in _POSITION:
            by_datum.setdefault(datum, {}).setdefault(field, index)
        elif field:
            plain.setdefault(field, index)
    complete = [d for d, found in by_datum.items() if "location" in found or {"lon", "lat"} <= found.keys()]
    chosen = next((d for d in (wanted, "") if d in complete), complete[0] if complete else "")
    return Fields(plain | by_datum.get(chosen, {}), chosen)


def is_header(cells: Sequence[object]) -> bool:
    """Whether a row names what a points file must have: names, and one more field."""
    found = match_fields(cells)
    return "name" in found.columns and (found.has_position or found.has_class)


def guess_source(fields: Fields, samples: Sequence[Sequence[str]], file: str) -> Source | None:
    """Which map the rows come from: codes of six digits are Amap's, tags are Baidu's; else the file's name; else None.

    ``samples`` are rows of plain texts, as wide as the header.
    """
    if any(_CODE.fullmatch(row[index]) for row in samples for index in _of(fields, "code", "type")):
        return Source.AMAP
    if "tag" in fields.columns:
        return Source.BAIDU
    name = file.casefold()
    if any(word in name for word in ("baidu", "百度", "bd09")):
        return Source.BAIDU
    if any(word in name for word in ("amap", "gaode", "高德")):
        return Source.AMAP
    levels = [row[index].split("|")[0].count(";") for row in samples for index in _of(fields, "type")]
    if levels and max(levels) == 2:
        return Source.AMAP
    return Source.BAIDU if levels and max(levels) == 1 else None


def _of(fields: Fields, *names: str) -> list[int]:
    return [fields.columns[name] for name in names if name in fields.columns]


def _field_of(header: object) -> tuple[str, str]:
    written = re.sub(r"[_\-.()（）]+", "", normal(str(header or "")))
    if written in _FIELD_OF:
        return _FIELD_OF[written], ""
    datum = _DATUM.search(written)
    field = _FIELD_OF.get(_DATUM.sub("", written, count=1), "") if datum else ""
    if datum is None or field not in _POSITION:
        return "", ""
    return field, _DATUM_OF.get(datum[1], datum[1])
