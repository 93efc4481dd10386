"""Every fault of a file of points of interest, or of a filled list, in one place: Chinese for the planner."""

from __future__ import annotations

from scenarios.faults import Fault
from siting.inputs.place import Place, listed


def not_a_file(place: Place) -> Fault:
    """The file is not there."""
    return place.error("poi-file-missing", "找不到这个文件", "检查文件名和路径")


def unknown_form(place: Place) -> Fault:
    """Neither CSV, Excel nor JSON."""
    remedy = "在 Excel 里另存为 .xlsx 或“CSV UTF-8”；接口返回的数据存为 .json"
    return place.error("poi-unknown-form", "只能读取 .csv、.xlsx 和 .json 文件", remedy)


def broken_json(place: Place, reason: str) -> Fault:
    """The JSON cannot be parsed."""
    return place.error("poi-broken-json", f"不是有效的 JSON（{reason}）", "重新导出，确认文件完整、编码为 UTF-8")


def no_rows(place: Place) -> Fault:
    """A file without points."""
    return place.error("poi-no-rows", "文件里没有兴趣点", "确认导出成功；JSON 应是列表，或带有 pois、results、features")


def no_column(place: Place, what: str, headers: tuple[str, ...], found: tuple[str, ...]) -> Fault:
    """A field that a points file must have is not there."""
    there = f"（现有的列：{listed(list(found), 8)}）" if found else ""
    return place.error("poi-missing-column", f"缺少{what}{there}", f"增加该列，列名可写：{listed(headers)}")


def unknown_source(place: Place) -> Fault:
    """Amap or Baidu? They differ by a kilometre."""
    rule = "看不出是高德还是百度的导出，两者坐标相差约 1 公里"
    return place.error("poi-unknown-source", rule, "在文件名前写明来源，如 高德:文件.csv 或 百度:文件.csv")


def mostly_nowhere(place: Place, bad: int, rows: int) -> Fault:
    """Most rows lack a usable position: the column is wrong, not the rows."""
    rule = f"{rows} 行中有 {bad} 行没有中国境内的经纬度"
    return place.error("poi-no-positions", rule, "坐标应为经纬度，如 115.98,36.45；米制坐标请先换算成经纬度")


def nowhere(place: Place, bad: int, rows: int) -> Fault:
    """Some rows lack a usable position: they are not counted, and said."""
    rule = f"{rows} 行中有 {bad} 行没有可用的坐标，没有计入"
    return place.warning("poi-row-without-position", rule, "见兴趣点归类记录的“逐条”表；要计入请补上坐标")


def too_wide(place: Place, metres: float) -> Fault:
    """The export covers far more than a circle: every outlet in it would count as the circle's."""
    rule = f"散布得太开（九成在 {metres / 1000:.1f} 千米内），一刻钟生活圈一般不超过 1.5 千米，圈外的网点也会算进来"
    return place.warning("poi-too-wide", rule, "只导出本圈附近的点，或用 --around 经度,纬度,米 截取")


def not_answers(place: Place, sheets: tuple[str, ...]) -> Fault:
    """The filled list is not the workbook that we made."""
    rule = f"不是本程序写出的待人工归类表（缺少工作表{listed(sheets)}）"
    return place.error("answers-not-ours", rule, "给出 siting new 写出、填好的 待人工归类.xlsx")


def no_key(place: Place) -> Fault:
    """Someone deleted the column that ties the answer to the point."""
    return place.error("answers-no-key", "缺少“键”或“归为”这一列", "不要删改表头；从原来的待人工归类表重新填")


def answer_twice(place: Place, first_row: int) -> Fault:
    """One point with two different answers."""
    return place.error("answers-twice", f"与第 {first_row} 行是同一项，填得却不同", "只保留一行")


def unknown_answer(place: Place, suggestions: tuple[str, ...]) -> Fault:
    """The answer is no business type."""
    near = f"，相近的有：{listed(suggestions)}" if suggestions else ""
    return place.error("answers-unknown-type", "不认识的业态", f"从下拉列表里选，或填“不计入”{near}")


def unused_answers(place: Place, count: int, total: int) -> Fault:
    """Answers whose points are not in the files given now."""
    rule = f"填好的 {total} 项里有 {count} 项不在这次的兴趣点文件里"
    return place.warning("answers-unused", rule, "如换了数据文件属正常；否则请核对文件")
