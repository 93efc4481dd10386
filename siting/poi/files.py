"""Exports of points of interest as rows of texts: CSV (UTF-8 or GBK), Excel, JSON as the maps' interfaces give it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenarios.faults import FaultLog
from siting.disk import reason_zh
from siting.inputs import messages as input_messages
from siting.inputs.csv_file import decode
from siting.inputs.excel_file import open_values
from siting.inputs.place import Place
from siting.poi import messages
from siting.poi.fields import is_header
from siting.poi.plain import plain

_HEADER_SEARCH_ROWS = 10
_SEPARATORS = ",\t;"
_LISTS = ("pois", "results", "result", "data", "features", "list", "rows", "items")


@dataclass(frozen=True)
class RawPois:
    """``rows[i]`` are texts as wide as ``headers``; it stands in row ``numbers[i]`` of the file."""

    place: Place
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]


def read_rows(path: Path, log: FaultLog) -> RawPois | None:
    """The rows of one file; None, with a fault, where it cannot be read."""
    place = Place(path.name)
    if not path.is_file():
        log.add(messages.not_a_file(Place(str(path))))
        return None
    reader = _READERS.get(path.suffix.casefold())
    if reader is None:
        log.add(messages.unknown_form(place))
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        log.add(input_messages.unreadable_file(place, reason_zh(error)))
        return None
    known = len(log.errors)
    found = reader(place, data, log)
    if found is None or not found.rows:
        if len(log.errors) == known:
            log.add(messages.no_rows(place))
        return None
    return found


def _csv(place: Place, data: bytes, log: FaultLog) -> RawPois | None:
    text = decode(data, place, log)
    if text is None:
        return None
    first = text.lstrip("\r\n").split("\n", 1)[0]
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=first.count)))
    except csv.Error as error:
        log.add(input_messages.broken_csv(place, str(error)))
        return None
    return _table(place, enumerate(lines, 1))


def _excel(place: Place, data: bytes, log: FaultLog) -> RawPois | None:
    book = open_values(place.file, data, log)
    for sheet in book.worksheets if book is not None else ():
        sheet.reset_dimensions()
        found = _table(Place(place.file, sheet.title), enumerate(sheet.iter_rows(values_only=True), 1))
        if found is not None and is_header(found.headers):
            return found
    return None


def _json(place: Place, data: bytes, log: FaultLog) -> RawPois | None:
    text = decode(data, place, log)
    if text is None:
        return None
    try:
        items = list(_items(json.loads(text)))
    except (json.JSONDecodeError, RecursionError) as error:
        try:
            items = [item for line in text.splitlines() if line.strip() for item in _items(json.loads(line))]
        except (json.JSONDecodeError, RecursionError):
            where = (
                f"第 {error.lineno} 行第 {error.colno} 列" if isinstance(error, json.JSONDecodeError) else "嵌套过深"
            )
            log.add(messages.broken_json(place, where))
            return None
    flat = [dict(_flat(item)) for item in items]
    headers = tuple(dict.fromkeys(key for item in flat for key in item))
    rows = tuple(tuple(item.get(key, "") for key in headers) for item in flat)
    return RawPois(place, headers, rows, tuple(range(1, len(rows) + 1)))


_READERS = {".csv": _csv, ".txt": _csv, ".xlsx": _excel, ".json": _json, ".geojson": _json, ".jsonl": _json}


def _table(place: Place, lines: Iterable[tuple[int, Iterable[object]]]) -> RawPois | None:
    """Everything below the first row that is a header, or below the first row where none is."""
    records = [(row, [plain(cell) for cell in cells]) for row, cells in lines]
    records = [(row, cells) for row, cells in records if any(cells)]
    if not records:
        return None
    top = next((i for i, (_, cells) in enumerate(records[:_HEADER_SEARCH_ROWS]) if is_header(cells)), 0)
    headers = tuple(records[top][1])
    width = len(headers)
    body = records[top + 1 :]
    rows = tuple(tuple((cells + [""] * width)[:width]) for _, cells in body)
    return RawPois(place, headers, rows, tuple(row for row, _ in body))


def _items(found: Any) -> Iterator[Mapping[str, Any]]:
    """The points of a JSON document: a list of rows, of pages of rows, or an answer that holds such a list."""
    if isinstance(found, list):
        for item in found:
            yield from _items(item)
    elif isinstance(found, Mapping):
        inner = next((found[key] for key in _LISTS if isinstance(found.get(key), list | Mapping)), None)
        if inner is not None and "name" not in found:
            yield from _items(inner)
        else:
            yield found


def _flat(item: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Texts by dotted key, two levels deep; a GeoJSON feature gives its properties and its point."""
    if isinstance(item.get("properties"), Mapping) and isinstance(item.get("geometry"), Mapping):
        yield from _flat(item["properties"])
        position = item["geometry"].get("coordinates")
        if isinstance(position, list) and len(position) >= 2:
            yield "location", f"{plain(position[0])},{plain(position[1])}"
        return
    for key, value in item.items():
        if isinstance(value, Mapping) and not prefix:
            yield from _flat(value, f"{key}.")
        else:
            yield f"{prefix}{key}", plain(value)
