"""Blocks of the walking levels: everybody who needs a type is served, at a place that carries it.

    sum_a z[a] = 1                        for every (i,k) with residents of the segment      (block ``served``)
    z[a] <= x[p,k] + h[p,k]               for every way a that leads to a place              (block ``open_way``)
    sum_a mm[a] z[a] <= w                 for every (i,k), if ``farthest_walk`` is asked     (block ``farthest``)

``mm`` is the walk in whole millimetres, rounded down, so that w is integral and its bound stays a bound. An (i,k) that
no way serves makes an empty row ``0 = 1``: the model is then infeasible, as it should be.
"""

from __future__ import annotations

import numpy as np

from models.columns import EXISTING, Problem
from models.linear import Rows, rows


def served(problem: Problem) -> Rows:
    """One row for each (demand, type) that must be served."""
    assign = problem.assign
    if assign is None:
        return rows("served", (0, problem.n_col), [], 1.0, 1.0, list)
    return rows(
        "served",
        (len(assign.need_demand), problem.n_col),
        [(assign.need, problem.column("assign"), 1.0)],
        1.0,
        1.0,
        lambda: _need_labels("served", problem),
    )


def open_way(problem: Problem) -> Rows:
    """One row for each way that leads to a place."""
    assign = problem.assign
    if assign is None:
        return rows("open_way", (0, problem.n_col), [], 0.0, 0.0, list)
    i = problem.instance
    ways = np.flatnonzero(assign.place != EXISTING)
    place, type_ = assign.place[ways], assign.need_type[assign.need[ways]]
    n = len(ways)
    open_ = np.full(n, -1, dtype=np.int64)
    at_site = place < i.n_site
    open_[at_site] = problem.open_column()[place[at_site], type_[at_site]]
    addon = problem.addon_column()[place, type_]
    has_open, has_addon = np.flatnonzero(open_ >= 0), np.flatnonzero(addon >= 0)
    return rows(
        "open_way",
        (n, problem.n_col),
        [
            (np.arange(n), problem.column("assign")[ways], 1.0),
            (has_open, open_[has_open], -1.0),
            (has_addon, addon[has_addon], -1.0),
        ],
        -np.inf,
        0.0,
        lambda: [f"open_way[{a}]" for a in ways],
    )


def farthest(problem: Problem) -> Rows:
    """One row for each (demand, type) that must be served, if the level is asked for."""
    assign = problem.assign
    if assign is None or not len(problem.column("farthest")):
        return rows("farthest", (0, problem.n_col), [], 0.0, 0.0, list)
    n = len(assign.need_demand)
    return rows(
        "farthest",
        (n, problem.n_col),
        [
            (assign.need, problem.column("assign"), np.floor(assign.metres * 1000.0 + 1e-6)),
            (np.arange(n), np.full(n, problem.column("farthest")[0]), -1.0),
        ],
        -np.inf,
        0.0,
        lambda: _need_labels("farthest", problem),
    )


def _need_labels(name: str, problem: Problem) -> list[str]:
    i, assign = problem.instance, problem.assign
    assert assign is not None
    return [
        f"{name}[{i.demand_ids[d]},{i.type_ids[k]}]" for d, k in zip(assign.need_demand, assign.need_type, strict=True)
    ]
