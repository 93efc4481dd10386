"""Diving and polishing: plans within every limit, never worse; a part of a relaxation still bounds its part."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from models.assemble import assemble
from models.backends import backend
from models.columns import lay_out
from models.completion import complete, decision_of
from models.large.dive import QUICK, SLOW, fixed
from models.large.first_plan import Plans
from models.large.lagrangian import dual_value, lawful
from models.large.relaxation import Relaxation
from models.large.shrink import shrink
from models.objectives import objective
from models.one_level import ask
from models.reduction import reduce
from models.solution import SolveOptions
from tests.support.instances import random_instance, random_rules

MAY_FALL_SHORT = {"floor", "purse", "lock_in"}
EXACT = SolveOptions(mip_gap=1e-9, time_limit_s=20)


@pytest.fixture(params=range(8))
def level(request):
    """(rng, problem, model, goal, relaxation, plans) of a small coverage level that has pairs to choose from."""
    for seed in range(100 * request.param, 100 * request.param + 100):
        rng = np.random.default_rng(seed)
        instance = random_instance(rng, n_demand=14, n_site=6, n_type=4, hosts=seed % 3)
        problem = lay_out(instance, random_rules(rng, instance, ("basic_coverage",)))
        model, goal = assemble(problem), objective("basic_coverage", problem)
        small = reduce(model, goal)
        if small.impossible or not small.kept.any():
            continue
        plans = Plans(problem, model, goal, seed)
        relaxed = Relaxation(problem, model, small, plans.first())
        if len(relaxed.pair) > 4:
            relaxed.descent.go(-math.inf, 100, math.inf)
            return rng, problem, model, goal, relaxed, plans
    raise AssertionError("no such instance")


def _broken(model, values):
    product = model.matrix @ values
    slack = 1e-6 * np.maximum(1.0, np.abs(np.where(np.isfinite(model.row_upper), model.row_upper, 0.0)))
    rows = np.flatnonzero((product > model.row_upper + slack) | (product < model.row_lower - 1e-6))
    return {name for name, where in model.blocks.items() if ((rows >= where.start) & (rows < where.stop)).any()}


@pytest.mark.parametrize("haste", [QUICK, SLOW])
def test_a_dived_plan_keeps_every_limit(level, haste):
    _, problem, model, _, relaxed, plans = level
    point = complete(problem, decision_of(problem, plans.dived(relaxed, haste, math.inf)))
    assert _broken(model, point) <= MAY_FALL_SHORT


def test_polishing_keeps_limits_and_is_never_worse(level):
    _, problem, model, goal, relaxed, plans = level
    point = complete(problem, decision_of(problem, plans.dived(relaxed, QUICK, math.inf)))
    better = complete(problem, decision_of(problem, plans.polished(point, math.inf)))
    assert _broken(model, better) <= _broken(model, point) | MAY_FALL_SHORT
    assert goal.value(better) >= goal.value(point) - 1e-6


def test_what_is_left_after_fixing_is_still_bounded(level):
    """Some pairs at 1, some at 0: L of the part against the optimum of the model with these bounds."""
    rng, _, model, goal, relaxed, _ = level
    part = relaxed.part
    bounded = 0
    for _ in range(20):
        taken = rng.random(len(relaxed.pair)) < 0.2
        left = ~taken & (rng.random(len(relaxed.pair)) < 0.7)
        lower, upper = model.col_lower.copy(), model.col_upper.copy()
        lower[relaxed.pair[taken]], upper[relaxed.pair[~taken & ~left]] = 1.0, 0.0
        best = ask(backend("highs"), replace(model, col_lower=lower, col_upper=upper), goal, EXACT)
        if best.objective is None:
            continue
        bounded += 1
        rest = fixed(part, left, taken)
        slack = 1e-6 * max(1.0, abs(best.objective))
        for m in (relaxed.descent.multipliers, np.zeros(len(part.lower)), rng.normal(size=len(part.lower))):
            value = dual_value(rest, lawful(rest, m))
            assert value >= part.sign * best.objective - slack
            assert value <= dual_value(part, lawful(part, m)) + 1e-9 * max(1.0, abs(value))
            smaller, rows = shrink(rest)
            tighter = dual_value(smaller, lawful(smaller, m[rows]))
            assert part.sign * best.objective - slack <= tighter <= value + 1e-9 * max(1.0, abs(value))
    assert bounded
