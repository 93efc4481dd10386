"""Scaling to whole numbers: exact where decimals allow, else to the safe side and told."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from support.programs import feasible, goal, program

from models.backends import backend, scaling
from models.backends.scaling import WholeRows, whole_columns, whole_objective, whole_rows
from models.errors import SolverError
from models.linear import Kind, LinearModel
from models.solution import SolveOptions, Termination


def test_decimals_become_whole_by_the_smallest_power_of_ten():
    model = program([[0.25, 3.0], [1.0, -2.0]], [-np.inf, -1.0], [3.2, 0.5])
    rows = whole_rows(model, whole_columns(model))
    assert (rows.rounded, rows.tightened, rows.worst_loss) == (0, 0, 0.0)
    first, second = rows.rows
    assert (first.coefficients.tolist(), first.lower, first.upper) == ([25, 300], None, 320)
    assert (second.coefficients.tolist(), second.lower, second.upper) == ([1, -2], -1, 0)


def test_float_noise_in_a_side_does_not_cut():
    model = program([[0.1, 0.2]], -np.inf, 0.1 + 0.2 - 1e-12)
    (row,) = whole_rows(model, whole_columns(model)).rows
    assert (row.coefficients.tolist(), row.upper) == ([1, 2], 3)


def test_columns_are_counted_from_their_lower_bounds():
    model = program([[2.0, 1.0]], -4.0, 7.0, col_lower=[-3.0, 1.0], col_upper=[2.0, 4.0])
    columns = whole_columns(model)
    (row,) = whole_rows(model, columns).rows
    assert (columns.base.tolist(), columns.top.tolist()) == ([-3.0, 1.0], [5, 3])
    assert (row.lower, row.upper) == (1, 12)


def test_a_coefficient_with_noise_is_whole_and_one_without_meaning_is_not():
    """A billionth is noise, of large numbers a millionth of a billionth more for each."""
    top = np.ones(1, dtype=np.int64)
    assert scaling._scale(np.array([0.3 + 0.9e-10]), top) == (10.0, True)
    assert scaling._scale(np.array([0.3 + 1e-9]), top)[1] is False
    assert scaling._scale(np.array([3e7 + 2e-8]), top) == (1.0, True)
    assert scaling._scale(np.array([3e7 + 4e-7]), top)[0] > 1.0
    assert scaling._scale(np.array([1 / 3, 4.0]), np.array([3, 1])) == (1e13, False)


def test_the_sides_of_a_row_give_way_by_what_rounding_may_shift():
    """Two tenths at the most: 0.55 is 0.75, 0.33 is 0.13."""
    row = scaling._near_row(np.array([0]), np.array([0.26]), 0.33, 0.55, 10.0, 0.2)
    assert (row.coefficients.tolist(), row.lower, row.upper) == ([3], 2, 7)
    large = scaling._near_row(np.array([0]), np.array([1.0]), 1e6 + 0.9e-6, -1e6 - 0.9e-6, 1.0, 0.0)
    assert (large.lower, large.upper) == (1_000_000, -1_000_000)
    still = scaling._near_row(np.array([0]), np.array([1.0]), 1e6 + 1.1e-6, 1.0 - 1.1e-9, 1.0, 0.0)
    assert (still.lower, still.upper) == (1_000_001, 0)


def accepted(rows: WholeRows, whole: Any) -> Any:
    kept = np.ones(len(whole), dtype=bool)
    for row in rows.rows:
        activity = whole[:, row.columns] @ row.coefficients
        kept &= (row.lower is None) | (activity >= (row.lower or 0))
        kept &= (row.upper is None) | (activity <= (row.upper or 0))
    return kept


def program_of_thirds(seed: int) -> tuple[LinearModel, Any]:
    """Program with points exactly on its rows, and every whole point of its box counted from the lower bounds."""
    rng = np.random.default_rng(seed)
    matrix = rng.integers(-9, 10, (3, 6)) / 3.0
    at = matrix @ rng.integers(-1, 3, 6)
    model = program(matrix, at - rng.integers(0, 2, 3), at + rng.integers(0, 2, 3), col_lower=-1.0, col_upper=2.0)
    return model, np.array(list(product(range(4), repeat=6)), dtype=np.int64)


@pytest.mark.parametrize("seed", range(8))
def test_thirds_neither_cut_nor_add_a_point(seed: int):
    model, whole = program_of_thirds(seed)
    columns = whole_columns(model)
    rows = whole_rows(model, columns)
    assert rows.rounded >= 1
    assert rows.tightened == 0
    assert np.array_equal(accepted(rows, whole), feasible(model, whole + columns.base, 1e-7))


@pytest.mark.parametrize("seed", range(8))
def test_coarse_thirds_are_rounded_to_the_safe_side(seed: int, monkeypatch: pytest.MonkeyPatch):
    """No point that the whole rows accept breaks a true row."""
    monkeypatch.setattr(scaling, "ROUNDED_SUM", 1e4)
    model, whole = program_of_thirds(seed)
    columns = whole_columns(model)
    rows = whole_rows(model, columns)
    assert rows.tightened >= 1
    assert 0 < rows.worst_loss < 1
    assert feasible(model, whole[accepted(rows, whole)] + columns.base, 1e-9).all()


def test_both_sides_of_a_coarse_row_are_rounded_inwards():
    upper, lower = scaling._tight_rows(np.array([0, 1]), np.array([0.26, 0.74]), 0.33, 0.55, 10.0)
    assert (upper.coefficients.tolist(), upper.lower, upper.upper) == ([3, 8], None, 5)
    assert (lower.coefficients.tolist(), lower.lower, lower.upper) == ([2, 7], 4, None)


def test_tightened_rows_are_told_and_prove_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scaling, "ROUNDED_SUM", 100.0)
    model = program([[1 / 3, 1 / 3, 1 / 3]], -np.inf, 1.0)
    answer = backend("cpsat").solve(model, goal("max", [1.0, 1.0, 1.0]), SolveOptions(solver="cpsat"))
    assert (answer.termination, answer.objective, answer.bound) == (Termination.FEASIBLE, 2.0, None)
    assert "1 rows made tighter" in answer.note
    equality = program([[1 / 3, 1 / 3, 1 / 3]], 1.0, 1.0)
    impossible = backend("cpsat").solve(equality, goal("max", [1.0, 1.0, 1.0]), SolveOptions(solver="cpsat"))
    assert impossible.termination is Termination.NO_SOLUTION


def test_bound_allows_for_a_rounded_objective():
    model = program([[1.0, 1.0, 1.0]], -np.inf, 2.0)
    objective = goal("max", [1 / 3, 2 / 3, 1 / 7])
    scaled = whole_objective(objective, whole_columns(model))
    assert 0 < scaled.error < 1e-9
    answer = backend("cpsat").solve(model, objective, SolveOptions(solver="cpsat", mip_gap=1e-9))
    assert answer.objective == pytest.approx(1.0, abs=1e-12)
    assert answer.bound is not None
    assert 1.0 <= answer.bound <= 1.0 + 2e-9
    assert answer.termination is Termination.OPTIMAL


def test_large_money_does_not_overflow():
    rng = np.random.default_rng(0)
    cost = np.round(rng.uniform(1e5, 5e7, 200), 2)
    model = program(cost[None, :], -np.inf, cost.sum() / 2)
    answer = backend("cpsat").solve(
        model, goal("max", cost), SolveOptions(solver="cpsat", time_limit_s=5, mip_gap=1e-3)
    )
    assert answer.termination is Termination.OPTIMAL
    assert answer.objective == pytest.approx(cost.sum() / 2, rel=1e-3)


def test_a_fraction_goes_in_small_steps_and_proves_nothing():
    model = program([[3, 2]], -np.inf, 4.5, kind=[Kind.INTEGER, Kind.CONTINUOUS], col_lower=[0, 0.25])
    answer = backend("cpsat").solve(model, goal("max", [1, 1]), SolveOptions(solver="cpsat"))
    assert answer.values is not None
    assert answer.values.tolist() == pytest.approx([1.0, 0.75], abs=1e-6)
    assert feasible(model, answer.values[None, :], 1e-9).all()
    assert (answer.termination, answer.bound) == (Termination.FEASIBLE, None)
    assert "no bound is proven" in answer.note
    empty = program([[1, 1]], 1.5, 1.5, kind=[Kind.INTEGER, Kind.CONTINUOUS], col_upper=[1, 0.4])
    assert backend("cpsat").solve(empty, goal("max", [1, 1]), SolveOptions(solver="cpsat")).termination is (
        Termination.NO_SOLUTION
    )


@pytest.mark.parametrize("seed", range(6))
def test_a_point_in_steps_is_a_point_of_the_program(seed: int):
    rng = np.random.default_rng(seed)
    matrix = rng.integers(-9, 10, (3, 6)) / 3.0
    kind = rng.choice([Kind.INTEGER, Kind.CONTINUOUS], 6)
    model = program(matrix, -np.inf, matrix @ rng.uniform(0, 2, 6) + 0.5, col_lower=-0.5, col_upper=2.0, kind=kind)
    columns = whole_columns(model)
    whole = rng.integers(0, columns.top + 1, (400, 6))
    taken = accepted(whole_rows(model, columns), whole)
    assert 0 < taken.sum() < 400
    assert feasible(model, np.array([columns.values(w) for w in whole[taken]]), 1e-6).all()


def test_endless_columns_are_refused_by_name():
    options = SolveOptions(solver="cpsat")
    endless = program([[1, -1]], 0, np.inf, col_upper=np.inf)
    with pytest.raises(SolverError, match=r"v\[0\], v\[1\] have none"):
        backend("cpsat").solve(endless, goal("min", [1, 1]), options)
