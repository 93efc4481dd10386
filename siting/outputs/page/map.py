"""The map: streets, boundary, homes, outlets, rooms, and the walking areas of the chosen rooms. Numbers only."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import (
    BoxZoomTool,
    ColumnDataSource,
    CustomJS,
    HoverTool,
    PanTool,
    Range1d,
    ResetTool,
    ScaleBar,
    TapTool,
    WheelZoomTool,
)
from bokeh.plotting import figure

from siting.outputs.page.layers import Layers, Lines
from siting.outputs.page.view import PageView

INK, PAPER = "#1f2d3d", "#ffffff"
STREET, BOUNDARY, AREA = "#c3cad3", "#7a4fa3", "#f0b400"
OUTLET, ROOM, CHOSEN = "#5b6b7d", "#9aa5b1", "#d1495b"
_MARGIN = 0.08
_NARROWEST, _WIDEST = 1.2, 2.0
_HOVER = "window.siting && window.siting.point('{kind}', cb_data.index.indices)"
_TAP = "window.siting && window.siting.pick(cb_data.source.selected.indices)"


def map_figure(layers: Layers, view: PageView) -> Any:
    """A Bokeh figure; the page's script finds its sources by name: ``demand``, ``areas``, ``rooms``, ``chosen``."""
    x_range, y_range, aspect = _window(layers)
    plot = figure(
        name="map",
        match_aspect=True,
        sizing_mode="stretch_width",
        aspect_ratio=aspect,
        x_range=x_range,
        y_range=y_range,
        tools=[PanTool(), WheelZoomTool(), BoxZoomTool(match_aspect=True), ResetTool()],
        toolbar_location="right",
        output_backend="svg",
        background_fill_color=PAPER,
    )
    plot.toolbar.logo = None
    plot.axis.visible = False
    plot.grid.visible = False
    plot.outline_line_color = STREET
    _lines(plot, layers.streets, STREET, 1.2)
    _lines(plot, layers.boundary, BOUNDARY, 2.0, dash="dashed")
    _walking_areas(plot, layers, view)
    _homes(plot, view)
    _outlets(plot, layers)
    _rooms(plot, layers, view)
    plot.add_layout(
        ScaleBar(
            range=plot.x_range,
            unit="m",
            location="bottom_left",
            border_line_color=None,
            background_fill_alpha=0.5,
            padding=2,
            label_text_font_size="11px",
        )
    )
    return plot


def _window(layers: Layers) -> tuple[Range1d, Range1d, float]:
    """Ranges in metres around the homes, rooms and boundary, widened to a shape that fits on a screen, and that shape.

    Streets go on far outside; whoever pans finds them, and any outlet out there.
    """
    seen = [np.array(list(layers.points.get(name, {}).values())).reshape(-1, 2) for name in ("demand", "sites")]
    every = np.concatenate([*seen, *(np.column_stack(line) for line in layers.boundary)])
    (west, south), (east, north) = (every.min(axis=0), every.max(axis=0)) if len(every) else ((0.0, 0.0), layers.extent)
    pad = max(east - west, north - south, 100.0) * _MARGIN
    width, height = east - west + 2 * pad, north - south + 2 * pad
    aspect = min(max(width / height, _NARROWEST), _WIDEST)
    beside, above = max(width, height * aspect) / 2, max(height, width / aspect) / 2
    x, y = (west + east) / 2, (south + north) / 2
    return Range1d(x - beside, x + beside), Range1d(y - above, y + above), float(aspect)


def _lines(plot: Any, lines: Lines, colour: str, width: float, dash: str = "solid") -> None:
    xs, ys = [line[0] for line in lines], [line[1] for line in lines]
    plot.multi_line(xs=xs, ys=ys, line_color=colour, line_width=width, line_dash=dash)


def _walking_areas(plot: Any, layers: Layers, view: PageView) -> None:
    """One row for each area, all invisible; ``site`` is the number of the chosen room that it belongs to."""
    number = {site: n for n, site in enumerate(view.sites)}
    rows = [(number[site], kind, polygons) for (site, kind), polygons in sorted(layers.areas.items()) if site in number]
    source = ColumnDataSource(
        {
            "xs": [[[ring[0] for ring in polygon] for polygon in polygons] for _, _, polygons in rows],
            "ys": [[[ring[1] for ring in polygon] for polygon in polygons] for _, _, polygons in rows],
            "site": [n for n, _, _ in rows],
            "type": [kind for _, kind, _ in rows],
            "alpha": [0.0] * len(rows),
        },
        name="areas",
    )
    plot.multi_polygons("xs", "ys", source=source, fill_color=AREA, fill_alpha="alpha", line_color=None)


def _homes(plot: Any, view: PageView) -> None:
    homes = [(n, row["xy"]) for n, row in enumerate(view.data["demand"]) if row["xy"]]
    source = ColumnDataSource(
        {
            "x": [xy[0] for _, xy in homes],
            "y": [xy[1] for _, xy in homes],
            "number": [n for n, _ in homes],
            "size": [8.0] * len(homes),
            "colour": [STREET] * len(homes),
        },
        name="demand",
    )
    dots = plot.scatter(
        "x", "y", source=source, marker="circle", size="size", fill_color="colour", fill_alpha=0.85, line_color=INK
    )
    _on_hover(plot, dots, "demand")


def _outlets(plot: Any, layers: Layers) -> None:
    xy = list(layers.points["outlets"].values())
    x, y = [p[0] for p in xy], [p[1] for p in xy]
    plot.scatter(x=x, y=y, marker="square", size=6, fill_color=OUTLET, fill_alpha=0.8, line_color=None)


def _rooms(plot: Any, layers: Layers, view: PageView) -> None:
    every = layers.points["sites"] | {s: xy for s, xy in layers.points["outlets"].items() if s in view.sites}
    free = [xy for site, xy in every.items() if site not in view.sites]
    plot.scatter(
        x=[p[0] for p in free],
        y=[p[1] for p in free],
        marker="triangle",
        size=8,
        fill_color=PAPER,
        line_color=ROOM,
        line_width=1.5,
    )
    placed = [(n, every[site]) for n, site in enumerate(view.sites) if site in every]
    source = ColumnDataSource(
        {
            "x": [xy[0] for _, xy in placed],
            "y": [xy[1] for _, xy in placed],
            "number": [n for n, _ in placed],
            "label": [str(n + 1) for n, _ in placed],
            "line": [1.5] * len(placed),
        },
        name="chosen",
    )
    stars = plot.scatter(
        "x", "y", source=source, marker="circle", size=21, fill_color=CHOSEN, line_color=INK, line_width="line"
    )
    plot.text(
        "x",
        "y",
        text="label",
        source=source,
        text_color=PAPER,
        text_font_size="11px",
        text_font_style="bold",
        text_align="center",
        text_baseline="middle",
    )
    _on_hover(plot, stars, "chosen")
    tap = TapTool(renderers=[stars], callback=CustomJS(code=_TAP))
    plot.add_tools(tap)


def _on_hover(plot: Any, renderer: Any, kind: str) -> None:
    code = _HOVER.format(kind=kind)
    plot.add_tools(HoverTool(renderers=[renderer], tooltips=None, callback=CustomJS(code=code), visible=False))
