"""Block ``lock_in``: what must be there.

    u[j] >= 1       for a site that is locked in
    x[j,k] >= 1     for a pair that is locked in

What is locked out has no column (presolve). A pair locked in without a column makes an empty row ``0 >= 1``: the
model is then infeasible, as it should be.
"""

from __future__ import annotations

import numpy as np

from models.columns import Problem
from models.linear import Rows, rows


def lock_in(problem: Problem) -> Rows:
    """One row for each lock: sites first, then pairs."""
    i, rules = problem.instance, problem.rules
    pairs = rules.lock_in_pairs
    columns = np.concatenate(
        [problem.column("used")[rules.lock_in_sites], problem.open_column()[pairs[:, 0], pairs[:, 1]]]
    )
    there = np.flatnonzero(columns >= 0)
    return rows(
        "lock_in",
        (len(columns), problem.n_col),
        [(there, columns[there], 1.0)],
        1.0,
        np.inf,
        lambda: [
            *(f"lock_in[{i.site_ids[j]}]" for j in rules.lock_in_sites),
            *(f"lock_in[{i.site_ids[j]},{i.type_ids[k]}]" for j, k in pairs),
        ],
    )
