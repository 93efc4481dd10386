"""An annual plan written, edited as a planner would, and read back: the edits hold, the rest is optimised again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from support.plan_towns import Desk, data_of, solve, written_plan

from siting.audit import audit_run

SETS = ("limits.max_sites=3",)
TOTAL, FITOUT = "投资额：合计（万元）", "投资额：装修（万元）"


def pairs(run: Path) -> set[tuple[str, str]]:
    return {(pick["site"], pick["type"]) for pick in data_of(run)["picks"]}


def pick_of(run: Path, site: str, type_id: str) -> dict[str, Any]:
    return next(p for p in data_of(run)["picks"] if (p["site"], p["type"]) == (site, type_id))


def levels(run: Path) -> list[Any]:
    return [round(level["incumbent"], 3) for level in data_of(run)["levels"]]


def item_of(run: Path, code: str) -> dict[str, Any]:
    return next(item for item in data_of(run)["committed"]["items"] if item["code"] == code)


def again(home: Path, plan: Path, tmp_path: Path, *sets: str, whole: bool = False) -> Path:
    return solve(home / "town", tmp_path / "again", *(sets or SETS), committed=plan, whole=whole)


def test_an_untouched_plan_is_kept_as_it_is(home: Path, plan: Path, tmp_path: Path):
    run = again(home, plan, tmp_path, whole=True)
    assert pairs(run) == pairs(home / "run")
    committed = data_of(run)["committed"]
    assert {item["outcome"] for item in committed["items"]} == {"kept"}
    assert (committed["new"], committed["dropped"], committed["prices"]) == ([], [], [])
    assert committed["cost_cny"] == [pytest.approx(data_of(run)["totals"]["cost_cny"])] * 2
    locks = data_of(run)["scenario"]["values"]["lock"]
    assert set(locks["in"]) == {":".join(pair) for pair in pairs(run)}
    assert "年度计划 改过的计划.xlsx 第" in data_of(run)["scenario"]["origin"]["lock.in"]
    assert audit_run(run).ok


def test_three_rows_changed(home: Path, plan: Path, tmp_path: Path):
    """Struck, swapped, repriced: the edits hold, the difference is told, verify passes."""
    old = pairs(home / "run")
    assert ("S1", "breakfast_shop") in old
    assert ("S1", "housekeeping") in old
    assert ("S3", "housekeeping") not in old
    desk = Desk(plan)
    struck, swapped = desk.row_of("S1", "早餐店"), desk.row_of("S1", "家政服务点")
    repriced = next(r for r in desk.rows() if r not in (struck, swapped))
    site, code = desk.at(repriced, "点位编号").value, desk.at(repriced, "项目编码").value
    type_id = next(p["type"] for p in data_of(home / "run")["picks"] if f"T1-{p['rank']:03d}" == code)
    before = pick_of(home / "run", site, type_id)
    desk.strike(struck)
    desk.at(swapped, "点位编号").value = "S3"
    desk.at(repriced, TOTAL).value = desk.at(repriced, TOTAL).value + 2.5
    codes = [desk.at(row, "项目编码").value for row in (struck, swapped)]
    desk.save()
    run = again(home, plan, tmp_path, whole=True)

    assert ("S1", "breakfast_shop") not in pairs(run)
    assert ("S3", "housekeeping") in pairs(run)
    assert ("S1", "housekeeping") not in pairs(run)
    assert old - {("S1", "breakfast_shop"), ("S1", "housekeeping")} <= pairs(run)
    assert pick_of(run, site, type_id)["own_cost"] == pytest.approx(before["own_cost"] + 25_000, abs=0.01)
    committed = data_of(run)["committed"]
    assert item_of(run, codes[0])["outcome"] == "struck"
    assert item_of(run, codes[1])["outcome"] == "moved"
    assert item_of(run, codes[1])["site_id"] == "S3"
    assert item_of(run, code)["own_cost_cny"] == pytest.approx(before["own_cost"] + 25_000, abs=0.01)
    new = {(pair["site"], pair["type"]) for pair in committed["new"]}
    dropped = {(pair["site"], pair["type"]) for pair in committed["dropped"]}
    assert (new, dropped) == (pairs(run) - old, old - pairs(run))
    assert committed["projects"] == [len(old), len(pairs(run))]
    totals = [data_of(where)["totals"] for where in (home / "run", run)]
    assert committed["cost_cny"] == [pytest.approx(t["cost_cny"]) for t in totals]
    assert committed["residents_newly_covered"] == [t["residents_newly_covered"] for t in totals]
    report = audit_run(run)
    assert report.ok, report.lines_zh


def test_the_workbook_tells_the_difference(home: Path, plan: Path, tmp_path: Path):
    desk = Desk(plan)
    desk.at(desk.rows()[0], "状态").value = "取消"
    desk.save()
    run = again(home, plan, tmp_path, whole=True)
    sheet: Any = openpyxl.load_workbook(run / "result.xlsx")["年度计划对照"]
    text = [[str(v) for v in row if v is not None] for row in sheet.iter_rows(values_only=True)]
    assert any("改过的计划.xlsx" in " ".join(row) for row in text)
    assert any(row[:2] == ["取消", "T1-001"] for row in text)


def test_deleted_and_free_rows_are_neither_fixed_nor_barred(home: Path, plan: Path, tmp_path: Path):
    desk = Desk(plan)
    desk.at(desk.rows()[0], "状态").value = "可调整"
    desk.at(desk.rows()[1], "状态").value = "已定"
    desk.sheet.delete_rows(desk.rows()[2])
    desk.save()
    run = again(home, plan, tmp_path)
    assert [item_of(run, f"T1-00{n}")["outcome"] for n in (1, 2, 3)] == ["freed", "kept", "freed"]
    assert item_of(run, "T1-003")["row"] is None
    assert "行已删除" in item_of(run, "T1-003")["text_zh"]
    locks = data_of(run)["scenario"]["values"]["lock"]
    for code in ("T1-001", "T1-003"):
        item = item_of(run, code)
        assert f"{item['site_id']}:{item['type_id']}" not in [*locks["in"], *locks["out"]]
    assert levels(run) == levels(home / "run"), "what is free is optimised again, and nothing beats the old plan"


def test_a_row_added_by_hand(home: Path, plan: Path, tmp_path: Path):
    desk = Desk(plan)
    row = desk.rows()[-1] + 1
    for column, value in {"点位编号": "S3", "业态": "药店", FITOUT: 3, "投资额：设备（万元）": 1.5}.items():
        desk.at(row, column).value = value
    desk.save()
    run = again(home, plan, tmp_path, whole=True)
    assert pick_of(run, "S3", "pharmacy")["own_cost"] == pytest.approx(45_000)
    item = item_of(run, "")
    assert (item["outcome"], item["row"]) == ("added", row)
    assert audit_run(run).ok


def test_locks_of_the_scenario_stay(home: Path, plan: Path, tmp_path: Path):
    desk = Desk(plan)
    desk.at(desk.rows()[0], "状态").value = "可调整"
    desk.save()
    run = again(home, plan, tmp_path, *SETS, 'lock.out=["S2"]', 'lock.in=["S3:housekeeping"]')
    locks = data_of(run)["scenario"]["values"]["lock"]
    assert "S2" in locks["out"]
    assert "S3:housekeeping" in locks["in"]
    assert len(locks["in"]) == len(pairs(home / "run"))
    assert ("S3", "housekeeping") in pairs(run)


def test_the_plan_is_among_the_inputs_and_verify_sees_it_change(home: Path, plan: Path, tmp_path: Path):
    run = again(home, plan, tmp_path, whole=True)
    data = data_of(run)
    entry = data["inputs"][-1]
    assert (run / entry["path"]).resolve() == plan.resolve()
    assert entry["sha256"] == data["committed"]["sha256"]
    desk = Desk(plan)
    desk.at(desk.rows()[0], "状态").value = "取消"
    desk.save()
    report = audit_run(run)
    assert not report.ok
    assert any("年度计划" in line and "变过" in line for line in report.lines_zh)


def test_verify_sees_a_price_that_is_not_the_plans(home: Path, plan: Path, tmp_path: Path):
    import json

    desk = Desk(plan)
    desk.at(desk.rows()[0], TOTAL).value += 1
    desk.save()
    run = again(home, plan, tmp_path, whole=True)
    assert audit_run(run).ok
    data = data_of(run)
    data["committed"]["prices"][0]["cny"] += 1_000
    (run / "run.json").write_text(json.dumps(data), "utf-8")
    assert any("造价" in line for line in audit_run(run).lines_zh)


def test_ranked_with_committed_works(home: Path, plan: Path, tmp_path: Path):
    run = solve(home / "town", tmp_path / "ranked", *SETS, committed=plan, ranking=True)
    ranking = data_of(run)["ranking"]
    assert {rank["site_id"] for rank in ranking} == {site for site, _ in pairs(run)}
    assert all(rank["feasible"] for rank in ranking), "ranking refuses a site in spite of its locks"


@pytest.mark.slow
def test_a_plan_of_the_plan(home: Path, plan: Path, tmp_path: Path):
    """The run that kept a plan can be written as the next plan, its works 已定, and that one be read back."""
    desk = Desk(plan)
    desk.strike(desk.rows()[0])
    desk.save()
    run = again(home, plan, tmp_path)
    following = written_plan(tmp_path / "next", run)
    desk, kept = (
        Desk(following),
        {(i["site_id"], i["type_id"]) for i in data_of(run)["committed"]["items"] if i["in_plan"]},
    )
    decided = [desk.at(row, "状态").value for row in desk.rows()]
    assert decided.count("已定") == len(kept)
    assert decided.count("拟建") == len(decided) - len(kept)
    assert pairs(run) <= pairs(solve(home / "town", tmp_path / "third", *SETS, committed=following))


def test_a_year_changed_in_a_run_by_years(home: Path, tmp_path: Path):
    """One work is put off by a year; it and all others keep the years that the plan names."""
    sets = ("phases={2025=500_000, 2026=900_000, 2027=900_000}", "budget.capital_cny=none", "limits.max_sites=2")
    first = solve(home / "town", tmp_path / "first", *sets)
    plan = written_plan(tmp_path / "out", first)
    years = {(p["site"], p["type"]): p["year"] for p in data_of(first)["picks"]}
    desk = Desk(plan)
    row = desk.rows()[0]
    item = next(p for p in data_of(first)["picks"] if f"T1-{p['rank']:03d}" == desk.at(row, "项目编码").value)
    desk.at(row, "年度").value = 2026
    desk.save()
    run = solve(home / "town", tmp_path / "run", *sets, committed=plan, whole=True)
    now = {(p["site"], p["type"]): p["year"] for p in data_of(run)["picks"]}
    moved = (item["site"], item["type"])
    assert now[moved] == 2026
    assert {pair: now[pair] for pair in years if pair != moved} == {p: y for p, y in years.items() if p != moved}
    told = next(i for i in data_of(run)["committed"]["items"] if (i["site_id"], i["type_id"]) == moved)
    assert "年度由 2025 改为 2026" in told["text_zh"]
    assert f"{moved[0]}:{moved[1]}@2026" in data_of(run)["scenario"]["values"]["lock"]["in"]
    report = audit_run(run)
    assert report.ok, report.lines_zh
