"""A planner's first circle, from the empty form to the page, all through the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import new_user
import openpyxl
import pytest
from opened import opened
from support.tasks import batch_here
from typer.testing import CliRunner, Result

from siting.cli.app import app

RED = "FFFF9999"


def siting(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    folder = tmp_path / "锦绣社区"
    assert siting("new", folder.name, *new_user.ASKED).exit_code == 0
    new_user.fill_in(folder)
    return folder


def checked(folder: Path) -> tuple[int, dict[str, Any]]:
    result = siting("check", folder.name, "--json")
    (circle,) = json.loads(result.stdout)["circles"]
    return result.exit_code, circle


def errors(circle: dict[str, Any]) -> list[tuple[str, int, str, str]]:
    faults = [fault for fault in circle["faults"] if fault["severity"] == "error"]
    return [(f["sheet"], f["row"], f["column"], f["value"]) for f in faults]


def test_three_slips_are_found_marked_and_mended(filled: Path) -> None:
    new_user.slip(filled)
    written = (filled / "survey.xlsx").read_bytes()
    code, circle = checked(filled)
    assert code == 3
    assert errors(circle) == [
        ("居民点", 7, "居民数(人)*", "420人"),
        ("现有网点", 9, "业态*", "药铺子"),
        ("候选点", 8, "编号*", "S3"),
    ]
    assert (filled / "survey.xlsx").read_bytes() == written
    copy = openpyxl.load_workbook(filled / "survey.检查.xlsx")
    for (sheet, place), wrong in new_user.SLIPS.items():
        cell = copy[sheet][place]
        assert cell.value == wrong
        assert cell.fill.start_color.rgb == RED
        assert cell.comment is not None
        assert "处理" in cell.comment.text
    new_user.mend(filled)
    code, circle = checked(filled)
    assert (code, errors(circle)) == (0, [])


def test_a_traced_street_map_is_told_apart_from_wrong_points(filled: Path) -> None:
    new_user.draw_streets(filled, is_traced=True)
    code, circle = checked(filled)
    assert code == 3
    wrong = [fault for fault in circle["faults"] if fault["code"] == "wrong-datum"]
    assert '"streets.gpkg" = "gcj02"' in wrong[0]["remedy"]
    toml = filled / "circle.toml"
    toml.write_text(toml.read_text("utf-8") + '\n[datums]\n"streets.gpkg" = "gcj02"\n', "utf-8")
    assert checked(filled)[0] == 0


def test_the_plan_is_proven_verified_and_shown(filled: Path) -> None:
    asked = ('objective.levels=["missing_types", "cost"]', "budget.capital_cny=3000000")
    ran = siting("run", filled.name, "--time-limit", "5", *(word for value in asked for word in ("--set", value)))
    assert ran.exit_code == 0, ran.output
    result = filled.parent / "results" / "base" / "A01"
    assert siting("verify", str(result)).exit_code == 0
    run = json.loads((result / "run.json").read_text("utf-8"))
    assert run["circle"]["simulated"] is False
    with opened(result / "report.html") as (page, troubles, requests):
        rooms = page.locator("tr[data-site] th").all_inner_texts()
        chosen = dict.fromkeys((pick["site"], pick["site_name"]) for pick in run["picks"])
        assert [tuple(room.split("\n")[:2]) for room in rooms] == list(chosen)
        assert len(page.evaluate("Array.from(window.siting.models.chosen.data.number)")) == len(chosen)
        assert (troubles, requests) == ([], [(result / "report.html").as_uri()])
