"""Excel workbooks: the values that Excel last computed, with merged cells and uncomputed formulas told as faults."""

from __future__ import annotations

import contextlib
import io
import zipfile
from typing import Any

import openpyxl

from scenarios.faults import FaultLog
from siting.inputs import messages
from siting.inputs.columns import TableSpec, normal
from siting.inputs.place import Place
from siting.inputs.raw_table import RawTable, from_records

_HEADER_SEARCH_ROWS = 10
_HEADER_MIN_KNOWN = 2
_MAX_UNPACKED_BYTES = 1 << 30


class Workbook:
    """One workbook; ``sheet_of`` finds the sheet of a table, ``read`` takes it in."""

    def __init__(self, name: str, data: bytes, log: FaultLog) -> None:
        self.name, self.log = name, log
        self._data = data
        self._values = open_values(name, data, log)
        self._structure: Any = None
        self._rows: dict[str, list[tuple[int, tuple[object, ...]]] | None] = {}
        if self._values is not None and _needs_structure(data):
            self._structure = open_structure(name, data, log)

    @property
    def is_open(self) -> bool:
        """Whether the file is a readable workbook."""
        return self._values is not None

    @property
    def sheets(self) -> tuple[str, ...]:
        """Names of the worksheets, hidden ones included."""
        return tuple(sheet.title for sheet in self._values.worksheets) if self.is_open else ()

    def sheets_of(self, spec: TableSpec) -> tuple[str, ...]:
        """The sheets that a table's Chinese name or identifier names."""
        return tuple(title for title in self.sheets if normal(title) in (normal(spec.sheet), normal(spec.id)))

    def cells(self, title: str) -> list[tuple[int, tuple[object, ...]]]:
        """Rows of a sheet as they stand, with their numbers; none if there is no such sheet."""
        return (self._rows_of(title) or []) if title in self.sheets else []

    def _rows_of(self, title: str) -> list[tuple[int, tuple[object, ...]]] | None:
        """The rows of a sheet that is there; None, with one fault however often it is asked, where it is damaged."""
        if title not in self._rows:
            sheet = self._values[title]
            try:
                sheet.reset_dimensions()
                self._rows[title] = list(enumerate(sheet.iter_rows(values_only=True), 1))
            except Exception:  # a sheet is parsed only now: whatever openpyxl lets through on damaged XML
                self._rows[title] = None
                self.log.add(messages.unreadable_file(Place(self.name, title), "工作表已损坏"))
        return self._rows[title]

    def read(self, spec: TableSpec, title: str) -> RawTable | None:
        """The table in a sheet; None, with a fault, if the sheet is empty or damaged."""
        sheet = self._values[title]
        place = Place(self.name, title)
        if sheet.sheet_state != "visible":
            self.log.add(messages.hidden_sheet(place))
        rows = self._rows_of(title)
        if rows is None:
            return None
        records = [(row, list(cells)) for row, cells in rows]
        header_row = find_header_row(spec, records)
        table = from_records(spec, place, records, header_row)
        if table is None:
            self.log.add(messages.empty_table(place))
        elif self._structure is not None:
            self._tell_merged(place, len(table.headers), header_row)
        if self._structure is not None:
            self._tell_formulas(place, records, header_row)
        return table

    def _tell_merged(self, place: Place, width: int, header_row: int) -> None:
        for cells in sorted(self._structure[place.sheet].merged_cells.ranges, key=lambda r: (r.min_row, r.min_col)):
            if cells.max_row >= header_row and cells.min_col <= width:
                self.log.add(messages.merged_cells(place.at(row=cells.min_row), str(cells)))

    def _tell_formulas(self, place: Place, records: list[tuple[int, list[object]]], header_row: int) -> None:
        headers = next((cells for row, cells in records if row == header_row), [])
        computed = {(row, j) for row, cells in records for j, cell in enumerate(cells, 1) if cell is not None}
        for cells in self._structure[place.sheet].iter_rows(min_row=header_row + 1):
            for cell in cells:
                if cell.data_type == "f" and (cell.row, cell.column) not in computed:
                    header = headers[cell.column - 1] if cell.column <= len(headers) else ""
                    where = place.at(row=cell.row, column=str(header or cell.column_letter), value=cell.value)
                    self.log.add(messages.formula_without_value(where))


def open_values(name: str, data: bytes, log: FaultLog) -> Any:
    """The workbook in ``data``, read-only, with the values last computed; None, with a fault, if it is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MAX_UNPACKED_BYTES:
                log.add(messages.unreadable_file(Place(name), "解压后超过 1 GiB"))
                return None
        return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except Exception:  # openpyxl lets KeyError, ValueError, XML and zip errors through on a damaged file
        log.add(messages.unreadable_file(Place(name), "不是有效的 .xlsx 工作簿"))
        return None


def open_structure(name: str, data: bytes, log: FaultLog) -> Any:
    """The workbook with its formulas and merged cells; None, with a fault, if a part of it is damaged."""
    try:
        return openpyxl.load_workbook(io.BytesIO(data), data_only=False)
    except Exception:  # as above; the full load parses more parts than the read-only one
        log.add(messages.unreadable_file(Place(name), "工作簿有损坏的部分"))
        return None


def _needs_structure(data: bytes) -> bool:
    """Whether any sheet has merged cells or formulas, so that the slow full load is worth it."""
    with contextlib.suppress(zipfile.BadZipFile, OSError, ValueError), zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = (archive.read(n) for n in archive.namelist() if n.startswith("xl/worksheets/") and n.endswith(".xml"))
        return any(mark in part for part in parts for mark in (b"<mergeCell ", b"<f>", b"<f "))
    return False


def find_header_row(spec: TableSpec, records: list[tuple[int, list[object]]]) -> int:
    """The first of the top rows that holds known headers: a title may stand above them."""
    for row, cells in records[:_HEADER_SEARCH_ROWS]:
        known = sum(spec.match(cell)[0] is not None for cell in cells if isinstance(cell, str))
        if known >= _HEADER_MIN_KNOWN:
            return row
    first = (row for row, cells in records if any(cell is not None for cell in cells))
    return next(first, 1)
