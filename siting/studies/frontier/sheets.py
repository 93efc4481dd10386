"""Sheets 预算曲线, 嵌套方案, 边际效益 and 补缺门槛 of a budget curve."""

from __future__ import annotations

from siting.outputs.words import level_status_zh, level_words
from siting.outputs.workbook.book import Book
from siting.outputs.workbook.sheet import Cell, Column, Row, Sheet
from siting.studies.frontier.record import BudgetCurve, CurvePick, CurvePlan, CurvePoint, Loss, Marginal
from siting.studies.frontier.words import kind_of, loss_zh, picks_zh, status_cell

CURVE_SHEET = "预算曲线"
_LEADING = (
    "budget",
    "ten_thousands",
    "status",
    "free_filled",
    "nested_filled",
    "backward_filled",
    "free_level",
    "nested_level",
    "backward_level",
)
_CURVE_ZH = (
    "每行一个预算点。自由：单独求得的最好方案，界即它的界；"
    "向前嵌套：前面选下的一律保留；倒推嵌套：最大预算方案的一部分。"
)


def column_numbers() -> dict[str, int]:
    """Columns of the sheet of the curve that the charts draw, from 0."""
    return {key: number for number, key in enumerate(_LEADING)}


def _value(plan: CurvePlan, level: str) -> float | None:
    return next((v.incumbent for v in plan.levels if v.name == level), None)


def curve_sheet(book: Book, curve: BudgetCurve) -> None:
    """Write 预算曲线: one row a budget; for every level the free value, its bound and gap."""
    knee, kind = level_words(curve.knee_level), kind_of(curve.knee_level)
    columns = [
        Column("预算（元）", "int", 14),
        Column("预算（万元）", "decimal1", 11),
        Column("自由方案状态", wide=18),
        Column("自由：补齐缺失网点（个）", "int", 13),
        Column("向前嵌套：补齐（个）", "int", 13),
        Column("倒推嵌套：补齐（个）", "int", 13),
        Column(f"自由：{knee.name_zh}（{knee.unit_zh}）", kind, 17),
        Column(f"向前嵌套：{knee.name_zh}（{knee.unit_zh}）", kind, 17),
        Column(f"倒推嵌套：{knee.name_zh}（{knee.unit_zh}）", kind, 17),
        Column("自由：新增覆盖合计（人次）", "int", 15),
        Column("自由：总投入（元）", "int", 14),
        Column("自由：计入预算（元）", "int", 14),
        Column("自由：启用点位（个）", "int", 12),
    ]
    for level in curve.levels:
        title = f"{level.name_zh}（{level.unit_zh}）"
        columns += [
            Column(f"{title}：当前解", kind_of(level.name), 16),
            Column("界", kind_of(level.name), 14),
            Column("间隙", "gap", 10),
        ]
    sheet = Sheet(book, CURVE_SHEET, "预算曲线（每行一个预算点）", len(columns))
    sheet.line(_CURVE_ZH, "subtitle", height=18)
    sheet.table(columns, [_curve_row(curve, point) for point in curve.points])


def _curve_row(curve: BudgetCurve, point: CurvePoint) -> Row:
    plan, other, part = point.free_plan, point.nested_plan, point.backward_plan
    values: list[float | None] = []
    for level in curve.levels:
        found = next((v for v in plan.levels if v.name == level.name and plan.known), None)
        values += [None, None, None] if found is None else [found.incumbent, found.bound, found.mip_gap]
    return (
        Cell(point.budget_cny, "strong" if point.budget_cny == curve.knee_cny else ""),
        point.budget_cny / 1e4,
        status_cell(plan),
        plan.missing_types_filled,
        other.missing_types_filled,
        part.missing_types_filled,
        _value(plan, curve.knee_level),
        _value(other, curve.knee_level),
        _value(part, curve.knee_level),
        point.free,
        plan.cost_cny,
        plan.spent_cny,
        plan.sites_used,
        *values,
    )


def nested_sheet(book: Book, curve: BudgetCurve) -> None:
    """Write 嵌套方案: what each step adds and costs, forward and backward, and what the free plan drops."""
    columns = [Column("预算（元）", "int", 14)]
    for way in ("向前", "倒推"):
        columns += [Column(f"{way}：状态", wide=18), Column(f"{way}：补齐（个）", "int", 11)]
        columns += [Column(f"{way}：新增覆盖合计（人次）", "int", 15)]
        columns += [Column(f"{way}：嵌套的代价（比自由方案）", wide=30)]
        columns += [Column(f"{way}：这一步新增的点位与业态", wide=44)]
    columns += [Column("自由方案在这一步丢掉的前一步选点", wide=44), Column("若全部保留，代价（比自由方案）", wide=30)]
    sheet = Sheet(book, "嵌套方案", "嵌套方案与保留前期选点的代价", len(columns))
    text = "两种嵌套都逐步求最好、步步相扣，但不是通盘最好。代价只比第一个变差的级别：它之后的级别不可比。"
    sheet.line(text, "subtitle", height=18)
    rows: list[Row] = []
    seen: dict[str, set[CurvePick]] = {"forward": set(), "backward": set()}
    for point in curve.points:
        forward = _way(point.nested_plan, point.nested_loss, seen["forward"])
        backward = _way(point.backward_plan, point.backward_loss, seen["backward"])
        kept = loss_zh(point.keeping_loss, "无（照样能做到最好）") if point.dropped else ""
        rows.append((point.budget_cny, *forward, *backward, picks_zh(point.dropped), kept))
    sheet.table(columns, rows)


def _way(plan: CurvePlan, loss: Loss | None, seen: set[CurvePick]) -> Row:
    """Cells of one way of nesting; ``seen`` grows by the plan's picks."""
    fresh = tuple(pick for pick in plan.picks if pick not in seen)
    seen |= set(plan.picks)
    price = Cell(loss_zh(loss) if plan.known else "", "warn" if loss else "")
    return (status_cell(plan), plan.missing_types_filled, plan.residents_newly_covered, price, picks_zh(fresh))


def marginal_sheet(book: Book, curve: BudgetCurve) -> None:
    """Write 边际效益: what one more step brings, in all and for each 10,000 元."""
    columns = [Column("预算从（元）", "int", 14), Column("到（元）", "int", 14)]
    columns += [Column("多投入的计入预算（元）", "int", 14)]
    columns += [Column("新增覆盖合计（人次）", "int", 14), Column("每万元（人次）", "decimal1", 12)]
    for level in curve.levels:
        columns += [Column(f"{level.name_zh}变好（{level.unit_zh}）", kind_of(level.name), 16)]
        columns += [Column("每万元", "decimal3" if kind_of(level.name) != "int" else "decimal1", 11)]
    columns += [Column("新选的", wide=44), Column("不再选的", wide=44)]
    sheet = Sheet(book, "边际效益", "边际效益：再多一步预算换来什么（自由方案）", len(columns))
    text = "正数为变好（投入一级：正数为省钱）。“每万元”按预算的增加额摊。整数方案没有影子价格，这里是相邻两点之差。"
    sheet.line(text, "subtitle", height=18)
    sheet.table(columns, [_marginal_row(curve, item) for item in curve.marginals], empty_zh="没有相邻的两个点。")


def _marginal_row(curve: BudgetCurve, item: Marginal) -> Row:
    values: list[float] = []
    for level in curve.levels:
        values += [item.gains[level.name], item.gains_per_10k[level.name]]
    return (
        item.from_cny,
        Cell(item.to_cny, "strong" if item.to_cny == curve.knee_cny else ""),
        item.spent_more_cny,
        item.residents,
        item.residents_per_10k,
        *values,
        picks_zh(item.added),
        picks_zh(item.dropped),
    )


def thresholds_sheet(book: Book, curve: BudgetCurve) -> None:
    """Write 补缺门槛: the least money for each missing outlet."""
    columns = (
        Column("补齐缺失网点（个）", "int", 14),
        Column("至少要多少钱（元）", "int", 16),
        Column("比少补一个多（元）", "int", 16),
        Column("界（元）", "int", 16),
        Column("间隙", "gap", 10),
        Column("状态", wide=18),
        Column("情景预算够不够", "centre", 14),
        Column("最省钱的做法", wide=60),
    )
    sheet = Sheet(book, "补缺门槛", "补缺门槛：每多补一个要多少钱", len(columns))
    text = "只求补齐这么多缺失网点（每个算一个）最少要多少计入预算的钱，其他目标不管；情景的其他要求都满足。"
    sheet.line(text, "subtitle", height=18)
    rows: list[Row] = [
        (
            row.filled,
            row.cost_cny,
            row.extra_cny,
            row.bound_cny,
            row.mip_gap,
            Cell(level_status_zh(row.status, row.mip_gap), "good" if row.status == "optimal" else "warn"),
            Cell("够", "good") if row.within_budget else Cell("不够", "bad"),
            picks_zh(row.picks),
        )
        for row in curve.thresholds
    ]
    sheet.table(columns, rows)
