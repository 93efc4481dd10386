"""Block ``fill``: a missing outlet is filled by an outlet opened or an add-on service (缺什么、补什么).

f[z,k] <= sum_{j in z} x[j,k] + sum_{p in z} h[p,k],     f[z,k] <= missing[z,k] (column bound)

for every zone z, a circle of a city; a place may lie in several. Of one circle alone, the only zone holds all places.
"""

from __future__ import annotations

import numpy as np

from models.columns import Problem, fill_labels
from models.linear import Rows, rows


def fill(problem: Problem) -> Rows:
    """One row for each zone and type of which outlets are missing, if the level is asked for."""
    n = len(problem.fill_type)
    inside = problem.instance.by_zone.inside[problem.fill_zone]
    wanted = problem.fill_type[:, None]
    open_row, opened = np.nonzero(inside[:, problem.open_site] & (wanted == problem.open_type))
    addon_row, added = np.nonzero(inside[:, problem.addon_place] & (wanted == problem.addon_type))
    return rows(
        "fill",
        (n, problem.n_col),
        [
            (np.arange(n), problem.column("fill"), 1.0),
            (open_row, problem.column("open")[opened], -1.0),
            (addon_row, problem.column("addon")[added], -1.0),
        ],
        -np.inf,
        0.0,
        lambda: [f"fill[{label}]" for label in fill_labels(problem)],
    )
