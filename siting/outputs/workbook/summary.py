"""Sheet 摘要: what the run says, in ten seconds."""

from __future__ import annotations

from models.solution import LevelResult, Termination
from siting.bundle import ResultBundle
from siting.outputs.place import label, place_of, places, type_name
from siting.outputs.plain import bundle_status_zh, ranked
from siting.outputs.words import level_status_zh, level_words, sense_zh
from siting.outputs.workbook.book import Book
from siting.outputs.workbook.sheet import Cell, Column, Kind, Row, Sheet, Value
from siting.outputs.workbook.text import lines_needed

_WIDTHS = (42.0, 22.0, 14.0, 14.0, 12.0, 18.0)
_TOP_PICKS = 8
_ONE_PAGE = 60

_LEVEL_COLUMNS = (
    Column("目标（先后有序）", wide=42),
    Column("方向、单位", wide=22),
    Column("当前解", "int", 14),
    Column("界", "int", 14),
    Column("最优性间隙", "gap", 12),
    Column("状态", wide=18),
)

_PICK_COLUMNS = (
    Column("首选点位", wide=42),
    Column("业态", wide=22),
    Column("投入（元）", "int", 14),
    Column("新增覆盖（人）", "int", 14),
    Column("名次", "centre", 12),
    Column("年度", "centre", 18),
)


def summary_sheet(book: Book, bundle: ResultBundle) -> None:
    """Write the sheet."""
    sheet = Sheet(book, "摘要", "选址结果摘要", len(_WIDTHS))
    sheet.widths(_WIDTHS)
    sheet.sheet.set_portrait()
    _facts(sheet, bundle)
    _totals(sheet, bundle)
    _levels(sheet, bundle)
    _picks(sheet, bundle)
    _paragraphs(sheet, "说明", bundle.notes)
    _paragraphs(sheet, "规划文件前后矛盾之处", bundle.gaps.contradictions)
    _paragraphs(sheet, "输入数据提醒", tuple(str(fault) for fault in bundle.workspace.warnings))
    if sheet.row <= _ONE_PAGE:
        sheet.sheet.fit_to_pages(1, 1)
    sheet.sheet.activate()


def _facts(sheet: Sheet, bundle: ResultBundle) -> None:
    circle = bundle.workspace.circle
    proven = bundle.termination is Termination.OPTIMAL
    where = "　".join(part for part in (circle.district, circle.street_office) if part)
    pairs: list[tuple[str, Cell]] = [
        ("求解状态", Cell(bundle_status_zh(bundle), "good" if proven else "warn")),
        ("生活圈", Cell(f"{circle.name}（{circle.id}）", "strong")),
        ("所在区、街道", Cell(where)),
        ("情景", Cell(bundle.scenario.name)),
        ("求解器与随机种子", Cell(f"{bundle.solver}，{bundle.seed}")),
    ]
    for name, cell in pairs:
        _pair(sheet, name, cell)
    sheet.row += 1


def _pair(sheet: Sheet, name: str, cell: Cell, kind: Kind = "text", unit: str = "") -> None:
    sheet.sheet.set_row(sheet.row, 4 + 14 * lines_needed(name, _WIDTHS[0] - 2))
    sheet.text(sheet.row, 0, name, "label")
    if isinstance(cell.value, str):
        styles = ("cell", cell.tint, "left") if cell.tint else ("cell", "left")
        sheet.sheet.merge_range(sheet.row, 1, sheet.row, len(_WIDTHS) - 1, "", sheet.book.format(*styles))
    sheet.cell(sheet.row, 1, cell, kind)
    if unit:
        sheet.text(sheet.row, 2, unit, "unit")
    sheet.row += 1


def _totals(sheet: Sheet, bundle: ResultBundle) -> None:
    totals = bundle.totals
    sheet.line("结果", "section", height=20)
    filled = f"{totals.missing_types_filled:,} / {totals.missing_types_total:,} 个"
    _pair(sheet, "补齐基本业态缺口", Cell(filled, "strong"))
    before, after = totals.basic_complete_share_before, totals.basic_complete_share_after
    _pair(sheet, "基本保障类业态齐备率（已有网点的业态占比）", Cell(f"{before:.1%} → {after:.1%}", "strong"))
    capital = _capital_cny(bundle)
    limit = "（预算不限）" if capital is None else f"元（计入预算 {totals.budget_cny:,.0f}，预算 {capital:,.0f}）"
    numbers: list[tuple[str, Value, str]] = [
        ("总投入", totals.cost_cny, limit if capital is not None else f"元{limit}"),
        ("至少多得一种业态的居民", totals.residents_with_more, "人（每人计一次）"),
        ("新增覆盖", totals.residents_newly_covered, "人次（各业态相加）"),
        ("启用点位", totals.sites_used, "个"),
        ("新设网点", totals.outlets_opened, "个"),
        ("一店多能搭载服务", totals.addons, "项"),
    ]
    for name, value, unit in numbers:
        _pair(sheet, name, Cell(value, "strong"), "int", unit)
    sheet.row += 1


def _capital_cny(bundle: ResultBundle) -> float | None:
    """The budget of the whole plan: the scenario's, that of its years together, or the lesser of both."""
    years = sum(phase.budget_cny for phase in bundle.phases) if bundle.phases else None
    limits = [bundle.scenario.scenario.budget.capital_cny, years]
    return min((limit for limit in limits if limit is not None), default=None)


def _levels(sheet: Sheet, bundle: ResultBundle) -> None:
    sheet.line("各级目标：当前解、界与间隙", "section", height=20)
    sheet.header(_LEVEL_COLUMNS)
    sheet.rows(_LEVEL_COLUMNS, [_level(number, level) for number, level in enumerate(bundle.levels, start=1)])
    sheet.row += 1


def _level(number: int, level: LevelResult) -> Row:
    words = level_words(level.name)
    kind: Kind = "decimal3" if words.decimals == 3 else "decimal1" if level.name == "missing_types" else "int"
    proven = level.termination is Termination.OPTIMAL
    return (
        Cell(f"{number}. {words.name_zh}", "strong"),
        f"{sense_zh(level.sense)}，{words.unit_zh}" if words.unit_zh else sense_zh(level.sense),
        Cell(level.incumbent, kind=kind),
        Cell(level.bound, kind=kind),
        level.mip_gap,
        Cell(level_status_zh(str(level.termination), level.mip_gap), "good" if proven else "warn"),
    )


def _picks(sheet: Sheet, bundle: ResultBundle) -> None:
    picks = ranked(bundle)
    if not picks:
        return
    by_id = places(bundle)
    more = f"（前 {_TOP_PICKS} 项，共 {len(picks)} 项，见“选址方案”）" if len(picks) > _TOP_PICKS else ""
    sheet.line(f"先做哪些{more}", "section", height=20)
    sheet.header(_PICK_COLUMNS)
    sheet.rows(
        _PICK_COLUMNS,
        [
            (
                Cell(label(place_of(p, by_id).id, by_id), "strong"),
                type_name(bundle, p.type_id),
                p.cost_cny,
                p.residents_newly_covered,
                str(p.rank),
                "" if p.year is None else str(p.year),
            )
            for p in picks[:_TOP_PICKS]
        ],
    )
    sheet.row += 1


def _paragraphs(sheet: Sheet, heading: str, texts: tuple[str, ...]) -> None:
    if not texts:
        return
    sheet.line(heading, "section", height=20)
    for text in texts:
        sheet.paragraph(f"· {text}", len(_WIDTHS), sum(_WIDTHS) - 4)
    sheet.row += 1
