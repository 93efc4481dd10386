"""``siting nation``: one purse for small towns on a street, the shares, the reasons, the two files, and bad input."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dying
import openpyxl
import pytest
from engine.dask_here import cluster
from support.plan_towns import TYPES, write_town
from support.tasks import batch_here
from typer.testing import CliRunner, Result

from models.solution import relative_gap
from siting.cli.app import app
from siting.failures import RunFailure
from siting.nation.hands import in_processes
from siting.nation.results import nation_folder

SETS = ["--set", f"catalogue.only={json.dumps(TYPES)}", "--time-limit", "20", "--quiet"]


def call(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@contextlib.contextmanager
def _here(processes: int) -> Iterator[Any]:
    """Hands of this very process: quick."""
    assert processes >= 1
    yield lambda task, items, hear: [task([item], None)[0] for _, item in items]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siting.nation.hands.in_processes", _here)


@pytest.fixture
def towns(tmp_path: Path) -> list[str]:
    """Three circles, given in the wrong order; of each residents are as many, so that the split is a third each."""
    return [str(write_town(tmp_path / name, name, f"{name}街")) for name in ("B", "C", "A")]


def shares(tmp_path: Path, towns: list[str], *more: str) -> tuple[Result, dict[str, Any]]:
    result = call("nation", *towns, *SETS, "--out", str(tmp_path / "out"), "--shares-only", "--json", *more)
    assert result.exit_code in (0, 5), result.stderr
    return result, json.loads(result.stdout)


def test_the_purse_is_shared_out_and_proven(here: None, tmp_path: Path, towns: list[str]):
    _, data = shares(tmp_path, towns, "--budget", "90万")
    nation = data["nation"]
    assert [c["circle_id"] for c in nation["circles"]] == ["A", "B", "C"]
    assert nation["capital_cny"] == 900_000
    assert sum(c["share_cny"] for c in nation["circles"]) <= 900_000 + 0.01
    assert nation["spent_cny"] + nation["left_cny"] == pytest.approx(900_000)
    assert {c["by_residents_cny"] for c in nation["circles"]} == {300_000.0}
    for level in nation["levels"]:
        total = sum(c["values"][level["name"]] for c in nation["circles"])
        assert total == pytest.approx(level["incumbent"], abs=0.01)
        assert level["bound"] >= level["incumbent"] - 1e-6
        assert level["mip_gap"] == pytest.approx(relative_gap(level["incumbent"], level["bound"]), abs=1e-9)
    assert all("比按人口分" in c["reason_zh"] for c in nation["circles"])
    folder = nation_folder(tmp_path / "out", "base")
    assert {p.name for p in folder.iterdir()} == {"nation.json", "分配.xlsx"}
    written = json.loads((folder / "nation.json").read_text(encoding="utf-8"))
    assert {key: written[key] for key in nation} == nation


def test_more_money_reaches_no_less(here: None, tmp_path: Path, towns: list[str]):
    found = [shares(tmp_path, towns, "--budget", money)[1]["nation"]["levels"] for money in ("30万", "1亿")]
    poor, rich = (levels[0] for levels in found)
    assert rich["bound"] >= poor["incumbent"] - 1e-6
    assert rich["incumbent"] > poor["incumbent"]
    assert rich["mip_gap"] == 0


def test_enough_money_has_no_price_and_all_levels_are_solved(here: None, tmp_path: Path, towns: list[str]):
    _, data = shares(tmp_path, towns, "--budget", "3亿")
    nation = data["nation"]
    assert nation["weighed"] in {"", "cost"}
    assert [v["name"] for v in nation["levels"]][:2] == ["missing_types", "basic_coverage"]
    assert len(nation["levels"]) > 2
    assert nation["levels"][1]["mip_gap"] <= 1e-3


def test_the_scenarios_own_purse_is_the_sum(here: None, tmp_path: Path, towns: list[str]):
    _, data = shares(tmp_path, towns, "--set", "budget.capital_cny=250000")
    assert data["nation"]["capital_cny"] == 750_000
    assert data["nation"]["capital_zh"] == "3 个圈各自的预算相加"


def test_the_workbook_has_a_row_a_circle(here: None, tmp_path: Path, towns: list[str]):
    _, data = shares(tmp_path, towns, "--budget", "90万")
    book = openpyxl.load_workbook(nation_folder(tmp_path / "out", "base") / "分配.xlsx")
    assert book.sheetnames == ["摘要", "各圈"]
    rows = [row for row in book["各圈"].iter_rows(values_only=True) if row[0]]
    heads = next(n for n, row in enumerate(rows) if row[0] == "生活圈")
    assert [row[0] for row in rows[heads + 1 :]] == ["A A街", "B B街", "C C街"]
    assert [row[3] for row in rows[heads + 1 :]] == [c["share_cny"] for c in data["nation"]["circles"]]
    text = "\n".join(str(v) for row in book["摘要"].iter_rows(values_only=True) for v in row if v)
    for words in ("总资金", "钱的价", "界", "间隙", "900,000"):
        assert words in text


def test_all_faults_of_all_circles_are_told_at_once(here: None, tmp_path: Path, towns: list[str]):
    for name in ("A", "B"):
        sites = tmp_path / name / "sites.csv"
        sites.write_text(sites.read_text(encoding="utf-8").replace("600,光明路1号", "-6,光明路1号"), encoding="utf-8")
    result = call("nation", *towns, *SETS, "--budget", "90万", "--out", str(tmp_path / "out"))
    assert result.exit_code == 3
    assert "A/sites.csv" in result.stderr
    assert "B/sites.csv" in result.stderr
    assert not (tmp_path / "out" / "base").exists()


def test_the_command_line_is_checked_at_once(tmp_path: Path, towns: list[str]):
    again = str(write_town(tmp_path / "again", "A", "A街"))
    result = call("nation", *towns, again, *SETS, "--budget", "许多", "--out", str(tmp_path / "out"))
    assert result.exit_code == 3
    for words in ("不是不小于 0 的金额", "编号相同", "--budget 3000万"):
        assert words in result.stderr


def test_circles_that_cannot_share_are_told(here: None, tmp_path: Path):
    plain = write_town(tmp_path / "P", "P")
    years = write_town(tmp_path / "Y", "Y", extra="[scenario.phases]\n2025 = 100000\n2026 = 100000\n")
    other = write_town(tmp_path / "O", "O", extra='[scenario.objective]\nlevels = ["cost"]\n')
    towns = [str(plain), str(years), str(other)]
    result = call("nation", *towns, *SETS, "--set", 'budget.capital_cny="none"', "--out", str(tmp_path / "out"))
    assert result.exit_code == 3
    for words in ("分年度方案不能与别的圈分一笔钱", "各级目标与 O 不同", "没有账可分"):
        assert words in result.stderr


def test_a_circle_that_can_never_be_satisfied_is_named(here: None, tmp_path: Path, towns: list[str]):
    hard = 'lock = { in = ["S1:pharmacy"] }\nlimits = { max_outlets = 0 }\n'
    bad = str(write_town(tmp_path / "X", "X", "X街", extra=f"[scenario]\n{hard}"))
    result = call("nation", *towns, bad, *SETS, "--budget", "90万", "--out", str(tmp_path / "out"), "--json")
    assert result.exit_code == 4
    data = json.loads(result.stdout)
    assert data["status"] == "infeasible"
    assert any("X X街" in reason for reason in data["reasons"])
    assert not nation_folder(tmp_path / "out", "base").exists()


def test_a_foreign_folder_is_not_replaced(here: None, tmp_path: Path, towns: list[str]):
    folder = nation_folder(tmp_path / "out", "base")
    folder.mkdir(parents=True)
    (folder / "mine.txt").write_text("我的", encoding="utf-8")
    result = call("nation", *towns, *SETS, "--budget", "90万", "--out", str(tmp_path / "out"))
    assert result.exit_code == 3
    assert [p.name for p in folder.iterdir()] == ["mine.txt"]


@pytest.mark.slow
def test_each_circles_run_keeps_its_share_and_verifies(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, towns: list[str]
):
    """The shares are found by a process of their own; the runs are those of ``siting run``, here."""
    monkeypatch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)
    result = call("nation", *towns[:2], *SETS, "--budget", "60万", "--out", str(tmp_path / "out"), "--json", "-j", "1")
    data = json.loads(result.stdout)
    assert [c["circle"] for c in data["circles"]] == ["B", "C"]
    for share, run in zip(data["nation"]["circles"], data["circles"], strict=True):
        assert run["totals"]["budget_cny"] <= share["share_cny"] + 0.01
        assert run["totals"]["missing_types_filled"] >= share["values"]["missing_types"]
        checked = call("verify", run["run_dir"])
        assert checked.exit_code == 0, checked.stdout


def test_a_worker_that_dies_is_replaced_and_asked_again(tmp_path: Path):
    paths = [tmp_path / name for name in ("a", "b.mine", "c")]
    heard: list[tuple[int, Any]] = []
    with in_processes(2) as hands:
        assert hands(dying.die_once, list(enumerate(paths)), heard.extend) == ["a", "b.mine", "c"]
    assert sorted(heard) == [(0, "a"), (1, "b.mine"), (2, "c")]
    with in_processes(1) as hands, pytest.raises(RunFailure, match="意外终止"):
        hands(dying.die, [(0, tmp_path)], heard.extend)


@pytest.mark.slow
def test_a_cluster_shares_out_as_this_machine_does(here: None, tmp_path: Path, towns: list[str]):
    asked = ["--budget", "1亿", "--set", 'objective.levels=["missing_types"]']
    _, own = shares(tmp_path, towns, *asked)
    (tmp_path / "dask").mkdir()
    with cluster(tmp_path / "dask") as address:
        _, theirs = shares(tmp_path, towns, *asked, "--cluster", address)
    for key in ("levels", "circles", "spent_cny", "questions"):
        assert theirs["nation"][key] == own["nation"][key]
