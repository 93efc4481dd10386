"""The budget curve of the page: the level that the knee is read from, against money; free and nested plans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bokeh.models import NumeralTickFormatter
from bokeh.plotting import figure

KINDS = {
    "free": ("自由方案", "#0072b2", "solid"),
    "nested": ("向前嵌套", "#d55e00", "dashed"),
    "backward": ("倒推嵌套", "#009e73", "dotdash"),
}
KNEE = "#f0b400"


def curve_view(curve: Mapping[str, Any]) -> dict[str, Any]:
    """What the page shows of pareto.json: for each budget the value of the knee's level in each kind of plan."""
    level = next(item for item in curve["levels"] if item["name"] == curve["knee_level"])
    return {
        "label": f"{level['name_zh']}（{level['unit_zh']}）",
        "knee_cny": curve["knee_cny"],
        "knee_zh": curve["knee_zh"],
        "notes": list(curve["notes"]),
        "points": [
            {"budget_cny": point["budget_cny"]}
            | {kind: _value(point[f"{kind}_plan"], curve["knee_level"]) for kind in KINDS}
            for point in curve["points"]
        ],
    }


def _value(plan: Mapping[str, Any], level: str) -> float | None:
    return next((item["incumbent"] for item in plan["levels"] if item["name"] == level), None)


def curve_figure(view: Mapping[str, Any]) -> Any:
    """A Bokeh figure of :func:`curve_view`; budgets in 万元. Points without a plan are left out."""
    plot = figure(
        name="curve",
        sizing_mode="stretch_width",
        height=320,
        tools="",
        toolbar_location=None,
        output_backend="svg",
        x_axis_label="预算（万元）",
        y_axis_label=view["label"],
    )
    for kind, (label, colour, dash) in KINDS.items():
        known = [(p["budget_cny"] / 1e4, p[kind]) for p in view["points"] if p[kind] is not None]
        if known:
            x, y = [at for at, _ in known], [value for _, value in known]
            plot.line(x, y, line_color=colour, line_width=2.5, line_dash=dash, legend_label=label)
            plot.scatter(x, y, fill_color=colour, line_color=None, size=6, legend_label=label)
    for point in view["points"]:
        if point["budget_cny"] == view["knee_cny"] and point["free"] is not None:
            x, y = point["budget_cny"] / 1e4, point["free"]
            plot.scatter([x], [y], marker="diamond", size=16, fill_color=KNEE, line_color="black", legend_label="拐点")
    plot.legend.location = "bottom_right"
    plot.yaxis.formatter = NumeralTickFormatter(format="0,0")
    return plot
