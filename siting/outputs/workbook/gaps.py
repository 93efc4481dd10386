"""Sheet 缺口: what the circle has, needs and lacks, and whether the plan says the same."""

from __future__ import annotations

from siting.bundle import ResultBundle
from siting.gap_report import GapReport, ShortfallStatus, TypeShortfall
from siting.outputs.words import SEGMENTS_ZH, plan_says_zh
from siting.outputs.workbook.book import Book
from siting.outputs.workbook.sheet import Cell, Column, Row, Sheet
from siting.workspace import SEGMENTS

_TINT = {
    ShortfallStatus.MISSING: "bad",
    ShortfallStatus.SHORT: "warn",
    ShortfallStatus.MET: "good",
    ShortfallStatus.UNKNOWN: "unproven",
}

_COLUMNS = (
    Column("类别", wide=12),
    Column("业态", wide=28),
    Column("状态", "centre", 9),
    Column("现有网点（个）", "int", 11),
    Column("应有（个）", "int", 11),
    Column("缺少（个）", "int", 11),
    Column("步行半径（米）", "int", 11),
    Column("服务人群", wide=12),
    Column("该人群（人）", "int", 12),
    Column("步行可达（人）", "int", 12),
    Column("可达率", "percent", 9),
    *(Column(f"{SEGMENTS_ZH[s]}可达率", "percent", 13) for s in SEGMENTS),
    Column("规划怎么说", wide=14),
    Column("规划原文", wide=60),
    Column("与数据一致", "centre", 12),
    Column("可否布点", "centre", 10),
)


def gaps_sheet(book: Book, bundle: ResultBundle) -> None:
    """Write the sheet."""
    sheet = Sheet(book, "缺口", "业态缺口", len(_COLUMNS))
    for text in headline(bundle.gaps):
        sheet.line(text, "subtitle", height=18)
    sheet.table(_COLUMNS, [_row(row) for row in bundle.gaps.rows])


def headline(report: GapReport) -> list[str]:
    """Shares of the circle as a whole, then contradictions and notes; one sentence each."""
    parts = [f"居民 {report.residents:,.0f} 人", f"基本保障类业态齐备率 {report.basic_complete_share:.1%}"]
    if report.chain_share is not None:
        parts.append(f"连锁网点占 {report.chain_share:.1%}")
    if report.floor_area_share is not None:
        parts.append(f"商业面积达标率 {report.floor_area_share:.1%}")
    lines = ["；".join(parts) + "。"]
    if report.floor_area_note:
        lines.append(report.floor_area_note)
    lines += [f"规划文件前后矛盾：{text}" for text in report.contradictions]
    return lines + list(report.notes)


def _row(row: TypeShortfall) -> Row:
    agrees = {True: Cell("一致", "good"), False: Cell("不一致", "bad"), None: Cell("")}[row.agrees]
    return (
        row.tier.label_zh,
        Cell(row.name_zh, "strong"),
        Cell(row.status.label_zh, _TINT[row.status]),
        row.outlets,
        row.required,
        row.status.label_zh if row.status is ShortfallStatus.UNKNOWN else row.missing_outlets,
        row.reach_m,
        SEGMENTS_ZH.get(row.segment, row.segment),
        row.residents,
        row.residents_in_reach,
        row.share_in_reach,
        *(_share(row, segment) for segment in SEGMENTS),
        plan_says_zh(row.plan_says, row.priority),
        f"（推断）{row.plan_quote}" if row.plan_inferred and row.plan_quote else row.plan_quote,
        agrees,
        "可" if row.sitable else "否",
    )


def _share(row: TypeShortfall, segment: str) -> float | None:
    inside, everyone = row.reach_by_segment.get(segment, (0.0, 0.0))
    return inside / everyone if everyone else None
