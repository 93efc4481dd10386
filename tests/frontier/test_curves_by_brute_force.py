"""Every point of a curve, free or nested, is what trying all plans gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from frontier_cases import CHAINS, case, exact, truth
from support.brute import lawful_plans

import models.backbone as backbone_room
from models.frontier import frontier, with_cost
from models.nested import first_loss, keeping, nested
from models.resolve import contains
from models.solution import Termination
from models.thresholds import filled, thresholds
from models.verify import breaches, budget_spent_cny


@pytest.fixture(params=["narrowed", "plain"])
def narrowed(request, monkeypatch):
    """With and without the backbone, which tiny instances would not be worth."""
    monkeypatch.setattr(backbone_room, "MIN_COLUMNS", 0 if request.param == "narrowed" else 10**6)


@pytest.mark.parametrize("chain", range(len(CHAINS)))
@pytest.mark.parametrize("seed", range(6))
def test_every_point_is_the_best_of_all_plans(seed, chain, narrowed):
    instance, rules, budgets = case(seed, chain)
    plans = lawful_plans(instance, rules)
    for point in frontier(instance, rules, budgets, exact()):
        expected = truth(instance, rules, point.budget_cny, plans)
        found = point.solution
        if expected is None:
            assert found.termination is Termination.INFEASIBLE
            continue
        assert found.termination is Termination.OPTIMAL
        assert [level.incumbent for level in found.levels] == pytest.approx(expected, rel=1e-6, abs=1e-6)
        assert [level.bound for level in found.levels] == pytest.approx(expected, rel=1e-6, abs=1e-6)
        assert not breaches(instance, replace(with_cost(rules), budget_cny=point.budget_cny), found.decision)
        assert point.spent_cny == pytest.approx(budget_spent_cny(instance, found.decision))


@pytest.mark.parametrize("solver", ["cpsat", "cbc"])
@pytest.mark.parametrize("seed", [1, 4])
def test_other_solvers_find_the_same_curve(seed, solver):
    instance, rules, budgets = case(seed)
    for point, other in zip(
        frontier(instance, rules, budgets, exact()), frontier(instance, rules, budgets, exact(solver)), strict=True
    ):
        mine = [level.incumbent for level in point.solution.levels]
        assert [level.incumbent for level in other.solution.levels] == pytest.approx(mine, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_nested_points_are_the_best_that_keep_what_is_there(seed, narrowed):
    instance, rules, budgets = case(seed, seed % len(CHAINS))
    plans = lawful_plans(instance, rules)
    free = frontier(instance, rules, budgets, exact())
    points = nested(instance, rules, free, exact())
    earlier = None
    for best, point in zip(free, points, strict=True):
        expected = truth(instance, rules, point.budget_cny, plans, earlier)
        if expected is None:
            assert point.solution.decision is None
            continue
        plan = point.solution.decision
        assert [level.incumbent for level in point.solution.levels] == pytest.approx(expected, rel=1e-6, abs=1e-6)
        assert earlier is None or contains(plan, earlier)
        assert not breaches(instance, replace(with_cost(rules), budget_cny=point.budget_cny), plan)
        loss = first_loss(best.solution, point.solution)
        at_best = truth(instance, rules, point.budget_cny, plans)
        assert (loss is None) == (expected == pytest.approx(at_best, rel=1e-6, abs=1e-6))
        earlier = plan


@pytest.mark.parametrize("seed", range(8))
def test_the_price_of_keeping_what_the_free_curve_drops(seed):
    instance, rules, budgets = case(seed, seed % len(CHAINS))
    plans = lawful_plans(instance, rules)
    free = frontier(instance, rules, budgets, exact())
    for n, kept in enumerate(keeping(instance, rules, free, nested(instance, rules, free, exact()), exact())):
        before = free[n - 1].solution.decision if n else None
        if before is None:
            assert kept.kept is None
            continue
        assert (kept.dropped.open == before.open & ~free[n].solution.decision.open).all()
        assert (kept.kept is None) == (not kept.dropped.open.any() and not kept.dropped.addon.any())
        if kept.kept is not None:
            expected = truth(instance, rules, free[n].budget_cny, plans, before)
            values = [level.incumbent for level in kept.kept.solution.levels]
            assert values == pytest.approx(expected, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_the_least_money_for_each_missing_outlet(seed):
    instance, rules, _ = case(seed)
    plans = lawful_plans(instance, rules)
    found = thresholds(instance, rules, exact())
    if not plans:
        assert found.termination is Termination.INFEASIBLE
        return
    assert found.most == max(filled(instance, plan) for plan in plans)
    assert found.closed
    assert [step.filled for step in found.steps] == list(range(found.most + 1))
    for step in found.steps:
        enough = [budget_spent_cny(instance, p) for p in plans if filled(instance, p) >= step.filled]
        assert step.cost_cny == pytest.approx(min(enough))
        assert step.bound_cny == pytest.approx(min(enough))
        assert filled(instance, step.plan) >= step.filled
        assert not breaches(instance, rules, step.plan)


@pytest.mark.parametrize("seed", range(6))
def test_the_curve_never_falls_and_nesting_never_helps(seed):
    instance, rules, budgets = case(seed, 1)
    free = frontier(instance, rules, budgets, exact())
    points = nested(instance, rules, free, exact())
    first = [p.solution.levels[0].incumbent for p in free if p.solution.decision is not None]
    assert first == sorted(first)
    for best, point in zip(free, points, strict=True):
        if best.solution.decision is not None:
            assert point.solution.levels[0].incumbent <= best.solution.levels[0].incumbent + 1e-6
    assert np.all(np.diff([p.budget_cny for p in free]) > 0)
