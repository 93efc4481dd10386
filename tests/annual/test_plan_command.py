"""``siting plan`` and ``siting run --committed`` on the command line: output, JSON, exit codes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from support.plan_towns import TYPES, Desk, data_of, written_plan
from support.tasks import batch_here
from typer.testing import CliRunner, Result

from siting.cli.app import app

Runs = dict[str, Path]


def call(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def call_here(*words: str) -> Result:
    """Without a worker process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)
        return call(*words)


def test_plan_of_a_folder_of_runs(town_runs: Runs, tmp_path: Path):
    result = call("plan", str(town_runs["T1"].parent), "--out", str(tmp_path))
    assert result.exit_code == 0, result.stderr
    folder = tmp_path / "年度建设计划-全市"
    assert {p.name for p in folder.iterdir()} == {"年度建设计划.xlsx", "年度建设计划.docx", "plan.json"}
    assert str(folder) in result.stdout.replace("\n", "")
    assert "示意布局，非实测" in result.stdout
    assert "连锁化率" in result.stdout


def test_plan_json(town_runs: Runs, tmp_path: Path):
    words = ["--district", "甲区", "--year", "2026", "--out", str(tmp_path), "--json"]
    result = call("plan", str(town_runs["T1"].parent), *words)
    data = json.loads(result.stdout)
    assert (data["schema_version"], data["command"], data["exit_code"], data["status"]) == (1, "plan", 0, "done")
    assert (data["plan"]["name_zh"], data["plan"]["years"]) == ("甲区", [2026])
    assert Path(data["folder"]).is_dir()
    assert result.stderr == ""


@pytest.mark.parametrize("as_json", [False, True])
def test_bad_input_is_exit_3_and_nothing_written(town_runs: Runs, tmp_path: Path, as_json: bool):
    words = ["plan", str(town_runs["T1"]), str(tmp_path / "none"), "--out", str(tmp_path / "out")]
    result = call(*words, *(["--json"] if as_json else []))
    assert result.exit_code == 3
    assert "找不到 run.json" in result.stderr
    assert not (tmp_path / "out").exists()
    if as_json:
        data = json.loads(result.stdout)
        assert (data["status"], data["folder"], [f["code"] for f in data["faults"]]) == ("bad_input", None, ["no-run"])


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["plan"], "缺少参数“结果文件夹…”"),
        (["plan", "x", "--year", "明年"], "不是整数"),
        (["plan", "x", "--year", "25"], "不是四位年份"),
        (["run", "C10", "--committed"], "后面缺少值"),
    ],
)
def test_usage(words: list[str], wanted: str):
    result = call(*words)
    assert result.exit_code == 2
    assert wanted in result.stderr


def test_help_has_an_example():
    assert "siting plan results/base" in call("plan", "--help").stdout
    assert "--committed" in call("run", "--help").stdout


def test_run_committed(town_runs: Runs, tmp_path: Path):
    town = town_runs["T1"].parent.parent / "T1"
    plan = written_plan(tmp_path / "plans", town_runs["T1"])
    desk = Desk(plan)
    desk.at(desk.row_of("S1", "早餐店"), "状态").value = "取消"
    desk.save()
    only = f"catalogue.only={json.dumps(TYPES)}"
    words = ["run", str(town), "--set", only, "--out", str(tmp_path / "out"), "--committed", str(plan), "-j", "1"]
    result = call(*words)
    assert result.exit_code == 0, result.stderr
    assert "年度计划对照：年度建设计划.xlsx" in result.stdout
    assert "划去或取消，不再建" in result.stdout
    assert "减少项目：S1 早餐店" in result.stdout
    again = call_here(*words, "--json", "-q")
    data = json.loads(again.stdout)
    run_dir = Path(data["circles"][0]["run_dir"])
    assert data["circles"][0]["committed"] == data_of(run_dir)["committed"]
    assert call("verify", str(run_dir)).exit_code == 0


def test_run_committed_bad_input(town_runs: Runs, tmp_path: Path):
    town = town_runs["T1"].parent.parent / "T1"
    plan = written_plan(tmp_path / "plans", town_runs["T1"])
    desk = Desk(plan)
    desk.at(desk.rows()[0], "状态").value = "缓建"
    desk.at(desk.rows()[1], "点位编号").value = "S77"
    desk.save()
    result = call_here("run", str(town), "--out", str(tmp_path / "out"), "--committed", str(plan), "-j", "1")
    assert result.exit_code == 3
    assert "工作表“2025年”" in result.stderr
    assert "值“缓建”" in result.stderr
    assert "值“S77”" in result.stderr
    assert not (tmp_path / "out" / "base").exists()
