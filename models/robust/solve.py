"""The lexicographic solve over a family: expectation level by level, or worst case level by level.

    expected   for each level:  sum_s p[s] L[s]
    worst      for each level:  the worst of L[s], or of the regret;  then for each level the expectation, among the
               plans that are as good in the worst case (so that futures which are not the worst are not left to
               chance; Iancu and Trichakis 2014, "Pareto efficiency in robust optimization"), ten seconds each at most

Each stage holds the ones before. The best that a future alone allows bounds the first stage, and those after it for as
long as every future is held at its best. Plans are verified in every future; incumbents are recomputed from the plan.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from models.backends import Progress, ProgressCall, backend
from models.errors import VerificationError
from models.instance import FloatArray
from models.lexicographic import LevelProgress
from models.one_level import ask, clip, round_bound, tighter, worst
from models.robust.aims import Aim, Posed, pose
from models.robust.family import Family
from models.robust.joint import Joint, join
from models.robust.judge import Judgement, judge
from models.robust.tilt import tilts
from models.solution import Decision, Sense, Solution, SolveOptions, Termination, relative_gap

Measure = Literal["expected", "worst_value", "worst_regret"]
_TIE_BREAK_S = 10.0


@dataclass(frozen=True)
class RobustLevel:
    """One stage. ``sense`` is that of the number shown: a regret is always minimised.

    ``mip_gap`` of a regret is relative to the size of the level, not to the regret (which may be 0).
    """

    measure: Measure
    level: str
    sense: Sense
    incumbent: float
    bound: float
    mip_gap: float
    seconds: float
    termination: Termination


@dataclass(frozen=True, eq=False)
class RobustSolution:
    """``plan`` is in the family's places; None where none was found. ``judgement`` is the verifier's word on it."""

    termination: Termination
    levels: tuple[RobustLevel, ...]
    plan: Decision | None
    judgement: Judgement | None
    seconds: float


@dataclass(frozen=True, eq=False)
class _Shown:
    """How an aim's value is told: divided by the sum of weights, or as a regret."""

    measure: Measure
    aim: Aim
    size: float = 0.0
    tie_break: bool = False

    def number(self, value: float) -> float:
        if self.measure == "worst_regret":
            return (self.size - value if self.aim.sense == "max" else value - self.size) + 0.0
        return value if self.aim.weights is None else value / float(self.aim.weights.sum())

    @property
    def sense(self) -> Sense:
        return "min" if self.measure == "worst_regret" else self.aim.sense


def solve_expected(
    family: Family,
    options: SolveOptions,
    *,
    alone: Sequence[Solution] | None = None,
    starts: Sequence[Decision] = (),
    progress: LevelProgress | None = None,
) -> RobustSolution:
    """The plan that is best in expectation, level by level.

    Args:
        family: the futures.
        options: solver, time limit of each stage, gap, seed.
        alone: each future solved alone (bounds).
        starts: plans in the family's places to start from; those that are lawful everywhere are tried.
        progress: called with the level and the solver's state.

    Raises:
        SolverError: the solver is missing or failed.
        VerificationError: the plan does not check (a fault of ours).

    """
    return _Chain(family, options, alone, progress).run(_expectations(family), starts)


def solve_worst(
    family: Family,
    options: SolveOptions,
    *,
    measure: Literal["worst_value", "worst_regret"],
    alone: Sequence[Solution],
    starts: Sequence[Decision] = (),
    progress: LevelProgress | None = None,
) -> RobustSolution:
    """The plan that is best in the worst of the futures, level by level; see :func:`solve_expected`.

    ``alone`` gives the references of a regret: the incumbents of each future solved alone.
    """
    stages = []
    for n, level in enumerate(family.levels):
        reference = np.array([solution.levels[n].incumbent for solution in alone])
        size = float(np.abs(reference).max()) if measure == "worst_regret" else 0.0
        shift = size - reference if measure == "worst_regret" else np.zeros(family.n)
        stages.append(_Shown(measure, Aim(level, family.sense(level), shift), size))
    if family.n > 1:
        stages += [replace(stage, tie_break=True) for stage in _expectations(family)]
    return _Chain(family, options, alone, progress).run(stages, starts)


def _expectations(family: Family) -> list[_Shown]:
    nothing = np.zeros(family.n)
    return [_Shown("expected", Aim(level, family.sense(level), nothing, family.weights)) for level in family.levels]


class _Chain:
    """The state that passes from stage to stage."""

    def __init__(
        self,
        family: Family,
        options: SolveOptions,
        alone: Sequence[Solution] | None,
        progress: LevelProgress | None,
    ) -> None:
        self.family = family
        self.joint: Joint = join(family)
        self.model = self.joint.model
        self.options = options
        self.solver = backend(options.solver)
        self.progress = progress
        self.ideal: dict[str, FloatArray] = {}
        if alone is not None:
            self.ideal = {
                level: np.array([solution.levels[n].bound for solution in alone])
                for n, level in enumerate(family.levels)
            }
        self.point: FloatArray | None = None
        self.results: list[tuple[_Shown, RobustLevel]] = []

    def run(self, stages: Sequence[_Shown], starts: Sequence[Decision]) -> RobustSolution:
        began = time.perf_counter()
        self.point = self._best_start(stages, starts)
        for shown in stages:
            if not self._advance(shown):
                break
        return self._finish(time.perf_counter() - began)

    def _best_start(self, stages: Sequence[_Shown], starts: Sequence[Decision]) -> FloatArray | None:
        """The best of the plans that are lawful in every future; the empty plan is tried too."""
        order = list(self.family.levels)
        empty = Decision(open=np.zeros_like(self.family.opens), addon=np.zeros_like(self.family.addons))
        best: tuple[tuple[float, ...], Decision] | None = None
        for plan in (*starts, empty):
            kept = self.joint.within(plan)
            judged = judge(self.family, kept)
            if not judged.lawful.all():
                continue
            values = [s.aim.value(judged.values[:, order.index(s.aim.level)]) for s in stages]
            key = tuple(v if s.aim.sense == "max" else -v for s, v in zip(stages, values, strict=True))
            if best is None or key > best[0]:
                best = (key, kept)
        return None if best is None else self.joint.complete(best[1])

    def _advance(self, shown: _Shown) -> bool:
        """One stage; False where no plan is known after it."""
        began = time.perf_counter()
        posed = pose(shown.aim, self.joint, self.model, self.options.solver)
        ideal = self.ideal.get(shown.aim.level)
        known = worst(posed.goal) if ideal is None else shown.aim.value(ideal)
        termination, bound = self._optimise(shown, posed, known)
        seconds = time.perf_counter() - began
        value = math.nan if self.point is None else posed.value(self.point)
        self.results.append((shown, _told(shown, value, bound, seconds, termination)))
        if self.point is None:
            return False
        if ideal is None or posed.step <= 0 or not shown.aim.settles(value, ideal):
            self.ideal = {}
        self.model = self.model.with_rows(posed.holds(value, self.joint.n_col))
        return True

    def _optimise(self, shown: _Shown, posed: Posed, known: float) -> tuple[Termination, float]:
        goal = posed.goal
        if self.point is not None:
            value = posed.value(self.point)
            if not any(g.coefficients.any() for g in posed.goals):
                return Termination.OPTIMAL, value
            if clip(known, value, goal) == value or abs(known - value) <= 1e-9 * max(1.0, abs(value)):
                return Termination.OPTIMAL, value
        start = None if self.point is None else posed.placed(self.point)
        limit = min(self.options.time_limit_s, _TIE_BREAK_S) if shown.tie_break else self.options.time_limit_s
        bounded = replace(self.options, time_limit_s=limit)
        answer = ask(self.solver, posed.model, goal, bounded, start=start, progress=self._report(shown))
        bound = worst(goal) if answer.bound is None else answer.bound
        bound = round_bound(bound + (posed.widen if goal.sense == "max" else -posed.widen), goal, posed.step)
        bound = tighter(bound, known, goal)
        if answer.values is not None:
            self.point = self._better(answer.values, posed)
        elif self.point is None:
            return answer.termination, bound
        if shown.aim.weights is None and not self._closed(posed, bound):
            bound = self._tilted(posed, bound)
        bound = clip(bound, posed.value(self.point), goal)
        return (Termination.OPTIMAL if self._closed(posed, bound) else Termination.FEASIBLE), bound

    def _closed(self, posed: Posed, bound: float) -> bool:
        assert self.point is not None
        value = posed.value(self.point)
        return relative_gap(value, clip(bound, value, posed.goal)) <= max(self.options.mip_gap, 1e-9)

    def _tilted(self, posed: Posed, bound: float) -> float:
        """A better plan and a better bound from solves tilted towards the worst futures, if they give any."""
        assert self.point is not None
        for tilt in tilts(posed, self.joint, self.model, self.solver, self.options, self.point):
            if tilt.bound is not None:
                proven = round_bound(tilt.bound, posed.goal, posed.step)
                bound = tighter(bound, proven, posed.goal)
            if tilt.values is not None:
                self.point = self._better(tilt.values, posed)
            if self._closed(posed, bound):
                break
        return bound

    def _report(self, shown: _Shown) -> ProgressCall | None:
        tell = self.progress
        if tell is None:
            return None

        def number(value: float | None) -> float | None:
            return None if value is None else shown.number(value)

        return lambda state: tell(
            shown.aim.level, Progress(number(state.incumbent), number(state.bound), state.seconds)
        )

    def _better(self, values: FloatArray, posed: Posed) -> FloatArray:
        """The completed point of the solver's plan, unless the plan so far is better."""
        polished = self.joint.complete(self.joint.plan_of(values))
        if self.point is None:
            return polished
        gain = posed.value(polished) - posed.value(self.point)
        return self.point if (gain if posed.aim.sense == "max" else -gain) < 0 else polished

    def _finish(self, seconds: float) -> RobustSolution:
        levels = tuple(level for _, level in self.results)
        if self.point is None:
            ended = levels[-1].termination if levels else Termination.NO_SOLUTION
            return RobustSolution(ended, levels, None, None, seconds)
        plan = self.joint.plan_of(self.point)
        judged = judge(self.family, plan)
        broken = [
            f"future {future.name}: {sentence}"
            for future, sentences in zip(self.family.futures, judged.broken, strict=True)
            for sentence in sentences
        ]
        if broken:
            raise VerificationError(tuple(broken))
        levels = tuple(self._recomputed(shown, level, judged) for shown, level in self.results)
        proven = all(level.termination is Termination.OPTIMAL for level in levels)
        return RobustSolution(Termination.OPTIMAL if proven else Termination.FEASIBLE, levels, plan, judged, seconds)

    def _recomputed(self, shown: _Shown, level: RobustLevel, judged: Judgement) -> RobustLevel:
        """The stage with its incumbent recomputed from the plan by the verifier."""
        column = list(self.family.levels).index(level.level)
        value = shown.number(shown.aim.value(judged.values[:, column]))
        worse = level.incumbent - value if level.sense == "max" else value - level.incumbent
        if worse > 0.002 + 2e-6 * max(abs(level.incumbent), shown.size):
            raise VerificationError((f"{level.measure} of {level.level}: {level.incumbent}, plan gives {value}",))
        bound = max(level.bound, value) if level.sense == "max" else min(level.bound, value)
        gap = 0.0 if bound == value else level.mip_gap
        return RobustLevel(level.measure, level.level, level.sense, value, bound, gap, level.seconds, level.termination)


def _told(shown: _Shown, value: float, bound: float, seconds: float, termination: Termination) -> RobustLevel:
    gap = math.inf if math.isnan(value) else relative_gap(value, bound)
    return RobustLevel(
        shown.measure,
        shown.aim.level,
        shown.sense,
        shown.number(value),
        shown.number(bound),
        gap,
        seconds,
        termination,
    )
