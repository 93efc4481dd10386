"""Columns: which exist, in which order, with which bounds and kinds; and the objective of every level over them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from golden import hand_problem, terms_of
from support.hand import hand_instance, with_walks
from support.instances import plain_instance

from models.assemble import assemble, hold
from models.columns import bounds, names
from models.errors import ModelError
from models.instance import Tier
from models.linear import Kind, Objective
from models.objectives import LEVELS, SENSES, lattice_step, objective

ALL = tuple(LEVELS)
PRICED = hand_instance(
    open_cost_cny=np.array([[1000.0, 2000.5], [3000.0, 4000.0]]),
    site_cost_cny=np.array([500.0, 0.25]),
    addon_cost_cny=np.array([300.0, 150.0]),
    open_budget_cny=np.zeros((2, 2)),
    site_budget_cny=np.zeros(2),
    missing_outlets=np.array([2, 1]),
    missing_weight=np.array([1.5, 1.0]),
    coverage_weight=np.array([2.0, 0.5]),
    tier=np.array([Tier.BASIC, Tier.QUALITY], dtype=np.int64),
)
PUBLIC = replace(PRICED, tier=np.array([Tier.PUBLIC, Tier.PUBLIC], dtype=np.int64))
# quantile and deficits: all three demand points are alike to nobody; half of 180 residents are the worst served
GOLDEN = {
    "missing_types": (PRICED, "max", {"fill[T0]": 1.5, "fill[T1]": 1.0}),
    # T0 is basic: twice the residents of D0, D1, D2
    "basic_coverage": (PRICED, "max", {"cover[T0,0]": 200, "cover[T0,1]": 100, "cover[T0,2]": 60}),
    # T1 is of quality: half of its segment's 10, 0, 30
    "quality_coverage": (PRICED, "max", {"cover[T1,3]": 5, "cover[T1,5]": 15}),
    "public_coverage": (
        PUBLIC,
        "max",
        {"cover[T0,0]": 200, "cover[T0,1]": 100, "cover[T0,2]": 60, "cover[T1,3]": 5, "cover[T1,5]": 15},
    ),
    "equity": (
        PRICED,
        "max",
        {"quantile": 1, "deficit[0]": -100 / 90, "deficit[1]": -50 / 90, "deficit[2]": -30 / 90},
    ),
    "cost": (
        PRICED,
        "min",
        {
            "open[S0,T0]": 1000,
            "open[S0,T1]": 2000.5,
            "open[S1,T0]": 3000,
            "open[S1,T1]": 4000,
            "used[S0]": 500,
            "used[S1]": 0.25,
            "addon[S0,T1]": 150,
            "addon[S1,T1]": 150,
            "addon[H0,T1]": 150,
        },
    ),
    # residents of the segment times metres; D0 walks 0 m to S0
    "walking": (
        PRICED,
        "min",
        {
            "assign[D0,existing,T0]": 100 * 400,
            "assign[D1,S0,T0]": 50 * 300,
            "assign[D1,S1,T0]": 50 * 200,
            "assign[D2,S1,T0]": 30 * 700,
            "assign[D2,existing,T1]": 30 * 900,
            "assign[D2,S1,T1]": 30 * 800,
            "assign[D2,H0,T1]": 30 * 100,
        },
    ),
    "farthest_walk": (PRICED, "min", {"farthest": 0.001}),
    "sites": (PRICED, "min", {"used[S0]": 1, "used[S1]": 1}),
}


def everything(instance=PRICED):
    return hand_problem(ALL, with_walks(instance), equity_share=0.5)


def test_columns_stand_in_order_with_their_bounds_and_kinds():
    problem = everything()
    lower, upper, kind = bounds(problem)
    wanted = [
        *[(f"open[{s},{t}]", 1, Kind.INTEGER) for s in ("S0", "S1") for t in ("T0", "T1")],
        *[(f"used[{s}]", 1, Kind.INTEGER) for s in ("S0", "S1")],
        *[(f"addon[{p},T1]", 1, Kind.INTEGER) for p in ("S0", "S1", "H0")],
        *[(f"cover[T0,{g}]", 1, Kind.IMPLIED) for g in range(3)],
        *[(f"cover[T1,{g}]", 1, Kind.IMPLIED) for g in range(3, 6)],
        ("fill[T0]", 2, Kind.IMPLIED),
        ("fill[T1]", 1, Kind.IMPLIED),
        # one basic type
        ("quantile", 1, Kind.IMPLIED),
        *[(f"deficit[{c}]", 1, Kind.IMPLIED) for c in range(3)],
        ("assign[D0,existing,T0]", 1, Kind.IMPLIED),
        ("assign[D0,S0,T0]", 1, Kind.IMPLIED),
        ("assign[D0,S0,T1]", 1, Kind.IMPLIED),
        ("assign[D1,S0,T0]", 1, Kind.IMPLIED),
        ("assign[D1,S1,T0]", 1, Kind.IMPLIED),
        ("assign[D2,S1,T0]", 1, Kind.IMPLIED),
        ("assign[D2,existing,T1]", 1, Kind.IMPLIED),
        ("assign[D2,S1,T1]", 1, Kind.IMPLIED),
        ("assign[D2,H0,T1]", 1, Kind.IMPLIED),
        ("farthest", np.inf, Kind.IMPLIED),
    ]
    assert list(zip(names(problem)(), upper.tolist(), kind.tolist(), strict=True)) == wanted
    assert not lower.any()


def test_only_the_levels_asked_for_bring_columns():
    assert not any(len(hand_problem(()).column(name)) for name in ("cover", "fill", "quantile", "deficit", "assign"))
    lean = hand_problem(("equity",))
    assert [name for name in ("fill", "quantile", "deficit", "assign", "farthest") if len(lean.column(name))] == [
        "quantile",
        "deficit",
    ]
    assert lean.equity is not None
    assert lean.equity.base_count.tolist() == [0, 0, 0]


@pytest.mark.parametrize("level", ALL)
def test_objective_of_each_level(level: str):
    instance, sense, wanted = GOLDEN[level]
    problem = everything(instance)
    goal = objective(level, problem)
    assert (goal.name, goal.sense, goal.constant, SENSES[level]) == (level, sense, 0.0, sense)
    assert terms_of(problem, goal.coefficients) == pytest.approx(wanted, rel=1e-12)


def test_every_level_has_a_golden_objective():
    assert set(GOLDEN) == set(LEVELS) == set(SENSES)


def test_equity_of_a_circle_without_residents_aims_at_nothing():
    goal = objective("equity", everything(replace(PRICED, residents=np.zeros(3))))
    assert not goal.coefficients.any()


def test_unknown_level_is_refused():
    with pytest.raises(ModelError, match="no level 'beauty'; levels are missing_types, basic_coverage"):
        objective("beauty", everything())


@pytest.mark.parametrize(
    ("level", "step"),
    [
        ("missing_types", 0.5),  # 1.5 and 1
        ("basic_coverage", 20.0),  # 200, 100, 60
        ("quality_coverage", 5.0),  # 5, 15
        ("cost", 0.25),  # 2000.5, 0.25
        ("sites", 1.0),
        ("walking", 1000.0),  # 40000, 15000, 10000, 21000, 27000, 24000, 3000
        ("farthest_walk", 0.001),  # millimetres
        ("equity", 0.0),  # ninths
    ],
)
def test_lattice_step(level: str, step: float):
    problem = everything()
    assert lattice_step(objective(level, problem), assemble(problem)) == step


def test_no_lattice_without_an_objective_or_with_fractions():
    problem = hand_problem()
    model = assemble(problem)

    def step(value: float, *, kind: Kind = Kind.INTEGER) -> float:
        kinds = np.full(model.n_col, kind, dtype=np.int8)
        goal = Objective("g", "max", np.eye(model.n_col)[0] * value)
        return lattice_step(goal, replace(model, kind=kinds))

    assert step(0.0) == 0.0
    assert step(3.0) == 3.0
    assert step(-3.0) == 3.0
    assert step(3.0, kind=Kind.IMPLIED) == 3.0
    assert step(3.0, kind=Kind.CONTINUOUS) == 0.0
    assert step(1 / 3) == 0.0
    assert step(0.001) == 0.001
    assert step(0.0001) == 0.0
    assert step(2.0**53) == 0.0


@pytest.mark.parametrize(
    ("sense", "step", "lower", "upper"),
    [
        # value 12 less the constant 2; a millionth of slack, on a lattice a ten-thousandth or half a step
        ("max", 5.0, 10 - 12e-4, np.inf),
        ("min", 5.0, -np.inf, 10 + 12e-4),
        ("max", 1e-3, 10 - 5e-4, np.inf),
        ("max", 0.0, 10 - 12e-6, np.inf),
        ("min", 0.0, -np.inf, 10 + 12e-6),
    ],
)
def test_held_level_is_one_row(sense, step, lower, upper):
    goal = Objective("g", sense, np.array([0.0, 5.0, -10.0]), constant=2.0)
    row = hold(goal, 12.0, step)
    assert (row.name, list(row.label()), row.n) == ("hold[g]", ["hold[g]"], 1)
    assert row.matrix.toarray().tolist() == [[0.0, 5.0, -10.0]]
    assert (row.lower[0], row.upper[0]) == pytest.approx((lower, upper))


def test_the_model_stacks_its_blocks_in_order():
    problem = hand_problem(("basic_coverage", "cost"), max_sites=1, lock_in_sites=np.array([1]))
    model = assemble(problem)
    assert list(model.blocks) == ["area", "once", "host", "site_use", "site_empty", "cover", "max_sites", "lock_in"]
    assert "site_empty" not in assemble(hand_problem(("basic_coverage", "cost"), max_sites=1)).blocks
    stops = [model.blocks[name].stop for name in model.blocks]
    assert [model.blocks[name].start for name in model.blocks] == [0, *stops[:-1]]
    assert stops[-1] == model.n_row == len(model.row_names()) == len(model.row_lower) == len(model.row_upper)
    for name, where in model.blocks.items():
        assert all(row.partition("[")[0] == name for row in model.row_names()[where])
    longer = model.with_rows(hold(objective("cost", problem), 700.0, 1.0))
    assert longer.blocks["hold[cost]"] == slice(model.n_row, model.n_row + 1)
    assert longer.row_names() == [*model.row_names(), "hold[cost]"]
    assert longer.row_upper[-1] == pytest.approx(700.07)
    assert (longer.matrix[: model.n_row] != model.matrix).nnz == 0


def test_a_circle_without_anything_is_a_model_too():
    nothing = plain_instance(np.zeros((0, 0, 0), dtype=bool))
    problem = hand_problem(("missing_types", "basic_coverage", "equity", "cost"), nothing)
    model = assemble(problem)
    assert (model.n_row, names(problem)()) == (0, ["quantile"])


def test_bounds_that_are_not_0_and_1():
    """Two basic types: the counts behind equity reach 2. A share beside r rivals is at most 1 / (1 + r)."""
    rivals = np.array([[0, 0], [2, 0], [1, 0]])
    shared = hand_instance(
        rivals=rivals,
        min_catchment=np.array([1.0, 0.0]),
        assigned=np.array([True, False]),
        outlet_serves=np.full(2, np.inf),
        addon_serves=np.full(2, np.inf),
    )
    problem = hand_problem(("equity",), shared)
    upper = bounds(problem)[1]
    assert upper[problem.column("quantile")].tolist() == [2.0]
    assert set(upper[problem.column("deficit")].tolist()) == {2.0}
    assert problem.ways is not None
    assert set(problem.ways.rivals.tolist()) == {0, 1, 2}
    assert upper[problem.column("share")] == pytest.approx(1 / (1 + problem.ways.rivals[problem.ways.group]))
