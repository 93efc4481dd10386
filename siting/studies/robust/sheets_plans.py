"""Sheets 情形对照 (plans by futures), 两个稳健方案 (levels with bounds, picks) and 各情形参数."""

from __future__ import annotations

from siting.outputs.words import level_status_zh, level_words, sense_zh, status_zh
from siting.outputs.workbook.book import Book
from siting.outputs.workbook.sheet import Cell, Column, Row, Sheet
from siting.studies.robust.formats import kind_of, level_columns
from siting.studies.robust.record import FutureRecord, InFuture, LevelRecord, PlanRecord, RobustRecord
from siting.studies.robust.words import MEASURES_ZH

_MATRIX_ZH = (
    "一行是一个方案放到一个情形里。不合规的行：数值是“照样建成”时的数值，斜体。"
    "遗憾：比该情形单独求得的最好方案差多少（正数为差；上一级让步时，下一级可为负）。"
)


def matrix_sheet(book: Book, record: RobustRecord) -> None:
    """Write 情形对照."""
    columns = (
        Column("方案", wide=30),
        Column("情形", wide=24),
        Column("权重占比", "percent", 9),
        Column("是否合规", "centre", 10),
        Column("不合规的原因", wide=44),
        *level_columns(record.levels, "数值"),
        *level_columns(record.levels, "遗憾"),
    )
    sheet = Sheet(book, "情形对照", "情形对照（方案 × 情形）", len(columns))
    sheet.line(_MATRIX_ZH, "subtitle", height=18)
    rows = [
        _matrix_row(plan, there, future, record)
        for plan in record.plans
        for there, future in zip(plan.by_future, record.futures, strict=True)
    ]
    sheet.table(columns, rows)


def _matrix_row(plan: PlanRecord, there: InFuture, future: FutureRecord, record: RobustRecord) -> Row:
    tint = "" if there.lawful else "unproven"
    return (
        Cell(plan.title_zh, "strong" if plan.stages else ""),
        future.title_zh,
        future.probability,
        Cell("合规", "good") if there.lawful else Cell("不合规", "bad"),
        "；".join(there.reasons_zh),
        *(Cell(there.values[level], tint, kind_of(level)) for level in record.levels),
        *(Cell(there.regrets[level], tint, kind_of(level)) for level in record.levels),
    )


def plans_sheet(book: Book, record: RobustRecord) -> None:
    """Write 两个稳健方案."""
    columns = (
        Column("目标", wide=36),
        Column("比什么", wide=22),
        Column("方向", "centre", 10),
        Column("当前解", "int", 16),
        Column("界", "int", 16),
        Column("最优性间隙", "gap", 12),
        Column("状态", wide=24),
    )
    sheet = Sheet(book, "两个稳健方案", "两个稳健方案", len(columns))
    sheet.widths([column.wide for column in columns])
    for key in ("expected", "worst"):
        plan = record.plan(key)
        ended = status_zh(plan.status, tuple(stage.mip_gap for stage in plan.stages))
        sheet.line(f"{plan.title_zh}：{ended}", "section", height=20)
        sheet.header(columns)
        sheet.rows(columns, [_stage_row(stage) for stage in plan.stages])
        sheet.row += 1
        _picks(sheet, plan)
    sheet.paragraph(
        "“最大遗憾”一级的间隙以该目标的量级为分母（遗憾为 0 时没有相对间隙可言）。"
        "稳妥方案先逐级把最坏情形做好，再在同样好的方案里逐级比期望。",
        len(columns),
        sum(column.wide for column in columns) - 4,
    )


def _stage_row(stage: LevelRecord) -> Row:
    words, kind = level_words(stage.name), kind_of(stage.name)
    return (
        Cell(f"{words.name_zh}（{words.unit_zh}）", "strong"),
        MEASURES_ZH[stage.measure],
        sense_zh(stage.sense),
        Cell(stage.incumbent, kind=kind),
        Cell(stage.bound, kind=kind),
        stage.mip_gap,
        Cell(level_status_zh(stage.status, stage.mip_gap), "good" if stage.status == "optimal" else "warn"),
    )


def _picks(sheet: Sheet, plan: PlanRecord) -> None:
    columns = (Column("点位", wide=36), Column("业态", wide=22), Column("方式", "centre", 10))
    sheet.header(columns)
    sheet.rows(
        columns,
        [(pick.place_zh, pick.type_zh, "一店多能" if pick.addon else "新设") for pick in plan.picks],
    )
    if not plan.picks:
        sheet.line("（没有可做的：各情形下都合规的方案不启用任何点位）", "subtitle")
    sheet.row += 1


def futures_sheet(book: Book, record: RobustRecord) -> None:
    """Write 各情形参数."""
    columns = (
        Column("情形", wide=16),
        Column("名称", wide=26),
        Column("权重", "general", 8),
        Column("权重占比", "percent", 10),
        Column("改变了什么", wide=44),
        Column("单独求解的状态", wide=22),
        *level_columns(record.levels, "单独最好"),
        *level_columns(record.levels, "界"),
    )
    sheet = Sheet(book, "各情形参数", "各情形的参数与单独求解的结果", len(columns))
    sheet.line(record.futures_description or record.futures_title, "subtitle", height=18)
    sheet.table(columns, [_future_row(future) for future in record.futures])


def _future_row(future: FutureRecord) -> Row:
    ended = status_zh(future.status, tuple(level.mip_gap for level in future.levels))
    return (
        future.name,
        Cell(future.title_zh, "strong"),
        future.weight,
        future.probability,
        "；".join(future.changes_zh),
        Cell(ended, "good" if future.status == "optimal" else "warn"),
        *(Cell(level.incumbent, kind=kind_of(level.name)) for level in future.levels),
        *(Cell(level.bound, kind=kind_of(level.name)) for level in future.levels),
    )
