"""兴趣点归类记录.xlsx: every row with the rule that took it and its outcome, what was found by type, and the rules."""

from __future__ import annotations

from collections import Counter

from scenarios.catalogue import Catalogue
from siting.intake.poi_sorted import SortedPois
from siting.outputs.workbook.book import Book
from siting.outputs.workbook.sheet import Cell, Column, Row, Sheet
from siting.poi.record import RULES_ZH, Outcome
from siting.poi.rulebook import rulebook

RECORD_FILE = "兴趣点归类记录.xlsx"
_TINTS = {Outcome.OUTLET: "good", Outcome.OPEN: "warn", Outcome.MERGED: "unproven"}

_EACH = (
    Column("序号", "int", 8),
    Column("文件", wide=22),
    Column("行", "plain", 8),
    Column("来源", "centre", 8),
    Column("编号", wide=16),
    Column("名称", wide=30),
    Column("地址", wide=30),
    Column("分类编码", wide=16),
    Column("分类", wide=36),
    Column("经度（原）", "general", 12),
    Column("纬度（原）", "general", 12),
    Column("规则", wide=24),
    Column("依据", wide=44),
    Column("结果", "centre", 13),
    Column("业态", wide=22),
    Column("网点编号", "centre", 11),
    Column("并入第几条", "plain", 9),
    Column("名称相近", "percent", 9),
    Column("相距（米）", "decimal1", 9),
)


def record_book(book: Book, found: SortedPois, catalogue: Catalogue) -> None:
    """Sheets 汇总, 逐条, 按业态, 未知业态, 归类规则."""
    _summary(book, found)
    sheet = Sheet(book, "逐条", "每一行兴趣点的归类", len(_EACH))
    sheet.table(_EACH, [_each(found, i, catalogue) for i in range(len(found.pois))])
    _by_type(book, found, catalogue)
    _rules(book, catalogue)


def _summary(book: Book, found: SortedPois) -> None:
    sheet = Sheet(book, "汇总", "按规则汇总", 3)
    sheet.line(f"读入 {len(found.pois):,} 行，每一行都有一条规则和一个结果；下面两张表的合计都等于它。", "subtitle")
    files = Counter(poi.file for poi in found.pois)
    for file, count in files.items():
        sheet.line(f"{file}：{count:,} 行", "subtitle")
    columns = (Column("规则", wide=34), Column("行数", "int", 12), Column("其中计为网点", "int", 14))
    counts = Counter(v.rule for v in found.verdicts)
    outlets = Counter(v.rule for v in found.verdicts if v.outcome is Outcome.OUTLET)
    rows: list[Row] = [(RULES_ZH[rule], counts[rule], outlets[rule]) for rule in RULES_ZH if counts[rule]]
    total = (Cell("合计", "strong"), Cell(len(found.pois), "strong"), Cell(sum(outlets.values()), "strong"))
    sheet.table(columns, [*rows, total])
    sheet.row += 1
    second = (Column("结果", wide=34), Column("行数", "int", 12))
    outcomes = Counter(v.outcome for v in found.verdicts)
    sheet.header(second)
    sheet.rows(second, [(outcome.label_zh, outcomes[outcome]) for outcome in Outcome if outcomes[outcome]])
    sheet.rows(second, [(Cell("合计", "strong"), Cell(len(found.pois), "strong"))])


def _each(found: SortedPois, i: int, catalogue: Catalogue) -> Row:
    poi, verdict = found.pois[i], found.verdicts[i]
    merged = verdict.outcome is Outcome.MERGED
    is_counted = verdict.outcome in (Outcome.OUTLET, Outcome.MERGED)
    detail = f"{verdict.detail}；名称超过 200 字，已截短" if poi.is_cut else verdict.detail
    return (
        i + 1,
        poi.file,
        poi.row,
        poi.source.label_zh,
        poi.poi_id,
        poi.name,
        poi.address,
        "|".join(poi.codes),
        poi.class_zh if poi.classes else "",
        poi.lon,
        poi.lat,
        RULES_ZH[verdict.rule],
        detail.strip("；"),
        Cell(verdict.outcome.label_zh, _TINTS.get(verdict.outcome, "")),
        catalogue.types[verdict.type_id].name_zh if verdict.type_id and is_counted else "",
        found.outlet_ids.get(verdict.kept if merged else i, ""),
        verdict.kept + 1 if merged else None,
        verdict.likeness if merged else None,
        verdict.metres if merged else None,
    )


def _by_type(book: Book, found: SortedPois, catalogue: Catalogue) -> None:
    columns = (
        Column("业态", wide=30),
        Column("网点（个）", "int", 12),
        Column("少了能不能说缺", "centre", 18),
        Column("为什么", wide=60),
    )
    sheet = Sheet(book, "按业态", "各业态找到几个，少了能不能说缺", len(columns))
    sheet.line("兴趣点看不出来的业态，找到得少不等于没有：缺口表写“未知”，要实地核查。", "subtitle")
    counts = Counter(v.type_id for v in found.verdicts if v.outcome is Outcome.OUTLET)
    rows: list[Row] = [
        (
            kind.name_zh,
            counts[kind.id],
            Cell("不能，未知", "warn") if kind.id in found.unseen else Cell("可以", "good"),
            found.unseen.get(kind.id, ""),
        )
        for kind in catalogue.types.values()
    ]
    sheet.table(columns, rows)


def _rules(book: Book, catalogue: Catalogue) -> None:
    columns = (
        Column("来源", "centre", 8),
        Column("分类编码", wide=14),
        Column("分类", wide=40),
        Column("步骤", wide=14),
        Column("业态", wide=26),
        Column("名称里的词", wide=44),
        Column("说明", wide=40),
        Column("出处", wide=22),
    )
    words = {
        "exclude": "排除",
        "by_name": "分类加名称",
        "ask": "人工确认",
        "direct": "直接对应",
        "reference": "参照",
        "catch_all": "泛分类按名称",
    }
    sheet = Sheet(book, "归类规则", "归类规则与出处", len(columns))
    sheet.line("先排除，再分类加名称、人工确认、直接对应、参照、泛分类按名称；其余按大类排除或交人工。", "subtitle")
    sheet.line("高德直接对应的编码另见业态目录 amap_codes.csv。", "subtitle")
    sheet.table(
        columns,
        [
            (
                rule.source.label_zh,
                rule.class_id if rule.class_id.isdecimal() else "",
                rule.class_name,
                words[rule.match],
                catalogue.types[rule.type_id].name_zh if rule.type_id in catalogue.types else "不计入",
                rule.pattern.pattern if rule.pattern else "",
                rule.note,
                rule.origin,
            )
            for rule in rulebook().rules
        ],
    )
