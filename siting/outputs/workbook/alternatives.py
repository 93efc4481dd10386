"""Sheet 备选方案: plans nearly as good as the one recommended, one block each; only where they were asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.solution import LevelResult
from siting.bundle import ResultBundle
from siting.outputs.alternatives import alternatives_plain
from siting.outputs.words import level_words
from siting.outputs.workbook.book import Book
from siting.outputs.workbook.sheet import Cell, Column, Kind, Row, Sheet

_WIDTHS = (42.0, 18.0, 36.0, 24.0, 12.0)
_LEVELS = (
    Column("目标", wide=42),
    Column("推荐方案", "int", 18),
    Column("这个方案", "int", 36),
    Column("变差多少（负数为变好）", "int", 24),
    Column("单位", wide=12),
)
_SITES = (
    Column("点位", wide=42),
    Column("进或出", "centre", 18),
    Column("承担业态", wide=36),
)


def alternatives_sheet(book: Book, bundle: ResultBundle) -> None:
    """Write the sheet, if alternatives were asked for."""
    told = alternatives_plain(bundle)
    if told is None:
        return
    sheet = Sheet(book, "备选方案", f"备选方案（差距 {told['within'] * 100:g}% 以内）", len(_WIDTHS))
    sheet.widths(_WIDTHS)
    for sentence in told["summary_zh"]:
        sheet.paragraph(sentence, len(_WIDTHS), sum(_WIDTHS) - 4)
    sheet.row += 1
    for plan in told["plans"]:
        _block(sheet, bundle, plan)


def _block(sheet: Sheet, bundle: ResultBundle, plan: Mapping[str, Any]) -> None:
    sheet.line(f"备选方案 {plan['number']}：{plan['losses_zh']}", "section", height=20)
    sheet.paragraph(f"{plan['difference_zh']}。与推荐方案共用 {len(plan['kept'])} 处点位。", 5, sum(_WIDTHS) - 4)
    sheet.header(_LEVELS)
    values = {level["name"]: level["incumbent"] for level in plan["levels"]}
    sheet.rows(_LEVELS, [_level(level, values[level.name], plan["losses"][level.name]) for level in bundle.levels])
    if plan["enters"] or plan["leaves"]:
        sheet.header(_SITES)
        rows: list[Row] = [(Cell(s["site_zh"], "strong"), Cell("换进", "good"), s["types_zh"]) for s in plan["enters"]]
        rows += [(Cell(s["site_zh"], "strong"), Cell("换出", "warn"), "") for s in plan["leaves"]]
        sheet.rows(_SITES, rows)
    sheet.row += 1


def _level(level: LevelResult, value: float, loss: float) -> Row:
    words = level_words(level.name)
    kind: Kind = "decimal3" if words.decimals == 3 else "int"
    return (
        Cell(words.name_zh, "strong"),
        Cell(level.incumbent, kind=kind),
        Cell(value, kind=kind),
        Cell(loss, "bad" if loss > 1e-6 else "", kind),
        words.unit_zh,
    )
