"""How long parameter sweeps of pilot circles take, and what points save each other; processor seconds of one process.

Each circle is read once and its grid solved twice: with the plan, the bounds and the proofs of earlier points at hand,
and every point by itself. The answers must be the same (to the gap asked for); the command fails where they are not.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.report import publish, setting, setting_lines, table
from scenarios.circles import find_circle
from siting.prepare import RunRequest, read_inputs
from siting.studies.sweep.grid import Grid, read_grid
from siting.studies.sweep.points import IMPLIED, REUSED, SOLVED
from siting.studies.sweep.solve import Known, prepare_points, solve_grid

_GRIDS = (
    ("budget.capital_cny=0:4000000:250000",),
    ("budget.capital_cny=1000000:5000000:1000000", "limits.max_sites=6,10,none"),
)


def main() -> int:
    """0 where both ways give the same answers."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sweeps", description=__doc__)
    parser.add_argument("circles", nargs="*", default=["C01", "C06", "C10"])
    parser.add_argument("--time-limit", type=float, default=60.0)
    asked = parser.parse_args()
    about = setting("benchmarks.sweeps")
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="sweeps-") as folder:
        for texts in _GRIDS:
            rows += [_case(circle, texts, Path(folder), asked.time_limit) for circle in asked.circles]
    head = ["circle", "grid", "points", "solved / reused / implied", "CPU s with help", "CPU s alone", "same answers"]
    body = [
        [row["circle"], row["grid"], str(row["points"]), " / ".join(map(str, row["origins"])),
         f"{row['helped_s']:.1f}", f"{row['alone_s']:.1f}", "yes" if row["same"] else "NO"]
        for row in rows
    ]  # fmt: skip
    lines = ["# Parameter sweeps", "", *setting_lines(about), "", *table(head, body)]
    publish("sweeps", {"setting": about, "cases": rows}, lines)
    return 0 if all(row["same"] for row in rows) else 1


def _case(circle: str, texts: tuple[str, ...], out: Path, limit_s: float) -> dict[str, Any]:
    grid = read_grid(texts)
    began = time.process_time()
    inputs = read_inputs(RunRequest(find_circle(circle), sets=grid.fixed, out=out, time_limit_s=limit_s))
    ready = prepare_points(inputs, grid)
    prepare_s = time.process_time() - began
    ways: dict[bool, tuple[float, list[Known]]] = {}
    for helped in (True, False):
        began = time.process_time()
        known = solve_grid(ready, grid, 0, lambda event: None, help_each_other=helped)
        ways[helped] = (time.process_time() - began, known)
    print(f"{circle} {texts}: {ways[True][0]:.1f} s, alone {ways[False][0]:.1f} s", file=sys.stderr, flush=True)
    origins = [sum(1 for k in ways[True][1] if k.origin == origin) for origin in (SOLVED, REUSED, IMPLIED)]
    return {
        "circle": circle,
        "grid": " × ".join(texts),
        "points": len(ready),
        "origins": origins,
        "prepare_s": prepare_s,
        "helped_s": ways[True][0],
        "alone_s": ways[False][0],
        "same": _same(grid, ways[True][1], ways[False][1]),
    }


def _same(grid: Grid, helped: list[Known], alone: list[Known]) -> bool:
    """Up to the first level whose incumbents differ at all, they differ by no more than the gap asked for."""
    assert len(helped) == len(grid.points)
    for one, other in zip(helped, alone, strict=True):
        if (one.decision is None) != (other.decision is None):
            return False
        if one.solution is None or other.solution is None:
            continue
        for a, b in zip(one.solution.levels, other.solution.levels, strict=True):
            difference = abs(a.incumbent - b.incumbent)
            if difference > 1e-9 * max(1.0, abs(b.incumbent)):
                if difference > (one.options.mip_gap + max(a.mip_gap, b.mip_gap)) * abs(b.incumbent):
                    return False
                break
    return True


if __name__ == "__main__":
    raise SystemExit(main())
