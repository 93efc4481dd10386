"""Block ``cover``: a group of demand points is newly covered only if some place in its reach carries the type.

y[g] <= sum_{j in N(g)} x[j,k(g)] + sum_{p in N(g)} h[p,k(g)]

Where outlets can be full, who is covered is who is served: block ``served_share`` (models/blocks/assignment.py).
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from models.assignment import can_be_full
from models.columns import Problem
from models.linear import Rows, rows


def cover(problem: Problem) -> Rows:
    """One row for each coverage group of a type whose outlets are never full."""
    i, groups = problem.instance, problem.groups
    mine = np.flatnonzero(~can_be_full(i)[groups.type_])
    reach = sparse.csr_array(groups.reach[mine]).tocoo()
    type_ = groups.type_[mine][reach.row]
    addon = problem.addon_column()[reach.col, type_]
    at_site = reach.col < i.n_site
    open_ = np.full(len(reach.col), -1, dtype=np.int64)
    open_[at_site] = problem.open_column()[reach.col[at_site], type_[at_site]]
    has_open, has_addon = open_ >= 0, addon >= 0
    return rows(
        "cover",
        (len(mine), problem.n_col),
        [
            (np.arange(len(mine)), problem.column("cover")[mine], 1.0),
            (reach.row[has_open], open_[has_open], -1.0),
            (reach.row[has_addon], addon[has_addon], -1.0),
        ],
        -np.inf,
        0.0,
        lambda: [f"cover[{i.type_ids[groups.type_[g]]},{g}]" for g in mine],
    )
