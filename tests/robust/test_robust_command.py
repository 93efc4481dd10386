"""``siting robust`` as a planner calls it: what is written, what is printed, how it ends."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from robust_futures import FUTURES
from support.tasks import batch_here
from typer.testing import CliRunner, Result

from siting.cli.app import app

SHEETS = ["摘要", "点位频次与遗憾", "情形对照", "两个稳健方案", "各情形参数"]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)


def call(*words: object) -> Result:
    return CliRunner().invoke(app, ["robust", *map(str, words)])


@pytest.fixture(scope="module")
def answered(circle: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """One run with the set of futures, in this process."""
    base = tmp_path_factory.mktemp("answered")
    path = base / "f.toml"
    path.write_text(FUTURES.replace("试验", "=cmd()|'x'!A1"), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)
        result = call(circle, "--futures", path, "--out", base / "out", "--json")
    return result, base / "out" / "base" / "K5.稳健性"


def report(answered: tuple[Result, Path]) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((answered[1] / "robust.json").read_text("utf-8"))
    return data


def test_json_is_one_object(answered: tuple[Result, Path]):
    result, folder = answered
    told = json.loads(result.stdout)
    assert (told["schema_version"], told["command"], told["status"], told["exit_code"]) == (1, "robust", "optimal", 0)
    (circle,) = told["circles"]
    assert circle["run_dir"] == str(folder)
    assert {plan["key"] for plan in circle["robust"]["plans"]} >= {"today", "expected", "worst", "future:fewer"}
    assert sorted(path.name for path in folder.iterdir()) == ["robust.json", "稳健性.xlsx"]
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_figures_add_up(answered: tuple[Result, Path]):
    data = report(answered)
    p = {future["name"]: future["probability"] for future in data["futures"]}
    assert p == {"as_is": 0.25, "fewer": 0.5, "shut": 0.25}
    best = {f["name"]: {level["name"]: level["incumbent"] for level in f["levels"]} for f in data["futures"]}
    for plan in data["plans"]:
        for level in data["levels"]:
            sign = -1 if level == "cost" else 1
            for there in plan["by_future"]:
                wanted = sign * (best[there["future"]][level] - there["values"][level])
                assert there["regrets"][level] == pytest.approx(wanted, abs=1e-6)
            if plan["lawful_everywhere"]:
                mean = sum(p[there["future"]] * there["values"][level] for there in plan["by_future"])
                assert plan["expected"][level] == pytest.approx(mean)
                largest = max(there["regrets"][level] for there in plan["by_future"])
                assert plan["largest_regret"][level] == pytest.approx(largest, abs=1e-6)
    for key in ("expected", "worst"):
        plan = next(plan for plan in data["plans"] if plan["key"] == key)
        assert plan["lawful_everywhere"]
        stages = [
            stage
            for stage in plan["stages"]
            if stage["measure"] == ("expected" if key == "expected" else "worst_regret")
        ]
        figures = plan["expected"] if key == "expected" else plan["largest_regret"]
        assert {s["name"]: s["incumbent"] for s in stages} == pytest.approx(figures, abs=1e-4)


def test_own_plans_have_no_regret_at_home_and_frequencies_count_them(answered: tuple[Result, Path]):
    data = report(answered)
    plans = {plan["key"]: plan for plan in data["plans"]}
    for n, future in enumerate(data["futures"]):
        own = plans[f"future:{future['name']}"]["by_future"][n]
        assert own["lawful"]
        assert all(abs(value) < 1e-6 for value in own["regrets"].values())
    for place in data["places"]:
        chosen = [
            future
            for future in data["futures"]
            if place["place"] in {pick["place"] for pick in plans[f"future:{future['name']}"]["picks"]}
        ]
        assert place["chosen_in"] == [future["name"] for future in chosen]
        assert place["frequency"] == pytest.approx(sum(future["probability"] for future in chosen))
        for key in ("expected", "worst", "today"):
            assert place[f"in_{key}"] == (place["place"] in {pick["place"] for pick in plans[key]["picks"]})
        assert (place["loss"] is None) == (not place["in_expected"] and not place["in_worst"])
    order = [(-p["in_expected"] - p["in_worst"], -p["frequency"]) for p in data["places"]]
    assert order == sorted(order)
    withdrawn = re.findall(r"S\d+", "".join(data["futures"][2]["changes_zh"]))
    assert withdrawn
    assert not {pick["place"] for pick in plans["future:shut"]["picks"]} & set(withdrawn)


def test_workbook_sheets_banner_and_harmless_text(answered: tuple[Result, Path]):
    book = openpyxl.load_workbook(answered[1] / "稳健性.xlsx")
    assert book.sheetnames == SHEETS
    for sheet in book:
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert any("示意布局，非实测" in str(cell.value) for cell in cells), sheet.title
        assert all(cell.data_type != "f" for cell in cells)
    texts = " ".join(str(cell.value) for row in book["摘要"].iter_rows() for cell in row)
    assert "=cmd()" in texts
    rows = list(book["情形对照"].iter_rows(values_only=True))
    assert sum(1 for row in rows if row[3] in ("合规", "不合规")) == 6 * 3


def test_the_same_bytes_twice(answered: tuple[Result, Path], circle: Path, tmp_path: Path):
    """The first run's own futures again, into another folder; timings and the way to the workspace may differ, and
    digests with these.
    """
    first = answered[1]
    futures = first.parents[2] / "f.toml"
    assert call(circle, "--futures", futures, "--out", tmp_path, "-q").exit_code == 0
    again = tmp_path / "base" / first.name
    texts = [(folder / "robust.json").read_text("utf-8") for folder in (first, again)]
    plain = [re.sub(r'"(seconds|workspace|fingerprint|seal)": [^,\n]*', "", text) for text in texts]
    assert plain[0] == plain[1]
    assert (first / "稳健性.xlsx").read_bytes() == (again / "稳健性.xlsx").read_bytes()


def test_tables_on_the_screen(circle: Path, futures_file: Path, tmp_path: Path):
    result = call(circle, "--futures", futures_file, "--out", tmp_path, "--worst", "value", "-q")
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    for wanted in (
        "三个方案放到各情形里",
        "保底方案",
        "稳健的代价与收益",
        "最有把握的点位",
        "示意布局，非实测",
        "K5.稳健性",
    ):
        assert wanted in result.stdout


def test_bad_futures_circles_and_scenario_are_told_at_once(tmp_path: Path):
    bad = tmp_path / "bad.toml"
    bad.write_text('[[futures]]\nname = "a"\nrents = 2\n', encoding="utf-8")
    result = call("C99", "--futures", bad, "--scenario", "nowhere", "--out", tmp_path / "out")
    assert result.exit_code == 3
    assert all(part in result.stderr for part in ("rents", "C99", "nowhere"))
    assert not (tmp_path / "out").exists()
    told = json.loads(call("C99", "--futures", "usul", "--json", "--out", tmp_path / "out").stdout)
    assert told["exit_code"] == 3
    assert {fault["code"] for fault in told["faults"]} >= {"unknown-futures"}


def test_unknown_places_write_nothing(circle: Path, tmp_path: Path):
    path = tmp_path / "f.toml"
    path.write_text('[[futures]]\nname = "a"\nclosed_outlets = ["E999"]\n', encoding="utf-8")
    result = call(circle, "--futures", path, "--out", tmp_path / "out")
    assert result.exit_code == 3
    assert "没有这个现有网点" in result.stderr
    assert not list((tmp_path / "out").rglob("*.xlsx"))


def test_futures_that_no_plan_meets(circle: Path, tmp_path: Path):
    """A floor that holds today and cannot hold where everybody walks at a crawl: proven, and the future is named."""
    path = tmp_path / "f.toml"
    path.write_text(
        '[[futures]]\nname = "a"\ntitle = "寸步难行"\nwalking = { adult_m_s = 0.001, elderly_m_s = 0.001 }\n', "utf-8"
    )
    words = [circle, "--futures", path, "--set", "coverage_floor.pharmacy=0.5", "--out", tmp_path / "out"]
    result = call(*words)
    assert result.exit_code == 4, result.output
    assert "寸步难行" in result.stderr
    assert not list((tmp_path / "out").rglob("robust.json"))


def test_a_planners_own_folder_is_not_replaced(circle: Path, futures_file: Path, tmp_path: Path):
    own = tmp_path / "base" / "K5.稳健性"
    own.mkdir(parents=True)
    (own / "我的笔记.txt").write_text("x", encoding="utf-8")
    result = call(circle, "--futures", futures_file, "--out", tmp_path)
    assert result.exit_code == 3
    assert [path.name for path in own.iterdir()] == ["我的笔记.txt"]


def test_usage(circle: Path):
    result = call(circle, "--worst", "both")
    assert result.exit_code == 2
    assert "regret、value" in result.stderr
