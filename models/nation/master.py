"""The master problem over the columns that circles have answered with: prices from its relaxation, a mix as a program.

Columns q of circle c(q) with money m[q] and levels v[q,n] (more is better):

    max  sum_q v[q,n] t[q]    sum_{q of c} t[q] = 1,   sum_q m[q] t[q] <= B,   sum_q v[q,l] t[q] >= held_l   for l held

Its linear relaxation gives the prices (Dantzig and Wolfe 1960): p of money, w_l of held levels. With whole t it is the
mix. A relaxation has at most one more fractional circle than coupling rows, so the mix of many circles loses little.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from models.backends import backend
from models.errors import SolverError
from models.instance import FloatArray, IntArray
from models.linear import Kind, Objective, rows, stack
from models.nation.circle import Answer, Question, keeps, worth
from models.one_level import ask
from models.solution import SolveOptions

_MONEY_UNIT = 1e4
_FRACTION = 2e-6
"""By what a mix may spend too much where a solver takes 0.999999 for a whole number, with as much to spare."""


@dataclass(frozen=True)
class Prices:
    """Value of the relaxation, price of one 元, weights of held levels."""

    value: float
    money: float
    weights: tuple[float, ...]


@dataclass
class Pool:
    """All columns so far; one that equals another of its circle is not kept twice."""

    answers: list[Answer] = field(default_factory=list)
    _number: dict[tuple[object, ...], int] = field(default_factory=dict)
    _of: dict[int, list[int]] = field(default_factory=dict)

    def add(self, answers: list[Answer]) -> None:
        """Take in what circles answered."""
        for one in answers:
            if one.found and _key(one) not in self._number:
                self._number[_key(one)] = len(self.answers)
                self._of.setdefault(one.circle, []).append(len(self.answers))
                self.answers.append(one)

    def number(self, wanted: Answer) -> int:
        """The column of an answer, or of its twin."""
        return self._number[_key(wanted)]

    def of(self, circles: Iterable[int]) -> list[int]:
        """Numbers of the columns of ``circles``."""
        return [q for c in sorted(circles) for q in self._of.get(c, ())]

    def best(self, asked: Question) -> Answer | None:
        """The column that answers ``asked`` best so far; None where none keeps what it demands."""
        fits = [one for one in (self.answers[q] for q in self._of.get(asked.circle, ())) if keeps(one, asked)]
        return max(fits, key=lambda one: worth(one, asked), default=None)


def prices(pool: Pool, columns: list[int], level: int, capital_cny: float, held: dict[int, float]) -> Prices:
    """The relaxation over ``columns`` at ``level``.

    Raises:
        SolverError: it has no optimum (the columns hold no mix, a fault of ours).
    """
    money, values, of = _arrays(pool, columns)
    circles, row = np.unique(of, return_inverse=True)
    upper = np.vstack([money / _MONEY_UNIT, *(-values[:, n] for n in held)])
    sides = np.array([capital_cny / _MONEY_UNIT, *(-at for at in held.values())])
    convex = sparse.csr_array((np.ones(len(of)), (row, np.arange(len(of)))), shape=(len(circles), len(of)))
    answer = linprog(-values[:, level], A_ub=upper, b_ub=sides, A_eq=convex, b_eq=np.ones(len(circles)), method="highs")
    if not answer.success:
        raise SolverError(f"master relaxation: {answer.message}")
    duals = np.maximum(0.0, -answer.ineqlin.marginals)
    return Prices(-float(answer.fun), float(duals[0]) / _MONEY_UNIT, tuple(float(v) for v in duals[1:]))


def mix(
    pool: Pool,
    level: int,
    capital_cny: float,
    held: dict[int, float],
    start: list[int] | None,
    options: SolveOptions,
) -> list[int] | None:
    """One column a circle, in the order of circles: the best whole mix, or ``start`` where none better was found.

    A solver's whole numbers are whole to a millionth: a mix that spends too much by that is looked for once more.
    """
    money, values, of = _arrays(pool, list(range(len(pool.answers))))
    for limit_cny in (capital_cny, (1 - _FRACTION) * capital_cny):
        chosen = _whole_mix(money, values, of, level, limit_cny, held, start, options)
        if len(chosen) == int(of.max()) + 1 and affords(capital_cny, money[chosen].sum()):
            old = -math.inf if start is None else values[start, level].sum()
            return chosen if values[chosen, level].sum() > old else start
    return start


def affords(capital_cny: float, money_cny: float) -> bool:
    """Money that is not above the capital but for rounding."""
    return money_cny <= capital_cny * (1 + 1e-9) + 1e-6


def _whole_mix(
    money: FloatArray,
    values: FloatArray,
    of: IntArray,
    level: int,
    capital_cny: float,
    held: dict[int, float],
    start: list[int] | None,
    options: SolveOptions,
) -> list[int]:
    """The columns of the program, one a circle; none where it found no mix."""
    n, q = int(of.max()) + 1, len(of)
    every, none = np.arange(q), np.zeros(q, dtype=np.int64)
    blocks = [
        rows("one", (n, q), [(of, every, 1.0)], 1.0, 1.0, lambda: ["one"] * n),
        rows("money", (1, q), [(none, every, money / _MONEY_UNIT)], -np.inf, capital_cny / _MONEY_UNIT, lambda: ["m"]),
    ]
    for m, at in held.items():
        blocks.append(rows(f"held{m}", (1, q), [(none, every, values[:, m])], at, np.inf, lambda: ["held"]))
    model = stack(blocks, np.zeros(q), np.ones(q), np.full(q, Kind.INTEGER, dtype=np.int8), lambda: ["t"] * q)
    first = None
    if start is not None:
        first = np.zeros(q)
        first[start] = 1.0
    aim = Objective("mix", "max", values[:, level])
    quick = replace(options, mip_gap=min(options.mip_gap, 1e-6))
    found = ask(backend(options.solver), model, aim, quick, start=first)
    chosen = [] if found.values is None else [int(c) for c in np.flatnonzero(found.values > 0.5)]
    return sorted(chosen, key=lambda c: of[c])


def _key(one: Answer) -> tuple[object, ...]:
    return one.circle, round(one.money_cny, 2), one.values


def _arrays(pool: Pool, columns: list[int]) -> tuple[FloatArray, FloatArray, IntArray]:
    chosen = [pool.answers[q] for q in columns]
    money = np.array([one.money_cny for one in chosen])
    return money, np.array([one.values for one in chosen]), np.array([one.circle for one in chosen], dtype=np.int64)
