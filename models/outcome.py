"""How a chain of levels ends: its plan verified, its values recomputed from the plan, and what is proven of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.columns import Problem
from models.completion import decision_of
from models.errors import VerificationError
from models.instance import FloatArray, Rules, SitingInstance
from models.solution import Decision, LevelResult, Solution, SolveOptions, Termination, relative_gap
from models.verify import breaches, level_value


def outcome(
    problem: Problem,
    plan: FloatArray | None,
    results: Sequence[LevelResult],
    options: SolveOptions,
    solver: str,
    seconds: float,
) -> Solution:
    """The solution that ``plan`` (a point of the problem's columns) and the ``results`` of its levels make.

    Raises:
        VerificationError: the plan breaks a rule, or gives less than a level says.
    """
    if plan is None:
        ended = results[-1].termination if results else Termination.NO_SOLUTION
        return Solution(ended, tuple(results), None, seconds, solver)
    instance, rules = problem.instance, problem.rules
    decision = decision_of(problem, plan)
    broken = breaches(instance, rules, decision)
    if broken:
        raise VerificationError(broken)
    levels = tuple(recomputed(instance, rules, decision, result, options) for result in results)
    for said, found in zip(results, levels, strict=True):
        lost = said.incumbent - found.incumbent if said.sense == "max" else found.incumbent - said.incumbent
        if lost > 0.002 + 2e-6 * abs(said.incumbent):
            text = f"level {said.name}: model says {said.incumbent}, plan gives {found.incumbent}"
            raise VerificationError((text,))
    return Solution(ending(levels), levels, decision, seconds, solver)


def recomputed(
    instance: SitingInstance, rules: Rules, decision: Decision, level: LevelResult, options: SolveOptions
) -> LevelResult:
    """``level`` with the value that ``decision`` has by the independent verifier; OPTIMAL where the gap is closed."""
    value = level_value(instance, rules, decision, level.name)
    bound = max(level.bound, value) if level.sense == "max" else min(level.bound, value)
    ended = Termination.OPTIMAL if closed(value, bound, options) else Termination.FEASIBLE
    return replace(level, incumbent=value, bound=bound, termination=ended)


def ending(levels: Sequence[LevelResult]) -> Termination:
    """OPTIMAL where every level is."""
    proven = all(level.termination is Termination.OPTIMAL for level in levels)
    return Termination.OPTIMAL if proven else Termination.FEASIBLE


def closed(value: float, bound: float, options: SolveOptions) -> bool:
    """The bound proves the gap asked for."""
    return relative_gap(value, bound) <= options.least_gap
