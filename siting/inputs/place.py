"""Where in a file a value stands, and how a value is shown to the planner."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from scenarios.faults import Fault, Severity, shorten


@dataclass(frozen=True)
class Place:
    """File, sheet (or layer), row, column as the planner wrote it, and the value found there.

    Rows are Excel rows (the header is row 1) in spreadsheets and CSV files, and feature numbers from 1 in layers.
    """

    file: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""

    def at(self, *, row: int | None = None, column: str | None = None, value: object = None) -> Place:
        """The same file and sheet, at another row, column or value (``None`` keeps what is there)."""
        return replace(
            self,
            row=self.row if row is None else row,
            column=self.column if column is None else column,
            value=self.value if value is None else show(value),
        )

    def error(self, code: str, rule: str, remedy: str) -> Fault:
        """A fault here that stops the program."""
        return self._fault(code, rule, remedy, Severity.ERROR)

    def warning(self, code: str, rule: str, remedy: str) -> Fault:
        """A fault here that does not stop the program."""
        return self._fault(code, rule, remedy, Severity.WARNING)

    def _fault(self, code: str, rule: str, remedy: str, severity: Severity) -> Fault:
        return Fault(code, self.file, rule, remedy, self.sheet, self.row, self.column, self.value, severity)


def show(value: object) -> str:
    """A cell's value as the planner wrote it: whole numbers without ``.0``, blanks as nothing."""
    if value is None:
        return ""
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
    return str(value)


def listed(items: tuple[str, ...] | list[str], most: int = 5) -> str:
    """Chinese enumeration of at most ``most`` items, long ones cut, with 等 where more follow."""
    shown = "、".join(shorten(item) for item in items[:most])
    return f"{shown} 等" if len(items) > most else shown
