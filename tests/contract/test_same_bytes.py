"""A run is the same bytes twice, holds what the contract names, and is harmless whatever the names are."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from support.tasks import batch_here
from typer.testing import CliRunner, Result

from scenarios.catalogue import load_catalogue
from siting.cli.app import app
from siting.generator import CircleSpec, generate_circle

RUN = "from siting.cli import main; main()"
LEVEL_KEYS = {"name", "incumbent", "bound", "mip_gap", "seconds", "status"}
TOTAL_KEYS = {"cost_cny", "residents_newly_covered", "missing_types_filled"}
PICK_KEYS = {"site", "type", "host", "year", "cost", "rank"}
NAMES = ["=cmd|'/C calc'!A0", "=cmd()", "<script>alert(1)</script>", "[red]红[/red]", "🏪🧑‍🦽", "+1", "@SUM(A1)"]
LONGEST, TOO_LONG = "长" * 200, "长" * 4000


def words(folder: Path, out: Path) -> list[str]:
    return ["run", str(folder), "--out", str(out), "--seed", "3", "--json", "-q"]


def start(folder: Path, out: Path, hash_seed: int = 0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *words(folder, out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONHASHSEED": str(hash_seed)},
    )


def finish(process: subprocess.Popen[str], out: Path) -> Path:
    told, errors = process.communicate(timeout=120)
    assert process.returncode == 0, told + errors
    assert "Traceback" not in told + errors
    return out / "base" / "K2"


def run_here(folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> Result:
    """In this very process: what comes of the names does not ask for one of its own."""
    monkeypatch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)
    return CliRunner().invoke(app, words(folder, out))


def make(folder: Path) -> Path:
    spec = CircleSpec(id="K2", name="小圈", n_demand=12, n_site=5, population=2_500, area_km2=0.4)
    return generate_circle(spec, load_catalogue(), folder, seed=2)


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """The workspace, and two runs of it: one process after the other, so that a clock would show; two hash seeds."""
    base = tmp_path_factory.mktemp("twice")
    folder = make(base / "K2")
    outs = [base / "out_a", base / "out_b"]
    first, second = (finish(start(folder, out, seed), out) for seed, out in enumerate(outs, 1))
    return folder, first, second


def loaded(run: Path) -> dict[str, Any]:
    return json.loads((run / "run.json").read_text(encoding="utf-8"))


def without_seconds(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_seconds(inner) for key, inner in value.items() if key != "seconds"}
    return [without_seconds(inner) for inner in value] if isinstance(value, list) else value


def test_run_json_is_the_same_but_for_seconds(twice):
    _, first, second = twice
    assert json.dumps(without_seconds(loaded(first))) == json.dumps(without_seconds(loaded(second)))


@pytest.mark.parametrize("name", ["result.xlsx", "result.gpkg", "report.html"])
def test_results_are_the_same_bytes(twice, name):
    _, first, second = twice
    assert (first / name).read_bytes() == (second / name).read_bytes()


def test_run_json_has_what_the_contract_names(twice):
    folder, run, _ = twice
    data = loaded(run)
    assert data["schema_version"] == 1
    assert (data["seed"], data["solver"]) == (3, "highs")
    assert {"python", "numpy", "scipy", "highspy"} <= data["versions"].keys()
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    assert {entry["path"]: entry["sha256"] for entry in data["inputs"]} == files
    assert data["levels"]
    assert all(level.keys() >= LEVEL_KEYS for level in data["levels"])
    assert data["totals"].keys() >= TOTAL_KEYS
    assert data["picks"]
    assert all(pick.keys() >= PICK_KEYS for pick in data["picks"])


def test_every_value_of_the_scenario_says_where_it_came_from(twice):
    scenario = loaded(twice[1])["scenario"]
    origin = scenario["origin"]
    assert all(origin.values())
    for key in ("budget.capital_cny", "objective.levels", "walking.adult_m_s", "solver.mip_gap"):
        assert key in origin
    leaves = {f"{table}.{key}" for table in ("budget", "limits", "walking") for key in scenario["values"][table]}
    assert leaves <= origin.keys()


def rename(folder: Path) -> None:
    """Names that mean something to a spreadsheet, a browser or a terminal; the longest address allowed."""
    book = openpyxl.load_workbook(folder / "survey.xlsx")
    for sheet in ("居民点", "现有网点", "候选点"):
        page = book[sheet]
        headers = [cell.value for cell in page[1]]
        for row in range(2, page.max_row + 1):
            cell = page.cell(row, headers.index("名称") + 1, NAMES[(row - 2) % len(NAMES)])
            cell.data_type = "s"
            if "地址" in headers:
                page.cell(row, headers.index("地址") + 1, LONGEST)
    book.save(folder / "survey.xlsx")


def test_names_come_out_harmless(tmp_path, monkeypatch):
    folder = make(tmp_path / "K2")
    rename(folder)
    out = tmp_path / "out"
    done = run_here(folder, out, monkeypatch)
    assert done.exit_code == 0, done.output
    assert "Traceback" not in done.output
    run = out / "base" / "K2"
    with zipfile.ZipFile(run / "result.xlsx") as archive:
        parts = {name: archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith(".xml")}
    sheets = [text for name, text in parts.items() if name.startswith("xl/worksheets/")]
    assert sheets
    assert not [text for text in sheets if "<f>" in text or "<f " in text or "<hyperlink" in text]
    assert not [text for text in parts.values() if "<script" in text]
    book = openpyxl.load_workbook(run / "result.xlsx")
    cells = [cell for page in book for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert all(cell.data_type == "s" for cell in cells)
    shown = " ".join(cell.value for cell in cells)
    assert not [name for name in NAMES[:5] if name not in shown], "shown as they stand"
    starts = [cell for cell in cells if cell.value.startswith(("=", "+", "-", "@"))]
    assert starts
    assert all(cell.quotePrefix for cell in starts), "editing the cell must not turn it into a formula"


def test_a_name_of_4000_characters_is_refused_with_its_place(tmp_path, monkeypatch):
    folder = make(tmp_path / "K2")
    book = openpyxl.load_workbook(folder / "survey.xlsx")
    book["候选点"].cell(2, 2, TOO_LONG)
    book.save(folder / "survey.xlsx")
    done = run_here(folder, tmp_path / "out", monkeypatch)
    (fault,) = json.loads(done.stdout)["circles"][0]["faults"]
    assert (done.exit_code, fault["code"], fault["row"]) == (3, "long-text", 2)
    assert len(done.stdout) < 3000
    assert "Traceback" not in done.output
    assert not list((tmp_path / "out").rglob("*"))
