"""Mistakes as people make them: found, marked in a copy, listed; the planner's own file is never written."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import openpyxl
import pytest
from new_folders import fill_in_examples, make, survey
from openpyxl.comments import Comment
from openpyxl.styles import Font
from support.tasks import batch_here
from typer.testing import CliRunner, Result

from scenarios.faults import Fault, Severity
from siting.cli.app import app
from siting.intake.marked import AUTHOR, marked_name, write_marked

RED, YELLOW = "FFFF9999", "FFFFE699"


def check(*words: str) -> Result:
    return CliRunner().invoke(app, ["check", *words])


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A circle with three mistakes: people below zero, a unit in a number, a type that does not exist."""
    folder = make(tmp_path / "圈").folder
    fill_in_examples(folder)
    book = survey(folder)
    homes = book["居民点"]
    homes.append(["D2", "二号楼", 115.981, 36.451, None, None, -120])
    homes.append(["D3", "三号楼", 115.982, 36.452, None, None, "150人"])
    homes["B3"].font = Font(bold=True)
    homes["B3"].comment = Comment("记得核对", "王")
    homes["M3"] = "=G3*2"
    book["现有网点"].append(["O2", "百姓药房", "药铺子", 115.983, 36.45])
    book.create_sheet("我的草稿")["A1"] = "=1+1"
    book.save(folder / "survey.xlsx")
    return folder


def test_three_mistakes_are_found_and_marked(folder: Path) -> None:
    before = (folder / "survey.xlsx").read_bytes()
    result = check(str(folder), "--json")
    data = json.loads(result.stdout)
    assert result.exit_code == 3
    (circle,) = data["circles"]
    faults = {(f["sheet"], f["row"], f["column"]): f for f in circle["faults"] if f["severity"] == "error"}
    copy = openpyxl.load_workbook(circle["marked"])
    assert Path(circle["marked"]) == folder / "survey.检查.xlsx"
    wanted = {("居民点", "G3"): "居民数(人)*", ("居民点", "G4"): "居民数(人)*", ("现有网点", "C3"): "业态*"}
    for (sheet, at), column in wanted.items():
        cell = copy[sheet][at]
        fault = faults[sheet, cell.row, column]
        assert cell.fill.start_color.rgb == RED
        assert fault["rule"] in cell.comment.text
        assert fault["remedy"] in cell.comment.text
    assert (folder / "survey.xlsx").read_bytes() == before


def test_the_list_links_to_the_cells(folder: Path) -> None:
    check(str(folder))
    page = openpyxl.load_workbook(folder / "survey.检查.xlsx")["问题清单"]
    rows = [row for row in page.iter_rows(min_row=5) if row[0].value]
    links = [row[9].hyperlink.location for row in rows if row[1].value == "错误"]
    assert {"'居民点'!G3", "'居民点'!G4", "'现有网点'!C3"} <= set(links)
    assert [row[0].value for row in rows] == list(range(1, len(rows) + 1))
    assert page.parent.sheetnames[0] == "问题清单"


def test_what_is_the_planners_is_kept(folder: Path) -> None:
    check(str(folder))
    copy = openpyxl.load_workbook(folder / "survey.检查.xlsx")
    homes = copy["居民点"]
    assert homes["B3"].font.bold
    assert (homes["B3"].comment.text, homes["B3"].comment.author) == ("记得核对", "王")
    assert homes["M3"].value == "=G3*2"
    assert copy["我的草稿"]["A1"].value == "=1+1"
    assert copy["选项"].sheet_state == "hidden"
    assert len(homes.data_validations.dataValidation) == 11
    assert homes["B3"].fill.fill_type is None


def test_a_copy_that_somebody_saved_is_left_alone(folder: Path) -> None:
    check(str(folder))
    mine = folder / "survey.检查.xlsx"
    book = openpyxl.load_workbook(mine)
    book["居民点"]["G3"] = 120
    book.save(mine)
    before = mine.read_bytes()
    assert check(str(folder)).exit_code == 3
    assert mine.read_bytes() == before
    assert (folder / "survey.检查-2.xlsx").is_file()


def test_the_same_faults_give_the_same_bytes_and_mended_ones_go(folder: Path) -> None:
    copy = folder / "survey.检查.xlsx"
    check(str(folder))
    first = copy.read_bytes()
    check(str(folder))
    assert copy.read_bytes() == first
    book = survey(folder)
    book["居民点"]["G3"], book["居民点"]["G4"], book["现有网点"]["C3"] = 120, 150, "药店"
    book["居民点"].delete_cols(13)
    book.save(folder / "survey.xlsx")
    (folder / "distances.csv").write_text("起点,终点,距离\nD1,S1,10\nD2,S1,10\nD3,S1,10\n", "utf-8")
    result = check(str(folder))
    assert result.exit_code == 0, result.stderr
    marked = openpyxl.load_workbook(copy)
    fills = {c.fill.start_color.rgb for p in marked.worksheets[1:] for r in p.iter_rows(min_row=2) for c in r}
    assert RED not in fills


def test_a_copy_that_became_the_workbook_loses_its_old_marks(folder: Path) -> None:
    check(str(folder))
    (folder / "survey.检查.xlsx").replace(folder / "survey.xlsx")
    book = survey(folder)
    book["居民点"]["G3"] = 120
    book.save(folder / "survey.xlsx")
    check(str(folder))
    copy = openpyxl.load_workbook(folder / "survey.检查.xlsx")
    assert copy["居民点"]["G3"].fill.fill_type is None
    assert copy["居民点"]["G3"].comment is None
    assert copy["居民点"]["G4"].fill.start_color.rgb == RED
    assert [name for name in copy.sheetnames if name.startswith("问题清单")] == ["问题清单"]


def test_marked_goes_where_it_is_told_but_over_nothing(folder: Path, tmp_path: Path) -> None:
    assert check(str(folder), "--marked", str(tmp_path / "m.xlsx")).exit_code == 3
    assert (tmp_path / "m.xlsx").is_file()
    assert not (folder / "survey.检查.xlsx").exists()
    (tmp_path / "other.xlsx").write_bytes(b"mine")
    before = (folder / "survey.xlsx").read_bytes()
    for target in (tmp_path / "other.xlsx", folder / "survey.xlsx"):
        result = check(str(folder), "--marked", str(target))
        assert result.exit_code == 3
        assert "没有覆盖" in result.stderr
    assert (tmp_path / "other.xlsx").read_bytes() == b"mine"
    assert (folder / "survey.xlsx").read_bytes() == before
    assert check(str(folder), str(folder), "--marked", str(tmp_path / "n.xlsx")).exit_code == 2


def test_a_good_workbook_gets_no_copy(tmp_path: Path) -> None:
    folder = make(tmp_path / "A").folder
    fill_in_examples(folder)
    assert check(str(folder)).exit_code == 0
    assert not list(folder.glob("*检查*"))


def test_faults_are_text_wherever_they_stand(folder: Path, tmp_path: Path) -> None:
    hostile = "=cmd|' /C calc'!A0"
    faults = [
        Fault("x", "survey.xlsx", hostile, hostile, "居民点", 3, "居民数(人)*", hostile),
        Fault("x", "survey.xlsx", "规则\x00\x1b[31m", "处理", "居民点", 3, "没有这一列", "<script>"),
        Fault("x", "survey.xlsx", "整表", "处理", "居民点", severity=Severity.WARNING),
        Fault("x", "survey.xlsx", "没有的表", "处理", "不存在"),
        Fault("x", "streets.gpkg", "别的文件", "处理"),
    ]
    marked = write_marked(folder / "survey.xlsx", faults, tmp_path / "m.xlsx")
    assert marked.cells == 3
    book = openpyxl.load_workbook(tmp_path / "m.xlsx")
    page = book["问题清单"]
    assert not [c for row in page.iter_rows() for c in row if c.data_type == "f"]
    assert len([row for row in page.iter_rows(min_row=5) if row[0].value]) == len(faults)
    assert book["居民点"]["A3"].fill.start_color.rgb == RED
    assert book["居民点"]["A1"].fill.start_color.rgb == YELLOW
    assert book["居民点"]["A1"].comment.text.startswith("提醒：整表")
    assert "（原批注）" in book["居民点"]["A1"].comment.text
    assert book.properties.lastModifiedBy == AUTHOR
    assert marked_name(folder / "survey.xlsx").name == "survey.检查.xlsx"
