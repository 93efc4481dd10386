"""A target ends a search as soon as a plan reaches it, and not before."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from models.backends import backend
from models.linear import Kind, LinearModel, Objective
from models.solution import SolveOptions, Termination


def knapsack() -> LinearModel:
    """Room for 10 of 14 things, whole ones."""
    kind, sizes = np.full(14, int(Kind.INTEGER), dtype=np.int8), 1.0 + np.arange(14) % 5
    names = lambda: [f"x{n}" for n in range(14)]  # noqa: E731
    return LinearModel(sparse.csr_array(sizes[None]), np.array([-np.inf]), np.array([10.0]), np.zeros(14), np.ones(14),
                       kind, {}, (lambda: ["room"],), names)  # fmt: skip


@pytest.mark.parametrize("solver", ["highs", "cpsat"])
@pytest.mark.parametrize(("sense", "sign"), [("max", 1.0), ("min", -1.0)])
def test_a_target_is_reached(solver: str, sense: str, sign: float):
    """Half of the things are worth nothing; the start is worth nothing either."""
    worth = np.where(np.arange(14) % 2, 3.0 + np.arange(14), 0.0)
    goal, start, exact = Objective("v", sense, sign * worth), np.zeros(14), SolveOptions(mip_gap=0.0)
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
    table = np.zeros(11)
    for size, value in zip(1 + np.arange(14) % 5, worth, strict=True):
        for room in range(10, size - 1, -1):
            table[room] = max(table[room], table[room - size] + value)
    return float(table[10])
