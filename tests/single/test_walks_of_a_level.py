"""The farthest walk of a level of one type: asked in millimetres, told in metres, the bound too."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from models.single import level, pcenter
from models.single.answer import SitesAnswer
from models.solution import SolveOptions, Termination


def test_value_and_bound_are_metres(monkeypatch: pytest.MonkeyPatch):
    seen: list[Any] = []

    def center(metres: np.ndarray, p: int, options: SolveOptions) -> SitesAnswer:
        seen.append((metres.tolist(), p))
        return SitesAnswer(np.array([0]), 2500.0, 1500.0, Termination.FEASIBLE, 0.1)

    monkeypatch.setattr(pcenter, "p_center", center)
    monkeypatch.setattr(level, "_table", lambda problem: np.array([[1.5, 2.0004]]))
    problem = SimpleNamespace(rules=SimpleNamespace(max_sites=3, max_outlets=None))
    found = level._walks(problem, SimpleNamespace(name="farthest_walk"), SolveOptions(), None)
    assert seen == [([[1500.0, 2000.0]], 2)]
    assert (found.value, found.bound, found.termination) == (2.5, 1.5, Termination.FEASIBLE)
