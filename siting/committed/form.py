"""The form of an annual plan's workbook: columns, the planner's words, and the hidden sheet with what was written.

The hidden sheet has one record a row: its name in column A, JSON in column B, and last a sha256 over all before, so
that edits are recognised without the run folder and damage is told apart from edits.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scenarios.annual_rules import load_annual_rules

HIDDEN_SHEET = "_siting"
FORMAT = "siting-annual-plan/1"
PROPOSED, DECIDED, CANCELLED, FREE = "拟建", "已定", "取消", "可调整"
STATUSES = (PROPOSED, DECIDED, CANCELLED, FREE)
MONEY_COLUMNS = ("fitout", "equipment", "rent", "total")
CNY_PER_WAN = 10_000.0


@dataclass(frozen=True)
class Written:
    """A row as the program wrote it; money in 元. ``own_cny`` is the type's alone, the rest the share of its room."""

    code: str
    circle_id: str
    circle_zh: str
    name_zh: str
    site_id: str
    type_id: str
    type_zh: str
    host: str
    year: int
    sheet: str
    fitout_cny: float
    equipment_cny: float
    rent_cny: float
    own_cny: float
    newly: float

    @property
    def total_cny(self) -> float:
        """Fit-out, equipment and rent."""
        return self.fitout_cny + self.equipment_cny + self.rent_cny


@dataclass(frozen=True)
class WrittenCircle:
    """A circle of the plan as it stood when the plan was written: sums of the run."""

    circle_id: str
    circle_zh: str
    cost_cny: float
    residents_newly_covered: float


def headers() -> dict[str, str]:
    """Header by column identifier, in order."""
    return dict(load_annual_rules().columns.headers)


def wan_cell(cny: float) -> float:
    """元 as the number that a cell in 万元 holds: to the fen."""
    return round(cny, 2) / CNY_PER_WAN


def hidden_rows(circles: Sequence[WrittenCircle], rows: Sequence[Written]) -> list[tuple[str, str]]:
    """What the hidden sheet holds, row by row."""
    lines = [("format", FORMAT)]
    lines += [("circle", _dumps(asdict(circle))) for circle in circles]
    lines += [("row", _dumps(asdict(row))) for row in rows]
    return [*lines, ("sha256", digest(lines))]


def digest(lines: Iterable[tuple[str, str]]) -> str:
    """The sha256 of the hidden sheet's lines."""
    text = "\n".join(f"{name}\t{value}" for name, value in lines)
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()


def read_hidden(lines: Sequence[tuple[str, str]]) -> tuple[tuple[WrittenCircle, ...], tuple[Written, ...]]:
    """The circles and rows of a hidden sheet.

    Raises:
        ValueError: the sheet is damaged, or written in a form that this program does not know.
    """
    body = list(lines[:-1])
    if not body or body[0] != ("format", FORMAT) or lines[-1] != ("sha256", digest(body)):
        raise ValueError("hidden sheet")
    try:
        circles = tuple(WrittenCircle(**json.loads(value)) for name, value in body if name == "circle")
        rows = tuple(Written(**json.loads(value)) for name, value in body if name == "row")
    except (TypeError, json.JSONDecodeError) as error:
        raise ValueError("hidden sheet") from error
    return circles, rows


def _dumps(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=True, sort_keys=True, allow_nan=False)
