"""Who takes part in the scale benchmark: each is handed the same arrays and gives back what it found, and when.

| name | what it is |
|---|---|
| ``large`` | our own solver for large problems, one thread |
| ``highs`` | HiGHS alone on the merged sparse model, one thread |
| ``highs-stock`` | the same with every option at HiGHS's default, its presolve on |
| ``highs-ipm`` | the same with relaxations by the interior point |
| ``cbc`` | PuLP and CBC on the same merged model |
| ``scip`` | SCIP on the same merged model |
| ``spopt`` | spopt's MCLP or PMedian as its documentation shows it, solved by CBC |

All but the last solve the whole chain of levels through ``models.lexicographic.solve``, so that presolve, merging,
every level and the independent check of the plan are in their time. CBC tells no bound where it stops at the gap asked
for: its own word is taken there, as with spopt. So is HiGHS's with its presolve, which was seen to be wrong.
"""

from __future__ import annotations

import importlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.formats import pmed
from benchmarks.formats.case import Case
from benchmarks.formats.instances import pmedian_case
from benchmarks.instances import Spec, make
from benchmarks.scale_cases import CITIES
from benchmarks.towns import distance_matrix, make_town, mclp_instance, mclp_rules, reach_from_points
from benchmarks.trail import Trail
from models import backends
from models.assemble import assemble
from models.columns import lay_out
from models.lexicographic import solve
from models.solution import Decision, SolveOptions
from models.verify import breaches, level_value

GAPS = (0.01, 0.001)
backends._BACKENDS |= {
    "scip": ("benchmarks.scip", "ScipBackend"),
    "highs-stock": ("benchmarks.stock", "StockHighs"),
    "highs-ipm": ("benchmarks.stock", "InteriorHighs"),
}


@dataclass(frozen=True)
class Found:
    """What a contender hands back. ``to`` is seconds until each gap of GAPS was proven, None where it was not;
    ``cpu_to`` the same in processor seconds of this process, empty where the solver is a process of its own.

    ``gap`` is the worst over the levels, None where nothing is proven; ``build_seconds`` None where building cannot be
    told from solving; ``values`` are the levels' incumbents, None where there is no lawful plan.
    """

    seconds: float
    build_seconds: float | None
    to: dict[float, float | None]
    gap: float | None
    levels: list[dict[str, Any]] = field(default_factory=list)
    values: list[float] | None = None
    bounds: list[float] | None = None
    size: tuple[int, int, int] | None = None
    cpu_to: dict[float, float | None] = field(default_factory=dict)


Contender = Callable[[Case, float], Found]


def by_chain(solver: str) -> Contender:
    """All levels through our own door, with this solver."""

    def run(case: Case, limit_s: float) -> Found:
        options = SolveOptions(solver=solver, time_limit_s=limit_s, mip_gap=min(GAPS), threads=1)
        trail, busy = Trail(), Trail(time.process_time)
        began, began_cpu = time.perf_counter(), time.process_time()
        solution = solve(case.instance, case.rules, options, progress=lambda *state: (trail(*state), busy(*state)))
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - began_cpu
        levels = [
            {
                "name": level.name,
                "incumbent": _finite(level.incumbent),
                "bound": _finite(level.bound),
                "gap": _finite(level.mip_gap),
                "seconds": level.seconds,
                "status": str(level.termination),
            }
            for level in solution.levels
        ]
        whole = len(solution.levels) == len(case.rules.levels) and solution.decision is not None
        own_word = whole and solver == "cbc" and all(level.seconds < 0.9 * limit_s for level in solution.levels)
        said = dict.fromkeys(GAPS, seconds) if own_word else {}
        return Found(
            seconds,
            None,
            {gap: trail.seconds_to(gap, solution, seconds) if whole else None for gap in GAPS} | said,
            _finite(max(level.mip_gap for level in solution.levels)) if whole else None,
            levels,
            [level.incumbent for level in solution.levels] if whole else None,
            [level.bound for level in solution.levels],
            cpu_to={gap: busy.seconds_to(gap, solution, cpu_seconds) if whole else None for gap in GAPS},
        )

    return run


def build_cost(case: Case) -> tuple[float, tuple[int, int, int]]:
    """(seconds, (rows, columns, entries)) of presolve, merging and assembling the model that the MIP solvers get."""
    began = time.perf_counter()
    model = assemble(lay_out(case.instance, case.rules))
    return time.perf_counter() - began, (model.n_row, model.n_col, int(model.matrix.nnz))


def by_spopt(case: Case, limit_s: float) -> Found:
    """spopt by the book; what is proven is known only where CBC ended before its limit."""
    pulp = importlib.import_module("pulp")
    assert case.metres is not None
    metres = case.metres
    began = time.perf_counter()
    if case.kind == "mclp":
        door = importlib.import_module("spopt.locate.coverage").MCLP
        model = door.from_cost_matrix(metres, case.instance.residents, case.radius_m, case.p)
    else:
        door = importlib.import_module("spopt.locate.p_median").PMedian
        model = door.from_cost_matrix(metres, case.instance.residents, case.p)
    built = time.perf_counter() - began
    solver = pulp.PULP_CBC_CMD(msg=False, timeLimit=limit_s, gapRel=min(GAPS), threads=1)
    problem = model.problem
    problem.solve(solver)
    seconds = time.perf_counter() - began
    ended = seconds - built < 0.95 * limit_s and problem.status == pulp.LpStatusOptimal
    chosen = np.array([round(v.value() or 0.0) == 1 for v in model.fac_vars])
    value = _value_of(case, chosen)
    to = dict.fromkeys(GAPS, seconds if ended else None)
    return Found(seconds, built, to, min(GAPS) if ended else None, values=None if value is None else [value])


def _value_of(case: Case, chosen: np.ndarray) -> float | None:
    plan = Decision.empty(case.instance)
    plan.open[:, 0] = chosen
    if breaches(case.instance, case.rules, plan):
        return None
    return level_value(case.instance, case.rules, plan, case.rules.levels[0])


CONTENDERS: dict[str, Contender] = {
    **{name: by_chain(name) for name in ("large", "highs", "highs-stock", "highs-ipm", "cbc", "scip")},
    "spopt": by_spopt,
}


def warm_up(name: str, kind: str) -> None:
    """Load libraries and compile on a problem of the same kind that is no work."""
    if name == "spopt":
        importlib.import_module("spopt.locate")
        return
    if kind in CITIES:
        small = city_case(Spec(1500, 250, n_type=12, full=kind == "full"))
    elif kind == "mclp":
        small = mclp(300, 40, 5, 1)
    else:
        small = pmedian_case("warm", pmed.all_pairs(40, *pmed.random_graph(40, 1)), np.ones(40), 4)
    CONTENDERS[name](small, 5.0)


def city_case(spec: Spec) -> Case:
    """A city of the generator."""
    return Case(f"{spec.n_demand}x{spec.n_site}x{spec.n_type}", "full" if spec.full else "city", *make(spec))


def mclp(n_demand: int, n_site: int, p: int, seed: int, matrix: bool = False) -> Case:
    """A town of the same density as 10,000 homes on a square of 6 km, one type, radius 500 m."""
    side, radius = 6000.0 * math.sqrt(n_demand / 10_000), 500.0
    town = make_town(n_demand, n_site, side, seed)
    metres = distance_matrix(town) if matrix else None
    instance = mclp_instance(reach_from_points(town, radius), town.residents)
    return Case(f"mclp {n_demand}x{n_site}", "mclp", instance, mclp_rules(p), metres, radius, p)


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
