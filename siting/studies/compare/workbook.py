"""对比.xlsx: the comparison for planners."""

from __future__ import annotations

from pathlib import Path

from siting.outputs.words import level_status_zh, level_words, sense_zh
from siting.outputs.workbook.book import Book, banner
from siting.outputs.workbook.sheet import Cell, Column, Kind, Row, Sheet
from siting.studies.compare.comparison import Comparison, RunColumn, TypeCell
from siting.studies.compare.places import ADDED, CHANGES_ZH, DROPPED, RETYPED, types_text
from siting.studies.compare.workbook_summary import summary_sheet
from siting.studies.measures import TIERS_ZH
from siting.studies.settings_words import key_zh, setting_zh

_TINTS = {ADDED: "good", DROPPED: "bad", RETYPED: "warn"}


def write_comparison(comparison: Comparison, path: Path) -> None:
    """Write ``path``; the same comparison gives the same bytes."""
    circles = list(dict.fromkeys(run.circle_name or run.circle_id for run in comparison.runs))
    heading = circles[0] if len(circles) == 1 else f"{len(circles)} 个生活圈"
    with Book(heading, banner(comparison.simulated, comparison.simulated_note), path) as book:
        summary_sheet(book, comparison)
        _places(book, comparison)
        _types(book, comparison)
        _levels(book, comparison)
        _settings(book, comparison)
        _inputs(book, comparison)


def _heads(runs: tuple[RunColumn, ...], tail: str = "") -> list[str]:
    return [f"{run.number} {run.scenario}{tail}" for run in runs]


def _places(book: Book, comparison: Comparison) -> None:
    runs = comparison.runs
    columns = [Column("生活圈", wide=12), Column("点位编号", wide=11), Column("点位名称", wide=28)]
    columns += [Column("点位或网点", "centre", 12)]
    columns += [Column(f"{h}：业态", wide=34) for h in _heads(runs)]
    columns += [Column(f"{h}：投入（元）", "int", 16) for h in _heads(runs)]
    columns += [Column(f"{h}：较 1", "centre", 16) for h in _heads(runs)[1:]]
    sheet = Sheet(book, "点位变化", "点位变化", len(columns))
    sheet.line("较 1：与第 1 个方案相比。带“搭载”的业态由同址新网点或现有网点兼营（一店多能）。", "subtitle", height=18)
    rows: list[Row] = []
    for place in comparison.places:
        kind = "现有网点" if place.is_outlet else "候选点"
        head: list[str | Cell] = [place.circle_id, place.place_id, Cell(place.name, "strong"), kind]
        fates = [Cell(CHANGES_ZH[change], _TINTS.get(change, "")) for change in place.changes[1:]]
        costs = [None if cell is None else cell.cost_cny for cell in place.cells]
        rows.append((*head, *map(types_text, place.cells), *costs, *fates))
    sheet.table(columns, rows, empty_zh="各方案都没有启用点位。")


def _types(book: Book, comparison: Comparison) -> None:
    runs = comparison.runs
    columns = [Column("类别", wide=14), Column("业态", wide=20)]
    for head in _heads(runs):
        columns += [
            Column(f"{head}：新设（处）", "int", 13),
            Column(f"{head}：搭载（项）", "int", 13),
            Column(f"{head}：补齐/缺口", "centre", 13),
            Column(f"{head}：新增覆盖（人）", "int", 14),
        ]
    columns += [Column(f"{h}：新增覆盖较 1（人）", "int", 16) for h in _heads(runs)[1:]]
    sheet = Sheet(book, "业态与覆盖", "业态与新增覆盖", len(columns))
    sheet.line("新增覆盖：该业态服务人群中，原先步行不可达、建设后可达的人，每人每业态计一次。", "subtitle", height=18)
    rows: list[Row] = []
    for row in comparison.types:
        values: list[str | float | None] = []
        for cell in row.cells:
            values += _type_cells(cell)
        first = row.cells[0]
        diffs = [None if c is None or first is None else c.residents - first.residents for c in row.cells[1:]]
        rows.append((TIERS_ZH.get(row.tier, row.tier), Cell(row.name_zh, "strong"), *values, *diffs))
    sheet.table(columns, rows)


def _type_cells(cell: TypeCell | None) -> list[str | float | None]:
    if cell is None:
        return ["", "", "无此业态", ""]
    filled = f"{cell.filled}/{cell.missing}" if cell.missing else ""
    return [cell.opened, cell.addons, filled, cell.residents]


def _levels(book: Book, comparison: Comparison) -> None:
    runs = comparison.runs
    columns = [Column("目标", wide=34), Column("方向、单位", wide=18)]
    for head in _heads(runs):
        columns += [
            Column(f"{head}：次序", "plain", 10),
            Column(f"{head}：当前解", "int", 15),
            Column(f"{head}：界", "int", 15),
            Column(f"{head}：间隙", "gap", 11),
            Column(f"{head}：状态", wide=18),
        ]
    sheet = Sheet(book, "目标层级", "各级目标：当前解、界与间隙", len(columns))
    sheet.line("界由求解器证明：该级目标不可能比界更好（在前面各级不变的前提下）。", "subtitle", height=18)
    rows: list[Row] = []
    for level in comparison.levels:
        words = level_words(level.name)
        kind: Kind = "decimal3" if words.decimals == 3 else "decimal1" if level.name == "missing_types" else "int"
        values: list[str | float | Cell | None] = []
        for cell in level.cells:
            if cell is None:
                values += [None, None, None, None, "不在情景中"]
                continue
            proven = cell.status == "optimal"
            status = Cell(level_status_zh(cell.status, cell.mip_gap), "good" if proven else "warn")
            values += [cell.place, Cell(cell.incumbent, kind=kind), Cell(cell.bound, kind=kind), cell.mip_gap, status]
        unit = "，".join(part for part in (sense_zh(level.sense), words.unit_zh) if part)
        rows.append((Cell(words.name_zh, "strong"), unit, *values))
    sheet.table(columns, rows)


def _settings(book: Book, comparison: Comparison) -> None:
    runs = comparison.runs
    columns = [Column("设定", wide=26), Column("键", wide=30)]
    for head in _heads(runs):
        columns += [Column(f"{head}：值", wide=34), Column(f"{head}：来源", wide=20)]
    sheet = Sheet(book, "情景差异", "情景差异（只列取值不同的设定）", len(columns))
    rows: list[Row] = []
    for row in comparison.settings:
        values: list[str] = []
        for cell in row.cells:
            values += [setting_zh(cell.value) if cell.given else "未设", cell.origin]
        rows.append((Cell(key_zh(row.key), "strong"), row.key, *values))
    sheet.table(columns, rows, empty_zh="情景没有差别。")


def _inputs(book: Book, comparison: Comparison) -> None:
    runs = comparison.runs
    columns = [Column("部分", wide=12), Column("名称", wide=26), *(Column(h, wide=36) for h in _heads(runs))]
    sheet = Sheet(book, "输入差异", "输入、种子与程序版本的差异（只列不同的）", len(columns))
    sheet.line("输入文件以 sha256 比对，内容有一个字节不同即为不同。", "subtitle", height=18)
    rows: list[Row] = [(row.what_zh, row.name, *(cell or "（无）" for cell in row.cells)) for row in comparison.inputs]
    sheet.table(columns, rows, empty_zh="输入、种子与程序版本完全相同。")
