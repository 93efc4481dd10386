"""``survey.xlsx`` as a form: instructions, the three tables with lists to choose from, an example row in each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scenarios.catalogue import Catalogue
from siting.inputs.columns import TableSpec
from siting.intake.choices import Choices, survey_lists, validation
from siting.intake.form_fields import FORM_TABLES, FormField, form_fields
from siting.intake.instructions import instructions_sheet
from siting.outputs.workbook.book import FONT, Book
from siting.outputs.workbook.text import clean, looks_like_formula

LAST_ROW = 5000
_NUMBER_FORMATS = {"lon": "0.000000", "lat": "0.000000", "x": "0.00", "y": "0.00", "floor": "General", "year": "0"}


def survey_form(book: Book, catalogue: Catalogue, tables: Mapping[str, pd.DataFrame]) -> None:
    """Fill ``book``; ``tables`` are rows known already (see :class:`siting.intake.begun.Begun`).

    A table without rows has one example row, which the reader leaves out.
    """
    instructions = book.workbook.add_worksheet("填表说明")
    pages = {spec.id: book.workbook.add_worksheet(spec.sheet) for spec in FORM_TABLES}
    choices = Choices(book.workbook, survey_lists(catalogue))
    instructions_sheet(book, instructions, choices)
    for spec in FORM_TABLES:
        _table(book, pages[spec.id], spec, catalogue, tables.get(spec.id), choices)
    pages[FORM_TABLES[0].id].set_first_sheet()
    instructions.activate()


def _table(
    book: Book, page: Any, spec: TableSpec, catalogue: Catalogue, rows: pd.DataFrame | None, choices: Choices
) -> None:
    fields = form_fields(spec)
    for index, field in enumerate(fields):
        page.set_column(index, index, field.width, _format(book, field))
        style = "header" if field.column.required else "optional"
        page.write_string(0, index, field.header, _head(book, style))
        page.write_comment(0, index, _comment(field), {"x_scale": 1.6, "y_scale": 1.1, "font_name": FONT})
        page.data_validation(1, index, LAST_ROW, index, validation(field, choices))
    page.set_row(0, 24)
    page.freeze_panes(1, 2)
    page.conditional_format(
        1, 0, LAST_ROW, 0, {"type": "duplicate", "format": book.workbook.add_format({"bg_color": "#F8CBAD"})}
    )
    if rows is None or rows.empty:
        _example(book, page, fields)
    else:
        _rows(book, page, fields, catalogue, rows)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _comment(field: FormField) -> str:
    needed = "必填。" if field.column.required else "可不填。"
    unit = f"单位：{field.unit_zh}。" if field.unit_zh else ""
    return f"{needed}{unit}{field.note_zh}。"


def _example(book: Book, page: Any, fields: tuple[FormField, ...]) -> None:
    style = {"italic": True, "font_color": "#7F7F7F", "bg_color": "#F2F2F2", "font_name": FONT, "font_size": 10}
    for index, field in enumerate(fields):
        number = _NUMBER_FORMATS.get(field.column.id, "General")
        shape = {"num_format": number if field.column.parser == "number" else "@", "align": _align(field)}
        fmt = book.workbook.add_format(style | shape)
        if isinstance(field.example, str) and field.example:
            page.write_string(1, index, field.example, fmt)
        elif field.example is None or field.example == "":
            page.write_blank(1, index, None, fmt)
        else:
            page.write_number(1, index, field.example, fmt)


def _rows(book: Book, page: Any, fields: tuple[FormField, ...], catalogue: Catalogue, rows: pd.DataFrame) -> None:
    quoted = book.workbook.add_format({"font_name": FONT, "font_size": 10, "num_format": "@", "quote_prefix": True})
    for index, field in enumerate(fields):
        if field.column.id not in rows:
            continue
        for row, value in enumerate(rows[field.column.id].tolist(), 1):
            shown = _shown(field, value, catalogue)
            if isinstance(shown, str):
                text = clean(shown)
                page.write_string(row, index, text, quoted if looks_like_formula(text) else None)
            elif shown is not None:
                page.write_number(row, index, shown)


def _shown(field: FormField, value: Any, catalogue: Catalogue) -> str | float | None:
    if field.column.parser == "types":
        return "、".join(catalogue.types[t].name_zh for t in value)
    if value is None or value == "" or value != value:  # noqa: PLR0124 (NaN)
        return None
    if field.column.parser == "type":
        return catalogue.types[value].name_zh
    return float(value) if isinstance(value, int | float) else str(value)


def _format(book: Book, field: FormField) -> Any:
    is_number = field.column.parser in ("number", "year")
    number = _NUMBER_FORMATS.get(field.column.id, "General") if is_number else "@"
    number = "General" if field.column.parser == "floor" else number
    shape = {"num_format": number, "font_name": FONT, "font_size": 10, "align": _align(field)}
    return book.workbook.add_format(shape)


def _align(field: FormField) -> str:
    """Numbers to the right; a word or two of their own in the middle, clear of the numbers beside them."""
    if field.column.parser == "number":
        return "right"
    return "center" if field.column.parser in ("boolean", "floor", "year") else "left"


def _head(book: Book, style: str) -> Any:
    colour = "#1F3864" if style == "header" else "#8497B0"
    return book.workbook.add_format(
        {
            "bold": True,
            "font_color": "#FFFFFF",
            "bg_color": colour,
            "border": 1,
            "align": "center",
            "valign": "vcenter",
            "font_name": FONT,
            "font_size": 10,
        }
    )
