"""How a chain of levels ends: values of the verifier, gaps, and what may differ."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from support.hand import hand_instance, plan

from models.columns import lay_out
from models.completion import complete
from models.errors import VerificationError
from models.instance import Rules
from models.outcome import closed, ending, outcome
from models.solution import LevelResult, SolveOptions, Termination

RULES = Rules(levels=("basic_coverage", "cost"))
PROBLEM = lay_out(hand_instance(), RULES)
POINT = complete(PROBLEM, plan([(0, 0)]))
"""150 residents for 1500 元."""


def results(covered: float = 150.0, cost: float = 1500.0, bounds: tuple[float, float] = (150.0, 1500.0)):
    return [
        LevelResult("basic_coverage", "max", covered, bounds[0], 1.0, Termination.FEASIBLE),
        LevelResult("cost", "min", cost, bounds[1], 2.0, Termination.FEASIBLE),
    ]


def test_values_are_those_of_the_plan_and_proofs_those_of_the_bounds():
    found = outcome(PROBLEM, POINT, results(), SolveOptions(mip_gap=0.0), "mine", 3.5)
    assert (found.termination, found.solver, found.seconds) == (Termination.OPTIMAL, "mine", 3.5)
    assert found.decision.open.tolist() == [[True, False], [False, False]]
    loose = outcome(PROBLEM, POINT, results(140.0, 1600.0, (140.0, 1600.0)), SolveOptions(mip_gap=0.0), "mine", 3.5)
    assert [(level.incumbent, level.bound, level.seconds) for level in loose.levels] == [
        (150.0, 150.0, 1.0), (1500.0, 1500.0, 2.0)]  # fmt: skip
    open_ = outcome(PROBLEM, POINT, results(bounds=(160.0, 1500.0)), SolveOptions(mip_gap=0.05), "mine", 3.5)
    assert [level.termination for level in open_.levels] == [Termination.FEASIBLE, Termination.OPTIMAL]
    assert open_.termination is Termination.FEASIBLE


@pytest.mark.parametrize(("more", "fits"), [(0.0022, True), (0.0024, False)])
def test_a_level_may_say_more_than_the_plan_gives_by_rounding_alone(more: float, fits: bool):
    """0.002 and two millionths: 0.0023 of 150, 0.005 of 1500."""
    for said in (results(covered=150.0 + more), results(cost=1500.0 - more * 0.005 / 0.0023)):
        if fits:
            assert outcome(PROBLEM, POINT, said, SolveOptions(), "mine", 0.0).decision is not None
        else:
            with pytest.raises(VerificationError, match="model says"):
                outcome(PROBLEM, POINT, said, SolveOptions(), "mine", 0.0)


def test_without_a_plan_and_with_one_that_breaks_a_rule():
    ended = replace(results()[1], termination=Termination.INFEASIBLE)
    assert outcome(PROBLEM, None, [results()[0], ended], SolveOptions(), "mine", 0.0).termination is ended.termination
    nothing = outcome(PROBLEM, None, [], SolveOptions(), "mine", 0.0)
    assert (nothing.termination, nothing.decision, nothing.levels) == (Termination.NO_SOLUTION, None, ())
    strict = lay_out(hand_instance(), replace(RULES, max_outlets=0))
    with pytest.raises(VerificationError, match="max_outlets"):
        outcome(strict, POINT[: strict.n_col] if strict.n_col < len(POINT) else POINT, [], SolveOptions(), "mine", 0.0)


def test_what_closes_a_gap():
    assert closed(100.0, 100.0 + 0.9e-7, SolveOptions(mip_gap=0.0))
    assert not closed(100.0, 100.0 + 1.1e-7, SolveOptions(mip_gap=0.0))
    assert closed(100.0, 110.0, SolveOptions(mip_gap=0.1))
    assert not closed(100.0, math.inf, SolveOptions(mip_gap=0.1))
    assert ending([]) is Termination.OPTIMAL
    assert replace(results()[0], incumbent=math.nan).mip_gap == math.inf
