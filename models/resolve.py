"""Solve the levels of one problem out of many that differ little: from a lawful plan, with what is known of the others.

As :func:`models.lexicographic.solve`, with three things more that a curve of many points needs.

- ``start`` is lawful, so a plan is never lost, and a plan is given up only for a better one: the values that come out
  are lexicographically no worse than those that went in.
- ``keep`` and ``only``: picks that must stay, picks beyond which nothing may be chosen, as fixed columns.
- After the first coverage level with a real choice, what all plans as good share is fixed (:mod:`models.backbone`),
  which is exact, and leaves the levels after it next to nothing to do.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np

from models.assemble import assemble, hold
from models.backbone import backbone, fixed
from models.backends import backend
from models.columns import Problem, lay_out
from models.completion import complete, decision_of
from models.errors import ModelError
from models.instance import FloatArray, IntArray, Rules, SitingInstance
from models.lexicographic import Reference
from models.linear import Objective
from models.objectives import lattice_step, objective
from models.one_level import ask, at_least_as_good, clip, round_bound, tighter, worst
from models.outcome import closed, outcome
from models.presolve import COVERAGE_LEVELS
from models.solution import Decision, LevelResult, Solution, SolveOptions, Termination
from models.verify import breaches

_FEW_LEVELS = 2


@dataclass(frozen=True, eq=False)
class Resolved:
    """A solution, and how often a solver was called for it."""

    solution: Solution
    calls: int


def resolve_levels(
    instance: SitingInstance,
    rules: Rules,
    options: SolveOptions,
    *,
    start: Decision | None = None,
    reference: Reference | None = None,
    keep: Decision | None = None,
    only: Decision | None = None,
) -> Resolved:
    """Solve all levels of ``rules`` in order.

    Args:
        instance: the problem.
        rules: what the scenario demands.
        options: solver, time limit of each level, gap, seed, threads.
        start: a lawful plan; one that is not is left aside.
        reference: results of a problem that contains this one (more money, nothing to keep).
        keep: a plan all of whose picks must stay.
        only: a plan beyond whose picks nothing may be chosen.

    Raises:
        SolverError: the solver is missing or failed.
        VerificationError: the plan does not check (a fault of ours).
        ModelError: a pick of ``keep`` has no column in this problem.
    """
    began = time.perf_counter()
    problem = lay_out(instance, rules)
    known = {level.name: level for level in reference.levels} if reference else {}
    chain = _Chain(problem, options, known)
    if keep is not None:
        kept = chosen_columns(problem, keep)
        if (kept < 0).any():
            raise ModelError("a pick that must stay has no column in this problem")
        chain.model = fixed(chain.model, kept, np.ones(problem.n_col))
    if only is not None:
        allowed = chosen_columns(problem, only)
        chain.model = fixed(chain.model, np.setdiff1d(choice_columns(problem), allowed), np.zeros(problem.n_col))
    fits = start is not None and (keep is None or contains(start, keep)) and (only is None or contains(only, start))
    if start is not None and fits and not breaches(instance, rules, start):
        chain.plan = complete(problem, start)
    for n, level in enumerate(rules.levels):
        if not chain.advance(level, len(rules.levels) - n - 1):
            break
    return Resolved(chain.finish(time.perf_counter() - began), chain.calls)


def contains(plan: Decision, part: Decision) -> bool:
    """Every pick of ``part`` is in ``plan``."""
    return bool((plan.open >= part.open).all() and (plan.addon >= part.addon).all())


def chosen_columns(problem: Problem, plan: Decision) -> IntArray:
    """The columns of the picks of ``plan``, -1 for a pick without one."""
    return np.concatenate([problem.open_column()[plan.open], problem.addon_column()[plan.addon]])


def choice_columns(problem: Problem) -> IntArray:
    """The columns that stand for picks."""
    return np.concatenate([problem.column("open"), problem.column("addon")])


class _Chain:
    """The state that passes from level to level: model, plan, what is known, results."""

    def __init__(self, problem: Problem, options: SolveOptions, known: dict[str, LevelResult]) -> None:
        self.problem = problem
        self.model = assemble(problem)
        self.options = options
        self.solver = backend(options.solver)
        self.known = known
        self.plan: FloatArray | None = None
        self.results: list[LevelResult] = []
        self.calls = 0
        self.searched = False

    def advance(self, level: str, left: int) -> bool:
        """Solve one level, ``left`` more to come; False where no plan is known after it."""
        goal = objective(level, self.problem)
        step = lattice_step(goal, self.model)
        began = time.perf_counter()
        termination, bound = self._optimise(goal, step)
        if self.plan is None:
            seconds = time.perf_counter() - began
            self.results.append(LevelResult(level, goal.sense, math.nan, bound, seconds, termination))
            return False
        self._hold(goal, step)
        if level in COVERAGE_LEVELS and left >= _FEW_LEVELS and goal.coefficients.any() and not self.searched:
            bound = self._narrow(goal, step, bound)
        value = goal.value(self.plan)
        bound = clip(bound, value, goal)
        if closed(value, bound, self.options):
            termination = Termination.OPTIMAL
        self.results.append(LevelResult(level, goal.sense, value, bound, time.perf_counter() - began, termination))
        if level in self.known and not at_least_as_good(value, self.known[level].incumbent, goal.sense):
            self.known = {}
        return True

    def _optimise(self, goal: Objective, step: float) -> tuple[Termination, float]:
        known = self.known.get(goal.name)
        proven = known is not None and known.termination is Termination.OPTIMAL
        if self.plan is not None:
            value = goal.value(self.plan)
            if not goal.coefficients.any():
                return Termination.OPTIMAL, value
            if known is not None and proven and at_least_as_good(value, known.incumbent, goal.sense):
                return Termination.OPTIMAL, clip(known.bound, value, goal)
        target = known.incumbent if known is not None and proven else None
        answer = ask(self.solver, self.model, goal, self.options, start=self.plan, target=target)
        self.calls += 1
        bound = worst(goal) if answer.bound is None else round_bound(answer.bound, goal, step)
        if known is not None:
            bound = tighter(bound, known.bound, goal)
        if answer.values is not None:
            self._take(complete(self.problem, decision_of(self.problem, answer.values)), goal)
        if self.plan is None:
            return answer.termination, bound
        value = goal.value(self.plan)
        done = closed(value, clip(bound, value, goal), self.options)
        return (Termination.OPTIMAL if done else Termination.FEASIBLE), bound

    def _take(self, found: FloatArray, goal: Objective) -> None:
        """``found`` becomes the plan where it is better than the plan so far."""
        if self.plan is None or not at_least_as_good(goal.value(self.plan), goal.value(found), goal.sense):
            self.plan = found

    def _hold(self, goal: Objective, step: float) -> None:
        assert self.plan is not None
        self.model = self.model.with_rows(hold(goal, goal.value(self.plan), step))

    def _narrow(self, goal: Objective, step: float, bound: float) -> float:
        """Fix what all plans as good share; returns the bound, which a plan without rival closes."""
        assert self.plan is not None
        found = backbone(self.solver, self.problem, self.model, goal, self.plan, self.options)
        self.calls += found.calls
        self.searched = found.calls > 0
        if found.better is not None:
            self.plan = found.better
            self._hold(goal, step)
        self.model = fixed(self.model, found.columns, self.plan)
        return goal.value(self.plan) if found.unique else bound

    def finish(self, seconds: float) -> Solution:
        """Verify the plan, recompute the incumbents, and say how it ended."""
        return outcome(self.problem, self.plan, self.results, self.options, self.solver.name, seconds)
