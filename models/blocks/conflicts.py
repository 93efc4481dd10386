"""Blocks ``spacing`` and ``separation``: pairs that must not stand together.

x[a,k] + x[b,k] <= 1       outlets of one type nearer than its spacing
x[a,k] + x[b,l] <= 1       incompatible types nearer than their separation (a = b: in the same site)
"""

from __future__ import annotations

import numpy as np

from models.columns import Problem
from models.instance import IntArray
from models.linear import Rows, rows


def spacing(problem: Problem) -> Rows:
    """One row for each pair of sites that both have a column of the type."""
    a, b, k = problem.instance.spacing.T
    return _not_both("spacing", problem, a, k, b, k)


def separation(problem: Problem) -> Rows:
    """One row for each pair of (site, type) that both have a column."""
    a, k, b, m = problem.instance.separation.T
    return _not_both("separation", problem, a, k, b, m)


def _not_both(name: str, problem: Problem, a: IntArray, k: IntArray, b: IntArray, m: IntArray) -> Rows:
    i = problem.instance
    column = problem.open_column()
    first, second = column[a, k], column[b, m]
    there = np.flatnonzero((first >= 0) & (second >= 0))
    n = len(there)
    return rows(
        name,
        (n, problem.n_col),
        [(np.arange(n), first[there], 1.0), (np.arange(n), second[there], 1.0)],
        -np.inf,
        1.0,
        lambda: [f"{name}[{i.site_ids[a[r]]},{i.type_ids[k[r]]},{i.site_ids[b[r]]},{i.type_ids[m[r]]}]" for r in there],
    )
