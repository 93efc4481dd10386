"""What the solver gets at each level: the small model, a start in its columns; and when it is not asked at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from support.hand import hand_instance, plan
from support.instances import random_instance, random_rules
from support.programs import feasible

from models import lexicographic, one_level
from models.backends import backend
from models.backends.base import BackendResult
from models.instance import FloatArray, Rules, SitingInstance
from models.lexicographic import solve
from models.linear import LinearModel, Objective
from models.reduction import Reduced
from models.solution import Solution, SolveOptions, Termination

OPTIONS = SolveOptions(mip_gap=1e-9, time_limit_s=20)
NO_ADDONS = hand_instance(addon_eligible=np.zeros((3, 2), dtype=bool))
LEVELS = ("basic_coverage", "cost")
USUAL = ("missing_types", "basic_coverage", "equity", "public_coverage", "quality_coverage", "cost", "sites")


class Asked:
    """A solver that keeps what it was asked; it passes the question on, or gives the next of ``answers``."""

    name = "asked"

    def __init__(self, *answers: dict[str, float]) -> None:
        self.answers = list(answers)
        self.models: list[LinearModel] = []
        self.goals: list[Objective] = []
        self.starts: list[FloatArray | None] = []

    def solve(
        self, model: LinearModel, objective: Objective, options: SolveOptions, start: Any, progress: Any, target: Any
    ) -> BackendResult:
        self.models.append(model)
        self.goals.append(objective)
        self.starts.append(start)
        if not self.answers:
            return backend("highs").solve(model, objective, options, start, progress, target)
        scripted = self.answers.pop(0)
        values = np.array([scripted.get(name, 0.0) for name in model.column_names()])
        return BackendResult(Termination.OPTIMAL, values, objective.value(values), objective.value(values), 0.0)

    def named_start(self, n: int) -> dict[str, float]:
        start = self.starts[n]
        assert start is not None
        return {name: v for name, v in zip(self.models[n].column_names(), start.tolist(), strict=True) if v}


def asked(monkeypatch: pytest.MonkeyPatch, *answers: dict[str, float]) -> Asked:
    solver = Asked(*answers)
    monkeypatch.setattr(lexicographic, "backend", lambda name: solver)
    return solver


def told(solution: Solution) -> list[tuple[str, float, float, Termination]]:
    return [(level.name, level.incumbent, level.bound, level.termination) for level in solution.levels]


def test_the_solver_sees_the_small_model_and_its_columns(monkeypatch: Any):
    """S1 is locked out, so S0's columns are all there is to basic coverage; a budget of 1600 pays for one outlet."""
    best = {"open[S0,T0]": 1.0, "used[S0]": 1.0, "cover[T0,0]": 1.0}
    solver = asked(monkeypatch, best, best)
    rules = Rules(levels=LEVELS, budget_cny=1600.0, lock_out_sites=np.array([1]))
    solution = solve(NO_ADDONS, rules, OPTIONS, start=plan([(0, 1), (1, 0)]))
    assert told(solution) == [
        ("basic_coverage", 150.0, 150.0, Termination.OPTIMAL),
        ("cost", 1500.0, 1500.0, Termination.OPTIMAL),
    ]
    # used[S1] opens nothing and falls; D0 and D1 are one group of T0, D0 alone one of T1, D2 is out of reach
    assert solver.models[0].column_names() == ["open[S0,T0]", "open[S0,T1]", "used[S0]", "cover[T0,0]", "cover[T1,1]"]
    # the start names S1 too, which has no column: what is left of it is T1 at S0, within reach of D0
    assert solver.named_start(0) == {"open[S0,T1]": 1, "used[S0]": 1, "cover[T1,1]": 1}
    assert solver.named_start(1) == best
    assert [goal.name for goal in solver.goals] == ["basic_coverage", "cost"]


def test_a_level_that_is_fixed_outright_asks_nobody(monkeypatch: Any):
    """With 30 m2 at both sites and no limit everything is opened: all 180 residents of T0 and all 40 of T1."""
    solver = asked(monkeypatch)
    roomy = replace(NO_ADDONS, site_area_m2=np.array([30.0, 30.0]))
    solution = solve(roomy, Rules(levels=("basic_coverage",)), OPTIONS)
    assert solver.models == []
    assert told(solution) == [("basic_coverage", 220.0, 220.0, Termination.OPTIMAL)]
    assert solution.termination is Termination.OPTIMAL
    assert solution.decision is not None
    assert solution.decision.open.all()


def test_a_level_that_cannot_hold_asks_nobody(monkeypatch: Any):
    solver = asked(monkeypatch)
    instance = hand_instance(eligible=np.array([[True, False], [True, False]]))
    solution = solve(instance, Rules(levels=LEVELS, max_sites=1, lock_in_pairs=np.array([[1, 1]])), OPTIONS)
    assert solver.models == []
    assert (solution.termination, solution.decision) == (Termination.INFEASIBLE, None)
    assert [(level.name, level.termination) for level in solution.levels] == [
        ("basic_coverage", Termination.INFEASIBLE)
    ]


def circle(seed: int) -> tuple[SitingInstance, Rules]:
    rng = np.random.default_rng([seed, 7])
    instance = random_instance(rng, 14, 5, 4, hosts=2)
    return instance, random_rules(rng, instance, USUAL)


@pytest.mark.parametrize("seed", range(12))
def test_every_start_is_lawful_in_the_small_model(seed: int, monkeypatch: Any):
    """From the second level on, the start is the plan so far; it keeps every row (the held ones too) and bound."""
    instance, rules = circle(seed)
    solver = asked(monkeypatch)
    solution = solve(instance, rules, OPTIONS)
    for model, start in zip(solver.models, solver.starts, strict=True):
        assert model.n_col > 0
        if start is None:
            continue
        assert len(start) == model.n_col
        assert feasible(model, start[None, :], 1e-6).all()
        assert np.all((start >= model.col_lower) & (start <= model.col_upper))
    warm = asked(monkeypatch)
    again = solve(instance, rules, OPTIONS, start=solution.decision)
    assert [v for _, v, *_ in told(again) if v == v] == pytest.approx([v for _, v, *_ in told(solution) if v == v])
    if solution.decision is not None:
        for model, start in zip(warm.models, warm.starts, strict=True):
            assert start is not None
            assert feasible(model, start[None, :], 1e-6).all()


@pytest.mark.parametrize("seed", range(12))
def test_levels_are_those_of_the_unreduced_model(seed: int, monkeypatch: Any):
    instance, rules = circle(seed)
    small = solve(instance, rules, OPTIONS)
    monkeypatch.setattr(
        one_level,
        "reduce",
        lambda model, goal: Reduced(model, goal, np.ones(model.n_col, dtype=bool), np.zeros(model.n_col)),
    )
    whole = solve(instance, rules, OPTIONS)
    assert small.termination is whole.termination
    for (name, value, bound, ended), (_, known, proven, also) in zip(told(small), told(whole), strict=True):
        assert ended is also, name
        assert value == pytest.approx(known, rel=1e-6, abs=1e-6, nan_ok=True), name
        assert np.isnan(value) or bound == pytest.approx(proven, rel=2e-6, abs=2e-3), name


def test_the_circles_ask_for_something_and_have_plans():
    solved = [solve(*circle(seed), OPTIONS).decision is not None for seed in range(12)]
    assert sum(solved) >= 6
