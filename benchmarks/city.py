"""A city of overlapping circles (simulated) as one model under one budget, against the budget split by residents.

``python -m benchmarks.city --columns 10 --rows 5`` cuts 50 circles from one layout, runs them as ``siting run --city``
does, checks the run as ``siting verify`` does, and writes down each level with its bound, time and memory.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measure import peak_mib
from benchmarks.report import publish, setting, setting_lines, table
from scenarios.catalogue import load_catalogue
from siting.audit import audit_run
from siting.bundle import ResultBundle
from siting.city.run import CityRequest, run_city
from siting.generator.city_cut import CitySpec, generate_city
from siting.outputs.words import level_words
from siting.outputs.writer import write_run
from siting.pipeline import ProgressEvent, RunRequest


def main() -> None:
    """Generate, run, check, publish."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.city", description=__doc__)
    parser.add_argument("--columns", type=int, default=10)
    parser.add_argument("--rows", type=int, default=5)
    parser.add_argument("--demand", type=int, default=60, help="demand points of a circle's cell")
    parser.add_argument("--sites", type=int, default=20, help="rooms of a circle's cell")
    parser.add_argument("--cny-per-circle", type=float, default=1_500_000.0)
    parser.add_argument("--solver", default="highs")
    parser.add_argument("--time-limit", type=float, default=30.0, help="seconds of a level")
    parser.add_argument("--mip-gap", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--name", default="city", help="name of the result under benchmarks/results")
    asked = parser.parse_args()
    about = setting("benchmarks.city")
    spec = CitySpec(asked.columns, asked.rows, asked.demand, asked.sites)
    with tempfile.TemporaryDirectory(prefix="city-") as text:
        folder = Path(text)
        circles = generate_city(spec, load_catalogue(), folder / "circles", asked.seed)
        request = RunRequest(
            circles[0],
            sets=(f"city.capital_per_circle_cny={asked.cny_per_circle}",),
            out=folder / "out",
            seed=asked.seed,
            solver=asked.solver,
            time_limit_s=asked.time_limit,
            mip_gap=asked.mip_gap,
        )
        wall, cpu = time.perf_counter(), time.process_time()
        bundle = run_city(CityRequest(circles, False, request), _tell)
        record = _record(bundle) | {
            "setting": about,
            "asked": vars(asked),
            "seconds": time.perf_counter() - wall,
            "cpu_seconds": time.process_time() - cpu,
            "peak_mib": peak_mib(),
        }
        write_run(bundle, folder / "run")
        began = time.perf_counter()
        report = audit_run(folder / "run")
        record |= {"verified": report.ok, "verify_seconds": time.perf_counter() - began}
    publish(asked.name, record, _lines(record))


def _tell(event: ProgressEvent) -> None:
    if not event.level and not event.done:
        print(f"{time.strftime('%H:%M:%S')} {event.stage_zh}", flush=True)


def _record(bundle: ResultBundle) -> dict[str, Any]:
    city = bundle.city
    assert city is not None
    ws = bundle.workspace
    return {
        "circles": len(city.circles),
        "demand": len(ws.demand),
        "sites": len(ws.sites),
        "types": len(bundle.gaps.rows),
        "residents": bundle.gaps.residents,
        "residents_of_circles": sum(circle.residents for circle in city.circles),
        "places_of_several": len(city.merges),
        "networks": len({circle.network for circle in city.circles}),
        "capital_cny": city.capital_cny,
        "stages": dict(bundle.seconds),
        "levels": [
            {
                "name": level.name,
                "incumbent": level.incumbent,
                "bound": level.bound,
                "gap": level.mip_gap,
                "seconds": level.seconds,
                "status": str(level.termination),
                "split": beside.split,
            }
            for level, beside in zip(bundle.levels, city.split, strict=True)
        ],
        "cost_cny": bundle.totals.cost_cny,
        "residents_newly_covered": bundle.totals.residents_newly_covered,
        "missing_filled": bundle.totals.missing_types_filled,
        "split_cost_cny": city.split_cost_cny,
        "split_residents": city.split_residents,
        "split_missing": city.split_missing,
        "split_dropped": city.split_dropped,
        "alone_optimal": sum(circle.alone_status == "optimal" for circle in city.circles),
    }


def _lines(r: dict[str, Any]) -> list[str]:
    rows = [
        (
            level["name"],
            f"{level['incumbent']:,.3f}",
            "–" if level["bound"] is None else f"{level['bound']:,.3f}",
            f"{level['gap']:.2%}" if math.isfinite(level["gap"]) else "–",
            f"{level['seconds']:.1f}",
            f"{level['split']:,.3f}",
            f"{level['incumbent'] - level['split']:+,.3f} {level_words(level['name']).unit_zh}",
        )
        for level in r["levels"]
    ]
    return [
        f"# {r['circles']} simulated circles as one model",
        "",
        *setting_lines(r["setting"]),
        "",
        f"{r['circles']} circles cut from one layout: {r['demand']:,} homes, {r['sites']:,} rooms, {r['types']} types,"
        f" {r['residents']:,.0f} residents ({r['residents_of_circles']:,.0f} where each circle counts its own),"
        f" {r['places_of_several']:,} places stand in several circles, {r['networks']} street network(s),"
        f" {r['capital_cny']:,.0f} 元.",
        "",
        *table(("level", "city", "bound", "gap", "s", "split by residents", "difference"), rows),
        "",
        f"Split: {r['alone_optimal']} of {r['circles']} circles proven alone; {r['split_dropped']} picks left out."
        f" Residents newly covered, all types: {r['residents_newly_covered']:,.0f} against {r['split_residents']:,.0f};"
        f" missing outlets {r['missing_filled']} against {r['split_missing']};"
        f" cost {r['cost_cny']:,.0f} against {r['split_cost_cny']:,.0f} 元.",
        "",
        f"{r['seconds']:.0f} s ({r['cpu_seconds']:.0f} s of processor): "
        + ", ".join(f"{name} {seconds:.0f} s" for name, seconds in r["stages"].items())
        + f". Peak memory {r['peak_mib']:,.0f} MiB. Verified: {r['verified']}, in {r['verify_seconds']:.0f} s.",
    ]


if __name__ == "__main__":
    main()
