"""report.html: one page for the meeting, made from a finished run; nothing is loaded from outside.

The page is a jinja2 template (``report.html.j2``) with its style and script inlined; the map and the curve are Bokeh
documents that hold numbers alone. Every word from an input file travels as escaped text or as JSON data that the
script writes with ``textContent``: it can become neither markup nor script.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from siting.outputs.page.layers import read_layers
from siting.outputs.page.render import render
from siting.outputs.page.view import page_view
from siting.outputs.seal import sealed_page

__all__ = ["write_page"]


def write_page(run: Mapping[str, Any], geopackage: Path, path: Path, curve: Mapping[str, Any] | None = None) -> None:
    """Write ``path`` from the data of run.json and the layers of result.gpkg.

    ``curve`` is the data of a budget curve of the same circle and scenario (pareto.json), where there is one. The same
    inputs give the same bytes.
    """
    layers = read_layers(geopackage)
    text = render(page_view(run, layers, curve), layers)
    # A lone surrogate from a file name cannot be encoded; it is shown as "?".
    path.write_bytes(sealed_page(text.encode("utf-8", errors="replace")))
