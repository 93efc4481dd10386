"""The form of a golden test: a block, a problem made by hand, and the rows that must come out, no more and no less."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from support.hand import hand_instance

from models.columns import Problem, lay_out, names
from models.instance import Rules, SitingInstance
from models.linear import Rows

Terms = dict[str, float]
INF = float("inf")
COVERAGE = ("basic_coverage",)


@dataclass(frozen=True)
class Row:
    """``lower <= terms <= upper`` with columns by name."""

    name: str
    terms: Terms
    lower: float
    upper: float


@dataclass(frozen=True, eq=False)
class Case:
    """One call of a block; ``rows`` empty where the block must leave none."""

    block: Callable[[Problem], Rows]
    title: str
    problem: Problem
    rows: tuple[Row, ...]

    @property
    def name(self) -> str:
        return self.block.__name__


def at_most(name: str, upper: float, terms: Terms) -> Row:
    return Row(name, terms, -INF, upper)


def at_least(name: str, lower: float, terms: Terms) -> Row:
    return Row(name, terms, lower, INF)


def exactly(name: str, value: float, terms: Terms) -> Row:
    return Row(name, terms, value, value)


def hand_problem(
    levels: tuple[str, ...] = COVERAGE, instance: SitingInstance | None = None, **rules: object
) -> Problem:
    """Columns of the hand instance (or of ``instance``) under rules made of ``levels`` and the named limits."""
    return lay_out(hand_instance() if instance is None else instance, replace(Rules(levels=levels), **rules))


def terms_of(problem: Problem, coefficients: np.ndarray) -> Terms:
    """Column name to coefficient, where it is not zero."""
    labels = names(problem)()
    assert len(labels) == problem.n_col == len(set(labels))
    return {labels[c]: float(coefficients[c]) for c in np.flatnonzero(coefficients)}


def rows_of(problem: Problem, made: Rows) -> tuple[Row, ...]:
    """What a block made, in the golden form."""
    assert made.matrix.shape == (made.n, problem.n_col)
    assert len(made.lower) == len(made.upper) == made.n
    labels = list(made.label())
    assert len(labels) == made.n
    dense = made.matrix.toarray()
    return tuple(
        Row(label, terms_of(problem, dense[r]), float(made.lower[r]), float(made.upper[r]))
        for r, label in enumerate(labels)
    )
