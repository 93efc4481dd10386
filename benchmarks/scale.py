"""How solving grows with size: our own solver for large problems, HiGHS alone, SCIP, PuLP + CBC, spopt; one command.

Every measurement is one fresh process; the contenders take turns on the same arrays, seed after seed. Seconds to a gap
are those of one run to 0.1 %, read from what the solver tells on the way; a level that its limit ends has no such time.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.growth import law_of, svg
from benchmarks.measure import BenchmarkError, OutOfTime, in_fresh_process, spread
from benchmarks.report import RESULTS, publish, setting, setting_lines, table
from benchmarks.scale_cases import ALL, CASES, QUICK, ScaleCase, chosen

Run = dict[str, Any]
GAPS = {"0.01": "1 %", "0.001": "0.1 %"}
FAMILIES = {"city": "City, one budget, fill level and one coverage level", "full": "City, all blocks and levels"}
FAMILIES |= {"mclp": "Maximal covering, one type", "graph": "p-median on graphs", "plane": "p-median, 5,000 × 500"}


def main() -> int:
    """Exit codes: 0 measured; 1 somebody failed other than by time; 2 no such case."""
    asked = _arguments()
    cases = chosen(QUICK if asked.quick else CASES, asked.cases)
    if asked.file:
        cases = [
            ScaleCase(asked.file.name, "file", (), ALL, asked.limit, 4 * asked.limit, str(asked.file), asked.format)
        ]
    if asked.contenders:
        cases = [ScaleCase(**{**vars(c), "contenders": tuple(asked.contenders)}) for c in cases]
    if not cases:
        print(f"no such case; cases are {', '.join(c.name for c in CASES)}", file=sys.stderr)
        return 2
    seeds = [1] if asked.quick or asked.file else list(range(1, asked.seeds + 1))
    expected = sum(case.seconds for case in cases) * len(seeds)
    print(f"about {expected / 60:.0f} minutes; stops asking for more after {asked.minutes:g}", file=sys.stderr)
    if asked.list:
        for case in cases:
            print(f"{case.name}: {case.seconds:g} s a seed, {', '.join(case.contenders)}")
        return 0
    about = setting("benchmarks.scale")
    runs = _rounds(cases, seeds, time.monotonic() + 60 * asked.minutes)
    lines = ["# Growing sizes", "", *setting_lines(about), f"- seeds asked for: {seeds}", ""]
    lines += [line for case in cases for line in _case_lines(case, runs)] + _growth_lines(cases, runs)
    publish("scale", {"setting": about, "runs": runs}, lines)
    return 1 if any(run.get("note") == "failed" for run in runs) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, one seed, about two minutes")
    parser.add_argument("--cases", nargs="+", default=[], help="names, or beginnings: city, full, mclp, graph, plane")
    parser.add_argument("--contenders", nargs="+", default=[])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=1000.0, help="start no more measurements after that")
    parser.add_argument("--list", action="store_true", help="say what would be measured and how long it takes")
    parser.add_argument("--file", type=Path, help="a problem of your own instead (benchmarks/formats)")
    parser.add_argument("--format", default="", help="pmed, scp or coverage; by default as the name says")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds a level, with --file")
    return parser.parse_args()


def _rounds(cases: list[ScaleCase], seeds: list[int], until: float) -> list[Run]:
    runs: list[Run] = []
    for seed in seeds:
        for case in cases:
            for contender in case.contenders:
                if time.monotonic() > until:
                    print(f"  no time left for {case.name}, {contender}, seed {seed}", file=sys.stderr)
                    continue
                run = _one(case, contender, seed)
                to = {label: run.get("to", {}).get(gap) for gap, label in GAPS.items()}
                print(f"  {case.name}, {contender}, seed {seed}: {run.get('note') or to}", file=sys.stderr)
                runs.append(run)
    return runs


def _one(case: ScaleCase, contender: str, seed: int) -> Run:
    named = {"case": case.name, "contender": contender, "seed": seed}
    began = time.monotonic()
    try:
        run = in_fresh_process("benchmarks.scale_case", case.arguments(contender, seed), case.stop_s(contender))
    except OutOfTime:
        return named | {"note": f"not done in {case.stop_s(contender):g} s", "waited": time.monotonic() - began}
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return named | {"note": "failed"}
    return named | run | ({"note": f"no answer: {run['missing']}"} if "missing" in run else {})


def _case_lines(case: ScaleCase, runs: list[Run]) -> list[str]:
    own = {name: [r for r in runs if (r["case"], r["contender"]) == (case.name, name)] for name in case.contenders}
    best = _best_bounds([run for of in own.values() for run in of])
    highs = [run for name, of in own.items() if name.startswith("highs") for run in of]
    rows = [_row(name, of, highs, best) for name, of in own.items() if of]
    head = ["solver", "runs", *(f"s to {label}" for label in GAPS.values())]
    head += [*(f"CPU s to {label}" for label in GAPS.values())]
    head += [*(f"HiGHS ÷ this, CPU, {label}" for label in GAPS.values()), "s in all", "s to build", "gap, %"]
    head += ["off the best bound, %", "peak, MiB"]
    size = " × ".join(f"{n:,}" for n in case.sizes)
    limits = f"{case.limit_s:g} s a level at most"
    if case.patience > 1:
        limits += f", {case.limit_of('highs'):g} s for all but large"
    return [f"## {case.name}: {size}, {limits}", "", *table(head, rows), ""]


def _row(name: str, of: list[Run], highs: list[Run], best: dict[int, float]) -> list[str]:
    done = [run for run in of if "note" not in run]
    if not done:
        return [name, f"0 of {len(of)}: {of[0]['note']}", *["–"] * 11]
    cells = [name, f"{len(done)} of {len(of)}"]
    cells += [_shown([run["to"][gap] for run in done]) for gap in GAPS]
    cells += [_shown([run["cpu_to"].get(gap) for run in done]) for gap in GAPS]
    cells += [_ratio(done, highs, gap) for gap in GAPS]
    cells += [_shown([run["seconds"] for run in done]), _shown([run["build_seconds"] for run in done])]
    cells += [_shown([None if run["gap"] is None else 100 * run["gap"] for run in done], 3)]
    cells += [_shown([_off(run, best) for run in done], 3)]
    return [*cells, spread([max(run["peak_mib"], run["solver_peak_mib"]) for run in done], 0)]


def _shown(values: list[float | None], digits: int = 2) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return "–"
    lacking = len(values) - len(known)
    return spread(known, digits) + (f", {lacking} never" if lacking else "")


def _ratio(done: list[Run], highs: list[Run], gap: str) -> str:
    """In processor seconds, over the seeds solved to ``gap``, against the quickest HiGHS of a seed; where none got
    there the longest time that one had counts.
    """
    mine = {run["seed"]: run["cpu_to"].get(gap) for run in done}
    known = [run for run in highs if "note" not in run]
    theirs, never = {}, False
    for seed in {run["seed"] for run in known}:
        of = [run for run in known if run["seed"] == seed]
        reached = [run["cpu_to"][gap] for run in of if run["to"][gap]]
        theirs[seed] = min(reached) if reached else max(run["cpu_seconds"] for run in of)
        never |= not reached
    pairs = [theirs[seed] / seconds for seed, seconds in mine.items() if seconds and seed in theirs]
    return ("≥ " if never else "") + spread(pairs, 1) + "×" if pairs else "–"


def _best_bounds(runs: list[Run]) -> dict[int, float]:
    """The best bound of anybody on the first coverage-like level, by seed: the last level whose values all share.

    Only where there is one level is everybody's incumbent comparable with everybody's bound.
    """
    best: dict[int, float] = {}
    for run in runs:
        bounds = run.get("bounds") or []
        if len(bounds) == 1 and abs(bounds[0]) != float("inf"):
            smaller = run["levels"][0]["name"] not in ("walking", "cost", "sites")
            pick = min if smaller else max
            best[run["seed"]] = pick(best.get(run["seed"], bounds[0]), bounds[0])
    return best


def _off(run: Run, best: dict[int, float]) -> float | None:
    values = run.get("values")
    if not values or len(values) != 1 or run["seed"] not in best or not values[0]:
        return None
    return 100 * abs(best[run["seed"]] - values[0]) / abs(values[0])


def _growth_lines(cases: list[ScaleCase], runs: list[Run]) -> list[str]:
    """The law of every family with several sizes, and its picture beside the tables."""
    lines: list[str] = []
    for kind, title in FAMILIES.items():
        mine = {case.name: case.measure for case in cases if case.kind == kind}
        if len(mine) < 2:
            continue
        lines += ["", f"## {title}: the law of growth", ""]
        for gap, label in GAPS.items():
            series: dict[str, list[tuple[float, float]]] = {}
            for name in dict.fromkeys(run["contender"] for run in runs if run["case"] in mine):
                points = _medians(runs, mine, name, gap)
                if points:
                    series[name] = points
            lines += [f"- to {label}, {name}: {law_of(points) or 'one size only'}" for name, points in series.items()]
            picture = svg(f"{title}: median seconds to {label}, by demand × sites × types", series)
            if picture:
                RESULTS.mkdir(exist_ok=True)
                (RESULTS / f"scale_{kind}_{gap[2:]}.svg").write_text(picture, encoding="utf-8")
    return lines


def _medians(runs: list[Run], sizes: dict[str, int], contender: str, gap: str) -> list[tuple[float, float]]:
    points = []
    for name, size in sizes.items():
        of = [r["to"][gap] for r in runs if (r["case"], r["contender"]) == (name, contender) and "to" in r]
        known = [seconds for seconds in of if seconds]
        if known and len(known) == len(of):
            points.append((float(size), statistics.median(known)))
    return points


if __name__ == "__main__":
    sys.exit(main())
