"""Sheet 年度计划对照: what became of the annual plan that the run was given, and the new plan against the old one."""

from __future__ import annotations

from siting.bundle import ResultBundle
from siting.outputs.place import label, places, type_name
from siting.outputs.words import COMMITTED_ZH
from siting.outputs.workbook.book import Book
from siting.outputs.workbook.sheet import Cell, Column, Sheet

_COLUMNS = (
    Column("处理", wide=16),
    Column("项目编码", wide=12),
    Column("年度计划中的位置", wide=22),
    Column("点位", wide=36),
    Column("业态", wide=18),
    Column("年度", "plain", 8),
    Column("新方案", wide=10),
    Column("更正造价（元）", "int", 14),
    Column("说明", wide=60),
)
_TINTS = {"kept": "good", "moved": "warn", "added": "warn", "struck": "bad"}


def committed_sheet(book: Book, bundle: ResultBundle) -> None:
    """Write the sheet, where the run was given an annual plan."""
    report = bundle.committed
    if report is None:
        return
    by_id = places(bundle)
    sheet = Sheet(book, "年度计划对照", "年度计划对照", len(_COLUMNS))
    old, new = report.cost_cny
    before, after = report.residents_newly_covered
    sheet.line(
        f"年度计划 {report.file}：原 {report.projects[0]} 项，新方案 {report.projects[1]} 项；"
        f"投入 {old:,.0f} → {new:,.0f} 元；新增覆盖 {before:,.0f} → {after:,.0f} 人次（原数为写出计划时的数）。",
        "subtitle",
        height=18,
    )
    for word, pairs in (("新增项目", report.new), ("减少项目", report.dropped)):
        told = "、".join(f"{label(site, by_id)} {type_name(bundle, type_id)}" for site, type_id in pairs) or "无"
        sheet.line(f"{word}：{told}", "subtitle", height=18)
    rows = [
        [
            Cell(COMMITTED_ZH.get(item.outcome, item.outcome), _TINTS.get(item.outcome, "")),
            item.code,
            f"{item.sheet} 第 {item.row} 行" if item.row is not None else "（行已删除）",
            label(item.site_id, by_id),
            type_name(bundle, item.type_id),
            item.year,
            "在" if item.in_plan else "不在",
            item.own_cost_cny,
            item.text_zh,
        ]
        for item in report.items
    ]
    sheet.table(_COLUMNS, rows)
