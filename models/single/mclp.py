"""Maximal covering of one type: the most weight in reach of sites that a purse allows, with a proven bound.

    max sum_i w[i] y[i],   y[i] <= sum_{j in N(i)} x[j],   sum_j c[j] x[j] <= B,   x binary, 0 <= y <= 1

(Church and ReVelle 1974 with c = 1, B = p.) The steps, each on what the one before left:

1. rows of equal reach become one, sites that another one replaces go (:mod:`models.single.cover`);
2. the interior point of HiGHS gives prices of the rows, and with them a Lagrangian bound that is valid whatever the
   prices are worth (:mod:`models.single.prices`);
3. the relaxation's x, rounded, then exchanges (:mod:`models.single.swap`) and an annealed greedy in turns
   (:mod:`models.single.refill`);
4. a site that cannot be part of a choice better by more than the gap asked for is left out, and HiGHS gets the rest as
   an integer program with the best choice as its start.
"""

from __future__ import annotations

import time

import numpy as np
from scipy import sparse

from models.backends import backend
from models.errors import ModelError
from models.instance import BoolArray, FloatArray
from models.single.answer import SitesAnswer, ended, within
from models.single.cover import Cover, check_arrays, merged, replaced_sites
from models.single.prices import Priced, best_prices, covering_goal, covering_model
from models.single.refill import refill
from models.single.swap import board_of, climb
from models.solution import SolveOptions, Termination, relative_gap

_KICKS = 20_000
_ROUNDS = 8
_WIDTHS = (3, 4, 2)
_SEARCH_SHARE = 0.3


def mclp(
    reach: sparse.csr_array,
    weight: FloatArray,
    *,
    p: int | None = None,
    cost: FloatArray | None = None,
    budget: float | None = None,
    options: SolveOptions | None = None,
) -> SitesAnswer:
    """The sites that reach the most weight: at most ``p`` of them, or at most ``budget`` of ``cost`` [j].

    ``reach`` [i,j] is true where site j reaches demand i; ``weight`` [i] (residents) and ``cost`` [j] are not negative.
    ``value`` and ``bound`` are in the unit of ``weight``. The same input and seed give the same answer unless the time
    limit ends the work.

    Raises:
        ModelError: shapes or numbers are wrong, or neither or both of ``p`` and ``budget`` are given.
        SolverError: HiGHS is missing or failed.
    """
    began = time.perf_counter()
    options = SolveOptions(mip_gap=1e-3) if options is None else options
    price, purse = check_purse(reach, p, cost, budget)
    check_arrays(reach, weight, price)
    cover = merged(reach, weight)
    cover = cover.kept(~replaced_sites(cover, price) & (price <= purse * (1 + 1e-12)))
    price = price[cover.site]
    if not cover.n_site or not cover.n_row:
        return SitesAnswer(np.zeros(0, dtype=np.int64), 0.0, 0.0, Termination.OPTIMAL, time.perf_counter() - began)
    deadline = began + options.time_limit_s
    known = best_prices(cover, price, purse, within(options, deadline))
    chosen = _first(cover, price, purse, known, options, deadline)
    bound = min(known.bound, _on_lattice(known.bound, cover.weight))
    value = cover.value(chosen)
    if relative_gap(value, bound) > options.mip_gap:
        chosen, bound = _close(cover, price, purse, known, chosen, within(options, deadline))
        value, bound = cover.value(chosen), _on_lattice(bound, cover.weight)
    bound = max(bound, value)
    sites = np.sort(cover.site[chosen])
    return SitesAnswer(sites, value, bound, ended(value, bound, options.mip_gap), time.perf_counter() - began)


def _first(
    cover: Cover, cost: FloatArray, purse: float, known: Priced, options: SolveOptions, deadline: float
) -> BoolArray:
    """Sites by the relaxation's share while they fit, then the searches in turns; ends early where the bound is met."""
    chosen, spent = np.zeros(cover.n_site, dtype=bool), 0.0
    for j in np.argsort(-known.share, kind="stable"):
        if spent + cost[j] <= purse:
            chosen[j], spent = True, spent + cost[j]
    now = time.perf_counter()
    board, until = board_of(cover, cost, purse), now + _SEARCH_SHARE * (deadline - now)
    chosen = climb(board, chosen)
    for n in range(_ROUNDS):
        if relative_gap(cover.value(chosen), known.bound) <= options.mip_gap or time.perf_counter() > until:
            break
        other = climb(board, refill(board, chosen, _KICKS, _WIDTHS[n % len(_WIDTHS)], options.seed + n))
        chosen = other if cover.value(other) > cover.value(chosen) else chosen
    return chosen


def _close(
    cover: Cover, cost: FloatArray, purse: float, known: Priced, chosen: BoolArray, options: SolveOptions
) -> tuple[BoolArray, float]:
    """(choice, bound): the integer program over the sites that could still matter."""
    value = cover.value(chosen)
    enough = value * (1 + 0.999 * options.mip_gap)
    keep = (known.with_site > enough) | chosen
    lost = float(known.with_site[~keep].max(initial=-np.inf))
    small, keeps = cover.kept(keep), np.flatnonzero(keep)
    model = covering_model(small, cost[keep], purse)
    start = chosen[keep].astype(np.float64)
    point = np.concatenate([((small.reach @ start) > 0).astype(np.float64), start])
    answer = backend("highs").solve(model, covering_goal(small), options, start=point)
    if answer.values is not None:
        other = np.zeros(cover.n_site, dtype=bool)
        other[keeps[answer.values[small.n_row :] > 0.5]] = True
        if cover.value(other) > value and float(cost[other].sum()) <= purse * (1 + 1e-9):
            chosen = other
    if answer.bound is None:
        return chosen, known.bound
    return chosen, min(known.bound, max(answer.bound, lost))


def _on_lattice(bound: float, weight: FloatArray) -> float:
    """Rounded down where all weights are whole numbers."""
    return float(np.floor(bound + 1e-6)) if bool(np.all(weight == np.rint(weight))) else bound


def check_purse(
    reach: sparse.csr_array, p: int | None, cost: FloatArray | None, budget: float | None
) -> tuple[FloatArray, float]:
    """(cost [j], purse): unit costs for ``p``. Raises ModelError unless one of both is given, not negative."""
    if (p is None) == (budget is None) or (budget is None) != (cost is None):
        raise ModelError("give either p, or cost and budget")
    purse = float(p) if p is not None else float(budget or 0.0)
    if not np.isfinite(purse) or purse < 0:
        raise ModelError(f"p or budget is {purse:g}; it cannot be negative")
    return (np.ones(reach.shape[1]) if cost is None else np.asarray(cost, dtype=np.float64)), purse
