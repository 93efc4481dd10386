"""One circle's answer at a price: what its model must keep, what a plan is worth, and what is granted; by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from support.hand import hand_instance

from models.errors import ModelError
from models.instance import Phases, Rules
from models.nation import circle as room
from models.nation import solve as nation
from models.nation.circle import Answer, Circle, Priced, Question, capped, keeps, worth
from models.solution import SolveOptions

MONEY = np.full((2, 2), 1000.0)
LEVELS = ("basic_coverage", "cost")


def made(**rules: Any) -> Circle:
    priced = {"open_cost_cny": MONEY, "open_budget_cny": MONEY, "addon_eligible": np.zeros((3, 2), dtype=bool)}
    return Circle("C", hand_instance(**priced), Rules(levels=LEVELS, **rules))


def question(**more: Any) -> Question:
    return Question(**{"circle": 0, "weights": (1.0, 0.0), "price": 0.01, "least": (None, None)} | more)


FOUND = Answer(0, 200.0, False, np.array([[0, 0]]), np.zeros((0, 2), dtype=int), 1500.0, (150.0, -1500.0))


@pytest.mark.parametrize(("least", "granted"), [(150.0, 150e-6), (0.5, 1e-6), (-1500.0, 1500e-6)])
def test_what_is_held_is_granted_a_millionth(least: float, granted: float):
    priced = Priced(made())
    held = priced._held(question(least=(least, None), most_cny=2000.0))
    assert held.n_row == priced.model.n_row + 2
    assert held.row_names()[-2:] == ["least[0]", "most"]
    assert held.row_lower[-2] == pytest.approx(least - granted, rel=1e-12, abs=1e-12)
    assert (held.row_upper[-2], held.row_lower[-1], held.row_upper[-1]) == (math.inf, -math.inf, 2000.0)
    dense = held.matrix.toarray()
    assert dense[-2].tolist() == priced.goals[0].tolist()
    assert dense[-1].tolist() == priced.money.tolist()
    assert priced._held(question()) is priced.model
    second = priced._held(question(least=(None, least)))
    assert second.matrix.toarray()[-1].tolist() == priced.goals[1].tolist()
    for by, kept in ((0.0, True), (0.99, True), (1.01, False)):
        found = replace(FOUND, values=(least - by * granted, 0.0))
        assert keeps(found, question(least=(least, None))) == kept


def test_money_is_granted_nothing():
    assert keeps(FOUND, question(most_cny=1500.0))
    assert not keeps(FOUND, question(most_cny=1499.999))
    assert keeps(FOUND, question())


def test_what_a_plan_is_worth():
    assert worth(FOUND, question(weights=(2.0, 0.5), price=0.1)) == 2 * 150 - 0.5 * 1500 - 150
    assert Priced(made()).answer(question(price=0.0), SolveOptions(mip_gap=0.0)).values[0] == 190.0
    none = Priced(made()).answer(question(price=1.0), SolveOptions(mip_gap=0.0))
    assert (none.values, none.money_cny, none.bound) == ((0.0, 0.0), 0.0, 0.0)
    poor = Priced(made()).answer(question(price=0.0, most_cny=2000.0), SolveOptions(mip_gap=0.0))
    assert (poor.values, poor.money_cny) == ((150.0, -1500.0), 1500.0)
    assert Priced(made()).answer(question(least=(200.0, None)), SolveOptions()).impossible


def test_a_circle_may_spend_the_least_of_both_budgets():
    assert capped(made(), 7e3).rules.budget_cny == 7e3
    assert capped(made(budget_cny=5e3), 7e3).rules.budget_cny == 5e3
    assert capped(made(budget_cny=9e3), 7e3).rules.budget_cny == 7e3


def test_circles_that_cannot_share_a_budget():
    years = Phases(np.array([9e3]), np.array([1.0]), np.zeros(2, dtype=np.int64))
    with pytest.raises(ModelError, match="a plan by years"):
        Priced.check(made(phases=years))
    with pytest.raises(ModelError, match="level equity does not add up"):
        Priced.check(replace(made(), rules=Rules(levels=("cost", "equity", "farthest_walk"))))
    assert room.sign("cost") == -1.0
    assert room.sign("basic_coverage") == 1.0


def test_all_levels_are_solved_unless_said_otherwise(monkeypatch: pytest.MonkeyPatch):
    seen: list[Any] = []
    monkeypatch.setattr(nation, "ask_nation", lambda *args, **more: seen.append((args, more)))
    nation.solve_nation([replace(made(), name=name) for name in "BA"], 5e3, SolveOptions())
    nation.solve_nation([made()], 5e3, SolveOptions(), gap=0.5, all_levels=False)
    (first, all_), (second, some) = seen
    assert (first[0], first[1], first[2], first[5]) == (["A", "B"], LEVELS, 5e3, 1e-3)
    assert (second[0], second[5]) == (["C"], 0.5)
    assert (all_, some) == ({"all_levels": True}, {"all_levels": False})
