"""Cells of exports as plain one-line texts: empty lists are blanks, lists are joined, nothing is interpreted."""

from __future__ import annotations

import math
import re
import unicodedata

MAX_TEXT = 200

_BLANKS = frozenset({"", "[]", "{}", "null", "none", "nan", "undefined", "-", "--"})
_CODE_SPLIT = re.compile(r"[|;,，；/、\s]+")


def plain(value: object) -> str:
    """``value`` as one line of text; lists of plain values joined by ``|``, empty and nested ones blank."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list | tuple):
        return "|".join(text for text in map(plain, value) if text) if not any(map(_is_nested, value)) else ""
    if isinstance(value, dict):
        return ""
    flat = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp", "Cf") else c for c in str(value))
    text = " ".join(flat.split())
    return "" if text.casefold() in _BLANKS else text


def shortened(text: str) -> tuple[str, bool]:
    """``text`` cut to what a name may hold, and whether it was."""
    return (text, False) if len(text) <= MAX_TEXT else (text[: MAX_TEXT - 1] + "…", True)


def codes_of(text: str) -> tuple[str, ...]:
    """Amap codes of a cell, several of them separated by ``|`` or ``;``; Excel's lost zero is given back."""
    parts = (part.removesuffix(".0") for part in _CODE_SPLIT.split(text))
    return tuple(dict.fromkeys(part.zfill(6) for part in parts if part.isdecimal() and len(part) in (5, 6)))


def classes_of(text: str) -> tuple[str, ...]:
    """Type texts of a cell: several are separated by ``|``, their levels by ``;`` (``/``, ``-`` and ``>`` too)."""
    found = (_one_class(part) for part in text.split("|"))
    return tuple(dict.fromkeys(part for part in found if part and not part.isdecimal()))


def _one_class(text: str) -> str:
    separator = ";" if re.search("[;；]", text) else ">" if ">" in text else ""
    levels = re.split("[;；]" if separator == ";" else ">", text) if separator else [text]
    return ";".join(level.strip() for level in levels if level.strip())


def _is_nested(value: object) -> bool:
    return isinstance(value, list | tuple | dict)
