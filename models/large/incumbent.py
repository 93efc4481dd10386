"""What is known of one level while it is solved: the best lawful plan, the best bound, the time that is left."""

from __future__ import annotations

import math
import time
from dataclasses import replace

from models.backends import BackendResult, ProgressCall, backend
from models.backends.base import Progress
from models.columns import Problem
from models.completion import complete, decision_of
from models.instance import FloatArray
from models.linear import LinearModel, Objective
from models.objectives import lattice_step
from models.one_level import ask, clip, round_bound, tighter, worst
from models.solution import SolveOptions, Termination, relative_gap


class Incumbent:
    """``plan`` is a completed point of the model or None, ``value`` its objective; ``bound`` holds for all plans."""

    def __init__(
        self,
        problem: Problem,
        model: LinearModel,
        goal: Objective,
        options: SolveOptions,
        progress: ProgressCall | None = None,
    ) -> None:
        self.problem, self.model, self.goal, self.options = problem, model, goal, options
        self.plan: FloatArray | None = None
        self.value = math.nan
        self.bound = worst(goal)
        self.impossible = False
        self._progress, self._began = progress, time.perf_counter()
        self._step = lattice_step(goal, model)

    @property
    def open(self) -> bool:
        """Neither proven nor out of time."""
        return not (self.impossible or self.closed or self.seconds_left() <= 0)

    @property
    def closed(self) -> bool:
        """The gap asked for is proven."""
        return self.gap <= self.options.least_gap

    @property
    def gap(self) -> float:
        """Relative, infinite without a plan."""
        return math.inf if self.plan is None else relative_gap(self.value, clip(self.bound, self.value, self.goal))

    @property
    def deadline_s(self) -> float:
        """When the level ends, by ``time.perf_counter``."""
        return self._began + self.options.time_limit_s

    def seconds_left(self, share: float = 1.0) -> float:
        """Seconds of the limit that are left, or a share of them."""
        return share * (self.deadline_s - time.perf_counter())

    @property
    def enough(self) -> float | None:
        """The value of a plan that would close the gap; None where the bound says nothing of it."""
        gap = self.options.least_gap
        if not math.isfinite(self.bound) or gap >= 1.0:
            return None
        share = gap if (self.goal.sense == "max") == (self.bound >= 0) else -gap
        return self.bound / (1.0 + share)

    @property
    def seconds_had(self) -> float:
        """Since the level began."""
        return time.perf_counter() - self._began

    def offer(self, values: FloatArray | None) -> bool:
        """Take the completed point of ``values`` where it is lawful and better; whether it was taken."""
        if values is None:
            return False
        point = complete(self.problem, decision_of(self.problem, values))
        value = self.goal.value(point)
        if not self.is_better(value) or not self.model.admits(point):
            return False
        self.plan, self.value = point, value
        return True

    def admits(self, values: FloatArray) -> bool:
        """Whether the completed point of ``values`` is lawful."""
        return self.model.admits(complete(self.problem, decision_of(self.problem, values)))

    def prove(self, bound: float) -> None:
        """A bound that holds for every plan, rounded to what a plan can attain."""
        self.bound = tighter(self.bound, round_bound(bound, self.goal, self._step), self.goal)

    def tell(self) -> None:
        """Report the state."""
        if self._progress is not None:
            value = None if self.plan is None else self.value
            bound = None if not math.isfinite(self.bound) else self._said()
            self._progress(Progress(value, bound, time.perf_counter() - self._began))

    def is_better(self, value: float | None) -> bool:
        """Whether a plan of this value would be."""
        if value is None or self.plan is None:
            return value is not None
        return value > self.value if self.goal.sense == "max" else value < self.value

    def ask(
        self,
        model: LinearModel,
        seconds: float,
        target: float | None = None,
        report: bool = False,
        goal: Objective | None = None,
        part: float = 1.0,
    ) -> BackendResult:
        """HiGHS on a part of the model, from the plan at hand where that lies in it.

        ``report``: its bound holds for whatever is better; ``goal``: another objective than the level's, without
        a start; ``part`` of the gap asked for is to be reached.
        """
        limited = replace(self.options, time_limit_s=max(0.1, seconds), mip_gap=part * self.options.mip_gap)
        call = self._merged if report and self._progress is not None else None
        start = self.plan if goal is None and self.plan is not None and model.admits(self.plan) else None
        solver = backend("highs")
        return ask(solver, model, goal or self.goal, limited, start=start, progress=call, target=target, merge=True)

    def settle(self, answer: BackendResult) -> None:
        """Take an answer of HiGHS on a part of the model that holds every better plan; what it proves holds for all."""
        known = None if self.plan is None else self.value
        self.offer(answer.values)
        if answer.bound is not None:
            self.prove(answer.bound if known is None else clip(answer.bound, known, self.goal))
        self.impossible = self.plan is None and answer.termination is Termination.INFEASIBLE

    def result(self) -> BackendResult:
        """How the level ended."""
        seconds = time.perf_counter() - self._began
        if self.plan is None:
            ended = Termination.INFEASIBLE if self.impossible else Termination.NO_SOLUTION
            return BackendResult(ended, None, None, self.bound if math.isfinite(self.bound) else None, seconds)
        self.tell()
        ended = Termination.OPTIMAL if self.closed else Termination.FEASIBLE
        said = self._said() if math.isfinite(self.bound) else None
        return BackendResult(ended, self.plan, self.value, said, seconds)

    def _said(self) -> float:
        return self.bound if self.plan is None else clip(self.bound, self.value, self.goal)

    def _merged(self, state: Progress) -> None:
        """HiGHS reports: our own plan and bound stand where they are better."""
        value = None if self.plan is None else self.value
        if state.incumbent is not None:
            value = state.incumbent if value is None else self._better(value, state.incumbent)
        bound = self.bound if state.bound is None else tighter(self.bound, state.bound, self.goal)
        assert self._progress is not None
        said = None if not math.isfinite(bound) else bound if value is None else clip(bound, value, self.goal)
        self._progress(Progress(value, said, time.perf_counter() - self._began))

    def _better(self, one: float, other: float) -> float:
        return max(one, other) if self.goal.sense == "max" else min(one, other)
