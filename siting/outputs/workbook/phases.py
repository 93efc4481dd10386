"""Sheet 分年度: what each year has, spends, starts and gives; only in a plan by years."""

from __future__ import annotations

from siting.bundle import PhaseTotals, Pick, ResultBundle
from siting.outputs.place import place_of, places, type_name
from siting.outputs.plain import ranked
from siting.outputs.workbook.book import Book
from siting.outputs.workbook.sheet import Cell, Column, Row, Sheet

_COLUMNS = (
    Column("年度", "plain", 14),
    Column("当年预算（元）", "int", 16),
    Column("上年结转（元）", "int", 28),
    Column("当年支出（元）", "int", 20),
    Column("年末余额（元）", "int", 16),
    Column("新启用点位（个）", "int", 12),
    Column("新设网点（个）", "int", 12),
    Column("搭载服务（项）", "int", 12),
    Column("补齐缺失网点（个）", "int", 12),
    Column("新增覆盖（人次）", "int", 14),
)
_WORKS = (
    Column("年度", "plain", 14),
    Column("点位编号", wide=16),
    Column("点位名称", wide=26),
    Column("业态", wide=20),
    Column("计入当年支出（元）", "int", 16),
    Column("投入（元）", "int", 16),
    Column("房屋可用年份", "plain", 14),
)


def phases_sheet(book: Book, bundle: ResultBundle) -> None:
    """Write the sheet; none where the plan has no years."""
    if not bundle.phases:
        return
    sheet = Sheet(book, "分年度", "分年度安排", len(_COLUMNS))
    for text in _rules(bundle):
        sheet.paragraph(f"· {text}", len(_COLUMNS), sum(column.wide for column in _COLUMNS) - 4)
    sheet.table(_COLUMNS, [*(_year(phase) for phase in bundle.phases), _sum(bundle.phases)])
    sheet.row += 1
    sheet.line("各年度开工的点位与业态", "section", height=20)
    sheet.header(_WORKS)
    sheet.rows(_WORKS, _works(bundle))


def _rules(bundle: ResultBundle) -> tuple[str, ...]:
    left = "结转下年" if bundle.scenario.scenario.phasing.carry_over else "年末收回，不结转"
    return (
        f"余额{left}。点位的开办、改造和整个租期的租金计入该点位第一个网点开工的年度。",
        "网点开工后一直保留；新增覆盖、补齐的网点记在首次得到的年度，各年相加等于合计。",
        "“投入”把点位费用平均分摊到各业态，与选址方案一致；“计入当年支出”按付款的年度，各年相加等于当年支出。",
    )


def _year(phase: PhaseTotals) -> Row:
    return (
        phase.year,
        phase.budget_cny,
        phase.carried_in_cny,
        Cell(phase.spent_cny, "strong"),
        phase.left_cny,
        phase.sites_started,
        phase.outlets_opened,
        phase.addons,
        phase.missing_types_filled,
        Cell(phase.residents_newly_covered, "strong"),
    )


def _sum(phases: tuple[PhaseTotals, ...]) -> Row:
    return (
        Cell("合计", "strong", "text"),
        sum(p.budget_cny for p in phases),
        None,
        Cell(sum(p.spent_cny for p in phases), "strong"),
        None,
        sum(p.sites_started for p in phases),
        sum(p.outlets_opened for p in phases),
        sum(p.addons for p in phases),
        sum(p.missing_types_filled for p in phases),
        Cell(sum(p.residents_newly_covered for p in phases), "strong"),
    )


def _works(bundle: ResultBundle) -> list[Row]:
    by_id, paid = places(bundle), paid_in_year_cny(bundle)
    picks = sorted(ranked(bundle), key=lambda pick: (pick.year or 0, pick.rank))
    rows: list[Row] = []
    for pick in picks:
        place = place_of(pick, by_id)
        money = (paid[pick.site_id, pick.type_id], pick.cost_cny)
        rows.append((pick.year, place.id, place.name, type_name(bundle, pick.type_id), *money, place.available_year))
    return rows


def paid_in_year_cny(bundle: ResultBundle) -> dict[tuple[str, str], float]:
    """(place, type) → what the pick takes from the budget of its year: its own cost, and an even share of the site's
    among the outlets of the site's first year, nothing after it. A year's picks add up to its ``spent_cny``.
    """
    include_rent = bundle.scenario.scenario.budget.include_rent
    paid = {(p.site_id, p.type_id): p.cost_cny if p.own_cost_cny is None else p.own_cost_cny for p in bundle.picks}
    outlets: dict[str, list[Pick]] = {}
    for pick in bundle.picks:
        if not pick.host:
            outlets.setdefault(pick.site_id, []).append(pick)
    for site_id, there in outlets.items():
        first = min(pick.year or 0 for pick in there)
        starting = [pick for pick in there if (pick.year or 0) == first]
        unpaid = 0.0 if include_rent else sum(pick.parts_cny.get("rent", 0.0) for pick in there)
        site = sum(pick.cost_cny - paid[site_id, pick.type_id] for pick in there) - unpaid
        for pick in starting:
            paid[site_id, pick.type_id] += site / len(starting)
    return paid
