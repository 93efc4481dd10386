"""Blocks ``spacing`` and ``separation``: pairs that must not stand together.

x[a,k] + x[b,k] <= 1       outlets of one type nearer than its spacing
x[a,k] + h[a,k] + x[b,l] + h[b,l] <= 1      incompatible types nearer than their separation (a = b: in the same place)

A place holds a type as an outlet or as an add-on service, not as both (block ``once``); a counter is as near as a shop.
"""

from __future__ import annotations

import numpy as np

from models.columns import Problem
from models.linear import Rows, rows


def spacing(problem: Problem) -> Rows:
    """One row for each pair of sites that both have a column of the type."""
    i, column = problem.instance, problem.open_column()
    a, b, k = i.spacing.T
    there = np.flatnonzero((column[a, k] >= 0) & (column[b, k] >= 0))
    n = len(there)
    return rows(
        "spacing",
        (n, problem.n_col),
        [(np.arange(n), column[a, k][there], 1.0), (np.arange(n), column[b, k][there], 1.0)],
        -np.inf,
        1.0,
        lambda: [
            f"spacing[{i.site_ids[a[r]]},{i.type_ids[k[r]]},{i.site_ids[b[r]]},{i.type_ids[k[r]]}]" for r in there
        ],
    )


def separation(problem: Problem) -> Rows:
    """One row for each pair of (place, type) that both have a column."""
    i = problem.instance
    a, k, b, m = i.separation.T
    opens = np.full((i.n_place, i.n_type), -1, dtype=np.int64)
    opens[: i.n_site] = problem.open_column()
    addons = problem.addon_column()
    somehow = (opens >= 0) | (addons >= 0)
    there = np.flatnonzero(somehow[a, k] & somehow[b, m])
    ends = [column[place[there], type_[there]] for column in (opens, addons) for place, type_ in ((a, k), (b, m))]
    places = (*i.site_ids, *i.host_ids)
    return rows(
        "separation",
        (len(there), problem.n_col),
        [(np.flatnonzero(end >= 0), end[end >= 0], 1.0) for end in ends],
        -np.inf,
        1.0,
        lambda: [f"separation[{places[a[r]]},{i.type_ids[k[r]]},{places[b[r]]},{i.type_ids[m[r]]}]" for r in there],
    )
