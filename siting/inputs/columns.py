"""The registry of columns: identifier, headers that planners write, how a cell is read, what it must satisfy.

A header matches if it equals an identifier or one of ``headers`` after :func:`normal` (full-width forms, case, blanks
and ``*`` do not matter). A bracket behind a known header is its unit or definition, ``面积(㎡)``: it must be one of
``units`` where those are given, so that ``年租金(万元)`` is refused and never read as 元.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Parser = Literal["id", "text", "number", "boolean", "kind", "type", "types", "floor", "year"]

_BRACKET = re.compile(r"^(.+?)\(([^()]*)\)$")
_SQUARE_METRES = ("㎡", "m²", "m2", "平方米", "平米", "平方")
_YUAN = ("元", "人民币元", "rmb", "cny")


@dataclass(frozen=True)
class Column:
    """One column. ``positive`` excludes the minimum itself; ``blank`` fills an empty number cell."""

    id: str
    headers: tuple[str, ...]
    parser: Parser
    required: bool = False
    units: tuple[str, ...] | None = None
    minimum: float | None = None
    positive: bool = False
    blank: float = float("nan")


@dataclass(frozen=True)
class TableSpec:
    """One table: its file stem and layer name ``id``, its Chinese sheet name, its columns; ``noun`` for messages."""

    id: str
    sheet: str
    columns: tuple[Column, ...]

    def column(self, column_id: str) -> Column:
        """The column of that identifier (KeyError if there is none)."""
        return next(c for c in self.columns if c.id == column_id)

    def match(self, header: str) -> tuple[Column | None, bool]:
        """The column that ``header`` names, and whether its bracketed unit is one of the column's."""
        text = normal(header)
        for column in self.columns:
            if text in _names(column):
                return column, True
        bracket = _BRACKET.match(text)
        if bracket is None:
            return None, True
        base, unit = bracket.groups()
        for column in self.columns:
            if base in _names(column):
                return column, column.units is None or unit in {normal(u) for u in column.units}
        return None, True

    def nearest(self, header: str) -> str:
        """The known header most like ``header``; empty if none is near."""
        by_name = {name: shown for c in self.columns for name, shown in zip(_names(c), (c.id, *c.headers), strict=True)}
        found = get_close_matches(normal(header), by_name, n=1, cutoff=0.6)
        return by_name[found[0]] if found else ""


def normal(text: str) -> str:
    """``text`` with full-width forms made plain, lower case, without blanks, ``*`` and closing colons."""
    return re.sub(r"[\s*＊]+", "", unicodedata.normalize("NFKC", text)).casefold().rstrip(":")


def _names(column: Column) -> tuple[str, ...]:
    return tuple(normal(name) for name in (column.id, *column.headers))


def _number(
    column_id: str, *headers: str, required: bool = False, units: tuple[str, ...] = (), blank: float = 0.0
) -> Column:
    blank = float("nan") if required else blank
    return Column(column_id, headers, "number", required=required, units=units, minimum=0.0, blank=blank)


_PEOPLE = ("人", "个", "名")
_LON = Column("lon", ("经度", "longitude", "lng", "东经"), "number", units=("度", "°", "e", "东经"))
_LAT = Column("lat", ("纬度", "latitude", "北纬"), "number", units=("度", "°", "n", "北纬"))
_X = Column("x", ("x坐标", "横坐标", "东坐标", "东向坐标"), "number", units=("m", "米", "东", "东向", "度"))
_Y = Column("y", ("y坐标", "纵坐标", "北坐标", "北向坐标"), "number", units=("m", "米", "北", "北向", "度"))
_POSITION = (_LON, _LAT, _X, _Y)
_NAME = ("名称", "名字", "全称")

DEMAND = TableSpec(
    "demand",
    "居民点",
    (
        Column("id", ("编号", "居民点编号", "代码", "编码"), "id", required=True),
        Column("name", (*_NAME, "居民点", "居民点名称", "小区", "小区名称", "楼栋"), "text"),
        *_POSITION,
        _number(
            "residents", "居民数", "人口", "人口数", "居民人数", "常住人口", "总人口", required=True, units=_PEOPLE
        ),
        _number(
            "elderly",
            "老年人",
            "老年人数",
            "老年人口",
            "老人",
            "60岁以上",
            "60岁及以上",
            "60岁以上人口",
            units=(*_PEOPLE, "60岁以上", "60岁及以上", "≥60岁", "60+", "60岁+"),
        ),
        _number(
            "toddlers",
            "3岁以下",
            "0-3岁",
            "0~3岁",
            "三岁以下",
            "婴幼儿",
            "婴幼儿数",
            units=(*_PEOPLE, "3岁以下", "0-3岁", "0~3岁", "<3岁"),
        ),
        _number(
            "children",
            "3-6岁",
            "3~6岁",
            "3至6岁",
            "三至六岁",
            "学龄前儿童",
            "幼儿",
            "儿童",
            units=(*_PEOPLE, "3-6岁", "3~6岁", "3至6岁"),
        ),
        _number("households", "户数", "总户数", "家庭户数", units=("户",)),
    ),
)

OUTLETS = TableSpec(
    "outlets",
    "现有网点",
    (
        Column("id", ("编号", "网点编号", "代码", "编码"), "id", required=True),
        Column("name", (*_NAME, "网点", "网点名称", "店名", "店铺名称"), "text"),
        Column("type", ("业态", "类型", "类别", "业态类型", "业态名称", "type_id", "typecode"), "type", required=True),
        *_POSITION,
        _number("area_m2", "面积", "建筑面积", "营业面积", units=_SQUARE_METRES, blank=float("nan")),
        Column("chain", ("连锁", "是否连锁", "连锁店"), "boolean"),
        Column("services", ("搭载服务", "搭载业态", "附加服务", "一店多能"), "types"),
    ),
)

SITES = TableSpec(
    "sites",
    "候选点",
    (
        Column("id", ("编号", "候选点编号", "房屋编号", "代码", "编码"), "id", required=True),
        Column("name", (*_NAME, "候选点", "候选点名称", "房屋名称"), "text"),
        Column("kind", ("类型", "类别", "房屋类型", "候选点类型", "场地类型"), "kind", required=True),
        *_POSITION,
        Column(
            "area_m2",
            ("面积", "建筑面积", "可用面积", "房屋面积"),
            "number",
            required=True,
            units=_SQUARE_METRES,
            minimum=0.0,
            positive=True,
        ),
        Column("address", ("地址", "位置", "坐落", "详细地址"), "text"),
        Column("floor", ("楼层", "所在楼层", "层"), "floor"),
        Column("elevator", ("电梯", "有无电梯", "是否有电梯"), "boolean"),
        Column("street_front", ("临街", "是否临街", "沿街", "是否沿街"), "boolean"),
        Column("flue", ("烟道", "有无烟道", "排烟道", "排烟", "是否有烟道"), "boolean"),
        _number("rent_cny_year", "年租金", "租金", units=(*_YUAN, "元/年", "每年元")),
        _number(
            "renovation_cny_m2", "改造单价", "改造费单价", "装修单价", units=("元/㎡", "元/平方米", "元/m²", "元/平米")
        ),
        _number("opening_cny", "开办费", "启用费", "一次性费用", units=_YUAN),
        Column("available_year", ("可用年份", "可用年度", "腾退年份", "可交付年份"), "year"),
        Column("owner", ("产权人", "产权单位", "权属", "业主", "产权"), "text"),
        Column("allowed_types", ("允许业态", "可用业态", "适合业态", "限定业态"), "types"),
        Column("forbidden_types", ("禁止业态", "不可用业态", "禁设业态"), "types"),
    ),
)

DISTANCES = TableSpec(
    "distances",
    "",
    (
        Column("from_id", ("起点", "起点编号", "居民点编号", "居民点"), "id", required=True),
        Column("to_id", ("终点", "终点编号", "目的地", "目的地编号", "场所编号"), "id", required=True),
        _number("metres", "距离", "步行距离", "米", "metre", "meters", required=True, units=("米", "m")),
        Column("type", ("业态", "类型"), "type"),
    ),
)

COSTS = TableSpec(
    "costs",
    "",
    (
        Column("site_id", ("候选点", "候选点编号", "房屋编号"), "id", required=True),
        Column("type", ("业态", "类型"), "type", required=True),
        _number("cny", "报价", "费用", "造价", "金额", required=True, units=_YUAN),
    ),
)

POINT_TABLES = (DEMAND, OUTLETS, SITES)
SEGMENT_COLUMNS = ("elderly", "toddlers", "children")
COST_COLUMNS = ("rent_cny_year", "renovation_cny_m2", "opening_cny")
