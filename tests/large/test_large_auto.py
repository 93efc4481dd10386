"""``auto`` takes our own solver for levels with many entries, HiGHS for the others; the optimum is the same."""

from __future__ import annotations

import numpy as np
import pytest

from models import lexicographic
from models.large import solve as large
from models.lexicographic import solve
from models.solution import SolveOptions
from tests.support.instances import random_instance, random_rules

LEVELS = ("missing_types", "basic_coverage", "cost")


@pytest.mark.parametrize(("from_entries", "taken"), [(1, True), (10**9, False)])
def test_auto_goes_by_the_size_of_the_model(monkeypatch: pytest.MonkeyPatch, from_entries: int, taken: bool):
    rng = np.random.default_rng(5)
    instance = random_instance(rng, n_demand=8, n_site=4, n_type=3)
    rules = random_rules(rng, instance, LEVELS)
    asked = []
    real = large.solve_level

    def spy(problem, model, goal, *more):
        asked.append(goal.name)
        return real(problem, model, goal, *more)

    monkeypatch.setattr(large, "solve_level", spy)
    monkeypatch.setattr(lexicographic, "AUTO_FROM_ENTRIES", from_entries)
    found = solve(instance, rules, SolveOptions(solver="auto", mip_gap=1e-9))
    wanted = solve(instance, rules, SolveOptions(solver="highs", mip_gap=1e-9))
    assert bool(asked) is taken
    assert found.solver == ("large" if taken else "highs")
    assert [level.incumbent for level in found.levels] == pytest.approx([level.incumbent for level in wanted.levels])


def test_a_level_that_was_left_to_highs_is_told_as_such():
    rng = np.random.default_rng(5)
    instance = random_instance(rng, n_demand=8, n_site=4, n_type=3)
    found = solve(instance, random_rules(rng, instance, ("equity",)), SolveOptions(solver="large", mip_gap=1e-9))
    assert found.solver == "highs"
