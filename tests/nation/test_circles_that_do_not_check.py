"""A circle's plan that the verifier refuses is an error with the circle's name; a bound is never below the plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.instances import random_instance

from models.backends.base import BackendResult
from models.errors import VerificationError
from models.instance import Rules
from models.nation import Circle, Question
from models.nation import circle as room
from models.nation.circle import Priced, capped, worth
from models.solution import SolveOptions, Termination

LEVELS = ("missing_types", "basic_coverage", "cost")
EXACT = SolveOptions(mip_gap=0.0, time_limit_s=30.0)
NONE = (None,) * len(LEVELS)


def circle_of(seed: int) -> Circle:
    instance = random_instance(np.random.default_rng(seed), n_demand=8, n_site=4, n_type=3)
    return Circle("N0", instance, Rules(levels=LEVELS))


def test_a_plan_that_breaks_a_rule_is_not_taken(monkeypatch: pytest.MonkeyPatch):
    circle = circle_of(0)
    priced = Priced(circle)
    monkeypatch.setattr(room, "breaches", lambda *_: ("too much of all",))
    with pytest.raises(VerificationError, match=f"{circle.name}: too much of all"):
        priced.answer(Question(0, (0.0, 1.0, 0.0), 0.0, NONE), EXACT)


@pytest.mark.parametrize("seed", range(3))
def test_a_bound_is_not_below_the_plan_and_inf_where_none_is_proven(monkeypatch: pytest.MonkeyPatch, seed: int):
    priced = Priced(circle_of(seed))
    question = Question(0, (0.0, 1.0, 0.0), 1e-4, NONE)
    true = priced.answer(question, EXACT)
    assert true.bound == pytest.approx(worth(true, question), abs=1e-3)
    again = priced.answer(replace(question, start=true), EXACT)
    assert again.values == true.values
    real = room.ask

    def doubtful(bound: float | None, values: bool):
        def ask(*given, **more) -> BackendResult:
            found = real(*given, **more)
            return replace(
                found, bound=bound, values=found.values if values else None, termination=Termination.FEASIBLE
            )

        return ask

    for bound, values, said in ((-1e9, True, worth(true, question)), (None, True, float("inf")), (7.0, False, 7.0)):
        monkeypatch.setattr(room, "ask", doubtful(bound, values))
        answer = priced.answer(question, EXACT)
        assert answer.found == values
        assert answer.bound == pytest.approx(said, abs=1.0)
        assert not answer.impossible


def test_a_circle_may_spend_its_own_budget_or_all_there_is():
    circle = circle_of(0)
    poor = replace(circle, rules=replace(circle.rules, budget_cny=5.0))
    assert [capped(poor, 3.0).rules.budget_cny, capped(poor, 9.0).rules.budget_cny] == [3.0, 5.0]
    assert capped(circle, 3.0).rules.budget_cny == 3.0
