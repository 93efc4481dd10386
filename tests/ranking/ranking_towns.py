"""Towns of a few rooms with ready distances, small enough to try every plan."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.lexicographic import solve
from models.solution import Solution, SolveOptions
from siting.formulation import Built, build
from siting.prepare import RunRequest, prepare

OPTIONS = SolveOptions(mip_gap=1e-9, time_limit_s=20.0)


@dataclass(frozen=True, eq=False)
class Town:
    """Residents of home i, metres from home i to room j, opening cost of room j, price of each type at room j."""

    residents: npt.NDArray[np.int64]
    metres: npt.NDArray[np.int64]
    opening: npt.NDArray[np.int64]
    price: npt.NDArray[np.int64]
    types: tuple[str, ...] = ("pharmacy", "laundry")

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "circle.toml").write_text('id = "T1"\nname = "试验圈"\n', encoding="utf-8")
        _csv(folder / "demand.csv", ["id", "residents"], [[f"D{i}", n] for i, n in enumerate(self.residents)])
        sites = [[f"S{j}", "vacant_room", 100, n] for j, n in enumerate(self.opening)]
        _csv(folder / "sites.csv", ["id", "kind", "area_m2", "opening_cny"], sites)
        walks = [[f"D{i}", f"S{j}", m] for (i, j), m in np.ndenumerate(self.metres)]
        _csv(folder / "distances.csv", ["from_id", "to_id", "metres"], walks)
        quotes = [[f"S{j}", self.types[k], n] for (j, k), n in np.ndenumerate(self.price)]
        _csv(folder / "costs.csv", ["site_id", "type", "cny"], quotes)
        return folder

    def build(self, folder: Path, levels: Sequence[str], *sets: str) -> Built:
        """The instance; every type reaches 500 m and asks nothing of the room."""
        plain = [f"types.{t}.{text}" for t in self.types for text in ("radius_m=500", "area_m2=0", "min_catchment=0")]
        chosen = (f"objective.levels={json.dumps(levels)}", f"catalogue.only={json.dumps(self.types)}")
        ready = prepare(RunRequest(self.write(folder), "base", (*chosen, *plain, *sets), folder.parent))
        return build(ready.workspace, ready.catalogue, ready.scenario, ready.walks, ready.gaps)


def random_town(seed: int, n_home: int = 7, n_site: int = 5) -> Town:
    """Homes with one to three rooms in reach, as a rule."""
    rng = np.random.default_rng(seed)
    return Town(
        residents=rng.integers(5, 200, n_home),
        metres=rng.integers(50, 1200, (n_home, n_site)),
        opening=rng.integers(10, 90, n_site) * 1000,
        price=rng.integers(5, 60, (n_site, 2)) * 1000,
    )


def islands(opening: Sequence[int]) -> Town:
    """One home of 100 residents at each room, out of reach of every other; one type at 5 000 元."""
    n = len(opening)
    metres = np.where(np.eye(n, dtype=bool), 100, 3000)
    return Town(np.full(n, 100), metres, np.array(opening), np.full((n, 1), 5000), ("pharmacy",))


def solved(built: Built) -> Solution:
    """The proven plan."""
    return solve(built.instance, built.rules, OPTIONS)


def _csv(path: Path, header: list[str], rows: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
