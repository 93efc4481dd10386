"""What a nation's solve gives back."""

from __future__ import annotations

import math
from dataclasses import dataclass

from models.nation.circle import Answer
from models.solution import LevelResult, Termination


@dataclass(frozen=True)
class NationLevel:
    """A level over all circles: its result, the price of money (v a 元) at the best bound, rounds over all circles."""

    result: LevelResult
    price: float
    rounds: int


@dataclass(frozen=True, eq=False)
class Nation:
    """``chosen``: an answer a circle, sorted by name, None where there is no plan; ``seen``: every plan on the way.

    ``impossible``: circles that no plan of their own can satisfy, by name; empty and INFEASIBLE: the money does not pay
    for the least that all need, which is ``least_cny`` (a bound; None where it did not have to be asked).
    """

    termination: Termination
    names: tuple[str, ...]
    levels: tuple[NationLevel, ...] = ()
    chosen: tuple[Answer, ...] | None = None
    seen: tuple[Answer, ...] = ()
    impossible: tuple[str, ...] = ()
    least_cny: float | None = None
    questions: int = 0
    seconds: float = 0.0

    @property
    def spent_cny(self) -> float:
        """Money of all plans."""
        return math.fsum(one.money_cny for one in self.chosen or ())
