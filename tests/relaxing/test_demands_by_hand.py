"""Demands one by one on figures worked out by hand; a search whose questions are answered by the test."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from support.hand import hand_instance, plan

from models import relaxation as room
from models.demands import (
    Demand,
    DemandKind,
    attained,
    changed,
    demands_of,
    only,
    per_phase,
    shortfalls,
)
from models.elastic import Answer, feasibility_levels
from models.errors import VerificationError
from models.instance import Phases, Rules
from models.relaxation import Alone, Nearest, _Search, relax
from models.solution import Decision, SolveOptions, Termination

K = DemandKind
MONEY = np.full((2, 2), 1000.0)
INSTANCE = hand_instance(open_budget_cny=MONEY, open_cost_cny=MONEY, site_budget_cny=np.full(2, 500.0),
                         covered=np.array([[False, False], [False, False], [True, False]]))  # fmt: skip
"""Of T0, who is in D2 has an outlet: 30 of 180; of T1 there are 10, 0 and 30 residents, all without."""

PHASES = Phases(np.array([1000.0, 2000.0]), np.array([1.0, 0.5]), np.zeros(2, dtype=np.int64), carry_over=False)
RULES = Rules(
    levels=("basic_coverage",), budget_cny=0.5, subsidy_cny_year=900.0, max_sites=3, max_outlets=0, phases=PHASES,
    coverage_floor=((0, 0.5), (1, 0.25)), lock_in_sites=np.array([1, 0, 1]), lock_in_pairs=np.array([[0, 1], [1, 1]]),
    lock_in_phases=np.array([[1, 1, 0], [1, 1, 0]]), lock_out_sites=np.array([0]),
    lock_out_pairs=np.array([[1, 1], [1, 0]]),
)  # fmt: skip


def test_every_demand_once():
    assert demands_of(INSTANCE, RULES) == (
        Demand(K.BUDGET, 0.5), Demand(K.PHASES, 3000.0), Demand(K.SUBSIDY, 900.0), Demand(K.MAX_SITES, 3.0),
        Demand(K.MAX_OUTLETS, 0.0), Demand(K.FLOOR, 90.0, type_=0), Demand(K.FLOOR, 10.0, type_=1),
        Demand(K.LOCK_IN, site=1), Demand(K.LOCK_IN, site=0), Demand(K.LOCK_IN, site=0, type_=1),
        Demand(K.LOCK_OUT, site=0), Demand(K.LOCK_OUT, site=1, type_=1), Demand(K.LOCK_OUT, site=1, type_=0),
        Demand(K.LOCK_IN, site=1, type_=1, phase=0),
    )  # fmt: skip
    assert demands_of(INSTANCE, Rules(levels=())) == ()
    met = demands_of(INSTANCE, Rules(levels=(), coverage_floor=((0, 30 / 180), (0, 30.001 / 180))))
    assert [demand.asked for demand in met] == pytest.approx([30.001])
    assert (Demand(K.BUDGET, 0.5).scale, Demand(K.BUDGET, 7.0).scale, Demand(K.LOCK_IN).asked) == (1.0, 7.0, 1.0)


def test_the_rules_with_some_demands_alone():
    every = demands_of(INSTANCE, RULES)
    same = only(RULES, every)
    assert (same.budget_cny, same.subsidy_cny_year, same.max_sites, same.max_outlets) == (0.5, 900.0, 3, 0)
    assert same.coverage_floor == RULES.coverage_floor
    assert (same.lock_in_sites.tolist(), same.lock_out_sites.tolist()) == ([1, 0], [0])
    assert (same.lock_in_pairs.tolist(), same.lock_out_pairs.tolist()) == ([[0, 1]], [[1, 1], [1, 0]])
    assert same.lock_in_phases.tolist() == [[1, 1, 0]]
    assert same.phases.budget_cny.tolist() == [1000.0, 2000.0]
    none = only(RULES, ())
    assert (none.budget_cny, none.subsidy_cny_year, none.max_sites, none.max_outlets) == (None,) * 4
    assert none.coverage_floor == ((0, 0.0), (1, 0.0))
    assert none.phases.budget_cny.tolist() == [math.inf, math.inf]
    assert [len(locks) for locks in (none.lock_in_sites, none.lock_out_sites, none.lock_in_pairs, none.lock_out_pairs,
                                     none.lock_in_phases)] == [0] * 5  # fmt: skip
    assert (none.lock_in_pairs.shape, none.lock_in_phases.shape) == ((0, 2), (0, 3))
    floor = only(RULES, [every[6]])
    assert floor.coverage_floor == ((0, 0.0), (1, 0.25))
    assert only(replace(RULES, phases=None, lock_in_phases=np.zeros((0, 3), dtype=int)), ()).phases is None


def test_rules_at_new_figures():
    asked = {Demand(K.PHASES, 3000.0): 3600.0, Demand(K.FLOOR, 90.0, type_=0): 45.0, Demand(K.LOCK_OUT, site=0): 0.0,
             Demand(K.MAX_OUTLETS, 0.0): 2.0}  # fmt: skip
    found = changed(INSTANCE, RULES, asked)
    assert found.phases.budget_cny.tolist() == [1300.0, 2300.0]
    assert found.coverage_floor == ((0, 0.25), (1, 0.25))
    assert found.lock_out_sites.tolist() == []
    assert found.lock_in_sites.tolist() == [1, 0]
    assert (found.max_outlets, found.max_sites, found.budget_cny) == (2, 3, 0.5)
    nobody = replace(INSTANCE, segment_residents=INSTANCE.segment_residents * np.array([1.0, 0.0]))
    assert changed(nobody, RULES, {Demand(K.FLOOR, 0.0, type_=1): 0.0}).coverage_floor == ((0, 0.5), (1, 0.0))


def dated(phase: int) -> Decision:
    """T0 at S0 and T1 at S1 for 3000; 18000 a year; 100 + 50 + 30 and 30 in reach."""
    both = plan([(0, 0), (1, 1)])
    return Decision(both.open, both.addon, np.array([[0, -1], [-1, phase]]), np.full((3, 2), -1))


def test_what_a_plan_has_of_each_demand():
    now, then = dated(0), dated(1)
    assert [attained(INSTANCE, RULES, then, d) for d in demands_of(INSTANCE, RULES)] == [
        3000.0, 3000.0 + 2 * 500.0, 18000.0, 2.0, 2.0, 180.0, 30.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0]  # fmt: skip
    assert attained(INSTANCE, RULES, now, demands_of(INSTANCE, RULES)[-1]) == 1.0
    assert attained(INSTANCE, RULES, replace(now, open_phase=None), demands_of(INSTANCE, RULES)[-1]) == 0.0
    # 1500 in each phase where 1000 and 2000 are; or 3000 in the first
    assert attained(INSTANCE, RULES, now, Demand(K.PHASES, 3000.0)) == 3000.0 + 2 * 2000.0
    carried = replace(RULES, phases=replace(PHASES, carry_over=True))
    assert attained(INSTANCE, carried, then, Demand(K.PHASES, 3000.0)) == 3000.0 + 2 * 500.0
    late = replace(carried, phases=replace(PHASES, budget_cny=np.array([1500.0, 100.0]), carry_over=True))
    assert attained(INSTANCE, late, then, Demand(K.PHASES, 1600.0)) == 1600.0 + 2 * 700.0
    rich = replace(RULES, phases=replace(PHASES, budget_cny=np.array([9e3, 9e3])))
    assert attained(INSTANCE, rich, then, Demand(K.PHASES, 18e3)) == 18e3
    assert per_phase(PHASES).tolist() == [1.0, 1.0]
    assert per_phase(carried.phases).tolist() == [1.0, 2.0]


def test_by_how_much_a_plan_misses():
    found = shortfalls(INSTANCE, RULES, dated(1), demands_of(INSTANCE, RULES))
    assert {(d.kind, d.site, d.type_, d.phase): by for d, by in found.items()} == {
        (K.BUDGET, -1, -1, -1): 2999.5, (K.PHASES, -1, -1, -1): 1000.0, (K.SUBSIDY, -1, -1, -1): 17100.0,
        (K.MAX_OUTLETS, -1, -1, -1): 2.0, (K.LOCK_IN, 0, 1, -1): 1.0, (K.LOCK_OUT, 0, -1, -1): 1.0,
        (K.LOCK_OUT, 1, 1, -1): 1.0, (K.LOCK_IN, 1, 1, 0): 1.0,
    }  # fmt: skip
    for by, told in ((0.9e-6, False), (1.1e-6, True)):
        close = Demand(K.BUDGET, 3000.0 * (1 - by))
        assert bool(shortfalls(INSTANCE, RULES, dated(1), [close])) == told
        few = Demand(K.FLOOR, 30.0 * (1 + by), type_=1)
        assert bool(shortfalls(INSTANCE, RULES, dated(1), [few])) == told


def test_one_cheap_level_is_enough():
    assert feasibility_levels(Rules(levels=("cost", "basic_coverage"))) == ("sites",)
    assert feasibility_levels(Rules(levels=("cost", "farthest_walk", "walking"))) == ("farthest_walk",)


def search(*answers: Answer | None, rules: Rules = RULES, best: Answer | None = None) -> _Search:
    """The answers to "is there a plan?" in their order (None: no time is left from then on)."""
    left = list(answers)
    elastic = SimpleNamespace(instance=INSTANCE, demands=demands_of(INSTANCE, rules), best=lambda *_: best)
    made = _Search(elastic, rules)

    def possible(kept: Any) -> Answer:
        return left.pop(0)

    elastic.possible = possible
    return made


UNKNOWN, NEVER = Answer(Termination.NO_SOLUTION, None), Answer(Termination.INFEASIBLE, None)
YES = Answer(Termination.OPTIMAL, dated(1), 7.0)


def test_answers_that_are_none():
    made = search(YES, NEVER, UNKNOWN, YES)
    assert made._possible([]) is True
    assert made._possible([]) is False
    assert made.complete
    assert made._possible([]) is None
    assert not made.complete
    made.complete, made.deadline = True, -math.inf
    assert made._possible([]) is None
    assert not made.complete
    free = search(UNKNOWN).run()
    assert (free.hopeless, free.complete, free.irreducible, free.conflict) == (False, False, False, ())
    assert search(NEVER).run().hopeless


def test_one_demand_alone():
    rules = Rules(levels=("cost",), budget_cny=1000.0, lock_in_sites=np.array([1]))
    budget, lock = demands_of(INSTANCE, rules)
    bounded = Answer(Termination.OPTIMAL, dated(1), 1500.0)
    assert search(rules=rules, best=bounded)._alone(budget) == Alone(budget, True, 3000.0, 1500.0)
    assert search(rules=rules, best=NEVER)._alone(budget) == Alone(budget, False)
    unknown = search(rules=rules, best=UNKNOWN)
    assert unknown._alone(budget) == Alone(budget, None)
    assert not unknown.complete
    assert search(YES, rules=rules)._alone(lock) == Alone(lock, True, 0.0)
    assert search(NEVER, rules=rules)._alone(lock) == Alone(lock, False, 0.0)
    assert search(UNKNOWN, rules=rules)._alone(lock) == Alone(lock, None, 0.0)
    strict = replace(rules, lock_out_sites=np.array([0]))
    with pytest.raises(VerificationError, match="lock_out is missed by"):
        search(rules=strict, best=bounded)._alone(budget)


@pytest.mark.parametrize(
    ("needed", "bound", "proven"),
    [
        (100.0, 100.0, True),
        (100.0, 100.0 * (1 - 0.9e-6), True),
        (100.0, 100.0 * (1 - 1.1e-6), False),
        (100.0, None, False),
    ],
)
def test_what_is_proven_of_one_demand(needed: float, bound: float | None, proven: bool):
    assert Alone(Demand(K.BUDGET, 5.0), True, needed, bound).proven == proven
    assert Alone(Demand(K.BUDGET, 5.0), False).proven
    assert not Alone(Demand(K.BUDGET, 5.0), None).proven
    assert Alone(Demand(K.LOCK_OUT, site=1), True, 0.0).proven


@pytest.mark.parametrize(
    ("total", "bound", "least"),
    [(0.5, 0.5 - 0.9e-6, True), (0.5, 0.5 - 1.1e-6, False), (40.0, 40 - 39e-6, True), (40.0, 40 - 41e-6, False)],
)
def test_a_total_that_is_the_least(total: float, bound: float, least: bool):
    near = Nearest({}, dated(1), True, total, bound)
    assert near.least == least
    assert not replace(near, fewest=False).least


def test_a_stretch_is_taken_where_it_is_less_and_of_those_that_may_change():
    rules = Rules(levels=("cost",), budget_cny=1000.0, subsidy_cny_year=20e3)
    budget, subsidy = demands_of(INSTANCE, rules)
    dear, cheap = dated(1), plan([(0, 0)])
    asked = []

    def least(loose: Any, most: int, limit: float) -> Answer:
        asked.append((loose, most, limit))
        return said[0]

    made = search(rules=rules)
    made.elastic.least_change = least
    said = [Answer(Termination.OPTIMAL, cheap, 0.25)]
    assert made._stretched([budget], dear, 1) == (cheap, 0.25)
    assert asked == [([budget], 1, 2.0)]  # 3000 for 1000
    assert made._stretched([subsidy], dear, 1)[0] is dear
    assert made._stretched([budget], dear, 0)[0] is dear
    said[0] = Answer(Termination.OPTIMAL, dear, None)
    assert made._stretched([budget], cheap, 1) == (cheap, 0.0)
    said[0] = Answer(Termination.NO_SOLUTION, None, -3.0)
    assert made._stretched([budget], cheap, 1) == (cheap, 0.0)
    made.deadline = -math.inf
    asked.clear()
    assert made._stretched([budget], cheap, 1) == (cheap, 0.0)
    assert (asked, made.complete) == ([], False)


def test_a_question_takes_ten_seconds_and_is_exact(monkeypatch: pytest.MonkeyPatch):
    seen = []

    def elastic(instance: Any, rules: Rules, solver: Any, options: SolveOptions) -> Any:
        seen.append((options.time_limit_s, options.mip_gap, options.seed, solver.name))
        return SimpleNamespace(demands=(), possible=lambda kept: NEVER)

    monkeypatch.setattr(room, "Elastic", elastic)
    relax(INSTANCE, RULES, SolveOptions(time_limit_s=60.0, mip_gap=1e-3, seed=4))
    relax(INSTANCE, RULES, SolveOptions(time_limit_s=3.0, mip_gap=1e-9))
    assert seen == [(10.0, 1e-6, 4, "highs"), (3.0, 1e-9, 0, "highs")]
    monkeypatch.setattr(room, "time", SimpleNamespace(perf_counter=lambda: 1000.0))
    assert search(NEVER).deadline == 1120.0
