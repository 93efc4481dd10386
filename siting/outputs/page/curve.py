"""The budget curve of the page: residents newly covered against money, free and nested."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bokeh.models import NumeralTickFormatter
from bokeh.plotting import figure

FREE, NESTED, KNEE = "#0072b2", "#d55e00", "#f0b400"


def curve_figure(curve: Mapping[str, Any]) -> Any:
    """A Bokeh figure of ``curve["points"]``: budget in 万元, residents newly covered free and nested."""
    points = curve["points"]
    budget = [point["budget_cny"] / 1e4 for point in points]
    plot = figure(
        name="curve",
        sizing_mode="stretch_width",
        height=320,
        tools="",
        toolbar_location=None,
        output_backend="svg",
        x_axis_label="预算（万元）",
        y_axis_label="新增覆盖（人次）",
    )
    for key, colour, label, dash in (("free", FREE, "自由方案", "solid"), ("nested", NESTED, "嵌套方案", "dashed")):
        values = [point[key] for point in points if point.get(key) is not None]
        if len(values) == len(budget) and values:
            plot.line(budget, values, line_color=colour, line_width=2.5, line_dash=dash, legend_label=label)
            plot.scatter(budget, values, fill_color=colour, line_color=None, size=6, legend_label=label)
    knee = [(point["budget_cny"] / 1e4, point["free"]) for point in points if point["budget_cny"] == curve["knee_cny"]]
    for x, y in knee:
        plot.scatter([x], [y], marker="diamond", size=16, fill_color=KNEE, line_color="black")
    plot.legend.location = "bottom_right"
    plot.yaxis.formatter = NumeralTickFormatter(format="0,0")
    return plot
