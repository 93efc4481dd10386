"""What an outlet more costs where no plan is lawful at any price, and where nothing is missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from support.instances import random_instance

from models.instance import Rules
from models.solution import SolveOptions, Termination
from models.thresholds import thresholds

EXACT = SolveOptions(mip_gap=1e-9, time_limit_s=20.0)


def test_no_plan_at_any_price():
    instance = random_instance(np.random.default_rng(1), n_demand=6, n_site=3, n_type=2)
    never = Rules(levels=("missing_types", "cost"), max_outlets=0, lock_in_sites=np.arange(3))
    found = thresholds(instance, never, EXACT)
    assert (found.steps, found.most, found.closed) == ((), 0, False)
    assert found.termination is Termination.INFEASIBLE
    assert found.calls == 1


def test_nothing_is_missing():
    instance = random_instance(np.random.default_rng(1), n_demand=6, n_site=3, n_type=2)
    instance = replace(instance, missing_outlets=np.zeros(2, dtype=np.int64))
    ticks: list[tuple[int, int]] = []
    found = thresholds(instance, Rules(levels=("cost",), budget_cny=1.0), EXACT, lambda *at: ticks.append(at))
    assert [(step.filled, step.cost_cny, step.bound_cny) for step in found.steps] == [(0, 0.0, 0.0)]
    assert (found.most, found.closed, found.steps[0].mip_gap) == (0, True, 0.0)
    assert ticks == [(0, 1)]
