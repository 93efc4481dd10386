"""The reduction on small models: what is fixed, at what, and which rows are left, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from golden import Row, at_most, hand_problem, terms_of
from scipy import sparse
from support.hand import hand_instance
from support.programs import goal, program

from models.assemble import assemble
from models.instance import Tier
from models.linear import Kind, LinearModel, Objective
from models.objectives import objective
from models.reduction import Reduced, reduce

INF = np.inf


def left(small: Reduced) -> tuple[list[str], list[str]]:
    """Names of the columns and rows that are left."""
    assert small.model.matrix.shape == (len(small.model.row_names()), len(small.model.column_names()))
    assert len(small.model.kind) == len(small.objective.coefficients) == small.kept.sum()
    return small.model.column_names(), small.model.row_names()


def gone(small: Reduced) -> dict[int, float]:
    """Column to value, for those that are fixed."""
    return {int(c): float(small.fixed[c]) for c in np.flatnonzero(~small.kept)}


# title, model, objective, fixed columns, rows left
CASES: list[tuple[str, LinearModel, Objective, dict[int, float], list[int]]] = [
    (
        "nobody wants v2 and it only takes room: down",
        program([[1, 1, 1]], -INF, 1),
        goal("max", [2, 1, 0]),
        {2: 0.0},
        [0],
    ),
    (
        "nobody minds v2 and it helps the others: up",
        program([[1, 1, 1]], 2, INF),
        goal("min", [2, 1, 0]),
        {2: 1.0},
        [0],
    ),
    (
        "a negative entry turns the direction: v2 makes room, up",
        program([[1, 1, -1]], -INF, 0.5),
        goal("max", [2, 1, 0]),
        {2: 1.0},
        [0],
    ),
    (
        "a negative entry turns the direction: v2 is in the way, down",
        program([[1, 1, -1]], 1, INF),
        goal("min", [2, 1, 0]),
        {2: 0.0},
        [0],
    ),
    (
        "wanted where it is in nobody's way: v2 up to its own bound of 3",
        program([[1, 1, 0], [0, 0, 1]], -INF, [1, 5], col_upper=[1, 1, 3]),
        goal("max", [2, 1, 7]),
        {2: 3.0},
        [0],
    ),
    (
        "unwanted where nobody needs it: v2 down to its own bound of -2",
        program([[1, 1, 0], [0, 0, 1]], [1, -4], INF, col_lower=[0, 0, -2]),
        goal("min", [2, 1, 7]),
        {2: -2.0},
        [0],
    ),
    (
        "wanted but in the way, unwanted but needed: all stay",
        program([[1, 1], [1, 2]], [-INF, 1], [1, INF]),
        goal("max", [2, -1]),
        {},
        [0, 1],
    ),
    (
        "wanted, but its negative entry is in the way: it stays",
        program([[1, 1, -1]], 1, INF),
        goal("max", [-2, -1, 3]),
        {},
        [0],
    ),
    (
        # v3 falls; then v2 <= 1 says nothing, and v2 rises; v1 <= v2 = 1 says nothing, and v1 rises; v0 is not needed
        "a chain: each fixing frees the row that held the next column",
        program([[1, 1, 0, 0], [0, 1, -1, 0], [0, 0, 1, 1]], [1, -INF, -INF], [INF, 0, 1]),
        goal("min", [1, 0, 0, 0]),
        {0: 0.0, 1: 1.0, 2: 1.0, 3: 0.0},
        [],
    ),
    (
        # as above, but a second row keeps v1 down, and there the chain ends: 1 <= v0 + v1, v1 + v0 <= 1
        "a chain that ends at a row that still counts",
        program(
            [[1, 1, 0, 0], [0, 1, -1, 0], [0, 0, 1, 1], [1, 1, 0, 0]], [1, -INF, -INF, -INF], [INF, 0, 1, 1]
        ),
        goal("min", [1, 0, 0, 0]),
        {2: 1.0, 3: 0.0},
        [0, 3],
    ),
    (
        # 2 + 3 = 5 and 0 - 1 = -1 are as far as the columns go
        "rows that hold whatever the columns do",
        program([[2, 3], [1, -1], [1, 1], [1, 1]], [-INF, -1, -INF, -INF], [5, 1, 1, INF]),
        goal("max", [2, 1]),
        {},
        [2],
    ),
    (
        "a row that fails by a hair counts",
        program([[2, 3]], -INF, 4.999),
        goal("max", [2, 1]),
        {},
        [0],
    ),
    (
        "a column without an upper bound cannot rise to it",
        program([[1, 1]], 1, INF, col_upper=[1, INF]),
        goal("min", [1, 0]),
        {},
        [0],
    ),
    (
        "a column without a lower bound cannot fall to it",
        program([[1, 1]], -INF, 1, col_lower=[0, -INF]),
        goal("max", [1, 0]),
        {},
        [0],
    ),
    (
        # v0 - v1 <= 1 and v2 <= 2 hold for any v1 >= 0; v0 + v1 <= 9 does not
        "an endless column makes a row redundant on its good side only",
        program([[1, -1, 0], [0, 0, 1], [1, 1, 1]], -INF, [1, 2, 9], col_upper=[1, INF, 2]),
        goal("max", [1, 1, 1]),
        {},
        [2],
    ),
    (
        # v1 <= 0 without end below: v0 + v1 <= 1 always, v0 + v1 >= -9 not always
        "endless downward",
        program([[1, 1], [1, 1]], [-INF, -9], [1, INF], col_lower=[0, -INF], col_upper=[1, 0]),
        goal("min", [1, 1]),
        {},
        [1],
    ),
    (
        "an equality holds its columns both ways",
        program([[1, 1, 0]], 1, 1),
        goal("max", [1, 0, 0]),
        {2: 0.0},
        [0],
    ),
    (
        "an equality that the bounds force is redundant",
        program([[1, 1], [1, 0]], [2, 0], [2, 1], col_lower=1),
        goal("max", [1, 0]),
        {0: 1.0, 1: 1.0},
        [],
    ),
    (
        "a range holds its columns both ways, though one side alone can bind",
        program([[1, 1]], 1, 2),
        goal("max", [1, 0]),
        {},
        [0],
    ),
    (
        "a far side does not blur the near one",
        program([[1, 1]], 1, 1e10),
        goal("min", [1, 2]),
        {},
        [0],
    ),
    (
        "an objective of nothing: everything that may fall falls",
        program([[1, 1, 1]], -INF, 1),
        goal("max", [0, 0, 0]),
        {0: 0.0, 1: 0.0, 2: 0.0},
        [],
    ),
    (
        "an integer column is fixed at a whole number",
        program([[1, 1, 0, 0, 0]], -INF, 1, col_lower=[0, 0, 0.5, 0, 0], col_upper=[1, 1, 2.5, 1.5, 1.5],
                kind=[1, 1, 1, 1, 0]),
        goal("max", [2, 1, -1, 1, 1]),
        {2: 1.0, 3: 1.0, 4: 1.5},
        [0],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("model", "aim", "fixed", "rows"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
@pytest.mark.parametrize("flip", [False, True], ids=["as said", "negated"])
def test_what_is_left(model: LinearModel, aim: Objective, fixed: dict[int, float], rows: list[int], flip: bool):
    if flip:
        aim = replace(aim, sense="min" if aim.sense == "max" else "max", coefficients=-aim.coefficients)
    small = reduce(model, aim)
    assert gone(small) == fixed
    assert left(small)[1] == [f"row[{r}]" for r in rows]
    assert not small.impossible


def test_the_model_that_is_left_in_full():
    """v1 = 3 and v3 = -1 are fixed by their bounds: 2·3 - 4·(-1) = 10 goes over to the right-hand side."""
    model = program(
        [[1, 2, 1, -4], [0, 1, 0, 1], [1, 0, -1, 1]],
        [-INF, 2, -1.5],
        [11, 2, -0.5],
        col_lower=[0, 3, 0, -1],
        col_upper=[1, 3, 1, -1],
        kind=[Kind.INTEGER, Kind.INTEGER, Kind.IMPLIED, Kind.CONTINUOUS],
    )
    small = reduce(model, goal("max", [5, 7, 6, 11], 0.5))
    assert left(small) == (["v[0]", "v[2]"], ["row[0]", "row[2]"])
    assert small.model.matrix.toarray().tolist() == [[1, 1], [1, -1]]
    # row 2: -1.5 and -0.5 less the -1 of v3
    assert (small.model.row_lower.tolist(), small.model.row_upper.tolist()) == ([-INF, -0.5], [1, 0.5])
    assert (small.model.col_lower.tolist(), small.model.col_upper.tolist()) == ([0, 0], [1, 1])
    assert small.model.kind.tolist() == [Kind.INTEGER, Kind.IMPLIED]
    # 0.5 + 7·3 - 11
    assert (small.objective.name, small.objective.sense, small.objective.constant) == ("goal", "max", 10.5)
    assert small.objective.coefficients.tolist() == [5, 6]
    assert small.expand(np.array([1.0, 0.25])).tolist() == [1, 3, 0.25, -1]
    assert small.shrink(np.array([1.0, 3.0, 0.25, -1.0])).tolist() == [1, 0.25]
    assert small.objective.value(np.array([1.0, 0.0])) == 15.5


def test_nothing_to_reduce_leaves_the_model_as_it_is():
    model, aim = program([[1, 1], [2, -1]], [-INF, 0], [1, INF]), goal("max", [1, 1], 4.0)
    small = reduce(model, aim)
    assert small.kept.all()
    assert (small.model.matrix != model.matrix).nnz == 0
    for name in ("row_lower", "row_upper", "col_lower", "col_upper", "kind"):
        assert getattr(small.model, name).tolist() == getattr(model, name).tolist()
    assert left(small) == (model.column_names(), model.row_names())
    assert (small.objective.coefficients.tolist(), small.objective.constant) == ([1, 1], 4.0)
    point = np.array([1.0, 0.5])
    assert small.expand(point).tolist() == small.shrink(point).tolist() == [1.0, 0.5]


def test_the_whole_model_is_left_alone():
    model = program([[1, 1, 0]], -INF, 1, col_upper=[1, 1.5, 1])
    before = {name: getattr(model, name).copy() for name in ("row_lower", "row_upper", "col_lower", "col_upper")}
    assert not reduce(model, goal("max", [1, 0, 1])).kept.any()
    for name, values in before.items():
        assert getattr(model, name).tolist() == values.tolist()
    assert model.matrix.toarray().tolist() == [[1, 1, 0]]


@pytest.mark.parametrize(
    ("model", "aim"),
    [
        # 0 >= 1 from the start, as a lock that has no column
        (program([[0, 0], [1, 1]], [1, -INF], [INF, 1]), goal("max", [1, 1])),
        (program([[0, 0], [1, 1]], [-INF, -INF], [-0.5, 1]), goal("max", [1, 1])),
        (program([[0, 0], [1, 1]], [1, -INF], [1, 1]), goal("max", [1, 1])),
        # both columns stand at 1 by their bounds
        (program([[1, 1]], -INF, 1, col_lower=1), goal("max", [1, 1])),
        # v0 rises as far as it can, and that is not enough
        (program([[1, 0], [1, 1]], [2, -INF], [INF, 2]), goal("max", [1, 0])),
        # v0 falls as far as it can, and that is not enough
        (program([[1, 0]], -INF, -1), goal("max", [0, 0])),
        # no value between the bounds
        (program([[1, 1]], -INF, 1, col_lower=[0, 1], col_upper=[1, 0]), goal("max", [1, 1])),
        (program([[1, 1]], -INF, 1, col_lower=[0, 0.25], col_upper=[1, 0.75]), goal("max", [1, 1])),
    ],
)
def test_a_bare_row_that_cannot_hold(model: LinearModel, aim: Objective):
    assert reduce(model, aim).impossible


@pytest.mark.parametrize(
    ("lower", "upper"), [(0.0, 0.0), (-INF, 0.0), (-3.0, INF), (-INF, INF), (5e-10, 1.0), (-1.0, -5e-10)]
)
def test_a_bare_row_that_holds_is_dropped(lower: float, upper: float):
    small = reduce(program([[0, 0], [1, 1]], [lower, -INF], [upper, 1]), goal("max", [1, 1]))
    assert left(small)[1] == ["row[1]"]
    assert not small.impossible


def test_rounding_in_large_sums_is_not_impossible():
    """The sum of prices in another order differs in its last digits; that breaks no equality."""
    prices = np.array([0.1, 0.2, 0.3, 0.7]) * 1e8
    total = float(prices[3] + prices[2] + prices[1] + prices[0])
    for lower, upper in ((total, total), (total, INF), (-INF, total)):
        small = reduce(program([prices], lower, upper, col_lower=1), goal("min", prices))
        assert (small.impossible, small.model.n_row) == (False, 0)
        assert small.objective.constant == pytest.approx(total, rel=1e-15)


def test_no_rows_and_no_columns():
    bare = program([[1, 1]], 0, 1)
    loose = replace(bare, matrix=sparse.csr_array((0, 2)), row_lower=np.zeros(0), row_upper=np.zeros(0), row_labels=())
    assert gone(reduce(loose, goal("max", [1, -1]))) == {0: 1.0, 1: 0.0}
    empty = replace(
        loose, matrix=sparse.csr_array((0, 0)), col_lower=np.zeros(0), col_upper=np.zeros(0), kind=np.zeros(0, np.int8)
    )
    small = reduce(replace(empty, column_label=list), goal("max", [], 2.0))
    assert (small.kept.tolist(), small.impossible, small.objective.constant) == ([], False, 2.0)


# T0 is basic, T1 public: the hand circle, one site at most
TWO_TIERS = hand_instance(tier=np.array([Tier.BASIC, Tier.PUBLIC], dtype=np.int64))
LEVELS = ("basic_coverage", "public_coverage")


def hand_rows(small: Reduced, problem: Any) -> list[Row]:
    dense = np.zeros((small.model.n_row, problem.n_col))
    dense[:, small.kept] = small.model.matrix.toarray()
    return [
        Row(name, terms_of(problem, dense[r]), float(small.model.row_lower[r]), float(small.model.row_upper[r]))
        for r, name in enumerate(small.model.row_names())
    ]


def test_the_hand_circle_at_basic_coverage():
    """Nobody asks for T1: its coverage falls, then what carries it; at H0 it costs nothing, in no row, and rises.

    ``site_use`` and ``area`` still tie the outlets of T0 to their sites, of which only one may be used.
    """
    problem = hand_problem(LEVELS, TWO_TIERS, max_sites=1)
    small = reduce(assemble(problem), objective("basic_coverage", problem))
    assert left(small)[0] == [
        *["open[S0,T0]", "open[S1,T0]", "used[S0]", "used[S1]"],
        *["cover[T0,0]", "cover[T0,1]", "cover[T0,2]"],
    ]
    assert terms_of(problem, small.fixed) == {"addon[H0,T1]": 1}
    assert hand_rows(small, problem) == [
        at_most("area[S0]", 0, {"open[S0,T0]": 10, "used[S0]": -30}),
        at_most("area[S1]", 0, {"open[S1,T0]": 10, "used[S1]": -25}),
        at_most("site_use[S0,T0]", 0, {"open[S0,T0]": 1, "used[S0]": -1}),
        at_most("site_use[S1,T0]", 0, {"open[S1,T0]": 1, "used[S1]": -1}),
        at_most("cover[T0,0]", 0, {"cover[T0,0]": 1, "open[S0,T0]": -1}),
        at_most("cover[T0,1]", 0, {"cover[T0,1]": 1, "open[S0,T0]": -1, "open[S1,T0]": -1}),
        at_most("cover[T0,2]", 0, {"cover[T0,2]": 1, "open[S1,T0]": -1}),
        at_most("max_sites", 1, {"used[S0]": 1, "used[S1]": 1}),
    ]


def test_the_hand_circle_without_limits_solves_itself():
    """All T0 that fit are opened (and T1 where it takes no room of a site): 180 residents, and no column is left."""
    problem = hand_problem(LEVELS, TWO_TIERS)
    small = reduce(assemble(problem), objective("basic_coverage", problem))
    assert not small.kept.any()
    assert small.objective.constant == 180.0
    assert terms_of(problem, small.fixed) == {
        **{"open[S0,T0]": 1, "open[S1,T0]": 1, "used[S0]": 1, "used[S1]": 1, "addon[H0,T1]": 1},
        **{"cover[T0,0]": 1, "cover[T0,1]": 1, "cover[T0,2]": 1},
    }


def test_a_floor_keeps_the_coverage_of_its_type():
    """T1 is public, but nine tenths of its 40 residents must be in reach at every level.

    The add-on service at H0 reaches the 30 at D2, so the 10 at D0 must give the other 6; nobody at D1 needs T1.
    """
    problem = hand_problem(LEVELS, TWO_TIERS, max_sites=1, coverage_floor=((1, 0.9),))
    small = reduce(assemble(problem), objective("basic_coverage", problem))
    assert [name for name in left(small)[0] if name.startswith("cover[T1")] == ["cover[T1,3]"]
    assert small.fixed[problem.column("cover")].tolist() == [0, 0, 0, 0, 0, 1]
    (floor,) = [row for row in hand_rows(small, problem) if row.name == "floor[T1]"]
    assert (floor.terms, floor.lower, floor.upper) == ({"cover[T1,3]": 10}, pytest.approx(6.0, abs=1e-6), INF)
