"""A simulated city whose circles overlap on one network of streets: better than the split, bounded, and verified.

``SITING_CITY_COLUMNS`` (4) × 2 circles; 50 are in ``python -m benchmarks.city``.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scenarios.catalogue import load_catalogue
from siting.audit import audit_run
from siting.city.run import CityRequest, run_city
from siting.generator.city_cut import CitySpec, cut_city, generate_city
from siting.outputs.writer import write_run
from siting.pipeline import RunRequest

SMALL = CitySpec(int(os.environ.get("SITING_CITY_COLUMNS", "4")), 2, n_demand=20, n_site=8, population=4_000)
SETS = (
    'catalogue.only=["pharmacy","photo_print","housekeeping","breakfast_shop","repair_point","laundry"]',
    'objective.levels=["missing_types","basic_coverage","cost"]',
    "city.capital_per_circle_cny=400000",
)


def test_circles_are_cut_from_one_layout_and_the_same_each_time():
    spec = CitySpec(2, 1, n_demand=12, n_site=5, population=2_000)
    west, east = cut_city(spec, load_catalogue(), seed=3)
    both = set(west.demand["id"]) & set(east.demand["id"])
    assert both
    assert set(west.demand["id"]) | set(east.demand["id"]) == {f"D{n:03d}" for n in range(1, 25)}
    shared = set(west.streets.geometry.to_wkb()) & set(east.streets.geometry.to_wkb())
    assert len(shared) > 10
    assert west.meta()["simulated"]
    again = cut_city(spec, load_catalogue(), seed=3)[1]
    assert again.sites.equals(east.sites)
    assert not cut_city(spec, load_catalogue(), seed=4)[1].sites.equals(east.sites)


@pytest.mark.slow
def test_a_city_of_overlapping_circles(tmp_path: Path):
    circles = generate_city(SMALL, load_catalogue(), tmp_path / "circles", seed=2)
    run = RunRequest(circles[0], sets=SETS, out=tmp_path, time_limit_s=2, mip_gap=0.01)
    bundle = run_city(CityRequest(circles, False, run))
    city = bundle.city
    assert city is not None
    assert {circle.network for circle in city.circles} == {0}
    assert city.merges
    assert city.renamed == {}
    assert bundle.gaps.residents == len(circles) * SMALL.population
    assert sum(circle.residents for circle in city.circles) > bundle.gaps.residents
    assert city.capital_cny is not None
    assert bundle.totals.budget_cny <= city.capital_cny + 0.01
    for level in bundle.levels:
        assert level.bound is not None
        worse = level.incumbent - level.bound if level.sense == "max" else level.bound - level.incumbent
        assert worse <= 1e-6 * max(1.0, abs(level.incumbent))
    gains = [(v.city - v.split) * (1 if v.sense == "max" else -1) for v in city.split]
    assert next((gain for gain in gains if abs(gain) > 1e-6), 0.0) >= 0
    write_run(bundle, tmp_path / "run")
    report = audit_run(tmp_path / "run")
    assert report.ok, [text for text in report.lines_zh if not text.startswith("通过")]
