"""What counting places and catchments by assignment costs against the static rule: time, gap, residents covered.

Each circle is solved twice for each setting, under the scenario ``capacity`` and under the same with no type assigned.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.report import publish, setting, setting_lines, table
from models.lexicographic import solve
from models.solution import Solution, SolveOptions
from models.verify import level_value
from scenarios.circles import find_circle
from scenarios.layers import Layer
from siting.assignment import static_instance
from siting.formulation import Built, build
from siting.prepare import CircleInputs, RunRequest, read_inputs

CARE = ("elderly_day_care", "elderly_meal", "childcare")
SETTINGS: dict[str, dict[str, Any]] = {"all types": {}, "care only": {"catalogue": {"only": list(CARE)}}}
LEVELS = ("public_coverage", "quality_coverage")
COLUMNS = (
    "circle",
    "types",
    "solve s: static, assigned",
    "worst gap: static, assigned",
    "public: static says, its plan serves, assigned serves",
    "quality: the same",
)


def main() -> None:
    """Solve, print and publish."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.assignment", description=__doc__)
    parser.add_argument("circles", nargs="*", default=["C02", "C04", "C10"])
    parser.add_argument("--time-limit", type=float, default=30.0, help="seconds a level")
    asked = parser.parse_args()
    about = setting("benchmarks.assignment")
    options = SolveOptions(time_limit_s=asked.time_limit)
    with tempfile.TemporaryDirectory(prefix="assignment-") as folder:
        records = [
            _case(read_inputs(RunRequest(find_circle(circle), "capacity", out=Path(folder))), circle, name, options)
            for circle in asked.circles
            for name in SETTINGS
        ]
    lines = ["# By assignment against the static rule", "", *setting_lines(about), ""]
    lines += table(COLUMNS, [_row(record) for record in records])
    publish("assignment", {"setting": about, "time_limit_s": asked.time_limit, "cases": records}, lines)


def _case(inputs: CircleInputs, circle: str, name: str, options: SolveOptions) -> dict[str, Any]:
    ready = inputs.prepared(Layer(SETTINGS[name], "benchmark", "benchmark"))
    built = build(ready.workspace, ready.catalogue, ready.scenario, ready.walks, ready.gaps)
    static, static_s = _timed(built, options, assigned=False)
    shared, shared_s = _timed(built, options, assigned=True)
    return {
        "circle": circle,
        "types": name,
        "seconds": (static_s, shared_s),
        "gap": tuple(max(level.mip_gap for level in one.levels) for one in (static, shared)),
        "levels": {level: _values(built, static, shared, level) for level in LEVELS},
    }


def _timed(built: Built, options: SolveOptions, *, assigned: bool) -> tuple[Solution, float]:
    began = time.perf_counter()
    solution = solve(built.instance if assigned else static_instance(built.instance), built.rules, options)
    return solution, time.perf_counter() - began


def _values(built: Built, static: Solution, shared: Solution, level: str) -> tuple[float, float, float]:
    """(what the static rule calls covered, what its plan can serve, what the plan by assignment serves)."""
    assert static.decision is not None
    assert shared.decision is not None
    says = level_value(static_instance(built.instance), built.rules, static.decision, level)
    serves, best = (level_value(built.instance, built.rules, d, level) for d in (static.decision, shared.decision))
    return says, serves, best


def _row(record: dict[str, Any]) -> tuple[str, ...]:
    values = [", ".join(f"{v:,.0f}" for v in record["levels"][level]) for level in LEVELS]
    seconds = ", ".join(f"{s:.2f}" for s in record["seconds"])
    gaps = ", ".join(f"{g:.2%}" for g in record["gap"])
    return record["circle"], record["types"], seconds, gaps, *values


if __name__ == "__main__":
    main()
