"""待人工归类.xlsx: what the rules leave to a human, by class and row by row, with lists to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scenarios.catalogue import Catalogue
from siting.intake.choices import Choices
from siting.intake.poi_sorted import SortedPois
from siting.outputs.workbook.book import Book
from siting.outputs.workbook.sheet import Cell, Column, Row, Sheet
from siting.poi.answers import ANSWER_HEADER, CLASSES_SHEET, KEY_HEADER, NOT_COUNTED, ROWS_SHEET
from siting.poi.record import Outcome

QUESTIONS_FILE = "待人工归类.xlsx"
_ANSWERED = ("answer_row", "answer_class")


def questions_book(book: Book, found: SortedPois, catalogue: Catalogue) -> None:
    """Sheets 按分类归类 and 逐条归类, each with a list to choose from; answers given before stand in them."""
    rows = [i for i, v in enumerate(found.verdicts) if v.outcome is Outcome.OPEN or v.rule in _ANSWERED]
    by_class = Sheet(book, CLASSES_SHEET, "按分类归类：一次定一整类", 6)
    by_row = Sheet(book, ROWS_SHEET, "逐条归类：优先于按分类", 8)
    answers = (NOT_COUNTED, *(kind.name_zh for kind in catalogue.types.values()))
    choices = Choices(book.workbook, {ANSWER_HEADER: answers})
    by_class.line(f"在“{ANSWER_HEADER}”列选业态或“{NOT_COUNTED}”，整类照此办理；拿不准就留空。", "subtitle")
    by_class.line("存盘后用 --mapping 交回：siting new 文件夹 --from-poi 文件 --mapping 待人工归类.xlsx", "subtitle")
    _answered(by_class, _CLASSES, list(_class_rows(found, rows, catalogue)), choices)
    by_row.line(f"只填与整类不同的；在“{ANSWER_HEADER}”列选业态或“{NOT_COUNTED}”。“键”这一列不要改。", "subtitle")
    _answered(by_row, _ROWS, [_question(found, i, catalogue) for i in rows], choices)


_CLASSES = (
    Column("分类", wide=44),
    Column("个数", "int", 8),
    Column(ANSWER_HEADER, wide=24),
    Column("建议", wide=26),
    Column("例如", wide=44),
    Column(KEY_HEADER, wide=30),
)
_ROWS = (
    Column("名称", wide=30),
    Column("地址", wide=30),
    Column("分类", wide=36),
    Column(ANSWER_HEADER, wide=24),
    Column("建议", wide=26),
    Column("为什么要人工", wide=36),
    Column("出自", wide=26),
    Column(KEY_HEADER, wide=30),
)


def _answered(sheet: Sheet, columns: tuple[Column, ...], rows: list[Row], choices: Choices) -> None:
    sheet.table(columns, rows, empty_zh="没有要人工归类的。")
    if not rows:
        return
    at = next(i for i, column in enumerate(columns) if column.header == ANSWER_HEADER)
    first, last = sheet.row - len(rows), sheet.row - 1
    rule = {
        "validate": "list",
        "source": choices.reference(ANSWER_HEADER),
        "error_title": "请检查",
        "error_message": f"请从列表里选业态，或“{NOT_COUNTED}”",
    }
    sheet.sheet.data_validation(first, at, last, at, rule)
    sheet.sheet.set_column(at, at, columns[at].wide)


def _class_rows(found: SortedPois, rows: list[int], catalogue: Catalogue) -> Iterator[Row]:
    by_class: dict[str, list[int]] = {}
    for i in rows:
        by_class.setdefault(found.pois[i].class_key, []).append(i)
    for key, members in sorted(by_class.items(), key=lambda item: (-len(item[1]), item[0])):
        first = found.pois[members[0]]
        answer = found.answers.classes.get(key)
        yield (
            f"{first.source.label_zh} {first.class_zh}".strip(),
            len(members),
            _answer(answer.type_id if answer else None, catalogue),
            _names(dict.fromkeys(t for i in members for t in found.verdicts[i].suggestion), catalogue),
            "、".join(found.pois[i].name for i in members[:3]),
            key,
        )


def _question(found: SortedPois, i: int, catalogue: Catalogue) -> Row:
    poi, verdict = found.pois[i], found.verdicts[i]
    answer = found.answers.rows.get(poi.key)
    return (
        poi.name,
        poi.address,
        poi.class_zh,
        _answer(answer.type_id if answer else None, catalogue),
        _names(verdict.suggestion, catalogue),
        found.reasons[i],
        f"{poi.file} 第 {poi.row} 行",
        poi.key,
    )


def _answer(type_id: str | None, catalogue: Catalogue) -> Cell:
    if type_id is None:
        return Cell("", "warn")
    return Cell(catalogue.types[type_id].name_zh if type_id else NOT_COUNTED, "good")


def _names(type_ids: Iterable[str], catalogue: Catalogue) -> str:
    return "、".join(catalogue.types[t].name_zh for t in type_ids if t in catalogue.types)
