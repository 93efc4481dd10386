"""How long a library in this process may take: counted tick by tick, a pause counts as two ticks at most."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import sparse

from models.backends import backend, watchdog
from models.linear import Kind, LinearModel, Objective
from models.solution import SolveOptions, Termination


class Ended(Exception):
    """The process would have ended."""


def ticks_until_ended(monkeypatch: pytest.MonkeyPatch, left_s: float, sleeps: list[float]) -> int:
    """Ticks of half a second that a call with ``left_s`` gets; ``sleeps`` are how long the first ones really take."""
    now, ticks = [100.0], [0]

    def sleep(seconds: float) -> None:
        assert seconds == 0.5
        now[0] += sleeps[ticks[0]] if ticks[0] < len(sleeps) else seconds
        ticks[0] += 1

    def end(code: int) -> None:
        assert code == 86
        raise Ended

    monkeypatch.setattr(watchdog, "time", SimpleNamespace(monotonic=lambda: now[0], sleep=sleep))
    monkeypatch.setattr(watchdog, "os", SimpleNamespace(_exit=end))
    patience = watchdog._Patience.__new__(watchdog._Patience)
    patience.work = watchdog._Work(left_s)
    with pytest.raises(Ended):
        patience._count()
    return ticks[0]


def test_seconds_are_counted_and_a_pause_is_not(monkeypatch: pytest.MonkeyPatch):
    assert ticks_until_ended(monkeypatch, 3.0, []) == 6
    assert ticks_until_ended(monkeypatch, 3.0, [0.75]) == 6
    assert ticks_until_ended(monkeypatch, 3.0, [3600.0]) == 5  # a laptop asleep


@pytest.mark.parametrize("solver", ["highs", "cpsat"])
def test_a_column_between_two_whole_numbers_is_impossible(solver: str):
    kind = np.full(2, int(Kind.INTEGER), dtype=np.int8)
    ends = np.array([0.25, 0.0]), np.array([0.75, 1.0])
    one = sparse.csr_array(np.ones((1, 2)))
    model = LinearModel(one, np.zeros(1), np.full(1, 2.0), *ends, kind, {}, (lambda: ["r"],), lambda: ["x", "y"])
    goal = Objective("v", "max", np.ones(2))
    assert backend(solver).solve(model, goal, SolveOptions()).termination is Termination.INFEASIBLE
