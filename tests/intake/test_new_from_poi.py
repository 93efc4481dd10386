"""A circle begun from points of interest: every row accounted for, answers fed back, unknown is not missing."""

from __future__ import annotations

import json
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from new_folders import make, read, survey
from poi.poi_files import ODD, write_amap, write_baidu
from support.tasks import batch_here
from typer.testing import CliRunner, Result

from scenarios.catalogue import load_catalogue
from scenarios.faults import FaultError
from siting.cli.app import app
from siting.poi.reader import PoiFile

RECORD, QUESTIONS = "兴趣点归类记录.xlsx", "待人工归类.xlsx"


def table(path: Path, sheet: str, first_header: str) -> list[dict[str, Any]]:
    """A sheet of ours as dicts, from the row whose first cell is ``first_header``."""
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(path)[sheet].iter_rows()]
    rows = [[cell.replace("\n", "") or None if isinstance(cell, str) else cell for cell in row] for row in rows]
    top = next(i for i, row in enumerate(rows) if row[0] == first_header)
    return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :]]


def each(folder: Path) -> list[dict[str, Any]]:
    return table(folder / RECORD, "逐条", "序号")


def answer(folder: Path, sheet: str, by: str, answers: dict[str, str]) -> None:
    """Fill in the list as a human would: find the row by one of its columns, write 归为."""
    book = openpyxl.load_workbook(folder / QUESTIONS)
    page = book[sheet]
    head = next(row for row in page.iter_rows() if any(c.value == "归为" for c in row))
    at = {cell.value: cell.column for cell in head}
    found = set()
    for row in range(head[0].row + 1, page.max_row + 1):
        name = page.cell(row, at[by]).value
        if name in answers:
            page.cell(row, at["归为"]).value = answers[name]
            found.add(name)
    assert found == set(answers)
    book.save(folder / QUESTIONS)


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return write_amap(tmp_path), write_baidu(tmp_path)


def begun(folder: Path, files: tuple[Path, ...], **asked: Any) -> Any:
    return make(folder, poi_files=tuple(PoiFile(path) for path in files), **asked)


def test_every_row_is_in_the_record_and_the_counts_add_up(files: tuple[Path, Path], tmp_path: Path) -> None:
    made = begun(tmp_path / "A", files)
    rows = each(made.folder)
    assert len(rows) == len(ODD) + 183 + 4 == made.begun.report["rows"]
    by_rule = Counter(row["规则"] for row in rows)
    assert {entry["rule_zh"]: entry["rows"] for entry in made.begun.report["by_rule"]} == by_rule
    summary = table(made.folder / RECORD, "汇总", "规则")
    told = {row["规则"]: row["行数"] for row in summary[: [r["规则"] for r in summary].index("合计") + 1]}
    assert told.pop("合计") == sum(told.values()) == len(rows)
    assert told == by_rule
    assert sum(made.begun.report["by_outcome"].values()) == len(rows)
    outlets = [row for row in rows if row["结果"] == "计为网点"]
    page = survey(made.folder)["现有网点"]
    written = [[c.value for c in row] for row in page.iter_rows(min_row=2) if row[0].value]
    assert [row["网点编号"] for row in outlets] == [row[0] for row in written]
    assert [row["业态"] for row in outlets] == [row[2] for row in written]


def test_a_twin_on_the_other_map_is_merged_and_says_so(files: tuple[Path, Path], tmp_path: Path) -> None:
    rows = each(begun(tmp_path / "A", files).folder)
    (twin,) = [row for row in rows if row["结果"] == "并入另一行"]
    kept = rows[twin["并入第几条"] - 1]
    assert (twin["名称"], kept["名称"]) == ("聊城利民大药房(柳园店)", "利民大药房")
    assert twin["网点编号"] == kept["网点编号"]
    assert twin["名称相近"] >= 0.8
    assert 5 < twin["相距（米）"] < 15


def test_the_outlets_are_read_back_where_they_were(files: tuple[Path, Path], tmp_path: Path) -> None:
    """The survey's own reader takes the table, and its metres are those of the other datum's circle."""
    places = {}
    for datum in ("gcj02", "wgs84", "epsg:4548"):
        folder = begun(tmp_path / datum.replace(":", ""), files, datum=datum).folder
        finish(folder)
        workspace = read(folder)
        places[datum] = workspace.outlets.set_index("id")[["x", "y"]]
    for other in ("wgs84", "epsg:4548"):
        assert np.abs(places[other].to_numpy() - places["gcj02"].to_numpy()).max() < 0.01


def finish(folder: Path) -> None:
    """Homes, a room and a walk, so that the circle can be read."""
    book = survey(folder)
    for page, row in (
        (book["居民点"], ["D1", "一号楼", None, None, None, None, 6000]),
        (book["候选点"], ["S1", "房", "闲置房屋", None, None, None, None, 100]),
    ):
        page.append(row)
    book.save(folder / "survey.xlsx")
    (folder / "distances.csv").write_text("起点,终点,距离\nD1,S1,100\nD1,O0001,100\n", "utf-8")


def test_the_datum_is_the_first_files_where_none_is_given(files: tuple[Path, Path], tmp_path: Path) -> None:
    assert begun(tmp_path / "A", files, datum="").words.datum == "gcj02"
    assert begun(tmp_path / "B", files[1:], datum="").words.datum == "bd09"


def test_answers_come_back_row_before_class(files: tuple[Path, Path], tmp_path: Path) -> None:
    folder = begun(tmp_path / "A", files).folder
    answer(folder, "按分类归类", "例如", {"蜜雪冰城": "茶艺咖啡馆", "柳园花店": "鲜花店", "好邻居": "不计入"})
    answer(folder, "逐条归类", "名称", {"柳园花店": "新式书店", "夫妻店": "便利店"})
    begun(folder, files, mapping=folder / QUESTIONS)
    by_name = {row["名称"]: (row["规则"], row["结果"], row["业态"]) for row in each(folder)}
    assert by_name["蜜雪冰城"] == ("人工按分类归类", "计为网点", "茶艺咖啡馆")
    assert by_name["柳园花店"] == ("人工逐条归类", "计为网点", "新式书店")
    assert by_name["夫妻店"] == ("人工逐条归类", "计为网点", "便利店")
    assert by_name["好邻居"] == ("人工按分类归类", "不计入", None)
    assert by_name["小商品城"][1] == "待人工归类"
    told = {row["名称"]: row["归为"] for row in table(folder / QUESTIONS, "逐条归类", "名称") if row["名称"]}
    assert told["柳园花店"] == "新式书店"
    assert told["小商品城"] is None
    again = {p.name: p.read_bytes() for p in folder.iterdir()}
    begun(folder, files, mapping=folder / QUESTIONS)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == again


def test_a_touched_folder_is_not_written_again(files: tuple[Path, Path], tmp_path: Path) -> None:
    folder = begun(tmp_path / "A", files).folder
    finish(folder)
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    with pytest.raises(FaultError) as caught:
        begun(folder, files, mapping=folder / QUESTIONS)
    assert [f.code for f in caught.value.faults if f.severity == "error"] == ["folder-changed"]
    assert "distances.csv" in str(caught.value)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_faults_of_the_filled_list(files: tuple[Path, Path], tmp_path: Path) -> None:
    folder = begun(tmp_path / "A", files).folder
    answer(folder, "逐条归类", "名称", {"柳园花店": "花花", "夫妻店": "=1+1"})
    with pytest.raises(FaultError) as caught:
        begun(tmp_path / "B", files, mapping=folder / QUESTIONS)
    errors = [f for f in caught.value.faults if f.severity == "error"]
    assert {(f.code, f.sheet, f.column) for f in errors} == {("answers-unknown-type", "逐条归类", "归为")}
    assert not (tmp_path / "B").exists()
    with pytest.raises(FaultError) as caught:
        begun(tmp_path / "B", files, mapping=folder / "survey.xlsx")
    assert [f.code for f in caught.value.faults if f.severity == "error"] == ["answers-not-ours"]


def test_hostile_names_are_text_in_every_book(files: tuple[Path, Path], tmp_path: Path) -> None:
    folder = begun(tmp_path / "A", files).folder
    for name in ("survey.xlsx", RECORD, QUESTIONS):
        book = openpyxl.load_workbook(folder / name)
        assert not [c for page in book.worksheets for row in page.iter_rows() for c in row if c.data_type == "f"]
    names = [row[1].value for row in survey(folder)["现有网点"].iter_rows(min_row=2)]
    assert {"=cmd|' /C calc'!A0", "<script>alert(1)</script>", "../../etc/passwd", "笑脸😀便利店", "两行 名字"} <= set(
        names
    )
    assert sorted(p.name for p in tmp_path.iterdir()) == ["A", "百度.json", "高德.csv"]


def test_the_gap_report_says_unknown_and_never_missing(files: tuple[Path, Path], tmp_path: Path) -> None:
    folder = begun(tmp_path / "A", files).folder
    finish(folder)
    unknown = tomllib.loads((folder / "circle.toml").read_text("utf-8"))["unknown"]["types"]
    assert "再生资源回收点" in unknown
    report = gaps(folder)
    rows = {row["type_id"]: row for row in report["rows"]}
    catalogue = load_catalogue()
    for name in unknown:
        row = rows[catalogue.resolve(name)]
        assert row["status_zh"] in ("未知", "达标")
        assert row["missing_outlets"] == 0
    assert rows["recycling_point"]["status"] == "unknown"
    assert rows["laundry"]["status"] == "met"
    assert rows["hair_beauty"]["status"] == "missing"
    assert any("现状未知，不作缺口" in note and "再生资源回收点" in note for note in report["notes"])


def test_what_is_verified_is_missing_again(files: tuple[Path, Path], tmp_path: Path) -> None:
    folder = begun(tmp_path / "A", files).folder
    finish(folder)
    text = (folder / "circle.toml").read_text("utf-8")
    (folder / "circle.toml").write_text(text.replace('  "再生资源回收点",\n', ""), "utf-8")
    rows = {row["type_id"]: row for row in gaps(folder)["rows"]}
    assert rows["recycling_point"]["status"] == "missing"
    assert rows["recycling_point"]["missing_outlets"] > 0


def gaps(folder: Path) -> dict[str, Any]:
    result: Result = CliRunner().invoke(app, ["gaps", str(folder), "--json"])
    assert result.exit_code == 0, result.stderr
    (circle,) = json.loads(result.stdout)["circles"]
    return dict(circle)
