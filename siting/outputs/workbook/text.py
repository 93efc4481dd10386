"""Text on its way into a cell: what XML cannot hold is taken out; widths count a Chinese character as two."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

MAX_CELL = 32_767
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")


def clean(text: str) -> str:
    """``text`` without control characters, lone surrogates and direction overrides, cut to what a cell holds."""
    text = _BIDI.sub("", _ILLEGAL.sub("", text)).replace("\r\n", "\n").replace("\r", "\n")
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - 1] + "…"


def looks_like_formula(text: str) -> bool:
    """True where a spreadsheet would take the text for a formula once somebody edits the cell."""
    return text.startswith(_FORMULA_START)


def width(text: str) -> int:
    """Columns that ``text`` takes on a screen: 2 for a wide character; the widest line counts."""
    return max(len(line) if line.isascii() else sum(map(_char_width, line)) for line in text.split("\n"))


def lines_needed(text: str, columns: float) -> int:
    """Lines that ``text`` takes when wrapped at ``columns``."""
    return sum(max(1, -(-width(line) // max(1, int(columns)))) for line in text.split("\n"))


@cache
def _char_width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WFA" else 1
