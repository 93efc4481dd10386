"""Whole runs by years on a street of six estates: what is written, and what the audit refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import pytest
from audit.audit_town import Change, line, put, solve_town, tampered, write_town

from scenarios.faults import FaultError
from siting.audit import audit_run

YEARS = ("phases.2025=250000", "phases.2026=250000", "phases.2028=300000", "hosts.new=true", "hosts.existing=true")
FREE = {"S1": "", "S2": 2026, "S3": 2026, "S4": 2027, "S5": 2024, "S6": 2029, "S7": 2025}


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town of the audit's tests, with the years in which its rooms become free."""
    folder = write_town(tmp_path_factory.mktemp("years") / "town")
    lines = (folder / "sites.csv").read_text("utf-8").splitlines()
    dated = [f"{lines[0]},可用年份", *(f"{text},{FREE[text[:2]]}" for text in lines[1:])]
    (folder / "sites.csv").write_text("\n".join(dated) + "\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def run(street: Path) -> Path:
    return solve_town(street, street.parent / "runs" / "whole", *YEARS, ranking=True)


def read(run_dir: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((run_dir / "run.json").read_text("utf-8"))
    return data


def test_every_pick_has_a_year_and_no_room_is_used_before_it_is_free(run: Path):
    data = read(run)
    assert len(data["picks"]) > 4
    assert {pick["year"] for pick in data["picks"]} <= {2025, 2026, 2028}
    assert len({pick["year"] for pick in data["picks"]}) > 1
    for pick in data["picks"]:
        assert pick["year"] >= int(FREE.get(pick["site"], 0) or 0), pick
    assert "S6" not in {pick["site"] for pick in data["picks"]}


def test_a_room_that_is_free_too_late_is_refused_with_its_reason(run: Path):
    (refusal,) = [refusal for refusal in read(run)["refusals"] if refusal["site_id"] == "S6"]
    assert (refusal["type_id"], refusal["code"]) == ("", "available-late")
    assert refusal["reason_zh"] == "2029 年才能交付使用，晚于规划末年 2028 年"


def test_the_years_add_up_to_the_totals(run: Path):
    data = read(run)
    phases, totals = data["phases"], data["totals"]
    assert [phase["year"] for phase in phases] == [2025, 2026, 2028]
    for key, total in (
        ("spent_cny", "budget_cny"),
        ("residents_newly_covered", "residents_newly_covered"),
        ("missing_types_filled", "missing_types_filled"),
        ("sites_started", "sites_used"),
        ("outlets_opened", "outlets_opened"),
        ("addons", "addons"),
    ):
        assert sum(phase[key] for phase in phases) == pytest.approx(totals[total]), key
    carried = 0.0
    for phase in phases:
        assert phase["carried_in_cny"] == pytest.approx(carried)
        carried = phase["left_cny"]
        assert carried == pytest.approx(phase["budget_cny"] + phase["carried_in_cny"] - phase["spent_cny"])
        assert carried > -0.01


def test_an_earlier_gain_is_worth_more(run: Path):
    """Worth 0.9 a year: 2028 is three years after 2025."""
    data = read(run)
    (level,) = [level for level in data["levels"] if level["name"] == "missing_types"]
    worth = {2025: 1.0, 2026: 0.9, 2028: 0.9**3}
    assert level["incumbent"] == pytest.approx(
        sum(worth[phase["year"]] * phase["missing_types_filled"] for phase in data["phases"])
    )
    assert any("每晚一年乘 0.9" in note for note in data["notes"])


def test_the_workbook_and_the_map_tell_the_years(run: Path):
    book = openpyxl.load_workbook(run / "result.xlsx", data_only=True)
    cells = [[cell for cell in row if cell is not None] for row in book["分年度"].iter_rows(values_only=True)]
    years = [row for row in cells if row and row[0] in (2025, 2026, 2028) and len(row) == 10]
    phases = read(run)["phases"]
    assert [row[3] for row in years] == pytest.approx([phase["spent_cny"] for phase in phases])
    assert [row[9] for row in years] == pytest.approx([phase["residents_newly_covered"] for phase in phases])
    assert any(row and row[0] == "合计" for row in cells)
    head = next(n for n, row in enumerate(cells) if "计入当年支出（元）" in [str(c).replace("\n", "") for c in row])
    paid: dict[int, float] = {}
    for row in cells[head + 1 :]:
        if row:
            paid[row[0]] = paid.get(row[0], 0.0) + row[4]
    assert [paid[phase["year"]] for phase in phases] == pytest.approx([phase["spent_cny"] for phase in phases])
    table = pyogrio.read_dataframe(run / "result.gpkg", layer="picks", read_geometry=False)
    assert sorted(table["year"]) == sorted(pick["year"] for pick in read(run)["picks"])


def test_a_run_without_years_has_no_sheet_of_them(street: Path):
    plain = solve_town(street, street.parent / "runs" / "plain", "budget.capital_cny=800000")
    assert "分年度" not in openpyxl.load_workbook(plain / "result.xlsx", read_only=True).sheetnames
    assert read(plain)["phases"] == []
    assert {pick["year"] for pick in read(plain)["picks"]} == {None}
    assert audit_run(plain).ok


def test_the_audit_accepts_it(run: Path):
    report = audit_run(run)
    assert report.ok, report.lines_zh
    assert line(report, "各年度资金").startswith("通过")


def year_of(n: int, year: int | None) -> Change:
    return put("picks", n, "year", to=year)


def latest(run_dir: Path) -> int:
    picks = read(run_dir)["picks"]
    return max(range(len(picks)), key=lambda n: (picks[n]["year"], not picks[n]["host"]))


def test_the_audit_refuses_other_years(run: Path):
    n = latest(run)
    for year, check, words in (
        (None, "各年度开工", "的年度 空缺 不在情景的"),
        (2027, "各年度开工", "的年度 2027 不在情景的"),
        (2025, "各年度合计", "复算为"),
        (2025, "result.xlsx", "年度"),
        (2025, "result.gpkg", "2025 年"),
        (2025, "目标“补齐缺失网点", "复算为"),
    ):
        text = line(audit_run(tampered(run, year_of(n, year))), check)
        assert text.startswith("不符"), (year, text)
        assert words in text


def test_the_audit_refuses_what_the_years_cannot_pay(run: Path):
    def all_at_once(data: dict[str, Any]) -> None:
        for pick in data["picks"]:
            pick["year"] = 2025

    report = audit_run(tampered(run, all_at_once))
    assert "2025 年支出复算为" in line(report, "各年度资金")
    assert "才能交付" in line(report, "各年度开工")


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (put("phases", 0, "spent_cny", to=1.0), "各年度合计"),
        (put("phases", 1, "carried_in_cny", to=lambda value: value + 1), "各年度合计"),
        (put("phases", 2, "left_cny", to=0.5), "各年度合计"),
        (put("phases", 2, "residents_newly_covered", to=lambda value: value + 1), "各年度合计"),
        (put("phases", 0, "outlets_opened", to=99), "各年度合计"),
        (put("phases", to=[]), "各年度合计"),
        (put("scenario", "values", "phases", "2025", to=1.0), "各年度资金"),
        (put("scenario", "values", "phasing", "later_year_worth", to=0.5), "目标“补齐缺失网点"),
        (put("scenario", "values", "phasing", "carry_over", to=False), "各年度合计"),
    ],
)
def test_the_audit_refuses_other_figures_of_the_years(run: Path, change: Change, check: str):
    assert line(audit_run(tampered(run, change)), check).startswith("不符")


def test_a_commitment_holds_and_the_audit_checks_it(street: Path):
    committed = solve_town(street, street.parent / "runs" / "committed", *YEARS, 'lock.in=["S5:breakfast_shop@2026"]')
    assert [p["year"] for p in read(committed)["picks"] if (p["site"], p["type"]) == ("S5", "breakfast_shop")] == [2026]
    assert audit_run(committed).ok
    n = next(n for n, p in enumerate(read(committed)["picks"]) if (p["site"], p["type"]) == ("S5", "breakfast_shop"))
    assert "锁定在 2026 年" in line(audit_run(tampered(committed, year_of(n, 2028))), "各年度开工")


def test_without_phases_a_committed_year_is_told_with_the_pick(street: Path):
    told = solve_town(
        street, street.parent / "runs" / "told", "budget.capital_cny=400000", 'lock.in=["S5:breakfast_shop@2024"]'
    )
    years = {(p["site"], p["type"]): p["year"] for p in read(told)["picks"]}
    assert years.pop(("S5", "breakfast_shop")) == 2024
    assert set(years.values()) == {None}
    assert audit_run(told).ok
    assert "情景没有分年度" in line(audit_run(tampered(told, year_of(0, 2030))), "各年度开工")


@pytest.mark.parametrize(
    ("lock", "code", "words"),
    [
        ("S5:breakfast_shop@2027", "unknown-year", "2025、2026、2028"),
        ("S3:laundry@2025", "lock-refused", "2026 年才能交付使用"),
        ("S6:laundry@2028", "lock-refused", "晚于规划末年 2028 年"),
        ("S6", "lock-refused", "晚于规划末年 2028 年"),
    ],
)
def test_a_commitment_that_cannot_be_is_a_fault(street: Path, lock: str, code: str, words: str):
    with pytest.raises(FaultError) as caught:
        solve_town(street, street.parent / "runs" / "never", *YEARS, f'lock.in=["{lock}"]')
    assert [fault.code for fault in caught.value.faults] == [code]
    assert words in caught.value.faults[0].rule


def test_same_seed_same_bytes(street: Path, run: Path):
    again = solve_town(street, street.parent / "runs" / "again", *YEARS, ranking=True)
    assert (again / "result.xlsx").read_bytes() == (run / "result.xlsx").read_bytes()
    first, second = read(run), read(again)
    for data in (first, second):
        data.pop("seconds")
        for level in data["levels"]:
            level.pop("seconds")
    assert first == second
