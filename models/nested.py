"""Nested curves, of which every plan contains that of the smaller budget; and what keeping earlier picks costs.

Two ways, both greedy, each step exact:

- *forward* (:func:`nested`): budgets upwards, the best plan that contains the one before. What a small budget buys is
  decided without a thought for the larger ones, and then stays; so the steps of the grid matter.
- *backward* (:func:`backward`): from the free plan of the largest budget downwards, the best part of the one above. It
  ends in the best final plan, and is the order in which to build it.

The free plan of the same budget is a relaxation of either: where it fits, it is the answer; otherwise its bounds hold
as long as no level has lost against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.frontier import Point, Tick, affords, point, with_cost
from models.instance import Rules, SitingInstance
from models.lexicographic import Reference
from models.resolve import contains, resolve_levels
from models.solution import Decision, Solution, SolveOptions, Termination


@dataclass(frozen=True, eq=False)
class Keeping:
    """What it costs at a budget to keep the free plan of the budget before.

    ``dropped`` are the picks of that plan which the free plan at this budget does not have; ``kept`` is the best point
    that has them all (None where nothing is dropped).
    """

    dropped: Decision
    kept: Point | None


def nested(
    instance: SitingInstance,
    rules: Rules,
    free: Sequence[Point],
    options: SolveOptions,
    tick: Tick | None = None,
) -> tuple[Point, ...]:
    """The nested points, smallest budget first, for the ``free`` points (smallest budget first).

    Raises:
        SolverError: the solver is missing or failed.
        VerificationError: a plan does not check (a fault of ours).
    """
    rules = with_cost(rules)
    points: list[Point] = []
    earlier: Decision | None = None
    for n, here in enumerate(free):
        if tick is not None:
            tick(n, len(free))
        points.append(_keeping(instance, rules, here, earlier, options))
        found = points[-1].solution.decision
        earlier = earlier if found is None else found
    return tuple(points)


def backward(
    instance: SitingInstance,
    rules: Rules,
    free: Sequence[Point],
    options: SolveOptions,
    tick: Tick | None = None,
) -> tuple[Point, ...]:
    """The points that are parts of the largest budget's plan, each a part of the next; smallest budget first.

    Raises:
        SolverError: the solver is missing or failed.
        VerificationError: a plan does not check (a fault of ours).
    """
    rules = with_cost(rules)
    points: list[Point] = []
    above: Point | None = None
    for n, here in enumerate(reversed(free)):
        if tick is not None:
            tick(n, len(free))
        points.append(_part(instance, replace(rules, budget_cny=here.budget_cny), here, above, options))
        above = points[-1] if points[-1].solution.decision is not None else above
    return tuple(reversed(points))


def _part(instance: SitingInstance, rules: Rules, free: Point, above: Point | None, options: SolveOptions) -> Point:
    """The best part of the plan of ``above`` that the budget of ``free`` pays for."""
    best = free.solution
    if above is None or best.termination is Termination.INFEASIBLE:
        return replace(free, calls=0, reused=True)
    whole = above.solution.decision
    assert whole is not None
    if best.decision is not None and contains(whole, best.decision):
        return replace(free, calls=0, reused=True)
    if affords(rules, above.spent_cny):
        return replace(above, budget_cny=free.budget_cny, calls=0, reused=True)
    reference = None if best.decision is None else Reference(best.levels)
    found = resolve_levels(instance, rules, options, reference=reference, only=whole)
    return point(instance, free.budget_cny, found.solution, found.calls)


def keeping(
    instance: SitingInstance,
    rules: Rules,
    free: Sequence[Point],
    nested_points: Sequence[Point],
    options: SolveOptions,
    tick: Tick | None = None,
) -> tuple[Keeping, ...]:
    """For each free point what it drops of the one before, and the best plan that would keep it."""
    rules = with_cost(rules)
    found: list[Keeping] = []
    for n, here in enumerate(free):
        if tick is not None:
            tick(n, len(free))
        before = free[n - 1].solution.decision if n else None
        dropped = _without(instance, before, here.solution.decision)
        kept: Point | None = None
        if dropped.open.any() or dropped.addon.any():
            assert before is not None
            nested_before = nested_points[n - 1].solution.decision
            known = nested_before is not None and contains(nested_before, before) and contains(before, nested_before)
            kept = nested_points[n] if known else _keeping(instance, rules, here, before, options)
        found.append(Keeping(dropped, kept))
    return tuple(found)


def _keeping(
    instance: SitingInstance, rules: Rules, free: Point, earlier: Decision | None, options: SolveOptions
) -> Point:
    """The best plan at the budget of ``free`` that contains ``earlier``."""
    best = free.solution
    if earlier is None or (best.decision is not None and contains(best.decision, earlier)):
        return replace(free, calls=0, reused=True)
    found = resolve_levels(
        instance,
        replace(rules, budget_cny=free.budget_cny),
        options,
        start=earlier,
        reference=None if best.decision is None else Reference(best.levels),
        keep=earlier,
    )
    return point(instance, free.budget_cny, found.solution, found.calls)


def _without(instance: SitingInstance, plan: Decision | None, other: Decision | None) -> Decision:
    """The picks of ``plan`` that ``other`` does not have; none where one of them is not there."""
    nothing = Decision.empty(instance)
    if plan is None or other is None:
        return nothing
    return replace(nothing, open=plan.open & ~other.open, addon=plan.addon & ~other.addon)


def first_loss(free: Solution, other: Solution) -> tuple[str, float] | None:
    """The first level at which ``other`` is worse than ``free``, and by how much (its unit, positive); None if none.

    Levels after it cannot be compared: having lost one, a plan may well gain at the next.
    """
    for best, level in zip(free.levels, other.levels, strict=False):
        loss = best.incumbent - level.incumbent if best.sense == "max" else level.incumbent - best.incumbent
        if loss > 1e-9 * max(1.0, abs(best.incumbent)):
            return level.name, float(loss)
        if np.isnan(loss) or loss < 0:
            return None
    return None


def proven_loss(free: Solution, other: Solution, level: str) -> bool:
    """The loss at ``level`` is exact to the gap: both sides are proven up to it."""
    for best, mine in zip(free.levels, other.levels, strict=False):
        if best.termination is not Termination.OPTIMAL or mine.termination is not Termination.OPTIMAL:
            return False
        if best.name == level:
            return True
    return False
