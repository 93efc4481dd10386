"""One contender on one problem of one type in this process: ``python -m benchmarks.single_case CONTENDER KIND …``.

The parent is benchmarks.single. Everything is imported, compiled and made before the clock starts. ``ours`` is
models.single; ``highs`` and ``scip`` get the textbook program of the same arrays, for coverings on merged rows and
without replaced sites; ``spopt`` only builds, it is not asked to solve.
"""

from __future__ import annotations

import argparse
import importlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks.formats import pmed
from benchmarks.instances.ground import by_block, make_ground, scatter, walks
from benchmarks.measure import hand_back, measured
from benchmarks.towns import FloatArray, distance_matrix, make_town, reach_from_points
from models.backends import backend
from models.linear import Kind, LinearModel, Objective, rows, stack
from models.single.cover import merged, replaced_sites
from models.single.lscp import lscp, program
from models.single.mclp import mclp
from models.single.pcenter import p_center
from models.single.pmedian import p_median
from models.single.prices import covering_goal, covering_model
from models.solution import SolveOptions, relative_gap

RADIUS_M = 500.0
KINDS = (
    "mclp-town",
    "mclp-city",
    "lscp-town",
    "lscp-city",
    "median-graph",
    "median-plane",
    "center-graph",
    "center-plane",
)
CONTENDERS = ("ours", "highs", "scip", "spopt")


@dataclass(frozen=True, eq=False)
class Given:
    """Arrays: ``reach`` for coverings, ``metres`` for the others (and for spopt)."""

    problem: str
    weight: FloatArray
    p: int
    reach: sparse.csr_array | None = None
    metres: FloatArray | None = None


def given(kind: str, sizes: list[int], seed: int, dense: bool = False) -> Given:
    """``sizes``: demand, sites, p; a town of the same density whatever its size, a city of neighbourhoods, a graph."""
    problem, ground = kind.split("-")
    n, m, p = sizes
    if ground == "graph":
        return Given(problem, np.ones(n), p, metres=pmed.all_pairs(n, *pmed.random_graph(n, seed)))
    if ground == "city":
        rng = np.random.Generator(np.random.PCG64([seed, n, m]))
        area = make_ground(rng, m)
        homes, rooms = scatter(rng, area, n), scatter(rng, area, m)
        near = walks(homes[by_block(homes, RADIUS_M)], rooms, RADIUS_M)
        reach = sparse.csr_array((np.ones(near.nnz, dtype=bool), near.indices, near.indptr), shape=near.shape)
        residents = np.round(rng.lognormal(4.3, 0.7, n)).clip(1, 3000)
    else:
        town = make_town(n, m, 6000.0 * math.sqrt(n / 10_000) if problem in ("mclp", "lscp") else 6000.0, seed)
        metres = np.round(distance_matrix(town)) if dense or problem not in ("mclp", "lscp") else None
        if problem not in ("mclp", "lscp"):
            return Given(problem, town.residents, p, metres=metres)
        reach, residents = reach_from_points(town, RADIUS_M), town.residents
        if dense:
            return Given(problem, residents, p, reach, metres)
    if problem == "lscp":
        lived = np.asarray(reach.sum(axis=1)).ravel() > 0
        reach, residents = sparse.csr_array(reach[lived]), residents[lived]
    return Given(problem, residents, p, reach)


def ours(g: Given, options: SolveOptions) -> tuple[float, float]:
    """(value, bound) by models.single."""
    if g.problem == "mclp":
        answer = mclp(g.reach, g.weight, p=g.p, options=options)
    elif g.problem == "lscp":
        answer = lscp(g.reach, options=options)
    elif g.problem == "median":
        answer = p_median(g.metres, g.weight, g.p, options)
    else:
        answer = p_center(g.metres, g.p, options)
    return answer.value, answer.bound


def textbook(g: Given) -> tuple[LinearModel, Objective]:
    """The integer program that a solver alone gets; no presolve of ours but merging and replaced sites."""
    if g.problem == "median":
        return median_program(g.metres * g.weight[:, None], g.p)
    cover = merged(g.reach, g.weight if g.problem == "mclp" else np.ones(len(g.weight)))
    cover = cover.kept(~replaced_sites(cover, np.ones(cover.n_site)))
    if g.problem == "mclp":
        return covering_model(cover, np.ones(cover.n_site), float(g.p)), covering_goal(cover)
    return program(cover), Objective("sites", "min", np.ones(cover.n_site))


def median_program(cost: FloatArray, p: int) -> tuple[LinearModel, Objective]:
    """Columns x [site], then z [demand, site]; rows z summed to 1, z <= x, x summed to p."""
    n, m = cost.shape
    demand, site = np.divmod(np.arange(n * m), m)
    z, width = m + np.arange(n * m), m + n * m
    blocks = [
        rows("served", (n, width), [(demand, z, 1.0)], 1.0, 1.0, list),
        rows("open", (n * m, width), [(z - m, z, 1.0), (z - m, site, -1.0)], -np.inf, 0.0, list),
        rows("p", (1, width), [(np.zeros(m, dtype=np.int64), np.arange(m), 1.0)], p, p, list),
    ]
    kind = np.repeat([Kind.INTEGER, Kind.IMPLIED], [m, n * m]).astype(np.int8)
    model = stack(blocks, np.zeros(width), np.ones(width), kind, list)
    return model, Objective("walking", "min", np.concatenate([np.zeros(m), cost.ravel()]))


def alone(name: str) -> Callable[[Given, SolveOptions], tuple[float, float]]:
    """A solver by itself; nan where it found or proved nothing."""

    def run(g: Given, options: SolveOptions) -> tuple[float, float]:
        solver: Any = backend("highs") if name == "highs" else importlib.import_module("benchmarks.scip").ScipBackend()
        answer = solver.solve(*textbook(g), options)
        value, bound = answer.objective, answer.bound
        return math.nan if value is None else value, math.nan if bound is None else bound

    return run


def built_by_spopt(g: Given, _options: SolveOptions) -> tuple[float, float]:
    """Only builds its model."""
    if g.problem == "mclp":
        importlib.import_module("spopt.locate.coverage").MCLP.from_cost_matrix(g.metres, g.weight, RADIUS_M, g.p)
    else:
        importlib.import_module("spopt.locate.p_median").PMedian.from_cost_matrix(g.metres, g.weight, g.p)
    return math.nan, math.nan


RUN: dict[str, Callable[[Given, SolveOptions], tuple[float, float]]] = {
    "ours": ours,
    "highs": alone("highs"),
    "scip": alone("scip"),
    "spopt": built_by_spopt,
}


def main() -> None:
    """Warm up on a small problem, make the problem, solve it once, say what came of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("contender", choices=CONTENDERS)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("sizes", type=int, nargs=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--gap", type=float, default=1e-3)
    parser.add_argument("--limit", type=float, default=100.0)
    asked = parser.parse_args()
    run, dense = RUN[asked.contender], asked.contender == "spopt"
    run(given(asked.kind, [60, 60, 6], 1, dense), SolveOptions(mip_gap=0.0, time_limit_s=20.0))
    problem = given(asked.kind, asked.sizes, asked.seed, dense)
    options = SolveOptions(mip_gap=asked.gap, time_limit_s=asked.limit, threads=1)
    (value, bound), cost = measured(lambda: run(problem, options))
    known = math.isfinite(value) and math.isfinite(bound)
    hand_back(
        cost,
        contender=asked.contender,
        seed=asked.seed,
        value=value if math.isfinite(value) else None,
        bound=bound if math.isfinite(bound) else None,
        gap=relative_gap(value, bound) if known else None,
    )


if __name__ == "__main__":
    main()
