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


def plan(basic: float, cost: float) -> dict[str, Any]:
    return {"levels": [{"name": "basic_coverage", "incumbent": basic}, {"name": "cost", "incumbent": cost}]}


CURVE = {
    "levels": [
        {"name": "basic_coverage", "name_zh": "基本保障类新增覆盖", "unit_zh": "人次"},
        {"name": "cost", "name_zh": "总投入", "unit_zh": "元"},
    ],
    "knee_level": "basic_coverage",
    "knee_cny": 200_000.0,
    "knee_zh": "拐点在 20 万元",
    "notes": ["自由方案：每个预算单独求最好"],
    "points": [
        {"budget_cny": 0.0, "free_plan": plan(0, 0), "nested_plan": plan(0, 0), "backward_plan": {"levels": []}},
        {"budget_cny": 2e5, "free_plan": plan(2800, 1e5), "nested_plan": plan(2800, 1e5), "backward_plan": plan(9, 1)},
        {"budget_cny": 4e5, "free_plan": plan(3350, 3e5), "nested_plan": plan(3200, 3e5), "backward_plan": plan(9, 1)},
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
