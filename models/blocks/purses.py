"""Block ``purse``: the share of the money that a part of the places gets, say the circles of a district.

With S = all that counts against the capital budget and S[P] what is spent at the places of purse P:

    S[P] >= least_share[P] S           a share of what the plan spends
    S[P] <= most_cny[P]

Neither ever refuses the empty plan, so a share alone cannot make a scenario impossible or force money to be wasted.
"""

from __future__ import annotations

import numpy as np

from models.columns import Problem
from models.instance import BoolArray, FloatArray
from models.linear import Rows, rows

_Entry = tuple[np.ndarray, np.ndarray, FloatArray | float]


def purse(problem: Problem) -> Rows:
    """One row for each side of a purse that is set, in the order of the purses."""
    parts: list[_Entry] = []
    lower: list[float] = []
    upper: list[float] = []
    names: list[str] = []

    def add(name: str, scale: FloatArray, low: float, high: float) -> None:
        parts.extend(_spent(problem, scale, len(names)))
        lower.append(low)
        upper.append(high)
        names.append(name)

    for p in problem.rules.purses:
        if p.least_share > 0:
            add(f"purse[{p.name},least]", _part(p.inside) - p.least_share, 0.0, np.inf)
        if p.most_cny is not None:
            add(f"purse[{p.name},most]", _part(p.inside), -np.inf, p.most_cny)
    return rows("purse", (len(names), problem.n_col), parts, np.array(lower), np.array(upper), lambda: names)


def _part(inside: BoolArray) -> FloatArray:
    return np.asarray(inside, dtype=np.float64)


def _spent(problem: Problem, scale: FloatArray, row: int) -> list[_Entry]:
    """The money of every place times ``scale`` [p], in a row."""
    i = problem.instance
    made: list[_Entry] = []
    for block, place, cost in (
        ("open", problem.open_site, i.open_budget_cny[problem.open_site, problem.open_type]),
        ("used", np.arange(i.n_site), i.site_budget_cny),
        ("addon", problem.addon_place, i.addon_cost_cny[problem.addon_type]),
    ):
        columns = problem.column(block)
        made.append((np.full(len(columns), row), columns, scale[place] * cost))
    return made
