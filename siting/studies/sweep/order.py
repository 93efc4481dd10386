"""Which points of a grid are relaxations of which, and in which order to solve them.

Point q relaxes point p where every plan that is lawful at p is lawful at q, and both have the same levels. That is
known of the keys of :data:`_TIGHTNESS` (a higher budget or count, a lower coverage floor allow more and change nothing
else), other keys being equal. A bound proven at q then holds at p as long as no level has lost
(:class:`models.lexicographic.Reference`); a plan that is the best at q and lawful at p is the best at p; and where q
has no plan, p has none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from siting.studies.sweep.grid import Axis, Grid

_UNSET = {"none", "null", "不限", "无"}


def _number(value: Any, otherwise: float) -> float:
    if value is None or (isinstance(value, str) and value.strip().lower() in _UNSET):
        return otherwise
    return float(value)


def _upper_limit(value: Any) -> float:
    return -_number(value, math.inf)


def _floor(value: Any) -> float:
    return _number(value, -math.inf)


_TIGHTNESS: dict[str, Callable[[Any], float]] = {
    "budget.capital_cny": _upper_limit,
    "budget.subsidy_cny_year": _upper_limit,
    "limits.max_sites": _upper_limit,
    "limits.max_outlets": _upper_limit,
}


def tightness_of(key: str) -> Callable[[Any], float] | None:
    """How tight a value of a monotone key is (larger = tighter); None for any other key."""
    return _floor if key.startswith("coverage_floor.") else _TIGHTNESS.get(key)


def is_monotone(axis: Axis) -> bool:
    """A larger value of the axis relaxes a smaller one, or the other way round."""
    return tightness_of(axis.key) is not None


def relaxes(grid: Grid, q: Sequence[Any], p: Sequence[Any]) -> bool:
    """Point q relaxes point p (a point relaxes itself)."""
    for axis, of_q, of_p in zip(grid.axes, q, p, strict=True):
        tightness = tightness_of(axis.key)
        if tightness is None:
            if of_q is not of_p and (type(of_q) is not type(of_p) or of_q != of_p):
                return False
        elif tightness(of_q) > tightness(of_p):
            return False
    return True


def solving_order(grid: Grid) -> list[int]:
    """Point numbers, loosest first: whatever relaxes a point comes before it."""

    def place(number: int) -> tuple[Any, ...]:
        steps = value_numbers(grid, number)
        other = tuple(n for n, axis in zip(steps, grid.axes, strict=True) if not is_monotone(axis))
        tight = tuple(
            tightness(axis.values[n])
            for n, axis in zip(steps, grid.axes, strict=True)
            if (tightness := tightness_of(axis.key)) is not None
        )
        return (*other, *tight)

    return sorted(range(len(grid.points)), key=lambda number: (place(number), number))


def by_distance(grid: Grid, number: int, among: Sequence[int]) -> list[int]:
    """The points of ``among`` by grid steps away, nearest first; ties go to the smaller number."""
    here = value_numbers(grid, number)

    def distance(other: int) -> int:
        return sum(abs(a - b) for a, b in zip(here, value_numbers(grid, other), strict=True))

    return sorted(among, key=lambda other: (distance(other), other))


def value_numbers(grid: Grid, number: int) -> tuple[int, ...]:
    """Which value of each axis a point has, from 0."""
    steps = []
    for axis in reversed(grid.axes):
        number, step = divmod(number, len(axis.values))
        steps.append(step)
    return tuple(reversed(steps))
