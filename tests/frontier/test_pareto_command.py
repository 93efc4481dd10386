"""siting pareto as a command: whole folders, one JSON object, tables within 100 columns, faults all at once."""

from __future__ import annotations

import json
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from frontier_street import STREET
from support.tasks import batch_here
from typer.testing import CliRunner, Result

from siting.cli.app import app
from siting.studies.frontier.record import CurvePick
from siting.studies.frontier.workbook import write_curve

SETS = [part for text in STREET for part in ("--set", text)]
GRID = ("--budget", "0:40万:20万")
SHEETS = ["摘要", "预算曲线", "嵌套方案", "边际效益", "补缺门槛"]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["pareto", *map(str, words)])


def test_a_folder_whole_and_twice_the_same(tmp_path: Path, town: Path):
    result = call(town, *GRID, *SETS, "--out", tmp_path / "a")
    assert result.exit_code == 0, result.output
    folder = tmp_path / "a" / "base" / "T9.预算曲线"
    assert sorted(path.name for path in folder.iterdir()) == ["pareto.json", "预算曲线.xlsx"]
    assert call(town, *GRID, *SETS, "--out", tmp_path / "b").exit_code == 0
    for path in folder.iterdir():
        other = tmp_path / "b" / "base" / "T9.预算曲线" / path.name
        assert path.read_bytes() == other.read_bytes(), path.name
    tables = [line for line in result.stdout.splitlines() if line[:1] in "┏┃┡│└"]
    assert tables
    widest = max(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) for line in tables)
    assert widest <= 100


def test_the_workbook(tmp_path: Path, town_curve):
    _, curve = town_curve
    write_curve(curve, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == SHEETS
    assert len(book["摘要"]._charts) == 2
    rows = list(book["预算曲线"].iter_rows(values_only=True))
    body = rows[-len(curve.points) :]
    assert [row[0] for row in body] == [point.budget_cny for point in curve.points]
    assert [row[1] for row in body] == [point.budget_cny / 1e4 for point in curve.points]
    header = rows[-len(curve.points) - 1]
    first = len(rows) - len(curve.points) + 1
    for chart, what in zip(book["摘要"]._charts, ("基本", "补齐"), strict=True):
        for series in chart.series:
            assert series.xVal.numRef.f == f"预算曲线!$B${first}:$B${len(rows)}"
            column = series.yVal.numRef.f.split("$")[1]
            assert what in header[openpyxl.utils.column_index_from_string(column) - 1]
    thresholds = list(book["补缺门槛"].iter_rows(values_only=True))[-len(curve.thresholds) :]
    assert [row[1] for row in thresholds] == pytest.approx([row.cost_cny for row in curve.thresholds])


def test_hostile_names_stay_text(tmp_path: Path, town_curve):
    _, curve = town_curve
    bad = CurvePick("=S1", "=cmd()\x1b[31m", "pharmacy", "=1+1")
    point = replace(curve.points[-1], dropped=(bad,))
    hostile = replace(curve, points=(*curve.points[:-1], point), circle={"id": "T9", "name": "=HYPERLINK(1)"})
    write_curve(hostile, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert any("=S1 =cmd()[31m：=1+1" in str(cell.value) for cell in cells)


def test_json_is_one_object_and_the_file(tmp_path: Path, town: Path):
    result = call(town, *GRID, *SETS, "--out", tmp_path, "--json")
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert (data["command"], data["exit_code"], data["status"]) == ("pareto", 0, "optimal")
    curve = data["circles"][0]["curve"]
    written = json.loads((Path(data["circles"][0]["run_dir"]) / "pareto.json").read_text("utf-8"))
    assert written["schema_version"] == 1
    assert written["points"] == curve["points"]
    assert written["inputs"]


def test_every_fault_at_once_and_nothing_written(tmp_path: Path, town: Path):
    out = tmp_path / "out"
    words = ("--budget", "9:5:0", "--steps", "1", "--set", "budget.captal_cny=1", "--out", out)
    result = call(town, tmp_path / "missing", *words, "--json")
    assert result.exit_code == 3
    codes = {fault["code"] for fault in json.loads(result.stdout)["faults"]}
    assert {"bad-range", "bad-step", "bad-steps", "budget-and-steps", "folder-not-found"} <= codes
    assert any(code.startswith("unknown") for code in codes)
    assert not out.exists()


def test_a_planners_own_folder_is_not_replaced(tmp_path: Path, town: Path):
    folder = tmp_path / "base" / "T9.预算曲线"
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    result = call(town, *GRID, *SETS, "--out", tmp_path)
    assert result.exit_code == 3
    assert "不能覆盖" in result.output
    assert (folder / "notes.txt").read_text("utf-8") == "mine"


def test_a_circle_given_twice(tmp_path: Path, town: Path):
    result = call(town, town, *GRID, *SETS, "--out", tmp_path)
    assert result.exit_code == 3
    assert "同一个结果文件夹" in result.output


def test_infeasible_ends_with_four(tmp_path: Path, town: Path):
    words = ("--set", "limits.max_sites=0", "--set", 'lock.in=["S1"]')
    result = call(town, *GRID, *SETS, *words, "--out", tmp_path)
    assert result.exit_code == 4
    assert "不论多少预算" in result.output
    assert not (tmp_path / "base").exists()


def test_several_circles_get_one_row_each(tmp_path: Path, town: Path, tmp_path_factory: pytest.TempPathFactory):
    import shutil

    other = tmp_path / "other"
    shutil.copytree(town, other)
    (other / "circle.toml").write_text((other / "circle.toml").read_text("utf-8").replace("T9", "T8"), encoding="utf-8")
    result = call(town, other, *GRID, *SETS, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert "T9 试验街" in result.stdout
    assert "T8 试验街" in result.stdout
