"""The p-center on a complete table of distances: least distance within which p sites reach everybody, with a bound.

    min max_i min { d[i,j] : j chosen },   p sites chosen

The optimum is one of the distances. A distance is enough exactly where a set covering needs at most p sites (Minieka
1970; :func:`models.single.lscp.least_cover`), so that halving the distances finds it. A distance of which neither was
proven in its time counts as too short for the plan and as long enough for the bound.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from scipy import sparse

from models.errors import ModelError
from models.instance import FloatArray, IntArray
from models.single.answer import SitesAnswer, ended
from models.single.cover import merged
from models.single.lscp import least_cover
from models.solution import SolveOptions

_KICKS = 2000
_SHARE = 0.15


def p_center(metres: FloatArray, p: int, options: SolveOptions | None = None) -> SitesAnswer:
    """At most ``p`` sites with the least greatest distance to the nearest; ``metres`` [i,j] is finite, not negative.

    Raises:
        ModelError: shapes or numbers are wrong.
        SolverError: HiGHS is missing or failed.
    """
    began = time.perf_counter()
    options = SolveOptions(mip_gap=0.0) if options is None else options
    _check(metres, p)
    search = _Halving(metres, p, options, began + options.time_limit_s)
    search.run(doubt_is_enough=False)
    search.run(doubt_is_enough=True)
    value, bound = float(search.distances[search.enough]), float(search.distances[search.short + 1])
    seconds = time.perf_counter() - began
    return SitesAnswer(search.sites, value, bound, ended(value, bound, options.mip_gap), seconds)


class _Halving:
    """Positions in the rising distances: ``short`` is proven too short (-1: none), ``enough`` has a plan."""

    def __init__(self, metres: FloatArray, p: int, options: SolveOptions, deadline: float) -> None:
        self.metres, self.p, self.options, self.deadline = metres, p, options, deadline
        self.distances = np.unique(metres)
        self.sites = _farthest_first(metres, p)
        self.enough = self._position(self.sites)
        self.short = int(np.searchsorted(self.distances, metres.min(axis=1).max())) - 1
        self.doubtful: set[int] = set()

    def _position(self, sites: IntArray) -> int:
        return int(np.searchsorted(self.distances, self.metres[:, sites].min(axis=1).max()))

    def run(self, *, doubt_is_enough: bool) -> None:
        """Halve until no distance is left between, the gap is met or the time is over."""
        low, high = self.short, self.enough
        while high - low > 1 and time.perf_counter() < self.deadline:
            if self.distances[self.enough] - self.distances[self.short + 1] <= (
                self.options.mip_gap * self.distances[self.enough]
            ):
                return
            middle = (low + high) // 2
            if middle not in self.doubtful:
                self._decide(middle)
            if middle in self.doubtful and doubt_is_enough:
                high = middle
            elif middle in self.doubtful:
                low = middle
            low, high = max(low, self.short), min(high, self.enough)

    def _decide(self, middle: int) -> None:
        near = sparse.csr_array(self.metres <= self.distances[middle])
        cover = merged(near, np.ones(len(self.metres)))
        limit = min(self.deadline, time.perf_counter() + _SHARE * self.options.time_limit_s)
        exact = replace(self.options, mip_gap=0.0)
        unit = np.ones(self.metres.shape[1])
        found = least_cover(cover, unit, exact, limit, good=float(self.p), kicks=_KICKS)
        if len(found.sites) <= self.p:
            self.sites, self.enough = found.sites, self._position(found.sites)
        elif found.bound > self.p:
            self.short = middle
        else:
            self.doubtful.add(middle)


def _farthest_first(metres: FloatArray, p: int) -> IntArray:
    """At most ``p`` sites: again and again the nearest site of the demand that is farthest off (Gonzalez 1985)."""
    sites = [int(np.argmin(metres.max(axis=0)))]
    nearest = metres[:, sites[0]].copy()
    for _ in range(p - 1):
        sites.append(int(np.argmin(metres[np.argmax(nearest)])))
        np.minimum(nearest, metres[:, sites[-1]], out=nearest)
    return np.unique(sites)


def _check(metres: FloatArray, p: int) -> None:
    faults = []
    if metres.ndim != 2 or not metres.size:
        faults.append(f"metres has shape {metres.shape}")
    if not np.all(np.isfinite(metres)) or np.any(metres < 0):
        faults.append("metres holds a negative or non-finite value")
    if metres.ndim == 2 and not 1 <= p <= metres.shape[1]:
        faults.append(f"p is {p}, there are {metres.shape[1]} sites")
    if faults:
        raise ModelError("; ".join(faults))
