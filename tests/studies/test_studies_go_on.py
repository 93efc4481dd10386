"""A study that is asked once more with the same inputs is not solved again; anything else is."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.plan_towns import TYPES, write_town
from support.tasks import batch_here
from typer.testing import CliRunner

from scenarios.futures import futures_for
from siting.batch import Earlier, Job, RunOutcome
from siting.cli.app import app
from siting.studies.frontier import BudgetGrid
from siting.studies.frontier.task import curve_one
from siting.studies.robust.task import RobustQuestion, robust_one
from siting.studies.sweep.task import sweep_one

SETS = (f"catalogue.only={json.dumps(TYPES)}", 'objective.levels=["missing_types","cost"]', "solver.time_limit_s=20.0")
STUDIES: dict[str, tuple[Callable[..., RunOutcome], Any, Any, str]] = {
    "sweep": (sweep_one, ("budget.capital_cny=0:200000:200000",), ("budget.capital_cny=0:300000:300000",), "扫描"),
    "pareto": (curve_one, BudgetGrid(2), BudgetGrid(3), "预算曲线"),
    "robust": (
        robust_one,
        RobustQuestion(futures_for("usual"), "worst_regret"),
        RobustQuestion(futures_for("usual"), "worst_value"),
        "稳健性",
    ),
}


def solve(task: Callable[..., RunOutcome], job: Job) -> RunOutcome:
    return task(job, lambda event: None)


@pytest.fixture(scope="module", params=STUDIES)
def answered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Job, RunOutcome]:
    task, question, _, _ = STUDIES[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    job = Job(write_town(folder / "A", "A"), "A", "A", "base", SETS, folder / "out", 0, question=question)
    return request.param, job, solve(task, job)


@pytest.fixture
def again(answered: tuple[str, Job, RunOutcome], tmp_path: Path) -> tuple[Callable[..., RunOutcome], Job, Path, Any]:
    """The study's task, its job in folders of its own that hold the answer, that folder and another question."""
    name, job, _ = answered
    shutil.copytree(job.out.parent, tmp_path, dirs_exist_ok=True)
    moved = replace(job, source=tmp_path / "A", out=tmp_path / "out")
    return STUDIES[name][0], moved, moved.out / "base" / f"A.{STUDIES[name][3]}", STUDIES[name][2]


def test_the_same_question_is_answered_from_the_disk(answered: Any, again: Any, monkeypatch: pytest.MonkeyPatch):
    _, _, first = answered
    task, job, folder, _ = again
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    monkeypatch.setattr("models.one_level.ask", None)
    found = solve(task, job)
    assert found.earlier is Earlier.SAME
    for field in ("status", "exit_code", "message_zh", "notes", "circle_id", "name"):
        assert getattr(found, field) == getattr(first, field)
    assert json.dumps(found.report) == json.dumps(first.report)
    assert found.run_dir == str(folder)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


@pytest.mark.parametrize("answered", ["sweep"], indirect=True)
@pytest.mark.parametrize("harm", ["data", "workbook", "gone", "nonsense"])
def test_what_was_tampered_with_is_solved_again(again: Any, harm: str):
    task, job, folder, _ = again
    [data] = folder.glob("*.json")
    [workbook] = folder.glob("*.xlsx")
    if harm == "data":
        text = json.loads(data.read_text(encoding="utf-8"))
        data.write_text(json.dumps(text | {"seed": 1}), encoding="utf-8")
    elif harm == "workbook":
        workbook.write_bytes(workbook.read_bytes() + b"x")
    elif harm == "gone":
        workbook.unlink()
    else:
        data.write_text("[", encoding="utf-8")
    assert solve(task, job).earlier is Earlier.DAMAGED
    assert solve(task, job).earlier is Earlier.SAME


def test_another_question_is_solved_anew(again: Any):
    task, job, _, other = again
    assert solve(task, replace(job, question=other)).earlier is Earlier.CHANGED


@pytest.mark.parametrize("answered", ["sweep"], indirect=True)
@pytest.mark.parametrize("change", ["inputs", "scenario", "again"])
def test_other_inputs_are_solved_anew(again: Any, change: str):
    task, job, _, _ = again
    if change == "inputs":
        sites = job.source / "sites.csv"
        sites.write_text(sites.read_text(encoding="utf-8").replace("600,光明路1号", "610,光明路1号"), encoding="utf-8")
    elif change == "scenario":
        job = replace(job, sets=(*SETS, "solver.mip_gap=0.001"))
    else:
        job = replace(job, again=True)
    assert solve(task, job).earlier is (Earlier.NONE if change == "again" else Earlier.CHANGED)


def test_the_command_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)
    town = str(write_town(tmp_path / "A", "A"))
    fixed = [word for text in SETS for word in ("--set", text)]
    words = ["sweep", town, *fixed, "--set", "budget.capital_cny=0:200000:200000", "--out", str(tmp_path / "out")]
    first, second, third = (CliRunner().invoke(app, [*words, *more]) for more in ([], ["--json"], ["--again"]))
    assert "已完成，跳过" not in first.stderr
    assert json.loads(second.stdout)["circles"][0]["skipped"] is True
    assert "已完成，跳过（输入与设置未变）" in second.stderr
    assert "已完成，跳过" not in third.stderr
    assert [run.exit_code for run in (first, second, third)] == [0, 0, 0]
