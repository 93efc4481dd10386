"""Where a bound comes from: CBC's log to half its last decimal, HiGHS's info, an attribute of Gurobi's or COPT's."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from models.backends.pulp import _Answered, _bound_of_library, _lower_bound

LOG = "Result - Stopped on time limit\nLower bound:                    -12.345\nGap: 0.1\nLower bound:    1234.500\n"


def answered(log: str, solved: object = None) -> _Answered:
    problem = SimpleNamespace() if solved is None else SimpleNamespace(solverModel=solved)
    return _Answered(problem, [], log, 1.0, True)


def test_the_last_bound_of_a_log_less_half_its_last_decimal():
    assert _lower_bound(answered(LOG)) == pytest.approx(1234.4995, abs=1e-9)
    assert _lower_bound(answered(LOG[:70])) == pytest.approx(-12.3455, abs=1e-9)
    assert _lower_bound(answered("Lower bound: 1e+50\n")) is None
    assert _lower_bound(answered("Upper bound: 3.0\n")) is None


@pytest.mark.parametrize(
    ("solved", "told"),
    [
        (SimpleNamespace(getInfo=lambda: SimpleNamespace(mip_dual_bound=7.5)), 7.5),
        (SimpleNamespace(getInfo=lambda: SimpleNamespace(mip_dual_bound=-float("inf"))), None),
        (SimpleNamespace(ObjBound=3.25), 3.25),
        (SimpleNamespace(BestBnd=-4.0), -4.0),
        (SimpleNamespace(ObjBound=1e100), None),
        (SimpleNamespace(ObjBound="none", BestBnd=2.0), 2.0),
        (SimpleNamespace(), None),
    ],
)
def test_the_bound_of_a_library(solved: object, told: float | None):
    assert _bound_of_library(solved) == told
    assert _lower_bound(answered(LOG, solved)) == told
