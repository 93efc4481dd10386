"""Block ``fill``: a missing outlet is filled by an outlet opened or an add-on service (缺什么、补什么).

f[k] <= sum_j x[j,k] + sum_p h[p,k],     f[k] <= missing_outlets[k] (column bound)
"""

from __future__ import annotations

import numpy as np

from models.columns import Problem
from models.linear import Rows, rows


def fill(problem: Problem) -> Rows:
    """One row for each type of which outlets are missing, if the level is asked for."""
    i = problem.instance
    n = len(problem.fill_type)
    row = np.full(i.n_type, -1)
    row[problem.fill_type] = np.arange(n)
    opens, addons = row[problem.open_type] >= 0, row[problem.addon_type] >= 0
    return rows(
        "fill",
        (n, problem.n_col),
        [
            (np.arange(n), problem.column("fill"), 1.0),
            (row[problem.open_type[opens]], problem.column("open")[opens], -1.0),
            (row[problem.addon_type[addons]], problem.column("addon")[addons], -1.0),
        ],
        -np.inf,
        0.0,
        lambda: [f"fill[{i.type_ids[k]}]" for k in problem.fill_type],
    )
