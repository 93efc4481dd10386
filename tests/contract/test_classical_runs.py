"""The classical problems as workspaces on disk, through the command line, against plain enumeration.

Written from the contract alone: a folder with CSV tables and ready distances, a scenario file, run.json. One problem of
each solver, and every ending that is not 0, in a process of its own; the others in this one.
"""

from __future__ import annotations

import csv
import itertools
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support.tasks import batch_here
from typer.testing import CliRunner

from siting.cli.app import app

TYPE = "pharmacy"
PLAIN = "area_m2 = 0\nmin_catchment = 0\n"


def write_csv(path: Path, header: list[str], rows: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


class Town:
    """A random town: residents of each home, metres from home to site, a price for each site."""

    def __init__(self, seed: int, n_home: int = 12, n_site: int = 7) -> None:
        rng = np.random.default_rng(seed)
        self.residents = rng.integers(5, 200, n_home)
        self.metres = rng.integers(50, 1500, (n_home, n_site))
        self.opening = rng.integers(10, 90, n_site) * 1000
        self.price = rng.integers(5, 60, (n_site, 2)) * 1000

    def write(self, folder: Path) -> Path:
        folder.mkdir()
        (folder / "circle.toml").write_text('id = "T1"\nname = "试验圈"\n', encoding="utf-8")
        write_csv(folder / "demand.csv", ["id", "residents"], [[f"D{i}", r] for i, r in enumerate(self.residents)])
        sites = [[f"S{j}", "vacant_room", 100, int(c)] for j, c in enumerate(self.opening)]
        write_csv(folder / "sites.csv", ["id", "kind", "area_m2", "opening_cny"], sites)
        pairs = [[f"D{i}", f"S{j}", int(m)] for (i, j), m in np.ndenumerate(self.metres)]
        write_csv(folder / "distances.csv", ["from_id", "to_id", "metres"], pairs)
        quotes = [[f"S{j}", t, int(self.price[j, n])] for j in range(len(self.opening)) for n, t in enumerate(TYPES)]
        write_csv(folder / "costs.csv", ["site_id", "type", "cny"], quotes)
        return folder


TYPES = (TYPE, "laundry")


def siting(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from siting.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)


def siting_here(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The same command without a process of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)
        done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


def run(tmp_path: Path, town: Town, scenario: str, solver: str = "highs", call=siting_here) -> dict:
    folder = tmp_path / "town"
    if not folder.exists():
        town.write(folder)
    file = tmp_path / "classical.toml"
    file.write_text(scenario, encoding="utf-8")
    out = tmp_path / f"out_{solver}"
    done = call("run", folder, "--scenario", file, "--out", out, "--solver", solver, "--json", "-q")
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["schema_version"] == 1
    return json.loads((out / "classical" / "T1" / "run.json").read_text(encoding="utf-8"))


def levels(data: dict) -> dict[str, float]:
    assert all(level["status"] == "optimal" and level["mip_gap"] <= 1e-4 for level in data["levels"])
    return {level["name"]: level["incumbent"] for level in data["levels"]}


def scenario(names: list[str], radius: int, rest: str = "", types: tuple[str, ...] = (TYPE,)) -> str:
    tables = "".join(f"[types.{t}]\nradius_m = {radius}\n{PLAIN}" for t in types)
    return f"[objective]\nlevels = {json.dumps(names)}\n[catalogue]\nonly = {json.dumps(types)}\n{rest}\n{tables}"


def choices(n_site: int, most: int):
    return (c for size in range(most + 1) for c in itertools.combinations(range(n_site), size))


@pytest.mark.parametrize("solver", ["highs", "cpsat", "cbc"])
@pytest.mark.parametrize("seed", [1, 2])
def test_maximal_covering(tmp_path, seed, solver):
    town = Town(seed)
    asked = scenario(["basic_coverage"], 500, "[limits]\nmax_sites = 2")
    data = run(tmp_path, town, asked, solver, siting if seed == 1 else siting_here)
    near = town.metres <= 500
    best = max(town.residents[near[:, list(c)].any(axis=1)].sum() for c in choices(7, 2))
    assert levels(data)["basic_coverage"] == best == data["totals"]["residents_newly_covered"]


@pytest.mark.parametrize("solver", ["highs", "large", "cpsat", "cbc"])
@pytest.mark.parametrize("seed", [3, 4])
def test_set_covering(tmp_path, seed, solver):
    town = Town(seed)
    data = run(tmp_path, town, scenario(["sites"], 900, f"[coverage_floor]\n{TYPE} = 1.0"), solver)
    near = town.metres <= 900
    fewest = next(len(c) for c in choices(7, 7) if near[:, list(c)].any(axis=1).all())
    assert levels(data)["sites"] == fewest == len({pick["site"] for pick in data["picks"]})


@pytest.mark.parametrize("solver", ["highs", "large", "cpsat", "cbc"])
def test_median_and_center(tmp_path, solver):
    town = Town(5)
    plans = list(itertools.combinations(range(7), 3))
    near = [town.metres[:, list(c)].min(axis=1) for c in plans]
    data = run(tmp_path, town, scenario(["walking"], 300, "[limits]\nmax_sites = 3"), solver)
    assert levels(data)["walking"] == min((town.residents * d).sum() for d in near)
    (tmp_path / f"out_{solver}").rename(tmp_path / "median")
    data = run(tmp_path, town, scenario(["farthest_walk"], 300, "[limits]\nmax_sites = 3"), solver)
    assert levels(data)["farthest_walk"] == min(d.max() for d in near)


@pytest.mark.parametrize("solver", ["highs", "large", "cpsat", "cbc"])
def test_multi_service_set_covering(tmp_path, solver):
    town = Town(6, n_home=8, n_site=5)
    floors = "[coverage_floor]\n" + "".join(f"{t} = 1.0\n" for t in TYPES)
    data = run(tmp_path, town, scenario(["cost"], 900, floors, TYPES), solver)
    near = town.metres <= 900
    covering = [c for c in choices(5, 5) if c and near[:, list(c)].any(axis=1).all()]
    cheapest = min(
        town.opening[sorted({*a, *b})].sum() + town.price[list(a), 0].sum() + town.price[list(b), 1].sum()
        for a, b in itertools.product(covering, covering)
    )
    assert levels(data)["cost"] == cheapest == data["totals"]["cost_cny"]
    assert sum(pick["cost"] for pick in data["picks"]) == pytest.approx(cheapest)


def test_a_radius_is_inclusive(tmp_path):
    town = Town(7)
    town.metres[:] = 900
    town.metres[0, 0] = 400
    data = run(tmp_path, town, scenario(["basic_coverage"], 400, "[limits]\nmax_sites = 1"))
    assert levels(data)["basic_coverage"] == town.residents[0]


def test_proven_infeasible_is_4_with_reasons_and_writes_the_nearest_scenario_alone(tmp_path):
    folder = Town(8).write(tmp_path / "town")
    file = tmp_path / "hard.toml"
    text = scenario(["sites"], 900, f"[limits]\nmax_sites = 0\n[coverage_floor]\n{TYPE} = 1.0")
    file.write_text(text, encoding="utf-8")
    done = siting("run", folder, "--scenario", file, "--out", tmp_path / "out", "--json", "-q")
    assert done.returncode == 4
    told = json.loads(done.stdout)
    assert told["circles"][0]["status"] == "infeasible"
    assert "只改“启用点位至多 0 个”一项：最少要" in done.stdout
    assert [path.name for path in (tmp_path / "out").rglob("*") if path.is_file()] == ["T1.可行情景.toml"]


def test_no_time_is_5_and_no_solver_is_6(tmp_path):
    folder = Town(9).write(tmp_path / "town")
    file = tmp_path / "mclp.toml"
    file.write_text(scenario(["basic_coverage"], 500, "[limits]\nmax_sites = 2"), encoding="utf-8")
    common = ("run", folder, "--scenario", file, "--out", tmp_path / "out", "-q")
    assert siting(*common, "--solver", "no_such_solver").returncode == 6
    assert siting("run", folder, "--scenario", "no_such_scenario", "--out", tmp_path / "out").returncode == 3
    assert not list((tmp_path / "out").rglob("run.json"))
