"""Sheet 备用点位: when the owner of a chosen room refuses, where each of its types goes and what is lost."""

from __future__ import annotations

from siting.bundle import ResultBundle
from siting.outputs.fallbacks import fallbacks_plain
from siting.outputs.workbook.book import Book
from siting.outputs.workbook.sheet import Cell, Column, Sheet

_COLUMNS = (
    Column("名次", "plain", 7),
    Column("谈不下来的点位", wide=34),
    Column("业态", wide=22),
    Column("改放到哪里", wide=40),
    Column("整个方案的损失（其余重新优化后）", wide=44),
    Column("是否已证明", "centre", 12),
)


def fallbacks_sheet(book: Book, bundle: ResultBundle) -> None:
    """Write the sheet: one row for each type of each chosen site."""
    sheet = Sheet(book, "备用点位", "备用点位（业主不同意怎么办）", len(_COLUMNS))
    sheet.line("某处不能用时，其余点位重新优化：这处的每项业态改放到哪里，整个方案各级目标损失多少。", "subtitle", 18)
    sheet.line("损失是整个方案的，同一处的各行相同；“已证明”指决定名次的那一级损失已证明最小。", "subtitle", 18)
    rows = [
        (
            site["rank"],
            Cell(site["site_zh"], "strong"),
            move["type_zh"],
            Cell(move["to_zh"], "" if move["to"] else "warn"),
            site["losses_zh"],
            Cell("已证明", "good") if site["proven"] else Cell("未证明", "warn"),
        )
        for site in fallbacks_plain(bundle)
        for move in site["moves"]
    ]
    sheet.table(_COLUMNS, rows, empty_zh="没有计算备用点位。")
