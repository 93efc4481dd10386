"""How long the walking distances take, many to many, over a made street network with walls and gates.

From every demand point to every place within the cutoff; every measurement is a process of its own. Generating the
circle is not timed; snapping the points, cutting the streets at walls and the searches are.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from benchmarks.measure import in_fresh_process, spread
from benchmarks.report import publish, setting, setting_lines, table

CASE = "benchmarks.walking_case"
SIZES = ((2_000, 500, 4.0), (20_000, 2_000, 20.0))


def main() -> int:
    """Exit codes: 0 measured; 1 two processes with the same seed found different distances."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.walking", description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cutoff", type=float, default=1_500.0, help="metres")
    parser.add_argument("--access", type=float, default=150.0, help="farthest point from a street, metres")
    asked = parser.parse_args()
    about = setting("benchmarks.walking")
    limits = ["--cutoff", asked.cutoff, "--access", asked.access]
    cases = [(*size, outlets) for size in SIZES for outlets in (False, True)]
    runs: dict[tuple[Any, ...], list[dict[str, Any]]] = {case: [] for case in cases}
    for turn in range(asked.repeat):
        for case in cases:
            demand, sites, area, outlets = case
            options = [demand, sites, area, asked.seed, *limits, *(["--outlets"] if outlets else [])]
            runs[case].append(in_fresh_process(CASE, options))
            print(f"  round {turn + 1}, {demand} × {sites}: {runs[case][-1]['seconds']:.2f} s", file=sys.stderr)
    same = all(len({run["metres_sha256"] for run in own}) == 1 for own in runs.values())
    lines = ["# Walking distances, many to many", "", *setting_lines(about)]
    lines += [f"- seed {asked.seed}, cutoff {asked.cutoff:g} m, access at most {asked.access:g} m", ""]
    verdict = "the distances are the same bytes in every process" if same else "THE DISTANCES DIFFER BETWEEN PROCESSES"
    lines += [f"Median (least – most) of {asked.repeat} processes each; {verdict}.", ""]
    head = ["from × to", "streets km", "pairs found", "wall s", "CPU s", "memory added, MiB", "peak, MiB"]
    lines += table(head, [_row(case, own) for case, own in runs.items()])
    record = [{"case": case, "runs": own} for case, own in runs.items()]
    publish("walking", {"setting": about, "seed": asked.seed, "cases": record}, lines)
    return 0 if same else 1


def _row(case: tuple[Any, ...], own: list[dict[str, Any]]) -> list[str]:
    demand, sites, _, outlets = case
    more = f" + {own[0]['places'] - sites:,} outlets" if outlets else ""
    return [
        f"{demand:,} × {sites:,} sites{more}",
        f"{own[0]['street_km']:g}",
        f"{own[0]['pairs']:,}",
        spread([run["seconds"] for run in own]),
        spread([run["cpu_seconds"] for run in own]),
        spread([run["grown_mib"] for run in own], 0),
        spread([run["peak_mib"] for run in own], 0),
    ]


if __name__ == "__main__":
    sys.exit(main())
