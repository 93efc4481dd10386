"""Circles that share one budget: time a circle, gap and price rounds as their number grows, the law, and 10,000 by it.

``python -m benchmarks.nation --circles 100 300 1000`` generates circles (simulated), builds each as an instance, and
solves missing types, then basic coverage, under one budget. Circle c belongs to worker process c mod jobs. Every row
begins afresh: models are assembled again, plans of other rows are not known. ``--keep FOLDER`` keeps the instances.
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

from benchmarks.growth import law_of, svg
from benchmarks.measure import peak_mib
from benchmarks.report import RESULTS, publish, setting, setting_lines, table
from models.nation import Answer, Circle, Priced, Question, ask_nation, capped
from models.solution import SolveOptions
from scenarios.catalogue import load_catalogue
from scenarios.library import layers_for
from siting.formulation import build
from siting.generator import CircleSpec, generate_tables
from siting.prepare import CircleInputs

_LEVELS = ("missing_types", "basic_coverage")
_OPTIONS = SolveOptions(mip_gap=1e-3, time_limit_s=20.0)
_WANTED = 10_000


def main() -> None:
    """Measure each number of circles and publish."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nation", description=__doc__)
    parser.add_argument("--circles", nargs="+", type=int, default=[30, 100, 300, 1000])
    parser.add_argument("--demand", nargs=2, type=int, default=[60, 80], help="demand points, least and most")
    parser.add_argument("--sites", nargs=2, type=int, default=[20, 25], help="rooms, least and most")
    parser.add_argument("--cny-per-circle", type=float, default=2_500_000.0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="folder of instances, used again")
    asked = parser.parse_args()
    about = setting("benchmarks.nation")
    with tempfile.TemporaryDirectory(prefix="nation-") as made_here, ExitStack() as stack:
        folder = asked.keep or Path(made_here)
        folder.mkdir(parents=True, exist_ok=True)
        pools = [stack.enter_context(ProcessPoolExecutor(1)) for _ in range(asked.jobs)]
        make = partial(_make, folder, tuple(asked.demand), tuple(asked.sites))
        made = [pools[n % asked.jobs].submit(make, n) for n in range(max(asked.circles))]
        building = [seconds for seconds in (one.result() for one in made) if seconds]
        rows = []
        for n in asked.circles:
            rows.append(_solved(n, folder, asked.cny_per_circle, pools))
            print(json.dumps(rows[-1]), flush=True)
            data = {"setting": about, "build_cpu_s": float(np.mean(building)) if building else None, "rows": rows}
            publish("nation", data, _lines(about, data))


def _make(folder: Path, demand: tuple[int, int], sites: tuple[int, int], n: int) -> float:
    """Write circle ``n`` to ``folder``, named by its file; its CPU seconds, 0 where it is there already."""
    began = time.process_time()
    if (folder / _name(n)).exists():
        return 0.0
    rng = np.random.default_rng([7, n])
    n_demand, n_site = int(rng.integers(demand[0], demand[1] + 1)), int(rng.integers(sites[0], sites[1] + 1))
    people, area = int(n_demand * rng.integers(120, 200)), float(rng.uniform(0.8, 2.5))
    spec = CircleSpec(_name(n), f"模拟{n}", n_demand=n_demand, n_site=n_site, population=people, area_km2=area)
    catalogue = load_catalogue()
    name, layers = layers_for("base")
    ready = CircleInputs(generate_tables(spec, catalogue, n).to_workspace(), catalogue, name, tuple(layers)).prepared()
    built = build(ready.workspace, ready.catalogue, ready.scenario, ready.walks, ready.gaps)
    circle = Circle(spec.id, built.instance, replace(built.rules, levels=_LEVELS, budget_cny=None))
    (folder / spec.id).write_bytes(pickle.dumps(circle))
    return time.process_time() - began


def _name(n: int) -> str:
    return f"N{n:05d}"


def _solved(n: int, folder: Path, each_cny: float, pools: Sequence[ProcessPoolExecutor]) -> dict[str, Any]:
    capital, spent = each_cny * n, [0.0]
    names = [_name(c) for c in range(n)]
    for pool in pools:
        pool.submit(_forget).result()

    def ask_all(questions: Sequence[Question]) -> list[Answer]:
        at = [(q, str(folder / names[q.circle])) for q in questions]
        asked = [pools[q.circle % len(pools)].submit(_answer, path, capital, q) for q, path in at]
        done = [one.result() for one in asked]
        spent[0] += sum(seconds for _, seconds in done)
        return [found for found, _ in done]

    began, own = time.perf_counter(), time.process_time()
    found = ask_nation(names, _LEVELS, capital, _OPTIONS, ask_all)
    master = time.process_time() - own
    levels = [(v.result.name, v.result.incumbent, v.result.bound, v.result.mip_gap, v.rounds) for v in found.levels]
    return {
        "circles": n,
        "seconds": time.perf_counter() - began,
        "cpu_s": spent[0] + master,
        "master_cpu_s": master,
        "questions_per_circle": found.questions / n,
        "levels": levels,
        "price_residents_per_10000_cny": found.levels[-1].price * 1e4,
        "spent_share": found.spent_cny / capital,
        "peak_mib": peak_mib(),
        "workers_peak_mib": [pool.submit(peak_mib).result() for pool in pools],
        "load": os.getloadavg()[0],
    }


@cache
def _priced(path: str, capital_cny: float) -> Priced:
    circle: Circle = pickle.loads(Path(path).read_bytes())
    return Priced(capped(circle, capital_cny))


def _forget() -> None:
    _priced.cache_clear()


def _answer(path: str, capital_cny: float, question: Question) -> tuple[Answer, float]:
    began = time.process_time()
    return _priced(path, capital_cny).answer(question, _OPTIONS), time.process_time() - began


def _line(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Fixed seconds, not under 0, and seconds a circle: least squares of the seconds a circle over all rows."""
    n, seconds = np.array(points).T
    (fixed, each), *_ = np.linalg.lstsq(np.column_stack([1 / n, np.ones(len(n))]), seconds / n)
    return (float(fixed), float(each)) if fixed >= 0 else (0.0, float(np.mean(seconds / n)))


def _lines(about: dict[str, Any], data: dict[str, Any]) -> list[str]:
    heads = ["circles", "wall s", "CPU s a circle", "master, CPU s", "questions a circle"]
    heads += ["gap, missing types", "gap, basic coverage", "rounds over all", "peak MiB: parent, a worker", "load"]
    body = [
        (
            row["circles"],
            f"{row['seconds']:.0f}",
            f"{row['cpu_s'] / row['circles']:.2f}",
            f"{row['master_cpu_s']:.1f}",
            f"{row['questions_per_circle']:.1f}",
            *(f"{level[3]:.4%}" for level in row["levels"]),
            row["levels"][-1][4],
            f"{row['peak_mib']:.0f}, {max(row['workers_peak_mib']):.0f}",
            f"{row['load']:.1f}",
        )
        for row in data["rows"]
    ]
    lines = ["# A nation's budget", "", *setting_lines(about), "", *table(heads, body), ""]
    if data["build_cpu_s"]:
        lines += [f"Generating, measuring and building a circle: {data['build_cpu_s']:.2f} CPU s besides."]
    points = [(float(row["circles"]), float(row["cpu_s"])) for row in data["rows"]]
    law = law_of(points)
    if law is not None:
        fixed, each_s = _line(points)
        hours = (fixed + each_s * _WANTED) / 3600
        lines += [
            f"CPU seconds grow as {law}; as a line, {fixed:.0f} + {each_s:.3f} a circle,"
            f" by which {_WANTED:,} circles take {hours:.2f} processor hours."
        ]
        each = [(n, seconds / n) for n, seconds in points]
        picture = svg("CPU seconds by circles: all, and a circle", {"all circles": points, "a circle": each})
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "nation.svg").write_text(picture, encoding="utf-8")
        lines += ["", "![CPU seconds by circles](nation.svg)"]
    return lines


if __name__ == "__main__":
    main()
