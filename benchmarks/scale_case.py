"""One contender on one problem in this process: ``python -m benchmarks.scale_case CONTENDER KIND …``.

The parent is benchmarks.scale. Imports, compiling and the making of the problem come first; then the clock starts.
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

import numpy as np

from benchmarks.contenders import CONTENDERS, build_cost, city_case, mclp, warm_up
from benchmarks.formats import pmed, read_case
from benchmarks.formats.case import Case
from benchmarks.formats.instances import pmedian_case
from benchmarks.instances import Spec
from benchmarks.measure import hand_back, measured
from benchmarks.scale_cases import CITIES, PURSE
from benchmarks.towns import distance_matrix, make_town
from models.errors import SolverError


def problem(
    kind: str,
    sizes: list[int],
    seed: int,
    matrix: bool,
    path: Path | None,
    form: str,
    purse: float = PURSE,
    suits: float = 1.0,
) -> Case:
    """The problem of a case; ``matrix`` asks for dense distances, ``purse`` is the budget of a city, a share of all,
    ``suits`` the share of allowed pairs that stay allowed.
    """
    if path is not None:
        return read_case(path, form)
    if kind in CITIES:
        n_demand, n_site, n_type = sizes
        full, roomy = kind == "full", kind == "roomy"
        spec = Spec(n_demand, n_site, n_type, seed, full=full, budget_share=purse, roomy=roomy, suits=suits)
        return city_case(spec)
    if kind == "mclp":
        n_demand, n_site, p = sizes
        return mclp(n_demand, n_site, p, seed, matrix)
    if kind == "graph":
        n, p = sizes
        return pmedian_case(f"graph {n}", pmed.all_pairs(n, *pmed.random_graph(n, seed)), np.ones(n), p)
    n_demand, n_site, p = sizes
    town = make_town(n_demand, n_site, 6000.0, seed)
    return pmedian_case(f"{n_demand}x{n_site}", np.round(distance_matrix(town)), town.residents, p)


def main() -> None:
    """Warm up, make the problem, solve it once, say what came of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("contender", choices=CONTENDERS)
    parser.add_argument("kind", choices=[*CITIES, "mclp", "graph", "plane", "file"])
    parser.add_argument("sizes", type=int, nargs="*")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=60.0)
    parser.add_argument("--purse", type=float, default=PURSE, help="a city's budget as a share of all costs")
    parser.add_argument("--suits", type=float, default=1.0, help="share of a city's allowed pairs that stay allowed")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--format", default="")
    asked = parser.parse_args()
    began = time.perf_counter()
    try:
        warm_up(asked.contender, asked.kind)
        warm = time.perf_counter() - began
        matrix = asked.contender == "spopt"
        case = problem(asked.kind, asked.sizes, asked.seed, matrix, asked.file, asked.format, asked.purse, asked.suits)
        found, cost = measured(lambda: CONTENDERS[asked.contender](case, asked.limit))
    except (SolverError, ImportError) as error:
        print(f'{{"missing": "{type(error).__name__}"}}')
        return
    build, size = (found.build_seconds, None) if asked.contender in ("spopt", "large") else build_cost(case)
    hand_back(
        cost,
        contender=asked.contender,
        seed=asked.seed,
        warm_seconds=warm,
        build_seconds=build,
        size=size,
        solver_peak_mib=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        to={f"{gap:g}": seconds for gap, seconds in found.to.items()},
        cpu_to={f"{gap:g}": seconds for gap, seconds in found.cpu_to.items()},
        gap=found.gap,
        levels=found.levels,
        values=found.values,
        bounds=found.bounds,
    )


if __name__ == "__main__":
    main()
