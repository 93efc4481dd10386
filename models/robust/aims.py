"""A level over all futures as one objective. ``L[s]`` is the level's value in future s, ``w[s]`` the weight.

    expectation      max or min   sum_s w[s] L[s]
    worst case       max          v,   v <= L[s] + shift[s]   for all s         (a level that is maximised)
                     min          v,   v >= L[s] + shift[s]   for all s         (a level that is minimised)

With shift = 0 the worst *value* is made as good as possible. With shift[s] = R - ref[s], ref[s] the best that future s
alone allows and R = max_s |ref[s]|, v is R less (or plus) the largest *regret*: R is the size of the level, so that a
relative gap means the same as in a plain run (a regret of 0 has no relative gap), and with one future v is L itself.

On a lattice. Every L[s] that moves in steps of g[s] from an offset o[s] makes v move in steps of
gcd(g[s], o[s] - o[0]) from o[0]; where no such step is known (equity, walking) no bound is rounded. A solver that knows
whole numbers only counts v in these steps, or in a grid of a ten-billionth of the level, by which its bound is widened.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.instance import FloatArray
from models.linear import Kind, LinearModel, Objective, Rows, rows
from models.objectives import lattice_step
from models.robust.joint import Joint
from models.solution import Sense

WHOLE_NUMBERS_ONLY = frozenset({"cpsat"})
_GRID = 1e-10


@dataclass(frozen=True, eq=False)
class Aim:
    """What one stage wants. ``weights`` [s] for an expectation, None for the worst case, which has ``shift`` [s]."""

    level: str
    sense: Sense
    shift: FloatArray
    weights: FloatArray | None = None

    def value(self, by_future: FloatArray) -> float:
        """The aim's value from the level's value in each future."""
        if self.weights is not None:
            return float(self.weights @ by_future)
        moved = by_future + self.shift
        return float(moved.min() if self.sense == "max" else moved.max())

    def settles(self, value: float, ideal: FloatArray) -> bool:
        """Whoever holds this aim at ``value`` holds every future at its ``ideal``, the best that it allows alone."""
        slack = 1e-9 * max(1.0, abs(value))
        if self.weights is not None:
            reached = self.value(ideal)
            return value >= reached - slack if self.sense == "max" else value <= reached + slack
        moved = ideal + self.shift
        return bool(moved.max() <= value + slack if self.sense == "max" else moved.min() >= value - slack)


@dataclass(frozen=True, eq=False)
class Posed:
    """An aim as a solver gets it: model, objective, lattice step (0: none), what a bound must give way by."""

    aim: Aim
    goals: tuple[Objective, ...]
    model: LinearModel
    goal: Objective
    step: float
    widen: float
    column: int
    unit: float

    def by_future(self, values: FloatArray) -> FloatArray:
        """[s]: the level in each future at a point."""
        return np.array([goal.value(values) for goal in self.goals])

    def value(self, values: FloatArray) -> float:
        """The aim at a point, from the levels and not from the column of the worst case."""
        return self.aim.value(self.by_future(values))

    def placed(self, values: FloatArray) -> FloatArray:
        """The point with the column of the worst case where it belongs."""
        if self.aim.weights is not None:
            return values
        ticks = (self.value(values) - self.goal.constant) / self.unit
        if self.unit != 1.0:
            ticks = np.floor(ticks + 1e-6) if self.aim.sense == "max" else np.ceil(ticks - 1e-6)
        point = values.copy()
        point[self.column] = ticks
        return point

    def holds(self, value: float, n_col: int) -> Rows:
        """Rows that keep the aim at ``value``: one for an expectation, one a future for the worst case."""
        slack = 0.5 * self.step if self.step > 0 else 1e-6 * max(1.0, abs(value))
        if self.aim.weights is not None:
            return _sided(f"hold[{self.aim.level}]", (self.goal,), np.array([value - self.goal.constant]), slack, n_col)
        limits = value - self.aim.shift - np.array([goal.constant for goal in self.goals])
        return _sided(f"hold[{self.aim.level}]", self.goals, limits, slack, n_col)


def pose(aim: Aim, joint: Joint, model: LinearModel, solver: str) -> Posed:
    """The aim over ``model`` (the joint model, levels held so far included)."""
    goals = tuple(joint.objective(s, aim.level) for s in range(joint.family.n))
    if aim.weights is not None:
        total = sum((w * g.coefficients for w, g in zip(aim.weights, goals, strict=True)), np.zeros(joint.n_col))
        goal = Objective(aim.level, aim.sense, total, float(aim.weights @ np.array([g.constant for g in goals])))
        return Posed(aim, goals, model, goal, lattice_step(goal, model), 0.0, joint.worst_column, 1.0)
    offsets = np.array([goal.constant for goal in goals]) + aim.shift
    step = _common_step(goals, offsets, model)
    low, high = _range(goals, offsets, model)
    whole = solver in WHOLE_NUMBERS_ONLY
    unit = (step or _GRID * max(1.0, abs(low), abs(high))) if whole else 1.0
    coefficients = np.zeros(joint.n_col)
    coefficients[joint.worst_column] = unit
    goal = Objective(aim.level, aim.sense, coefficients, float(offsets[0]))
    posed = _with_worst(joint, model, unit, (low - offsets[0], high - offsets[0]), whole)
    posed = posed.with_rows(_worst_rows(joint, goals, offsets, unit, aim.sense))
    return Posed(aim, goals, posed, goal, step, 0.0 if step or not whole else unit, joint.worst_column, unit)


def _common_step(goals: tuple[Objective, ...], offsets: FloatArray, model: LinearModel) -> float:
    """The lattice step of the worst case from ``offsets[0]``; 0 where there is none."""
    steps = [lattice_step(goal, model) for goal in goals if goal.coefficients.any()]
    apart = (offsets - offsets[0]) * 1000.0
    whole = np.rint(np.concatenate([apart, np.array(steps) * 1000.0]))
    if not steps or min(steps) <= 0 or np.abs(apart - np.rint(apart)).max() > 1e-4 or np.abs(whole).max() > 2**52:
        return 0.0
    return float(np.gcd.reduce(np.abs(whole).astype(np.int64))) / 1000.0


def _range(goals: tuple[Objective, ...], offsets: FloatArray, model: LinearModel) -> tuple[float, float]:
    """Least and greatest value of any future's shifted level within the column bounds."""
    ends = [(g.coefficients * model.col_lower, g.coefficients * model.col_upper) for g in goals]
    low = min(float(np.minimum(a, b).sum()) + o for (a, b), o in zip(ends, offsets, strict=True))
    high = max(float(np.maximum(a, b).sum()) + o for (a, b), o in zip(ends, offsets, strict=True))
    return low, high


def _with_worst(joint: Joint, model: LinearModel, unit: float, ends: tuple[float, float], whole: bool) -> LinearModel:
    """The model with the bounds of the worst case's column set free."""
    lower, upper, kind = model.col_lower.copy(), model.col_upper.copy(), model.kind.copy()
    lower[joint.worst_column] = np.floor(ends[0] / unit)
    upper[joint.worst_column] = np.ceil(ends[1] / unit)
    kind[joint.worst_column] = Kind.IMPLIED if whole else Kind.CONTINUOUS
    return replace(model, col_lower=lower, col_upper=upper, kind=kind)


def _worst_rows(joint: Joint, goals: tuple[Objective, ...], offsets: FloatArray, unit: float, sense: Sense) -> Rows:
    """One row a future: unit v - L[s] <= offset[s] - offset[0] for a maximum, >= for a minimum; L without constant."""
    n = len(goals)
    entries: list[tuple[np.ndarray, np.ndarray, np.ndarray | float]] = [
        (np.arange(n), np.full(n, joint.worst_column), unit)
    ]
    for s, goal in enumerate(goals):
        columns = np.flatnonzero(goal.coefficients)
        entries.append((np.full(len(columns), s), columns, -goal.coefficients[columns]))
    sides = offsets - offsets[0]
    lower, upper = (-np.inf, sides) if sense == "max" else (sides, np.inf)
    names = [f.name for f in joint.family.futures]
    return rows("worst", (n, joint.n_col), entries, lower, upper, lambda: [f"worst[{name}]" for name in names])


def _sided(name: str, goals: tuple[Objective, ...], at: FloatArray, slack: float, n_col: int) -> Rows:
    entries = []
    for r, goal in enumerate(goals):
        columns = np.flatnonzero(goal.coefficients)
        entries.append((np.full(len(columns), r), columns, goal.coefficients[columns]))
    lower, upper = (at - slack, np.inf) if goals[0].sense == "max" else (-np.inf, at + slack)
    return rows(name, (len(goals), n_col), entries, lower, upper, lambda: [f"{name}[{r}]" for r in range(len(goals))])
