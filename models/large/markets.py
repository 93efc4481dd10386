"""A tighter bound once a descent is spent: each market, most often one type in one circle, is solved as a whole.

The relaxation of :mod:`models.large.lagrangian` prices every cover row for itself. A *market* k is a part of the cover
rows and their pairs that shares no pair with any other. With ``u_c = sum of m_g`` over the cover rows of pair c and W_g
the worth of y_g once the other rows are priced, its rows add

    B_k = sum_g (max over its bounds of (W_g - m_g) y_g + m_g cap_g)

to L(m). Instead of its rows, two copies of its pairs may be priced, one in the places and one in the market, made equal
at the price u (Guignard and Kim 1987). The places do not notice, and B_k becomes

    T_k = max sum_g W_g y_g - sum_c u_c x_c,     y_g - sum of x_c <= cap_g,     x whole,

with every other row that joins columns of this market alone besides. L(m) - sum (B_k - T_k) is a bound; B_k is the
linear relaxation of T_k at the best m, so what is won is what covering by whole outlets costs. A pair that its place
does not choose may cost more than u_c in the market, as much as leaves the value of the place what it is
(:func:`models.large.packing.spare`): T_k is lower then, and HiGHS is done with it sooner. It bounds T_k for one market
after the other, the largest B_k first. More steps of u are not worth their time (decision 0055).
"""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import replace

import numpy as np
from scipy import sparse

from models.backends import backend
from models.grouping import common_label, owner
from models.instance import FloatArray, IntArray
from models.large.incumbent import Incumbent
from models.large.packing import NODES, spare
from models.large.relaxation import Relaxation
from models.linear import LinearModel, Objective
from models.one_level import ask
from models.solution import SolveOptions, Termination

_LEAST_S, _LONGER, _TRIES = 2.0, 2.0, 4
_PART_OF_OPEN, _WORTH_WHILE, _POOR, _ROUNDING = 0.02, 0.01, 4, 1e-9


class Markets:
    """Of a descent that is spent; ``bound`` in maximising form holds for all plans, ``won`` [k] is B_k - T_k so far."""

    def __init__(self, relaxed: Relaxation) -> None:
        self._part, self._model, descent = relaxed.part, relaxed.small.model, relaxed.descent
        t, n_pair, n_cover = self._part.terms, len(self._part.terms.pair), self._part.n_cover
        self._covers = self._part.covers
        both = sparse.block_array([[None, self._covers], [self._covers.T, None]], format="csr")
        n, of = sparse.csgraph.connected_components(both, directed=False)
        self._pairs, self._rows = _members(of[:n_pair], n), _members(of[n_pair:], n)
        self._inner = _inner_rows(self._part.other, np.concatenate([t.pair, t.link]), of, n)
        price, left = descent.multipliers[:n_cover], descent.profit[t.link]
        self._worth, self._toll = left + price, self._covers @ price
        self._profit, self._place = descent.profit[t.pair], owner(t.start)
        self._charge = np.where(t.used >= 0, -descent.profit[t.used], 0.0)
        most = np.maximum(left * self._model.col_lower[t.link], left * self._model.col_upper[t.link])
        self._adds = np.bincount(of[n_pair:], weights=most + price * t.cap, minlength=n)
        self.bound, self.won = descent.bound, np.zeros(n)
        order = np.argsort(-self._adds, kind="stable")
        self._next, self._again = deque(order[self._adds[order] > 0]), deque[int]()
        self._tries, self._poor = np.zeros(n, dtype=np.int64), 0

    @property
    def spent(self) -> bool:
        """Nothing is left to try."""
        return not self._next and not self._again

    def lower(self, best: Incumbent, seconds: float) -> None:
        """Try markets for some seconds, one at least; what is proven is told to ``best``.

        A market has all these seconds, and more where it was tried before. A few in a row that win next to nothing
        are the last but for those that were not solved to the end.
        """
        until_s = time.perf_counter() + seconds
        while best.open and not self.spent:
            self._try_next(best, seconds)
            if time.perf_counter() >= until_s:
                return

    def _try_next(self, best: Incumbent, seconds: float) -> None:
        if not self._next:
            self._next, self._again, self._poor = self._again, deque(), 0
        k = int(self._next.popleft())
        if not self._tries[k]:
            self._toll[self._pairs[k]] += self._spare(self._pairs[k])
        gap = max(self.bound - self._part.sign * best.value, 0.0) if best.plan is not None else abs(self.bound)
        limit = min(best.seconds_left(), max(_LEAST_S, seconds) * _LONGER ** self._tries[k])
        bound, proven = self._bounded(k, limit, best.options, _PART_OF_OPEN * gap)
        more = max(0.0, self._adds[k] - bound - _ROUNDING * (abs(bound) + abs(self._adds[k])) - self.won[k])
        self.won[k] += more
        self.bound -= more
        self._tries[k] += 1
        self._poor = 0 if more > _WORTH_WHILE * gap else self._poor + 1
        if not proven and self._tries[k] < _TRIES:
            self._again.append(k)
        if self._poor >= _POOR:
            self._next.clear()
        best.prove(self._part.sign * self.bound)

    def _spare(self, pairs: IntArray) -> FloatArray:
        """What these pairs may cost more in their market at no cost in their places, which see it from now on."""
        t = self._part.terms
        more = spare(t.start, self._profit, t.area_m2, t.room_m2, self._charge, self._place, pairs, NODES)
        return np.asarray(np.maximum(more - _ROUNDING * (1.0 + more), 0.0))

    def _bounded(self, k: int, seconds: float, options: SolveOptions, enough: float) -> tuple[float, bool]:
        """A bound of T_k within ``enough`` of it if ``seconds`` allow; whether it is."""
        model, goal = self._market(k)
        gap = max(enough / max(abs(self._adds[k]), 1.0), 1e-9)
        limited = replace(options, time_limit_s=max(0.1, seconds), mip_gap=gap)
        answer = ask(backend("highs"), model, goal, limited)
        bound = math.inf if answer.bound is None else answer.bound
        return bound, answer.termination is Termination.OPTIMAL

    def _market(self, k: int) -> tuple[LinearModel, Objective]:
        """The problem T_k: its pairs first, then what is covered."""
        t, whole, pairs, rows = self._part.terms, self._model, self._pairs[k], self._rows[k]
        column = np.concatenate([t.pair[pairs], t.link[rows]])
        cover = sparse.csr_array(self._covers[pairs][:, rows].T)
        inner = self._inner[k]
        above = sparse.hstack([-cover, sparse.eye_array(len(rows))])
        matrix = sparse.vstack([above, self._part.other[inner][:, column]], format="csr")
        n_row = matrix.shape[0]
        model = LinearModel(
            matrix=matrix,
            row_lower=np.concatenate([np.full(len(rows), -np.inf), t.other_lower[inner]]),
            row_upper=np.concatenate([t.cap[rows], t.other_upper[inner]]),
            col_lower=whole.col_lower[column],
            col_upper=whole.col_upper[column],
            kind=whole.kind[column],
            blocks={},
            row_labels=(lambda: [f"market[{r}]" for r in range(n_row)],),
            column_label=lambda: [f"market[{c}]" for c in range(len(column))],
        )
        return model, Objective("market", "max", np.concatenate([-self._toll[pairs], self._worth[rows]]))


def _members(of: IntArray, n: int) -> list[IntArray]:
    """The numbers that belong to each of n classes."""
    order = np.argsort(of, kind="stable")
    return np.split(order, np.cumsum(np.bincount(of, minlength=n))[:-1])


def _inner_rows(other: sparse.csr_array, column: IntArray, of: IntArray, n: int) -> list[IntArray]:
    """Of each of n markets, the rows whose columns are all of it; ``column`` [i] belongs to market ``of`` [i]."""
    market = np.full(other.shape[1], -1)
    market[column] = of
    alone = common_label(other, market)
    inner = np.flatnonzero(alone >= 0)
    return [inner[part] for part in _members(alone[inner], n)]
