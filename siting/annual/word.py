"""年度建设计划.docx: title page, overall figures, projects by year, circles with reasons, what is left out, sources."""

from __future__ import annotations

from pathlib import Path

from siting.annual.indicators_zh import shown
from siting.annual.plan import AnnualPlan
from siting.annual.projects import Project
from siting.annual.record import PlanRun
from siting.annual.sources import source_rows
from siting.annual.totals import Sums, sums
from siting.annual.word_parts import Paper, WordColumn
from siting.committed.form import headers
from siting.outputs.words import number_zh

_SHARES: dict[str, tuple[float, str]] = {
    "number": (3.2, "center"),
    "district": (5.8, "center"),
    "circle": (5.5, "center"),
    "name": (10, "left"),
    "type": (6.5, "left"),
    "tier": (5.6, "center"),
    "mode": (5, "center"),
    "site": (5, "center"),
    "address": (9, "left"),
    "floor": (4.4, "center"),
    "area": (5.2, "right"),
    "served": (5.2, "right"),
    "newly": (5.8, "right"),
    "content": (21, "left"),
    "fitout": (5.6, "right"),
    "equipment": (5.6, "right"),
    "rent": (5.6, "right"),
    "total": (5.8, "right"),
    "funding": (10, "left"),
    "responsible": (6.5, "left"),
    "cooperating": (9.5, "left"),
    "start": (6, "center"),
    "finish": (6, "center"),
    "permit": (4.4, "center"),
    "remark": (17, "left"),
}
_INDICATORS = (
    WordColumn("指标", 20),
    WordColumn("单位", 8, "center"),
    WordColumn("建设前", 12, "right"),
    WordColumn("建设后", 17, "right"),
    WordColumn("定义", 48),
)
_SUMS = (
    WordColumn("分组", 26),
    WordColumn("项目数", 9, "right"),
    WordColumn("面积（㎡）", 12, "right"),
    WordColumn("投资（万元）", 14, "right"),
    WordColumn("新增覆盖（人次）", 15, "right"),
    WordColumn("就业（人）", 11, "right"),
)


def write_plan_word(plan: AnnualPlan, path: Path) -> None:
    """Write ``path``; the same plan gives the same bytes."""
    title = f"{plan.name_zh}一刻钟便民生活圈年度建设计划"
    paper = Paper(title, title, plan.banner_zh)
    _title_page(paper, plan)
    _overall(paper, plan)
    _by_year(paper, plan)
    _by_circle(paper, plan)
    _left_out(paper, plan)
    _sources(paper, plan)
    paper.save(path)


def _title_page(paper: Paper, plan: AnnualPlan) -> None:
    if plan.banner_zh:
        paper.centred(plan.banner_zh, 12, before=12, red=True)
    paper.centred(f"{plan.name_zh}一刻钟便民生活圈", 24, before=90)
    paper.centred("年度建设计划", 30)
    paper.centred(f"（{_years(plan)}）", 16, before=6)
    paper.heading("编制说明", 2)
    for text in _explanations(plan):
        paper.paragraph(text)
    paper.page_break()


def _years(plan: AnnualPlan) -> str:
    return "、".join(f"{year}年" for year in plan.years) or "没有项目"


def _explanations(plan: AnnualPlan) -> list[str]:
    names = "、".join(f"{run.circle.name}（{run.circle.district or '未填区'}）" for run in plan.runs)
    proven = [run.circle.name for run in plan.runs if run.status == "optimal"]
    open_ones = [f"{run.circle.name}（{run.status_zh}）" for run in plan.runs if run.status != "optimal"]
    told = [
        f"范围：{plan.scope_zh}，即{names}。",
        "编法：项目、点位、金额、人数取自选址求解结果（run.json），业态参数取自业态目录；资金来源、开工与完成时间、"
        "施工许可按“附：口径与依据”所列规则填写，其中标“假定”的，规划文件没有规定，须由有关部门核定。",
    ]
    if proven:
        told.append(f"求解：{'、'.join(proven)}各级目标均已证明在要求的间隙内最优。")
    if open_ones:
        told.append(f"尚未证明最优的：{'、'.join(open_ones)}。")
    if plan.banner_zh:
        told.append(f"数据：{plan.banner_zh}。本计划用于演示编法，不能作为立项依据。")
    told.append("本计划由程序编制，须经现场核查、部门会签后生效；改过的 Excel 可以读回（siting run … --committed）。")
    return told


def _overall(paper: Paper, plan: AnnualPlan) -> None:
    total = plan.total
    paper.heading("一、总体情况")
    paper.paragraph(
        f"本计划共 {total.projects} 个项目，建筑面积 {total.area_m2:,.0f} ㎡，投资 {total.total_cny / 1e4:,.2f} 万元"
        f"（装修 {total.fitout_cny / 1e4:,.2f}，设备 {total.equipment_cny / 1e4:,.2f}，"
        f"租金 {total.rent_cny / 1e4:,.2f}）；需办施工许可 {total.permits} 项。"
    )
    paper.table(_INDICATORS, [[i.name_zh, i.unit_zh, *shown(i), i.definition_zh] for i in plan.indicators])
    for heading, rows in plan.groups():
        paper.heading(heading, 3)
        paper.table(_SUMS, [_sums_row(row) for row in (*rows, total)])
    paper.paragraph("新增覆盖按项目相加，同一业态的两个项目可能覆盖同一批居民。", size=10, indent=False)


def _sums_row(row: Sums) -> list[str]:
    figures = (row.area_m2, row.total_cny / 1e4, row.newly, row.staff)
    return [row.label_zh, str(row.projects), *(number_zh(v, d) for v, d in zip(figures, (0, 2, 0, 0), strict=True))]


def _by_year(paper: Paper, plan: AnnualPlan) -> None:
    paper.section(420, 297)
    paper.heading("二、分年度项目表")
    columns = [WordColumn(headers()[key], *_SHARES[key]) for key in _SHARES]
    for year in plan.years:
        projects = plan.of_year(year)
        year_sums = sums("", projects)
        paper.heading(f"{year} 年（{len(projects)} 项，投资 {year_sums.total_cny / 1e4:,.2f} 万元）", 2)
        paper.table(columns, [_project_row(n, p) for n, p in enumerate(projects, start=1)], size=7)
    if not plan.years:
        paper.paragraph("没有项目。")


def _project_row(number: int, project: Project) -> list[str]:
    cost = project.cost
    wan = [number_zh(v / 1e4, 2) for v in (cost.fitout_cny, cost.equipment_cny, cost.rent_cny, cost.total_cny)]
    return [
        str(number),
        project.district,
        project.circle_zh,
        project.name_zh,
        project.type_zh,
        project.tier_zh,
        project.mode_zh,
        project.site_id,
        project.address_zh,
        project.floor_zh,
        f"{project.area_m2:g}",
        number_zh(project.served),
        number_zh(project.newly),
        project.content_zh,
        *wan,
        project.funding_zh,
        project.responsible_zh,
        project.cooperating_zh,
        str(project.start),
        str(project.finish),
        project.permit.label_zh,
        project.remark_zh,
    ]


def _by_circle(paper: Paper, plan: AnnualPlan) -> None:
    paper.section(210, 297)
    paper.heading("三、分生活圈说明")
    for run in plan.runs:
        circle, projects = run.circle, plan.of_circle(run.circle.id)
        paper.heading(
            f"{circle.name}一刻钟便民生活圈（{'　'.join(p for p in (circle.district, circle.street_office) if p)}）", 2
        )
        paper.paragraph(_circle_zh(run, projects))
        for project in projects:
            paper.paragraph(f"{project.code}　{project.name_zh}", bold=True, indent=False, size=11)
            paper.paragraph(project.reason_zh, size=11)


def _circle_zh(run: PlanRun, projects: tuple[Project, ...]) -> str:
    totals = run.totals
    money = sum(project.cost.total_cny for project in projects) / 1e4
    return (
        f"居民 {run.gaps.residents:,.0f} 人。安排项目 {len(projects)} 个，投资 {money:,.2f} 万元；"
        f"补齐基本保障类缺口 {totals.missing_types_filled}/{totals.missing_types_total} 个；"
        f"{totals.residents_with_more:,.0f} 名居民步行可达业态增加；基本保障类配齐率 "
        f"{totals.basic_complete_share_before:.1%} → {totals.basic_complete_share_after:.1%}。求解：{run.status_zh}。"
    )


def _left_out(paper: Paper, plan: AnnualPlan) -> None:
    paper.heading("四、未纳入及原因")
    if not plan.left_out:
        paper.paragraph("没有未纳入的缺口或备选点位。")
        return
    columns = (WordColumn("生活圈", 12), WordColumn("未纳入的业态或点位", 34), WordColumn("原因", 60))
    paper.table(columns, [(x.circle_zh, x.what_zh, x.reason_zh) for x in plan.left_out])


def _sources(paper: Paper, plan: AnnualPlan) -> None:
    paper.heading("附：口径与依据")
    columns = (WordColumn("事项", 20), WordColumn("口径", 50), WordColumn("依据", 32), WordColumn("性质", 13, "center"))
    paper.table(columns, source_rows(plan))
