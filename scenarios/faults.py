"""Faults: what is wrong in a planner's file, told all at once, in Chinese.

A *fault* names the place (file, sheet, row, column), the value found, the rule it breaks and what to do.
Readers collect faults in a :class:`FaultLog` and raise :class:`FaultError` once, at the end, with all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

_SHOWN_VALUE_LENGTH = 60


class Severity(StrEnum):
    """An error stops the program with exit code 3; a warning is printed and kept with the run."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Fault:
    """One fault in an input file.

    ``code`` is a stable identifier (kebab-case, e.g. ``negative-number``), for tests and for ``--json``.
    ``row`` is the row as the planner sees it in Excel (the header is row 1); ``None`` where a row makes no sense.
    ``rule`` and ``remedy`` are Chinese sentences without a closing full stop.
    """

    code: str
    file: str
    rule: str
    remedy: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    severity: Severity = Severity.ERROR

    @property
    def place(self) -> str:
        """Where the fault is, in Chinese: file, sheet, row and column, as far as they are known."""
        parts = [self.file]
        if self.sheet:
            parts.append(f"工作表“{self.sheet}”")
        if self.row is not None:
            parts.append(f"第 {self.row} 行")
        if self.column:
            parts.append(f"列“{self.column}”")
        return " ".join(parts)

    def __str__(self) -> str:
        """One line of Chinese: place, value, rule, remedy."""
        value = f"值“{shorten(self.value)}”，" if self.value else ""
        return f"{self.place}：{value}{self.rule}。处理：{self.remedy}。"

    def as_dict(self) -> dict[str, str | int | None]:
        """Plain data for ``--json`` and ``run.json``."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": shorten(self.value),
            "rule": self.rule,
            "remedy": self.remedy,
        }


def shorten(text: str, limit: int = _SHOWN_VALUE_LENGTH) -> str:
    """``text`` on one line, control characters shown as ``?``, cut to ``limit`` characters."""
    flat = "".join(c if c.isprintable() else "?" for c in text.replace("\n", "⏎").replace("\t", " "))
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


class FaultError(Exception):
    """Bad input. Carries every fault found, warnings included; the command line exits with 3."""

    def __init__(self, faults: tuple[Fault, ...] | list[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(f) for f in self.faults))

    def __reduce__(self) -> tuple[type[FaultError], tuple[tuple[Fault, ...]]]:
        """Survive the trip from a worker process."""
        return (type(self), (self.faults,))


@dataclass
class FaultLog:
    """Collects faults while a reader goes on, so that the planner hears of all of them in one go."""

    faults: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        """Keep one fault."""
        self.faults.append(fault)

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults that stop the program."""
        return tuple(f for f in self.faults if f.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """The faults that do not stop the program."""
        return tuple(f for f in self.faults if f.severity is Severity.WARNING)

    def raise_if_errors(self) -> None:
        """Raise :class:`FaultError` with everything collected, if anything stops the program."""
        if self.errors:
            raise FaultError(self.faults)
