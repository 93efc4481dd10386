import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from siting.cli.app import app

SITING = [sys.executable, "-c", "from siting.cli import main; main()"]


def call(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["nonsense"], "没有命令“nonsense”"),
        (["rn"], "是不是想写“run”"),
        (["run", "--nonsense"], "没有选项“--nonsense”"),
        (["run", "C01", "--sed", "3"], "是不是想写“--seed”"),
        (["run"], "请给出工作区文件夹或生活圈"),
        (["run", "--all", "C01"], "不能同时给出"),
        (["run", "C01", "--jobs", "0"], "“0”须为 1 到"),
        (["run", "C01", "--jobs", "two"], "“two”不是整数"),
        (["run", "C01", "--seed", "-1"], "“-1”须为 0 到"),
        (["run", "C01", "--time-limit", "soon"], "“soon”不是数"),
        (["run", "C01", "--mip-gap", "nan"], "“nan”须为不小于 0 的数"),
        (["run", "C01", "--out"], "选项“--out”后面缺少值"),
        (["run", "C01", "--json=3"], "选项“--json”不带值"),
        (["run", "--city"], "请给出工作区文件夹或生活圈"),
        (["run", "--city", "C01", "--alternatives", "2"], "--city 尚不支持 --alternatives（备选方案）：请去掉它"),
        (["run", "--city", "C01", "--committed", "没有.xlsx"], "--city 尚不支持 --committed（守住年度计划）：请去掉它"),
        (["gaps"], "请给出工作区文件夹或生活圈"),
        (["check"], "请给出工作区文件夹或生活圈"),
        (["verify"], "缺少参数“结果文件夹…”"),
        (["circles", "x", "y"], "多余的参数：x y"),
    ],
)
def test_usage_errors_are_chinese_and_exit_2(words: list[str], wanted: str) -> None:
    result = call(*words)
    assert result.exit_code == 2
    assert wanted in result.stderr
    assert result.stdout == ""
    for english in ("Error", "Usage", "Try", "Invalid", "Missing", "No such"):
        assert english not in result.stderr


@pytest.mark.parametrize("command", ["district", "city"])
def test_what_is_not_built_is_not_there(command: str) -> None:
    assert call(command, "x").exit_code == 2


@pytest.mark.parametrize("words", [["run", "--json", "--nonsense"], ["run", "--json"], ["nonsense", "--json"]])
def test_usage_errors_in_json(words: list[str]) -> None:
    result = call(*words)
    data = json.loads(result.stdout)
    assert (result.exit_code, data["exit_code"], data["status"]) == (2, 2, "usage")
    assert data["schema_version"] == 1
    assert data["message"]


@pytest.mark.parametrize(
    "words", [[], ["--help"], ["run", "-h"], ["gaps", "--help"], ["check", "-h"], ["verify", "-h"]]
)
def test_help_is_chinese(words: list[str]) -> None:
    result = call(*words)
    assert result.exit_code == 0
    assert result.stdout.startswith("用法：siting")
    for english in ("Usage", "Options", "Arguments", "Commands", "Show this", "default"):
        assert english not in result.stdout


def test_help_of_run_names_every_option() -> None:
    text = call("run", "--help").stdout
    for option in ("--scenario", "--set", "--out", "--jobs", "--solver", "--time-limit", "--mip-gap", "--seed"):
        assert option in text
    for option in ("--json", "--quiet", "--verbose", "--all", "--city"):
        assert option in text


def test_circles_are_the_eleven_of_the_plan() -> None:
    result = call("circles", "--json")
    data = json.loads(result.stdout)
    assert [c["circle"] for c in data["circles"]] == [f"C{n:02d}" for n in range(1, 12)]
    assert "光明" in call("circles").stdout


def test_bad_input_before_anything_runs_is_told_at_once(tmp_path: Path) -> None:
    words = ["run", "不存在", "--set", "budget.captal_cny=1", "-s", "nosuch", "--out", str(tmp_path / "out"), "--json"]
    result = call(*words)
    data = json.loads(result.stdout)
    assert result.exit_code == data["exit_code"] == 3
    assert {f["code"] for f in data["faults"]} >= {"unknown-circle", "unknown-scenario"}
    assert "没有这个试点生活圈" in result.stderr
    assert not (tmp_path / "out").exists()


def test_an_unknown_scenario_key_names_the_nearest() -> None:
    result = call("run", "C01", "--set", "budget.captal_cny=1")
    assert result.exit_code == 3
    assert "capital_cny" in result.stderr


def test_two_arguments_for_one_run_folder_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "circle.toml").write_text('id = "C10"\nname = "我的"\n', encoding="utf-8")
    result = call("run", "光明", str(folder), "--out", str(tmp_path / "out"), "--json")
    data = json.loads(result.stdout)
    assert result.exit_code == 3
    assert [f["code"] for f in data["faults"]] == ["same-run-folder"]
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    result = call("check", str(tmp_path / "nothing"))
    assert result.exit_code == 3
    assert "找不到这个文件夹" in result.stderr


def test_results_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = call("run", "C01", "--out", str(tmp_path / "file" / "out"))
    assert result.exit_code == 2
    assert "不能建立结果文件夹" in result.stderr


def test_the_real_program_answers_without_heavy_libraries() -> None:
    code = (
        "import sys; sys.argv = ['siting', 'circles']; from siting.cli import main\n"
        "try: main()\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    loaded = set(done.stderr.split())
    assert not loaded & {"geopandas", "pandas", "numpy", "scipy", "ortools", "pulp", "highspy", "shapely"}


def test_version_and_exit_codes_of_the_real_program() -> None:
    version = subprocess.run([*SITING, "--version"], capture_output=True, text=True, check=False)
    assert version.returncode == 0
    assert version.stdout.startswith("living-circle-siting ")
    wrong = subprocess.run([*SITING, "run", "--json", "--nonsense"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert json.loads(wrong.stdout)["exit_code"] == 2
