"""CSV files: UTF-8 (with or without BOM), UTF-16 with BOM, or GB18030; separated by comma, tab or semicolon."""

from __future__ import annotations

import csv
import io
from typing import cast

from scenarios.faults import FaultLog
from siting.inputs import messages
from siting.inputs.columns import TableSpec
from siting.inputs.place import Place
from siting.inputs.raw_table import RawTable, from_records, is_blank_row

_SEPARATORS = ",\t;"
_MIXED_MIN_CHARACTERS = 3


def read_csv(spec: TableSpec, name: str, data: bytes, log: FaultLog) -> RawTable | None:
    """The table in a CSV file's bytes; None, with a fault, if it cannot be made out."""
    place = Place(name)
    text = decode(data, place, log)
    if text is None:
        return None
    try:
        read = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
        lines = cast("list[list[object]]", list(read))
    except csv.Error as error:
        log.add(messages.broken_csv(place, str(error)))
        return None
    if not lines or is_blank_row(lines[0]):
        log.add(messages.empty_table(place))
        return None
    width = len(lines[0])
    ragged = {
        row: len(cells) for row, cells in enumerate(lines, 1) if len(cells) > width and not is_blank_row(cells[width:])
    }
    for row, found in ragged.items():
        log.add(messages.ragged_row(place.at(row=row), found, width))
    records: list[tuple[int, list[object]]] = [(row, cells) for row, cells in enumerate(lines, 1) if row not in ragged]
    return from_records(spec, place, records)


def decode(data: bytes, place: Place, log: FaultLog) -> str | None:
    """The text of a file: by its BOM, else UTF-8, else GB18030; None, with a fault, if none fits or encodings mix."""
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = _try(data, "utf-16" if is_utf16 else "utf-8-sig")
    if text is not None:
        return text
    if data.startswith(b"\xef\xbb\xbf"):
        log.add(messages.undecodable(place.at(row=_first_bad_line(data))))
        return None
    if any(_is_chinese_utf8(line) for line in data.split(b"\n")):
        log.add(messages.mixed_encodings(place.at(row=_first_bad_line(data))))
        return None
    text = None if is_utf16 else _try(data, "gb18030")
    if text is None:
        log.add(messages.undecodable(place))
    return text


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _first_bad_line(data: bytes) -> int:
    return next(i for i, line in enumerate(data.split(b"\n"), 1) if _try(line, "utf-8") is None)


def _is_chinese_utf8(line: bytes) -> bool:
    """GBK text is valid UTF-8 only by rare chance, and then for one or two characters."""
    text = _try(line, "utf-8")
    return text is not None and sum("\u4e00" <= c <= "\u9fff" for c in text) >= _MIXED_MIN_CHARACTERS


def _separator(text: str) -> str:
    header = text.lstrip("\r\n").split("\n", 1)[0]
    return max(_SEPARATORS, key=header.count)
