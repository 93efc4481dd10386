"""The packing and covering core says of every plan what the linear model says: its worth, and whether it is lawful."""

from __future__ import annotations

import numpy as np
import pytest
from large_primal.primal_cases import filled, lawful, value

from models.assemble import assemble, hold
from models.columns import lay_out
from models.completion import complete, decision_of
from models.large.pairs import Pairs, pairs_of
from models.objectives import lattice_step, objective
from tests.support.instances import random_instance, random_rules


def _covered(pairs: Pairs, chosen: np.ndarray) -> np.ndarray:
    reaches = np.repeat(chosen, np.diff(pairs.cover_start))
    return np.bincount(pairs.cover_group[reaches], minlength=len(pairs.weight)) > 0


def _keeps_all(pairs: Pairs, chosen: np.ndarray) -> bool:
    used = np.bincount(pairs.place[chosen], minlength=pairs.n_place) > 0
    floors = (pairs.floor_weight @ _covered(pairs, chosen) >= pairs.floor_at_least - 1e-6).all()
    enough = pairs.held_fill_weight @ filled(pairs, chosen) >= pairs.held_fill - 1e-6
    return bool(lawful(pairs, chosen) and used[pairs.must_use].all() and floors and enough)


@pytest.mark.parametrize("seed", range(12))
def test_the_core_is_the_model(seed: int):
    rng = np.random.default_rng(seed)
    instance = random_instance(rng, n_demand=10, n_site=4, n_type=4, hosts=seed % 3)
    problem = lay_out(instance, random_rules(rng, instance, ("missing_types", "basic_coverage", "quality_coverage")))
    model = assemble(problem)
    for name in ("missing_types", "basic_coverage"):
        if rng.random() < 0.4:
            goal = objective(name, problem)
            model = model.with_rows(hold(goal, 0.3 * float(goal.coefficients.sum()), lattice_step(goal, model)))
    kept = {True: 0, False: 0}
    for level in ("missing_types", "basic_coverage", "quality_coverage"):
        goal = objective(level, problem)
        pairs = pairs_of(problem, goal, model)
        for _ in range(80):
            chosen = (rng.random(pairs.n) < rng.choice([0.1, 0.25, 0.5])) | pairs.forced
            values = np.zeros(problem.n_col)
            values[pairs.column] = chosen
            point = complete(problem, decision_of(problem, values))
            assert value(pairs, chosen) == pytest.approx(goal.value(point) - goal.constant)
            admitted = model.admits(point)
            kept[admitted] += 1
            if admitted:
                assert _keeps_all(pairs, chosen)
            elif not (chosen & pairs.needs_host).any():
                assert not _keeps_all(pairs, chosen) or _odd_row_broken(model, pairs, point)
    assert kept[False]


def _odd_row_broken(model, pairs: Pairs, point: np.ndarray) -> bool:
    """A row of a form that the core does not know: it takes from some pairs and gives to others, or asks for none."""
    of_pair = np.zeros(model.n_col, dtype=bool)
    of_pair[pairs.column] = True
    product = model.matrix @ point
    for r in np.flatnonzero((product > model.row_upper + 1e-6) | (product < model.row_lower - 1e-6)):
        row = model.matrix[[r]]
        if of_pair[row.indices].all() and ((row.data < 0).any() or not row.nnz):
            return True
    return False
