"""年度建设计划.xlsx: 汇总, one sheet a year (to be edited), one a district, what is left out, sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from siting.annual.plan import AnnualPlan
from siting.annual.projects import Project
from siting.annual.sources import source_rows
from siting.annual.summary_sheet import summary_sheet
from siting.committed.form import (
    HIDDEN_SHEET,
    STATUSES,
    Written,
    WrittenCircle,
    headers,
    hidden_rows,
    wan_cell,
)
from siting.outputs.workbook.book import Book
from siting.outputs.workbook.sheet import Cell, Column, Kind, Row, Sheet
from siting.outputs.workbook.text import clean

_A3 = 8
_SPARE_ROWS = 200
_NOT_IN_A_SHEET_NAME = re.compile(r"[\[\]:*?/\\'\s]")
_KINDS: dict[str, tuple[Kind, float]] = {
    "number": ("plain", 6),
    "district": ("text", 9),
    "circle": ("text", 11),
    "name": ("text", 20),
    "type": ("text", 12),
    "tier": ("text", 9),
    "mode": ("text", 9),
    "site": ("text", 9),
    "address": ("text", 18),
    "floor": ("text", 8),
    "area": ("decimal1", 9),
    "served": ("int", 10),
    "newly": ("int", 11),
    "content": ("text", 38),
    "fitout": ("decimal2", 11),
    "equipment": ("decimal2", 11),
    "rent": ("decimal2", 11),
    "total": ("decimal2", 11),
    "funding": ("text", 20),
    "responsible": ("text", 11),
    "cooperating": ("text", 18),
    "start": ("text", 15),
    "finish": ("text", 15),
    "permit": ("text", 8),
    "remark": ("text", 34),
    "year": ("plain", 7),
    "status": ("text", 9),
    "code": ("text", 11),
}
_ONLY_TO_EDIT = ("year", "status", "code")
_HOW_TO = (
    "本表可修改后读回（siting run … --committed 本文件）：划去整行（删除线）或把“状态”改为“取消”即不再建；"
    "改“点位编号”即换房；改投资额即按新造价；改“年度”即调整年度；删除整行或改为“可调整”即放开；"
    "空白行填“点位编号”和“业态”即增加。“项目编码”请勿改动。"
)


def write_plan_workbook(plan: AnnualPlan, path: Path) -> None:
    """Write ``path``; the same plan gives the same bytes."""
    with Book(f"{plan.name_zh}年度建设计划", plan.banner_zh, path, title="一刻钟便民生活圈年度建设计划") as book:
        used: set[str] = {HIDDEN_SHEET}
        summary_sheet(book, plan)
        for year in plan.years:
            name = sheet_name(f"{year}年", used)
            _projects_sheet(book, name, f"{year} 年项目表", plan.of_year(year), editable=True)
        if not plan.years:
            _projects_sheet(book, sheet_name("项目", used), "项目表", (), editable=True)
        for district in plan.districts:
            name = sheet_name(district or "未填区", used)
            _projects_sheet(book, name, "分区项目表", plan.of_district(district), editable=False)
        _table(book, "未纳入及原因", _LEFT_OUT, [(x.circle_zh, x.what_zh, x.reason_zh) for x in plan.left_out])
        _table(book, "口径与依据", _SOURCES, source_rows(plan))
        _hidden_sheet(book, plan)


_LEFT_OUT = (Column("生活圈", wide=16), Column("未纳入的业态或点位", wide=52), Column("原因", wide=90))
_SOURCES = (Column("事项", wide=24), Column("口径", wide=88), Column("依据", wide=48), Column("性质", wide=12))


def sheet_name(text: str, used: set[str]) -> str:
    """``text`` as a sheet's name: what Excel takes, at most 31 characters, not used yet."""
    base = _NOT_IN_A_SHEET_NAME.sub("_", clean(text)).strip()[:28] or "表"
    name, number = base, 1
    while name.casefold() in {other.casefold() for other in used}:
        number += 1
        name = f"{base}{number}"
    used.add(name)
    return name


def _projects_sheet(book: Book, name: str, title: str, projects: tuple[Project, ...], *, editable: bool) -> None:
    shown = [key for key in headers() if editable or key not in _ONLY_TO_EDIT]
    columns = [Column(headers()[key], *_KINDS[key]) for key in shown]
    sheet = Sheet(book, name, title, len(columns))
    sheet.sheet.set_paper(_A3)
    money = sum(project.cost.total_cny for project in projects)
    newly = sum(project.newly for project in projects)
    sheet.line(
        f"共 {len(projects)} 项，投资 {money / 1e4:,.2f} 万元，新增覆盖 {newly:,.0f} 人次"
        "（项目相加，同业态项目之间可能重复）；投资额含房屋改造、开办与租期内租金折现；开工、完成时间为拟定。",
        "subtitle",
        height=18,
    )
    if editable:
        sheet.line(_HOW_TO, "subtitle", height=18)
    else:
        sheet.line("本表供查看，已设保护；修改请在年度表进行。", "subtitle", height=18)
    header = sheet.row
    rows = [_row(number, project, shown) for number, project in enumerate(projects, start=1)]
    sheet.table(columns, rows, empty_zh="没有项目。")
    _print_and_guard(sheet.sheet, shown, header, len(rows), editable=editable)


def _print_and_guard(sheet: Any, shown: list[str], header: int, rows: int, *, editable: bool) -> None:
    sheet.freeze_panes(header + 1, shown.index("name") + 1)
    if not editable:
        sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})
        return
    status = shown.index("status")
    rule = {
        "validate": "list",
        "source": list(STATUSES),
        "error_title": "状态",
        "error_message": "请选：拟建、已定、取消、可调整",
    }
    sheet.data_validation(header + 1, status, header + max(rows, 1) + _SPARE_ROWS, status, rule)


def _row(number: int, project: Project, shown: list[str]) -> Row:
    cost = project.cost
    values: dict[str, Any] = {
        "number": number,
        "district": project.district,
        "circle": f"{project.circle_zh}（{project.circle_id}）",
        "name": Cell(project.name_zh, "strong"),
        "type": project.type_zh,
        "tier": project.tier_zh,
        "mode": project.mode_zh,
        "site": project.site_id,
        "address": project.address_zh,
        "floor": project.floor_zh,
        "area": project.area_m2,
        "served": project.served,
        "newly": project.newly,
        "content": project.content_zh,
        "fitout": wan_cell(cost.fitout_cny),
        "equipment": wan_cell(cost.equipment_cny),
        "rent": wan_cell(cost.rent_cny),
        "total": wan_cell(sum(round(part, 2) for part in (cost.fitout_cny, cost.equipment_cny, cost.rent_cny))),
        "funding": project.funding_zh,
        "responsible": project.responsible_zh,
        "cooperating": project.cooperating_zh,
        "start": str(project.start),
        "finish": str(project.finish),
        "permit": Cell(project.permit.label_zh, "warn" if project.permit.needed else ""),
        "remark": project.remark_zh,
        "year": project.year,
        "status": project.status_zh,
        "code": project.code,
    }
    return [values[key] for key in shown]


def _table(book: Book, title: str, columns: tuple[Column, ...], rows: Sequence[Row]) -> None:
    sheet = Sheet(book, title, title, len(columns))
    sheet.table(columns, rows)


def _hidden_sheet(book: Book, plan: AnnualPlan) -> None:
    sheet = book.workbook.add_worksheet(HIDDEN_SHEET)
    for row, (name, value) in enumerate(hidden_rows(written_circles(plan), written(plan))):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    sheet.very_hidden()


def written_circles(plan: AnnualPlan) -> list[WrittenCircle]:
    """The circles as the hidden sheet keeps them."""
    return [
        WrittenCircle(run.circle.id, run.circle.name, run.totals.cost_cny, run.totals.residents_newly_covered)
        for run in plan.runs
    ]


def written(plan: AnnualPlan) -> list[Written]:
    """The rows as the hidden sheet keeps them; money as the cells show it, to the fen."""
    return [
        Written(
            code=project.code,
            circle_id=project.circle_id,
            circle_zh=project.circle_zh,
            name_zh=project.name_zh,
            site_id=project.site_id,
            type_id=project.type_id,
            type_zh=project.type_zh,
            host=project.host,
            year=project.year,
            sheet=f"{project.year}年",
            fitout_cny=round(project.cost.fitout_cny, 2),
            equipment_cny=round(project.cost.equipment_cny, 2),
            rent_cny=round(project.cost.rent_cny, 2),
            own_cny=project.cost.own_cny,
            newly=project.newly,
        )
        for project in plan.projects
    ]
