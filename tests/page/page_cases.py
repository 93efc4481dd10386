"""Pages made from hand-made bundles, and a real browser to open them."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import box
from support.bundles import make_bundle

from scenarios.resolve import parse_set, resolve
from siting.outputs.writer import write_run

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
CURVE = {
    "knee_cny": 200_000.0,
    "knee_zh": "拐点在 20 万元",
    "points": [
        {"budget_cny": 0.0, "free": 0.0, "nested": 0.0},
        {"budget_cny": 200_000.0, "free": 2_800.0, "nested": 2_800.0},
        {"budget_cny": 400_000.0, "free": 3_350.0, "nested": 3_200.0},
    ],
}


def mapped_bundle(**changes: Any):
    """Covered homes and walking areas beside the plan."""
    areas = {("S1", "laundry"): box(-30, -30, 200, 60), ("S1", "pharmacy"): box(0, 0, 40, 40)}
    covered = {"pharmacy": ("D3",), "laundry": (), "elderly_meal": ("D1",)}
    levels = parse_set('objective.levels=["missing_types", "basic_coverage", "equity", "cost"]')
    scenario = resolve((parse_set("budget.capital_cny=3000000"), levels), "base")
    return replace(make_bundle(**changes), covered=covered, walk_areas=areas, scenario=scenario)


def written(folder: Path, bundle: Any = None) -> Path:
    write_run(bundle or mapped_bundle(), folder)
    return folder / "report.html"


def page_data(page: Path) -> dict[str, Any]:
    text = re.search(r'id="page-data">(.*?)</script>', page.read_text(encoding="utf-8"), re.S)
    assert text
    return json.loads(text[1])


def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium on this machine: the page is not opened")
    return found
