"""Location set covering of one type: the cheapest sites that reach everybody, with a proven bound.

    min sum_j c[j] x[j],   sum_{j in N(i)} x[j] >= 1,   x binary        (Toregas et al. 1971 with c = 1)
    L(u) = sum_i u[i] + sum_j min(0, c[j] - sum_{i in j} u[i]),   u >= 0,   is never above the optimum

Rows that ask no less than another row go, and sites that another one replaces, in turns until nothing goes. HiGHS's
interior point gives the prices u; an iterated greedy by price for cost gives a cover; sites whose reduced cost reaches
past it are left out, and HiGHS gets the rest as an integer program.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from models.backends import backend
from models.backends.highs import interior_point
from models.instance import BoolArray, FloatArray
from models.linear import Kind, LinearModel, Objective, rows, stack
from models.single.answer import SitesAnswer, ended, within
from models.single.cover import Cover, check_arrays, merged, replaced_sites
from models.single.regrow import regrow
from models.single.subsets import around_another
from models.single.swap import board_of
from models.solution import SolveOptions, Termination, relative_gap

_KICKS = 20_000
_WIDTHS = (4, 8, 3)


def lscp(
    reach: sparse.csr_array, *, cost: FloatArray | None = None, options: SolveOptions | None = None
) -> SitesAnswer:
    """The cheapest sites (the fewest without ``cost`` [j]) so that every demand i has one with ``reach`` [i,j].

    INFEASIBLE, with a bound of inf, where some demand is in reach of no site.

    Raises:
        ModelError: shapes or numbers are wrong.
        SolverError: HiGHS is missing or failed.
    """
    began = time.perf_counter()
    options = SolveOptions(mip_gap=1e-3) if options is None else options
    price = np.ones(reach.shape[1]) if cost is None else np.asarray(cost, dtype=np.float64)
    check_arrays(reach, np.ones(reach.shape[0]), price)
    cover = merged(reach, np.ones(reach.shape[0]))
    if np.any(reach.sum(axis=1) == 0):
        return SitesAnswer(None, math.nan, math.inf, Termination.INFEASIBLE, time.perf_counter() - began)
    found = least_cover(cover, price, options, began + options.time_limit_s)
    value = float(price[found.sites].sum())
    bound = min(value, found.bound)
    status = ended(value, bound, options.mip_gap)
    return SitesAnswer(found.sites, value, bound, status, time.perf_counter() - began)


@dataclass(frozen=True, eq=False)
class Covered:
    """A full cover by the numbers of its sites, rising, and a bound on the cost of any."""

    sites: np.ndarray
    bound: float


def least_cover(
    cover: Cover,
    price: FloatArray,
    options: SolveOptions,
    deadline: float,
    good: float | None = None,
    kicks: int = _KICKS,
) -> Covered:
    """The cheapest full cover of rows that all have a site; ``price`` [site outside].

    With ``good`` it ends as soon as a cover at most that dear is found, or none is proven to exist.
    """
    small = shrunk(cover, price)
    cost = price[small.site]
    whole = bool(np.all(cost == np.rint(cost)))
    goal = Objective("cost", "min", cost)
    guide = np.ones(small.n_row)
    chosen = _grown(small, cost, guide, np.zeros(small.n_site, dtype=bool), options.seed, 0)
    if good is not None and cost[chosen].sum() <= good:
        return Covered(np.sort(small.site[chosen]), 0.0)
    found = interior_point(program(small), goal, within(options, deadline))
    u = np.zeros(small.n_row) if found is None else np.maximum(found.price, 0.0)
    reduced = cost - np.asarray(small.of_site @ u)
    size = float(u.sum() + np.abs(cost).sum() + np.asarray(small.of_site @ u).sum())
    low = math.fsum([*u.tolist(), *np.minimum(reduced, 0.0).tolist()]) - 1e-12 * size
    bound = _on_lattice(low, whole)
    guide = np.maximum(u, 1e-3 * max(float(u.mean()), 1e-6))
    chosen = _grown(small, cost, guide, chosen, options.seed, kicks)
    total = float(cost[chosen].sum())
    met = relative_gap(total, bound) <= options.mip_gap
    if met or (good is not None and (total <= good or bound > good)):
        return Covered(np.sort(small.site[chosen]), bound)
    enough = min(total * (1 - 0.999 * options.mip_gap), total - 0.99 if whole else total)
    keep = (low + np.maximum(reduced, 0.0) < enough) | chosen
    part = small.kept(keep)
    start = chosen[keep].astype(np.float64)
    aim, left = Objective("cost", "min", cost[keep]), within(options, deadline)
    answer = backend("highs").solve(program(part), aim, left, start, target=good)
    if answer.values is not None:
        other = np.zeros(small.n_site, dtype=bool)
        other[np.flatnonzero(keep)[answer.values > 0.5]] = True
        if np.all(small.reach @ other.astype(np.float64) > 0) and cost[other].sum() < total:
            chosen = other
    if answer.bound is not None:
        lost = math.inf if keep.all() else enough
        bound = max(bound, _on_lattice(min(answer.bound, lost), whole))
    return Covered(np.sort(small.site[chosen]), bound)


def shrunk(cover: Cover, price: FloatArray) -> Cover:
    """Without rows that hold another row, and without sites that another one replaces, in turns."""
    while True:
        before = (cover.n_row, cover.n_site)
        rows_left = ~around_another(cover.reach)
        cover = merged(sparse.csr_array(cover.reach[rows_left]), cover.weight[rows_left], cover.site)
        cover = cover.kept(~replaced_sites(cover, price[cover.site]))
        if (cover.n_row, cover.n_site) == before:
            return cover


def _grown(cover: Cover, cost: FloatArray, guide: FloatArray, chosen: BoolArray, seed: int, kicks: int) -> BoolArray:
    """The cheapest of three searches, one after the other."""
    board = board_of(replace(cover, weight=guide), cost, float(cost.sum()))
    for n, width in enumerate(_WIDTHS if kicks else _WIDTHS[:1]):
        chosen = regrow(board, chosen, kicks, width, seed + n)
    return chosen


def program(cover: Cover) -> LinearModel:
    """Columns x [site]; rows ``reached``."""
    entries, n = sparse.coo_array(cover.reach), cover.n_site
    row, column = (np.asarray(part) for part in entries.coords)
    block = rows("reached", cover.reach.shape, [(row, column, 1.0)], 1.0, np.inf, lambda: [""] * cover.n_row)
    kind = np.full(n, int(Kind.INTEGER), dtype=np.int8)
    return stack([block], np.zeros(n), np.ones(n), kind, lambda: [f"x[{j}]" for j in range(n)])


def _on_lattice(bound: float, whole: bool) -> float:
    return float(math.ceil(bound - 1e-6)) if whole else bound
