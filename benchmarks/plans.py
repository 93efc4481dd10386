"""Plans of one large level without a solver: greedy, then local search for more and more work, against our own bound.

``python -m benchmarks.plans 20000 3000``: level ``basic_coverage`` of a generated city with nothing held, one thread;
processor seconds, loops compiled before.
"""

from __future__ import annotations

import argparse
import math
import resource
import time

import numpy as np

from benchmarks.instances import Spec, make
from benchmarks.report import table
from models.assemble import assemble
from models.columns import lay_out
from models.instance import BoolArray
from models.large.descent import Descent
from models.large.greedy import greedy
from models.large.lagrangian import split
from models.large.pairs import Pairs, pairs_of
from models.large.prices import first_prices, units
from models.large.search import Search
from models.large.warm import warm_up
from models.objectives import objective
from models.reduction import reduce

WORK = (5_000_000, 20_000_000, 80_000_000, 320_000_000)


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plans", description=__doc__)
    parser.add_argument("demand", type=int)
    parser.add_argument("sites", type=int)
    parser.add_argument("--types", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=1000, help="of the bound")
    asked = parser.parse_args()
    warm_up()
    instance, rules = make(Spec(asked.demand, asked.sites, asked.types, asked.seed))
    problem = lay_out(instance, rules)
    model, goal = assemble(problem), objective("basic_coverage", problem)
    pairs = pairs_of(problem, goal, model)
    began = time.process_time()
    chosen = greedy(pairs)
    rows = [("greedy", time.process_time() - began, _value(pairs, chosen))]
    for work in WORK:
        began = time.process_time()
        plan = Search(pairs).improve(chosen, asked.seed, work_limit=work)
        rows.append((f"search, work {work:,}", time.process_time() - began, _value(pairs, plan)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    part = split(problem, model, reduce(model, goal))
    unit = units(part)
    descent = Descent(part, first_prices(part, unit, None), unit)
    began = time.process_time()
    descent.go(rows[-1][2], asked.steps, math.inf)
    bound, took = descent.bound, time.process_time() - began
    print(f"{pairs.n:,} pairs, {len(pairs.weight):,} groups, {len(pairs.cover_group):,} entries; peak {peak:.0f} MiB")
    print(f"bound {bound:,.0f} after {asked.steps:,} steps, {took:.1f} s\n")
    cells = [
        [name, f"{seconds:.2f}", f"{value:,.0f}", f"{100 * (bound / value - 1):.2f}"] for name, seconds, value in rows
    ]
    print("\n".join(table(["plan", "CPU s", "value", "below the bound, %"], cells)))


def _value(pairs: Pairs, chosen: BoolArray) -> float:
    """What a plan covers, counted anew."""
    reached = pairs.cover_group[np.repeat(chosen, np.diff(pairs.cover_start))]
    return float(pairs.weight[np.unique(reached)].sum())


if __name__ == "__main__":
    main()
