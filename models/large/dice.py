"""Chance inside compiled loops: the same seed, the same numbers."""

from __future__ import annotations

import math

from models.instance import IntArray
from models.large.jit import inner


@inner
def roll(dice: IntArray) -> int:
    """A number in [0, 2^31 - 1), by Park and Miller's congruence; ``dice`` [0] is its state."""
    dice[0] = (dice[0] % 2147483646 + 1) * 48271 % 2147483647
    return int(dice[0])


@inner
def odds(dice: IntArray) -> float:
    """The logarithm of a number between 0 and 1: never above 0, -1 on average."""
    return math.log((roll(dice) + 1.0) / 2147483648.0)


@inner
def logistic(dice: IntArray) -> float:
    """A number by the logistic law: the difference of two Gumbel numbers."""
    u = (roll(dice) + 0.5) / 2147483648.0
    return math.log(u / (1.0 - u))
