"""稳健性.xlsx: 摘要, 点位频次与遗憾, 情形对照, 两个稳健方案, 各情形参数; timings are left out."""

from __future__ import annotations

from pathlib import Path

from siting.outputs.words import level_words
from siting.outputs.workbook.book import Book, banner
from siting.outputs.workbook.sheet import Cell, Column, Row, Sheet
from siting.studies.robust.formats import YES, kind_of, types_zh
from siting.studies.robust.record import PlanRecord, RobustRecord
from siting.studies.robust.sheets_plans import futures_sheet, matrix_sheet, plans_sheet
from siting.studies.robust.sheets_sites import sites_sheet
from siting.studies.robust.words import MEASURES_ZH

_WIDTHS = (36.0, 17.0, 17.0, 17.0, 17.0, 17.0)
_TOP_PLACES = 8


def write_workbook(record: RobustRecord, path: Path) -> None:
    """Write ``path``; the same answer gives the same bytes."""
    note = banner(record.simulated, record.simulated_note)
    with Book(record.name or record.circle, note, path, "方案稳健性") as book:
        _summary(book, record)
        sites_sheet(book, record)
        matrix_sheet(book, record)
        plans_sheet(book, record)
        futures_sheet(book, record)


def _summary(book: Book, record: RobustRecord) -> None:
    sheet = Sheet(book, "摘要", "这个方案有多稳", len(_WIDTHS))
    sheet.widths(_WIDTHS)
    sheet.sheet.set_portrait()
    _pairs(sheet, record)
    _levels(sheet, record)
    _places(sheet, record)
    sheet.line("说明", "section", height=20)
    for text in record.notes:
        sheet.paragraph(f"· {text}", len(_WIDTHS), sum(_WIDTHS) - 4)
    sheet.sheet.activate()


def _pairs(sheet: Sheet, record: RobustRecord) -> None:
    today = record.plan("today")
    lawful = sum(there.lawful for there in today.by_future)
    ended = Cell("部分求解未证明最优，见各表的界与间隙", "warn")
    if record.status == "optimal":
        ended = Cell("全部求解都已证明最优", "good")
    everywhere = "good" if today.lawful_everywhere else "bad"
    pairs = [
        ("求解状态", ended),
        ("生活圈", Cell(f"{record.name}（{record.circle}）", "strong")),
        ("情景", Cell(record.scenario)),
        ("情形组", Cell(f"{record.futures_title}，{len(record.futures)} 个情形（{record.futures_source}）")),
        ("最坏情形怎么算", Cell(MEASURES_ZH[record.measure])),
        ("现状方案在几个情形下合规", Cell(f"{lawful} / {len(record.futures)}", everywhere)),
        ("求解器与随机种子", Cell(f"{record.solver}，{record.seed}")),
    ]  # fmt: skip
    last = len(_WIDTHS) - 1
    for name, cell in pairs:
        sheet.text(sheet.row, 0, name, "label")
        styles = ("cell", cell.tint, "left") if cell.tint else ("cell", "left")
        sheet.sheet.merge_range(sheet.row, 1, sheet.row, last, "", sheet.book.format(*styles))
        sheet.cell(sheet.row, 1, cell, "text")
        sheet.sheet.set_row(sheet.row, 18)
        sheet.row += 1
    sheet.row += 1


def _levels(sheet: Sheet, record: RobustRecord) -> None:
    """What the two robust plans give and may regret, level by level, beside today's plan in today's numbers."""
    expected, worst = record.plan("expected"), record.plan("worst")
    first = record.futures[0]
    columns = (
        Column("目标（先后有序）", wide=36),
        Column(f"现状方案：{first.title_zh}", "int", 17),
        Column("期望方案：期望", "int", 17),
        Column("期望方案：最大遗憾", "int", 17),
        Column(f"{_short(worst)}：期望", "int", 17),
        Column(f"{_short(worst)}：最大遗憾", "int", 17),
    )
    sheet.line("稳健的代价与收益", "section", height=20)
    sheet.header(columns)
    there = record.plan("today").by_future[0]
    for number, level in enumerate(record.levels, start=1):
        words, kind = level_words(level), kind_of(level)
        cells = [
            there.values[level],
            *(None if plan is None else plan[level] for plan in (expected.expected, expected.largest_regret)),
            *(None if plan is None else plan[level] for plan in (worst.expected, worst.largest_regret)),
        ]
        head = Cell(f"{number}. {words.name_zh}（{words.unit_zh}）", "strong")
        sheet.rows(columns, [(head, *(Cell(value, kind=kind) for value in cells))])
    sheet.row += 1


def _places(sheet: Sheet, record: RobustRecord) -> None:
    columns = (
        Column("最有把握的点位", wide=36),
        Column("频次", "percent", 17),
        Column("期望方案", "centre", 17),
        Column("稳妥方案" if record.measure == "worst_regret" else "保底方案", "centre", 17),
        Column("现状方案", "centre", 17),
        Column("业态", wide=17),
    )
    shown = record.places[:_TOP_PLACES]
    more = (
        f"（前 {_TOP_PLACES} 处，共 {len(record.places)} 处，见“点位频次与遗憾”）"
        if len(record.places) > _TOP_PLACES
        else ""
    )
    sheet.line(f"最有把握的点位{more}", "section", height=20)
    sheet.header(columns)
    rows: list[Row] = [
        (
            Cell(place.place_zh, "strong"),
            place.frequency,
            YES if place.in_expected else "",
            YES if place.in_worst else "",
            YES if place.in_today else "",
            types_zh(place, with_share=False),
        )
        for place in shown
    ]
    sheet.rows(columns, rows)
    sheet.row += 1


def _short(plan: PlanRecord) -> str:
    return plan.title_zh.partition("（")[0]
