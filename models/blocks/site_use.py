"""Block ``site_use``: a site's own cost is paid once, and exactly where something is opened.

x[j,k] <= u[j]                    for every open column (strong, disaggregated form)
u[j] <= sum_k x[j,k]              for every site that is locked in (block ``site_empty``)

Any other site needs no row of the second kind: u only costs, so it falls to zero by itself; a lock-in pushes it up, and
must not be met by an empty site. A purse's least share of the money pushes u up too, and so does a level that counts
rooms and is maximised; then every site needs it.
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
    """One row for each site that is locked in; for each site where a purse has a least share or rooms are a gain."""
    i = problem.instance
    pushed = any(purse.least_share > 0 for purse in problem.rules.purses)
    pushed |= any(own.sense == "max" and own.room.any() for own in problem.rules.sums)
    locked = np.arange(i.n_site) if pushed else np.unique(problem.rules.lock_in_sites)
    row = np.full(i.n_site, -1)
    row[locked] = np.arange(len(locked))
    there = row[problem.open_site] >= 0
    return rows(
        "site_empty",
        (len(locked), problem.n_col),
        [
            (np.arange(len(locked)), problem.column("used")[locked], 1.0),
            (row[problem.open_site[there]], problem.column("open")[there], -1.0),
        ],
        -np.inf,
        0.0,
        lambda: [f"site_empty[{i.site_ids[j]}]" for j in locked],
    )
