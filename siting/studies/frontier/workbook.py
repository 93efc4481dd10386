"""预算曲线.xlsx: summary with charts, the curve, nested plans, marginal values, thresholds of missing outlets."""

from __future__ import annotations

from pathlib import Path

from siting.outputs.words import level_words, number_zh
from siting.outputs.workbook.book import Book, banner
from siting.outputs.workbook.sheet import Cell, Column, Row, Sheet
from siting.outputs.workbook.text import lines_needed
from siting.studies.frontier.charts import CHART_ROWS, coverage_chart, missing_chart
from siting.studies.frontier.record import BudgetCurve, Loss
from siting.studies.frontier.sheets import curve_sheet, marginal_sheet, nested_sheet, thresholds_sheet
from siting.studies.frontier.words import knee_step, loss_zh, status_cell

_WIDTHS = (20.0, 16.0, 16.0, 16.0, 16.0, 22.0)


def write_curve(curve: BudgetCurve, path: Path) -> None:
    """Write ``path``; the same curve gives the same bytes."""
    name = str(curve.circle["name"] or curve.circle["id"])
    with Book(name, banner(curve.simulated, curve.simulated_note), path) as book:
        _summary(book, curve)
        curve_sheet(book, curve)
        nested_sheet(book, curve)
        marginal_sheet(book, curve)
        thresholds_sheet(book, curve)


def _summary(book: Book, curve: BudgetCurve) -> None:
    sheet = Sheet(book, "摘要", "预算曲线摘要", len(_WIDTHS))
    sheet.widths(_WIDTHS)
    sheet.sheet.set_portrait()
    facts: list[tuple[str, Cell]] = [
        ("状态", Cell("各点最优，已证明" if curve.status == "optimal" else "有的点到时限未证明最优", _tint(curve))),
        ("情景", Cell(str(curve.scenario["name"]))),
        ("情景的投资预算", Cell("未设" if curve.budget_cny is None else f"{number_zh(curve.budget_cny)} 元")),
        ("预算点", Cell(_range(curve))),
        ("拐点", Cell(curve.knee_zh, "strong")),
        ("拐点之后的一步", Cell(knee_step(curve))),
        ("向前嵌套的代价", Cell(_nesting([(p.budget_cny, p.nested_loss) for p in curve.points]))),
        ("倒推嵌套的代价", Cell(_nesting([(p.budget_cny, p.backward_loss) for p in curve.points]))),
        ("补缺", Cell(_missing(curve))),
        ("求解器与随机种子", Cell(f"{curve.solver}，{curve.seed}；要求的最优性间隙 {curve.mip_gap:g}")),
    ]
    for title, cell in facts:
        _fact(sheet, title, cell)
    sheet.row += 1
    _milestones(sheet, curve)
    for chart in (coverage_chart(book, curve), missing_chart(book, curve)):
        sheet.sheet.insert_chart(sheet.row, 0, chart, {"object_position": 2})
        sheet.row += CHART_ROWS
    sheet.line("说明", "section", height=20)
    for note in curve.notes:
        sheet.paragraph(f"· {note}", len(_WIDTHS), sum(_WIDTHS) - 4)
    sheet.sheet.activate()


def _tint(curve: BudgetCurve) -> str:
    return "good" if curve.status == "optimal" else "warn"


def _fact(sheet: Sheet, title: str, cell: Cell) -> None:
    text = str(cell.value)
    room = sum(_WIDTHS[1:]) - 4
    sheet.sheet.set_row(sheet.row, 4 + 14 * lines_needed(text, room))
    sheet.text(sheet.row, 0, title, "label")
    styles = ("cell", cell.tint, "left") if cell.tint else ("cell", "left")
    sheet.sheet.merge_range(sheet.row, 1, sheet.row, len(_WIDTHS) - 1, "", sheet.book.format(*styles))
    sheet.text(sheet.row, 1, text, *styles)
    sheet.row += 1


def _range(curve: BudgetCurve) -> str:
    low, high = curve.points[0].budget_cny, curve.points[-1].budget_cny
    reused = f"，其中 {curve.points_reused} 个由别的点直接得出" if curve.points_reused else ""
    return f"{len(curve.points)} 个，{number_zh(low)} 元到 {number_zh(high)} 元{reused}"


def _nesting(losses: list[tuple[float, Loss | None]]) -> str:
    lost = [(budget, loss) for budget, loss in losses if loss is not None]
    if not lost:
        return "没有代价：每个预算下都与自由方案一样好"
    budget, loss = lost[-1]
    return f"{len(lost)} 个点有代价；其中最大的预算 {number_zh(budget)} 元处：{loss_zh(loss)}"


def _missing(curve: BudgetCurve) -> str:
    if not curve.missing_total:
        return "基本业态没有缺口"
    most = f"最多能补 {curve.most_filled} 个" + ("" if curve.most_filled_proven else "（未证明）")
    rows = [row for row in curve.thresholds if row.filled]
    full = f"，至少要 {number_zh(rows[-1].cost_cny)} 元" if rows else ""
    return f"缺口共 {curve.missing_total} 个，{most}{full}；每多补一个要多少钱见“补缺门槛”"


def _milestones(sheet: Sheet, curve: BudgetCurve) -> None:
    """First, knee and last budget side by side."""
    sheet.line("几个预算下能做到什么（自由方案）", "section", height=20)
    wanted = {curve.points[0].budget_cny, curve.knee_cny, curve.budget_cny, curve.points[-1].budget_cny}
    columns = [
        Column("预算（元）", "int", 20),
        Column("补齐缺失网点（个）", "int", 16),
        Column(f"{level_words(curve.knee_level).name_zh}", "int", 16),
        Column("新增覆盖合计（人次）", "int", 16),
        Column("实际投入（元）", "int", 16),
        Column("状态", wide=22),
    ]
    sheet.header(columns)
    rows: list[Row] = []
    for point in curve.points:
        if point.budget_cny not in wanted:
            continue
        plan = point.free_plan
        level = next((v.incumbent for v in plan.levels if v.name == curve.knee_level), None)
        knee = point.budget_cny == curve.knee_cny
        budget = Cell(point.budget_cny, "strong" if knee else "")
        rows.append((budget, plan.missing_types_filled, level, point.free, plan.cost_cny, status_cell(plan)))
    sheet.rows(columns, rows)
    sheet.row += 1
