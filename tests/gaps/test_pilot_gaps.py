"""The gaps of the 11 pilots say what the city's plan says of them."""

from __future__ import annotations

import pytest

from scenarios.circles import find_circle, load_circles
from siting.gap_report import GapReport, ShortfallStatus
from siting.prepare import RunRequest, prepare

MISSING = {
    "C02": {"front_warehouse", "recycling_point"},
    "C03": {"wet_market", "photo_print", "parcel_service_point", "recycling_point"},
    "C04": {"repair_point", "sewing_shoe_repair"},
    "C07": {"wet_market", "elderly_day_care"},
    "C10": {"elderly_day_care", "specialty_restaurant", "bookstore", "gym", "flower_gift", "cafe", "pet_service"},
}
CIRCLES = [circle.id for circle in load_circles()]


@pytest.fixture(scope="module")
def gaps(tmp_path_factory) -> dict[str, GapReport]:
    out = tmp_path_factory.mktemp("pilot_gaps")
    return {circle.id: prepare(RunRequest(circle, out=out)).gaps for circle in load_circles()}


def test_there_are_eleven():
    assert " ".join(CIRCLES) == "C01 C02 C03 C04 C05 C06 C07 C08 C09 C10 C11"


@pytest.mark.parametrize("circle", CIRCLES)
def test_what_the_plan_calls_missing_is_missing(gaps, circle):
    rows = [row for row in gaps[circle].rows if row.plan_says == "missing"]
    assert {row.type_id for row in rows} == MISSING.get(circle, set())
    for row in rows:
        assert (row.outlets, row.status, row.agrees) == (0, ShortfallStatus.MISSING, True)
        assert row.missing_outlets == row.required >= 1
        assert row.residents_in_reach == 0
        assert row.plan_quote


@pytest.mark.parametrize("circle", CIRCLES)
def test_the_data_never_disagree_with_the_plan(gaps, circle):
    rows = gaps[circle].rows
    assert [row.type_id for row in rows if row.agrees is False] == []
    for row in rows:
        assert (row.agrees is None) == (row.plan_says in ("", "contradiction"))
        assert row.plan_says != "present" or row.outlets > 0


@pytest.mark.parametrize("circle", CIRCLES)
def test_figures_belong_together(gaps, circle):
    report = gaps[circle]
    assert len({row.type_id for row in report.rows}) == len(report.rows)
    for row in report.rows:
        assert row.missing_outlets == max(0, row.required - row.outlets)
        assert (row.status is ShortfallStatus.MET) == (row.missing_outlets == 0)
        assert 0 <= row.residents_in_reach <= row.residents
        assert row.residents_out_of_reach == row.residents - row.residents_in_reach
        assert row.reach_by_segment["all"][1] == report.residents


def test_the_plan_contradicts_itself_on_the_health_station_of_one_circle(gaps):
    found = {(c, row.type_id) for c, report in gaps.items() for row in report.rows if row.plan_says == "contradiction"}
    assert found == {("C07", "health_station")}
    row = gaps["C07"].row("health_station")
    assert row.agrees is None
    assert len(gaps["C07"].contradictions) == 1
    assert gaps["C07"].contradictions[0].count("“") >= 2
    assert row.plan_quote


def test_a_circle_is_found_by_its_chinese_name():
    assert find_circle("光明").id == "C10"
