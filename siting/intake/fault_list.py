"""Sheet 问题清单 of a marked workbook: every fault in a row, with a link to its cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties

from scenarios.faults import Fault, Severity, shorten
from siting.outputs.workbook.book import FONT
from siting.outputs.workbook.text import clean, looks_like_formula

LIST_SHEET = "问题清单"
_TITLE = "检查发现的问题"
_HEADERS = ("序号", "程度", "文件", "工作表", "行", "列", "值", "问题", "处理", "去看")
_WIDTHS = (6, 8, 16, 12, 8, 18, 24, 48, 48, 14)
_TINTS = {Severity.ERROR: "FFFF9999", Severity.WARNING: "FFFFE699"}
_NOTES = (
    "本文件是检查时另存的副本：有问题的格子涂了色（红为错误，黄为提醒），批注里是问题与处理办法。",
    "请改原来的 survey.xlsx，改完再运行 siting check；图表、图片不会带到副本里。",
)


def fault_list(book: Any, faults: Sequence[tuple[Fault, Any]]) -> None:
    """Put the sheet first; each fault comes with the cell that it means, or None. Texts are texts, never formulas."""
    title = LIST_SHEET
    while title in book.sheetnames:
        title += "_"
    page = book.create_sheet(title, 0)
    for row, text in enumerate((_TITLE, *_NOTES), 1):
        _write(page.cell(row, 1), text)
    page.cell(1, 1).font = Font(name=FONT, bold=True, size=14)
    top = len(_NOTES) + 2
    for column, (header, width) in enumerate(zip(_HEADERS, _WIDTHS, strict=True), 1):
        cell = page.cell(top, column)
        _write(cell, header)
        cell.font = Font(name=FONT, bold=True, color="FFFFFFFF")
        cell.fill = PatternFill("solid", start_color="FF1F3864", end_color="FF1F3864")
        page.column_dimensions[cell.column_letter].width = width
    ordered = sorted(faults, key=lambda item: item[0].severity is Severity.WARNING)
    for number, (fault, spot) in enumerate(ordered, 1):
        _row(page, top + number, number, fault, spot)
    if not faults:
        _write(page.cell(top + 1, 1), "没有发现问题。")
    page.freeze_panes = page.cell(top + 1, 1)
    page.page_setup.orientation = "landscape"
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_setup.fitToHeight = 0
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is page
    book.active = 0


def is_fault_list(page: Any) -> bool:
    """Whether the sheet was made here."""
    return bool(page.cell(1, 1).value == _TITLE)


def _row(page: Any, row: int, number: int, fault: Fault, spot: Any) -> None:
    severity = "错误" if fault.severity is Severity.ERROR else "提醒"
    place = (fault.file, fault.sheet, fault.row, fault.column)
    cells = (number, severity, *place, shorten(fault.value), fault.rule, fault.remedy, "")
    for column, value in enumerate(cells, 1):
        _write(page.cell(row, column), value)
    page.cell(row, 2).fill = PatternFill("solid", start_color=_TINTS[fault.severity], end_color=_TINTS[fault.severity])
    if spot is not None:
        cell = page.cell(row, len(_HEADERS))
        _write(cell, f"{spot.parent.title}!{spot.coordinate}")
        where = f"{quote_sheetname(spot.parent.title)}!{spot.coordinate}"
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=where)
        cell.font = Font(name=FONT, size=10, color="FF0563C1", underline="single")


def _write(cell: Any, value: str | int | None) -> None:
    across = "center" if isinstance(value, int) else None
    cell.alignment = Alignment(horizontal=across, vertical="center", wrap_text=cell.row > len(_NOTES) + 1)
    cell.font = Font(name=FONT, size=10)
    if not isinstance(value, str):
        cell.value = value
        return
    text = clean(value)
    cell.value = text
    cell.data_type = "s"
    cell.quotePrefix = looks_like_formula(text)
