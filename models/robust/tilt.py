"""Help for a worst case that the solver has not closed: solves of a weighted mean, tilted towards the worst futures.

For any weights l[s] >= 0, sum l = 1, and any plan,  min_s (L[s] + shift[s])  <=  sum_s l[s] (L[s] + shift[s]).  So

- the bound of the tilted mean bounds the worst case (the Lagrangian bound: it sees whole rooms, where the relaxation of
  the worst case balances the futures with fractions of them);
- its plan is a candidate, and is often good in the worst case once the weights are near the multipliers.

Weights start where the plan in hand is worst and follow each tilted plan (multiplicative weights; Arora, Hazan and Kale
2012). For a level that is minimised all signs turn round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from models.backends import Backend
from models.instance import FloatArray
from models.linear import LinearModel
from models.one_level import ask
from models.robust.aims import Posed, pose
from models.robust.joint import Joint
from models.solution import SolveOptions

ROUNDS = 3
_PULL = 2.0


@dataclass(frozen=True, eq=False)
class Tilt:
    """One tilted solve: a bound on the worst case (None: none proven), and a point (None: none found)."""

    bound: float | None
    values: FloatArray | None


def tilts(
    posed: Posed, joint: Joint, model: LinearModel, solver: Backend, options: SolveOptions, point: FloatArray
) -> Iterator[Tilt]:
    """Up to :data:`ROUNDS` tilted solves over ``model``, sharing the time limit of ``options``, from ``point``."""
    bounded = replace(options, time_limit_s=options.time_limit_s / ROUNDS)
    mean = np.full(joint.family.n, 1.0 / joint.family.n)
    at = posed.by_future(point)
    for n in range(ROUNDS):
        mean = _towards_worst(mean, at + posed.aim.shift, posed.aim.sense == "max", _PULL / np.sqrt(n + 1.0))
        tilted = pose(replace(posed.aim, weights=mean), joint, model, solver.name)
        answer = ask(solver, tilted.model, tilted.goal, bounded, start=point)
        moved = float(mean @ posed.aim.shift)
        yield Tilt(None if answer.bound is None else answer.bound + moved, answer.values)
        if answer.values is not None:
            at = posed.by_future(joint.complete(joint.plan_of(answer.values)))


def _towards_worst(mean: FloatArray, values: FloatArray, high_is_good: bool, pull: float) -> FloatArray:
    """The weights after one step towards the futures in which ``values`` are worst."""
    bad = -values if high_is_good else values
    spread = float(np.ptp(bad))
    if spread <= 0:
        return mean
    moved = mean * np.exp(pull * (bad - bad.mean()) / spread)
    return np.asarray(moved / moved.sum())
