"""What passes from level to level: levels held, circles pinned, the mix so far, all that was asked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from models.linear import Objective
from models.nation.asked import Asked
from models.nation.circle import Answer, Question
from models.nation.master import affords, mix
from models.one_level import round_bound
from models.solution import SolveOptions


@dataclass
class State:
    """``mix`` [circle] is a column each; ``held`` the least total of a level; ``pinned`` [level][circle] its least."""

    levels: tuple[str, ...]
    n: int
    capital_cny: float
    options: SolveOptions
    gap: float
    asked: Asked
    mix: list[int] | None = None
    held: dict[int, float] = field(default_factory=dict)
    pinned: dict[int, list[float]] = field(default_factory=dict)

    @property
    def shared(self) -> dict[int, float]:
        """Levels that are held over all circles together."""
        return {m: at for m, at in self.held.items() if m not in self.pinned}

    def question(self, circle: int, weights: Sequence[float], price: float) -> Question:
        """The circle's best at a price, with what is pinned."""
        least = tuple(self.pinned[m][circle] if m in self.pinned else None for m in range(len(self.levels)))
        return Question(circle, tuple(weights), price, least)

    def questions(self, circles: Iterable[int], weights: Sequence[float], price: float) -> list[Question]:
        """:meth:`question` for each of ``circles``."""
        return [self.question(c, weights, price) for c in circles]

    def only(self, level: int) -> list[float]:
        """Weights [level] that see one level alone."""
        return [1.0 if m == level else 0.0 for m in range(len(self.levels))]

    def columns(self, circles: Iterable[int]) -> list[int]:
        """The columns of ``circles`` that keep what is pinned."""
        pool = self.asked.pool
        return [
            q
            for q in pool.of(circles)
            if all(pool.answers[q].values[m] >= caps[pool.answers[q].circle] - 1e-6 for m, caps in self.pinned.items())
        ]

    def take(self, level: int) -> None:
        """The best mix of all columns at ``level``."""
        self.mix = mix(self.asked.pool, level, self.capital_cny, self.held, self.mix, self.options)

    def fits(self, plans: Sequence[Answer]) -> bool:
        """One plan a circle, all found: they keep the budget and the levels held so far."""
        kept = all(math.fsum(a.values[m] for a in plans) >= at for m, at in self.held.items())
        return kept and affords(self.capital_cny, math.fsum(a.money_cny for a in plans))

    def money(self) -> list[float]:
        """What the mix gives each circle, 元."""
        assert self.mix is not None
        return [self.asked.pool.answers[q].money_cny for q in self.mix]

    def value(self, level: int) -> float:
        """The total of ``level`` in the mix."""
        assert self.mix is not None
        return math.fsum(self.asked.pool.answers[q].values[level] for q in self.mix)

    def rounded(self, level: int, bound: float) -> float:
        """The bound on the lattice that all circles share."""
        steps = {one.steps[level] for one in self.asked.pool.answers}
        if not steps or min(steps) <= 0:
            return bound
        step = float(np.gcd.reduce([round(s * 1000) for s in steps])) / 1000.0
        return round_bound(bound, Objective("nation", "max", np.zeros(0)), step)
