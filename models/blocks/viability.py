"""Block ``viability``: an outlet keeps enough residents, existing and new competitors counted (static rule).

Own catchment of (j,k): C[j,k] = sum_{i in reach of j} pop[i,k] / (1 + r[i,k]) with r the existing outlets of k in reach
of i. A new competitor j' takes from the residents that both reach the difference pop/(1+r) - pop/(2+r):

    O[j,j'] = sum_{i in both} pop[i,k] / ((1 + r[i,k]) (2 + r[i,k]))

Since 1/(1+r+n) is convex in n, C - sum_{j'} O[j,j'] x[j'] is exact for one new competitor and never too high for more:
the rule is safe. Assignment types have rows of their own instead (models/blocks/assignment.py).

With min = min_catchment[k] and S[j] = sum_{j' != j} O[j,j'], for every open column (j,k):

    sum_{j' != j} O[j,j'] x[j',k] + (S[j] - C[j,k] + min) x[j,k] <= S[j]

which says sum O x <= C - min when x[j,k] = 1 and nothing when it is 0. Rows with S[j] <= C - min cannot bind and are
left out; pairs with C < min have no column (presolve).
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from models.columns import Problem
from models.linear import Rows, rows
from models.presolve import catchment, static_types, taken_share


def viability(problem: Problem) -> Rows:
    """Rows type by type, in the order of the open columns."""
    i = problem.instance
    own = catchment(i)
    parts, uppers, pairs, n = [], [], [], 0
    for k in static_types(i):
        mine = np.flatnonzero(problem.open_type == k)
        sites, columns = problem.open_site[mine], problem.column("open")[mine]
        taken = _overlap(problem, int(k), sites)
        total = np.asarray(taken.sum(axis=1)).ravel()
        slack = own[sites, k] - i.min_catchment[k]
        binding = np.flatnonzero(total > slack + 1e-9)
        part = taken[binding].tocoo()
        parts.append((part.row + n, columns[part.col], part.data))
        parts.append((np.arange(len(binding)) + n, columns[binding], total[binding] - slack[binding]))
        uppers.append(total[binding])
        pairs += [(int(site), int(k)) for site in sites[binding]]
        n += len(binding)
    return rows(
        "viability",
        (n, problem.n_col),
        parts,
        -np.inf,
        np.concatenate([np.zeros(0), *uppers]),
        lambda: [f"viability[{i.site_ids[j]},{i.type_ids[k]}]" for j, k in pairs],
    )


def _overlap(problem: Problem, k: int, sites: np.ndarray) -> sparse.csr_array:
    """[sites, sites]: residents that each other site would take, O above, with an empty diagonal."""
    i = problem.instance
    reach = i.reach[k][:, sites].astype(float)
    product = sparse.csr_array(reach.T @ (sparse.diags_array(taken_share(i, k)) @ reach)).tocoo()
    off = product.row != product.col
    return sparse.csr_array((product.data[off], (product.row[off], product.col[off])), shape=(len(sites), len(sites)))
