"""A copy of a planner's workbook with every fault marked in its cell: coloured, with the message as a note.

The planner's own file is never written. A copy that somebody has saved since we wrote it is theirs, too, and is left
alone: the next copy gets a number. Marks of an earlier check, in a copy that became the workbook, are taken out first.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from scenarios.faults import Fault, FaultError, Severity
from siting.inputs.columns import POINT_TABLES, TableSpec, normal
from siting.inputs.excel_file import find_header_row
from siting.inputs.place import Place
from siting.intake.fault_list import LIST_SHEET, fault_list, is_fault_list
from siting.intake.sealed import SEAL, is_sealed, sealed
from siting.outputs.workbook.text import clean

AUTHOR = "siting check"
_FILLS = {Severity.ERROR: "FFFF9999", Severity.WARNING: "FFFFE699"}
_WORDS = {Severity.ERROR: "错误", Severity.WARNING: "提醒"}
_EARLIER = "\n\n（原批注）"
_HEADER_ROWS = 10
_NOTE_SIZE = (150, 330)
_MOST_COPIES = 100


@dataclass(frozen=True)
class Marked:
    """The copy, and how many faults have a cell of their own in it."""

    path: Path
    cells: int


def marked_name(survey: Path) -> Path:
    """``survey.检查.xlsx`` beside ``survey.xlsx``; with a number where somebody has saved that copy since."""
    numbers = ("", *(f"-{n}" for n in range(2, _MOST_COPIES)))
    names = (survey.with_name(f"{survey.stem}.检查{number}{survey.suffix}") for number in numbers)
    return next(path for path in names if not path.exists() or is_sealed(path))


def write_marked(survey: Path, faults: Sequence[Fault], target: Path) -> Marked:
    """Write the marked copy of ``survey`` to ``target``, whole or not at all.

    Raises:
        FaultError: ``target`` is the workbook itself or a file that is not ours, or the workbook cannot be opened.
        OSError: the disk fails.
    """
    place = Place(str(target))
    if target.resolve() == survey.resolve() or (target.exists() and not is_sealed(target)):
        raise FaultError([place.error("marked-occupied", "这个文件不是检查写出的，没有覆盖", "换一个文件名")])
    source = survey.read_bytes()
    try:
        data, cells = _marked_bytes(source, survey.name, faults)
    except Exception:  # openpyxl lets KeyError, ValueError, XML and zip errors through on what it cannot read or write
        rule = "工作簿无法标注（文件损坏，或含有标注程序不认识的内容）"
        raise FaultError([Place(survey.name).warning("not-markable", rule, "按屏幕上的提示改，或另存后再试")]) from None
    fresh = target.with_name(f".{target.name}.new")
    fresh.write_bytes(data)
    fresh.replace(target)
    return Marked(target, cells)


def _marked_bytes(source: bytes, name: str, faults: Sequence[Fault]) -> tuple[bytes, int]:
    """The marked workbook, and how many faults have a cell of their own in it."""
    book = openpyxl.load_workbook(io.BytesIO(source), rich_text=True)
    _take_out_earlier(book)
    own = [fault for fault in faults if fault.file == name]
    spots = [_spot(book, fault) for fault in own]
    for cell in {id(cell): cell for cell in spots if cell is not None}.values():
        _mark(cell, [fault for fault, spot in zip(own, spots, strict=True) if spot is cell])
    rest = [fault for fault in faults if fault.file != name]
    fault_list(book, [*zip(own, spots, strict=True), *((fault, None) for fault in rest)])
    book.properties.lastModifiedBy = AUTHOR
    book.properties.identifier = SEAL
    data = io.BytesIO()
    book.save(data)
    return sealed(data.getvalue()), sum(spot is not None for spot in spots)


def _spot(book: Any, fault: Fault) -> Any:
    """The cell that a fault means: its row and column, else the header, else the row; None without a sheet."""
    if fault.sheet not in book.sheetnames:
        return None
    page = book[fault.sheet]
    spec = next((s for s in POINT_TABLES if normal(fault.sheet) in (normal(s.sheet), normal(s.id))), None)
    header_row, column = _header(page, spec, fault.column) if spec is not None else (1, 0)
    cell = page.cell(fault.row or header_row, column or 1)
    return _top_left(page, cell) if isinstance(cell, MergedCell) else cell


def _header(page: Any, spec: TableSpec, column: str) -> tuple[int, int]:
    """Row of the headers, and number of the column headed ``column`` (0 if none); of ``经度、纬度`` the first."""
    rows = page.iter_rows(max_row=_HEADER_ROWS, values_only=True)
    records: list[tuple[int, list[object]]] = [
        (number, [None if cell is None else str(cell) for cell in cells]) for number, cells in enumerate(rows, 1)
    ]
    row = find_header_row(spec, records)
    headers = ["" if cell is None else str(cell).strip() for cell in dict(records).get(row, [])]
    for name in (column, *column.split("、")):
        if name and name in headers:
            return row, headers.index(name) + 1
    return row, 0


def _top_left(page: Any, cell: Any) -> Any:
    area = next(area for area in page.merged_cells.ranges if cell.coordinate in area)
    return page.cell(area.min_row, area.min_col)


def _mark(cell: Any, faults: Sequence[Fault]) -> None:
    worst = Severity.ERROR if any(f.severity is Severity.ERROR for f in faults) else Severity.WARNING
    cell.fill = PatternFill("solid", start_color=_FILLS[worst], end_color=_FILLS[worst])
    said = clean("\n".join(f"{_WORDS[f.severity]}：{f.rule}。处理：{f.remedy}。" for f in dict.fromkeys(faults)))
    earlier = f"{_EARLIER}{cell.comment.text}" if cell.comment is not None else ""
    cell.comment = Comment(said + earlier, AUTHOR, height=_NOTE_SIZE[0], width=_NOTE_SIZE[1])


def _take_out_earlier(book: Any) -> None:
    for page in list(book.worksheets):
        if page.title.startswith(LIST_SHEET) and is_fault_list(page):
            book.remove(page)
            continue
        for cells in page.iter_rows():
            for cell in cells:
                if cell.comment is not None and cell.comment.author == AUTHOR:
                    _unmark(cell)


def _unmark(cell: Any) -> None:
    _, had_one, earlier = cell.comment.text.partition(_EARLIER)
    cell.comment = Comment(earlier, "") if had_one else None
    if cell.fill.start_color.rgb in _FILLS.values():
        cell.fill = PatternFill()
