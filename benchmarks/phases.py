"""What planning by years costs: the same circle and the same 3 million 元 in one year, in two, and in three.

Levels and rules are those of ``base``; the solve alone is timed (no ranking), each case in its turn in one process.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.report import publish, setting, setting_lines, table
from models.assemble import assemble
from models.columns import lay_out
from models.lexicographic import solve
from models.solution import SolveOptions
from scenarios.circles import find_circle
from scenarios.layers import Layer
from siting.by_year import phase_totals
from siting.formulation import build
from siting.prepare import CircleInputs, RunRequest, read_inputs

TOTAL_CNY = 3_000_000
FIRST_YEAR = 2025
COLUMNS = (
    "circle",
    "years",
    "rows × columns",
    "wall s",
    "CPU s",
    "worst gap",
    "levels proven",
    "basic coverage: value, gap",
    "spent by year, 10,000 元",
)


def main() -> None:
    """Solve, print and publish."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.phases", description=__doc__)
    parser.add_argument("circles", nargs="*", default=["C02", "C04", "C10"])
    parser.add_argument("--years", type=int, nargs="*", default=[1, 2, 3])
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds a level")
    asked = parser.parse_args()
    about = setting("benchmarks.phases")
    options = SolveOptions(time_limit_s=asked.time_limit)
    with tempfile.TemporaryDirectory(prefix="phases-") as folder:
        records = [
            _case(read_inputs(RunRequest(find_circle(circle), "base", out=Path(folder))), circle, years, options)
            for circle in asked.circles
            for years in asked.years
        ]
    lines = ["# Plans by years", "", *setting_lines(about), "", *table(COLUMNS, [_row(record) for record in records])]
    publish("phases", {"setting": about, "time_limit_s": asked.time_limit, "cases": records}, lines)


def _case(inputs: CircleInputs, circle: str, years: int, options: SolveOptions) -> dict[str, Any]:
    budgets = {str(FIRST_YEAR + t): TOTAL_CNY / years for t in range(years)}
    ready = inputs.prepared(Layer({"phases": budgets}, "benchmark", "benchmark"))
    built = build(ready.workspace, ready.catalogue, ready.scenario, ready.walks, ready.gaps)
    model = assemble(lay_out(built.instance, built.rules))
    wall, cpu = time.perf_counter(), time.process_time()
    solution = solve(built.instance, built.rules, options)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert solution.decision is not None
    return {
        "circle": circle,
        "years": years,
        "rows": model.n_row,
        "columns": model.n_col,
        "seconds": wall,
        "cpu_seconds": cpu,
        "levels": [
            {"name": level.name, "incumbent": level.incumbent, "bound": level.bound, "gap": min(level.mip_gap, 1e9)}
            for level in solution.levels
        ],
        "proven": sum(level.mip_gap <= options.mip_gap for level in solution.levels),
        "spent_cny": [phase.spent_cny for phase in phase_totals(built, solution.decision)],
    }


def _row(record: dict[str, Any]) -> tuple[str, ...]:
    levels = {level["name"]: level for level in record["levels"]}
    basic, worst = levels["basic_coverage"], max(level["gap"] for level in record["levels"])
    return (
        record["circle"],
        str(record["years"]),
        f"{record['rows']:,} × {record['columns']:,}",
        f"{record['seconds']:.1f}",
        f"{record['cpu_seconds']:.1f}",
        "∞ (0 found)" if worst >= 1e9 else f"{worst:.2%}",
        f"{record['proven']} of {len(levels)}",
        f"{basic['incumbent']:,.1f}, {basic['gap']:.3%}",
        " + ".join(f"{spent / 1e4:.1f}" for spent in record["spent_cny"]),
    )


if __name__ == "__main__":
    main()
