"""Sheet 点位频次与遗憾: how often each place is chosen, and what falls out with it."""

from __future__ import annotations

from siting.outputs.workbook.book import Book
from siting.outputs.workbook.sheet import Cell, Column, Row, Sheet
from siting.studies.robust.formats import YES, kind_of, level_columns, types_zh
from siting.studies.robust.record import PlaceRecord, RobustRecord

_HOW_ZH = (
    "先后：两个稳健方案都用的在前，其次看频次（按情形权重），再看落空损失，最后按编号。"
    "落空损失：已定的稳健方案里这一处临时落空、又不补别处时，最不利情形下各级目标损失多少（正数为变差，投入减少为负数）。"
)


def sites_sheet(book: Book, record: RobustRecord) -> None:
    """Write the sheet."""
    worst = "稳妥方案" if record.measure == "worst_regret" else "保底方案"
    columns = (
        Column("次序", "plain", 7),
        Column("点位", wide=34),
        Column("类型", wide=16),
        Column("期望方案", "centre", 10),
        Column(worst, "centre", 10),
        Column("现状方案", "centre", 10),
        Column("频次", "percent", 10),
        Column("入选情形数", "plain", 10),
        Column("业态与频次", wide=40),
        *level_columns(record.levels, "落空损失"),
        Column("最不利情形", wide=20),
        Column("缺它是否还合规", wide=14),
    )
    sheet = Sheet(book, "点位频次与遗憾", "点位频次与遗憾", len(columns))
    sheet.line(_HOW_ZH, "subtitle", height=18)
    titles = {future.name: future.title_zh for future in record.futures}
    sheet.table(columns, [_row(place, record, titles) for place in record.places], empty_zh="各方案都没有启用点位。")


def _row(place: PlaceRecord, record: RobustRecord, titles: dict[str, str]) -> Row:
    both = place.in_expected and place.in_worst
    losses = [None if place.loss is None else Cell(place.loss[level], kind=kind_of(level)) for level in record.levels]
    lawful = "" if place.loss is None else Cell("不合规，不可缺", "bad") if place.needed else "仍合规"
    return (
        place.rank,
        Cell(place.place_zh, "strong" if both else ""),
        place.kind_zh,
        YES if place.in_expected else "",
        YES if place.in_worst else "",
        YES if place.in_today else "",
        place.frequency,
        len(place.chosen_in),
        types_zh(place, with_share=True),
        *losses,
        titles.get(place.loss_future, ""),
        lawful,
    )
