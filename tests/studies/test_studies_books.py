"""对比.xlsx, 扫描.xlsx and 全市点位总表.xlsx: the sheets, the figures, the same bytes twice, hostile names harmless."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from studies_kit import swept
from support.bundles import NASTY
from support.run_records import run_data

from siting.studies.citywide import rank_city, read_city, write_city
from siting.studies.citywide.reading import CityRun
from siting.studies.compare import compare_runs, write_comparison
from siting.studies.runs import RunRecord, read_runs
from siting.studies.sweep.points import Sweep
from siting.studies.sweep.workbook import write_sweep

HOSTILE = (NASTY, "=cmd()", "<b>粗</b>", "一\n二", "+1", "\x1b[31m红")


@pytest.fixture(scope="module")
def two_axes(street: Path) -> Sweep:
    return swept(street, ("budget.capital_cny=0,100000,300000", "hosts.existing=false,true"))


def twice(write: Callable[[Path], Any], folder: Path) -> openpyxl.Workbook:
    for name in ("a.xlsx", "b.xlsx"):
        write(folder / name)
    assert (folder / "a.xlsx").read_bytes() == (folder / "b.xlsx").read_bytes()
    book = openpyxl.load_workbook(folder / "a.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert not [
        cell.value for cell in cells if isinstance(cell.value, str) and any(c in cell.value for c in "\x1b\x00")
    ]
    return book


def rows_of(book: openpyxl.Workbook, sheet: str, first: str) -> list[dict[str, Any]]:
    lines = [[cell.value for cell in row] for row in book[sheet].iter_rows()]
    head = next(n for n, line in enumerate(lines) if line[0] == first)
    names = [str(name).replace("\n", "") for name in lines[head]]
    return [dict(zip(names, line, strict=True)) for line in lines[head + 1 :] if line[0] is not None]


def test_the_comparison(tmp_path: Path, street_runs: dict[str, Path]):
    comparison = compare_runs(read_runs(list(street_runs.values())))
    book = twice(lambda path: write_comparison(comparison, path), tmp_path)
    assert book.sheetnames == ["摘要", "点位变化", "业态与覆盖", "目标层级", "情景差异", "输入差异"]
    settings = rows_of(book, "情景差异", "设定")
    assert {row["键"] for row in settings} == {"budget.capital_cny", "hosts.new", "hosts.existing"}
    places = rows_of(book, "点位变化", "生活圈")
    assert len(places) == len(comparison.places)
    spent = [sum(row[name] or 0 for row in places) for name in places[0] if name.endswith("投入（元）")]
    assert spent == pytest.approx([run.values["cost_cny"] for run in comparison.runs])
    types = rows_of(book, "业态与覆盖", "类别")
    covered = [sum(row[name] for row in types) for name in types[0] if name.endswith("：新增覆盖（人）")]
    assert covered == pytest.approx([run.values["residents_newly_covered"] for run in comparison.runs])


def test_the_sweep(tmp_path: Path, two_axes: Sweep):
    book = twice(lambda path: write_sweep(two_axes, path), tmp_path)
    assert book.sheetnames == ["摘要", "扫描表", "交叉表", "点位入选"]
    long = rows_of(book, "扫描表", "点")
    assert [row["新增覆盖合计（人次）"] for row in long] == [
        point.measures["residents_newly_covered"] if point.measures else None for point in two_axes.points
    ]
    used = Counter((p.is_outlet, p.place_id) for point in two_axes.points for p in point.places)
    frequency = rows_of(book, "点位入选", "编号")
    assert {(row["点位或网点"] == "现有网点", row["编号"]): row["入选次数"] for row in frequency} == dict(used)
    counts = [(row["点位或网点"], -row["入选次数"]) for row in frequency]
    assert [c for kind, c in counts if kind == "候选点"] == sorted(c for kind, c in counts if kind == "候选点")
    assert any(row["点位或网点"] == "现有网点" for row in frequency)


def test_the_cross_table_holds_every_point(tmp_path: Path, two_axes: Sweep):
    write_sweep(two_axes, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["交叉表"]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    at = next(n for n, line in enumerate(lines) if line[0] == "总投入（元）")
    shown = [line[1:3] for line in lines[at + 2 : at + 5]]
    wanted = {point.steps: point.measures["cost_cny"] for point in two_axes.points if point.measures}
    assert shown == [[pytest.approx(wanted[(n, m)]) for m in range(2)] for n in range(3)]


def test_one_axis_has_no_cross_table(tmp_path: Path, two_axes: Sweep):
    half = tuple(replace(p, values_zh=p.values_zh[:1]) for p in two_axes.points if p.steps[1] == 0)
    sweep = replace(two_axes, axes=two_axes.axes[:1], points=half)
    write_sweep(sweep, tmp_path / "a.xlsx")
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["摘要", "扫描表", "点位入选"]


def test_the_city(tmp_path: Path, street_runs: dict[str, Path]):
    ranking = rank_city(read_city(list(street_runs.values())))
    book = twice(lambda path: write_city(ranking, path), tmp_path)
    assert book.sheetnames == ["点位总表", "分区", "合并记录", "口径说明"]
    rows = rows_of(book, "点位总表", "名次")
    assert [row["名次"] for row in rows] == list(range(1, len(ranking.rooms) + 1))
    assert all(row["排序依据"] for row in rows)
    assert rows_of(book, "分区", "名次")[0]["点位名称"] == rows[0]["点位名称"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_text(tmp_path: Path, street_runs: dict[str, Path], two_axes: Sweep, text: str):
    data, whole = run_data(), text.replace("\ud800", "")  # JSON holds no lone surrogate
    circle = data["circle"] | {"name": whole, "district": whole, "simulated_note": whole}
    picks = [pick | {"site_name": whole, "type_zh": whole} for pick in data["picks"]]
    data |= {"circle": circle, "picks": picks, "notes": [whole], "simulated": True, "status_zh": whole}
    hostile = RunRecord.model_validate_json(json.dumps(data), strict=True)
    twice(lambda path: write_comparison(compare_runs([hostile, hostile]), path), tmp_path)
    (run,) = read_city([street_runs["wide"]])
    circle_of = run.record.circle.model_copy(update={"name": text, "district": text})
    sites = tuple(replace(site, name=text, address=text) for site in run.sites)
    city = CityRun(run.record.model_copy(update={"circle": circle_of}), sites)
    twice(lambda path: write_city(rank_city([city]), path), tmp_path)
    point = two_axes.points[-1]
    places = tuple(replace(place, name=text) for place in point.places)
    points = (*two_axes.points[:-1], replace(point, places=places, reasons_zh=(text,)))
    sweep = replace(two_axes, circle_name=text, scenario=text, fixed=(text,), points=points, notes=(text,))
    twice(lambda path: write_sweep(sweep, path), tmp_path)
