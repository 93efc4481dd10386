"""The page as one HTML text: template, style, script, and Bokeh's own library, all inlined."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from typing import Any

from bokeh.embed import json_item
from bokeh.resources import Resources
from jinja2 import Environment, PackageLoader, StrictUndefined

from siting.outputs.page.curve import curve_figure
from siting.outputs.page.layers import Layers
from siting.outputs.page.map import map_figure
from siting.outputs.page.view import PageView

INLINE = Resources(mode="inline", components=["bokeh"])
_MODEL_ID = re.compile(r'"(p\d+)"')


def render(view: PageView, layers: Layers) -> str:
    """The whole page."""
    figures = {}
    if layers.has_map:
        figures["map"] = map_figure(layers, view)
    curve = view.facts["curve"]
    if curve is not None:
        figures["curve"] = curve_figure(curve)
    return (
        templates()
        .get_template("report.html.j2")
        .render(
            **view.facts,
            data=view.data,
            figures={name: _item(model, name) for name, model in figures.items()},
            style=text_of("page.css"),
            behaviour=text_of("page.js"),
            library=INLINE.js_raw if figures else (),
        )
    )


def _item(model: Any, target: str) -> Any:
    """The figure as JSON data for ``Bokeh.embed.embed_item``; model ids are numbered by appearance, so that the same
    run gives the same bytes whatever was drawn before in this process.
    """
    numbers: dict[str, str] = {}
    text = json.dumps(json_item(model, target))
    return json.loads(_MODEL_ID.sub(lambda m: f'"{numbers.setdefault(m[1], f"m{len(numbers)}")}"', text))


@cache
def templates() -> Environment:
    """The templates of this room; every value is escaped."""
    made = Environment(
        loader=PackageLoader("siting.outputs.page", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Bokeh reads references in the order in which it wrote them.
    made.policies["json.dumps_kwargs"] = {"sort_keys": False, "ensure_ascii": False}
    return made


def text_of(name: str) -> str:
    """A style or a script of this room."""
    return resources.files("siting.outputs.page").joinpath(name).read_text(encoding="utf-8")
