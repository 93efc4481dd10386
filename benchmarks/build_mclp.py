"""How long it takes, and how much memory, to build a maximal covering model: ours, spopt's and PuLP by hand.

One business type, ``p`` sites out of 1,000 for 10,000 demand points. Every build is a process of its own; the builds
take turns, so a slow minute of the machine hits them all. First a small town is built and solved by all of them: the
optima must be equal. At full size everybody's model is read back: who reaches whom must be the same.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
from dataclasses import dataclass
from typing import Any

from benchmarks.build_case import available
from benchmarks.builders import BUILDERS
from benchmarks.measure import in_fresh_process, spread
from benchmarks.report import publish, setting, setting_lines, table

CASE = "benchmarks.build_case"


@dataclass(frozen=True)
class Size:
    """A town and what is asked of it."""

    demand: int
    sites: int
    side: float
    radius: float
    p: int

    def options(self, seed: int) -> list[object]:
        """The options of a case."""
        named = {**vars(self), "seed": seed}
        return [part for name, value in named.items() for part in (f"--{name}", value)]


CHECK = Size(demand=600, sites=60, side=2000, radius=300, p=6)


def main() -> int:
    """Exit codes: 0 measured; 1 the models disagree; 2 spopt is not there and was not left out."""
    asked = _arguments()
    missing = [name for name in asked.builders if not available(name)]
    if missing:
        print("spopt is not installed: pip install '.[bench]', or leave it out with --builders", file=sys.stderr)
        return 2
    about = setting("benchmarks.build_mclp")
    checks = [in_fresh_process(CASE, [name, *CHECK.options(asked.seed), "--solve"]) for name in asked.builders]
    sizes = [Size(asked.demand, asked.sites, asked.side, radius, asked.p) for radius in asked.radius]
    results = [(size, _rounds(size, asked.builders, asked.repeat, asked.seed)) for size in sizes]
    lines = ["# Building a maximal covering model", "", *setting_lines(about), f"- seed {asked.seed}", ""]
    lines += _check_lines(checks)
    for size, runs in results:
        lines += ["", *_size_lines(size, runs)]
    record = {"setting": about, "seed": asked.seed, "checks": checks}
    publish("build_mclp", record | {"sizes": [{"size": vars(size), "runs": runs} for size, runs in results]}, lines)
    agreed = [_agree(checks), *(_agree(runs) for _, runs in results)]
    return 0 if all(agreed) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.build_mclp", description=__doc__)
    parser.add_argument("--demand", type=int, default=10_000)
    parser.add_argument("--sites", type=int, default=1_000)
    parser.add_argument("--p", type=int, default=50)
    parser.add_argument("--side", type=float, default=6_000.0, help="side of the square town, metres")
    parser.add_argument("--radius", type=float, nargs="+", default=[500.0, 2_400.0], help="metres; one table each")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--builders", nargs="+", choices=BUILDERS, default=list(BUILDERS))
    return parser.parse_args()


def _rounds(size: Size, builders: list[str], repeat: int, seed: int) -> list[dict[str, Any]]:
    runs = []
    for turn in range(repeat):
        for name in builders:
            run = in_fresh_process(CASE, [name, *size.options(seed)])
            print(f"  radius {size.radius:g} m, round {turn + 1}, {name}: {run['seconds']:.2f} s", file=sys.stderr)
            runs.append(run | {"round": turn + 1})
    return runs


def _agree(runs: list[dict[str, Any]]) -> bool:
    """All models hold the same reach, and all that were solved have the same optimum."""
    optima = [run["optimum"] for run in runs if run["optimum"] is not None]
    equal = all(math.isclose(value, optima[0], rel_tol=0, abs_tol=1e-6) for value in optima)
    return equal and len({run["reach_sha256"] for run in runs}) == 1


def _check_lines(checks: list[dict[str, Any]]) -> list[str]:
    verdict = "all models agree" if _agree(checks) else "THE MODELS DISAGREE"
    rows = [(BUILDERS[c["builder"]].label, f"{c['optimum']:,.0f}", f"{c['pairs']:,}") for c in checks]
    head = [f"## Same problem? {CHECK.demand} × {CHECK.sites}, p = {CHECK.p}: {verdict}", ""]
    return head + table(["model", "optimum, residents", "pairs in reach"], rows)


def _size_lines(size: Size, runs: list[dict[str, Any]]) -> list[str]:
    share = runs[0]["pairs"] / (size.demand * size.sites)
    verdict = "every model read back holds the same pairs" if _agree(runs) else "THE MODELS DISAGREE"
    of = {name: [run for run in runs if run["builder"] == name] for name in BUILDERS}
    base = statistics.median(run["cpu_seconds"] for run in runs if run["builder"] == runs[0]["builder"])
    rows = []
    for name, own in of.items():
        if own:
            cpu = [run["cpu_seconds"] for run in own]
            rows.append(
                (
                    BUILDERS[name].label,
                    spread([run["seconds"] for run in own]),
                    spread(cpu),
                    f"{statistics.median(cpu) / base:,.1f}×",
                    spread([run["grown_mib"] for run in own], 0),
                    spread([run["peak_mib"] for run in own], 0),
                    f"{own[0]['rows']:,} × {own[0]['columns']:,}",
                )
            )
    columns = [
        "build",
        "wall s",
        "CPU s",
        "CPU, against the first",
        "memory added, MiB",
        "peak of process, MiB",
        "model",
    ]
    return [
        f"## {size.demand:,} demand points × {size.sites:,} sites, p = {size.p}, radius {size.radius:g} m"
        f" ({share:.1%} of all pairs in reach)",
        "",
        f"Median (least – most) of {len(of[runs[0]['builder']])} processes each; {verdict}.",
        "",
        *table(columns, rows),
    ]


if __name__ == "__main__":
    sys.exit(main())
