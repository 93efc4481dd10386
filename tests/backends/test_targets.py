"""A target ends a search as soon as a plan reaches it, and not before."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from models.backends import backend
from models.linear import Kind, LinearModel, Objective
from models.solution import SolveOptions, Termination

N = 40
SIZES = np.random.default_rng(4).integers(3, 20, N).astype(float)


def knapsack() -> LinearModel:
    """Room for 60 of what things take."""
    kind, names = np.full(N, int(Kind.INTEGER), dtype=np.int8), lambda: [f"x{n}" for n in range(N)]
    ends, sides = (np.zeros(N), np.ones(N)), (np.array([-np.inf]), np.array([60.0]))
    return LinearModel(sparse.csr_array(SIZES[None]), *sides, *ends, kind, {}, (lambda: ["room"],), names)


@pytest.mark.parametrize("solver", ["highs", "cpsat"])
@pytest.mark.parametrize(("sense", "sign"), [("max", 1.0), ("min", -1.0)])
def test_a_target_is_reached(solver: str, sense: str, sign: float):
    """Half of the things are worth nothing; the start is worth nothing either."""
    worth = np.where(np.arange(N) % 2, SIZES + np.random.default_rng(5).integers(1, 9, N), 0.0)
    goal, start, exact = Objective("v", sense, sign * worth), np.zeros(N), SolveOptions(mip_gap=0.0)
    model = knapsack()
    best = backend(solver).solve(model, goal, exact)
    assert best.termination is Termination.OPTIMAL
    assert sign * best.objective == best_worth(worth)
    for target in (1.0, 0.9 * best_worth(worth), best_worth(worth)):
        found = backend(solver).solve(model, goal, exact, start, target=sign * target)
        assert sign * found.objective >= target - 1e-6
    beyond = backend(solver).solve(model, goal, exact, start, target=sign * (best_worth(worth) + 5.0))
    assert sign * beyond.objective == best_worth(worth)
    assert beyond.termination is Termination.OPTIMAL


def best_worth(worth: np.ndarray) -> float:
    """By the table of rooms."""
    table = np.zeros(61)
    for size, value in zip(SIZES.astype(int), worth, strict=True):
        for room in range(60, size - 1, -1):
            table[room] = max(table[room], table[room - size] + value)
    return float(table[60])
