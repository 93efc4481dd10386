"""Sheet 各圈: what each circle of a city's run gets, and the split by residents beside it; only in such a run."""

from __future__ import annotations

from siting.bundle import CityCircle, CityReport, ResultBundle
from siting.outputs.words import level_words, number_zh
from siting.outputs.workbook.book import Book
from siting.outputs.workbook.sheet import Cell, Column, Row, Sheet

_COLUMNS = (
    Column("生活圈", wide=24),
    Column("区", wide=14),
    Column("居民（人）", "int", 12),
    Column("基本业态缺口（个）", "int", 12),
    Column("补齐（个）", "int", 10),
    Column("启用点位（处）", "int", 10),
    Column("项目（项）", "int", 10),
    Column("投入（元）", "int", 14),
    Column("新增覆盖（人次）", "int", 13),
    Column("多得业态的居民（人）", "int", 13),
    Column("按人口可分（元）", "int", 15),
    Column("单独做：补齐（个）", "int", 12),
    Column("单独做：投入（元）", "int", 14),
)


def city_sheet(book: Book, bundle: ResultBundle) -> None:
    """Write the sheet; none for a circle alone."""
    city = bundle.city
    if city is None:
        return
    sheet = Sheet(book, "各圈", "各圈：一本账怎么分", len(_COLUMNS))
    width = sum(column.wide for column in _COLUMNS) - 4
    for text in _rules(city):
        sheet.paragraph(f"· {text}", len(_COLUMNS), width)
    sheet.table(_COLUMNS, [*(_row(circle) for circle in city.circles), _sum(city.circles)])
    sheet.row += 1
    sheet.line("与按人口切分预算相比", "section", height=20)
    columns = [Column("目标", wide=24), Column("单位", wide=14), Column("一本账", "decimal1", 12)]
    columns += [Column("按人口切分", "decimal1", 12), Column("相差", "decimal1", 10)]
    sheet.header(columns)
    sheet.rows(
        columns,
        [
            (level_words(v.name).name_zh, level_words(v.name).unit_zh, v.city, v.split, v.city - v.split)
            for v in city.split
        ],
    )
    sheet.row += 1
    sheet.line("合并与改号", "section", height=20)
    for table, one, other, name, metres, rule in city.merges:
        sheet.paragraph(
            f"· {table}：{one} 与 {other} 是同一处“{name}”，相距 {metres:g} 米（{rule}）", len(_COLUMNS), width
        )
    if not city.merges:
        sheet.paragraph("· 没有同时登记在几个圈里的居民点、点位或网点", len(_COLUMNS), width)
    if city.renamed:
        text = f"· 编号在几个圈里重复的 {len(city.renamed)} 处，前面加了圈号，如 {_example(city)}；全部对照见 run.json"
        sheet.paragraph(text, len(_COLUMNS), width)


def _rules(city: CityReport) -> tuple[str, ...]:
    capital = "不限" if city.capital_cny is None else f"{number_zh(city.capital_cny)} 元"
    dropped = f"；其中 {city.split_dropped} 项合在一起违反规则，已去掉" if city.split_dropped else ""
    return (
        f"全市资金 {capital}：{city.capital_zh}。",
        "同时在几个圈里的点位，为每个圈补缺；投入、项目与受益居民只记在第一个圈，合计不重复。",
        f"“按人口可分”按各圈居民数切分全市资金；“单独做”是各圈用自己那份分别求解{dropped}。",
    )


def _row(circle: CityCircle) -> Row:
    return (
        Cell(f"{circle.id} {circle.name}", "strong"),
        circle.district,
        circle.residents,
        circle.missing_total,
        Cell(circle.missing_filled, "strong"),
        circle.sites_used,
        circle.picks,
        Cell(circle.money_cny, "strong"),
        circle.residents_newly_covered,
        circle.residents_with_more,
        circle.share_cny,
        circle.alone_missing_filled,
        circle.alone_money_cny,
    )


def _sum(circles: tuple[CityCircle, ...]) -> Row:
    return (
        Cell("合计", "strong"),
        "",
        None,
        sum(c.missing_total for c in circles),
        Cell(sum(c.missing_filled for c in circles), "strong"),
        sum(c.sites_used for c in circles),
        sum(c.picks for c in circles),
        Cell(sum(c.money_cny for c in circles), "strong"),
        sum(c.residents_newly_covered for c in circles),
        sum(c.residents_with_more for c in circles),
        None if any(c.share_cny is None for c in circles) else sum(c.share_cny or 0.0 for c in circles),
        sum(c.alone_missing_filled or 0 for c in circles),
        sum(c.alone_money_cny or 0.0 for c in circles),
    )


def _example(city: CityReport) -> str:
    old, new = next(iter(sorted(city.renamed.items())))
    return f"{old} → {new}"
