"""Equity at a point: what the least served have, and what they lack to the quantile."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from models.completion import _set_equity


@pytest.mark.parametrize(
    ("share", "quantile"),
    [
        (0.0, 1.0),
        (0.3, 1.0),
        (0.3 + 1e-6, 2.0),
        (0.6, 2.0),
        (0.6 + 0.5e-9, 2.0),
        (0.6 + 2e-9, 3.0),
        (1.0, 3.0),
        (1.2, 3.0),
    ],
)
def test_the_share_of_residents_that_has_no_more(share: float, quantile: float):
    """0.4, 0.3 and 0.3 residents have 1 + 2, 1 and 0 + 2 of their types; -1 stands for no group."""
    classes = SimpleNamespace(
        base_count=np.array([1.0, 1.0, 0.0]), groups=np.array([[0, 1], [-1, -1], [1, 2]]),
        residents=np.array([0.4, 0.3, 0.3]),
    )  # fmt: skip
    problem = SimpleNamespace(
        equity=classes,
        rules=SimpleNamespace(equity_share=share),
        offsets={"quantile": slice(0, 1), "deficit": slice(1, 4)},
    )
    values = np.full(4, np.nan)
    _set_equity(problem, np.array([1.0, 1.0, 1.0]), values)
    assert values.tolist() == [quantile, 0.0, quantile - 1.0, max(0.0, quantile - 2.0)]


def test_nobody_has_nothing():
    classes = SimpleNamespace(base_count=np.zeros(0), groups=np.zeros((0, 1), dtype=int), residents=np.zeros(0))
    problem = SimpleNamespace(equity=classes, rules=SimpleNamespace(equity_share=0.8),
                              offsets={"quantile": slice(0, 1), "deficit": slice(1, 1)})  # fmt: skip
    values = np.full(1, np.nan)
    _set_equity(problem, np.zeros(0), values)
    assert values.tolist() == [0.0]
