"""The bound of the large solver against HiGHS to optimality, its plans and its knapsack against brute force."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from models.assemble import assemble, hold
from models.backends import backend
from models.columns import lay_out
from models.completion import complete
from models.large.descent import Descent
from models.large.lagrangian import dual_value, lawful, nowhere, split
from models.large.packing import LEAST_ROOM, NODES, all_places
from models.large.prices import first_prices, units
from models.large.solve import solve_level
from models.lexicographic import solve
from models.objectives import lattice_step, objective
from models.one_level import ask
from models.reduction import reduce
from models.solution import Decision, SolveOptions, Termination
from models.verify import breaches
from tests.support.instances import random_instance, random_rules

LEVELS = ("missing_types", "basic_coverage", "quality_coverage", "cost")
EXACT = SolveOptions(mip_gap=1e-9, time_limit_s=20)


@pytest.mark.parametrize("seed", range(60))
def test_no_multipliers_give_a_bound_below_the_optimum(seed: int):
    """Every level of the chain, whatever the multipliers; then our plan and bound against the optimum."""
    rng = np.random.default_rng(seed)
    instance = random_instance(rng, n_demand=8, n_site=4, n_type=3, hosts=seed % 3)
    rules = random_rules(rng, instance, LEVELS)
    problem = lay_out(instance, rules)
    model = assemble(problem)
    for level in LEVELS:
        goal = objective(level, problem)
        best = ask(backend("highs"), model, goal, EXACT)
        ours = solve_level(problem, model, goal, EXACT, start=complete(problem, Decision.empty(instance)))
        if best.values is None:
            assert ours.values is None
            return
        assert best.objective is not None
        assert ours.objective is not None
        assert ours.bound is not None
        slack = 1e-6 * max(1.0, abs(best.objective))
        assert ours.objective == pytest.approx(best.objective, rel=1e-6, abs=1e-6)
        assert model.admits(ours.values)
        assert (ours.bound >= best.objective - slack) if goal.sense == "max" else (ours.bound <= best.objective + slack)
        small = reduce(model, goal)
        if small.kept.any():
            part = split(problem, model, small)
            for scale in (0.0, 0.1, 10.0):
                m = lawful(part, scale * rng.normal(size=len(part.lower)))
                at = nowhere(part)
                value = dual_value(part, m, at)
                assert value >= part.sign * best.objective - slack
                assert value == pytest.approx(_by_the_book(part, small, m, at), rel=1e-9, abs=1e-6)
            unit = units(part)
            found = Descent(part, first_prices(part, unit, None), unit)
            found.go(part.sign * best.objective, 200, math.inf)
            assert found.bound >= part.sign * best.objective - slack
            assert found.bound == pytest.approx(dual_value(part, found.multipliers))
        model = model.with_rows(hold(goal, best.objective, lattice_step(goal, model)))


def _by_the_book(part, small, m, at):
    """L(m) at the point of the pass, with the matrix of the reduced model: objective and price of what rows leave."""
    t, model = part.terms, small.model
    rows = [r for r in range(model.n_row) if _is_priced(model, r, t)]
    covers = [r for r in rows if _is_cover(model, r, t)]
    order = covers + [r for r in rows if r not in covers]
    assert len(order) == len(part.lower)
    left = model.matrix[order] @ at.values
    side = np.where(m > 0, model.row_upper[order], model.row_lower[order])
    return part.constant + t.gain @ at.values + sum(p * (b - v) for p, b, v in zip(m, side, left, strict=True) if p)


def _is_priced(model, r, t):
    columns = set(model.matrix[[r]].indices.tolist())
    for p, used in enumerate(t.used):
        if used >= 0 and used in columns:
            return not columns <= {int(used), *t.pair[t.start[p] : t.start[p + 1]].tolist()}
    return True


def _is_cover(model, r, t):
    row = model.matrix[[r]]
    free = np.isin(row.indices, t.alone)
    pairs = np.isin(row.indices, t.pair)
    sides = np.isfinite(model.row_upper[r]) and not np.isfinite(model.row_lower[r])
    return (
        sides
        and free.sum() == 1
        and (row.data[free] == 1).all()
        and pairs[~free].all()
        and (row.data[~free] == -1).all()
    )


def best_sets(start, profit, area, room, charge):
    """([p] value, [c] one where chosen)."""
    values, chosen = np.zeros(len(room)), np.zeros(len(profit))
    all_places(start, profit, area, room + LEAST_ROOM * np.maximum(1.0, room), charge, values, chosen, NODES)
    return values, chosen


@pytest.mark.parametrize("seed", range(100))
def test_knapsack_of_a_place_is_exact(seed: int):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 10))
    profit, area = rng.normal(2.0, 3.0, n), rng.choice([0.0, 12.5, 20.0, 33.3, 60.0], n)
    room, charge = float(rng.uniform(10, 150)), float(rng.uniform(-3, 8))
    value, chosen = best_sets(np.array([0, n]), profit, area, np.array([room]), np.array([charge]))
    sums = [
        sum(profit[c] for c in range(n) if x[c])
        for x in product((0, 1), repeat=n)
        if sum(area[c] for c in range(n) if x[c]) <= room
    ]
    assert value[0] == pytest.approx(max(0.0, max(sums) - charge), abs=1e-9)
    assert area @ chosen <= room + 1e-3


def test_an_impossible_level_is_not_served_a_plan():
    rng = np.random.default_rng(5)
    instance = random_instance(rng, n_demand=6, n_site=3, n_type=2)
    rules = random_rules(rng, instance, ("basic_coverage",))
    problem = lay_out(instance, rules)
    model = assemble(problem)
    goal = objective("basic_coverage", problem)
    over = hold(goal, float(goal.coefficients.sum()) + 1000.0, 1.0)
    assert solve_level(problem, model.with_rows(over), goal, EXACT).termination is Termination.INFEASIBLE


@pytest.mark.parametrize("seed", range(20))
def test_whole_chain_equals_highs(seed: int):
    rng = np.random.default_rng(1000 + seed)
    instance = random_instance(rng, n_demand=12, n_site=5, n_type=3, hosts=seed % 3)
    rules = random_rules(rng, instance, ("missing_types", "basic_coverage", "equity", "quality_coverage", "cost"))
    ours = solve(instance, rules, replace(EXACT, solver="large"))
    theirs = solve(instance, rules, EXACT)
    assert ours.termination == theirs.termination
    for mine, other in zip(ours.levels, theirs.levels, strict=True):
        assert mine.incumbent == pytest.approx(other.incumbent, rel=1e-5, abs=1e-5, nan_ok=True)
    if ours.decision is not None:
        assert not breaches(instance, rules, ours.decision)
