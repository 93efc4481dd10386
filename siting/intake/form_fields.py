"""The columns of the survey form: header, width, example and what to write, for every column that the reader knows."""

from __future__ import annotations

from dataclasses import dataclass

from siting.inputs.columns import DEMAND, OUTLETS, SITES, Column, TableSpec
from siting.inputs.examples import EXAMPLE

ExampleValue = str | float | int | None


@dataclass(frozen=True)
class FormField:
    """One column of the form: its registry entry, header as written, width in characters, example, and rule."""

    column: Column
    header: str
    width: float
    example: ExampleValue
    note_zh: str
    unit_zh: str = ""


_LON = ("经度", 13, 115.98412, "度，如 115.98412；东西方向。与 x、y 坐标二选一", "度")
_LAT = ("纬度", 12, 36.45217, "度，如 36.45217；南北方向。与 x、y 坐标二选一", "度")
_X = ("x坐标(米)", 12, None, "投影坐标，东向，米；填了经纬度就留空", "米")
_Y = ("y坐标(米)", 12, None, "投影坐标，北向，米；填了经纬度就留空", "米")
_ID = "唯一的编号，三张表之间也不能重复，不要换行"

_Row = tuple[str, float, ExampleValue, str, str] | tuple[str, float, ExampleValue, str]
_DEMAND: dict[str, _Row] = {
    "id": ("编号*", 14, f"{EXAMPLE}-D1", f"{_ID}，如 D1、D2"),
    "name": ("名称", 24, "示例：锦绣花园 3 号楼", "楼栋或小区出入口的名称，不超过 200 字"),
    "lon": _LON,
    "lat": _LAT,
    "x": _X,
    "y": _Y,
    "residents": ("居民数(人)*", 12, 96, "常住人口，只填数字；不能是负数", "人"),
    "elderly": ("60岁以上(人)", 13, 21, "养老、助餐只看这一列；不知道就整列留空", "人"),
    "toddlers": ("3岁以下(人)", 12, 3, "托育只看这一列", "人"),
    "children": ("3-6岁(人)", 11, 4, "幼儿园只看这一列；三列之和不能超过居民数", "人"),
    "households": ("户数(户)", 10, 30, "只填数字", "户"),
}
_OUTLETS: dict[str, _Row] = {
    "id": ("编号*", 14, f"{EXAMPLE}-O1", f"{_ID}，如 O1、O2"),
    "name": ("名称", 26, "示例：利民大药房", "店名，不超过 200 字"),
    "type": ("业态*", 24, "药店", "从下拉列表里选；也可写别名、英文编号或高德分类码"),
    "lon": _LON,
    "lat": _LAT,
    "x": _X,
    "y": _Y,
    "area_m2": ("面积(㎡)", 11, 80, "建筑面积；不知道就留空", "㎡"),
    "chain": ("是否连锁", 11, "是", "是 或 否；不知道就留空"),
    "services": ("搭载服务", 26, "照相文印店、维修点", "一店多能：这家店还提供哪些业态，几个用顿号隔开"),
}
_SITES: dict[str, _Row] = {
    "id": ("编号*", 14, f"{EXAMPLE}-S1", f"{_ID}，如 S1、S2"),
    "name": ("名称", 26, "示例：柳园路 12 号一层", "房屋或地块的名称，不超过 200 字"),
    "kind": ("类型*", 20, "闲置房屋", "从下拉列表里选"),
    "lon": _LON,
    "lat": _LAT,
    "x": _X,
    "y": _Y,
    "area_m2": ("面积(㎡)*", 11, 120, "可用的建筑面积，大于 0", "㎡"),
    "address": ("地址", 26, "柳园路 12 号", "街道门牌"),
    "floor": ("楼层", 9, 1, "首层填 1，地下一层填 -1 或 B1；没有 0 层；跨多层填入口所在层"),
    "elevator": ("电梯", 8, "否", "是 或 否；不知道就留空，不会因此排除"),
    "street_front": ("临街", 8, "是", "是 或 否；不知道就留空，不会因此排除"),
    "flue": ("烟道", 8, "是", "是 或 否；不知道就留空，不会因此排除"),
    "rent_cny_year": ("年租金(元)", 13, 36000, "一年的租金，单位是元不是万元；留空按 0 元计并提醒", "元/年"),
    "renovation_cny_m2": ("改造单价(元/㎡)", 16, 300, "每平方米改造费，按点位面积计；留空按 0 元计并提醒", "元/㎡"),
    "opening_cny": ("开办费(元)", 13, 20000, "启用这个点位一次性的费用；留空按 0 元计并提醒", "元"),
    "available_year": ("可用年份", 11, 2026, "四位年份，哪一年起可用；留空表示现在就可用"),
    "owner": ("产权人", 20, "某某街道办事处", "产权人或产权单位"),
    "allowed_types": ("允许业态", 30, "药店、便利店", "填了就只许这些业态，几个用顿号隔开；不限就留空"),
    "forbidden_types": ("禁止业态", 26, "", "不许的业态，几个用顿号隔开；没有就留空"),
}
_WRITTEN = {"demand": _DEMAND, "outlets": _OUTLETS, "sites": _SITES}


def form_fields(spec: TableSpec) -> tuple[FormField, ...]:
    """The fields of a table's sheet, in the registry's order, one for each of its columns."""
    written = _WRITTEN[spec.id]
    return tuple(_field(column, written[column.id]) for column in spec.columns)


FORM_TABLES = (DEMAND, OUTLETS, SITES)


def _field(column: Column, row: _Row) -> FormField:
    header, width, example, note = row[:4]
    return FormField(column, header, width, example, note, row[4] if len(row) > 4 else "")
