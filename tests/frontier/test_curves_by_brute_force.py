"""Every point of a curve, free or nested, is what trying all plans gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from frontier_cases import CHAINS, Case, case, exact, truth
from support.hand import hand_instance, with_walks

import models.backbone as backbone_room
from models.frontier import Point, frontier, with_cost
from models.instance import Rules
from models.nested import backward, first_loss, keeping, nested
from models.resolve import contains
from models.solution import Termination
from models.thresholds import filled, thresholds
from models.verify import breaches, budget_spent_cny

SEEDS = range(6)


@pytest.fixture(params=["narrowed", "plain"])
def narrowed(request, monkeypatch):
    """With and without the backbone, which tiny instances would not be worth."""
    monkeypatch.setattr(backbone_room, "MIN_COLUMNS", 0 if request.param == "narrowed" else 10**6)


def values(point: Point) -> list[float]:
    return [level.incumbent for level in point.solution.levels]


def assert_is(point: Point, expected: tuple[float, ...] | None, c: Case) -> None:
    """The point has the expected values, proven, by a plan that is lawful at its budget."""
    if expected is None:
        assert point.solution.decision is None
        assert point.solution.termination is Termination.INFEASIBLE
        return
    assert point.solution.termination is Termination.OPTIMAL
    assert values(point) == pytest.approx(expected, rel=1e-6, abs=1e-6)
    assert [v.bound for v in point.solution.levels] == pytest.approx(expected, rel=1e-6, abs=1e-6)
    plan = point.solution.decision
    assert not breaches(c.instance, replace(with_cost(c.rules), budget_cny=point.budget_cny), plan)
    assert point.spent_cny == pytest.approx(budget_spent_cny(c.instance, plan))


@pytest.mark.parametrize("chain", range(len(CHAINS)))
@pytest.mark.parametrize("seed", SEEDS)
def test_every_point_is_the_best_of_all_plans(seed, chain, narrowed):
    c = case(seed, chain)
    points = frontier(c.instance, c.rules, c.budgets, exact())
    assert [point.budget_cny for point in points] == sorted(set(c.budgets))
    for point in points:
        assert_is(point, truth(c, point.budget_cny), c)


@pytest.mark.parametrize("solver", ["cpsat", "cbc"])
@pytest.mark.parametrize("seed", [1, 4])
def test_other_solvers_find_the_same_curve(seed, solver):
    c = case(seed)
    for point in frontier(c.instance, c.rules, c.budgets[::2], exact(solver)):
        expected = truth(c, point.budget_cny)
        if expected is None:
            assert point.solution.decision is None
        else:
            assert values(point) == pytest.approx(expected, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_forward_nested_points_are_the_best_that_keep_what_is_there(seed, narrowed):
    c = case(seed, seed % len(CHAINS))
    free = frontier(c.instance, c.rules, c.budgets, exact())
    earlier = None
    for best, point in zip(free, nested(c.instance, c.rules, free, exact()), strict=True):
        expected = truth(c, point.budget_cny, keep=earlier)
        assert_is(point, expected, c)
        if expected is None:
            continue
        assert earlier is None or contains(point.solution.decision, earlier)
        costs_nothing = expected == pytest.approx(truth(c, point.budget_cny), rel=1e-6, abs=1e-6)
        assert (first_loss(best.solution, point.solution) is None) == costs_nothing
        earlier = point.solution.decision


@pytest.mark.parametrize("seed", SEEDS)
def test_backward_nested_points_are_the_best_parts_of_the_next(seed, narrowed):
    c = case(seed, seed % len(CHAINS))
    free = frontier(c.instance, c.rules, c.budgets, exact())
    points = backward(c.instance, c.rules, free, exact())
    above = None
    for point in reversed(points):
        assert_is(point, truth(c, point.budget_cny, only=above), c)
        if point.solution.decision is not None:
            assert above is None or contains(above, point.solution.decision)
            above = point.solution.decision
    assert points[-1].solution.decision is free[-1].solution.decision


@pytest.mark.parametrize("seed", SEEDS)
def test_the_price_of_keeping_what_the_free_curve_drops(seed):
    c = case(seed, seed % len(CHAINS))
    free = frontier(c.instance, c.rules, c.budgets, exact())
    layers = nested(c.instance, c.rules, free, exact())
    for n, found in enumerate(keeping(c.instance, c.rules, free, layers, exact())):
        before = free[n - 1].solution.decision if n else None
        if before is None:
            assert found.kept is None
            continue
        now = free[n].solution.decision
        assert (found.dropped.open == before.open & ~now.open).all()
        assert (found.kept is None) == contains(now, before)
        if found.kept is not None:
            assert_is(found.kept, truth(c, free[n].budget_cny, keep=before), c)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_least_money_for_each_missing_outlet(seed):
    c = case(seed)
    found = thresholds(c.instance, c.rules, exact())
    if not c.plans:
        assert found.termination is Termination.INFEASIBLE
        return
    assert found.most == max(filled(c.instance, plan) for plan in c.plans)
    assert found.closed
    assert [step.filled for step in found.steps] == list(range(found.most + 1))
    for step in found.steps:
        least = min(budget_spent_cny(c.instance, p) for p in c.plans if filled(c.instance, p) >= step.filled)
        assert (step.cost_cny, step.bound_cny) == pytest.approx((least, least))
        assert filled(c.instance, step.plan) >= step.filled
        assert not breaches(c.instance, c.rules, step.plan)


def test_the_least_money_keeps_what_a_walking_level_asks():
    """Nobody has an outlet of T0 today: even where nothing missing is to be filled, all must have where to walk."""
    made = with_walks(hand_instance(missing_outlets=np.array([0, 1])))
    made = replace(made, outlet_walk_m=np.full((3, 2), np.inf))
    rules = Rules(levels=("missing_types", "walking", "cost"))
    found = thresholds(made, rules, exact())
    assert [step.filled for step in found.steps] == [0, 1]
    assert all(not breaches(made, rules, step.plan) for step in found.steps)
    assert found.steps[0].cost_cny > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_the_first_level_never_falls_and_nesting_never_helps(seed):
    c = case(seed, 1)
    free = frontier(c.instance, c.rules, c.budgets, exact())
    first = [values(p)[0] for p in free if p.solution.decision is not None]
    assert first == sorted(first)
    for ways in (nested(c.instance, c.rules, free, exact()), backward(c.instance, c.rules, free, exact())):
        for best, point in zip(free, ways, strict=True):
            if point.solution.decision is not None:
                assert values(point)[0] <= values(best)[0] + 1e-6
