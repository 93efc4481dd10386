"""The p-median on a complete table of distances: least weighted distance to the nearest of p sites, with a bound.

    min sum_i w[i] min { d[i,j] : j chosen },   p sites chosen

The steps: greedy and interchange (:mod:`models.single.exchange`); the Lagrangian bound, whose sites are interchanged
again on the way (:mod:`models.single.priced`); branch and bound on the sites where a gap is left
(:mod:`models.single.branch`).
"""

from __future__ import annotations

import math
import time

import numpy as np

from models.backends.base import Progress, ProgressCall
from models.errors import ModelError
from models.instance import FloatArray, IntArray
from models.single.answer import SitesAnswer, ended
from models.single.branch import branch
from models.single.exchange import greedy, interchange
from models.single.priced import Relaxed, ascend, relax
from models.single.tables import DenseTable
from models.solution import SolveOptions

_LOOK_EVERY = 10
_STEPS = 2000


def p_median(
    metres: FloatArray,
    weight: FloatArray,
    p: int,
    options: SolveOptions | None = None,
    progress: ProgressCall | None = None,
) -> SitesAnswer:
    """``p`` sites with the least sum over i of ``weight`` [i] times the distance to the nearest; ``metres`` [i,j].

    ``value`` and ``bound`` are weight times metres. All distances are finite and not negative, 1 <= p <= sites.
    ``progress`` is told of the best plan and bound until branching begins, and of both at the end.

    Raises:
        ModelError: shapes or numbers are wrong.
    """
    began = time.perf_counter()
    options = SolveOptions(mip_gap=1e-2) if options is None else options
    _check(metres, weight, p)
    live = weight > 0
    by_site = np.ascontiguousarray((metres[live] * weight[live, None]).T)
    if not live.any():
        return SitesAnswer(np.arange(p), 0.0, 0.0, ended(0.0, 0.0, 0.0), time.perf_counter() - began)
    plan = _Plan(by_site, *interchange(by_site, greedy(by_site, p)), options.mip_gap)
    deadline, table = began + options.time_limit_s, DenseTable(by_site, p)
    price = np.sort(by_site[plan.sites], axis=0)[:2].mean(axis=0)
    start = relax(table, price, np.zeros(0, dtype=np.int64), np.arange(len(by_site)))

    def tell(bound: float) -> None:
        if progress is not None:
            progress(Progress(plan.total, min(bound, plan.total), time.perf_counter() - began))

    def known(now: Relaxed) -> float:
        total = plan.look(now)
        tell(now.bound)
        return total

    risen = ascend(table, start, known, plan.enough, deadline, _STEPS)
    bound = risen.best.bound
    if bound < plan.enough(plan.total):
        low, _ = branch(table, risen.best, risen.often, plan.look, plan.offer, plan.enough, deadline)
        bound = max(bound, low)
    bound = min(plan.total, float(math.ceil(bound - 1e-6)) if plan.whole else bound)
    tell(bound)
    status = ended(plan.total, bound, options.mip_gap)
    return SitesAnswer(plan.sites, plan.total, bound, status, time.perf_counter() - began)


class _Plan:
    """The best plan so far; looks for a better one from the sites of a bound now and then."""

    def __init__(self, by_site: FloatArray, sites: IntArray, total: float, gap: float) -> None:
        self.by_site, self.sites, self.total, self.gap, self.turn = by_site, sites, total, gap, 0
        self.whole = bool(np.all(by_site == np.rint(by_site)))

    def enough(self, total: float) -> float:
        """The bound that proves ``gap``, or that nothing whole lies between."""
        asked = total * (1 - 0.999 * self.gap)
        return min(asked, total - 0.99) if self.whole else min(asked, total * (1 - 1e-10))

    def look(self, known: Relaxed) -> float:
        """The least total known."""
        self.turn += 1
        if self.turn % _LOOK_EVERY == 1:
            self.offer(known.sites)
        return self.total

    def offer(self, sites: IntArray) -> float:
        """Interchange from ``sites`` (filled up from the best plan where they are fewer) and keep what is better."""
        lacking = len(self.sites) - len(sites)
        if lacking:
            sites = np.concatenate([sites, np.setdiff1d(self.sites, sites)[:lacking]])
        found, total = interchange(self.by_site, sites)
        if total < self.total:
            self.sites, self.total = found, total
        return self.total


def _check(metres: FloatArray, weight: FloatArray, p: int) -> None:
    faults = []
    if metres.ndim != 2 or weight.shape != metres.shape[:1]:
        faults.append(f"metres has shape {metres.shape}, weight {weight.shape}")
    for name, values in (("metres", metres), ("weight", weight)):
        if not np.all(np.isfinite(values)) or np.any(values < 0):
            faults.append(f"{name} holds a negative or non-finite value")
    if metres.ndim == 2 and not 1 <= p <= metres.shape[1]:
        faults.append(f"p is {p}, there are {metres.shape[1]} sites")
    if faults:
        raise ModelError("; ".join(faults))
