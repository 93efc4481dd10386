"""扫描.xlsx: the sweep for planners: 摘要, 扫描表 (long form), 交叉表 (two parameters), 点位入选."""

from __future__ import annotations

from pathlib import Path

from siting.outputs.words import gap_zh, level_words
from siting.outputs.workbook.book import Book, banner
from siting.outputs.workbook.sheet import Cell, Column, Kind, Row, Sheet
from siting.studies.measures import MEASURES
from siting.studies.sweep.points import IMPLIED, ORIGINS_ZH, REUSED, SOLVED, PointResult, Sweep, SweptKey
from siting.studies.sweep.workbook_cross import cross_sheet, frequency_sheet

_A3 = 8
_SUMMARY_WIDTHS = (26.0, 22.0, 16.0, 16.0, 16.0, 16.0)


def write_sweep(sweep: Sweep, path: Path) -> None:
    """Write ``path``; the same sweep gives the same bytes (timings are left out)."""
    with Book(sweep.circle_name or sweep.circle_id, banner(sweep.simulated, sweep.simulated_note), path) as book:
        _summary(book, sweep)
        _long(book, sweep)
        if len(sweep.axes) > 1:
            cross_sheet(book, sweep)
        frequency_sheet(book, sweep)


def _summary(book: Book, sweep: Sweep) -> None:
    sheet = Sheet(book, "摘要", "参数扫描", len(_SUMMARY_WIDTHS))
    sheet.widths(_SUMMARY_WIDTHS)
    _pairs(sheet, sweep)
    sheet.line("各点结果（详见“扫描表”）", "section", height=20)
    columns = [Column(_axis_head(axis), wide=26) for axis in sweep.axes]
    columns += [
        Column("状态", wide=18),
        Column("补齐缺口（个）", "int", 16),
        Column("新增覆盖（人次）", "int", 16),
        Column("总投入（元）", "int", 16),
        Column("启用点位（个）", "int", 16),
    ]
    columns = columns[: len(_SUMMARY_WIDTHS)]
    sheet.header(columns)
    keys = ("missing_types_filled", "residents_newly_covered", "cost_cny", "sites_used")
    for point in sweep.points:
        values = [None if point.measures is None else point.measures[key] for key in keys]
        sheet.rows(columns, [tuple([*point.values_zh, status_cell(point), *values][: len(columns)])])
    sheet.row += 1
    sheet.line("说明", "section", height=20)
    for text in _notes(sweep):
        sheet.paragraph(f"· {text}", len(_SUMMARY_WIDTHS), sum(_SUMMARY_WIDTHS) - 4)
    sheet.sheet.activate()


def _pairs(sheet: Sheet, sweep: Sweep) -> None:
    pairs = [("生活圈", f"{sweep.circle_name}（{sweep.circle_id}）"), ("情景", sweep.scenario)]
    pairs += [(f"扫描参数：{axis.key}", f"{axis.name_zh}：{'；'.join(axis.values_zh)}") for axis in sweep.axes]
    pairs += [("固定的设定（--set）", "；".join(sweep.fixed) or "（无）")]
    pairs += [("求解器、种子、要求的间隙", f"{sweep.solver}，{sweep.seed}，{gap_zh(sweep.mip_gap)}")]
    last = len(_SUMMARY_WIDTHS) - 1
    for name, text in pairs:
        sheet.text(sheet.row, 0, name, "label")
        sheet.sheet.merge_range(sheet.row, 1, sheet.row, last, "", sheet.book.format("cell", "left"))
        sheet.cell(sheet.row, 1, text, "text")
        sheet.sheet.set_row(sheet.row, 32 if len(text) > 40 or len(name) > 14 else 18)
        sheet.row += 1
    sheet.row += 1


def _notes(sweep: Sweep) -> list[str]:
    """How to read the table, and how the points were found."""
    counts = {origin: sum(1 for p in sweep.points if p.origin == origin) for origin in (SOLVED, REUSED, IMPLIED)}
    texts = [
        f"共 {len(sweep.points)} 个点：求解 {counts[SOLVED]} 个，沿用更宽的点的方案 {counts[REUSED]} 个，"
        f"由更宽的点已无解推出 {counts[IMPLIED]} 个。"
        "沿用只在更宽的点已证明最优、其方案在本点仍合规时发生，证明同样成立。",
        f"相邻两点的差别小于要求的间隙（{gap_zh(sweep.mip_gap)}）时不能当真；同样好的方案可能不止一个，点位未必唯一。",
        "各点都不计算点位排序；要看某一点的排序与理由，用 siting run 加同样的 --set 单独求解。",
    ]
    return [*texts, *sweep.notes]


def _axis_head(axis: SweptKey) -> str:
    return axis.name_zh if axis.name_zh == axis.key else f"{axis.name_zh} {axis.key}"


def status_cell(point: PointResult) -> Cell:
    """The status of a point, tinted."""
    tints = {"optimal": "good", "feasible": "warn", "limit": "warn"}
    return Cell(point.status_zh, tints.get(point.status, "bad"))


def _long(book: Book, sweep: Sweep) -> None:
    levels = list(dict.fromkeys(level["name"] for point in sweep.points for level in point.levels))
    columns = [Column("点", "plain", 6), *(Column(_axis_head(axis), wide=22) for axis in sweep.axes)]
    columns += [Column("状态", wide=18), *_measure_columns()]
    for name in levels:
        words = level_words(name)
        kind: Kind = "decimal3" if words.decimals == 3 else "decimal1" if name == "missing_types" else "int"
        head = f"{words.name_zh}（{words.unit_zh}）"
        columns += [Column(head, kind, 16), Column(f"{words.name_zh}：界", kind, 16), Column("间隙", "gap", 9)]
    columns += [Column("启用的点位", wide=40), Column("现有网点搭载", wide=26), Column("结果由来", wide=22)]
    columns += [Column("无解原因", wide=40)]
    sheet = Sheet(book, "扫描表", "扫描表（一行一个点）", len(columns))
    sheet.sheet.set_paper(_A3)
    sheet.table(columns, [_long_row(point, levels) for point in sweep.points])


def _measure_columns() -> list[Column]:
    return [Column(f"{m.name_zh}（{m.unit_zh}）" if m.unit_zh else m.name_zh, m.kind, 14) for m in MEASURES]


def _long_row(point: PointResult, levels: list[str]) -> Row:
    found = {level["name"]: level for level in point.levels}
    numbers: list[float | None] = []
    for name in levels:
        level = found.get(name, {})
        numbers += [level.get("incumbent"), level.get("bound"), level.get("mip_gap")]
    measures = [None if point.measures is None else point.measures[m.key] for m in MEASURES]
    sites = "、".join(p.place_id for p in point.places if not p.is_outlet)
    hosts = "、".join(p.place_id for p in point.places if p.is_outlet)
    origin = ORIGINS_ZH[point.origin] + (f"：第 {point.reference} 点" if point.origin != SOLVED else "")
    return (
        point.number, *point.values_zh, status_cell(point), *measures, *numbers,
        sites, hosts, origin, "；".join(point.reasons_zh),
    )  # fmt: skip
