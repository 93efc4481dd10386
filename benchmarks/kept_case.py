"""One circle read, walked and put into arrays in this process: ``python -m benchmarks.kept_case FOLDER``.

Walks are kept where ``SITING_CACHE`` says.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from benchmarks.measure import hand_back, measured
from siting.formulation import build
from siting.gaps import gap_report
from siting.network import users_keep, walking_distances
from siting.prepare import RunRequest, chosen_types, known_m, read_inputs


def main() -> None:
    """What ``siting gaps`` does with a circle, step by step."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    inputs, reading = measured(lambda: read_inputs(RunRequest(parser.parse_args().folder)))
    workspace, scenario = inputs.workspace, inputs.resolved()
    catalogue, walking = chosen_types(inputs.names, scenario), scenario.scenario.walking
    cutoff_m = known_m(catalogue, scenario)
    walks, cost = measured(lambda: walking_distances(workspace, cutoff_m, walking.max_access_m, users_keep()))

    def arrays() -> None:
        gaps = gap_report(workspace, catalogue, walks, scenario.scenario)
        build(workspace, catalogue, scenario, walks, gaps)

    _, asking = measured(arrays)
    table, digest = walks.general, hashlib.sha256()
    for part in (table.demand, table.place, table.metres):
        digest.update(part.tobytes())
    hand_back(
        cost,
        read_cpu_seconds=reading.cpu_seconds,
        rest_cpu_seconds=asking.cpu_seconds,
        cutoff_m=cutoff_m,
        places=table.n_place,
        pairs=len(table.metres),
        sha256=digest.hexdigest(),
    )


if __name__ == "__main__":
    main()
