"""What is known of one level: which plan is taken, what is proven, what is told, what HiGHS is asked for."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from support.hand import hand_instance

from models.assemble import assemble
from models.backends.base import BackendResult, Progress
from models.columns import lay_out
from models.completion import complete
from models.instance import Rules
from models.large import incumbent as room
from models.large.incumbent import Incumbent
from models.objectives import objective
from models.solution import Decision, SolveOptions, Termination


def begun(
    level: str = "basic_coverage", *, gap: float = 0.0, limit_s: float = 60.0, told: Any = None, **rules: Any
) -> Incumbent:
    money = np.full((2, 2), 1000.0)
    problem = lay_out(hand_instance(open_cost_cny=money, open_budget_cny=money), Rules(levels=(level,), **rules))
    options = SolveOptions(mip_gap=gap, time_limit_s=limit_s)
    return Incumbent(problem, assemble(problem), objective(level, problem), options, told)


def point(best: Incumbent, *pairs: tuple[int, int]) -> np.ndarray:
    plan = Decision.empty(best.problem.instance)
    for j, k in pairs:
        plan.open[j, k] = True
    return complete(best.problem, plan)


FEW, MORE = ((0, 0),), ((0, 0), (1, 0))
"""Two lawful plans; the second covers more and costs more."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(room, "time", SimpleNamespace(perf_counter=lambda: now[0]))
    return now


def test_the_better_lawful_plan_is_taken():
    best = begun()
    assert (best.plan, math.isnan(best.value), best.bound, best.impossible) == (None, True, math.inf, False)
    assert best.offer(point(best, *FEW))
    first = best.value
    assert not best.offer(point(best, *FEW))
    assert best.offer(point(best, *MORE))
    assert best.value > first == 150.0
    assert not best.offer(point(best, *FEW))
    assert best.goal.value(best.plan) == best.value
    assert best.admits(best.plan)
    cheap = begun("cost")
    assert cheap.bound == -math.inf
    assert cheap.offer(point(cheap, *MORE))
    assert cheap.offer(point(cheap, *FEW))
    assert cheap.value == cheap.goal.value(point(cheap, *FEW))
    assert not cheap.offer(point(cheap, *MORE))
    poor = begun(budget_cny=1600.0)
    assert not poor.offer(point(poor, *MORE))
    assert not poor.admits(point(poor, *MORE))
    assert poor.plan is None
    assert poor.offer(point(poor, *FEW))


def test_the_time_of_a_level(clock: list[float]):
    best = begun(limit_s=40.0)
    clock[0] = 110.0
    assert best.deadline_s == 140.0
    assert (best.seconds_left(), best.seconds_left(0.5)) == (30.0, 15.0)
    assert best.open
    clock[0] = 140.0
    assert not best.open
    clock[0], best.impossible = 110.0, True
    assert not best.open


@pytest.mark.parametrize(("gap", "bound", "closed"), [(0.0, 150.0, True), (0.0, 151.0, False), (0.0, 140.0, True),
                                                      (0.1, 164.9, True), (0.1, 165.1, False)])  # fmt: skip
def test_a_level_is_closed_by_its_gap(gap: float, bound: float, closed: bool):
    best = begun(gap=gap)
    best.bound = bound
    assert (best.closed, best.open) == (False, True)
    best.offer(point(best, *FEW))
    assert (best.closed, best.open) == (closed, not closed)
    ended = best.result()
    assert ended.termination is (Termination.OPTIMAL if closed else Termination.FEASIBLE)
    assert (ended.objective, ended.bound) == (150.0, max(bound, 150.0))
    assert ended.values is best.plan


def test_bounds_only_fall_and_stand_on_the_lattice():
    best = begun()
    best._step = 10.0
    for proven, bound in ((208.0, 200.0), (260.0, 200.0), (199.0, 190.0), (180.0 - 1e-7, 180.0)):
        best.prove(proven)
        assert best.bound == bound
    cheap = begun("cost")
    cheap._step = 10.0
    for proven, bound in ((208.0, 210.0), (60.0, 210.0), (211.0, 220.0)):
        cheap.prove(proven)
        assert cheap.bound == bound


def test_how_a_level_without_a_plan_ends(clock: list[float]):
    best = begun()
    clock[0] = 102.5
    nothing = best.result()
    assert (nothing.termination, nothing.values, nothing.bound, nothing.seconds) == (
        Termination.NO_SOLUTION, None, None, 2.5)  # fmt: skip
    best.prove(500.0)
    assert best.result().bound == best.bound
    best.impossible = True
    assert best.result().termination is Termination.INFEASIBLE
    unbounded = begun()
    unbounded.offer(point(unbounded, *FEW))
    assert unbounded.result().bound is None


def test_an_answer_on_a_part_that_holds_every_better_plan():
    said = BackendResult(Termination.FEASIBLE, None, None, 170.0, 0.0)
    best = begun()
    best._step = 0.0
    best.settle(said)
    assert (best.bound, best.impossible) == (170.0, False)
    best.settle(BackendResult(Termination.INFEASIBLE, None, None, None, 0.0))
    assert (best.bound, best.impossible) == (170.0, True)
    best = begun()
    best._step = 0.0
    best.settle(BackendResult(Termination.FEASIBLE, point(best, *FEW), 150.0, 160.0, 0.0))
    assert (best.value, best.bound) == (150.0, 160.0)
    # nothing better than 150 in the part, which proves 150 and no less
    best.settle(BackendResult(Termination.INFEASIBLE, None, None, 120.0, 0.0))
    assert (best.value, best.bound, best.impossible) == (150.0, 150.0, False)
    late = begun()
    late._step = 0.0
    late.settle(BackendResult(Termination.OPTIMAL, point(late, *FEW), 150.0, 140.0, 0.0))
    assert late.bound == 140.0  # no plan was known before: the answer speaks of all


def test_what_highs_is_asked_for(monkeypatch: pytest.MonkeyPatch):
    seen: list[Any] = []
    monkeypatch.setattr(room, "ask", lambda *args, **more: seen.append((args, more)))
    silent, telling = begun(gap=0.25), begun(gap=0.5, told=lambda state: None)
    part, other = silent.model, objective("cost", silent.problem)
    silent.ask(part, 7.5, 3.0, report=True)
    telling.ask(part, -4.0, part=0.2)
    telling.offer(point(telling, *FEW))
    telling.ask(part, 0.05, report=True)
    telling.ask(part, 0.05, goal=other)
    elsewhere = replace(part, col_upper=np.where(telling.plan > 0.5, 0.0, part.col_upper))
    telling.ask(elsewhere, 0.05)
    (first, more), (second, still), (_, third), (fourth, another), (_, fifth) = seen
    assert (first[0].name, first[1], first[2]) == ("highs", part, silent.goal)
    assert (first[3].time_limit_s, first[3].mip_gap) == (7.5, 0.25)
    assert more == {"start": None, "progress": None, "target": 3.0, "merge": True}
    assert (second[3].time_limit_s, second[3].mip_gap) == (0.1, 0.2 * telling.options.mip_gap)
    assert still == {"start": None, "progress": None, "target": None, "merge": True}
    assert third["start"] is telling.plan
    assert third["progress"] == telling._merged
    assert (fourth[2], another["start"]) == (other, None)
    assert fifth["start"] is None


@pytest.mark.parametrize(
    ("level", "known", "value", "better"),
    [
        ("basic_coverage", True, 150.5, True), ("basic_coverage", True, 150.0, False),
        ("basic_coverage", True, None, False), ("basic_coverage", False, None, False),
        ("basic_coverage", False, -5.0, True), ("cost", True, 1e9, False), ("cost", True, -1.0, True),
    ],
)  # fmt: skip
def test_which_value_would_be_better(level: str, known: bool, value: float | None, better: bool):
    best = begun(level)
    if known:
        best.offer(point(best, *FEW))
    assert best.is_better(value) is better


@pytest.mark.parametrize(
    ("level", "bound", "state", "told"),
    [
        ("basic_coverage", math.inf, (None, None), (150.0, None)),
        ("basic_coverage", 200.0, (None, None), (150.0, 200.0)),
        ("basic_coverage", 200.0, (160.0, 190.0), (160.0, 190.0)),
        ("basic_coverage", 200.0, (140.0, 210.0), (150.0, 200.0)),
        ("basic_coverage", math.inf, (140.0, 145.0), (150.0, 150.0)),
        ("cost", -math.inf, (None, None), (9.0, None)),
        ("cost", 4.0, (8.0, 5.0), (8.0, 5.0)),
        ("cost", 4.0, (10.0, 3.0), (9.0, 4.0)),
        ("cost", 4.0, (10.0, 11.0), (9.0, 9.0)),
    ],
)
def test_progress_of_highs_is_told_with_what_we_know(
    clock: list[float], level: str, bound: float, state: Any, told: Any
):
    seen: list[Progress] = []
    best = begun(level, told=seen.append)
    clock[0] = 101.5
    best.bound = bound
    best._merged(Progress(*state, 0.25))
    assert seen.pop().incumbent == state[0]
    best.plan, best.value = point(best, *FEW), 150.0 if level == "basic_coverage" else 9.0
    best._merged(Progress(*state, 0.25))
    assert seen == [Progress(*told, 1.5)]


def test_a_bound_below_the_plan_is_told_as_the_plan(clock: list[float]):
    seen: list[Progress] = []
    best = begun(told=seen.append)
    clock[0] = 104.0
    best.offer(point(best, *FEW))
    best.bound = 140.0
    best.tell()
    assert seen == [Progress(150.0, 150.0, 4.0)]
    assert best.result().bound == 150.0
    assert len(seen) == 2


@pytest.mark.parametrize("level", ["basic_coverage", "cost"])
def test_a_plan_worth_enough_closes_the_gap_and_one_worth_less_does_not(level: str):
    best = begun(level, gap=0.01)
    assert best.enough is None
    assert best.gap == math.inf
    best.offer(point(best, *MORE))
    better = 1.0 if best.goal.sense == "max" else -1.0
    for bound in (200.0, 3000.0):
        best.bound = bound
        assert best.enough is not None
        for shift, closed in ((1e-6, True), (-1e-6, False)):
            best.value = best.enough * (1.0 + better * shift)
            assert best.gap == pytest.approx(0.01, abs=1e-5)
            assert best.closed is closed
