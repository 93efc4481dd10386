"""What may be said of a bound, tick by tick; rows and columns added to a model; what a point may be off by."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import sparse

from models.linear import Kind, LinearModel, Objective, lattice_steps, rows
from models.one_level import at_least_as_good, clip, round_bound, tighter, worst

MOST, LEAST = (Objective("v", sense, np.ones(2), constant=0.5) for sense in ("max", "min"))


def test_bounds_of_either_sense():
    assert (worst(MOST), worst(LEAST)) == (math.inf, -math.inf)
    assert (clip(3.0, 4.0, MOST), clip(5.0, 4.0, MOST)) == (4.0, 5.0)
    assert (clip(3.0, 4.0, LEAST), clip(5.0, 4.0, LEAST)) == (3.0, 4.0)
    assert (tighter(3.0, 4.0, MOST), tighter(3.0, 4.0, LEAST)) == (3.0, 4.0)
    for sense, turn in (("max", -1.0), ("min", 1.0)):
        for far, good in ((-3.0, True), (0.0, True), (6.9e-9, True), (7.1e-9, False), (0.01, False)):
            assert at_least_as_good(7.0 + turn * far, 7.0, sense) == good
    assert at_least_as_good(-0.9e-9, 0.0, "max")
    assert not at_least_as_good(-1.1e-9, 0.0, "max")


@pytest.mark.parametrize(
    ("bound", "step", "most", "least"),
    [
        (10.4, 1.0, 9.5, 10.5),
        (10.5, 1.0, 10.5, 10.5),
        (10.4999995 - 4.9e-6, 1.0, 10.5, 10.5),  # ten ticks: a hundred thousandth of a tick is rounding
        (10.5 - 1.1e-5, 1.0, 9.5, 10.5),
        (10.5 + 1.1e-5, 1.0, 10.5, 11.5),
        (10.5 + 0.9e-5, 1.0, 10.5, 10.5),
        (0.5 + 0.24, 0.25, 0.5, 0.75),
        (0.5 - 1e-7, 0.25, 0.5, 0.5),  # no tick: a millionth of one
        (0.5 - 1.5e-6, 1.0, -0.5, 0.5),
        (0.5 + 1.5e-6, 1.0, 0.5, 1.5),
        (0.5 + 99_999.2, 1.0, 99_999.5, 100_000.5),
        (0.5 + 200_000.95, 1.0, 200_001.5, 200_001.5),  # from a hundred thousand on a tenth of a tick
        (0.5 + 200_000.85, 1.0, 200_000.5, 200_001.5),
        (10.4, 0.0, 10.4, 10.4),
        (10.4, -1.0, 10.4, 10.4),
        (math.inf, 1.0, math.inf, math.inf),
    ],
)
def test_a_bound_is_rounded_to_what_a_plan_can_attain(bound: float, step: float, most: float, least: float):
    assert round_bound(bound, MOST, step) == pytest.approx(most)
    assert round_bound(bound, LEAST, step) == pytest.approx(least)


def small() -> LinearModel:
    """2 <= x + y <= 100, x in [0, 10], y in [-1, 1]."""
    kind, names = np.array([int(Kind.INTEGER), int(Kind.CONTINUOUS)], dtype=np.int8), lambda: ["x", "y"]
    ends = np.array([0.0, -1.0]), np.array([10.0, 1.0])
    matrix, sides = sparse.csr_array(np.ones((1, 2))), (np.array([2.0]), np.array([100.0]))
    return LinearModel(matrix, *sides, *ends, kind, {"sum": slice(0, 1)}, (lambda: ["sum"],), names)


def test_a_point_may_be_off_by_a_millionth_of_a_side():
    model = small()
    assert model.admits(np.array([1.0 - 1.9e-6, 1.0]))
    assert not model.admits(np.array([1.0 - 2.1e-6, 1.0]))
    assert model.admits(np.array([10.0 + 0.9e-5, 0.0]))
    assert not model.admits(np.array([10.0 + 1.1e-5, 0.0]))
    assert model.admits(np.array([5.0, -1.0 - 0.9e-6]))
    assert not model.admits(np.array([5.0, -1.0 - 1.1e-6]))
    assert model.admits(np.array([1.5, 0.0]), tolerance=0.25)


def test_rows_and_columns_come_at_the_end():
    model = small().with_columns("z", [0.0, 1.0], [5.0, 6.0], [Kind.INTEGER, Kind.IMPLIED])
    assert model.matrix.toarray().tolist() == [[1.0, 1.0, 0.0, 0.0]]
    assert model.column_names() == ["x", "y", "z[0]", "z[1]"]
    assert (model.col_lower.tolist(), model.col_upper.tolist()) == ([0.0, -1.0, 0.0, 1.0], [10.0, 1.0, 5.0, 6.0])
    assert model.kind.tolist() == [int(k) for k in (Kind.INTEGER, Kind.CONTINUOUS, Kind.INTEGER, Kind.IMPLIED)]
    entries = [(np.array([0, 1]), np.array([3, 0]), np.array([2.0, -1.0]))]
    block = rows("more", (2, 4), entries, -np.inf, 7.0, lambda: ["a", "b"])
    model = model.with_rows(block)
    assert model.matrix.toarray().tolist() == [[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 2.0], [-1.0, 0.0, 0.0, 0.0]]
    assert model.blocks == {"sum": slice(0, 1), "more": slice(1, 3)}
    assert model.row_names() == ["sum", "a", "b"]
    assert model.row_upper.tolist() == [100.0, 7.0, 7.0]
    assert model.row_lower.tolist() == [2.0, -np.inf, -np.inf]


def test_the_steps_of_rows():
    values = np.array([6.0, -4.0, 0.25, 0.75, 1 / 3, 1.0, 0.0, 5.0, 2.0**50, 3.0])
    start = np.array([0, 2, 4, 6, 8])
    kind = np.full(10, int(Kind.INTEGER), dtype=np.int8)
    assert lattice_steps(values, start, kind).tolist() == [2.0, 0.25, 0.0, 5.0, 0.0]
    kind[1], kind[3] = Kind.CONTINUOUS, Kind.IMPLIED
    assert lattice_steps(values, start, kind).tolist() == [0.0, 0.25, 0.0, 5.0, 0.0]
