"""Blocks of the money and the commitments of a plan by years.

With S[t] = sum open_budget X[t] + sum site_budget U[t] + sum addon_cost H[t] spent by the end of phase t (columns of
:mod:`models.early`; S[-1] = 0) and B[t] the budgets of the phases up to t, for every phase t = 0 … T-1
(``phase_budget``):

    S[t] <= B[t]                      where money left over may be spent later
    S[t] - S[t-1] <= budget[t]        where it lapses

A pair committed to phase t starts in it (``lock_phase``; X[.,-1] = 0):

    X[j,k,t] - X[j,k,t-1] >= 1

Where the columns were laid out for the same commitments, X[j,k,t-1] has no column. A pair without a column in its phase
makes a row that cannot hold: the model is then infeasible, as it should be.
"""

from __future__ import annotations

import numpy as np

from models.columns import Problem
from models.instance import FloatArray
from models.layers import early_open_column, layer_columns
from models.linear import Rows, rows

_Entry = tuple[np.ndarray, np.ndarray, FloatArray | float]


def phase_budget(problem: Problem) -> Rows:
    """One row for each phase, if the scenario has any."""
    phases = problem.rules.phases
    if phases is None:
        return rows("phase_budget", (0, problem.n_col), [], -np.inf, 0.0, list)
    parts: list[_Entry] = []
    for t in range(phases.n):
        parts += _spent(problem, t, t, 1.0)
        if t > 0 and not phases.carry_over:
            parts += _spent(problem, t - 1, t, -1.0)
    limit = np.cumsum(phases.budget_cny) if phases.carry_over else phases.budget_cny
    return rows(
        "phase_budget",
        (phases.n, problem.n_col),
        parts,
        -np.inf,
        limit,
        lambda: [f"phase_budget[{t}]" for t in range(phases.n)],
    )


def lock_phase(problem: Problem) -> Rows:
    """One row for each pair that is committed to a phase."""
    i, phases = problem.instance, problem.rules.phases
    fixed = problem.rules.lock_in_phases if phases is not None else problem.rules.lock_in_phases[:0]
    layers = np.concatenate([early_open_column(problem), problem.open_column()[None]])
    now = layers[fixed[:, 2], fixed[:, 0], fixed[:, 1]]
    before = np.where(fixed[:, 2] > 0, layers[fixed[:, 2] - 1, fixed[:, 0], fixed[:, 1]], -1)
    there, earlier = np.flatnonzero(now >= 0), np.flatnonzero(before >= 0)
    return rows(
        "lock_phase",
        (len(fixed), problem.n_col),
        [(there, now[there], 1.0), (earlier, before[earlier], -1.0)],
        1.0,
        np.inf,
        lambda: [f"lock_phase[{i.site_ids[j]},{i.type_ids[k]},{t}]" for j, k, t in fixed],
    )


def _spent(problem: Problem, t: int, row: int, sign: float) -> list[_Entry]:
    """S[t] in a row."""
    i = problem.instance
    made: list[_Entry] = []
    for block, cost in (
        ("open", i.open_budget_cny[problem.open_site, problem.open_type]),
        ("used", i.site_budget_cny),
        ("addon", i.addon_cost_cny[problem.addon_type]),
    ):
        columns = layer_columns(problem, block, t)
        there = np.flatnonzero(columns >= 0)
        made.append((np.full(len(there), row), columns[there], sign * cost[there]))
    return made
