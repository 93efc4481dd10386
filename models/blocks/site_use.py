"""Block ``site_use``: a site's own cost is paid once, and exactly where something is opened.

x[j,k] <= u[j]                    for every open column (strong, disaggregated form)
u[j] <= sum_k x[j,k]              for every site (block ``site_empty``): an empty site is not used
"""

from __future__ import annotations

import numpy as np

from models.columns import Problem
from models.linear import Rows, rows


def site_use(problem: Problem) -> Rows:
    """One row for each open column."""
    i = problem.instance
    n = len(problem.open_site)
    return rows(
        "site_use",
        (n, problem.n_col),
        [(np.arange(n), problem.column("open"), 1.0), (np.arange(n), problem.column("used")[problem.open_site], -1.0)],
        -np.inf,
        0.0,
        lambda: [
            f"site_use[{i.site_ids[j]},{i.type_ids[k]}]"
            for j, k in zip(problem.open_site, problem.open_type, strict=True)
        ],
    )


def site_empty(problem: Problem) -> Rows:
    """One row for each site."""
    i = problem.instance
    return rows(
        "site_empty",
        (i.n_site, problem.n_col),
        [(np.arange(i.n_site), problem.column("used"), 1.0), (problem.open_site, problem.column("open"), -1.0)],
        -np.inf,
        0.0,
        lambda: [f"site_empty[{site}]" for site in i.site_ids],
    )
