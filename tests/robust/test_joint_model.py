"""The joint model: equal rows once, every lawful plan a point of it, levels as the verifier counts them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from families import family, plans_and_values
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from models.robust import Family, judge
from models.robust.joint import join
from models.robust.same_rows import first_of_each
from models.solution import Decision

USUAL = ("missing_types", "basic_coverage", "equity", "quality_coverage", "cost")
WALKS = ("walking", "farthest_walk", "cost")


@given(st.integers(0, 10_000), st.integers(1, 30), st.integers(1, 4))
@settings(max_examples=30, deadline=None)
def test_first_of_each_row(seed: int, n_row: int, n_col: int):
    rng = np.random.default_rng(seed)
    dense = rng.integers(-1, 2, (n_row, n_col)).astype(float)
    lower, upper = rng.choice([-np.inf, 0.0, 1.0], n_row), rng.choice([np.inf, 2.0], n_row)
    seen: set[tuple[float, ...]] = set()
    wanted = []
    for row, a, b in zip(dense, lower, upper, strict=True):
        key = (*row, a, b)
        wanted.append(key not in seen)
        seen.add(key)
    assert first_of_each(sparse.csr_array(dense), lower, upper).tolist() == wanted


@pytest.mark.parametrize(("levels", "walking"), [(USUAL, False), (WALKS, True)])
@pytest.mark.parametrize("seed", range(2))
def test_lawful_plans_are_points_and_levels_agree(seed: int, levels: tuple[str, ...], walking: bool):
    made = family(seed, levels, walking=walking, closing=seed % 2 > 0)
    joint = join(made)
    plans, values = plans_and_values(made)
    for plan, wanted in list(zip(plans, values, strict=True))[:40]:
        kept = joint.within(plan)
        if not (np.array_equal(kept.open, plan.open) and np.array_equal(kept.addon, plan.addon)):
            continue
        point = joint.complete(plan)
        m = joint.model
        activity = m.matrix @ point
        assert np.all(activity >= m.row_lower - 1e-6)
        assert np.all(activity <= m.row_upper + 1e-6)
        assert np.all((point >= m.col_lower - 1e-9) & (point <= m.col_upper + 1e-9))
        levels_here = [[joint.objective(s, level).value(point) for level in levels] for s in range(made.n)]
        tolerance = 0.001 if "farthest_walk" in levels else 1e-6
        assert np.array(levels_here) == pytest.approx(wanted, rel=1e-9, abs=tolerance)
        back = joint.plan_of(point)
        assert np.array_equal(back.open, plan.open)
        assert np.array_equal(back.addon, plan.addon)


@pytest.mark.parametrize("seed", range(2))
def test_unlawful_plans_are_no_points(seed: int):
    """Random plans over the joint columns: the model accepts exactly those that the verifier accepts everywhere."""
    made = family(seed, USUAL)
    joint = join(made)
    m, rng = joint.model, np.random.default_rng(seed)
    told = []
    for _ in range(60):
        plan = joint.within(Decision(rng.random(made.opens.shape) < 0.5, rng.random(made.addons.shape) < 0.4))
        point = joint.complete(plan)
        activity = m.matrix @ point
        inside = bool(np.all((activity >= m.row_lower - 1e-6) & (activity <= m.row_upper + 1e-6)))
        assert inside == bool(judge(made, plan).lawful.all())
        told.append(inside)
    assert len(told) == 60


def test_shared_columns_and_rows_are_once():
    """Three futures that differ in residents alone share every column of coverage."""
    made = family(0, ("basic_coverage",), 1)
    first = made.futures[0]
    more = replace(first.instance, segment_residents=first.instance.segment_residents * 1.5)
    double = join(Family([first, replace(first, name="more", instance=more)]))
    single = join(made)
    assert double.n_col == single.n_col
    assert double.model.n_row < 2 * single.model.n_row
    assert len(set(double.model.column_names())) == double.n_col
    assert len(double.model.row_names()) == double.model.n_row
