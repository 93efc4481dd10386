"""A sheet as planners get it: title, red banner, header row, rows, filter, frozen panes, widths, print setup."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from siting.outputs.workbook.book import Book
from siting.outputs.workbook.text import clean, lines_needed, looks_like_formula, width

Kind = Literal["text", "centre", "int", "decimal1", "decimal2", "decimal3", "percent", "gap", "plain", "general"]
Value = str | float | int | None
MAX_ROWS = 1_048_000

_MIN_WIDTH, _MAX_WIDTH = 7.0, 44.0
_LINE_POINTS = 14.0


@dataclass(frozen=True)
class Column:
    """A column of a table. ``wide`` bounds its width in characters (a Chinese character takes two)."""

    header: str
    kind: Kind = "text"
    wide: float = _MAX_WIDTH


@dataclass(frozen=True)
class Cell:
    """A value with its tint (``good``, ``warn``, ``bad``, ``strong``, ``unproven``) or with another number format."""

    value: Value
    tint: str = ""
    kind: Kind | None = None


Row = Sequence[Value | Cell]


class Sheet:
    """One sheet under construction; ``row`` is the next free row (0 = first).

    ``columns`` is how many columns the title and the banner span.
    """

    def __init__(self, book: Book, name: str, title: str, columns: int) -> None:
        self.book = book
        self.sheet: Any = book.workbook.add_worksheet(name)
        self.columns = columns
        self.row = 0
        self._title(f"{book.heading_zh}　{title}")
        self.sheet.hide_gridlines(2)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.set_margins(left=0.3, right=0.3, top=0.5, bottom=0.6)
        self.sheet.center_horizontally()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_footer(f"&L{_footer(book.heading_zh)} {name}&R第 &P 页，共 &N 页")

    def _title(self, text: str) -> None:
        self.line(text, "title", height=28)
        if self.book.banner_zh:
            self.line(self.book.banner_zh, "banner", height=24)

    def line(self, text: str, style: str, height: float | None = None) -> None:
        """One line of text over the whole width, without merging cells."""
        fmt = self.book.format(style)
        self.sheet.set_row(self.row, height)
        self.text(self.row, 0, text, style)
        for column in range(1, self.columns):
            self.sheet.write_blank(self.row, column, None, fmt)
        self.row += 1

    def paragraph(self, text: str, columns: int, characters: float, style: str = "note") -> None:
        """Wrapped text over merged ``columns``, ``characters`` wide in all; the row is made high enough."""
        shown = clean(text)
        fmt = self.book.format(style, quoted=looks_like_formula(shown))
        self.sheet.set_row(self.row, 15.5 * lines_needed(shown, characters))
        self.sheet.merge_range(self.row, 0, self.row, columns - 1, "", fmt)
        self.sheet.write_string(self.row, 0, shown, fmt)
        self.row += 1

    def text(self, row: int, column: int, text: str, *styles: str) -> None:
        """Text that stays text: never a formula, a link or a number."""
        shown = clean(text)
        self.sheet.write_string(row, column, shown, self.book.format(*styles, quoted=looks_like_formula(shown)))

    def cell(self, row: int, column: int, item: Value | Cell, kind: Kind) -> None:
        """One cell of a table; None and NaN are shown as an empty cell."""
        cell = item if isinstance(item, Cell) else Cell(item)
        styles = ("cell", cell.tint) if cell.tint else ("cell",)
        value = cell.value
        if isinstance(value, str):
            self.text(row, column, value, *styles, "centre" if kind == "centre" else "left")
        elif value is None or math.isnan(value):
            self.sheet.write_blank(row, column, None, self.book.format(*styles))
        elif math.isinf(value):
            self.text(row, column, "∞" if value > 0 else "-∞", *styles)
        else:
            number = cell.kind or kind
            self.sheet.write_number(row, column, value, self.book.format(*styles, number=_number(number)))

    def table(self, columns: Sequence[Column], rows: Iterable[Row], *, empty_zh: str = "（无）") -> None:
        """The main table of a sheet: header frozen and repeated in print, filter, widths by content."""
        header = self.row
        body = list(rows)[:MAX_ROWS]
        self.header(columns)
        for item in body:
            self.rows(columns, [item])
        self._widths(columns, body)
        self.sheet.freeze_panes(header + 1, 0)
        self.sheet.repeat_rows(header)
        if body:
            self.sheet.autofilter(header, 0, header + len(body), len(columns) - 1)
        else:
            self.line(empty_zh, "subtitle")

    def header(self, columns: Sequence[Column]) -> None:
        """A header row; a unit in brackets goes on a line of its own where the header is long."""
        shown = [_two_lines(c) for c in columns]
        needed = max(lines_needed(text, c.wide - 1) for text, c in zip(shown, columns, strict=True))
        self.sheet.set_row(self.row, 10 + 14 * min(needed, 4))
        for index, text in enumerate(shown):
            self.text(self.row, index, text, "header")
        self.row += 1

    def rows(self, columns: Sequence[Column], rows: Iterable[Row]) -> None:
        """Rows of a table."""
        for item in rows:
            for index, (column, value) in enumerate(zip(columns, item, strict=True)):
                self.cell(self.row, index, value, column.kind)
            self.sheet.set_row(self.row, _height(columns, item))
            self.row += 1

    def widths(self, widths: Sequence[float]) -> None:
        """Set the column widths."""
        for index, characters in enumerate(widths):
            self.sheet.set_column(index, index, characters)

    def _widths(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        for index, column in enumerate(columns):
            content = max((_shown_width(row[index], column.kind) for row in rows), default=0)
            # A header may take two lines; the filter arrow needs room of its own.
            wanted = max(content + 3, width(_two_lines(column)) + 3, _MIN_WIDTH)
            self.sheet.set_column(index, index, min(wanted, column.wide))


def _height(columns: Sequence[Column], row: Row) -> float:
    """Points that the row takes; spreadsheet programs do not all fit heights by themselves."""
    values = [item.value if isinstance(item, Cell) else item for item in row]
    texts = [(v, c.wide - 2) for v, c in zip(values, columns, strict=True) if isinstance(v, str) and v]
    lines = max((lines_needed(clean(text), wide) for text, wide in texts), default=1)
    return min(4.0 + _LINE_POINTS * lines, 400.0)


def _two_lines(column: Column) -> str:
    text = column.header
    return text.replace("（", "\n（", 1) if width(text) + 2 > column.wide else text


def _number(kind: Kind) -> str:
    return "int" if kind in ("text", "centre") else kind


def _shown_width(item: Value | Cell, kind: Kind) -> int:
    value = item.value if isinstance(item, Cell) else item
    if isinstance(value, str):
        return width(value)
    if value is None or not math.isfinite(value):
        return 0
    return len(f"{value:,.0f}") + {"decimal1": 2, "decimal2": 3, "decimal3": 4, "percent": 5, "gap": 6}.get(kind, 0)


def _footer(text: str) -> str:
    return clean(text).replace("&", "&&").replace("\n", " ")[:60]
