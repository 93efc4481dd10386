"""Sheet 容量与分配: who is served of the assignment types, how full outlets are, the price against the static rule."""

from __future__ import annotations

from siting.assigned import AssignmentReport, StaticLevel
from siting.bundle import ResultBundle
from siting.outputs.place import label, places, type_name
from siting.outputs.shares import loss_zh, summary_zh
from siting.outputs.words import level_words
from siting.outputs.workbook.book import Book
from siting.outputs.workbook.sheet import Cell, Column, Kind, Row, Sheet

_WIDTHS = (34.0, 24.0, 12.0, 14.0, 14.0, 14.0, 16.0, 14.0, 12.0)
_OUTLETS = (
    Column("点位（或搭载的现有网点）", wide=34),
    Column("业态", wide=24),
    Column("服务能力（位）", "int", 12),
    Column("最多可服务（人）", "int", 14),
    Column("步行可达的新增居民（人）", "int", 14),
    Column("实际服务新增居民（人）", "int", 14),
    Column("从现有网点分得（人）", "int", 16),
    Column("客源底线（人）", "int", 14),
    Column("利用率", "percent", 12),
)
_LEVELS = (
    Column("目标", wide=34),
    Column("按分配与静态规则相比", wide=24),
    Column("本方案", "int", 12),
    Column("静态规则", "int", 14),
)


def shares_sheet(book: Book, bundle: ResultBundle) -> None:
    """Write the sheet; no sheet where no type is assigned."""
    report = bundle.assignment
    if report is None:
        return
    sheet = Sheet(book, "容量与分配", "容量与分配", len(_WIDTHS))
    sheet.widths(_WIDTHS)
    wide = sum(_WIDTHS) - 4
    sheet.line("各业态：步行可达与实际可服务", "section", height=20)
    for text in (*summary_zh(bundle, report), *_how_to_read(report)):
        sheet.paragraph(f"· {text}", len(_WIDTHS), wide)
    sheet.row += 1
    sheet.line("各网点的容量与客源", "section", height=20)
    sheet.header(_OUTLETS)
    sheet.rows(_OUTLETS, _outlets(bundle, report))
    if not report.outlets:
        sheet.line("方案没有选用这些业态。", "subtitle")
    sheet.row += 1
    sheet.line("与静态规则（步行可达即算覆盖）逐级对照", "section", height=20)
    if report.static_note_zh:
        sheet.paragraph(f"· {report.static_note_zh}", len(_WIDTHS), wide)
        return
    sheet.header(_LEVELS)
    sheet.rows(_LEVELS, [_level(level) for level in report.levels])


def _how_to_read(report: AssignmentReport) -> tuple[str, ...]:
    rates = sorted({one.use_rate for one in report.types if one.use_rate is not None})
    shown = "、".join(f"{rate:g}" for rate in rates)
    return (
        f"服务能力 ÷ 使用率（每名服务对象所需位数，本次 {shown or '未设'}）＝最多可服务的人数；"
        "两者多为假定值，见“参数与来源”。",
        "居民在可达的新旧网点间平分客源，新网点合计最多分得 新÷（新+旧）；新网点之间怎样分，取对方案最有利的一种。",
    )


def _outlets(bundle: ResultBundle, report: AssignmentReport) -> list[Row]:
    by_id = places(bundle)
    return [
        (
            Cell(label(one.site_id, by_id), "strong"),
            f"{type_name(bundle, one.type_id)}{'（搭载）' if one.host else ''}",
            one.places,
            one.serves,
            one.in_reach,
            one.served_newly,
            one.from_existing,
            one.min_catchment or None,
            one.full_share,
        )
        for one in report.outlets
    ]


def _level(level: StaticLevel) -> Row:
    words = level_words(level.name)
    kind: Kind = "decimal3" if words.decimals == 3 else "int"
    worse = level.loss > 0 and "相同" not in loss_zh(level)
    return (
        f"{words.name_zh}（{words.unit_zh}）" if words.unit_zh else words.name_zh,
        Cell(loss_zh(level), "warn" if worse else ""),
        Cell(level.assigned_value, kind=kind),
        Cell(level.value, kind=kind),
    )
