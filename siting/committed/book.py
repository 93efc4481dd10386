"""The workbook of an annual plan, opened: the rows of its plan sheets as they stand now, and what was once written.

A plan sheet is one whose header row names 点位编号, 业态, 状态 and 项目编码; other sheets are the planner's own affair.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

from scenarios.faults import Fault, FaultError, FaultLog
from siting.committed import messages
from siting.committed.form import HIDDEN_SHEET, Written, WrittenCircle, headers, read_hidden
from siting.inputs.columns import normal
from siting.inputs.excel_file import open_values
from siting.inputs.place import Place, show

_HEADER_SEARCH_ROWS = 15
_NEEDED = ("site", "type", "status", "code")
_STRIKE_COLUMNS = ("name", "type", "site")
_YEAR = re.compile(r"(?<!\d)(2[01]\d\d)(?!\d)")


@dataclass(frozen=True)
class PlanRow:
    """A row of a plan sheet. ``values`` are the cells by column identifier (None where blank); ``struck`` names the
    columns whose cells are struck through; ``sheet_year`` is the year that the sheet's name tells.
    """

    place: Place
    values: Mapping[str, Any]
    struck: frozenset[str]
    sheet_year: int | None

    def text(self, column: str) -> str:
        """A cell as text, without blanks around it."""
        return show(self.values.get(column)).strip()

    def at(self, column: str) -> Place:
        """The place of a cell, with its value."""
        return self.place.at(column=headers()[column], value=self.values.get(column))

    @property
    def is_blank(self) -> bool:
        """Neither a project of the program nor one of the planner's."""
        return not any(self.text(column) for column in ("site", "type", "code"))


@dataclass(frozen=True)
class PlanBook:
    """An annual plan as read: ``rows`` as they stand, ``circles`` and ``written`` as the program wrote them."""

    path: Path
    sha256: str
    rows: tuple[PlanRow, ...]
    circles: tuple[WrittenCircle, ...]
    written: tuple[Written, ...]

    @property
    def name(self) -> str:
        """The file's name, as faults tell it."""
        return self.path.name


def read_book(path: Path) -> PlanBook:
    """Open an annual plan.

    Raises:
        FaultError: there is no such file, it is no workbook, no plan of ours, its hidden sheet is damaged, it has no
            plan sheet, or formulas without a value; all that can be told at once.
    """
    log = FaultLog()
    place = Place(path.name)
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise FaultError([messages.no_file(place, str(path), error)]) from None
    if open_values(path.name, data, log) is None:
        raise FaultError(log.faults)
    try:
        values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(data), data_only=False) if _has_formulas(data) else None
    except Exception:  # openpyxl lets KeyError, ValueError and XML errors through on a damaged file
        raise FaultError([messages.broken_file(place)]) from None
    circles, written = _hidden(values, place, log)
    rows = [row for sheet in values.worksheets for row in _plan_rows(sheet, formulas, place, log)]
    if not rows and not log.faults and not any(_header(sheet) for sheet in values.worksheets):
        log.add(messages.no_plan_sheet(place))
    log.raise_if_errors()
    return PlanBook(path, hashlib.sha256(data).hexdigest(), tuple(rows), circles, written)


def _has_formulas(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = (archive.read(n) for n in archive.namelist() if n.startswith("xl/worksheets/") and n.endswith(".xml"))
        return any(mark in part for part in parts for mark in (b"<f>", b"<f "))


def _hidden(book: Any, place: Place, log: FaultLog) -> tuple[tuple[WrittenCircle, ...], tuple[Written, ...]]:
    if HIDDEN_SHEET not in book.sheetnames:
        log.add(messages.not_our_plan(place))
        return (), ()
    lines = [(show(a), show(b)) for a, b in book[HIDDEN_SHEET].iter_rows(max_col=2, values_only=True) if a is not None]
    try:
        return read_hidden(lines)
    except ValueError:
        log.add(messages.damaged(place))
        return (), ()


def _header(sheet: Any) -> tuple[int, dict[int, str]] | None:
    """Row number of the header and the columns it names, by column index from 0; None in a sheet of another kind."""
    known = {normal(text): column for column, text in headers().items()}
    for number, cells in enumerate(sheet.iter_rows(max_row=_HEADER_SEARCH_ROWS, values_only=True), 1):
        found: dict[int, str] = {}
        for index, cell in enumerate(cells):
            column = known.get(normal(cell)) if isinstance(cell, str) else None
            if column is not None and column not in found.values():
                found[index] = column
        if set(_NEEDED) <= set(found.values()):
            return number, found
    return None


def _plan_rows(sheet: Any, formulas: Any, place: Place, log: FaultLog) -> Iterator[PlanRow]:
    header = _header(sheet)
    if header is None or sheet.title == HIDDEN_SHEET:
        return
    first, columns = header
    year = _YEAR.search(sheet.title)
    there = Place(place.file, sheet.title)
    for number, cells in enumerate(sheet.iter_rows(min_row=first + 1), first + 1):
        shown = {columns[index]: cell for index, cell in enumerate(cells) if index in columns}
        row = PlanRow(
            place=there.at(row=number),
            values={column: _value(cell) for column, cell in shown.items()},
            struck=frozenset(c for c in _STRIKE_COLUMNS if c in shown and _is_struck(shown[c])),
            sheet_year=int(year[1]) if year else None,
        )
        if formulas is not None:
            log.faults += _uncomputed(row, shown, formulas[sheet.title])
        if not row.is_blank:
            yield row


def _value(cell: Any) -> Any:
    value = cell.value
    return None if isinstance(value, str) and not value.strip() else value


def _is_struck(cell: Any) -> bool:
    return cell.value is not None and bool(cell.font is not None and cell.font.strike)


def _uncomputed(row: PlanRow, cells: Mapping[str, Any], formulas: Any) -> Iterator[Fault]:
    """Formulas that no spreadsheet program has computed."""
    for column, cell in cells.items():
        formula = formulas[cell.coordinate]
        if formula.data_type == "f" and row.values[column] is None:
            yield messages.formula_without_value(row.at(column).at(value=formula.value))
