"""Native Excel charts of a budget curve: free against nested, over the budget in 万元."""

from __future__ import annotations

from typing import Any

from siting.outputs.words import level_words
from siting.outputs.workbook.book import FONT, Book
from siting.studies.frontier.record import BudgetCurve
from siting.studies.frontier.sheets import CURVE_SHEET, column_numbers

CHART_ROWS = 18
_SIZE = {"width": 760, "height": 340}
_SERIES = (
    ("free", "自由方案", "#0072B2", "solid"),
    ("nested", "向前嵌套", "#D55E00", "dash"),
    ("backward", "倒推嵌套", "#009E73", "square_dot"),
)


def coverage_chart(book: Book, curve: BudgetCurve) -> Any:
    """The level of the knee: free plans against both ways of nesting."""
    words = level_words(curve.knee_level)
    return _chart(book, curve, f"{words.name_zh}随预算变化", f"{words.name_zh}（{words.unit_zh}）", "level")


def missing_chart(book: Book, curve: BudgetCurve) -> Any:
    """Missing outlets filled: free plans against both ways of nesting."""
    return _chart(book, curve, "补齐的缺失网点随预算变化", "补齐（个）", "filled")


def _chart(book: Book, curve: BudgetCurve, title: str, axis: str, what: str) -> Any:
    numbers, first = column_numbers(), curve_first_row(book)
    last = first + len(curve.points) - 1
    chart = book.workbook.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
    for key, name, colour, dash in _SERIES:
        column = numbers[f"{key}_{what}"]
        chart.add_series(
            {
                "name": name,
                "categories": [CURVE_SHEET, first, numbers["ten_thousands"], last, numbers["ten_thousands"]],
                "values": [CURVE_SHEET, first, column, last, column],
                "line": {"color": colour, "width": 2.25, "dash_type": dash},
                "marker": {"type": "circle", "size": 5, "fill": {"color": colour}, "border": {"color": colour}},
            }
        )
    font = {"name": FONT, "size": 9}
    chart.set_title({"name": title, "name_font": {"name": FONT, "size": 12}, "overlay": False})
    chart.set_x_axis(
        {
            "name": "预算（万元）",
            "name_font": font,
            "num_font": font,
            "num_format": "#,##0",
            "min": curve.points[0].budget_cny / 1e4,
            "max": max(curve.points[-1].budget_cny, curve.points[0].budget_cny + 1e4) / 1e4,
        }
    )
    grid = {"visible": True, "line": {"color": "#D9D9D9"}}
    chart.set_y_axis(
        {"name": axis, "name_font": font, "num_font": font, "num_format": "#,##0", "major_gridlines": grid}
    )
    chart.set_legend({"position": "bottom", "font": font})
    chart.show_blanks_as("gap")
    chart.set_size(_SIZE)
    return chart


def curve_first_row(book: Book) -> int:
    """Row of the first point on the sheet of the curve: title, banner (if any), explanation and header come before."""
    return 3 + bool(book.banner_zh)
