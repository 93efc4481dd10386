"""One type, nothing else: maximal covering, p-median, set covering, p-center at size, ours against solvers alone.

Every measurement is a process of its own, seed after seed, the contenders in turns. The limit is in wall seconds; on a
machine that does other work read the processor seconds. spopt only builds its model: the time to beat.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from dataclasses import dataclass
from typing import Any

from benchmarks.measure import OutOfTime, in_fresh_process, spread
from benchmarks.report import publish, setting, setting_lines, table

MODULE = "benchmarks.single_case"


@dataclass(frozen=True)
class SingleCase:
    """A problem of some size, the gap asked for, and who takes part."""

    name: str
    kind: str
    sizes: tuple[int, int, int]
    gap: float
    contenders: tuple[str, ...] = ("ours", "highs")


SOLVERS = ("ours", "highs", "scip")
CASES = (
    *(SingleCase(f"mclp-10k-p{p}", "mclp-town", (10_000, 1_000, p), 1e-3, SOLVERS) for p in (10, 20, 30)),
    SingleCase("mclp-10k-p50", "mclp-town", (10_000, 1_000, 50), 1e-3, (*SOLVERS, "spopt")),
    SingleCase("mclp-20k-p40", "mclp-town", (20_000, 2_000, 40), 5e-3, SOLVERS),
    SingleCase("mclp-20k-p60", "mclp-town", (20_000, 2_000, 60), 5e-3, SOLVERS),
    SingleCase("mclp-20k-p100", "mclp-town", (20_000, 2_000, 100), 5e-3, SOLVERS),
    SingleCase("mclp-city-10k-p50", "mclp-city", (10_000, 1_000, 50), 1e-3, SOLVERS),
    SingleCase("mclp-city-20k-p100", "mclp-city", (20_000, 2_000, 100), 5e-3, SOLVERS),
    SingleCase("median-100-p5", "median-graph", (100, 100, 5), 1e-2),
    SingleCase("median-300-p30", "median-graph", (300, 300, 30), 1e-2),
    SingleCase("median-600-p60", "median-graph", (600, 600, 60), 1e-2, ("ours",)),
    SingleCase("median-900-p5", "median-graph", (900, 900, 5), 1e-2, ("ours",)),
    SingleCase("median-900-p90", "median-graph", (900, 900, 90), 1e-2, ("ours",)),
    SingleCase("median-5kx500-p50", "median-plane", (5_000, 500, 50), 1e-2, ("ours",)),
    SingleCase("lscp-city-2k", "lscp-city", (2_000, 300, 1), 0.0),
    SingleCase("lscp-city-10k", "lscp-city", (10_000, 1_000, 1), 1e-2),
    SingleCase("center-900-p90", "center-graph", (900, 900, 90), 0.0, ("ours",)),
    SingleCase("center-5kx500-p10", "center-plane", (5_000, 500, 10), 0.0, ("ours",)),
)


def main() -> int:
    """Exit code 0 measured; 1 two contenders contradict each other: one's plan is better than the other's bound."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.single", description=__doc__)
    parser.add_argument("--cases", nargs="+", default=[], help="beginnings of names; all without")
    parser.add_argument("--contenders", nargs="+", default=[*SOLVERS, "spopt"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--limit", type=float, default=100.0, help="wall seconds of each solve")
    asked = parser.parse_args()
    about, runs, lines = setting("benchmarks.single"), {}, []
    for case in CASES:
        if not asked.cases or any(case.name.startswith(begin) for begin in asked.cases):
            runs[case.name] = _measure(case, asked.contenders, asked.seeds, asked.limit)
            lines += _rows(case, runs[case.name])
    head = ["problem", "who", "wall s", "CPU s", "gap proven", "reached", "peak MiB", "load"]
    text = ["# Problems of one type", "", *setting_lines(about), "", *table(head, lines)]
    wrong = [name for name, of in runs.items() if _contradict(of)]
    text += ["", f"THESE CONTRADICT EACH OTHER: {wrong}"] if wrong else []
    publish("single", {"setting": about, "runs": runs}, text)
    return 1 if wrong else 0


def _measure(case: SingleCase, contenders: list[str], seeds: list[int], limit: float) -> list[dict[str, Any]]:
    runs = []
    for seed in seeds:
        for name in [name for name in case.contenders if name in contenders]:
            command = [name, case.kind, *case.sizes, "--seed", seed, "--gap", case.gap, "--limit", limit]
            try:
                run = in_fresh_process(MODULE, command, 600 if name == "spopt" else 3 * limit + 60)
            except OutOfTime:
                run = {"contender": name, "seed": seed, "gap": None, "value": None, "bound": None}
            runs.append(run)
            said = "stopped" if run["gap"] is None else f"gap {run['gap']:.4%}"
            print(
                f"  {case.name}, seed {seed}, {name}: {said}, {run.get('cpu_seconds', -1):.1f} CPU s", file=sys.stderr
            )
    return runs


def _rows(case: SingleCase, runs: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    rows = []
    for name in case.contenders:
        own = [run for run in runs if run["contender"] == name]
        timed = [run for run in own if "seconds" in run]
        if not timed:
            continue
        gaps = [100 * run["gap"] for run in own if run["gap"] is not None]
        done = sum(run["gap"] is not None and run["gap"] <= max(case.gap, 1e-9) for run in own)
        rows.append(
            (
                f"{case.name} to {case.gap:.1%}",
                "spopt, build alone" if name == "spopt" else name,
                spread([run["seconds"] for run in timed], 1),
                spread([run["cpu_seconds"] for run in timed], 1),
                f"{spread(gaps, 3)} %" if gaps else "–",
                "–" if name == "spopt" else f"{done} of {len(own)}",
                f"{statistics.median(run['peak_mib'] for run in timed):,.0f}",
                spread([run["load_before"] for run in timed], 1),
            )
        )
    return rows


def _contradict(runs: list[dict[str, Any]]) -> bool:
    """Some plan of a seed is on the wrong side of some bound of it."""
    for seed in {run["seed"] for run in runs}:
        own = [run for run in runs if run["seed"] == seed and run["gap"] is not None]
        signs = {1 if run["bound"] >= run["value"] else -1 for run in own if run["bound"] != run["value"]}
        if len(signs) > 1:
            return True
        sign = signs.pop() if signs else 1
        slack = 1e-6 * max([1.0, *(abs(run["value"]) for run in own)])
        if any(sign * (one["value"] - other["bound"]) > slack for one in own for other in own):
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
