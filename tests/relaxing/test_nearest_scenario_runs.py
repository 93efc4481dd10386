"""The nearest possible scenario that an infeasible run writes runs, as the command says, and is the same twice."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from ranking.ranking_towns import islands
from support.tasks import batch_here
from typer.testing import CliRunner

from scenarios.library import layers_for
from siting.cli.app import app

COMMON = """
[objective]
levels = ["basic_coverage", "cost"]
[catalogue]
only = ["pharmacy"]
[types.pharmacy]
radius_m = 500
area_m2 = 0
min_catchment = 0
subsidy_cny_year = 1000
"""
CASES = {
    "budget": ('[lock]\nin = ["S0"]\n[budget]\ncapital_cny = 12_345', (), {"budget": {"capital_cny": 15_000}}),
    "subsidy": (
        '[lock]\nin = ["S0:药店"]\n[budget]\nsubsidy_cny_year = 900',
        (),
        {"budget": {"subsidy_cny_year": 1000}},
    ),
    "sites": ('[lock]\nin = ["S0", "S1", "S2"]\n[limits]\nmax_sites = 2', (), {"limits": {"max_sites": 3}}),
    "outlets": ('[lock]\nin = ["S0", "S1", "S2"]\n[limits]\nmax_outlets = 2', (), {"limits": {"max_outlets": 3}}),
    "floor": ("[limits]\nmax_sites = 1", ("coverage_floor.药店=0.9",), {"coverage_floor": {"pharmacy": 0.3333}}),
    "lock in": (
        '[lock]\nin = ["S1", "S0：药店"]\n[limits]\nmax_outlets = 1\n[budget]\ncapital_cny = 15_000',
        (),
        {"lock": {"in": ["S0:pharmacy"]}},
    ),
    "lock out": (
        '[coverage_floor]\npharmacy = 1.0\n[lock]\nin = ["S2"]\nout = ["S2：药店"]',
        (),
        {"lock": {"out": []}},
    ),
    "years": (
        '[lock]\nin = ["S0:pharmacy@2026", "S1"]\n[phases]\n2025 = 15_000\n2026 = 14_000',
        (),
        {"phases": {"2025": 20_500, "2026": 19_500}},
    ),
    "a year's lock": (
        '[lock]\nin = ["S0：药店@2025"]\n[phases]\n2025 = 5_000\n2026 = 5_000\n[budget]\ncapital_cny = 9_000',
        (),
        {"lock": {"in": []}},
    ),
    "two": (
        '[lock]\nin = ["S0"]\n[budget]\ncapital_cny = 14_000\nsubsidy_cny_year = 900',
        (),
        {"lock": {"in": []}},
    ),
}


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)


def call(words: Sequence[str]) -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(app, [*words, "--json", "-q"])
    (circle,) = json.loads(result.stdout)["circles"]
    return result.exit_code, circle


def start(folder: Path, text: str, own: str = "") -> list[str]:
    """A town of three rooms that share no home, and a scenario file; the words of a run."""
    town = islands([10_000, 20_000, 30_000]).write(folder / "town")
    with (town / "circle.toml").open("a", encoding="utf-8") as file:
        file.write(own)
    scenario = folder / "难.toml"
    scenario.write_text(text + COMMON, encoding="utf-8")
    return ["run", str(town), "--scenario", str(scenario), "--out", str(folder / "out")]


def sets_of(texts: Sequence[str]) -> list[str]:
    return [word for text in texts for word in ("--set", text)]


@pytest.mark.parametrize("name", CASES)
def test_the_file_runs(name: str, tmp_path: Path):
    text, sets, wanted = CASES[name]
    words = start(tmp_path, text)
    code, circle = call([*words, *sets_of(sets)])
    assert (code, circle["status"]) == (4, "infeasible")
    found = circle["relaxation"]
    assert found["nearest"]["fewest_proven"]
    path = Path(found["file"])
    assert path == tmp_path / "out" / "难" / "T1.可行情景.toml"
    assert [p for p in (tmp_path / "out").rglob("*") if p.is_file()] == [path]
    assert path.read_text(encoding="utf-8").startswith("# 最近的可行情景：T1 试验圈，")
    _, (*_, layer) = layers_for(str(path))
    assert layer.data == wanted
    command = shlex.split(found["command"])
    assert command[0] == "siting"
    code, circle = call([*command[1:], "--out", str(tmp_path / "again")])
    assert (code, circle["status"]) == (0, "optimal"), circle
    assert Path(circle["run_dir"]) == tmp_path / "again" / "难+可行情景" / "T1"


def test_what_lies_above_the_file_is_told_to_give_way(tmp_path: Path):
    """``circle.toml`` sets the budget, a ``--set`` several floors at once: both would lie over the file again."""
    own = "[scenario.budget]\ncapital_cny = 12_000\n"
    words = start(tmp_path, '[lock]\nin = ["S0"]', own)
    code, circle = call([*words, "--set", "limits.max_sites=2"])
    assert code == 4
    command = shlex.split(circle["relaxation"]["command"])
    assert command[-4:] == ["--set", "limits.max_sites=2", "--set", "budget.capital_cny=15000"]
    assert call([*command[1:], "--out", str(tmp_path / "again")])[0] == 0


def test_a_set_that_was_changed_is_left_out_of_the_command(tmp_path: Path):
    words = start(tmp_path, '[lock]\nin = ["S0"]')
    _, circle = call([*words, "--set", "budget.capital_cny=12000"])
    assert "--set" not in circle["relaxation"]["command"]
    code, _ = call([*shlex.split(circle["relaxation"]["command"])[1:], "--out", str(tmp_path / "again")])
    assert code == 0


def test_a_folder_with_a_plus_is_no_trouble(tmp_path: Path):
    """``base+难.toml`` writes below ``base+难``; the path of the file then holds a plus itself."""
    words = start(tmp_path, '[lock]\nin = ["S0"]\n[budget]\ncapital_cny = 12_000')
    words[words.index("--scenario") + 1] = "base+" + words[words.index("--scenario") + 1]
    code, circle = call(words)
    assert code == 4
    assert Path(circle["relaxation"]["file"]).parent.name == "base+难"
    command = shlex.split(circle["relaxation"]["command"])
    assert call([*command[1:], "--out", str(tmp_path / "again")])[0] == 0


def test_it_is_the_same_bytes_twice(tmp_path: Path):
    words = start(tmp_path, '[lock]\nin = ["S0"]\n[budget]\ncapital_cny = 12_000')
    _, circle = call(words)
    path = Path(circle["relaxation"]["file"])
    first = path.read_bytes()
    path.write_text("half", encoding="utf-8")
    again = call(words)[1]
    assert path.read_bytes() == first
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert again["relaxation"] == circle["relaxation"]


def test_names_from_files_stay_on_their_line(tmp_path: Path):
    words = start(tmp_path, '[lock]\nin = ["S0"]\n[budget]\ncapital_cny = 12_000')
    town = tmp_path / "town" / "circle.toml"
    town.write_text('id = "T1"\nname = "圈\\n[budget]\\ncapital_cny = 1 \\u202e"\n', encoding="utf-8")
    _, circle = call(words)
    path = Path(circle["relaxation"]["file"])
    _, (*_, layer) = layers_for(str(path))
    assert layer.data == {"budget": {"capital_cny": 15_000}}


def test_a_folder_that_cannot_be_written_does_not_hide_the_reasons(tmp_path: Path):
    words = start(tmp_path, '[lock]\nin = ["S0"]\n[budget]\ncapital_cny = 12_000')
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "难").write_text("a file", encoding="utf-8")
    code, circle = call(words)
    assert code == 4
    assert circle["relaxation"]["file"] is None
    assert circle["reasons"][-1].startswith("可行情景没有写成")
