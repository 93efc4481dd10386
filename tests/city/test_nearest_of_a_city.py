"""The nearest possible scenario of an infeasible city: a file that runs as the command beside it says."""

from __future__ import annotations

import json
import shlex
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from support.plan_towns import write_town

import siting.outputs.writer
from siting.batch import CityQuestion, Job, RunOutcome
from siting.bundle import ResultBundle
from siting.outputs.run_json import write_run_json
from siting.tasks import city_one

SETS = ('catalogue.only=["pharmacy","photo_print","housekeeping"]', 'objective.levels=["missing_types","cost"]')


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A and B on one spot, C by itself; C locks two services into a room that holds one."""
    folder = tmp_path_factory.mktemp("near")
    crowded = '[scenario]\nlock.in = ["S4:photo_print", "S4:housekeeping"]\ntypes.photo_print.area_m2 = 50\n'
    made = [write_town(folder / name, name) for name in ("A", "B")]
    crowd = [write_town(folder / name, name, extra=extra) for name, extra in (("C", crowded), ("D", crowded))]
    for town in crowd[1:]:
        for file in ("demand.csv", "outlets.csv", "sites.csv"):
            text = (town / file).read_text(encoding="utf-8")
            (town / file).write_text(text.replace("115.9", "116.9"), encoding="utf-8")
    return [*made, *crowd]


@pytest.fixture(autouse=True)
def run_json_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No workbook, no map, no page."""

    def write(bundle: ResultBundle, run_dir: Path) -> None:
        run_dir.mkdir(parents=True)
        write_run_json(bundle, run_dir / "run.json", run_dir)

    monkeypatch.setattr(siting.outputs.writer, "write_run", write)


def solved(sources: Sequence[Path], scenario: str, sets: Sequence[str], out: Path) -> RunOutcome:
    job = Job(sources[0], "x", "x", scenario, tuple(sets), out, 0, question=CityQuestion(tuple(sources), False))
    return city_one(job, lambda _: None)


def again(told: RunOutcome, out: Path) -> tuple[dict[str, Any], RunOutcome]:
    """The file, and what the command gives."""
    assert told.status == "infeasible"
    assert told.relaxation is not None
    words = shlex.split(told.relaxation["command"])
    assert words[:3] == ["siting", "run", "--city"]
    at = words.index("--scenario")
    options = dict(zip(words[at::2], words[at + 1 :: 2], strict=True))
    sets = [value for key, value in zip(words[at::2], words[at + 1 :: 2], strict=True) if key == "--set"]
    found = solved([Path(word) for word in words[3:at]], options["--scenario"], sets, out)
    return tomllib.loads(Path(told.relaxation["file"]).read_text(encoding="utf-8")), found


THREE = 'lock.in=["S4:housekeeping","S1:photo_print","S3:photo_print"]'
LOCKED = 'lock.in=["S4:housekeeping"]'


@pytest.mark.parametrize(
    ("sets", "table"),
    [
        (("city.capital_cny=50000",), "city"),
        (("budget.capital_cny=20000", "phases.2025=12000", "phases.2026=8000", THREE), "phases"),
        (("budget.subsidy_cny_year=900", "types.housekeeping.subsidy_cny_year=2001"), "budget"),
    ],
)
def test_the_file_gives_the_city_what_it_lacks(towns: list[Path], tmp_path: Path, sets: tuple[str, ...], table: str):
    told = solved(towns[:2], "base", (*SETS, LOCKED, *sets), tmp_path)
    data, found = again(told, tmp_path)
    assert table in data
    assert found.run_dir, found.reasons_zh
    run = json.loads((Path(found.run_dir) / "run.json").read_text(encoding="utf-8"))
    if table == "budget":
        assert data["budget"]["subsidy_cny_year"] == 1001
    else:
        assert run["city"]["capital_cny"] == data["city"]["capital_cny"]
        assert "budget" not in data


def test_a_lock_of_a_circles_own_gives_way(towns: list[Path], tmp_path: Path):
    told = solved(towns[2:], "base", SETS, tmp_path)
    data, found = again(told, tmp_path)
    assert len(data["lock"]["in"]) == 2
    assert {text.split("-")[0] for text in data["lock"]["in"]} == {"C", "D"}
    assert found.run_dir, found.reasons_zh
