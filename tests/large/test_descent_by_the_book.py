"""Every step of a descent again, by the formulas of the volume algorithm in plain numpy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from large.relaxed_levels import relaxed

from models.large.descent import Descent
from models.large.lagrangian import dual_value, nowhere
from models.large.prices import units


@pytest.mark.parametrize("seed", range(3))
def test_every_step_is_that_of_the_volume_algorithm(seed: int):
    part = relaxed(seed)
    descent = Descent(part, np.zeros(len(part.lower)), units(part))
    low, high = np.where(np.isfinite(part.lower), -np.inf, 0.0), np.where(np.isfinite(part.upper), np.inf, 0.0)
    d, last, met = descent.metric, descent.bound, {"gained": 0, "tired": 0, "calm": 0}
    for step in range(1, 121):
        m, v, share = descent.multipliers.copy(), descent.slope.copy(), descent.share.copy()
        bound, pace, idle, widest, lively = descent.bound, descent.pace, descent.idle, descent.widest, descent.lively
        patience = 5 if lively else 20
        descent.go(-math.inf, 1, math.inf)
        moves = ~((v > 0) & (m <= low)) & ~((v < 0) & (m >= high))
        length = float((d * v * v)[moves].sum())
        trial = np.clip(m - pace * 0.05 * abs(bound) / length * d * v, low, high)
        at = nowhere(part)
        value = dual_value(part, trial, at)
        apart = at.slope - v
        weight = float(np.clip(-(d * v) @ apart / ((d * apart) @ apart), 0.1 * widest, widest))
        assert np.allclose(descent.slope, v + weight * apart, atol=1e-7)
        assert np.allclose(descent.share, share + weight * (at.chosen - share))
        if value < bound:
            grown = min(1.1 * pace, 2.0) if (d * at.slope) @ v > 0 else pace
            expected = (value, grown, 0)
            assert np.allclose(descent.multipliers, trial)
            assert np.allclose(descent.profit, at.profit)
            met["gained"] += 1
        else:
            tired = idle + 1 >= patience
            expected = (bound, 0.66 * pace if tired else pace, 0 if tired else idle + 1)
            assert (descent.multipliers == m).all()
            met["tired"] += tired
        calms = value >= bound and lively and expected[1] < 2e-2
        if calms:
            expected, widest = (expected[0], 0.1, expected[2]), 0.1
            met["calm"] += 1
        if step % 50 == 0:
            widest = max(0.7 * widest, 0.02) if last - descent.bound < 0.005 * abs(descent.bound) else widest
            last = descent.bound
        assert descent.lively == (lively and not calms)
        assert (descent.bound, descent.pace, descent.idle) == pytest.approx(expected)
        assert descent.widest == pytest.approx(widest)
    assert descent.steps == step
    assert met["gained"] > 3
    assert met["tired"] > 3
    assert met["calm"] == 1
