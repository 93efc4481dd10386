"""A solver that says what a test wants it to say, of a model that nothing reduces."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from models import one_level
from models.backends.base import BackendResult
from models.linear import LinearModel, Objective
from models.reduction import Reduced
from models.solution import Termination

Answer = Callable[[LinearModel, Objective], BackendResult]


class Scripted:
    """It keeps what it was asked: level, start, target."""

    name = "scripted"

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, Any, float | None]] = []

    def solve(
        self, model: LinearModel, objective: Objective, options: Any, start: Any, progress: Any, target: Any
    ) -> BackendResult:
        self.asked.append((objective.name, start, target))
        return self.answers.pop(0)(model, objective)


def answer(opens: list[int], bound: float | None, claim: Termination = Termination.OPTIMAL) -> Answer:
    """The point that opens the outlet columns ``opens`` and leaves the rest to the completion."""

    def give(model: LinearModel, goal: Objective) -> BackendResult:
        values = np.zeros(model.n_col)
        values[opens] = 1.0
        return BackendResult(claim, values, goal.value(values), bound, 0.0)

    return give


def without(claim: Termination, bound: float | None = None) -> Answer:
    """No point."""
    return lambda model, goal: BackendResult(claim, None, None, bound, 0.0)


def whole(model: LinearModel, goal: Objective) -> Reduced:
    """The reduction that leaves everything as it is."""
    return Reduced(model, goal, np.ones(model.n_col, dtype=bool), np.zeros(model.n_col))


def scripted(monkeypatch: pytest.MonkeyPatch, module: ModuleType, *answers: Answer) -> Scripted:
    """The solver of ``module``."""
    solver = Scripted(*answers)
    monkeypatch.setattr(module, "backend", lambda name: solver)
    monkeypatch.setattr(one_level, "reduce", whole)
    return solver
