"""The knee on known shapes; the grids that the command line takes and refuses."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.faults import FaultError
from siting.studies.frontier.grid import BudgetGrid, read_budget_grid, rounded_up
from siting.studies.frontier.knee import MIN_RISE, knee

MONEY = np.linspace(0.0, 1_000_000.0, 11)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.minimum(MONEY, 300_000.0), 3),
        (np.minimum(MONEY, 300_000.0) * 4 + MONEY * 0.1 + 7, 3),
        (np.sqrt(MONEY), 3),
        (MONEY * 2 + 5, None),
        (MONEY**2, None),
        (np.full(11, 8.0), None),
        (-MONEY, None),
        (np.where(MONEY > 0, 10.0, 0.0), 1),
        (np.where(MONEY < 1_000_000, 0.0, 10.0), None),
        (np.array([0, 5, 4, 8, 8, 8, 8, 9, 9, 9, 10.0]), 3),
    ],
    ids=["corner", "corner, tilted", "root", "straight", "convex", "flat", "falling", "jump", "late", "not monotone"],
)
def test_the_knee(value, expected):
    """The square root is farthest above its chord at a quarter; of tenths, 0.548 - 0.3 beats 0.447 - 0.2."""
    assert knee(MONEY, value) == expected


def test_a_knee_does_not_depend_on_units():
    value = np.log1p(MONEY / 1000)
    assert knee(MONEY, value) == knee(MONEY / 1e4, value * 1e6 - 3)


def test_a_hardly_bent_curve_has_no_knee():
    bent = MONEY / 1e6 + (MIN_RISE * 0.9) * np.sin(np.pi * MONEY / 1e6)
    assert knee(MONEY, bent) is None
    assert knee(MONEY, MONEY / 1e6 + (MIN_RISE * 1.1) * np.sin(np.pi * MONEY / 1e6)) == 5


def test_two_points_have_no_knee():
    assert knee(np.array([0.0, 1.0]), np.array([0.0, 1.0])) is None


def test_the_default_is_seventeen_points_to_the_budget():
    budgets = read_budget_grid(None, None).budgets(3_000_000.0)
    assert budgets == tuple(187_500.0 * n for n in range(17))
    assert read_budget_grid(None, 3).budgets(100.0) == (0.0, 50.0, 100.0)
    assert BudgetGrid().budgets(0.0) == (0.0,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0:300:100", (0.0, 100.0, 200.0, 300.0)),
        ("0:250:100", (0.0, 100.0, 200.0, 250.0)),
        ("10万:30万:10万", (100_000.0, 200_000.0, 300_000.0)),
        ("1_000:2,000:500元", (1000.0, 1500.0, 2000.0)),
        ("0：0.3亿：1500万", (0.0, 15e6, 3e7)),
        ("5:5:1", (5.0,)),
        ("0:0.3:0.1", (0.0, 0.1, 0.2, 0.3)),
    ],
)
def test_ranges(text, expected):
    grid = read_budget_grid(text, None)
    assert grid.budgets(0.0) == pytest.approx(expected)
    assert grid.budgets(0.0)[-1] == expected[-1]


@pytest.mark.parametrize(
    ("text", "steps", "codes"),
    [
        ("0:100", None, {"bad-budget"}),
        ("a:-1:x", None, {"bad-amount"}),
        ("0:100:0", None, {"bad-step"}),
        ("200:100:10", None, {"bad-range"}),
        ("0:1e9:1", None, {"bad-amount"}),
        ("0:9999999:1", None, {"too-many-points"}),
        (None, 1, {"bad-steps"}),
        (None, 402, {"bad-steps"}),
        ("200:100:0", 1, {"budget-and-steps", "bad-steps", "bad-step", "bad-range"}),
        ("::", 5, {"budget-and-steps", "bad-amount"}),
        ("nan:inf:1", None, {"bad-amount"}),
    ],
)
def test_bad_grids_tell_every_fault(text, steps, codes):
    with pytest.raises(FaultError) as caught:
        read_budget_grid(text, steps)
    assert {fault.code for fault in caught.value.faults} == codes


def test_a_curve_without_a_budget_ends_at_a_round_sum():
    assert rounded_up(1_234_567.0) == 1_240_000.0
    assert rounded_up(1_240_000.0) == 1_240_000.0
    assert rounded_up(0.0) == 0.0
