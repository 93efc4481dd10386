"""The two easy solves of a plan by years: what each is asked, and which plan is the start."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from support.hand import hand_instance, plan

from models.head_start import head_start
from models.instance import Phases, Rules
from models.solution import Decision, SolveOptions

INSTANCE = hand_instance(addon_eligible=np.zeros((3, 2), dtype=bool))
LEVELS = ("missing_types", "basic_coverage", "equity", "cost")


def by_years(levels: tuple[str, ...] = LEVELS, available: tuple[int, int] = (0, 0), **more: Any) -> Rules:
    phases = Phases(np.array([5000.0, 4000.0]), np.array([1.0, 0.5]), np.array(available, dtype=np.int64))
    return Rules(levels=levels, phases=phases, **more)


class Solver:
    """Two answers, and what was asked for them."""

    def __init__(self, *plans: Decision | None) -> None:
        self.plans, self.asked = list(plans), []

    def __call__(self, instance: Any, rules: Rules, options: SolveOptions, start: Decision | None) -> Any:
        self.asked.append(SimpleNamespace(rules=rules, options=options, start=start))
        return SimpleNamespace(decision=self.plans.pop(0))


def timed(decision: Decision, phase: int) -> Decision:
    phases = np.where(decision.open, phase, -1)
    return Decision(decision.open, decision.addon, phases, np.full(decision.addon.shape, -1))


@pytest.mark.parametrize(("limit_s", "given_s"), [(60.0, 15.0), (20.0, 10.0), (8.0, 8.0)])
@pytest.mark.parametrize(("gap", "given"), [(1e-4, 1e-3), (0.05, 0.05)])
def test_both_solves_are_quick(limit_s: float, given_s: float, gap: float, given: float):
    solver = Solver(plan([(0, 0)]), None)
    head_start(INSTANCE, by_years(), SolveOptions(time_limit_s=limit_s, mip_gap=gap, seed=3), None, solver)
    for call in solver.asked:
        assert call.options == SolveOptions(time_limit_s=given_s, mip_gap=given, seed=3, node_limit=100)


def test_what_to_build_in_the_end_and_then_when():
    locks = {"lock_in_pairs": np.array([[0, 0]]), "lock_in_phases": np.array([[1, 1, 0]]),
             "lock_out_sites": np.array([0])}  # fmt: skip
    rules = by_years(available=(0, 2), budget_cny=100.0, **locks)
    end = plan([(0, 0), (1, 1)])
    solver = Solver(end, None)
    head_start(INSTANCE, rules, SolveOptions(), None, solver)
    first, second = solver.asked
    assert first.start is None
    assert first.rules.levels == second.rules.levels == ("missing_types", "basic_coverage")
    assert first.rules.phases is None
    assert first.rules.budget_cny == rules.capital_cny
    assert first.rules.lock_in_pairs.tolist() == [[0, 0], [1, 1]]
    assert first.rules.lock_in_phases.tolist() == []
    assert first.rules.lock_out_sites.tolist() == [0, 1]
    assert second.rules.phases is rules.phases
    assert second.rules.lock_out_pairs.tolist() == [[0, 1], [1, 0]]
    assert second.rules.lock_out_sites.tolist() == [0]
    assert second.start.open.tolist() == end.open.tolist()
    assert second.start.open_phase is not None
    for levels, asked in ((("cost", "sites"), ("cost",)), (("cost", "basic_coverage"), ("basic_coverage",))):
        solver = Solver(None)
        head_start(INSTANCE, by_years(levels), SolveOptions(), None, solver)
        assert solver.asked[0].rules.levels == asked


def test_the_better_lawful_plan_is_the_start():
    rules = by_years(("basic_coverage", "cost"))
    good, poor = timed(plan([(0, 0)]), 0), timed(plan([(1, 0)]), 0)
    late, dear = timed(plan([(0, 0)]), 1), timed(plan([(0, 0), (0, 1), (1, 0), (1, 1)]), 0)
    for start, found, better in (
        (None, good, good), (poor, good, good), (good, poor, good), (good, None, good), (late, good, good),
        (good, late, good), (dear, poor, poor), (None, None, None), (dear, None, dear),
    ):  # fmt: skip
        solver = Solver(plan([(0, 0)]), found)
        assert head_start(INSTANCE, rules, SolveOptions(), start, solver) is better
    assert head_start(INSTANCE, rules, SolveOptions(), poor, Solver(None)) is poor
    cheap = by_years(("cost", "basic_coverage"))
    nothing = timed(plan([]), 0)
    assert head_start(INSTANCE, cheap, SolveOptions(), good, Solver(plan([]), nothing)) is nothing
