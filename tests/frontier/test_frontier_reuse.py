"""What a curve saves: counted in calls of a solver, not in seconds; and that what it skips is right."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from frontier_cases import case, exact, truth
from support.instances import plain_instance

import models.backbone as backbone_room
import models.one_level as asking
import models.resolve as resolve_room
from models.assemble import assemble, hold
from models.backends import backend
from models.columns import lay_out
from models.completion import complete
from models.frontier import Point, _handed_on, better, frontier, lifted, point, with_cost
from models.instance import Rules, SitingInstance
from models.nested import backward, nested, proven_loss
from models.objectives import objective
from models.outcome import ending
from models.resolve import resolve_levels
from models.solution import Decision, LevelResult, SolveOptions, Termination
from models.verify import level_value


@pytest.fixture
def calls(monkeypatch):
    """Every question put to a solver, by the room that asks."""
    asked: list[str] = []

    def counted(room: str):
        def ask(*args, **options):
            asked.append(room)
            return asking.ask(*args, **options)

        return ask

    monkeypatch.setattr(resolve_room, "ask", counted("level"))
    monkeypatch.setattr(backbone_room, "ask", counted("backbone"))
    return asked


def one_room_each(n: int) -> tuple[SitingInstance, Rules]:
    """n homes, n rooms, one type: each room reaches its own home and costs 1,500 元; home h has 10 + h residents."""
    residents = 10.0 + np.arange(n)
    instance = plain_instance(
        np.eye(n, dtype=bool)[:, :, None],
        residents=residents,
        segment_residents=residents[:, None],
        missing_outlets=np.array([0]),
    )
    return instance, Rules(levels=("basic_coverage", "cost"))


def test_a_plan_that_a_smaller_budget_pays_for_is_taken_over_without_a_solve(calls):
    instance, rules = one_room_each(4)
    budgets = [0.0, 1500.0, 1999.0, 2600.0, 2999.0, 6000.0, 7000.0, 9000.0]
    points = frontier(instance, rules, budgets, exact())
    assert [round(p.spent_cny) for p in points] == [0, 1500, 1500, 1500, 1500, 6000, 6000, 6000]
    assert [p.reused for p in points] == [False, True, True, True, False, True, True, False]
    assert sum(p.calls for p in points) == len(calls)
    before = len(calls)
    dense = frontier(instance, rules, np.linspace(6000.0, 9000.0, 101).tolist(), exact())
    assert len(calls) - before <= 2
    assert sum(not p.reused for p in dense) == 1


def test_reused_points_are_those_that_a_solve_finds():
    for seed in range(4):
        c = case(seed, 1)
        dense = np.linspace(0.0, c.budgets[-1] * 1.2, 25).tolist()
        points = frontier(c.instance, c.rules, dense, exact())
        assert any(p.reused for p in points)
        for p in points:
            if p.reused and p.solution.decision is not None:
                values = [level.incumbent for level in p.solution.levels]
                assert values == pytest.approx(truth(c, p.budget_cny), rel=1e-6, abs=1e-6)


def test_below_a_budget_without_a_plan_nothing_is_asked(calls):
    instance, rules = one_room_each(3)
    rules = replace(rules, lock_in_sites=np.array([0, 1]))
    points = frontier(instance, rules, [0.0, 1000.0, 2000.0, 2900.0, 3000.0], exact())
    assert [p.solution.termination for p in points[:4]] == [Termination.INFEASIBLE] * 4
    assert [p.calls > 0 for p in points] == [False, False, False, True, True]


def test_nested_points_that_the_free_curve_nests_by_itself_cost_nothing(calls):
    instance, rules = one_room_each(4)
    free = frontier(instance, rules, [0.0, 1500.0, 3000.0, 4500.0], exact())
    before = len(calls)
    forward, back = nested(instance, rules, free, exact()), backward(instance, rules, free, exact())
    assert len(calls) == before
    assert all(p.reused and p.calls == 0 for p in (*forward, *back))


def test_the_backbone_leaves_the_later_levels_nothing_to_ask(calls, monkeypatch):
    """All homes differ in residents, so the best rooms are unique: after one proof every later level is settled."""
    monkeypatch.setattr(backbone_room, "MIN_COLUMNS", 0)
    instance, rules = one_room_each(12)
    rules = replace(rules, levels=("basic_coverage", "equity", "quality_coverage", "cost"), budget_cny=9000.0)
    found = resolve_levels(instance, rules, exact())
    assert calls.count("backbone") == 1
    assert found.calls == len(calls)
    assert found.solution.levels[0].bound == found.solution.levels[0].incumbent == sum(range(16, 22))


def _backbone(instance: SitingInstance, rules: Rules):
    problem = lay_out(instance, rules)
    model, goal = assemble(problem), objective("basic_coverage", problem)
    plan = complete(problem, resolve_levels(instance, rules, exact()).solution.decision)
    held = model.with_rows(hold(goal, goal.value(plan), 1.0))
    return problem, plan, backbone_room.backbone(backend("highs"), problem, held, goal, plan, exact())


def test_the_backbone_is_what_all_plans_as_good_share(monkeypatch):
    monkeypatch.setattr(backbone_room, "MIN_COLUMNS", 0)
    for seed in range(6):
        c = case(seed, 1)
        rules = replace(with_cost(c.rules), budget_cny=c.budgets[2])
        if truth(c, c.budgets[2]) is None:
            continue
        problem, plan, found = _backbone(c.instance, rules)
        best = truth(c, c.budgets[2])[0]
        as_good = [
            complete(problem, p)
            for p in c.plans
            if resolve_room.breaches(c.instance, rules, p) == ()
            and level_value(c.instance, rules, p, "basic_coverage") >= best - 1e-6
        ]
        assert as_good
        for other in as_good:
            assert (other[found.columns] == plan[found.columns]).all(), seed


def test_ties_are_met_and_left_free(monkeypatch):
    """Two like rooms for one home: either may be chosen, the rest is settled."""
    monkeypatch.setattr(backbone_room, "MIN_COLUMNS", 0)
    reach = np.array([[1, 1, 0], [0, 0, 1]], dtype=bool)[:, :, None]
    instance = plain_instance(reach, missing_outlets=np.array([0]))
    problem, _, found = _backbone(instance, Rules(levels=("basic_coverage", "cost"), max_sites=2))
    assert [problem.open_site[c] for c in found.columns] == [2]
    assert not found.unique
    monkeypatch.setattr(backbone_room, "MAX_TIES", 0)
    assert len(_backbone(instance, Rules(levels=("basic_coverage", "cost"), max_sites=2))[2].columns) == 0


def test_a_start_is_given_up_only_for_a_better_plan():
    instance, rules = one_room_each(5)
    rules = replace(rules, budget_cny=3000.0)
    poor = Decision.empty(instance)
    poor.open[0] = True
    loose = SolveOptions(mip_gap=10.0)
    found = resolve_levels(instance, rules, loose, start=poor).solution
    assert found.levels[0].incumbent >= 10.0
    unlawful = Decision(np.ones((5, 1), dtype=bool), np.zeros((5, 1), dtype=bool))
    assert resolve_levels(instance, rules, exact(), start=unlawful).solution.levels[0].incumbent == 13 + 14


def test_a_better_plan_of_a_smaller_budget_is_handed_on():
    """As where a loose gap ends a point early: the curve is lifted to the plan that is known from below."""
    instance, rules = one_room_each(4)
    good = frontier(instance, rules, [3000.0, 6000.0], exact())
    weak_plan = Decision.empty(instance)
    weak_plan.open[0] = True
    levels = tuple(
        replace(level, incumbent=level_value(instance, rules, weak_plan, level.name), termination=Termination.FEASIBLE)
        for level in good[1].solution.levels
    )
    weak = replace(good[1].solution, levels=levels, decision=weak_plan, termination=ending(levels))
    points = (good[0], point(instance, 6000.0, weak, 1))
    raised = lifted(instance, rules, exact(), points, [good[0].solution.decision])
    assert raised[1].solution.levels[0].incumbent == 10 + 11 + 12 + 13
    assert raised[1].solution.termination is Termination.OPTIMAL
    assert lifted(instance, rules, exact(), good, [weak_plan]) == good


def test_lexicographic_comparison():
    rules = Rules(levels=("basic_coverage", "cost"))
    assert better(rules, (5.0, 100.0), (4.0, 10.0))
    assert better(rules, (5.0, 10.0), (5.0, 100.0))
    assert not better(rules, (5.0, 10.0), (5.0 + 1e-12, 10.0))
    assert not better(rules, (4.0, 0.0), (5.0, 100.0))


def test_cost_comes_last_unless_it_is_there():
    assert with_cost(Rules(levels=("equity",))).levels == ("equity", "cost")
    assert with_cost(Rules(levels=("cost", "equity"))).levels == ("cost", "equity")


def test_points_know_their_money():
    instance, rules = one_room_each(2)
    only = frontier(instance, rules, [1000.0, 1000.0], exact())
    assert len(only) == 1
    assert isinstance(only[0], Point)
    assert only[0].spent_cny == 0.0


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("chain", [0, 1])
def test_a_loose_gap_still_gives_true_bounds_and_a_curve_that_never_falls(seed, chain, monkeypatch):
    monkeypatch.setattr(backbone_room, "MIN_COLUMNS", 0)
    c = case(seed, chain)
    loose = SolveOptions(mip_gap=0.4, time_limit_s=30.0)
    budgets = np.linspace(0.0, c.budgets[-1], 9).tolist()
    points = frontier(c.instance, c.rules, budgets, loose)
    before: list[float] | None = None
    for p in points:
        best = truth(c, p.budget_cny)
        if best is None:
            assert p.solution.decision is None
            continue
        first = p.solution.levels[0]
        assert first.incumbent <= best[0] + 1e-6
        assert first.bound >= best[0] - 1e-6
        assert first.bound <= first.incumbent * 1.4 + 1e-6
        held = [v.incumbent for v in p.solution.levels]
        assert before is None or not better(with_cost(c.rules), before, held)
        before = held


@pytest.mark.parametrize("free", ["OPTIMAL", "FEASIBLE"])
@pytest.mark.parametrize("other", ["OPTIMAL", "FEASIBLE"])
def test_a_loss_is_proven_where_both_sides_are_up_to_it(free: str, other: str):
    def levels(first: str, second: str):
        ended = zip(("missing_types", "cost"), (first, second), strict=True)
        return SimpleNamespace(levels=[LevelResult(n, "max", 1.0, 1.0, 0.0, Termination[e]) for n, e in ended])

    assert proven_loss(levels(free, "FEASIBLE"), levels(other, "OPTIMAL"), "missing_types") == (
        free == other == "OPTIMAL"
    )
    assert proven_loss(levels("OPTIMAL", free), levels("OPTIMAL", other), "cost") == (free == other == "OPTIMAL")
    assert not proven_loss(levels(free, "OPTIMAL"), levels("FEASIBLE", "OPTIMAL"), "cost")
    assert not proven_loss(levels(free, free), levels(other, other), "walking")


def test_a_better_plan_that_closes_the_gap_is_taken_without_a_solve(calls):
    c = case(1)
    best = frontier(c.instance, c.rules, c.budgets, exact())[-1]
    assert best.solution.termination is Termination.OPTIMAL
    worse = [replace(level, incumbent=math.nan, termination=Termination.FEASIBLE) for level in best.solution.levels]
    here = replace(best, solution=replace(best.solution, termination=Termination.FEASIBLE, levels=tuple(worse)))
    calls.clear()
    rules = replace(with_cost(c.rules), budget_cny=best.budget_cny)
    taken = _handed_on(c.instance, rules, exact(), here, best.solution.decision)
    assert taken.solution.termination is Termination.OPTIMAL
    assert taken.solution.decision is best.solution.decision
    assert [v.incumbent for v in taken.solution.levels] == [v.incumbent for v in best.solution.levels]
    assert (taken.spent_cny, taken.calls, calls) == (best.spent_cny, best.calls, [])
