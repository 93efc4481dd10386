"""What making a city costs: ``python -m benchmarks.instances.size 100000 5000 [--full]``; one line of JSON."""

from __future__ import annotations

import argparse

from benchmarks.instances.generate import Spec, make
from benchmarks.measure import hand_back, measured


def main() -> None:
    """Make one city in this process and say what it took and how large it is."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.instances.size", description=__doc__)
    parser.add_argument("demand", type=int)
    parser.add_argument("sites", type=int)
    parser.add_argument("--types", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--full", action="store_true")
    asked = parser.parse_args()
    spec = Spec(asked.demand, asked.sites, asked.types, asked.seed, asked.full)
    (instance, rules), cost = measured(lambda: make(spec))
    hand_back(
        cost,
        budget_cny=rules.budget_cny,
        covered=float(instance.covered.mean()),
        pairs_in_reach=int(sum(reach.nnz for reach in instance.reach)),
        missing=int(instance.missing_outlets.sum()),
    )


if __name__ == "__main__":
    main()
