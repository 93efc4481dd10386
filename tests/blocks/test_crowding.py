"""Rows ``crowding``: implied by viability, worked out by hand, strong where many outlets of a type are missing."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from models.assemble import assemble
from models.columns import Problem, lay_out
from models.crowding import Crowd, broken, crowding, crowds
from models.instance import Rules, SitingInstance, Zones
from models.lexicographic import _Chain, solve
from models.linear import LinearModel
from models.objectives import objective
from models.solution import SolveOptions
from tests.support.instances import plain_instance

FILL = Rules(levels=("missing_types",))


def town(seed: int) -> SitingInstance:
    """One type of which every one of four zones misses an outlet, and homes that mostly several sites reach."""
    rng, n_demand, n_site = np.random.default_rng(seed), 12, 7
    reach = rng.random((n_demand, n_site, 1)) < 0.6
    inside = np.stack([rng.random(n_site) < 0.5 for _ in range(4)])
    missing = np.ones((4, 1), dtype=np.int64)
    return plain_instance(
        reach,
        segment_residents=rng.integers(10, 90, (n_demand, 1)).astype(float),
        rivals=rng.integers(0, 2, (n_demand, 1)),
        min_catchment=np.array([float(rng.integers(60, 160))]),
        missing_outlets=missing.sum(axis=0),
        zones=Zones(inside=inside, missing=missing),
    )


def one_square(n_site: int = 5, least: float = 50.0) -> SitingInstance:
    """Every site reaches all of 100 residents and is a zone of its own that misses one outlet."""
    return plain_instance(
        np.ones((1, n_site, 1), dtype=bool),
        segment_residents=np.full((1, 1), 100.0),
        min_catchment=np.array([least]),
        missing_outlets=np.array([n_site]),
        zones=Zones(
            inside=np.eye(n_site, dtype=bool),
            missing=np.ones((n_site, 1), dtype=np.int64),
        ),
    )


def lawful_points(problem: Problem) -> list[np.ndarray]:
    """Every choice of open columns that keeps the rows of viability; all other columns at 0."""
    model = assemble(problem)
    part, upper = model.matrix[model.blocks["viability"]], model.row_upper[model.blocks["viability"]]
    found = []
    for bits in product([0.0, 1.0], repeat=len(problem.open_type)):
        point = np.zeros(problem.n_col)
        point[problem.column("open")] = bits
        if np.all(part @ point <= upper + 1e-9):
            found.append(point)
    return found


def test_a_row_by_hand():
    """Two homes of 60 and 30 residents, the second with one existing outlet; three sites, an outlet at each.

    w = 60 / (1 · 2) = 30 and 30 / (2 · 3) = 5. Sites reach home 1, both, home 2: C = 60, 75, 15; an outlet needs 50.
    At (1, 1, 1) the homes are reached twice, s = (2, 2): 2 w s = 120 and 20, so the coefficients are
    50 - 60 + 120 = 110, 50 - 75 + 140 = 115 and 50 - 15 + 20 = 55, the side is 30 · 6 + 5 · 6 = 210; all by 50.
    """
    reach = sparse.csr_array(np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]]))
    crowd = Crowd(
        column=np.arange(3),
        spare=np.array([10.0, 25.0, -35.0]),
        least=50.0,
        weight=np.array([30.0, 5.0]),
        reach=reach,
        inside=np.ones((1, 3), dtype=bool),
        missing=np.array([3.0]),
    )
    row = broken(crowd, np.ones(3), np.ones(3, dtype=bool))
    assert row is not None
    np.testing.assert_allclose(row[0], [2.2, 2.3, 1.1])
    assert row[1] == pytest.approx(4.2)
    assert broken(crowd, np.array([1.0, 0.0, 0.0]), np.ones(3, dtype=bool)) is None


@pytest.mark.parametrize("seed", range(12))
def test_no_lawful_plan_breaks_a_row(seed: int):
    problem = lay_out(town(seed), FILL)
    points = lawful_points(problem)
    block = crowding(problem)
    assert len(points) > 1
    for point in points:
        assert np.all(block.matrix @ point <= block.upper + 1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_no_lawful_plan_breaks_a_row_sought_at_any_point(seed: int):
    """Points and areas drawn at random, not only those of the relaxation."""
    rng = np.random.default_rng([seed, 1])
    problem = lay_out(town(seed), FILL)
    points, found = [point[problem.column("open")] for point in lawful_points(problem)], 0
    for crowd in crowds(problem):
        for _ in range(40):
            row = broken(crowd, rng.random(len(crowd.column)) * rng.integers(1, 3), rng.random(len(crowd.column)) < 0.8)
            if row is not None:
                found += 1
                assert max(row[0] @ point for point in points) <= row[1] + 1e-9
    assert found


@pytest.mark.parametrize(("least", "most", "relaxed"), [(50.0, 2, 2.0), (51.0, 1, 100 / 51), (100.0, 1, 1.0)])
def test_one_square_holds_as_many_outlets_as_its_residents_keep(least: float, most: int, relaxed: float):
    """Static rule: n outlets keep 100 - 50 (n - 1) each. Viability alone lets each of five zones have a part of one."""
    instance = one_square(least=least)
    problem = lay_out(instance, FILL)
    model = assemble(problem)
    loose, tight = (lp_bound(problem, m) for m in (model, model.with_rows(crowding(problem))))
    assert loose > relaxed + 0.5
    assert tight == pytest.approx(relaxed, abs=0.01)
    chain = _Chain(problem, SolveOptions(), None, None, None)
    np.testing.assert_array_equal(
        chain.model.matrix[chain.model.blocks["crowding"]].toarray(), crowding(problem).matrix.toarray()
    )
    level = solve(instance, FILL, SolveOptions(time_limit_s=10)).levels[0]
    assert (level.incumbent, level.bound) == (most, most)


def lp_bound(problem: Problem, model: LinearModel) -> float:
    """The linear relaxation of the fill level."""
    goal = objective("missing_types", problem)
    finite = np.isfinite(model.row_upper)
    answer = linprog(
        -goal.coefficients,
        A_ub=model.matrix[finite],
        b_ub=model.row_upper[finite],
        bounds=np.stack([model.col_lower, model.col_upper], axis=1),
        method="highs",
    )
    return float(-answer.fun)


def test_no_rows_where_one_outlet_is_missing_or_add_ons_may_fill_the_rest():
    one = one_square(n_site=1)
    five = one_square()
    filled = one_square_with_addons(4)
    assert crowding(lay_out(one, FILL)).n == 0
    assert crowding(lay_out(five, FILL)).n > 0
    assert crowding(lay_out(filled, FILL)).n == 0
    assert crowding(lay_out(five, Rules(levels=("basic_coverage",)))).n == 0


def one_square_with_addons(n: int) -> SitingInstance:
    """The square, where n of five sites may have the type as an add-on of another type."""
    square = one_square()
    addons = np.zeros((5, 2), dtype=bool)
    addons[:n, 0] = True
    return plain_instance(
        np.ones((1, 5, 2), dtype=bool),
        segment_residents=np.full((1, 2), 100.0),
        min_catchment=np.array([50.0, 0.0]),
        missing_outlets=np.array([5, 0]),
        zones=Zones(inside=np.eye(5, dtype=bool), missing=np.array([[1, 0]] * 5)),
        addon_eligible=addons,
        hosts=np.array([[False, False], [True, False]]),
        eligible=square.eligible.repeat(2, axis=1),
    )
