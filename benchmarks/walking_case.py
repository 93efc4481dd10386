"""One many-to-many measurement in this process: ``python -m benchmarks.walking_case DEMAND SITES AREA SEED``."""

from __future__ import annotations

import argparse
import hashlib
from dataclasses import replace

from benchmarks.measure import hand_back, measured
from scenarios.catalogue import load_catalogue
from siting.generator import CircleSpec, generate_tables
from siting.network import walking_distances
from siting.workspace import Workspace

RESIDENTS_PER_POINT = 100


def make_workspace(n_demand: int, n_site: int, area_km2: float, seed: int, *, outlets: bool) -> Workspace:
    """A schematic circle with streets, walls and gates; ``outlets`` False leaves its existing outlets out."""
    spec = CircleSpec(
        "benchmark",
        "benchmark",
        n_demand=n_demand,
        n_site=n_site,
        population=n_demand * RESIDENTS_PER_POINT,
        area_km2=area_km2,
    )
    workspace = generate_tables(spec, load_catalogue(), seed).to_workspace()
    return workspace if outlets else replace(workspace, outlets=workspace.outlets.iloc[:0])


def main() -> None:
    """Generate, then measure the walk from every demand point to every place within the cutoff."""
    parser = argparse.ArgumentParser()
    for name, kind in (("demand", int), ("sites", int), ("area", float), ("seed", int)):
        parser.add_argument(name, type=kind)
    parser.add_argument("--outlets", action="store_true")
    parser.add_argument("--cutoff", type=float, required=True)
    parser.add_argument("--access", type=float, required=True)
    asked = parser.parse_args()

    workspace = make_workspace(asked.demand, asked.sites, asked.area, asked.seed, outlets=asked.outlets)
    walks, cost = measured(lambda: walking_distances(workspace, asked.cutoff, asked.access))
    table = walks.general
    hand_back(
        cost,
        places=table.n_place,
        pairs=len(table.metres),
        street_km=round(walks.snap.street_km, 1) if walks.snap else None,
        metres_sha256=hashlib.sha256(table.metres.tobytes()).hexdigest(),
    )


if __name__ == "__main__":
    main()
