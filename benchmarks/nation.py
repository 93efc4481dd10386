"""Circles that share one budget: time a circle, gap and price rounds as the number of circles grows.

``python -m benchmarks.nation --circles 12 48`` generates circles (simulated), builds each as an instance, and
solves missing types, then basic coverage, under one budget. Circle c belongs to worker process c mod jobs, which keeps
its model; plans of one row are not known to the next.
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
from contextlib import ExitStack
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import peak_mib
from benchmarks.report import publish, setting, setting_lines, table
from models.nation import Answer, Circle, Priced, Question, solve_nation
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
    parser.add_argument("--circles", nargs="+", type=int, default=[24, 48, 96])
    parser.add_argument("--demand", nargs=2, type=int, default=[60, 80], help="demand points, least and most")
    parser.add_argument("--sites", nargs=2, type=int, default=[20, 25], help="rooms, least and most")
    parser.add_argument("--cny-per-circle", type=float, default=2_500_000.0)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    about = setting("benchmarks.nation")
    with tempfile.TemporaryDirectory(prefix="nation-") as folder, ExitStack() as stack:
        began = time.perf_counter()
        pools = [stack.enter_context(ProcessPoolExecutor(1)) for _ in range(asked.jobs)]
        make = partial(_make, Path(folder), tuple(asked.demand), tuple(asked.sites))
        made_by = [pools[n % asked.jobs].submit(make, n) for n in range(max(asked.circles))]
        circles = [one.result() for one in made_by]
        made = time.perf_counter() - began
        rows = []
        for n in asked.circles:
            rows.append(_solved(circles[:n], Path(folder), asked.cny_per_circle, pools))
            print(json.dumps(rows[-1]), flush=True)
    data = {"setting": about, "made_seconds": made, "rows": rows}
    publish("nation", data, _lines(about, data))


def _make(folder: Path, demand: tuple[int, int], sites: tuple[int, int], n: int) -> Circle:
    """Circle ``n`` without its arrays' weight in the caller: written to ``folder``, named by its file."""
    rng = np.random.default_rng([7, n])
    n_demand, n_site = int(rng.integers(demand[0], demand[1] + 1)), int(rng.integers(sites[0], sites[1] + 1))
    people, area = int(n_demand * rng.integers(120, 200)), float(rng.uniform(0.8, 2.5))
    spec = CircleSpec(f"N{n:05d}", f"模拟{n}", n_demand=n_demand, n_site=n_site, population=people, area_km2=area)
    catalogue = load_catalogue()
    name, layers = layers_for("base")
    ready = CircleInputs(generate_tables(spec, catalogue, n).to_workspace(), catalogue, name, tuple(layers)).prepared()
    built = build(ready.workspace, ready.catalogue, ready.scenario, ready.walks, ready.gaps)
    circle = Circle(spec.id, built.instance, replace(built.rules, levels=_LEVELS, budget_cny=None))
    (folder / spec.id).write_bytes(pickle.dumps(circle))
    return circle


def _solved(
    circles: Sequence[Circle], folder: Path, each_cny: float, pools: Sequence[ProcessPoolExecutor]
) -> dict[str, Any]:
    capital, spent = each_cny * len(circles), [0.0]
    names = sorted(circle.name for circle in circles)

    def ask_all(questions: Sequence[Question]) -> list[Answer]:
        at = [(q, str(folder / names[q.circle])) for q in questions]
        asked = [pools[q.circle % len(pools)].submit(_answer, path, q) for q, path in at]
        done = [one.result() for one in asked]
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
def _priced(path: str) -> Priced:
    circle: Circle = pickle.loads(Path(path).read_bytes())
    return Priced(circle)


def _answer(path: str, question: Question) -> tuple[Answer, float]:
    began = time.process_time()
    return _priced(path).answer(question, _OPTIONS), time.process_time() - began


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
    return ["# A nation's budget", "", *setting_lines(about), "", *table(heads, body)]


if __name__ == "__main__":
    main()
