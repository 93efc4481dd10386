"""Untouched runs of the whole program pass: a pilot, a generated circle with hosts, and ready distances."""

from __future__ import annotations

from pathlib import Path

import pytest
from audit_town import finish, line, put, solve_town, tampered

from scenarios.catalogue import load_catalogue
from scenarios.circles import find_circle
from siting.audit import audit_run
from siting.generator import CircleSpec, generate_circle
from siting.pipeline import RunRequest


def test_a_pilot_with_a_time_limit(tmp_path: Path) -> None:
    request = RunRequest(find_circle("C02"), out=tmp_path, time_limit_s=0.5, mip_gap=0.05, ranking=False)
    run = finish(request, tmp_path / "base" / "C02")
    report = audit_run(run)
    assert report.ok, report.lines_zh
    unmarked = audit_run(tampered(run, put("simulated", to=False)))
    assert "数据是示意布局，结果记为不是" in line(unmarked, "生活圈与示意标记")


@pytest.fixture(scope="module")
def small_circle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = CircleSpec(id="A1", name="小圈", n_demand=30, n_site=14, population=6_000, area_km2=0.6)
    return generate_circle(spec, load_catalogue(), tmp_path_factory.mktemp("small") / "A1", seed=5)


@pytest.mark.parametrize("scenario", ["one_store_many_services", "sites_withdrawn"])
def test_scenarios_on_streets(small_circle: Path, scenario: str) -> None:
    out = small_circle.parent / "out"
    request = RunRequest(small_circle, scenario, out=out, time_limit_s=0.5, mip_gap=0.02, ranking=False, seed=4)
    report = audit_run(finish(request, out / scenario / "A1"))
    assert report.ok, report.lines_zh


@pytest.mark.parametrize(
    ("name", "sets"),
    [
        ("median", ('objective.levels=["walking"]', "limits.max_sites=2", 'catalogue.only=["pharmacy", "laundry"]')),
        ("centre", ('objective.levels=["farthest_walk", "sites"]', 'catalogue.only=["laundry"]', "limits.max_sites=1")),
        ("cover", ('objective.levels=["sites"]', "coverage_floor.laundry=1.0", "coverage_floor.childcare=0.6")),
        ("poor", ("budget.capital_cny=300000", "limits.max_sites=2", "lock.out=['S1:pharmacy']", "lock.in=['S4']")),
        ("frugal", ("budget.include_rent=false", "budget.capital_cny=250000", "budget.subsidy_cny_year=30000")),
    ],
)
def test_ready_distances(town: Path, name: str, sets: tuple[str, ...]) -> None:
    report = audit_run(solve_town(town, town.parent / "runs" / name, *sets))
    assert report.ok, report.lines_zh


def test_walking_levels_are_recomputed(town: Path) -> None:
    levels = 'objective.levels=["walking", "farthest_walk"]'
    run = solve_town(town, town.parent / "runs" / "walks", levels, 'catalogue.only=["laundry"]', "limits.max_sites=1")
    report = audit_run(tampered(run, put("levels", 0, "incumbent", to=lambda value: value + 1), "walks-1"))
    assert line(report, "目标“步行总量”").startswith("不符 ")
    report = audit_run(tampered(run, put("levels", 1, "incumbent", to=1.0), "walks-2"))
    assert "当前解复算为" in line(report, "目标“最远步行距离”")
    unserved = audit_run(tampered(run, lambda data: data["picks"].clear(), "walks-3"))
    assert "有居民走不到任何网点" in line(unserved, "目标“步行总量”")
