"""The new user's hands: 锦绣社区, filled into the empty form cell by cell, three slips, and their mending.

The place is made up for the walkthrough; nothing of it was surveyed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
from shapely.geometry import LineString

from siting.datum import gcj02_to_wgs84

ASKED = (
    "--id",
    "A01",
    "--name",
    "锦绣社区",
    "--district",
    "东昌府区",
    "--street-office",
    "柳园街道",
    "--datum",
    "gcj02",
)
WEST, SOUTH = 115.9800, 36.4500
STEP_LON, STEP_LAT = 0.0020, 0.0016
COLUMNS, ROWS = 6, 5
KERB = 0.0002

HOMES = (
    ("锦绣花园 1 号楼", 0, 0, 286, 61, 9, 12),
    ("锦绣花园 2 号楼", 0, 1, 274, 58, 8, 11),
    ("锦绣花园 3 号楼", 0, 2, 291, 70, 9, 10),
    ("锦绣花园 5 号楼", 0, 3, 262, 55, 7, 9),
    ("柳泉小区东门", 1, 1, 420, 118, 11, 14),
    ("柳泉小区西门", 1, 2, 395, 109, 10, 13),
    ("柳泉小区北门", 1, 3, 388, 102, 10, 12),
    ("纺织厂宿舍 1 号楼", 1, 4, 176, 72, 3, 4),
    ("纺织厂宿舍 2 号楼", 2, 4, 168, 69, 3, 4),
    ("纺织厂宿舍 3 号楼", 3, 4, 181, 75, 2, 5),
    ("兴华家园南区", 2, 0, 510, 92, 19, 24),
    ("兴华家园北区", 2, 1, 478, 86, 17, 22),
    ("水务局家属院", 2, 3, 143, 51, None, None),
    ("建设路 18 号院", 3, 0, 152, 44, None, None),
    ("建设路 26 号院", 3, 1, 164, 47, 4, 5),
    ("学府佳苑 1 区", 3, 2, 530, 74, 24, 31),
    ("学府佳苑 2 区", 4, 2, 512, 71, 23, 29),
    ("学府佳苑 3 区", 4, 3, 498, 69, 22, 28),
    ("御河湾 A 座", 4, 0, 330, 48, 13, 16),
    ("御河湾 B 座", 4, 1, 342, 50, 14, 17),
)
OUTLETS = (
    ("家家乐便利店", "便利店", 1, 1, 60, "否", "智能快件箱"),
    ("惠民便利店", "便利店", 3, 3, 55, "否", None),
    ("好邻居便利店", "便利店", 4, 0, 70, "是", None),
    ("柳泉菜市场", "菜市场", 1, 2, 900, "否", None),
    ("老王包子铺", "早餐店", 1, 3, 45, "否", None),
    ("康泰大药房", "药店", 0, 1, 90, "是", None),
    ("百姓药房", "药店", 3, 2, 80, "否", None),
    ("丽人美发", "美容美发店", 2, 1, 40, "否", None),
    ("学府理发", "美容美发店", 4, 2, 35, None, None),
    ("菜鸟驿站柳泉店", "邮政快递综合服务点", 1, 1, 50, "是", None),
    ("城北快修", "维修点", 3, 1, 30, None, None),
    ("锦绣社区卫生服务站", "社区卫生服务站", 2, 2, 260, "否", None),
)
SITES = (
    ("锦绣花园底商 3 号", "闲置房屋", 0, 2, 110, 1, "否", "是", "是", 26000, 300, 8000),
    ("柳泉小区老活动室", "老旧小区公共用房", 1, 2, 160, 1, "否", "否", "否", 0, 450, 5000),
    ("纺织厂旧食堂", "闲置房屋", 2, 4, 320, 1, "否", "是", "是", 42000, 500, 12000),
    ("兴华家园 4 号楼一层", "闲置房屋", 2, 1, 95, 1, "是", "是", None, 30000, 260, 8000),
    ("水务局旧车库", "整治改造用房", 2, 3, 240, 1, "否", "是", "否", 18000, 650, 10000),
    ("学府佳苑物业用房", "闲置房屋", 4, 2, 180, 2, "是", "否", "否", 24000, 350, 8000),
    ("建设路 26 号地下室", "地下室", 3, 1, 130, "B1", "否", "否", "否", 8000, 420, 5000),
    ("御河湾街角空地", "复合利用地块", 4, 1, 400, 1, None, "是", None, 15000, 800, 15000),
)


def _at(column: int, row: int, shift: float = KERB) -> tuple[float, float]:
    return round(WEST + column * STEP_LON + shift, 6), round(SOUTH + row * STEP_LAT + shift, 6)


def _write(page: Any, row: int, values: dict[str, Any]) -> None:
    """Write cells under the headers of that name, as a hand does; ``None`` is left blank."""
    columns = {cell.value: cell.column for cell in page[1]}
    for header, value in values.items():
        if value is not None:
            page.cell(row, columns[header], value)


def fill_in(folder: Path) -> None:
    """Fill the three tables from row 3 on (the example of row 2 stays) and draw the streets."""
    book = openpyxl.load_workbook(folder / "survey.xlsx")
    for n, (name, column, row, people, elderly, toddlers, children) in enumerate(HOMES, start=1):
        lon, lat = _at(column, row)
        cells = {"编号*": f"D{n}", "名称": name, "经度": lon, "纬度": lat, "居民数(人)*": people}
        ages = {"60岁以上(人)": elderly, "3岁以下(人)": toddlers, "3-6岁(人)": children}
        _write(book["居民点"], n + 2, cells | ages)
    for n, (name, kind, column, row, area, chain, carries) in enumerate(OUTLETS, start=1):
        lon, lat = _at(column, row, -KERB)
        cells = {"编号*": f"O{n}", "名称": name, "业态*": kind, "经度": lon, "纬度": lat, "面积(㎡)": area}
        _write(book["现有网点"], n + 2, cells | {"是否连锁": chain, "搭载服务": carries})
    for n, (name, kind, column, row, area, floor, lift, street, flue, rent, works, opening) in enumerate(
        SITES, start=1
    ):
        lon, lat = _at(column, row, KERB / 2)
        cells = {
            "编号*": f"S{n}",
            "名称": name,
            "类型*": kind,
            "经度": lon,
            "纬度": lat,
            "面积(㎡)*": area,
            "楼层": floor,
        }
        money = {"年租金(元)": rent, "改造单价(元/㎡)": works, "开办费(元)": opening}
        _write(book["候选点"], n + 2, cells | {"电梯": lift, "临街": street, "烟道": flue} | money)
    book.save(folder / "survey.xlsx")
    draw_streets(folder)


def draw_streets(folder: Path, is_traced: bool = False) -> None:
    """A street grid in WGS84, as surveyors give it; the points were clicked on a GCJ-02 map.

    A traced one was drawn on that same map, and the GIS program labelled it WGS84 all the same.
    """
    east, north = np.meshgrid(WEST + np.arange(COLUMNS) * STEP_LON, SOUTH + np.arange(ROWS) * STEP_LAT, indexing="ij")
    corner = np.stack((east, north) if is_traced else gcj02_to_wgs84(east, north), axis=-1)
    along = [LineString(corner[:, r]) for r in range(ROWS)]
    across = [LineString(corner[c]) for c in range(COLUMNS)]
    names = [*(f"柳园{n}路" for n in "一二三四五"), *(f"兴华{n}街" for n in "一二三四五六")]
    frame = gpd.GeoDataFrame({"name": names}, geometry=[*along, *across], crs="EPSG:4326")
    frame.to_file(folder / "streets.gpkg", layer="streets", driver="GPKG")


SLIPS = {("居民点", "G7"): "420人", ("现有网点", "C9"): "药铺子", ("候选点", "A8"): "S3"}
_RIGHT = {("居民点", "G7"): 420, ("现有网点", "C9"): "药店", ("候选点", "A8"): "S6"}


def slip(folder: Path) -> None:
    """Three slips: a unit in a number cell, a business type by a name nobody uses, a number given twice."""
    _set(folder, SLIPS)


def mend(folder: Path) -> None:
    """Put the three cells right in the planner's own workbook."""
    _set(folder, _RIGHT)


def _set(folder: Path, cells: dict[tuple[str, str], Any]) -> None:
    book = openpyxl.load_workbook(folder / "survey.xlsx")
    for (sheet, place), value in cells.items():
        book[sheet][place] = value
    book.save(folder / "survey.xlsx")
