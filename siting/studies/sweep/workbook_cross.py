"""Sheets 交叉表 (one block for each measure, two parameters) and 点位入选 (site × point, with frequency)."""

from __future__ import annotations

from siting.outputs.words import level_words
from siting.outputs.workbook.book import Book
from siting.outputs.workbook.sheet import Cell, Column, Kind, Row, Sheet
from siting.studies.measures import MEASURES
from siting.studies.sweep.points import SHORT_ZH, PointResult, Sweep

_LEAST_COLUMNS = 8
_MARK, _ADDED = "●", "○"


def cross_sheet(book: Book, sweep: Sweep) -> None:
    """Write 交叉表: rows are the first parameter's values, columns the second's."""
    down, across = sweep.axes
    width = max(len(across.values) + 1, _LEAST_COLUMNS)
    sheet = Sheet(book, "交叉表", "交叉表（两个参数）", width)
    sheet.widths([26.0, *[14.0] * (width - 1)])
    sheet.line(f"行：{down.name_zh} {down.key}；列：{across.name_zh} {across.key}。没有方案的点写明原因。", "subtitle")
    for title, kind, values in _blocks(sweep):
        if all(not isinstance(v, float) or not v for v in values.values()):
            continue
        sheet.line(title, "section", height=20)
        columns = [Column(f"{down.name_zh} ＼ {across.name_zh}", wide=26)]
        columns += [Column(text, kind, 14) for text in across.values_zh]
        sheet.header(columns)
        rows: list[Row] = []
        for n, text in enumerate(down.values_zh):
            rows.append((Cell(text, "strong"), *(values[(n, m)] for m in range(len(across.values)))))
        sheet.rows(columns, rows)
        sheet.row += 1


Block = tuple[str, Kind, dict[tuple[int, ...], float | str | None]]


def _blocks(sweep: Sweep) -> list[Block]:
    """The measures, then the incumbents of the levels that no measure repeats."""
    blocks: list[Block] = []
    for measure in MEASURES:
        title = f"{measure.name_zh}（{measure.unit_zh}）" if measure.unit_zh else measure.name_zh
        blocks.append((title, measure.kind, {p.steps: _measure(p, measure.key) for p in sweep.points}))
    levels = list(dict.fromkeys(level["name"] for p in sweep.points for level in p.levels))
    for name in (n for n in levels if n in ("equity", "walking", "farthest_walk")):
        words = level_words(name)
        kind: Kind = "decimal3" if words.decimals == 3 else "int"
        blocks.append((f"{words.name_zh}（{words.unit_zh}）", kind, {p.steps: _level(p, name) for p in sweep.points}))
    return blocks


def _measure(point: PointResult, key: str) -> float | str:
    return SHORT_ZH[point.status] if point.measures is None else float(point.measures[key])


def _level(point: PointResult, name: str) -> float | str | None:
    if point.measures is None:
        return SHORT_ZH[point.status]
    return next((level["incumbent"] for level in point.levels if level["name"] == name), None)


def frequency_sheet(book: Book, sweep: Sweep) -> None:
    """Write 点位入选: which place is used at which point; the most frequent first."""
    planned = [p for p in sweep.points if p.measures is not None]
    columns = [Column("编号", wide=11), Column("名称", wide=28), Column("点位或网点", "centre", 12)]
    columns += [Column("入选次数", "plain", 9), Column("入选率", "percent", 9), Column("曾承担业态", wide=36)]
    columns += [Column(f"{p.number}：{'，'.join(p.values_zh)}", "centre", 12) for p in sweep.points]
    sheet = Sheet(book, "点位入选", "点位入选（各点用了哪些点位）", len(columns))
    text = f"{_MARK} 启用为新网点，{_ADDED} 现有网点搭载；入选率 = 入选次数 ÷ 有方案的点数（{len(planned)}）。"
    sheet.line(text, "subtitle", height=18)
    seen: dict[tuple[bool, str], str] = {}
    types: dict[tuple[bool, str], dict[str, None]] = {}
    used: dict[tuple[bool, str], set[int]] = {}
    for point in planned:
        for place in point.places:
            key = (place.is_outlet, place.place_id)
            seen.setdefault(key, place.name)
            types.setdefault(key, {}).update(dict.fromkeys(place.types_zh))
            used.setdefault(key, set()).add(point.number)
    rows: list[Row] = []
    for key in sorted(seen, key=lambda k: (k[0], -len(used[k]), k[1])):
        mark = _ADDED if key[0] else _MARK
        marks = [mark if point.number in used[key] else "" for point in sweep.points]
        kind = "现有网点" if key[0] else "候选点"
        count = len(used[key])
        share = count / len(planned)
        rows.append((key[1], Cell(seen[key], "strong"), kind, count, share, "、".join(types[key]), *marks))
    sheet.table(columns, rows, empty_zh="没有一个点启用点位。")
