"""What a planner gets wrong, through the command line: told in Chinese with its place, exit code 3, nothing written."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from support.tasks import batch_here
from typer.testing import CliRunner, Result

from siting.cli.app import app
from siting.datum import from_wgs84

DEMAND, OUTLETS, SITES = "居民点", "现有网点", "候选点"
Spoil = Callable[[Path], list[str] | None]


@pytest.fixture(autouse=True)
def _in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real tasks, without a process for each."""
    monkeypatch.setenv("COLUMNS", "1000")
    monkeypatch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


# ---- ways to spoil a workspace; each returns further words for the command line


def sheet(name: str, change: Callable[[Any], object]) -> Spoil:
    def spoil(folder: Path) -> None:
        book = openpyxl.load_workbook(folder / "survey.xlsx")
        change(book[name])
        book.save(folder / "survey.xlsx")

    return spoil


def put(name: str, header: str, row: int, value: object) -> Spoil:
    def change(page: Any) -> None:
        page.cell(row, column_of(page, header)).value = value

    return sheet(name, change)


def column_of(page: Any, header: str) -> int:
    return [cell.value for cell in page[1]].index(header) + 1


def drop_column(name: str, header: str) -> Spoil:
    return sheet(name, lambda page: page.delete_cols(column_of(page, header)))


def swap_columns(page: Any) -> None:
    lon, lat = column_of(page, "经度"), column_of(page, "纬度")
    for row in range(2, page.max_row + 1):
        a, b = page.cell(row, lon), page.cell(row, lat)
        a.value, b.value = b.value, a.value


def to_gcj02(page: Any) -> None:
    lon, lat = column_of(page, "经度"), column_of(page, "纬度")
    for row in range(2, page.max_row + 1):
        a, b = page.cell(row, lon), page.cell(row, lat)
        moved = from_wgs84("gcj02", np.array([a.value]), np.array([b.value]))
        a.value, b.value = float(moved[0][0]), float(moved[1][0])


def as_csv(folder: Path, name: str, file: str, encoding: str) -> None:
    """Take a sheet out of the workbook into a CSV file."""
    book = openpyxl.load_workbook(folder / "survey.xlsx")
    rows = list(book[name].iter_rows(values_only=True))
    del book[name]
    book.save(folder / "survey.xlsx")
    with (folder / file).open("w", encoding=encoding, newline="") as out:
        csv.writer(out).writerows(rows)


def undecodable(folder: Path) -> None:
    as_csv(folder, DEMAND, "demand.csv", "gbk")
    (folder / "demand.csv").write_bytes((folder / "demand.csv").read_bytes() + b"D999,\xff\xfe\x81\xff,116,36.4,5\n")


def scenario(text: str) -> Spoil:
    def spoil(folder: Path) -> list[str]:
        file = folder.parent / "mine.toml"
        file.write_text(text, encoding="utf-8")
        return ["--scenario", str(file)]

    return spoil


def words(*more: str) -> Spoil:
    return lambda _folder: list(more)


def file(name: str, text: str) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).write_text(text, encoding="utf-8")

    return spoil


def all_of(*spoils: Spoil) -> Spoil:
    return lambda folder: [word for spoil in spoils for word in spoil(folder) or []]


def distances(row: str) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / "streets.gpkg").unlink()
        (folder / "distances.csv").write_text("from_id,to_id,metres\nD001,S001,120\n" + row, encoding="utf-8")

    return spoil


@dataclass(frozen=True)
class Case:
    """``said`` must stand in what is told: the place, and the rule."""

    name: str
    spoil: Spoil
    said: tuple[str, ...]
    commands: tuple[str, ...] = ("check", "run")


THREE = all_of(
    put(SITES, "面积(㎡)", 4, -5),
    file("costs.csv", "site_id,type,cny\nS777,药店,1000\n"),
    file("catalogue.toml", "[types.pharmacy]\nradius_n = 400\n"),
)
CASES = [
    Case("missing-column", drop_column(DEMAND, "居民数"), ("survey.xlsx", DEMAND, "居民数", "缺少必需的列")),
    Case("text-in-number", put(DEMAND, "居民数", 3, "很多"), (DEMAND, "第 3 行", "居民数", "很多", "应为数字")),
    Case("negative-area", put(SITES, "面积(㎡)", 4, -5), (SITES, "第 4 行", "面积", "-5")),
    Case("duplicate-id", put(SITES, "编号", 5, "S001"), (SITES, "第 5 行", "S001", "编号重复（首次见第 2 行）")),
    Case("unknown-type", put(OUTLETS, "业态", 2, "便利点"), (OUTLETS, "第 2 行", "不认识的业态", "便利店")),
    Case("swapped", sheet(DEMAND, swap_columns), (DEMAND, "经度", "写反了", "对调两列")),
    Case(
        "wrong-datum",
        all_of(*(sheet(name, to_gcj02) for name in (DEMAND, OUTLETS, SITES))),
        (DEMAND, "WGS84", "GCJ-02", "gcj02"),
    ),
    Case("far-site", put(SITES, "纬度", 6, 36.9), (SITES, "第 6 行", "离最近的道路", "超过 2 公里")),
    Case(
        "empty-sheet",
        sheet(SITES, lambda page: page.delete_rows(2, 99)),
        ("survey.xlsx", SITES, "表中没有数据行"),
    ),
    Case("undecodable", undecodable, ("demand.csv", "文字编码不是 UTF-8")),
    Case(
        "lock-in-and-out",
        scenario('[lock]\nin = ["S001:pharmacy"]\nout = ["S001"]\n'),
        ("mine", "lock.in", "S001:pharmacy", "又锁定排除"),
        ("run",),
    ),
    Case(
        "lock-unknown-site",
        scenario('[lock]\nin = ["S999"]\n'),
        ("mine", "lock.in", "S999", "没有这个候选点"),
        ("run",),
    ),
    Case("unknown-key", scenario("[budget]\ncapital_cnyy = 5\n"), ("mine.toml", "capital_cnyy", "capital_cny")),
    Case("set-no-equals", words("--set", "limits.max_sites"), ("--set", "limits.max_sites")),
    Case("set-bad-value", words("--set", "limits.max_sites=多"), ("--set", "limits.max_sites", "多")),
    Case("set-unknown-key", words("--set", "limits.max_site=3"), ("--set", "max_sites")),
    Case("unknown-scenario", words("--scenario", "no_such"), ("--scenario", "no_such", "没有这个", "tight_budget")),
    Case("unknown-circle", words("无此生活圈"), ("命令行", "无此生活圈")),
    Case("toml-in-circle", file("circle.toml", 'id = "K1\n'), ("circle.toml", "不是有效的 TOML 文件")),
    Case("toml-in-scenario", scenario("[budget\n"), ("mine.toml", "TOML")),
    Case("missing-folder", words("/no/such/folder"), ("/no/such/folder", "找不到这个文件夹")),
    Case("negative-distance", distances("D002,S001,-4\n"), ("distances.csv", "第 3 行", "-4", "不能是负数")),
    Case("distance-unknown-id", distances("D002,S9,40\n"), ("distances.csv", "第 3 行", "S9", "编号不在")),
    Case(
        "three-files",
        THREE,
        ("survey.xlsx", "第 4 行", "-5", "costs.csv", "S777", "catalogue.toml", "radius_n", "radius_m"),
    ),
]


@pytest.mark.parametrize(
    ("command", "case"),
    [pytest.param(command, case, id=f"{command}-{case.name}") for case in CASES for command in case.commands],
)
def test_told_with_place_and_rule_and_nothing_written(circle: Path, tmp_path: Path, command: str, case: Case) -> None:
    more = case.spoil(circle) or []
    out = tmp_path / "out"
    result = call(command, circle, *more, "--out", out)
    told = result.stdout + result.stderr
    assert result.exit_code == 3, told
    assert "Traceback" not in told
    flat = "".join(told.split())
    assert not [said for said in case.said if "".join(said.split()) not in flat], told
    assert not list(out.rglob("*"))


@pytest.mark.parametrize("name", ["negative-area", "three-files", "unknown-key"])
def test_json_is_one_object_with_the_faults(circle: Path, tmp_path: Path, name: str) -> None:
    (case,) = (case for case in CASES if case.name == name)
    more = case.spoil(circle) or []
    result = call("run", circle, *more, "--out", tmp_path / "out", "--json", "-q")
    data = json.loads(result.stdout)
    assert (result.exit_code, data["exit_code"], data["schema_version"]) == (3, 3, 1)
    faults = data["faults"] + [fault for told in data["circles"] for fault in told["faults"]]
    errors = [fault for fault in faults if fault["severity"] == "error"]
    assert len(errors) == (3 if name == "three-files" else 1)
    assert all(fault["file"] and fault["rule"] and fault["remedy"] for fault in errors)


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig"])
def test_a_csv_as_excel_saves_it_is_read(circle: Path, tmp_path: Path, encoding: str) -> None:
    as_csv(circle, DEMAND, "demand.csv", encoding)
    result = call("check", circle, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.stdout + result.stderr
    assert "居民点 30 个，居民 6,000 人" in result.stdout
