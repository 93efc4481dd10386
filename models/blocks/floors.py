"""Block ``floor``: a share of the residents of the type's segment must be in reach.

    sum_{g of type k} residents[g] y[g] >= share * total[k] - covered[k]

with total and covered the segment's residents in all and in reach of existing outlets. Rows met already are left out.
"""

from __future__ import annotations

import numpy as np

from models.columns import Problem
from models.linear import Rows, rows


def floor(problem: Problem) -> Rows:
    """One row for each coverage floor that the existing outlets do not meet."""
    i, groups = problem.instance, problem.groups
    parts = []
    lower: list[float] = []
    types: list[int] = []
    for k, share in problem.rules.coverage_floor:
        residents = i.segment_residents[:, k]
        needed = share * residents.sum() - residents[i.covered[:, k]].sum()
        if needed <= 1e-9 * max(1.0, residents.sum()):
            continue
        mine = np.flatnonzero(groups.type_ == k)
        parts.append((np.full(len(mine), len(types)), problem.column("cover")[mine], groups.residents[mine]))
        lower.append(needed * (1 - 1e-9))
        types.append(k)
    return rows(
        "floor",
        (len(types), problem.n_col),
        parts,
        np.array(lower),
        np.inf,
        lambda: [f"floor[{i.type_ids[k]}]" for k in types],
    )
