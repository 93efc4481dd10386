"""The grid that ``--set`` means: inclusive ranges in decimals, lists, and every fault at once."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.faults import FaultError
from siting.studies.sweep.grid import Axis, Grid, layer_of, read_grid
from siting.studies.sweep.order import by_distance, relaxes, solving_order, value_numbers


def values(text: str) -> tuple:
    (axis,) = read_grid([text]).axes
    return axis.values


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("budget.capital_cny=0:1000000:250000", (0, 250000, 500000, 750000, 1000000)),
        ("limits.max_sites=2:9:3", (2, 5, 8)),
        ("limits.max_sites=3:3:1", (3,)),
        ("walking.adult_m_s=0.9:1.2:0.1", (0.9, 1.0, 1.1, 1.2)),
        ("budget.capital_cny=1_000_000:2e6:500000", (1000000, 1500000, 2000000)),
        ("hosts.new=false, true", (False, True)),
        ("budget.capital_cny=1000000,none", (1000000, "none")),
        ('objective.levels=["cost"],["sites","cost"]', (["cost"], ["sites", "cost"])),
        ("sites.forbidden_kinds=[],[basement]", ([], ["basement"])),
        ('solver.name="highs","cbc"', ("highs", "cbc")),
    ],
)
def test_swept_values(text: str, wanted: tuple):
    found = values(text)
    assert found == wanted
    assert [type(v) for v in found] == [type(v) for v in wanted]


def test_a_single_value_is_fixed():
    grid = read_grid(["lock.in=[S1:pharmacy,S2]", "limits.max_sites=1,2", "objective.levels=[cost]"])
    assert grid.fixed == ("lock.in=[S1:pharmacy,S2]", "objective.levels=[cost]")
    assert grid.points == [(1,), (2,)]


@given(st.integers(-50, 50), st.integers(0, 150), st.integers(1, 40), st.integers(0, 3))
def test_a_range_counts_in_decimals(low: int, length: int, step: int, digits: int):
    unit = Fraction(1, 10**digits)
    texts = [f"{int(n) * unit.numerator / unit.denominator:.{digits}f}" for n in (low, low + length, step)]
    found = values(f"a.b={':'.join(texts)}")
    exact = [low + n * step for n in range(length // step + 1)]
    assert [Fraction(str(v)) for v in found] == [n * unit for n in exact]


def test_every_fault_at_once():
    texts = ["a=1:2", "b=3:1:1", "c=1:5:0", "d=x:y:z", "e=1,,2", "f=1,1", "g", "h=0:1000:1", "i=nan:1:1"]
    with pytest.raises(FaultError) as caught:
        read_grid(texts)
    codes = [fault.code for fault in caught.value.faults]
    assert codes == [*["bad-range"] * 4, *["bad-list"] * 2, "bad-set", "too-many-points", "bad-range"]


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (["limits.max_sites=3"], "nothing-swept"),
        ([], "nothing-swept"),
        (["a=1,2", "b=1,2", "c=1,2"], "too-many-axes"),
        (["a=1:100:1", "b=1:3:1"], "too-many-points"),
        (["a=1,2", "a=3"], "same-key-twice"),
    ],
)
def test_faults_of_the_whole(texts: list[str], code: str):
    with pytest.raises(FaultError) as caught:
        read_grid(texts)
    assert [fault.code for fault in caught.value.faults] == [code]


def test_two_hundred_points_are_taken():
    assert len(read_grid(["a=1:100:1", "b=1,2"]).points) == 200


def test_layers_of_a_point():
    grid = read_grid(["types.pharmacy.radius_m=300:400:100", 'coverage_floor."a.b"=0.5,0.6'])
    one, two = grid.layers(grid.points[-1])
    assert one.data == {"types": {"pharmacy": {"radius_m": 400}}}
    assert two.data == {"coverage_floor": {"a.b": 0.6}}
    assert layer_of("hosts.new", True).data == {"hosts": {"new": True}}


AXES = (
    Axis("budget.capital_cny", (2, "none", 1)),
    Axis("coverage_floor.pharmacy", (0.5, 0.1)),
    Axis("hosts.new", (False, True)),
    Axis("limits.max_sites", (1, 2, 3)),
)


@pytest.mark.parametrize("axes", [*itertools.permutations(AXES, 2), *((axis,) for axis in AXES)])
def test_whatever_relaxes_a_point_is_solved_before_it(axes: tuple[Axis, ...]):
    grid = Grid(axes, ())
    order = solving_order(grid)
    assert sorted(order) == list(range(len(grid.points)))
    points = grid.points
    for q, p in itertools.permutations(range(len(points)), 2):
        allows = all(_allows(axis.key, a, b) for axis, a, b in zip(axes, points[q], points[p], strict=True))
        assert relaxes(grid, points[q], points[p]) == allows
        if allows:
            assert order.index(q) < order.index(p)


def _allows(key: str, looser: object, tighter: object) -> bool:
    """By hand: budget none > 2 > 1, floors 0.1 looser than 0.5, hosts only the same, more sites looser."""
    ranks = {"budget.capital_cny": ["none", 2, 1], "coverage_floor.pharmacy": [0.1, 0.5], "limits.max_sites": [3, 2, 1]}
    if key not in ranks:
        return looser == tighter
    return ranks[key].index(looser) <= ranks[key].index(tighter)


def test_one_and_true_are_different_values():
    grid = Grid((Axis("a.b", (1, True)),), ())
    assert not relaxes(grid, (1,), (True,))


def test_the_nearest_points_first():
    grid = read_grid(["a=1:4:1", "b=1:3:1"])
    assert value_numbers(grid, 7) == (2, 1)
    assert by_distance(grid, 7, [0, 5, 11]) == [5, 11, 0]
    assert by_distance(grid, 7, [11, 8, 4]) == [4, 8, 11]
    assert by_distance(grid, 7, []) == []
