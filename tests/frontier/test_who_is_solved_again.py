"""Points of a curve: which are taken over, which are solved again, from what start and with which bounds known."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from support.hand import hand_instance, plan

from models import frontier as curve
from models import nested as room
from models.frontier import Point, affords, best_plan, better, frontier, lifted, with_cost
from models.instance import Rules
from models.nested import backward, first_loss, keeping, nested, proven_loss
from models.solution import Decision, LevelResult, Solution, SolveOptions, Termination

MONEY = np.full((2, 2), 1000.0)
INSTANCE = hand_instance(addon_eligible=np.zeros((3, 2), dtype=bool), open_budget_cny=MONEY, open_cost_cny=MONEY,
                         site_budget_cny=np.full(2, 500.0), site_cost_cny=np.full(2, 500.0))  # fmt: skip
RULES = Rules(levels=("basic_coverage",))
NOTHING, FEW, MORE = plan([]), plan([(0, 0)]), plan([(0, 0), (1, 0)])
"""0, 150 and 180 residents for 0, 1500 and 3000 元."""
OTHER = plan([(1, 0)])
EXACT = SolveOptions(mip_gap=0.0)


def solution(
    decision: Decision | None, *incumbents: float, bounds: Any = None, ended: Any = Termination.OPTIMAL
) -> Any:
    both = zip((("basic_coverage", "max"), ("cost", "min")), incumbents, bounds or incumbents, strict=False)
    levels = tuple(LevelResult(*level, value, bound, 0.0, ended) for level, value, bound in both)
    return Solution(ended, levels, decision, 0.0, "mine")


def made(budget: float, decision: Decision | None, spent: float, **more: Any) -> Point:
    return Point(budget, solution(decision, 1.0, 2.0, **more), spent, 3, False)


@pytest.fixture
def solves(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Every call of a solver, answered in order."""
    answers: list[Solution] = []
    calls: list[Any] = []

    def resolve(instance: Any, rules: Rules, options: Any, **more: Any) -> Any:
        usual = dict.fromkeys(("start", "reference", "keep", "only"))
        calls.append(SimpleNamespace(rules=rules, **usual | more))
        return SimpleNamespace(solution=answers.pop(0), calls=5)

    monkeypatch.setattr(curve, "resolve_levels", resolve)
    monkeypatch.setattr(room, "resolve_levels", resolve)
    return SimpleNamespace(answers=answers, calls=calls)


def test_budgets_from_the_largest_down(solves: Any):
    solves.answers += [solution(MORE, 180.0, 3000.0), solution(FEW, 150.0, 1500.0), solution(NOTHING, 0.0, 0.0)]
    ticks: list[Any] = []
    points = frontier(INSTANCE, RULES, [2000.0, 9000.0, 100.0, 3000.0, 2000.0, 0.0], EXACT, plans=(OTHER, FEW),
                      tick=lambda n, of: ticks.append((n, of)))  # fmt: skip
    assert [(p.budget_cny, p.spent_cny, p.calls, p.reused) for p in points] == [
        (0.0, 0.0, 0, True), (100.0, 0.0, 5, False), (2000.0, 1500.0, 5, False), (3000.0, 3000.0, 0, True),
        (9000.0, 3000.0, 5, False)]  # fmt: skip
    assert ticks == [(n, 5) for n in range(5)]
    first, second, third = solves.calls
    assert [call.rules.budget_cny for call in solves.calls] == [9000.0, 2000.0, 100.0]
    assert {call.rules.levels for call in solves.calls} == {("basic_coverage", "cost")}
    assert first.reference is None
    assert second.reference.levels == points[-1].solution.levels
    assert third.reference.levels == points[2].solution.levels
    assert first.start is second.start is FEW
    assert third.start is None
    assert with_cost(Rules(levels=("cost", "sites"))).levels == ("cost", "sites")


def test_what_is_impossible_with_more_is_so_with_less(solves: Any):
    never = solution(None, math.nan, ended=Termination.INFEASIBLE)
    solves.answers += [never]
    low, high = frontier(INSTANCE, RULES, [10.0, 20.0], EXACT)
    assert (low.solution, low.reused, high.reused, math.isnan(low.spent_cny)) == (never, True, False, True)
    unknown = solution(None, math.nan, ended=Termination.NO_SOLUTION)
    solves.answers += [unknown, unknown]
    frontier(INSTANCE, RULES, [10.0, 20.0], EXACT)
    assert [call.reference for call in solves.calls] == [None, None, None]


def test_what_a_budget_pays_for():
    limited = replace(RULES, budget_cny=1000.0)
    assert [affords(limited, spent) for spent in (1000.0, 1000.004, 1000.006, math.nan)] == [True, True, False, False]
    assert affords(RULES, 1e12)
    both = with_cost(replace(RULES, budget_cny=1500.0))
    assert best_plan(INSTANCE, both, [NOTHING, OTHER, FEW, MORE]) is FEW
    assert best_plan(INSTANCE, both, [MORE]) is best_plan(INSTANCE, both, []) is None
    same = plan([(0, 0)])
    assert best_plan(INSTANCE, both, [FEW, same]) is FEW
    for mine, other, wins in (((150, 9), (140, 1), True), ((140, 1), (150, 9), False), ((150, 8), (150, 9), True),
                              ((150, 9), (150, 8), False), ((150, 9), (150, 9), False),
                              ((150 + 1e-8, 9), (150, 8), False)):  # fmt: skip
        assert better(both, mine, other) == wins


@pytest.mark.parametrize(("bound", "again"), [(180.0, False), (190.0, True)])
def test_a_better_plan_of_less_money_is_handed_on(solves: Any, bound: float, again: bool):
    """Where the bounds of the point close its gap; else it is solved again from the plan."""
    low = Point(3000.0, solution(MORE, 180.0, 3000.0), 3000.0, 2, False)
    high = Point(5000.0, solution(FEW, 150.0, 1500.0, bounds=(bound, 3000.0)), 1500.0, 4, True)
    solves.answers += [solution(MORE, 180.0, 3000.0)]
    points = curve._never_falling(INSTANCE, with_cost(RULES), EXACT, [low, high])
    found = points[1]
    assert points[0] is low
    assert (found.budget_cny, found.spent_cny, found.calls, found.reused) == (5000.0, 3000.0, 4 + 5 * again, not again)
    assert found.solution.decision is MORE
    assert found.solution.termination is Termination.OPTIMAL
    assert len(solves.calls) == again
    if again:
        (call,) = solves.calls
        assert (call.start, call.reference.levels, call.rules.budget_cny) == (MORE, high.solution.levels, 5000.0)
    assert curve._never_falling(INSTANCE, with_cost(RULES), EXACT, [replace(low, solution=solution(FEW, 150.0, 1500.0)),
                                                                   high])[1] is high  # fmt: skip


def test_points_without_a_plan_get_one(solves: Any):
    none = Point(5000.0, solution(None, math.nan, ended=Termination.NO_SOLUTION), math.nan, 4, False)
    solves.answers += [solution(MORE, 180.0, 3000.0)] * 2
    low = Point(3000.0, solution(MORE, 180.0, 3000.0), 3000.0, 2, False)
    found = curve._never_falling(INSTANCE, with_cost(RULES), EXACT, [none, low, none])
    assert found[0] is none
    assert found[1] is low
    assert (found[2].solution.decision, found[2].calls) == (MORE, 9)
    assert solves.calls[0].reference is None
    solves.calls.clear()
    raised = lifted(INSTANCE, RULES, EXACT, [low, none], [MORE])
    assert raised[0] is low
    assert raised[1].solution.decision is MORE
    assert [call.rules.budget_cny for call in solves.calls] == [5000.0]
    assert lifted(INSTANCE, RULES, EXACT, [low], [FEW, NOTHING]) == (low,)
    poor = Point(3000.0, solution(FEW, 150.0, 1500.0, bounds=(180.0, 3000.0)), 1500.0, 2, False)
    assert lifted(INSTANCE, RULES, EXACT, [poor], [FEW, MORE])[0].solution.decision is MORE
    assert lifted(INSTANCE, RULES, EXACT, [replace(poor, budget_cny=2999.0)], [MORE])[0].solution.decision is FEW


def test_forward_the_best_that_keeps_what_is_there(solves: Any):
    free = [made(10.0, FEW, 1500.0), made(20.0, MORE, 3000.0), made(30.0, OTHER, 1500.0), made(40.0, None, math.nan)]
    solves.answers += [solution(MORE, 180.0, 3000.0), solution(None, math.nan, ended=Termination.INFEASIBLE)]
    ticks: list[Any] = []
    points = nested(INSTANCE, RULES, free, EXACT, lambda n, of: ticks.append((n, of)))
    assert [(p.budget_cny, p.calls, p.reused) for p in points] == [
        (10.0, 0, True), (20.0, 0, True), (30.0, 5, False), (40.0, 5, False)]  # fmt: skip
    assert ticks == [(n, 4) for n in range(4)]
    third, fourth = solves.calls
    assert (third.start, third.keep, third.only, third.rules.budget_cny) == (MORE, MORE, None, 30.0)
    assert third.reference.levels == free[2].solution.levels
    assert (fourth.keep, fourth.reference, fourth.rules.budget_cny) == (MORE, None, 40.0)
    assert points[2].spent_cny == 3000.0


def test_backward_the_best_part_of_what_is_above(solves: Any):
    free = [made(5.0, None, math.nan, ended=Termination.INFEASIBLE), made(10.0, None, math.nan,
            ended=Termination.NO_SOLUTION), made(1400.0, OTHER, 1500.0), made(1500.0, OTHER, 1500.0),
            made(3000.0, MORE, 3000.0)]  # fmt: skip
    free.insert(3, made(1450.0, NOTHING, 0.0))
    points = backward(INSTANCE, RULES, free, EXACT)
    assert [(p.budget_cny, p.calls, p.reused) for p in points] == [(f.budget_cny, 0, True) for f in free]
    # 1500: OTHER is a part of MORE; 1450: nothing is a part of OTHER; 1400: OTHER is no part of nothing, which is paid
    assert points[4].solution.decision is OTHER
    assert points[3].solution.decision is NOTHING
    assert points[2].solution.decision is NOTHING
    assert points[1].solution.decision is NOTHING
    assert points[0].solution.decision is None
    assert solves.calls == []
    solves.answers[:] = [solution(FEW, 150.0, 1500.0)]
    dear = [made(1500.0, plan([(1, 1)]), 1500.0), made(3000.0, MORE, 3000.0)]
    low, _ = backward(INSTANCE, RULES, dear, EXACT)
    (call,) = solves.calls
    assert (call.only, call.start, call.keep, call.rules.budget_cny) == (MORE, None, None, 1500.0)
    assert call.reference.levels == dear[0].solution.levels
    assert (low.solution.decision, low.calls, low.budget_cny, low.reused) == (FEW, 5, 1500.0, False)


def test_the_price_of_keeping(solves: Any):
    free = [made(10.0, FEW, 1500.0), made(20.0, MORE, 3000.0), made(30.0, OTHER, 1500.0), made(40.0, FEW, 1500.0)]
    layers = [free[0], free[1], made(30.0, MORE, 3000.0), made(40.0, MORE, 3000.0)]
    solves.answers += [solution(MORE, 180.0, 3000.0)]
    found = keeping(INSTANCE, RULES, free, layers, EXACT)
    assert [f.dropped.open.sum() for f in found] == [0, 0, 1, 1]
    assert [f.kept for f in found[:2]] == [None, None]
    assert found[2].kept is layers[2]  # the layer before was the free plan itself
    (call,) = solves.calls
    assert (call.keep, call.rules.budget_cny) == (OTHER, 40.0)
    assert found[3].kept.calls == 5
    assert found[3].dropped.open.tolist() == OTHER.open.tolist()


def test_the_first_level_that_loses():
    free = solution(MORE, 180.0, 3000.0)
    assert first_loss(free, free) is None
    assert first_loss(free, solution(FEW, 150.0, 1500.0)) == ("basic_coverage", 30.0)
    assert first_loss(free, solution(MORE, 180.0, 3200.0)) == ("cost", 200.0)
    assert first_loss(free, solution(MORE, 190.0, 9000.0)) is None
    assert first_loss(free, solution(None, math.nan, 9000.0)) is None
    assert first_loss(free, solution(MORE, 180.0 - 1e-7, 3000.0)) is None
    assert first_loss(free, solution(MORE, 180.0 - 2e-7, 3000.0)) is not None
    open_ = solution(MORE, 180.0, 3000.0, ended=Termination.FEASIBLE)
    assert proven_loss(free, free, "basic_coverage")
    assert proven_loss(free, free, "cost")
    assert not proven_loss(free, free, "sites")
    assert not proven_loss(free, open_, "basic_coverage")
    assert not proven_loss(open_, free, "basic_coverage")
    first = replace(free, levels=(free.levels[0], open_.levels[1]))
    assert proven_loss(free, first, "basic_coverage")
    assert not proven_loss(free, first, "cost")
