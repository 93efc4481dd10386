"""Lower L(m) by the volume algorithm (Barahona and Anbil 2000): subgradient steps along averaged slopes.

The average of the points of the relaxation tends to a point of the linear program over the convex hulls of the places;
``share`` [c] is its part of each pair, what rounding starts from. From the best multipliers m so far and the averaged
slope v a step goes to m - f (L(m) - target) / (v D v) D v. ``D`` makes units and sizes of rows not matter; rows that
hold levels above take the prices of what they hold along (:mod:`models.large.steps`).

A descent is lively first: it loses patience soon and averages little, which comes within 0.2 % of the limit in a few
hundred steps but stands still there. Then it begins again, patient and smooth (decision 0046).
"""

from __future__ import annotations

import math
import time
from copy import copy

import numpy as np

from models.instance import BoolArray, FloatArray
from models.large.jit import kernel
from models.large.lagrangian import Split, dual_value, nowhere
from models.large.steps import followers, length, move, tilt

_LIVELY, _PATIENT, _SECOND_WIND = 5, 20, 2e-2
_WIDEST, _SHORTEST, _CHECK = 0.5, 1e-4, 50
_MANY = 30.0
_CALM = 0.1


class Descent:
    """The state of a descent, which can go on after a pause: ``bound`` in maximising form, never looser by more steps.

    ``multipliers``: those of the bound. ``profit`` [n]: c - mA there. ``share`` [c]: the averaged point of the pairs.
    ``pace`` is the factor f; small where steps no longer lower the bound.
    """

    def __init__(self, part: Split, multipliers: FloatArray, unit: FloatArray) -> None:
        """``unit`` [g + r]: a natural price of each row."""
        self.part, self.multipliers = part, multipliers
        self.metric = _metric(part, unit)
        self.trial, self.at = multipliers.copy(), nowhere(part)
        self.bound = dual_value(part, multipliers, self.at)
        self.profit, self.slope = self.at.profit.copy(), self.at.slope.copy()
        self.share = self.at.chosen.copy()
        self.pace, self.widest, self.idle, self.steps = 1.0, _WIDEST, 0, 0
        self.patience, self.lively = _LIVELY, True
        self._last = self.bound
        self.followers, self.lean = followers(part), np.zeros(len(part.lower))
        self.low = np.where(np.isfinite(part.lower), -np.inf, 0.0)
        self.high = np.where(np.isfinite(part.upper), np.inf, 0.0)

    @property
    def stalled(self) -> bool:
        """Nothing more comes of it."""
        return self.pace <= _SHORTEST or not math.isfinite(self.bound)

    def go(self, target: float, most: int, deadline_s: float) -> None:
        """At most ``most`` steps until ``deadline_s`` of ``time.perf_counter``, towards ``target`` (a plan's value)."""
        for _ in range(most):
            if self.stalled or self.bound <= target or time.perf_counter() > deadline_s:
                return
            self._step(max(target, self.bound - 0.05 * abs(self.bound)))

    def push(self, steps: int, drop: float) -> None:
        """Some steps towards ``drop`` (a share) below the bound, for the sake of the averaged point."""
        for _ in range(steps):
            if self.stalled:
                return
            self._step(self.bound - drop * abs(self.bound))

    def on(self, part: Split, left: BoolArray, rows: BoolArray, pace: float) -> Descent:
        """The same descent on the pairs ``left`` [c] and the ``rows`` [g + r], where the others are decided."""
        new = copy(self)
        new.part, new.at, new.pace, new.idle = part, nowhere(part), pace, 0
        new.widest, new.patience, new.lively = min(self.widest, _CALM), _LIVELY, False
        new.multipliers, new.slope, new.metric = self.multipliers[rows], self.slope[rows], self.metric[rows]
        new.low, new.high = self.low[rows], self.high[rows]
        new.followers, new.lean = followers(part), np.zeros(len(part.lower))
        new.bound = dual_value(part, new.multipliers, new.at)
        new.trial, new.profit, new.share = new.multipliers.copy(), new.at.profit.copy(), self.share[left]
        return new

    def _step(self, target: float) -> None:
        m, v, d = self.multipliers, self.slope, self.metric
        tilt(self.followers, self.part.terms.link, m, self.profit, v, self.lean)
        long = float(length(m, self.lean, d, self.low, self.high))
        if long <= 0.0:
            self.pace = 0.0
            return
        step = self.pace * (self.bound - target) / long
        move(self.followers, m, self.lean, d, self.low, self.high, step, self.trial)
        value = dual_value(self.part, self.trial, self.at)
        along = float(_mix(v, self.at.slope, d, self.widest))
        weight = abs(along)
        self.share += weight * (self.at.chosen - self.share)
        self.steps += 1
        if value < self.bound:
            self.pace = min(1.1 * self.pace, 2.0) if along > 0 else self.pace
            self.bound, self.idle = value, 0
            self.multipliers, self.trial = self.trial, self.multipliers
            self.profit[:] = self.at.profit
        else:
            self.idle += 1
            if self.idle >= self.patience:
                self.pace, self.idle = 0.66 * self.pace, 0
            if self.lively and self.pace < _SECOND_WIND:
                self.pace, self.widest, self.patience, self.lively = _CALM, _CALM, _PATIENT, False
        if self.steps % _CHECK == 0:
            if self._last - self.bound < 0.005 * abs(self.bound):
                self.widest = max(0.7 * self.widest, 0.02)
            self._last = self.bound


def _metric(part: Split, unit: FloatArray) -> FloatArray:
    """[g + r]: how far a multiplier goes for a slope of 1: by its unit squared, less so for light cover rows.

    The slope of a row that joins many columns is the sum of many: it would drown all others. Measured, not derived.
    """
    n = part.n_cover
    metric = unit * unit
    metric[n:] /= 1.0 + np.diff(part.terms.other_start) / _MANY
    if n:
        metric[:n] = np.sqrt(float(np.median(unit[:n]))) * unit[:n] ** 1.5
    return metric


@kernel
def _mix(v: FloatArray, s: FloatArray, d: FloatArray, widest: float) -> float:
    """Average ``s`` into ``v`` by the weight that makes the mean shortest; that weight, negative if they quarrel."""
    across, apart, along = 0.0, 0.0, 0.0
    for r in range(len(v)):
        difference = s[r] - v[r]
        apart += d[r] * difference * difference
        across -= d[r] * v[r] * difference
        along += d[r] * s[r] * v[r]
    weight = across / apart if apart > 0 else widest
    weight = min(max(weight, 0.1 * widest), widest)
    for r in range(len(v)):
        v[r] += weight * (s[r] - v[r])
    return weight if along > 0 else -weight
