"""待人工归类.xlsx, filled in by a human and read back: answers by row, and answers for a whole class at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scenarios.catalogue import Catalogue
from scenarios.faults import FaultLog
from siting.disk import reason_zh
from siting.inputs import messages as input_messages
from siting.inputs.excel_file import open_values
from siting.inputs.parse import is_blank
from siting.inputs.place import Place, show
from siting.poi import messages
from siting.poi.record import Outcome, Poi, Verdict

ROWS_SHEET, CLASSES_SHEET = "逐条归类", "按分类归类"
KEY_HEADER, ANSWER_HEADER = "键", "归为"
NOT_COUNTED = "不计入"
_HEADER_SEARCH_ROWS = 15


@dataclass(frozen=True)
class Answer:
    """A type id, or "" for 不计入, and where it was written."""

    type_id: str
    place: Place


@dataclass(frozen=True)
class Answers:
    """Answers by row key, and by class key; a row's own comes before its class's."""

    rows: Mapping[str, Answer] = field(default_factory=dict)
    classes: Mapping[str, Answer] = field(default_factory=dict)


def read_answers(path: Path, catalogue: Catalogue, log: FaultLog) -> Answers:
    """The filled list; faults of its cells go to ``log``, blank answers are open still."""
    place = Place(path.name)
    if not path.is_file():
        log.add(messages.not_a_file(Place(str(path))))
        return Answers()
    try:
        data = path.read_bytes()
    except OSError as error:
        log.add(input_messages.unreadable_file(place, reason_zh(error)))
        return Answers()
    book = open_values(path.name, data, log)
    if book is None:
        return Answers()
    missing = tuple(name for name in (ROWS_SHEET, CLASSES_SHEET) if name not in book.sheetnames)
    if missing:
        log.add(messages.not_answers(place, missing))
        return Answers()
    read = [_sheet(book[name], Place(path.name, name), catalogue, log) for name in (ROWS_SHEET, CLASSES_SHEET)]
    return Answers(*read)


def give_answers(
    pois: Sequence[Poi], verdicts: Sequence[Verdict], answers: Answers, file: str, log: FaultLog
) -> list[Verdict]:
    """The verdicts, with the open ones that a human has answered decided."""
    given = list(verdicts)
    for i, (poi, verdict) in enumerate(zip(pois, verdicts, strict=True)):
        if verdict.outcome is not Outcome.OPEN:
            continue
        for rule, answer in (
            ("answer_row", answers.rows.get(poi.key)),
            ("answer_class", answers.classes.get(poi.class_key)),
        ):
            if answer is not None:
                outcome = Outcome.OUTLET if answer.type_id else Outcome.EXCLUDED
                detail = f"{answer.place.file} 工作表“{answer.place.sheet}”第 {answer.place.row} 行"
                given[i] = replace(verdict, rule=rule, outcome=outcome, type_id=answer.type_id, detail=detail)
                break
    _tell_unused(pois, answers, file, log)
    return given


def _tell_unused(pois: Sequence[Poi], answers: Answers, file: str, log: FaultLog) -> None:
    known = {poi.key for poi in pois} | {poi.class_key for poi in pois}
    given = [*answers.rows, *answers.classes]
    unused = sum(key not in known for key in given)
    if unused:
        log.add(messages.unused_answers(Place(file), unused, len(given)))


def _sheet(sheet: Any, place: Place, catalogue: Catalogue, log: FaultLog) -> dict[str, Answer]:
    sheet.reset_dimensions()
    records = list(enumerate(sheet.iter_rows(values_only=True), 1))
    top = next((i for i, (_, cells) in enumerate(records[:_HEADER_SEARCH_ROWS]) if KEY_HEADER in cells), None)
    header = [show(cell).strip() for cell in records[top][1]] if top is not None else []
    if top is None or ANSWER_HEADER not in header:
        log.add(messages.no_key(place))
        return {}
    key_at, answer_at = header.index(KEY_HEADER), header.index(ANSWER_HEADER)
    answers: dict[str, Answer] = {}
    for row, cells in records[top + 1 :]:
        written = cells[answer_at] if answer_at < len(cells) else None
        key = show(cells[key_at]).strip() if key_at < len(cells) else ""
        if is_blank(written) or not key:
            continue
        where = place.at(row=row, column=ANSWER_HEADER, value=written)
        type_id = "" if show(written).strip() == NOT_COUNTED else catalogue.resolve(show(written).strip())
        if type_id is None:
            log.add(messages.unknown_answer(where, catalogue.suggest(show(written).strip())))
        elif key in answers and answers[key].type_id != type_id:
            log.add(messages.answer_twice(where, answers[key].place.row or 0))
        else:
            answers.setdefault(key, Answer(type_id, where))
    return answers
