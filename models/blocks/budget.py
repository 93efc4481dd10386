"""Blocks ``budget`` and ``subsidy``: money.

sum_{j,k} open_budget_cny[j,k] x[j,k] + sum_j site_budget_cny[j] u[j] + sum_{p,k} addon_cost_cny[k] h[p,k] <= budget
sum_{j,k} subsidy_cny_year[k] x[j,k] + sum_{p,k} addon_subsidy_cny_year[k] h[p,k] <= yearly subsidy budget
"""

from __future__ import annotations

import numpy as np

from models.columns import Problem
from models.linear import Rows, rows


def budget(problem: Problem) -> Rows:
    """One row if the scenario sets a capital budget."""
    i, limit = problem.instance, problem.rules.budget_cny
    n = 0 if limit is None else 1
    entries = [
        (problem.column("open"), i.open_budget_cny[problem.open_site, problem.open_type]),
        (problem.column("used"), i.site_budget_cny),
        (problem.column("addon"), i.addon_cost_cny[problem.addon_type]),
    ]
    return _one_row("budget", problem, n, entries, limit or 0.0)


def subsidy(problem: Problem) -> Rows:
    """One row if the scenario sets a yearly subsidy budget."""
    i, limit = problem.instance, problem.rules.subsidy_cny_year
    n = 0 if limit is None else 1
    entries = [
        (problem.column("open"), i.subsidy_cny_year[problem.open_type]),
        (problem.column("addon"), i.addon_subsidy_cny_year[problem.addon_type]),
    ]
    return _one_row("subsidy", problem, n, entries, limit or 0.0)


def _one_row(name: str, problem: Problem, n: int, entries: list[tuple[np.ndarray, np.ndarray]], limit: float) -> Rows:
    parts = [(np.zeros(len(column), dtype=np.int64), column, value) for column, value in entries] if n else []
    return rows(name, (n, problem.n_col), parts, -np.inf, limit, lambda: [name] * n)
