"""Prices of the rows of a maximal covering, and the Lagrangian bound that they give.

With a price 0 <= m[i] <= w[i] for reaching row i, and r[j] = sum_{i in j} m[i],

    L(m) = sum_i (w[i] - m[i]) + max { sum_j r[j] x[j] : sum_j c[j] x[j] <= B, 0 <= x <= 1 }

is never below the optimum (Galvão and ReVelle 1996); the maximum is a fractional knapsack. With u its critical ratio,
forcing site j in costs u c[j] - r[j] at least, so no choice with j has more than L(m) - max(0, u c[j] - r[j]).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from models.backends.highs import interior_point
from models.instance import FloatArray
from models.linear import Kind, LinearModel, Objective, rows, stack
from models.single.cover import Cover
from models.solution import SolveOptions

_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Priced:
    """The bound, what a choice with a site [site] can have at most, and the share [site] of it in the relaxation."""

    bound: float
    with_site: FloatArray
    share: FloatArray


def best_prices(cover: Cover, cost: FloatArray, purse: float, options: SolveOptions) -> Priced:
    """Prices from HiGHS's interior point; where it ends without any, half the weight of each row.

    Raises:
        SolverError: HiGHS is missing or refused the model.
    """
    found = interior_point(covering_model(cover, cost, purse), covering_goal(cover), options)
    if found is None:
        half = 0.5 * cover.weight
        return bound_of(cover, cost, purse, half, cover.of_site @ half)
    return bound_of(cover, cost, purse, found.price[: cover.n_row], found.values[cover.n_row :])


def bound_of(cover: Cover, cost: FloatArray, purse: float, price: FloatArray, share: FloatArray) -> Priced:
    """L of any prices; they are clipped to [0, w]."""
    m = np.clip(price, 0.0, cover.weight)
    r = np.asarray(cover.of_site @ m)
    ratio = np.where(cost > 0, r / np.where(cost > 0, cost, 1.0), np.inf)
    order = np.argsort(-ratio, kind="stable")
    spent = np.cumsum(cost[order])
    n = int(np.searchsorted(spent, purse * (1 + 1e-12), side="right"))
    critical = float(ratio[order[n]]) if n < len(order) else 0.0
    rest = purse - (spent[n - 1] if n else 0.0)
    parts = [*(cover.weight - m).tolist(), *r[order[:n]].tolist(), max(rest, 0.0) * critical]
    bound = math.fsum(parts) + _ROUNDING * float(cover.weight.sum() + r.sum())
    return Priced(bound, bound - np.maximum(0.0, critical * cost - r), share)


def covering_goal(cover: Cover) -> Objective:
    """Weight in reach."""
    return Objective("reach", "max", np.concatenate([cover.weight, np.zeros(cover.n_site)]))


def covering_model(cover: Cover, cost: FloatArray, purse: float) -> LinearModel:
    """Columns y [row], then x [site]; rows ``cover`` and ``purse``."""
    n_row, n_site = cover.n_row, cover.n_site
    width, each, entries = n_row + n_site, np.arange(n_row), sparse.coo_array(cover.reach)
    reached = [(each, each, 1.0), (entries.coords[0], n_row + entries.coords[1], -1.0)]
    limit = [(np.zeros(n_site, dtype=np.int64), n_row + np.arange(n_site), cost)]
    blocks = [
        rows("cover", (n_row, width), reached, -np.inf, 0.0, lambda: [f"cover[{i}]" for i in range(n_row)]),
        rows("purse", (1, width), limit, -np.inf, purse, lambda: ["purse"]),
    ]
    kind = np.repeat([Kind.IMPLIED, Kind.INTEGER], [n_row, n_site]).astype(np.int8)
    names = lambda: [*(f"y[{i}]" for i in range(n_row)), *(f"x[{j}]" for j in range(n_site))]  # noqa: E731
    return stack(blocks, np.zeros(width), np.ones(width), kind, names)
