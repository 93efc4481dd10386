"""What edits of a plan mean as locks, without solving anything."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from support.bundles import FORMULA, NASTY
from support.plan_towns import Desk, solve, workspace_of, write_town, written_plan

from scenarios.catalogue import load_catalogue
from scenarios.faults import FaultError
from scenarios.schema import Scenario
from siting.committed.commit import Committed, commit
from siting.committed.edits import State
from siting.committed.form import Written, WrittenCircle, hidden_rows, read_hidden
from siting.outputs.workbook.book import Book

TOTAL = "投资额：合计（万元）"


def committed_by(town: Path, plan: Path) -> Committed:
    return commit(plan, workspace_of(town), load_catalogue())


def locks(committed: Committed, **scenario: object) -> Mapping[str, list[str]]:
    found: Mapping[str, list[str]] = committed.layer(Scenario.model_validate(scenario)).data["lock"]
    return found


@pytest.mark.parametrize("how", ["row", "cells", "status"])
def test_ways_of_striking(home: Path, plan: Path, how: str):
    desk = Desk(plan)
    row = desk.row_of("S1", "早餐店")
    if how == "status":
        desk.at(row, "状态").value = "取消"
    else:
        desk.strike(row, *(() if how == "row" else ("项目名称", "业态", "点位编号")))
    desk.save()
    found = locks(committed_by(home / "town", plan))
    assert found["out"] == ["S1:breakfast_shop"]
    assert "S1:breakfast_shop" not in found["in"]


def test_a_struck_row_need_not_make_sense(home: Path, plan: Path):
    """What is struck out may hold anything in its other cells."""
    desk = Desk(plan)
    row = desk.row_of("S1", "早餐店")
    desk.strike(row)
    desk.at(row, "点位编号").value = "S99"
    desk.save()
    assert locks(committed_by(home / "town", plan))["out"] == ["S1:breakfast_shop"]


def test_a_struck_remark_strikes_nothing(home: Path, plan: Path):
    desk = Desk(plan)
    desk.strike(desk.rows()[0], "备注（依据条款）", "序号")
    desk.save()
    assert {entry.state for entry in committed_by(home / "town", plan).entries} == {State.FIXED}


def test_rows_may_be_moved_about(home: Path, plan: Path):
    """Sorting the rows is no edit; the code names the project."""
    before = locks(committed_by(home / "town", plan))
    desk = Desk(plan)
    first, last = desk.rows()[0], desk.rows()[-1]
    for column in desk.column:
        a, b = desk.at(first, column), desk.at(last, column)
        a.value, b.value = b.value, a.value
    desk.save()
    after = committed_by(home / "town", plan)
    assert {text for key in ("in", "out") for text in locks(after)[key]} == set(before["in"])
    assert not any(entry.is_moved or entry.is_other_year for entry in after.entries)


def test_rounding_to_what_the_cell_shows_is_no_correction(home: Path, plan: Path):
    desk = Desk(plan)
    for row in desk.rows():
        for part in ("装修", "设备", "租金", "合计"):
            cell = desk.at(row, f"投资额：{part}（万元）")
            cell.value = round(cell.value, 2)
    desk.save()
    assert committed_by(home / "town", plan).prices == {}


def test_a_room_swapped(home: Path, plan: Path):
    desk = Desk(plan)
    desk.at(desk.row_of("S1", "家政服务点"), "点位编号").value = " S3 "
    desk.save()
    found = locks(committed_by(home / "town", plan))
    assert "S3:housekeeping" in found["in"]
    assert found["out"] == ["S1:housekeeping"]


def test_two_works_exchanged(home: Path, plan: Path):
    """Each old pair is the other's new one, so neither is barred."""
    desk = Desk(plan)
    one, other = desk.row_of("S1", "家政服务点"), desk.row_of("S1", "早餐店")
    desk.at(one, "业态").value, desk.at(other, "业态").value = "早餐店", "家政服务点"
    desk.save()
    found = locks(committed_by(home / "town", plan))
    assert {"S1:breakfast_shop", "S1:housekeeping"} <= set(found["in"])
    assert found["out"] == []


@pytest.mark.parametrize("how", ["column", "sheet"])
def test_a_year_changed(home: Path, plan: Path, how: str):
    desk = Desk(plan)
    row = desk.row_of("S1", "早餐店")
    if how == "column":
        desk.at(row, "年度").value = "2026年"
    else:
        sheet = desk.book.copy_worksheet(desk.sheet)
        sheet.title = "2026年"
        for other in reversed(desk.rows()):
            (desk.sheet if other == row else sheet).delete_rows(other)
    desk.save()
    committed = committed_by(home / "town", plan)
    found = locks(committed, phases={"2025": 1e6, "2026": 1e6})
    assert "S1:breakfast_shop@2026" in found["in"]
    assert "S1:housekeeping@2025" in found["in"]
    assert "S1:breakfast_shop" in locks(committed)["in"], "a run without years takes no year"


def test_a_year_that_is_not_planned(home: Path, plan: Path):
    with pytest.raises(FaultError) as caught:
        locks(committed_by(home / "town", plan), phases={"2026": 1e6})
    assert {(f.code, f.column, f.sheet) for f in caught.value.faults} == {("year-not-planned", "年度", "2025年")}


def test_row_and_sheet_may_not_name_two_new_years(home: Path, plan: Path):
    desk = Desk(plan)
    desk.at(desk.rows()[0], "年度").value = 2027
    desk.sheet.title = "2026年"
    desk.save()
    with pytest.raises(FaultError, match="已移到 2026 年的表里"):
        committed_by(home / "town", plan)


def test_locks_join_those_of_the_scenario(home: Path, plan: Path):
    committed = committed_by(home / "town", plan)
    mine = {"lock": {"in": ["S3", "S1:housekeeping"], "out": ["S2"]}}
    found = locks(committed, **mine)
    assert found["in"][:2] == ["S3", "S1:housekeeping"]
    assert len(found["in"]) == len(set(found["in"])) == len(committed.written) + 1
    assert found["out"] == ["S2"]


def test_a_room_that_is_gone_is_swapped_or_struck(home: Path, plan: Path, tmp_path: Path):
    """The usual reason for a swap: the room is let, and no longer in the survey."""
    town = Path(shutil.copytree(home / "town", tmp_path / "town"))
    survey = (town / "sites.csv").read_text("utf-8").splitlines(keepends=True)
    (town / "sites.csv").write_text("".join(line for line in survey if not line.startswith("S1,")), "utf-8")
    ways = (town / "distances.csv").read_text("utf-8").splitlines(keepends=True)
    (town / "distances.csv").write_text("".join(line for line in ways if ",S1," not in line), "utf-8")
    (town / "costs.csv").unlink()
    desk = Desk(plan)
    rows = [row for row in desk.rows() if desk.at(row, "点位编号").value == "S1"]
    with pytest.raises(FaultError) as caught:
        committed_by(town, plan)
    assert [(f.code, f.row) for f in caught.value.faults] == [("unknown-site", row) for row in rows]
    desk.at(desk.row_of("S1", "家政服务点"), "点位编号").value = "S3"
    for row in rows:
        if desk.at(row, "点位编号").value == "S1":
            desk.at(row, "状态").value = "取消"
    desk.save()
    committed = committed_by(town, plan)
    assert "S3:housekeeping" in locks(committed)["in"]
    assert locks(committed)["out"] == [], "what cannot be built needs no bar"


def test_a_type_that_the_scenario_leaves_out_needs_no_bar(home: Path, plan: Path):
    desk = Desk(plan)
    desk.strike(desk.row_of("S1", "早餐店"))
    desk.save()
    committed = committed_by(home / "town", plan)
    assert locks(committed, catalogue={"only": ["pharmacy"]})["out"] == []
    assert locks(committed, catalogue={"only": ["breakfast_shop"]})["out"] == ["S1:breakfast_shop"]


def test_brackets_of_either_width(home: Path, plan: Path):
    desk = Desk(plan)
    desk.at(desk.rows()[0], "生活圈").value = "试验街 (t1)"
    desk.at(desk.rows()[1], "生活圈").value = "T1"
    desk.save()
    assert committed_by(home / "town", plan).entries


def test_add_on_services_cannot_be_locked_and_say_so(tmp_path: Path):
    town = write_town(tmp_path / "town")
    run = solve(town, tmp_path / "run", "limits.max_sites=2", "hosts.new=true", "hosts.existing=true")
    plan = written_plan(tmp_path / "out", run)
    entries = committed_by(town, plan).entries
    hosted = [entry for entry in entries if entry.old is not None and entry.old.host]
    assert hosted
    for entry in hosted:
        assert entry.state is State.ADD_ON
        assert "不能锁定" in entry.note_zh
    assert len(locks(committed_by(town, plan))["in"]) == len(entries) - len(hosted)


@pytest.mark.slow
def test_edits_survive_another_office_program(home: Path, plan: Path, tmp_path: Path):
    """LibreOffice opens and saves the edited plan; the program reads the same out of it."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("soffice is not installed")
    desk = Desk(plan)
    desk.strike(desk.row_of("S1", "早餐店"))
    desk.at(desk.row_of("S1", "家政服务点"), TOTAL).value += 1
    desk.save()
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "saved"), str(plan)]
    subprocess.run(command, capture_output=True, timeout=180, check=True)
    before, after = (committed_by(home / "town", p) for p in (plan, tmp_path / "saved" / plan.name))
    assert after.barred == before.barred == (("S1", "breakfast_shop"),)
    assert after.prices == pytest.approx(before.prices)
    assert [(e.state, e.pair, e.year) for e in after.entries] == [(e.state, e.pair, e.year) for e in before.entries]


def test_a_plan_of_two_circles_binds_each_by_its_own_rows(home: Path, tmp_path: Path):
    """Rows of another circle, faulty ones too, are that circle's affair; an added row must say where it belongs."""
    other = write_town(tmp_path / "other", "T5", "邻街")
    plan = written_plan(tmp_path / "out", home / "run", solve(other, tmp_path / "run", "limits.max_sites=1"))
    desk = Desk(plan)
    theirs = next(row for row in desk.rows() if desk.at(row, "项目编码").value.startswith("T5"))
    desk.at(theirs, "点位编号").value = "S99"
    row = desk.rows()[-1] + 1
    for column, value in {"生活圈": "试验街", "点位编号": "S3", "业态": "药店"}.items():
        desk.at(row, column).value = value
    desk.save()
    mine = committed_by(home / "town", plan)
    assert "S3:pharmacy" in locks(mine)["in"]
    assert {entry.old.circle_id for entry in mine.entries if entry.old} == {"T1"}
    with pytest.raises(FaultError, match="S99"):
        committed_by(other, plan)
    desk.at(row, "生活圈").value = None
    desk.save()
    with pytest.raises(FaultError, match="新增的行须写明生活圈"):
        committed_by(home / "town", plan)


@pytest.mark.parametrize("text", [NASTY, FORMULA, "_x0041_", "线\u2028段", "a\tb\nc", "\ufeff点"])
def test_what_was_written_survives_any_text(tmp_path: Path, text: str):
    """The record of what was written is read back as it was, whatever the names hold."""
    row = Written("T1-001", "T1", text, text, text, "pharmacy", text, "", 2025, "2025年", 1.5, 2.0, 0.0, 3.5, 10.0)
    circle = WrittenCircle("T1", text, 3.5, 10.0)
    path = tmp_path / "hidden.xlsx"
    with Book("计划", "", path) as book:
        sheet = book.workbook.add_worksheet("x")
        for number, line in enumerate(hidden_rows([circle], [row])):
            for column, value in enumerate(line):
                sheet.write_string(number, column, value)
    cells = openpyxl.load_workbook(path)["x"].iter_rows(max_col=2, values_only=True)
    assert read_hidden([(str(a), str(b)) for a, b in cells]) == ((circle,), (row,))
