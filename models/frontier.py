"""The budget curve: the levels solved lexicographically at every budget of a grid, exactly, with reuse between points.

With F(B) the lawful plans that spend at most B, F(b) is part of F(B) for b <= B. So, from the largest budget down:

- a plan that is best at B and spends no more than b is best at b too, with the same bounds: no solve;
- otherwise the bounds of B hold at b as long as no level has lost against B (``Reference``);
- a plan found anywhere is lawful at every budget it can pay for, and is where the solve of a point begins.

The last level is ``cost`` (appended where the scenario does not name it): the plan at a budget is the cheapest of the
best. Within the gap asked for, a plan found at b may beat the one kept at B; a last pass upwards hands such a plan on,
so that the curve never falls. Values and bounds are those of the scenario's levels, each in its own unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from models.instance import Rules, SitingInstance
from models.lexicographic import Reference
from models.objectives import sense
from models.one_level import at_least_as_good
from models.outcome import ending, recomputed
from models.resolve import resolve_levels
from models.solution import Decision, Solution, SolveOptions, Termination
from models.verify import breaches, budget_spent_cny, level_value

MONEY_CNY = 0.005

Tick = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Point:
    """The best plan within a budget. ``reused``: it came from another point without a solve; ``calls`` of a solver.

    ``solution.decision`` is None where no plan is known (INFEASIBLE: proven that there is none). ``spent_cny`` is what
    the plan spends of the budget, NaN without a plan.
    """

    budget_cny: float
    solution: Solution
    spent_cny: float
    calls: int
    reused: bool


def with_cost(rules: Rules) -> Rules:
    """The rules with ``cost`` as the last level, unless some level is ``cost`` already."""
    return rules if "cost" in rules.levels else replace(rules, levels=(*rules.levels, "cost"))


def frontier(
    instance: SitingInstance,
    rules: Rules,
    budgets_cny: Sequence[float],
    options: SolveOptions,
    *,
    plans: Sequence[Decision] = (),
    tick: Tick | None = None,
) -> tuple[Point, ...]:
    """The points of the curve, smallest budget first.

    Args:
        instance: the problem.
        rules: what the scenario demands; its own capital budget is not looked at.
        budgets_cny: the budgets, in any order; each is solved once.
        options: solver, time limit of each level, gap, seed, threads.
        plans: plans known from elsewhere, to begin with where they are lawful.
        tick: called with the number of points done and of all points.

    Raises:
        SolverError: the solver is missing or failed.
        VerificationError: a plan does not check (a fault of ours).
    """
    rules = with_cost(rules)
    budgets = sorted(set(budgets_cny), reverse=True)
    points: list[Point] = []
    for n, budget in enumerate(budgets):
        if tick is not None:
            tick(n, len(budgets))
        points.append(_point(instance, replace(rules, budget_cny=budget), options, points[-1:], plans))
    return _never_falling(instance, rules, options, points[::-1])


def _point(
    instance: SitingInstance, rules: Rules, options: SolveOptions, above: list[Point], plans: Sequence[Decision]
) -> Point:
    assert rules.budget_cny is not None
    more = above[0].solution if above else None
    if more is not None and (more.termination is Termination.INFEASIBLE or affords(rules, above[0].spent_cny)):
        return replace(above[0], budget_cny=rules.budget_cny, calls=0, reused=True)
    reference = Reference(more.levels) if more is not None and more.decision is not None else None
    start = best_plan(instance, rules, plans)
    found = resolve_levels(instance, rules, options, start=start, reference=reference)
    return point(instance, rules.budget_cny, found.solution, found.calls)


def point(instance: SitingInstance, budget_cny: float, solution: Solution, calls: int, reused: bool = False) -> Point:
    """A point with the money that its plan spends."""
    plan = solution.decision
    spent = math.nan if plan is None else budget_spent_cny(instance, plan)
    return Point(budget_cny, solution, spent, calls, reused)


def affords(rules: Rules, spent_cny: float) -> bool:
    """The budget pays for ``spent_cny``; False for NaN."""
    return rules.budget_cny is None or spent_cny <= rules.budget_cny + MONEY_CNY


def best_plan(instance: SitingInstance, rules: Rules, plans: Iterable[Decision]) -> Decision | None:
    """The lexicographically best of the lawful ones among ``plans``; None where there is none."""
    best, values = None, None
    for plan in plans:
        if breaches(instance, rules, plan):
            continue
        own = tuple(level_value(instance, rules, plan, level) for level in rules.levels)
        if values is None or better(rules, own, values):
            best, values = plan, own
    return best


def better(rules: Rules, mine: Sequence[float], other: Sequence[float]) -> bool:
    """``mine`` is lexicographically better than ``other``, level by level, but for rounding."""
    for level, a, b in zip(rules.levels, mine, other, strict=True):
        if not at_least_as_good(a, b, sense(level, rules)):
            return False
        if not at_least_as_good(b, a, sense(level, rules)):
            return True
    return False


def lifted(
    instance: SitingInstance, rules: Rules, options: SolveOptions, points: Sequence[Point], plans: Sequence[Decision]
) -> tuple[Point, ...]:
    """The points, with a plan of ``plans`` wherever it is lawful and better than the point's own (within its gap)."""
    rules = with_cost(rules)
    raised = list(points)
    for n, here in enumerate(points):
        within = replace(rules, budget_cny=here.budget_cny)
        plan = best_plan(instance, within, plans)
        if plan is None:
            continue
        mine = tuple(level_value(instance, rules, plan, level) for level in rules.levels)
        if here.solution.decision is None or better(rules, mine, [level.incumbent for level in here.solution.levels]):
            raised[n] = _handed_on(instance, within, options, here, plan)
    return _never_falling(instance, rules, options, raised)


def _never_falling(
    instance: SitingInstance, rules: Rules, options: SolveOptions, points: list[Point]
) -> tuple[Point, ...]:
    """Hand a better plan of a smaller budget on to the next larger one, with the bounds that are proven there."""
    for n in range(1, len(points)):
        here, below = points[n], points[n - 1].solution
        levels = here.solution.levels
        if below.decision is None:
            continue
        value = [level.incumbent for level in levels]
        if here.solution.decision is None or better(rules, [level.incumbent for level in below.levels], value):
            points[n] = _handed_on(instance, replace(rules, budget_cny=here.budget_cny), options, here, below.decision)
    return tuple(points)


def _handed_on(instance: SitingInstance, rules: Rules, options: SolveOptions, here: Point, plan: Decision) -> Point:
    """The point with ``plan``, a better one: its bounds hold; where they do not close the gap, it is solved again."""
    assert rules.budget_cny is not None
    if here.solution.decision is not None:
        levels = tuple(recomputed(instance, rules, plan, level, options) for level in here.solution.levels)
        if ending(levels) is Termination.OPTIMAL:
            solution = replace(here.solution, termination=Termination.OPTIMAL, levels=levels, decision=plan)
            return point(instance, rules.budget_cny, solution, here.calls, here.reused)
    reference = Reference(here.solution.levels) if here.solution.decision is not None else None
    found = resolve_levels(instance, rules, options, start=plan, reference=reference)
    return point(instance, rules.budget_cny, found.solution, here.calls + found.calls)
