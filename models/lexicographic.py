"""Solve the levels one after another, each with the levels above it held at their incumbents.

A level ends OPTIMAL only where its bound proves the gap asked for. The plan that comes out is checked by the
independent verifier, and every incumbent is recomputed from the plan itself, never taken from the solver.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from importlib import import_module

import numpy as np

from models.assemble import assemble, hold
from models.backends import (
    AUTO,
    AUTO_FROM_ENTRIES,
    LARGE,
    SINGLE_FROM_ENTRIES,
    BackendResult,
    Progress,
    ProgressCall,
    backend,
)
from models.blend import blend
from models.columns import Problem, lay_out
from models.completion import complete, decision_of
from models.crowding import crowding
from models.head_start import head_start
from models.instance import FloatArray, Rules, SitingInstance
from models.linear import LinearModel, Objective, Rows
from models.objectives import lattice_step, objective
from models.one_level import ask, at_least_as_good, clip, round_bound, tighter, worst
from models.outcome import closed, outcome
from models.solution import Decision, LevelResult, Solution, SolveOptions, Termination

_QUICK_GAP = 0.01

LevelProgress = Callable[[str, Progress], None]


@dataclass(frozen=True, eq=False)
class Reference:
    """A solved problem of which the one at hand is a restriction: its bounds hold as long as no level has lost."""

    levels: tuple[LevelResult, ...]


def solve(
    instance: SitingInstance,
    rules: Rules,
    options: SolveOptions,
    *,
    start: Decision | None = None,
    adopt: bool = False,
    reference: Reference | None = None,
    blend_after_loss: bool = False,
    progress: LevelProgress | None = None,
    also: Callable[[Problem], Iterable[Rows]] | None = None,
) -> Solution:
    """Solve all levels of ``rules`` in order.

    Args:
        instance: the problem.
        rules: what the scenario demands; ``rules.levels`` names the levels.
        options: solver, time limit of each level, gap, seed, threads.
        start: a plan to start from; it need not be lawful.
        adopt: a lawful start stays the plan until a level has a better one, so the answer is never lexicographically
            worse than it, whatever limit stops the solver. Plans by years always do so.
        reference: results of a problem that contains this one (the same problem with fewer locks).
        blend_after_loss: stop proving after the first level that falls short of ``reference``; the levels after it are
            then improved together in one quick solve (:func:`models.blend.blend`), without bounds of their own.
        progress: called with the level and the solver's state.
        also: rows that the plan must meet besides, over the columns of the problem.

    Raises:
        SolverError: the solver is missing or failed.
        VerificationError: the plan does not check (a fault of ours).
    """
    began = time.perf_counter()
    if rules.phases is not None and rules.phases.n > 1:
        start = head_start(instance, rules, options, start, _levels)
    solution = _levels(instance, rules, options, start, reference, blend_after_loss, progress, also, adopt)
    return replace(solution, seconds=time.perf_counter() - began)


def _levels(
    instance: SitingInstance,
    rules: Rules,
    options: SolveOptions,
    start: Decision | None = None,
    reference: Reference | None = None,
    blend_after_loss: bool = False,
    progress: LevelProgress | None = None,
    also: Callable[[Problem], Iterable[Rows]] | None = None,
    adopt: bool = False,
) -> Solution:
    """:func:`solve` from ``start`` as it is."""
    began = time.perf_counter()
    chain = _Chain(lay_out(instance, rules), options, start, reference, progress)
    for block in also(chain.problem) if also else ():
        chain.model = chain.model.with_rows(block)
    if adopt or rules.phases is not None:
        chain.adopt_start()
    for n, level in enumerate(rules.levels):
        if not chain.advance(level):
            break
        if chain.lost and blend_after_loss:
            chain.blend_rest(rules.levels[n + 1 :])
            break
    return chain.finish(time.perf_counter() - began)


class _Chain:
    """The state that passes from level to level: the model with its held rows, the plan so far, the results."""

    def __init__(
        self,
        problem: Problem,
        options: SolveOptions,
        start: Decision | None,
        reference: Reference | None,
        progress: LevelProgress | None,
    ) -> None:
        self.problem = problem
        self.model = assemble(problem).with_rows(crowding(problem))
        self.options = options
        self.solver = backend(options.solver)
        self.progress = progress
        self.reference = {level.name: level for level in reference.levels} if reference else {}
        self.lost = False
        self.start = None if start is None else complete(problem, start)
        self.plan: FloatArray | None = None
        self.adopted = False
        self.by_large = False
        self.results: list[LevelResult] = []

    def adopt_start(self) -> None:
        """Take a start that keeps every row as the plan so far: it was made with all levels in mind, and stays where a
        level has no better one.
        """
        if self.start is not None and self.model.admits(self.start):
            self.plan, self.adopted = self.start, True

    def advance(self, level: str) -> bool:
        """Solve one level; False where no plan is known after it."""
        goal = objective(level, self.problem)
        step = lattice_step(goal, self.model)
        began = time.perf_counter()
        termination, bound = self._optimise(goal, step)
        if self.plan is None:
            self.results.append(
                LevelResult(level, goal.sense, math.nan, bound, time.perf_counter() - began, termination)
            )
            return False
        value = goal.value(self.plan)
        self.results.append(LevelResult(level, goal.sense, value, bound, time.perf_counter() - began, termination))
        self.model = self.model.with_rows(hold(goal, value, step))
        if self.reference and not self._still_as_good(level, value):
            self.reference = {}
            self.lost = True
        return True

    def blend_rest(self, levels: tuple[str, ...]) -> None:
        """Improve the remaining levels together in the sites of the plan so far; no bound is proven for any."""
        goals = [objective(level, self.problem) for level in levels]
        if not goals or self.plan is None:
            return
        mixed = blend(goals, [goal.value(self.plan) for goal in goals])
        quick = replace(self.options, mip_gap=max(self.options.mip_gap, _QUICK_GAP), node_limit=1)
        began = time.perf_counter()
        answer = self._ask(mixed, quick, self._same_sites())
        if answer.values is not None:
            self.plan = self._polish(answer.values, mixed)
        seconds = (time.perf_counter() - began) / len(goals)
        self.results += [
            LevelResult(g.name, g.sense, g.value(self.plan), worst(g), seconds, Termination.FEASIBLE) for g in goals
        ]

    def _optimise(self, goal: Objective, step: float) -> tuple[Termination, float]:
        known = self.reference.get(goal.name)
        if self.plan is not None and self._nothing_to_gain(goal, known):
            value = goal.value(self.plan)
            return Termination.OPTIMAL, value if known is None else clip(known.bound, value, goal)
        report = None if self.progress is None else (lambda state, call=self.progress: call(goal.name, state))
        answer = self._ask(
            goal,
            self.options,
            progress=report,
            target=None if known is None or known.termination is not Termination.OPTIMAL else known.incumbent,
        )
        bound = worst(goal) if answer.bound is None else round_bound(answer.bound, goal, step)
        if known is not None:
            bound = tighter(bound, known.bound, goal)
        if answer.values is not None:
            self.plan = self._polish(answer.values, goal)
        elif self.plan is None:
            return answer.termination, bound
        value = goal.value(self.plan)
        bound = clip(bound, value, goal)
        done = closed(value, bound, self.options)
        return (Termination.OPTIMAL if done else Termination.FEASIBLE), bound

    def _ask(
        self,
        goal: Objective,
        options: SolveOptions,
        model: LinearModel | None = None,
        progress: ProgressCall | None = None,
        target: float | None = None,
    ) -> BackendResult:
        """Solve the part of the model that matters to ``goal``, from the plan so far; the answer is in full columns."""
        start = self.plan if self.plan is not None else self.start
        chosen = self.model if model is None else model
        entries = math.inf if self.options.solver == LARGE else chosen.matrix.nnz if self.options.solver == AUTO else 0
        if entries >= SINGLE_FROM_ENTRIES:
            answer = import_module("models.single.level").solve_level(
                self.problem, chosen, goal, options, held=bool(self.results), progress=progress
            )
            if answer is not None:
                self.by_large = True
                return answer  # type: ignore[no-any-return]
        if entries >= AUTO_FROM_ENTRIES:
            large = import_module("models.large.solve")
            self.by_large |= large.serves(self.problem, goal)
            return large.solve_level(self.problem, chosen, goal, options, start, progress, target)  # type: ignore[no-any-return]
        return ask(self.solver, chosen, goal, options, start=start, progress=progress, target=target)

    def _same_sites(self) -> LinearModel:
        """The model in which only the sites that the plan uses may be used."""
        assert self.plan is not None
        used = self.problem.offsets["used"]
        upper = self.model.col_upper.copy()
        upper[used] = np.minimum(upper[used], self.plan[used])
        return replace(self.model, col_upper=upper)

    def _polish(self, values: FloatArray, goal: Objective) -> FloatArray:
        """The completed point of the solver's decision, unless the plan so far is better."""
        polished = complete(self.problem, decision_of(self.problem, values))
        if self.plan is None:
            return polished
        if self.adopted and at_least_as_good(goal.value(self.plan), goal.value(polished), goal.sense):
            return self.plan
        better = goal.value(polished) - goal.value(self.plan)
        return self.plan if (better if goal.sense == "max" else -better) < 0 else polished

    def _nothing_to_gain(self, goal: Objective, known: LevelResult | None) -> bool:
        assert self.plan is not None
        if not goal.coefficients.any():
            return True
        if known is None or known.termination is not Termination.OPTIMAL:
            return False
        return at_least_as_good(goal.value(self.plan), known.incumbent, goal.sense)

    def _still_as_good(self, level: str, value: float) -> bool:
        known = self.reference.get(level)
        return known is not None and at_least_as_good(value, known.incumbent, known.sense)

    def finish(self, seconds: float) -> Solution:
        """Verify the plan, recompute the incumbents, and say how it ended."""
        solver = LARGE if self.by_large else self.solver.name
        return outcome(self.problem, self.plan, self.results, self.options, solver, seconds)
