"""Twins: columns that only their own row keeps down, with the same row. Merged by hand, and with the same optimum."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from models.assemble import assemble, hold
from models.backends import backend
from models.columns import lay_out
from models.linear import Kind, LinearModel, Objective
from models.objectives import objective
from models.one_level import ask
from models.reduction import reduce
from models.solution import SolveOptions, Termination
from models.twins import merge_twins
from tests.support.instances import random_instance, random_rules

EXACT = SolveOptions(mip_gap=1e-9, time_limit_s=20)
INF = np.inf


def small_model(rows: list[list[float]], lower: list[float], upper: list[float], **more: object) -> LinearModel:
    """Columns x0, x1 binary and then continuous ones within [0, 1]."""
    n = len(rows[0])
    kind = np.array([Kind.INTEGER] * 2 + [Kind.CONTINUOUS] * (n - 2), dtype=np.int8)
    model = LinearModel(
        sparse.csr_array(np.array(rows)), np.array(lower), np.array(upper), np.zeros(n), np.ones(n), kind, {},
        (lambda: [f"r{i}" for i in range(len(rows))],), lambda: [f"c{i}" for i in range(n)],
    )  # fmt: skip
    return replace(model, **more)  # type: ignore[arg-type]


# y2, y3 and y4 <= x0; y5 <= x1; money 3 x0 + 4 x1 <= 5; what is covered is held: y2 + y3 + 2 y5 >= 1
ROWS = [
    [-1, 0, 1, 0, 0, 0],
    [-1, 0, 0, 1, 0, 0],
    [-1, 0, 0, 0, 1, 0],
    [0, -1, 0, 0, 0, 1],
    [3, 4, 0, 0, 0, 0],
    [0, 0, 1, 1, 0, 2],
]
LOWER, UPPER = [-INF] * 5 + [1], [0, 0, 0, 0, 5, INF]
GAINS = [0.0, 0.0, 10.0, 20.0, 30.0, 45.0]


def merged(goal: Objective | None = None, model: LinearModel | None = None):
    model = small_model(ROWS, LOWER, UPPER) if model is None else model
    return merge_twins(reduce(model, goal or Objective("goal", "max", np.array(GAINS))))


def test_three_twins_become_one_column_and_one_row():
    small = merged()
    assert small.model.matrix.toarray().tolist() == [[-1, 0, 1, 0], [0, -1, 0, 1], [3, 4, 0, 0], [0, 0, 2, 2]]
    assert small.model.row_lower.tolist() == [-INF, -INF, -INF, 1]
    assert small.model.row_upper.tolist() == [0, 0, 5, INF]
    assert small.objective.coefficients.tolist() == [0, 0, 60, 45]
    assert small.model.kind.tolist() == [1, 1, 0, 0]
    assert small.model.row_names() == ["r0", "r3", "r4", "r5"]
    assert small.model.column_names() == ["c0", "c1", "c2", "c5"]
    assert small.expand(np.array([1.0, 0.0, 0.7, 0.2])).tolist() == [1, 0, 0.7, 0.7, 0.7, 0.2]
    assert small.shrink(np.array([1.0, 0.0, 0.7, 0.7, 0.7, 0.2])).tolist() == [1, 0, 0.7, 0.2]


def test_the_least_is_sought_with_the_same_merging():
    small = merged(Objective("goal", "min", -np.array(GAINS)))
    assert small.objective.coefficients.tolist() == [0, 0, -60, -45]


def changed(row: int, column: int, value: float, upper: float | None = None) -> LinearModel:
    rows = [list(r) for r in ROWS]
    rows[row][column] = value
    sides = list(UPPER) if upper is None else [*UPPER[:row], upper, *UPPER[row + 1 :]]
    return small_model(rows, LOWER, sides)


@pytest.mark.parametrize(
    ("model", "left"),
    [
        (changed(1, 0, -0.5), 5),  # y3 <= 0.5 x0: another row, and no plain one
        (changed(1, 1, -1.0), 5),  # y3 <= x0 + x1
        (changed(1, 3, 2.0), 5),  # 2 y3 <= x0
        (changed(1, 0, -1.0, 0.5), 5),  # y3 <= x0 + 0.5
        (changed(4, 3, 1.0), 5),  # y3 costs money too: two rows keep it down
        (small_model(ROWS, LOWER, UPPER, col_upper=np.array([1, 1, 1, 0.5, 1, 1])), 5),  # another most
        (small_model(ROWS, LOWER, UPPER, kind=np.array([1, 1, 0, 1, 0, 0], dtype=np.int8)), 5),  # whole numbers
        (small_model(ROWS, [-INF, -0.5, -INF, -INF, -INF, 1], UPPER), 5),  # a lower side
    ],
)
def test_what_differs_is_no_twin(model: LinearModel, left: int):
    assert merged(model=model).model.n_col == left


def test_a_column_that_the_objective_wants_low_is_no_twin_and_nothing_is_changed_without_twins():
    goal = Objective("goal", "max", np.array([0, 0, 10.0, -20.0, -30.0, 45.0]))
    small = reduce(small_model(ROWS, LOWER, UPPER), goal)
    assert merge_twins(small) is small


@pytest.mark.parametrize("seed", range(30))
def test_merged_models_have_the_same_optimum(seed: int):
    """Some pairs are decided by lot, some coverage is held; the plan that comes back is lawful in the whole model."""
    rng = np.random.default_rng(seed)
    instance = random_instance(rng, n_demand=30, n_site=7, n_type=3)
    problem = lay_out(instance, random_rules(rng, instance, ("basic_coverage", "public_coverage")))
    model, goal = assemble(problem), objective("basic_coverage", problem)
    if seed % 3 == 0:
        public = objective("public_coverage", problem)
        model = model.with_rows(hold(goal, 0.1 * float(goal.coefficients.sum()), 0.0))
        goal = public
    upper = model.col_upper.copy()
    decided = problem.column("open")[rng.random(len(problem.open_site)) < 0.6]
    upper[decided] = model.col_lower[decided]
    model = replace(model, col_upper=upper)
    plain = ask(backend("highs"), model, goal, EXACT)
    other = ask(backend("highs"), model, goal, EXACT, merge=True, start=plain.values)
    assert plain.termination is other.termination
    if plain.termination is Termination.OPTIMAL:
        assert other.objective == pytest.approx(plain.objective)
        assert model.admits(other.values)
        assert goal.value(other.values) == pytest.approx(plain.objective)


def test_many_rows_fall_away_once_pairs_are_decided():
    rng = np.random.default_rng(3)
    instance = random_instance(rng, n_demand=200, n_site=8, n_type=3)
    problem = lay_out(instance, random_rules(rng, instance, ("basic_coverage",)))
    model, goal = assemble(problem), objective("basic_coverage", problem)
    upper = model.col_upper.copy()
    upper[problem.column("open")[::2]] = 0.0
    small = reduce(replace(model, col_upper=np.maximum(upper, model.col_lower)), goal)
    assert merge_twins(small).model.n_row < 0.7 * small.model.n_row
