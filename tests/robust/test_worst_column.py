"""Every plan has its place on the column of the worst case: the posed model admits what the joint model admits."""

from __future__ import annotations

import numpy as np
import pytest
from families import family

from models.linear import Objective
from models.robust.aims import Aim, pose
from models.robust.joint import join
from models.solution import Decision

LEVELS = {"basic_coverage": "max", "missing_types": "max", "cost": "min"}


def plans(made, rng: np.random.Generator, n: int) -> list[Decision]:
    """Some by chance, nothing, everything."""
    shares = [0.0, 1.0, *rng.choice([0.1, 0.3, 0.6], n)]
    return [Decision(open=made.opens & (rng.random(made.opens.shape) < share),
                     addon=made.addons & (rng.random(made.addons.shape) < share)) for share in shares]  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("solver", ["highs", "cpsat"])
def test_every_plan_has_its_worst_case(seed: int, solver: str):
    rng = np.random.default_rng(seed)
    made = family(seed, tuple(LEVELS))
    joint = join(made)
    for level, sense in LEVELS.items():
        shift = rng.integers(-9, 10, made.n) * (0.5 if seed % 2 else 1 / 7)
        posed = pose(Aim(level, sense, shift), joint, joint.model, solver)
        admitted = 0
        for plan in plans(made, rng, 12):
            point = joint.complete(plan)
            placed = posed.placed(point)
            alike = joint.model.admits(point)
            assert posed.model.admits(placed) == alike
            admitted += alike
            by_future = [joint.objective(s, level).value(point) for s in range(made.n)]
            worst = min(by_future + shift) if sense == "max" else max(by_future + shift)
            assert posed.value(point) == pytest.approx(worst)
            assert posed.goal.value(placed) == pytest.approx(worst, abs=max(posed.widen, 1e-6))
            beyond = placed.copy()
            beyond[posed.column] += (1.0 if sense == "max" else -1.0) * max(1.0, 2 * posed.widen / posed.unit)
            assert not posed.model.admits(beyond) or posed.unit < 1e-5
        low, high = posed.model.col_lower[posed.column], posed.model.col_upper[posed.column]
        ends = [_ends(joint.objective(s, level), joint.model) + shift[s] for s in range(made.n)]
        assert low * posed.unit + posed.goal.constant <= min(e[0] for e in ends) + 1e-6
        assert high * posed.unit + posed.goal.constant >= max(e[1] for e in ends) - 1e-6


def _ends(goal: Objective, model) -> np.ndarray:
    """Least and greatest value within the columns' bounds."""
    both = np.stack([goal.coefficients * model.col_lower, goal.coefficients * model.col_upper])
    return np.array([both.min(axis=0).sum(), both.max(axis=0).sum()]) + goal.constant
