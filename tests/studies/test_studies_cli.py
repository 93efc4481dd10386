"""siting compare, sweep and rank as commands: tables within 100 columns, one JSON object, faults, whole files."""

from __future__ import annotations

import json
import shutil
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from audit.audit_town import put, tampered
from support.tasks import batch_here
from typer.testing import CliRunner, Result

from siting.cli.app import app
from siting.disk import replaced_file

HOSTILE = "=cmd()[red]<b>\x1b[31m\n一"


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(app, list(map(str, words)))


def wide(text: str) -> int:
    """Columns of the widest line that is part of a table."""
    lines = [line for line in text.splitlines() if line[:1] in "┏┃┡│└"]
    assert lines
    return max(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) for line in lines)


def test_compare(tmp_path: Path, street_runs: dict[str, Path]):
    out = tmp_path / "deep" / "对比.xlsx"
    result = call("compare", street_runs["wide"], street_runs["tight"], "--out", out)
    assert result.exit_code == 0, result.output
    assert wide(result.stdout) <= 100
    assert "投资额度（元）" in result.stdout
    assert "300,000（--set）" in result.stdout
    assert "放弃" in result.stdout
    assert out.is_file()
    assert [path.name for path in out.parent.iterdir()] == ["对比.xlsx"]


def test_compare_many_and_hostile_names(tmp_path: Path, street_runs: dict[str, Path]):
    shutil.copytree(street_runs["wide"].parent.parent, tmp_path / "all")
    run = tmp_path / "all" / "runs" / "wide"
    bad = tampered(run, lambda data: [p.update(site_name=HOSTILE, type_zh=HOSTILE) for p in data["picks"]], "bad")
    worse = tampered(run, put("circle", "name", to=HOSTILE), "worse")
    result = call("compare", bad, worse, *street_runs.values(), *street_runs.values(), "--out", tmp_path / "a.xlsx")
    assert result.exit_code == 0, result.output
    assert wide(result.stdout) <= 100
    assert "\x1b" not in result.stdout
    assert "=cmd()[red]<b>" in result.stdout.replace("\n", "")


def test_compare_json_is_one_object(tmp_path: Path, street_runs: dict[str, Path]):
    result = call("compare", *street_runs.values(), "--json", "-q", "--out", tmp_path / "a.xlsx")
    data = json.loads(result.stdout)
    assert (data["schema_version"], data["command"], data["exit_code"]) == (1, "compare", 0)
    assert [run["scenario"] for run in data["runs"]] == ["base"] * 3
    assert len(data["places"][0]["cells"]) == 3


def test_compare_faults_all_at_once(tmp_path: Path, street_runs: dict[str, Path]):
    target = tmp_path / "a.xlsx"
    result = call("compare", tmp_path, street_runs["wide"], tmp_path / "gone", "--json", "--out", target)
    assert result.exit_code == 3
    assert [fault["code"] for fault in json.loads(result.stdout)["faults"]] == ["no-run", "no-run"]
    assert not target.exists()
    assert call("compare", street_runs["wide"]).exit_code == 2
    assert call("compare", *street_runs.values(), "--out", tmp_path / "a.txt").exit_code == 3


def test_what_cannot_be_written_is_told(tmp_path: Path, street_runs: dict[str, Path]):
    (tmp_path / "file").write_text("x")
    result = call("compare", *street_runs.values(), "--out", tmp_path / "file" / "a.xlsx", "-q")
    assert result.exit_code == 2
    assert "不能建立结果文件夹" in result.stderr
    assert call("rank", *street_runs.values(), "--out", tmp_path / "file").exit_code == 2


def test_sweep(tmp_path: Path, street: Path):
    words = ("sweep", street, "--out", tmp_path, "-q", "--set", "solver.mip_gap=0")
    result = call(*words, "--set", "budget.capital_cny=0:200000:100000")
    assert result.exit_code == 0, result.output
    assert wide(result.stdout) <= 100
    folder = tmp_path / "base" / "T9.扫描"
    assert sorted(path.name for path in folder.iterdir()) == ["sweep.json", "扫描.xlsx"]
    data = json.loads((folder / "sweep.json").read_text("utf-8"))
    assert data["schema_version"] == 1
    assert [point["values_zh"] for point in data["points"]] == [["0"], ["100,000"], ["200,000"]]
    assert (folder / data["workspace"]).resolve() == street.resolve()


def test_sweep_ends_with_its_worst_point(tmp_path: Path, street: Path):
    words = ("sweep", street, "--out", tmp_path, "--json", "--set", "coverage_floor.laundry=0.5")
    result = call(*words, "--set", "budget.capital_cny=1000,3000000")
    data = json.loads(result.stdout)
    assert (result.exit_code, data["exit_code"], data["status"]) == (4, 4, "infeasible")
    assert "提醒：2 个点：最优 1 个，无可行方案 1 个" in result.stderr
    assert "错误" not in result.stderr
    points = data["circles"][0]["sweep"]["points"]
    assert [point["status"] for point in points] == ["infeasible", "optimal"]
    assert (tmp_path / "base" / "T9.扫描" / "扫描.xlsx").is_file()


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (["C99", "--set", "a.b=1:2"], ["bad-range", "unknown-circle"]),
        (["C10", "--set", "limits.max_sites=-1,2,x"], ["bad-value", "bad-value"]),
        (["C10", "--set", "budget.capitalcny=1,2"], ["unknown-key"]),
        (["C10", "--set", "limits.max_sites=3"], ["nothing-swept"]),
        (["C10", "C10", "--set", "limits.max_sites=3,4"], ["same-run-folder"]),
    ],
)
def test_sweep_faults_all_at_once(tmp_path: Path, words: list[str], codes: list[str]):
    result = call("sweep", *words, "--json", "--out", tmp_path)
    assert result.exit_code == 3
    found = [fault["code"] for fault in json.loads(result.stdout)["faults"]]
    assert [code for code in found if "circle" not in code] == [code for code in codes if "circle" not in code]
    assert len(found) == len(codes)
    assert list(tmp_path.iterdir()) == []


def test_sweep_replaces_only_a_sweep(tmp_path: Path, street: Path):
    foreign = tmp_path / "base" / "T9.扫描"
    foreign.mkdir(parents=True)
    (foreign / "mine.txt").write_text("x")
    result = call("sweep", street, "--out", tmp_path, "--set", "limits.max_sites=1,2")
    assert result.exit_code == 3
    assert [path.name for path in foreign.iterdir()] == ["mine.txt"]


def test_rank(tmp_path: Path, street_runs: dict[str, Path], same_bytes: Callable[[Path], bytes]):
    words = ("rank", street_runs["wide"].parent, "--out", tmp_path)
    result = call(*words)
    assert result.exit_code == 0, result.output
    assert wide(result.stdout) <= 100
    folder = tmp_path / "全市点位总表"
    assert sorted(path.name for path in folder.iterdir()) == ["rank.json", "全市点位总表.xlsx"]
    data = json.loads((folder / "rank.json").read_text("utf-8"))
    assert [room["rank"] for room in data["rooms"]] == list(range(1, len(data["rooms"]) + 1))
    assert all(0 < room["frequency"] <= 1 for room in data["rooms"])
    before = same_bytes(folder)
    again = call("rank", *reversed(list(street_runs.values())), "--out", tmp_path, "--json")
    assert same_bytes(folder) == before
    assert json.loads(again.stdout)["rooms"] == data["rooms"]


@pytest.fixture
def same_bytes() -> Callable[[Path], bytes]:
    return lambda folder: b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_rank_faults(tmp_path: Path, street_runs: dict[str, Path]):
    result = call("rank", tmp_path / "none", tmp_path, "--out", tmp_path, "--json")
    assert result.exit_code == 3
    assert [fault["code"] for fault in json.loads(result.stdout)["faults"]] == ["no-run", "no-run"]
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path):
    target = tmp_path / "a.xlsx"
    target.write_text("old")

    def fail_half_way() -> None:
        with replaced_file(target) as path:
            path.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert target.read_text() == "old"
    with replaced_file(target) as path:
        path.write_text("new")
    assert target.read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


@pytest.mark.parametrize("command", ["compare", "sweep", "rank"])
def test_help_is_chinese_with_an_example(command: str):
    result = call(command, "--help")
    assert result.exit_code == 0
    assert f"例：siting {command} " in result.stdout
