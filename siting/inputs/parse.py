"""Cell parsers: one raw cell in, one clean value out, or :class:`BadCell` with the message to tell.

``None`` comes out of every parser for a blank cell; what a blank means is for the table to say.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

from scenarios.business_type import SITE_KIND_LABELS_ZH, SiteKind
from scenarios.faults import Fault
from siting.inputs import messages
from siting.inputs.columns import Column, Parser, normal
from siting.inputs.place import Place, show

if TYPE_CHECKING:
    from scenarios.catalogue import Catalogue

MAX_TEXT = 200

_BLANKS = frozenset({"", "-", "--", "—", "——", "/", "\\"})
_EXCEL_ERRORS = frozenset({"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_WITH_UNIT = re.compile(r"[+-]?\d[\d,.]*\s*[^\d\s,.].*")
_NON_FINITE = re.compile(r"[+-]?(inf|infinity|nan|∞)", re.IGNORECASE)
_TRUE = frozenset({"是", "有", "1", "true", "yes", "y", "t", "√", "✓", "对", "临街", "沿街", "连锁"})
_FALSE = frozenset({"否", "无", "没有", "0", "false", "no", "n", "f", "×", "x", "不是", "不临街", "不沿街", "非连锁"})
_NOTHING = frozenset({"无", "没有", "不限", "none"})
_LIST_SEPARATORS = re.compile(r"[;；、|,，\n]")
_FLOOR = re.compile(r"(?P<sign>[-−负]|b|地下)?第?(?P<storey>\d+|[一二三四五六七八九十首]+)(层|楼|f)?", re.IGNORECASE)
_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)}
_KINDS = {normal(name): kind.value for kind, label in SITE_KIND_LABELS_ZH.items() for name in (kind.value, label)}
_YEARS = range(2000, 2101)
_FLOORS = range(-10, 201)


class BadCell(Exception):
    """A cell that breaks its column's rule; ``tell`` makes the fault from the place."""

    def __init__(self, tell: Callable[[Place], Fault]) -> None:
        self.tell = tell
        super().__init__()


class CellReader:
    """The parsers, with the catalogue that knows business types; repeated type texts are looked up once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._resolved: dict[str, str | None] = {}
        self._by_parser: Mapping[Parser, Callable[[object], object]] = {
            "id": identifier,
            "text": text,
            "number": number,
            "boolean": boolean,
            "kind": kind,
            "type": self.business_type,
            "types": self.business_types,
            "floor": floor,
            "year": year,
        }

    def read(self, column: Column, cell: object) -> object:
        """The clean value of ``cell`` in ``column``, None if blank; raises BadCell."""
        if isinstance(cell, str) and cell.strip() in _EXCEL_ERRORS:
            raise BadCell(messages.excel_error)
        value = self._by_parser[column.parser](cell)
        if isinstance(value, float) and column.minimum is not None:
            if value < column.minimum:
                raise BadCell(messages.negative_number)
            if column.positive and value == column.minimum:
                raise BadCell(messages.not_positive)
        return value

    def business_type(self, cell: object) -> str | None:
        """The id of a business type, from its id, Chinese name, alias or Amap code (several joined by ``|``)."""
        if is_blank(cell):
            return None
        found = self._resolve(show(cell).strip())
        if found is None:
            raise BadCell(partial(messages.unknown_type, suggestions=self.catalogue.suggest(show(cell).strip())))
        return found

    def business_types(self, cell: object) -> tuple[str, ...] | None:
        """Ids of several business types, in the order written, each once."""
        if is_blank(cell) or normal(show(cell)) in _NOTHING:
            return None
        whole = self._resolve(show(cell).strip())
        if whole is not None:
            return (whole,)
        parts = [part.strip() for part in _LIST_SEPARATORS.split(show(cell)) if part.strip()]
        return tuple(dict.fromkeys(found for part in parts if (found := self.business_type(part)) is not None))

    def _resolve(self, written: str) -> str | None:
        if written not in self._resolved:
            self._resolved[written] = self._look_up(written)
        return self._resolved[written]

    def _look_up(self, written: str) -> str | None:
        found = self.catalogue.resolve(written)
        if found is None and written.isdigit() and len(written) == 5:
            found = self.catalogue.resolve(written.zfill(6))
        if found is None and "|" in written:
            parts = {self._look_up(part.strip()) for part in written.split("|") if part.strip()} - {None}
            found = parts.pop() if len(parts) == 1 else None
        return found


def is_blank(cell: object) -> bool:
    """Nothing, blanks, or one of the dashes that stand for nothing."""
    return cell is None or (isinstance(cell, str) and cell.strip() in _BLANKS)


def number(cell: object) -> float | None:
    """A finite number; thousands separators and full-width digits are fine, units are not."""
    if is_blank(cell):
        return None
    if isinstance(cell, (date, time, timedelta)):
        raise BadCell(messages.date_in_number)
    if isinstance(cell, bool):
        raise BadCell(messages.text_in_number)
    if not isinstance(cell, (int, float)):
        cell = _number_of_text(str(cell))
    try:
        value = float(cell)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise BadCell(messages.non_finite)
    return value


def identifier(cell: object) -> str | None:
    """An id: any text of at most 200 characters without control characters; whole numbers lose their ``.0``."""
    if is_blank(cell):
        return None
    written = show(cell).strip()
    if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in written):
        raise BadCell(messages.bad_id)
    if len(written) > MAX_TEXT:
        raise BadCell(partial(messages.long_text, limit=MAX_TEXT))
    return written


def text(cell: object) -> str | None:
    """One line of text: newlines and control characters become blanks."""
    if is_blank(cell):
        return None
    flat = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in show(cell))
    flat = " ".join(flat.split())
    if len(flat) > MAX_TEXT:
        raise BadCell(partial(messages.long_text, limit=MAX_TEXT))
    return flat or None


def boolean(cell: object) -> bool | None:
    """是/否, 有/无, 1/0, true/false."""
    if is_blank(cell):
        return None
    if isinstance(cell, bool):
        return cell
    word = normal(show(cell))
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise BadCell(messages.not_a_boolean)


def kind(cell: object) -> str | None:
    """A :class:`SiteKind` value, from its identifier or Chinese label."""
    if is_blank(cell):
        return None
    found = _KINDS.get(normal(show(cell)))
    if found is None:
        raise BadCell(messages.unknown_kind)
    return SiteKind(found).value


def floor(cell: object) -> int | None:
    """A storey as people count them: 1 is the ground floor, -1 (B1, 负一层, 地下一层) the first basement, 0 is none."""
    if is_blank(cell):
        return None
    if normal(show(cell)) in ("地下室", "地下", "负层"):
        return -1
    found = _FLOOR.fullmatch(normal(show(cell)))
    storey = _storey(found["storey"]) if found and not isinstance(cell, (bool, date, time)) else None
    if found is None or storey is None:
        raise BadCell(messages.bad_floor)
    value = -storey if found["sign"] else storey
    if value == 0 or value not in _FLOORS:
        raise BadCell(messages.bad_floor)
    return value


def year(cell: object) -> int | None:
    """A calendar year."""
    if is_blank(cell):
        return None
    written = normal(show(cell)).removesuffix("年")
    if isinstance(cell, (date, time)) or not re.fullmatch(r"\d{4}", written) or int(written) not in _YEARS:
        raise BadCell(messages.bad_year)
    return int(written)


def _number_of_text(written: str) -> float:
    plain = unicodedata.normalize("NFKC", written).strip().replace("−", "-")
    if _THOUSANDS.fullmatch(plain):
        return float(plain.replace(",", ""))
    if _NUMBER.fullmatch(plain):
        return float(plain)
    if _NON_FINITE.fullmatch(plain):
        raise BadCell(messages.non_finite)
    raise BadCell(messages.unit_in_number if _WITH_UNIT.fullmatch(plain) else messages.text_in_number)


def _storey(written: str) -> int | None:
    if written.isdigit():
        return int(written) if len(written) < 5 else None
    if written == "首":
        return 1
    tens, ten, ones = written.rpartition("十")
    if (tens and tens not in _DIGITS) or (ones and ones not in _DIGITS) or (not ten and not ones):
        return None
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)
