"""``siting run --city``, and ``siting verify`` of its run."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from support.plan_towns import TYPES, write_town
from support.tasks import batch_here
from typer.testing import CliRunner, Result

import siting.city.run
from siting.cli.app import app

SETS = ["--set", f"catalogue.only={json.dumps(TYPES)}", "--time-limit", "10", "--quiet"]


def call(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def call_here(*words: str) -> Result:
    """Without a worker process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)
        return call(*words)


def test_one_run_is_written_and_verified(tmp_path: Path):
    towns = [str(write_town(tmp_path / name, name, name)) for name in ("A", "B")]
    result = call("run", "--city", *towns, *SETS, "--out", str(tmp_path / "out"), "--json")
    data = json.loads(result.stdout)
    assert (result.exit_code, data["exit_code"], len(data["circles"])) == (0, 0, 1)
    folder = Path(data["circles"][0]["run_dir"])
    assert folder == tmp_path / "out" / "base" / "合并-A+B"
    assert {p.name for p in folder.iterdir()} == {"run.json", "result.xlsx", "result.gpkg", "report.html"}
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert [c["id"] for c in run["city"]["circles"]] == ["A", "B"]
    assert data["city"] == run["city"]
    assert run["scenario"]["values"]["budget"]["capital_cny"] == run["city"]["capital_cny"] == 6_000_000
    checked = call("verify", str(folder))
    assert (checked.exit_code, "复核相符" in checked.stdout) == (0, True)
    del run["city"]["circles"][1]["folder"]
    (folder / "run.json").write_text(json.dumps(run), encoding="utf-8")
    earlier = call("verify", str(folder))
    assert (earlier.exit_code, "city.circles.1.folder" in earlier.stderr) == (3, True)


def test_a_finished_city_is_skipped_until_one_of_its_circles_changes(tmp_path: Path):
    towns = [str(write_town(tmp_path / name, name, name)) for name in ("A", "B")]
    words = ["run", "--city", *towns, *SETS, "--out", str(tmp_path / "out"), "--json"]

    def run() -> dict[str, Any]:
        return dict(json.loads(call_here(*words).stdout))

    def told(data: dict[str, Any]) -> tuple[bool, str]:
        [circle] = data["circles"]
        return circle["skipped"], circle["earlier"]

    first = run()
    folder = Path(first["circles"][0]["run_dir"])
    before = (folder / "run.json").read_bytes()
    second = run()
    assert (told(first), told(second)) == ((False, ""), (True, "same"))
    assert (folder / "run.json").read_bytes() == before
    assert second["city"] == first["city"]
    for key in ("status", "exit_code", "levels", "totals", "picks", "notes"):
        assert second["circles"][0][key] == first["circles"][0][key]
    sites = Path(towns[1]) / "sites.csv"
    sites.write_text(sites.read_text(encoding="utf-8").replace("600,光明路1号", "610,光明路1号"), encoding="utf-8")
    assert told(run()) == (False, "changed")


def test_reading_the_circles_counts_among_the_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    read = siting.city.run.read_city

    def slowly(request: Any) -> Any:
        time.sleep(1.5)
        return read(request)

    monkeypatch.setattr("siting.city.run.read_city", slowly)
    town = str(write_town(tmp_path / "A", "A", "A"))
    result = call_here("run", "--city", town, *SETS, "--out", str(tmp_path / "out"), "--json")
    folder = Path(json.loads(result.stdout)["circles"][0]["run_dir"])
    seconds = json.loads((folder / "run.json").read_text(encoding="utf-8"))["seconds"]
    assert seconds["prepare"] >= 1.5


def test_bad_input_writes_nothing(tmp_path: Path):
    towns = [str(write_town(tmp_path / name, "A", name)) for name in ("one", "two")]
    result = call_here("run", "--city", *towns, *SETS, "--out", str(tmp_path / "out"))
    assert result.exit_code == 3
    assert "编号相同" in result.stderr
    assert not (tmp_path / "out" / "base").exists()


def test_the_screen_tells_each_circle_and_the_comparison(tmp_path: Path):
    towns = [str(write_town(tmp_path / name, name, f"{name}街")) for name in ("A", "B")]
    result = call_here("run", "--city", *towns, *SETS, "--out", str(tmp_path / "out"))
    assert result.exit_code == 0
    for words in ("各圈：一本账怎么分", "A A街", "B B街", "与按人口切分预算相比", "2 个圈作为一个模型"):
        assert words in result.stdout
