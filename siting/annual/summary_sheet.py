"""Sheet 汇总: the plan in one page: indicators before and after, sums by year, district, circle and type."""

from __future__ import annotations

from siting.annual.indicators import Indicator
from siting.annual.indicators_zh import shown
from siting.annual.plan import AnnualPlan
from siting.annual.totals import Sums
from siting.outputs.words import DASH
from siting.outputs.workbook.book import Book
from siting.outputs.workbook.sheet import Cell, Column, Row, Sheet

_WIDTHS = (26.0, 13.0, 13.0, 13.0, 13.0, 13.0, 15.0, 13.0, 13.0)
_INDICATORS = (
    Column("指标", wide=26),
    Column("单位", "centre", 13),
    Column("建设前", "int", 13),
    Column("建设后", "int", 13),
)
_SUMS = (
    Column("分组", wide=26),
    Column("项目数", "int", 13),
    Column("建筑面积（㎡）", "int", 13),
    Column("投资合计（万元）", "decimal2", 13),
    Column("装修（万元）", "decimal2", 13),
    Column("设备（万元）", "decimal2", 13),
    Column("租金（万元）", "decimal2", 15),
    Column("新增覆盖（人次）", "int", 13),
    Column("带动就业（人）", "int", 13),
)


def summary_sheet(book: Book, plan: AnnualPlan) -> None:
    """Write the sheet."""
    sheet = Sheet(book, "汇总", f"（{plan.scope_zh}）", len(_WIDTHS))
    sheet.widths(_WIDTHS)
    total = plan.total
    years = "、".join(str(year) for year in plan.years) or "无"
    sheet.line(
        f"年度：{years}；共 {total.projects} 项，投资 {total.total_cny / 1e4:,.2f} 万元，"
        f"需办施工许可 {total.permits} 项。由求解结果自动编制，须经现场核查和部门会签。",
        "subtitle",
        height=18,
    )
    sheet.row += 1
    sheet.line("指标（建设前后）", "section")
    _indicator_rows(sheet, plan)
    for heading, rows in plan.groups():
        sheet.row += 1
        sheet.line(heading, "section")
        sheet.header(_SUMS)
        sheet.rows(_SUMS, [_sums_row(row) for row in rows])
        sheet.rows(_SUMS, [_total_row(total)])
    sheet.row += 1
    sheet.line("新增覆盖按项目相加，同一业态的两个项目可能覆盖同一批居民；去重的人数见上方“受益居民”。", "subtitle")
    sheet.sheet.activate()


def _indicator_rows(sheet: Sheet, plan: AnnualPlan) -> None:
    columns = (*_INDICATORS, Column("定义", wide=sum(_WIDTHS[4:])))
    sheet.header(columns)
    span = len(_INDICATORS)
    fmt = sheet.book.format("header")
    sheet.sheet.merge_range(sheet.row - 1, span, sheet.row - 1, len(_WIDTHS) - 1, "定义", fmt)
    for item in plan.indicators:
        row = sheet.row
        sheet.rows(columns, [[item.name_zh, item.unit_zh, _cell(item, item.before), _after(item), ""]])
        style = ("cell", "left")
        sheet.sheet.merge_range(row, span, row, len(_WIDTHS) - 1, "", sheet.book.format(*style))
        sheet.text(row, span, item.definition_zh, *style)
        sheet.sheet.set_row(row, 32 if len(item.definition_zh) > 36 else 18)


def _cell(item: Indicator, value: float | None) -> Cell:
    if value is None:
        return Cell(DASH)
    return Cell(value, kind="percent" if item.is_share else "decimal2" if item.unit_zh == "万元" else "int")


def _after(item: Indicator) -> Cell:
    return _cell(item, item.after) if item.after_high is None else Cell(shown(item)[1])


def _sums_row(row: Sums) -> Row:
    wan = [value / 1e4 for value in (row.total_cny, row.fitout_cny, row.equipment_cny, row.rent_cny)]
    return [row.label_zh, row.projects, row.area_m2, *wan, row.newly, row.staff]


def _total_row(total: Sums) -> Row:
    return [Cell(value if isinstance(value, str | int | float) else None, "strong") for value in _sums_row(total)]
