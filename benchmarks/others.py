"""What else, and why not: seconds of the alternatives within 1 %, and of the diagnosis of a scenario nobody can meet.

The scenario of the diagnosis: base with 100 000 元, one site, and nine tenths of the residents within reach of a
pharmacy and of a convenience store.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.report import publish, setting, setting_lines, table
from models.alternatives import Alternatives, alternatives
from models.lexicographic import solve
from models.relaxation import Relaxation, relax
from models.solution import SolveOptions
from scenarios.circles import find_circle
from scenarios.layers import Layer
from siting.formulation import Built, build
from siting.prepare import CircleInputs, RunRequest, read_inputs

HARD: dict[str, Any] = {
    "budget": {"capital_cny": 100_000},
    "limits": {"max_sites": 1},
    "coverage_floor": {"pharmacy": 0.9, "convenience_store": 0.9},
}
ALTERNATIVES = (
    "circle",
    "plan: wall s, CPU s",
    "alternatives: wall s, CPU s",
    "each: difference of bound",
    "ended",
    "any",
)
DIAGNOSES = ("circle", "proof of none: wall s, CPU s", "diagnosis: wall s, CPU s", "conflicts", "changes", "all proven")

T = TypeVar("T")


def main() -> None:
    """Solve, print and publish."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.others", description=__doc__)
    parser.add_argument("circles", nargs="*", default=["C01", "C02", "C06", "C10"])
    parser.add_argument("--alternatives", type=int, default=3)
    parser.add_argument("--within", type=float, default=0.01)
    asked = parser.parse_args()
    about = setting("benchmarks.others")
    with tempfile.TemporaryDirectory(prefix="others-") as folder:
        inputs = {c: read_inputs(RunRequest(find_circle(c), out=Path(folder))) for c in asked.circles}
        other = [_alternatives(i, c, asked.alternatives, asked.within) for c, i in inputs.items()]
        why = [_diagnosis(i, c) for c, i in inputs.items()]
    lines = ["# What else, and why not", "", *setting_lines(about), "", *table(ALTERNATIVES, other)]
    lines += ["", *table(DIAGNOSES, why)]
    publish("others", {"setting": about, "alternatives": other, "diagnoses": why}, lines)


def _built(inputs: CircleInputs, *more: Layer) -> Built:
    ready = inputs.prepared(*more)
    return build(ready.workspace, ready.catalogue, ready.scenario, ready.walks, ready.gaps)


def _alternatives(inputs: CircleInputs, circle: str, count: int, within: float) -> tuple[str, ...]:
    built, options = _built(inputs), SolveOptions()
    best, first = _timed(lambda: solve(built.instance, built.rules, options))

    def ask() -> Alternatives:
        return alternatives(built.instance, built.rules, best, options, count=count, within=within)

    found, seconds = _timed(ask)
    each = ", ".join(f"{plan.difference or plan.services} of {plan.bound}" for plan in found.plans)
    return circle, first, seconds, each or "none", str(found.ended), f"at most {found.furthest}"


def _diagnosis(inputs: CircleInputs, circle: str) -> tuple[str, ...]:
    built, options = _built(inputs, Layer(HARD, "benchmark", "benchmark")), SolveOptions()
    none, first = _timed(lambda: solve(built.instance, built.rules, options))
    if none.decision is not None:
        return circle, first, "", "", "", "a plan exists"

    def ask() -> Relaxation:
        return relax(built.instance, built.rules, options)

    found, seconds = _timed(ask)
    sizes = ", ".join(str(len(c)) for c in (found.conflict, *found.others))
    changes = "none" if found.nearest is None else ", ".join(str(demand.kind) for demand in found.nearest.asked)
    return circle, first, seconds, sizes, changes, "yes" if found.complete else "no"


def _timed(work: Callable[[], T]) -> tuple[T, str]:
    """The result and ``wall, CPU`` seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, f"{time.perf_counter() - wall:.1f}, {time.process_time() - cpu:.1f}"


if __name__ == "__main__":
    main()
