"""The greedy schedule and the head start: lawful where they can be, deterministic, and never the last word."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.hand import hand_instance, plan
from support.yearly import lawful_yearly_plans, yearly_case

from models.assemble import assemble
from models.columns import lay_out
from models.completion import complete, decision_of
from models.instance import Phases, Rules
from models.lexicographic import solve
from models.schedule import scheduled
from models.solution import SolveOptions, Termination
from models.verify import breaches

LEVELS = ("missing_types", "basic_coverage")


def test_greedy_by_hand():
    """1800 元: T1 at H0 first (a missing outlet for 300), then T0 at S0 (another for 1500); T0 at S1 is free later."""
    rules = Rules(LEVELS, phases=Phases(np.array([1800.0, 9000.0]), np.array([1.0, 0.9]), np.array([0, 1])))
    made = scheduled(hand_instance(), rules, plan([(0, 0), (0, 1), (1, 0)], [(2, 1)]))
    assert made.open_phase.tolist() == [[0, 1], [1, -1]]
    assert made.addon_phase.tolist() == [[-1, -1], [-1, -1], [-1, 0]]


def test_greedy_keeps_money_back_for_what_is_committed():
    """2400 in all, 1500 committed to the second phase: nothing else can be paid for before it."""
    phases = Phases(np.array([1500.0, 900.0]), np.array([1.0, 0.9]), np.array([0, 0]))
    rules = Rules(LEVELS, phases=phases, lock_in_phases=np.array([[1, 0, 1]]))
    made = scheduled(hand_instance(), rules, plan([(0, 0), (1, 0)]))
    assert made.open_phase.tolist() == [[1, -1], [1, -1]]


def test_a_schedule_that_is_there_stays():
    rules = Rules(LEVELS, phases=Phases(np.array([1e6, 1e6]), np.array([1.0, 0.9]), np.array([0, 0])))
    given = replace(plan([(0, 0)]), open_phase=np.array([[1, -1], [-1, -1]]), addon_phase=np.full((3, 2), -1))
    assert scheduled(hand_instance(), rules, given) is given
    assert scheduled(hand_instance(), replace(rules, phases=None), plan([(0, 0)])).open_phase is None


@pytest.mark.parametrize("seed", [3, 4, 11, 15, 17, 27, 32])
def test_every_lawful_plan_is_a_point_of_the_model_and_back(seed: int):
    """Completion keeps every row, and the point stands for the same plan in the same years."""
    instance, rules = yearly_case(seed, 2)
    problem = lay_out(instance, rules)
    model = assemble(problem)
    opens, addons = problem.open_column() >= 0, problem.addon_column() >= 0
    tried = 0
    for decision in lawful_yearly_plans(instance, rules)[::7]:
        if np.any(decision.open & ~opens) or np.any(decision.addon & ~addons):
            continue
        values = complete(problem, decision)
        assert model.admits(values)
        back = decision_of(problem, values)
        for name in ("open", "addon", "open_phase", "addon_phase"):
            assert np.array_equal(getattr(back, name), getattr(decision, name)), name
        tried += 1
    assert tried


def test_admits_sees_what_is_broken():
    instance, rules = yearly_case(4, 2)
    problem = lay_out(instance, rules)
    model = assemble(problem)
    lawful = np.zeros(problem.n_col)
    assert model.admits(lawful)
    for block in ("early_open", "open"):
        broken = lawful.copy()
        broken[problem.column(block)[0]] = 1.0
        assert not model.admits(broken), block
    beyond = lawful.copy()
    beyond[problem.column("used")[0]] = 1.5
    assert not model.admits(beyond)


def test_a_run_stopped_at_once_still_has_the_head_starts_plan():
    """No time for the years themselves: the plan is what two easy solves found, lawful and not called optimal."""
    for seed in (4, 17, 32):
        instance, rules = yearly_case(seed, 2)
        stopped = solve(instance, rules, SolveOptions(time_limit_s=0.2, node_limit=0))
        whole = solve(instance, rules, SolveOptions(mip_gap=1e-9))
        assert stopped.decision is not None
        assert breaches(instance, rules, stopped.decision) == ()
        assert whole.termination is Termination.OPTIMAL
        assert stopped.levels[0].incumbent <= whole.levels[0].incumbent + 1e-9
        assert stopped.levels[0].bound >= whole.levels[0].incumbent - 1e-6
