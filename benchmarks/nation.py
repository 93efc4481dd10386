"""Circles that share one budget: time a circle, gap and price rounds as the number of circles grows; 10,000 by the law.

``python -m benchmarks.nation --circles 12 48`` generates circles of 60 to 200 demand points (simulated), builds
each as an instance, and solves missing types, then basic coverage, under one budget, in two worker processes.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import peak_mib
from benchmarks.report import publish, setting, setting_lines, table
from models.nation import Answer, Circle, Question, answer, solve_nation
from models.solution import SolveOptions
from scenarios.catalogue import load_catalogue
from scenarios.library import layers_for
from siting.formulation import build
from siting.generator import CircleSpec, generate_tables
from siting.prepare import CircleInputs

_LEVELS = ("missing_types", "basic_coverage")
_OPTIONS = SolveOptions(mip_gap=1e-3, time_limit_s=20.0)


def main() -> None:
    """Measure each number of circles and publish."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nation", description=__doc__)
    parser.add_argument("--circles", nargs="+", type=int, default=[100, 300, 1000])
    parser.add_argument("--cny-per-circle", type=float, default=4_500_000.0)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    about = setting("benchmarks.nation")
    with tempfile.TemporaryDirectory(prefix="nation-") as folder, ProcessPoolExecutor(asked.jobs) as pool:
        began = time.perf_counter()
        circles = list(pool.map(partial(_make, Path(folder)), range(max(asked.circles)), chunksize=4))
        made = time.perf_counter() - began
        rows = []
        for n in asked.circles:
            rows.append(_solved(circles[:n], Path(folder), asked.cny_per_circle, pool))
            print(json.dumps(rows[-1]), flush=True)
    seconds = [row["cpu_per_circle"] for row in rows]
    data = {"setting": about, "made_seconds": made, "rows": rows, "ten_thousand_cpu_h": 10_000 * seconds[-1] / 3600}
    publish("nation", data, _lines(about, data))


def _make(folder: Path, n: int) -> Circle:
    """Circle ``n`` without its arrays' weight in the caller: written to ``folder``, named by its file."""
    rng = np.random.default_rng([7, n])
    n_demand, n_site = int(rng.integers(60, 201)), int(rng.integers(30, 61))
    people, area = int(n_demand * rng.integers(120, 200)), float(rng.uniform(0.8, 2.5))
    spec = CircleSpec(f"N{n:05d}", f"模拟{n}", n_demand=n_demand, n_site=n_site, population=people, area_km2=area)
    catalogue = load_catalogue()
    name, layers = layers_for("base")
    ready = CircleInputs(generate_tables(spec, catalogue, n).to_workspace(), catalogue, name, tuple(layers)).prepared()
    built = build(ready.workspace, ready.catalogue, ready.scenario, ready.walks, ready.gaps)
    circle = Circle(spec.id, built.instance, replace(built.rules, levels=_LEVELS, budget_cny=None))
    (folder / spec.id).write_bytes(pickle.dumps(circle))
    return circle


def _solved(circles: Sequence[Circle], folder: Path, each_cny: float, pool: ProcessPoolExecutor) -> dict[str, Any]:
    capital, spent = each_cny * len(circles), [0.0]
    names = sorted(circle.name for circle in circles)

    def ask_all(questions: Sequence[Question]) -> list[Answer]:
        asked = [(str(folder / names[q.circle]), q) for q in questions]
        done = list(pool.map(_answer, asked))
        spent[0] += sum(seconds for _, seconds in done)
        return [found for found, _ in done]

    began, own = time.perf_counter(), time.process_time()
    found = solve_nation(circles, capital, _OPTIONS, ask_all)
    cpu = spent[0] + time.process_time() - own
    levels = [(v.result.name, v.result.incumbent, v.result.bound, v.result.mip_gap, v.rounds) for v in found.levels]
    return {
        "circles": len(circles),
        "seconds": time.perf_counter() - began,
        "cpu_per_circle": cpu / len(circles),
        "questions_per_circle": found.questions / len(circles),
        "levels": levels,
        "price_residents_per_10000_cny": found.levels[-1].price * 1e4,
        "spent_share": found.spent_cny / capital,
        "peak_mib": peak_mib(),
        "load": os.getloadavg()[0],
    }


@cache
def _circle(path: str) -> Circle:
    circle: Circle = pickle.loads(Path(path).read_bytes())
    return circle


def _answer(asked: tuple[str, Question]) -> tuple[Answer, float]:
    began = time.process_time()
    return answer(_circle(asked[0]), asked[1], _OPTIONS), time.process_time() - began


def _lines(about: dict[str, Any], data: dict[str, Any]) -> list[str]:
    heads = ["circles", "wall s", "CPU s a circle", "questions a circle", "gap, missing types", "gap, basic coverage"]
    heads += ["rounds over all", "peak MiB, parent"]
    body = [
        (
            row["circles"],
            f"{row['seconds']:.0f}",
            f"{row['cpu_per_circle']:.2f}",
            f"{row['questions_per_circle']:.1f}",
            *(f"{level[3]:.4%}" for level in row["levels"]),
            row["levels"][-1][4],
            f"{row['peak_mib']:.0f}",
        )
        for row in data["rows"]
    ]
    law = f"At the last row's time a circle, 10,000 circles take {data['ten_thousand_cpu_h']:.1f} processor hours."
    return ["# A nation's budget", "", *setting_lines(about), "", *table(heads, body), "", law]


if __name__ == "__main__":
    main()
