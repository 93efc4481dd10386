"""Blocks ``max_sites`` and ``max_outlets``: how many sites are used, how many outlets opened.

sum_j u[j] <= max_sites,        sum_{j,k} x[j,k] <= max_outlets     (add-on services are not outlets)
"""

from __future__ import annotations

import numpy as np

from models.columns import Problem
from models.linear import Rows, rows


def max_sites(problem: Problem) -> Rows:
    """One row if the scenario limits the sites."""
    return _count("max_sites", problem, "used", problem.rules.max_sites)


def max_outlets(problem: Problem) -> Rows:
    """One row if the scenario limits the outlets."""
    return _count("max_outlets", problem, "open", problem.rules.max_outlets)


def _count(name: str, problem: Problem, block: str, limit: int | None) -> Rows:
    n = 0 if limit is None else 1
    columns = problem.column(block)
    entries = [(np.zeros(len(columns), dtype=np.int64), columns, 1.0)] if n else []
    return rows(name, (n, problem.n_col), entries, -np.inf, float(limit or 0), lambda: [name] * n)
