"""Block ``equity``: the mean count of basic types in reach over the worst-served share of residents, as a linear CVaR.

With count(c) = base[c] + sum_k y[g(c,k)] over basic types, residents R[c], R = sum_c R[c] and the share a:

    maximise  t - 1/(a R) sum_c R[c] s[c]          (level ``equity``)
    s[c] >= t - count(c),  s[c] >= 0

(Rockafellar and Uryasev 2000, for a discrete distribution.) A plain max-min would be stuck as soon as one estate has no
candidate in reach.
"""

from __future__ import annotations

import numpy as np

from models.columns import Problem
from models.linear import Rows, rows


def equity(problem: Problem) -> Rows:
    """One row for each class of demand points, if the level is asked for: s + sum y - t >= -base."""
    classes = problem.equity
    if classes is None:
        return rows("equity", (0, problem.n_col), [], 0.0, 0.0, list)
    n = len(classes.residents)
    row, basic = np.nonzero(classes.groups >= 0)
    return rows(
        "equity",
        (n, problem.n_col),
        [
            (np.arange(n), problem.column("deficit"), 1.0),
            (row, problem.column("cover")[classes.groups[row, basic]], 1.0),
            (np.arange(n), np.full(n, problem.column("quantile")[0]), -1.0),
        ],
        -classes.base_count,
        np.inf,
        lambda: [f"equity[{c}]" for c in range(n)],
    )
