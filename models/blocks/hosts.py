"""Block ``host``: an add-on service (一点多用、一店多能) needs a host at its place.

    h[j,k] <= sum_{g: hosts[g,k]} x[j,g]        for every site j

At an existing outlet the host is there already; presolve makes columns only where it may carry the type.
"""

from __future__ import annotations

import numpy as np

from models.columns import Problem
from models.linear import Rows, rows


def host(problem: Problem) -> Rows:
    """One row for each add-on column at a site."""
    i = problem.instance
    at_site = np.flatnonzero(problem.addon_place < i.n_site)
    site, type_ = problem.addon_place[at_site], problem.addon_type[at_site]
    open_column = problem.open_column()
    carries = (open_column[site] >= 0) & i.hosts[:, type_].T
    row, carrier = np.nonzero(carries)
    n = len(at_site)
    return rows(
        "host",
        (n, problem.n_col),
        [(np.arange(n), problem.column("addon")[at_site], 1.0), (row, open_column[site[row], carrier], -1.0)],
        -np.inf,
        0.0,
        lambda: [f"host[{i.site_ids[p]},{i.type_ids[k]}]" for p, k in zip(site, type_, strict=True)],
    )
