"""The workbook and its cell formats."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import TracebackType
from typing import Any

import xlsxwriter

SIMULATED_ZH = "示意布局，非实测"
FONT = "Microsoft YaHei"

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
    "in_memory": True,
    "default_date_format": "yyyy-mm-dd",
}
_CREATED = dt.datetime(2000, 1, 1)
_GRID = "#BFBFBF"

NUMBER_FORMATS = {
    "int": "#,##0",
    "decimal1": "#,##0.0",
    "decimal2": "#,##0.00",
    "decimal3": "#,##0.000",
    "percent": "0.0%",
    "gap": "0.00%",
    "plain": "0",
    "general": "General",
}

_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": "#1F3864", "valign": "vcenter"},
    "subtitle": {"font_color": "#595959", "valign": "vcenter"},
    "unit": {"font_color": "#595959", "valign": "vcenter", "indent": 1},
    "banner": {"bold": True, "font_size": 12, "font_color": "#FFFFFF", "bg_color": "#C00000", "valign": "vcenter"},
    "section": {"bold": True, "font_size": 12, "font_color": "#1F3864", "bottom": 2, "bottom_color": "#1F3864"},
    "header": {
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": "#1F3864",
        "border": 1,
        "border_color": _GRID,
        "align": "center",
        "valign": "vcenter",
        "text_wrap": True,
    },
    "label": {
        "bold": True,
        "bg_color": "#F2F2F2",
        "border": 1,
        "border_color": _GRID,
        "valign": "vcenter",
        "text_wrap": True,
        "align": "left",
        "indent": 1,
    },
    "cell": {"border": 1, "border_color": _GRID, "valign": "vcenter", "text_wrap": True},
    "centre": {"align": "center"},
    "left": {"align": "left", "indent": 1},
    "good": {"bg_color": "#E2EFDA"},
    "warn": {"bg_color": "#FFF2CC"},
    "bad": {"bg_color": "#F8CBAD"},
    "strong": {"bold": True},
    "unproven": {"italic": True, "font_color": "#7F7F7F"},
    "note": {"valign": "top", "text_wrap": True},
}


def banner(simulated: bool, note_zh: str) -> str:
    """The red line of a simulated layout; empty for a surveyed one."""
    if not simulated:
        return ""
    return note_zh if note_zh.startswith(SIMULATED_ZH) else "：".join(part for part in (SIMULATED_ZH, note_zh) if part)


class Book:
    """An open workbook; leaving the ``with`` block writes it, unless an error is on its way.

    ``heading_zh`` begins the title and the footer of every sheet (the circle's name). ``banner_zh`` is the red line
    that every sheet carries where the layout is simulated (:func:`banner`); empty otherwise.
    """

    def __init__(self, heading_zh: str, banner_zh: str, path: Path, title: str = "一刻钟便民生活圈选址方案") -> None:
        self.workbook = xlsxwriter.Workbook(str(path), dict(_OPTIONS))
        self.workbook.formats[0].set_font_name(FONT)
        self.workbook.formats[0].set_font_size(10)
        self.workbook.set_properties({"title": title, "created": _CREATED})
        self.workbook.set_size(2400, 1500)
        self.heading_zh = heading_zh
        self.banner_zh = banner_zh
        self._formats: dict[tuple[str, ...], Any] = {}

    def format(self, *names: str, number: str = "", quoted: bool = False, align: str = "") -> Any:
        """The format made of the named styles; ``quoted`` keeps text from turning into a formula when edited."""
        key = (*names, number, str(quoted), align)
        if key not in self._formats:
            properties: dict[str, Any] = {"font_name": FONT, "font_size": 10}
            for name in names:
                properties |= _STYLES[name]
            if number:
                properties["num_format"] = NUMBER_FORMATS[number]
            if quoted:
                properties["quote_prefix"] = True
            if align:
                properties["align"] = align
            self._formats[key] = self.workbook.add_format(properties)
        return self._formats[key]

    def __enter__(self) -> Book:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.workbook.close()
        else:
            self.workbook.fileclosed = True
