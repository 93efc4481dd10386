"""Sheet 摘要 of 对比.xlsx: which runs, what to mind, the measures side by side with their differences."""

from __future__ import annotations

from siting.outputs.workbook.book import Book
from siting.outputs.workbook.sheet import Cell, Column, Row, Sheet
from siting.studies.compare.comparison import Comparison, RunColumn
from siting.studies.compare.places import ADDED, CHANGES_ZH, DROPPED, KEPT, RETYPED
from siting.studies.measures import MEASURES, Measure

_ROUNDING = 0.005


def summary_sheet(book: Book, comparison: Comparison) -> None:
    """Write the sheet."""
    runs = comparison.runs
    width = max(2 * len(runs) + 1, 6)
    sheet = Sheet(book, "摘要", "方案对比", width)
    sheet.widths([34.0, *[17.0] * (width - 1)])
    _legend(sheet, runs)
    _measures(sheet, runs)
    _fates(sheet, runs)
    if comparison.notes:
        sheet.line("说明", "section", height=20)
        for note in comparison.notes:
            sheet.paragraph(f"· {note}", width, 34 + 17 * (width - 1) - 4)
    sheet.sheet.activate()


def _legend(sheet: Sheet, runs: tuple[RunColumn, ...]) -> None:
    sheet.line("对比的方案", "section", height=20)
    columns = [
        Column("方案", wide=34),
        *(Column(h, wide=17) for h in ("生活圈", "情景", "求解状态", "输入与 1", "文件夹")),
    ]
    sheet.header(columns)
    rows: list[Row] = []
    for run in runs:
        same = "—" if run is runs[0] else "生活圈不同" if not run.same_circle else "相同" if run.same_inputs else "不同"
        status = Cell(run.status_zh, "good" if run.status == "optimal" else "warn")
        tint = "warn" if same == "不同" else ""
        circle = f"{run.circle_id} {run.circle_name}".strip()
        rows.append((Cell(f"{run.number}", "strong"), circle, run.scenario, status, Cell(same, tint), run.folder))
    sheet.rows(columns, rows)
    sheet.row += 1


def _measures(sheet: Sheet, runs: tuple[RunColumn, ...]) -> None:
    sheet.line("主要指标（绿色为较 1 变好，红色为变差）", "section", height=20)
    columns = [Column("指标（单位）", wide=34), *(Column(f"{r.number} {r.scenario}", "int", 17) for r in runs)]
    columns += [Column(f"{r.number} {r.scenario}：较 1", "int", 17) for r in runs[1:]]
    sheet.header(columns)
    rows: list[Row] = []
    for measure in MEASURES:
        name = f"{measure.name_zh}（{measure.unit_zh}）" if measure.unit_zh else measure.name_zh
        values = [Cell(run.values[measure.key], kind=measure.kind) for run in runs]
        changes = [_change(measure, runs[0], run) for run in runs[1:]]
        rows.append((Cell(name, "strong"), *values, *changes))
    missing = Cell("其中：基本业态缺口总数（个）")
    rows.insert(1, (missing, *(run.missing_types_total for run in runs), *(None for _ in runs[1:])))
    sheet.rows(columns, rows)
    sheet.row += 1


def _change(measure: Measure, first: RunColumn, run: RunColumn) -> Cell:
    change = run.values[measure.key] - first.values[measure.key]
    rounding = _ROUNDING if measure.kind == "int" else 1e-9
    if abs(change) < rounding:
        return Cell(0, kind=measure.kind)
    good = change * measure.better
    return Cell(change, "good" if good > 0 else "bad" if good < 0 else "", measure.kind)


def _fates(sheet: Sheet, runs: tuple[RunColumn, ...]) -> None:
    compared = [run for run in runs[1:] if run.same_circle]
    if not compared:
        return
    sheet.line("点位较 1 的变化（处）", "section", height=20)
    kinds = (KEPT, RETYPED, DROPPED, ADDED)
    columns = [Column("方案", wide=34), *(Column(CHANGES_ZH[kind], "int", 17) for kind in kinds)]
    sheet.header(columns)
    rows: list[Row] = [(f"{r.number} {r.scenario}", *(r.changes.get(kind, 0) for kind in kinds)) for r in compared]
    sheet.rows(columns, rows)
    sheet.row += 1
