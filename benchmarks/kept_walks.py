"""What keeping the walks of a circle is worth: measured without, with nothing kept yet, and with the walks kept.

Every measurement is a process of its own; the three take turns. Generating the circle is not timed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.measure import in_fresh_process, spread
from benchmarks.report import publish, setting, setting_lines, table
from scenarios.catalogue import load_catalogue
from siting.generator import CircleSpec, generate_circle

SIZES = ((150, 50, 1.0), (2_000, 500, 4.0), (8_000, 1_000, 10.0), (20_000, 2_000, 20.0))
WAYS = ("off", "not yet", "kept")
RESIDENTS_PER_POINT = 100
MIB = 1024.0**2


def main() -> int:
    """Exit codes: 0 measured; 1 the three ways found different distances."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kept_walks", description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--sizes", type=int, default=len(SIZES), help="how many of the sizes, smallest first")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    about = setting("benchmarks.kept_walks")
    rows, record, same = [], [], True
    for n_demand, n_site, area_km2 in SIZES[: asked.sizes]:
        with tempfile.TemporaryDirectory(prefix="kept-") as text:
            runs, entry_mib = _measure(Path(text), (n_demand, n_site, area_km2), asked.seed, asked.repeat)
        every = [run for way in WAYS for run in runs[way]]
        same &= len({run["sha256"] for run in every}) == 1
        head = f"{n_demand:,} × {every[0]['places']:,}"
        rows.append([head, f"{every[0]['pairs']:,}", _spread(every, "read_cpu_seconds")])
        rows[-1] += [_spread(runs[way], "cpu_seconds") for way in WAYS]
        rows[-1] += [_spread(every, "rest_cpu_seconds"), f"{entry_mib:,.0f}" if entry_mib else "none"]
        record.append({"size": [n_demand, n_site, area_km2], "runs": runs, "entry_mib": entry_mib})
    verdict = "the same bytes each way" if same else "THE DISTANCES DIFFER"
    lines = ["# Walks that are kept", "", *setting_lines(about), ""]
    lines += [f"CPU seconds, median (least – most) of {asked.repeat} processes each; {verdict}.", ""]
    head = ["homes × places", "pairs", "reading", "walks, off", "walks, not yet kept", "walks, kept"]
    lines += table([*head, "gaps and arrays", "entry MiB"], rows)
    publish("kept_walks", {"setting": about, "seed": asked.seed, "cases": record}, lines)
    return 0 if same else 1


def _measure(
    folder: Path, size: tuple[int, int, float], seed: int, repeat: int
) -> tuple[dict[str, list[dict[str, Any]]], float]:
    """Way → its runs, and the size of what was kept."""
    n_demand, n_site, area_km2 = size
    people = n_demand * RESIDENTS_PER_POINT
    spec = CircleSpec("town", "town", n_demand=n_demand, n_site=n_site, population=people, area_km2=area_km2)
    circle, keep = generate_circle(spec, load_catalogue(), folder / "town", seed), folder / "cache"
    runs: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    for turn in range(repeat):
        shutil.rmtree(keep, ignore_errors=True)
        for way in WAYS:
            os.environ["SITING_CACHE"] = "off" if way == "off" else str(keep)
            runs[way].append(in_fresh_process("benchmarks.kept_case", [circle]))
            done = runs[way][-1]["cpu_seconds"]
            print(f"  round {turn + 1}, {n_demand} × {n_site}, {way}: {done:.2f} s", file=sys.stderr)
    return runs, sum(path.stat().st_size for path in keep.rglob("*.npz")) / MIB


def _spread(runs: list[dict[str, Any]], name: str) -> str:
    return spread([run[name] for run in runs])


if __name__ == "__main__":
    sys.exit(main())
