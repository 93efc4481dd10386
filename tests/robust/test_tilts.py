"""Tilted solves: their bounds hold for the worst case, whatever the weights, and their plans are lawful everywhere."""

from __future__ import annotations

import numpy as np
import pytest
from families import EXACT, family, plans_and_values, references, scored

from models.backends import backend
from models.robust import judge
from models.robust.aims import Aim, pose
from models.robust.joint import join
from models.robust.tilt import ROUNDS, _towards_worst, tilts
from models.solution import SolveOptions

OPTIONS = SolveOptions(**EXACT)


@pytest.mark.parametrize(("level", "sense"), [("basic_coverage", "max"), ("cost", "min"), ("equity", "max")])
@pytest.mark.parametrize("seed", range(4))
def test_bounds_hold_and_plans_are_lawful(seed: int, level: str, sense: str):
    made = family(seed, (level, "sites"))
    refs, (plans, values) = references(made), plans_and_values(made)
    if refs is None or not plans:
        pytest.skip("no plan is lawful in every future")
    joint = join(made)
    aim = Aim(level, sense, -refs[:, 0])
    posed = pose(aim, joint, joint.model, "highs")
    best = scored(made, "worst_regret", level, values[:, :, 0], refs[:, 0]).min()
    wanted = -best if sense == "max" else best
    start = joint.complete(plans[0])
    seen = list(tilts(posed, joint, joint.model, backend("highs"), OPTIONS, start))
    assert len(seen) == ROUNDS
    for tilt in seen:
        assert tilt.bound is not None
        assert tilt.values is not None
        slack = 1e-6 * max(1.0, float(np.abs(refs).max()))
        assert tilt.bound >= wanted - slack if sense == "max" else tilt.bound <= wanted + slack
        assert judge(made, joint.plan_of(tilt.values)).lawful.all()


@pytest.mark.parametrize("unit", [1e-3, 1.0, 1e6])
def test_weights_move_towards_the_worst_whatever_the_unit(unit: float):
    mean, values = np.array([0.5, 0.3, 0.2]), np.array([1.0, 2.0, 2.0])
    moved = _towards_worst(mean, values * unit, True, 1.0)
    assert moved == pytest.approx(_towards_worst(mean, values, True, 1.0))
    assert moved.sum() == pytest.approx(1.0)
    # the first is worse by the whole spread: its weight gains a factor e on the others
    assert moved[0] / moved[1] == pytest.approx(np.e * 0.5 / 0.3)
    assert _towards_worst(mean, values * unit, False, 1.0)[0] < 0.5
    assert _towards_worst(mean, np.full(3, unit), True, 1.0) is mean
