"""One build in this process: ``python -m benchmarks.build_case BUILDER …``. The parent is benchmarks.build_mclp."""

from __future__ import annotations

import argparse
import hashlib
import importlib.util

import numpy as np

from benchmarks.builders import BUILDERS, Builder, given_for
from benchmarks.measure import hand_back, measured
from benchmarks.towns import make_town


def main() -> None:
    """Make the town, build once, measure; then, untimed, read the reach back and, if asked, solve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("builder", choices=BUILDERS)
    for name in ("demand", "sites", "p", "seed"):
        parser.add_argument(f"--{name}", type=int, required=True)
    for name in ("side", "radius"):
        parser.add_argument(f"--{name}", type=float, required=True)
    parser.add_argument("--solve", action="store_true")
    asked = parser.parse_args()

    builder: Builder = BUILDERS[asked.builder]
    builder.prepare()
    given = given_for(builder, make_town(asked.demand, asked.sites, asked.side, asked.seed), asked.radius, asked.p)
    built, cost = measured(lambda: builder.build(given))
    reach = builder.reach(given, built)
    n_row, n_col, n_entry = builder.size(built)
    hand_back(
        cost,
        builder=asked.builder,
        rows=n_row,
        columns=n_col,
        entries=n_entry,
        pairs=int(reach.sum()),
        reach_sha256=hashlib.sha256(np.packbits(reach).tobytes()).hexdigest(),
        optimum=builder.optimum(built) if asked.solve else None,
    )


def available(name: str) -> bool:
    """False for spopt where it is not installed."""
    return name != "spopt" or importlib.util.find_spec("spopt") is not None


if __name__ == "__main__":
    main()
