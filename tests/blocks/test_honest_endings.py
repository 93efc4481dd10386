"""What a solve may say about itself: infeasible, out of time, unproven; and never optimal without a bound."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from support.hand import hand_instance, plan, with_walks
from support.instances import random_instance, random_rules
from support.scripted import answer, scripted, without

from models import lexicographic
from models.errors import ModelError, SolverError, VerificationError
from models.instance import Rules, SitingInstance
from models.lexicographic import Reference, solve
from models.solution import LevelResult, SolveOptions, Termination, relative_gap

OPTIONS = SolveOptions(mip_gap=1e-9, time_limit_s=20)
SOLVERS = ("highs", "cpsat", "cbc")
NO_T1 = np.array([[True, False], [True, False]])


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        # T1 may not be at S1, yet it is locked in there
        ({"eligible": NO_T1}, {"lock_in_pairs": np.array([[1, 1]])}),
        # 20 m2 do not fit 19 m2
        ({"site_area_m2": np.array([30.0, 19.0])}, {"lock_in_pairs": np.array([[1, 1]])}),
        # no place reaches more than everybody of T0 but D2
        ({"eligible": np.array([[True, True], [False, True]])}, {"coverage_floor": ((0, 0.9),)}),
        # two sites must be used, one may
        ({}, {"lock_in_sites": np.array([0, 1]), "max_sites": 1}),
        # locked in and out
        ({}, {"lock_in_sites": np.array([0]), "lock_out_sites": np.array([0])}),
        # 1500 for one outlet, 600 to spend
        ({}, {"lock_in_sites": np.array([0]), "budget_cny": 600.0}),
    ],
    ids=["ineligible lock", "too small", "floor out of reach", "too many locks", "in and out", "no money"],
)
def test_infeasible_is_said_at_the_first_level(changes: Any, rules: Any, solver: str):
    demanded = Rules(levels=("basic_coverage", "cost"), **rules)
    solution = solve(hand_instance(**changes), demanded, replace(OPTIONS, solver=solver))
    assert (solution.termination, solution.decision) == (Termination.INFEASIBLE, None)
    (level,) = solution.levels
    assert (level.name, level.termination) == ("basic_coverage", Termination.INFEASIBLE)
    assert math.isnan(level.incumbent)


@pytest.mark.parametrize("solver", SOLVERS)
def test_nowhere_to_walk_is_infeasible(solver: str):
    rules = Rules(levels=("walking",), lock_out_sites=np.array([1]))
    solution = solve(with_walks(hand_instance()), rules, replace(OPTIONS, solver=solver))
    assert (solution.termination, solution.decision) == (Termination.INFEASIBLE, None)


def large(seed: int = 0) -> tuple[SitingInstance, Rules]:
    rng = np.random.default_rng(seed)
    instance = random_instance(rng, 120, 24, 5, hosts=4)
    return instance, Rules(levels=("basic_coverage", "equity", "cost"), budget_cny=500_000.0, max_sites=5)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("warm", [False, True], ids=["cold", "warm"])
def test_no_time_proves_nothing(solver: str, warm: bool):
    instance, rules = large()
    start = None
    if warm:
        start = solve(instance, replace(rules, levels=("sites",)), OPTIONS).decision
    solution = solve(instance, rules, SolveOptions(solver=solver, time_limit_s=0.0, mip_gap=1e-9), start=start)
    assert solution.termination in (Termination.NO_SOLUTION, Termination.FEASIBLE)
    for level in solution.levels:
        assert_honest(level, 1e-9)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("limit", [0.05, 0.3])
def test_a_short_limit_leaves_an_honest_bound(seed: int, limit: float):
    """Whatever comes out in time: the true optimum of the first level lies between incumbent and bound."""
    instance, rules = large(seed)
    best = best_coverage(seed)
    assert best.termination is Termination.OPTIMAL
    solution = solve(instance, rules, SolveOptions(time_limit_s=limit, mip_gap=1e-6))
    first = solution.levels[0]
    assert first.bound >= best.incumbent - 1e-6
    assert math.isnan(first.incumbent) or first.incumbent <= best.bound + 1e-6
    for level in solution.levels:
        assert_honest(level, 1e-6)


@cache
def best_coverage(seed: int) -> LevelResult:
    instance, rules = large(seed)
    return solve(instance, replace(rules, levels=rules.levels[:1]), OPTIONS).levels[0]


def assert_honest(level: LevelResult, gap: float) -> None:
    if level.termination is Termination.OPTIMAL:
        assert level.mip_gap <= gap + 1e-12
    if level.termination is Termination.FEASIBLE:
        assert level.mip_gap > gap
    if not math.isnan(level.incumbent):
        worse = level.bound < level.incumbent if level.sense == "max" else level.bound > level.incumbent
        assert not worse


@pytest.mark.parametrize(
    ("incumbent", "bound", "gap"),
    [
        (100.0, 110.0, 0.1),
        (110.0, 100.0, 10 / 110),
        (-10.0, -11.0, 0.1),
        (-10.0, 10.0, 2.0),
        (0.0, 0.0, 0.0),
        (0.0, 1.0, math.inf),
        (0.5, 1.0, 1.0),
        (0.0, -1e-10, 0.0),
        (1e9, 1e9 + 1e-10, 0.0),
        (5.0, math.inf, math.inf),
        (-5.0, -math.inf, math.inf),
        (0.0, math.inf, math.inf),
    ],
)
def test_relative_gap(incumbent: float, bound: float, gap: float):
    assert relative_gap(incumbent, bound) == pytest.approx(gap)
    assert LevelResult("cost", "min", incumbent, bound, 0.0, Termination.FEASIBLE).mip_gap == pytest.approx(gap)


@pytest.mark.parametrize("pair", [(math.nan, 1.0), (math.nan, math.inf), (1.0, math.nan)])
def test_an_unknown_gap_closes_nothing(pair: tuple[float, float]):
    assert not relative_gap(*pair) <= 1e9


# outlet columns: 0 S0,T0 (150 residents), 1 S0,T1 (10), 2 S1,T0 (80), 3 S1,T1 (30); both of T0 cover 180
BASIC = Rules(levels=("basic_coverage",))
NO_ADDONS = hand_instance(addon_eligible=np.zeros((3, 2), dtype=bool))


@pytest.mark.parametrize(
    ("bound", "ended", "told"),
    [
        (150.0, Termination.OPTIMAL, 150.0),
        (None, Termination.FEASIBLE, math.inf),
        (math.inf, Termination.FEASIBLE, math.inf),
        (220.0, Termination.FEASIBLE, 220.0),
        # all coverage comes in tens: a bound of 159.9 proves 150
        (159.9, Termination.OPTIMAL, 150.0),
        (160.0, Termination.FEASIBLE, 160.0),
        # a bound below the incumbent is the solver's rounding
        (149.99, Termination.OPTIMAL, 150.0),
    ],
)
def test_optimal_needs_a_bound(bound: float | None, ended: Termination, told: float, monkeypatch: Any):
    scripted(monkeypatch, lexicographic, answer([0], bound))
    solution = solve(NO_ADDONS, BASIC, OPTIONS)
    (level,) = solution.levels
    assert (level.incumbent, level.bound, level.termination, solution.termination) == (150.0, told, ended, ended)


def test_the_gap_asked_for_decides(monkeypatch: Any):
    for gap, ended in ((0.07, Termination.OPTIMAL), (0.06, Termination.FEASIBLE)):
        scripted(monkeypatch, lexicographic, answer([0], 160.0, Termination.FEASIBLE))
        (level,) = solve(NO_ADDONS, BASIC, replace(OPTIONS, mip_gap=gap)).levels
        assert (level.termination, level.bound) == (ended, 160.0)


@pytest.mark.parametrize(
    ("claim", "bound", "told"),
    [
        (Termination.NO_SOLUTION, 200.0, 200.0),
        (Termination.NO_SOLUTION, None, math.inf),
        (Termination.INFEASIBLE, None, math.inf),
    ],
)
def test_no_plan_ends_the_chain(claim: Termination, bound: float | None, told: float, monkeypatch: Any):
    solver = scripted(monkeypatch, lexicographic, without(claim, bound))
    solution = solve(NO_ADDONS, Rules(levels=("basic_coverage", "cost")), OPTIONS)
    assert (solution.termination, solution.decision, len(solution.levels)) == (claim, None, 1)
    assert solution.levels[0].bound == told
    assert len(solver.asked) == 1


@pytest.mark.parametrize("claim", [Termination.NO_SOLUTION, Termination.INFEASIBLE])
def test_a_later_level_without_an_answer_keeps_the_plan(claim: Termination, monkeypatch: Any):
    scripted(monkeypatch, lexicographic, answer([0, 3], 220.0), without(claim), answer([0, 3], 2.0))
    solution = solve(NO_ADDONS, Rules(levels=("basic_coverage", "cost", "sites")), OPTIONS)
    assert solution.decision is not None
    assert np.argwhere(solution.decision.open).tolist() == [[0, 0], [1, 1]]
    basic, cost, sites = solution.levels
    assert (basic.incumbent, basic.termination) == (180.0, Termination.FEASIBLE)
    assert (cost.incumbent, cost.bound, cost.termination) == (3000.0, -math.inf, Termination.FEASIBLE)
    assert (sites.incumbent, sites.termination) == (2.0, Termination.OPTIMAL)
    assert solution.termination is Termination.FEASIBLE


def test_a_worse_answer_does_not_replace_the_plan(monkeypatch: Any):
    solver = scripted(monkeypatch, lexicographic, answer([0, 3], 180.0), answer([0, 1, 2, 3], 2.0))
    solution = solve(NO_ADDONS, Rules(levels=("basic_coverage", "cost")), OPTIONS)
    assert solution.decision is not None
    assert solution.decision.open.sum() == 2
    assert solver.asked[0][1] is None
    assert solver.asked[1][1][[0, 1, 2, 3]].tolist() == [1, 0, 0, 1], "the plan so far is the next start"


def test_an_unlawful_answer_is_never_given_out(monkeypatch: Any):
    scripted(monkeypatch, lexicographic, answer([0, 1, 2, 3], 220.0))
    with pytest.raises(VerificationError, match="max_outlets"):
        solve(NO_ADDONS, replace(BASIC, max_outlets=1), OPTIONS)


def test_a_start_need_not_be_lawful():
    rules = Rules(levels=("basic_coverage", "cost"), max_outlets=1)
    start = plan([(0, 0), (0, 1), (1, 0), (1, 1)], [(2, 1)])
    cold, warm = solve(NO_ADDONS, rules, OPTIONS), solve(NO_ADDONS, rules, OPTIONS, start=start)
    assert [level.incumbent for level in cold.levels] == [level.incumbent for level in warm.levels] == [150.0, 1500.0]


def test_reference_bounds_close_a_level(monkeypatch: Any):
    known = LevelResult("basic_coverage", "max", 150.0, 150.0, 0.0, Termination.OPTIMAL)
    solver = scripted(monkeypatch, lexicographic, answer([0], None))
    (level,) = solve(NO_ADDONS, BASIC, OPTIONS, reference=Reference((known,))).levels
    assert (level.bound, level.termination) == (150.0, Termination.OPTIMAL)
    assert solver.asked[0][2] == 150.0, "the search may stop at what is known to be best"


@pytest.mark.parametrize(
    ("found", "asked"),
    [
        # as good as the reference: the plan so far is as cheap as any, and nobody is asked
        ([0], ["basic_coverage"]),
        # 80 instead of 150 residents: the reference's cost says nothing about plans as poor as this;
        # costs come in 500s, so the solver's bound of 700 is one of 1000
        ([2], ["basic_coverage", "cost"]),
    ],
)
def test_reference_holds_only_while_no_level_has_lost(found: list[int], asked: list[str], monkeypatch: Any):
    known = (
        LevelResult("basic_coverage", "max", 150.0, 150.0, 0.0, Termination.OPTIMAL),
        LevelResult("cost", "min", 1500.0, 1500.0, 0.0, Termination.OPTIMAL),
    )
    bound = 150.0 if found == [0] else 80.0
    solver = scripted(monkeypatch, lexicographic, answer(found, bound), answer(found, 700.0))
    levels = ("basic_coverage", "cost")
    solution = solve(NO_ADDONS, Rules(levels=levels), OPTIONS, reference=Reference(known))
    assert [name for name, *_ in solver.asked] == asked
    assert solution.levels[1].bound == (1500.0 if found == [0] else 1000.0)


def test_an_unproven_reference_is_no_target(monkeypatch: Any):
    known = LevelResult("basic_coverage", "max", 100.0, 170.0, 0.0, Termination.FEASIBLE)
    solver = scripted(monkeypatch, lexicographic, answer([0], 500.0))
    (level,) = solve(NO_ADDONS, BASIC, OPTIONS, reference=Reference((known,))).levels
    assert solver.asked[0][2] is None
    assert (level.incumbent, level.bound, level.termination) == (150.0, 170.0, Termination.FEASIBLE)


@pytest.mark.parametrize("solver", SOLVERS)
def test_progress_names_its_level_and_writes_nothing(solver: str, capfd: pytest.CaptureFixture[str]):
    heard: list[tuple[str, float | None]] = []
    instance, rules = large()
    solve(
        instance,
        replace(rules, levels=("basic_coverage",)),
        SolveOptions(solver=solver, time_limit_s=5.0),
        progress=lambda level, state: heard.append((level, state.incumbent)),
    )
    assert {level for level, _ in heard} == {"basic_coverage"}
    assert any(incumbent for _, incumbent in heard)
    assert capfd.readouterr().out == ""


def test_unknown_levels_and_solvers_are_refused():
    with pytest.raises(ModelError, match="beauty"):
        solve(NO_ADDONS, Rules(levels=("beauty",)), OPTIONS)
    with pytest.raises(SolverError, match="no_such_solver"):
        solve(NO_ADDONS, BASIC, replace(OPTIONS, solver="no_such_solver"))


def test_no_level_no_plan():
    solution = solve(NO_ADDONS, Rules(levels=()), OPTIONS)
    assert (solution.termination, solution.levels, solution.decision) == (Termination.NO_SOLUTION, (), None)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("seed", range(3))
def test_same_seed_same_plan(seed: int, solver: str):
    rng = np.random.default_rng(seed)
    instance = random_instance(rng, 20, 6, 4, hosts=2)
    rules = random_rules(rng, instance, ("missing_types", "basic_coverage", "equity", "cost"))
    options = SolveOptions(solver=solver, mip_gap=1e-9, time_limit_s=20, seed=seed)
    first, again = solve(instance, rules, options), solve(instance, rules, options)
    assert first.termination is again.termination
    assert [(r.incumbent, r.bound) for r in first.levels if r.incumbent == r.incumbent] == [
        (r.incumbent, r.bound) for r in again.levels if r.incumbent == r.incumbent
    ]
    if first.decision is not None:
        assert again.decision is not None
        assert np.array_equal(first.decision.open, again.decision.open)
        assert np.array_equal(first.decision.addon, again.decision.addon)


def test_a_circle_without_sites_or_residents_is_solved():
    instance = hand_instance(eligible=np.zeros((2, 2), dtype=bool), addon_eligible=np.zeros((3, 2), dtype=bool))
    levels = ("missing_types", "basic_coverage", "equity", "public_coverage", "quality_coverage", "cost", "sites")
    solution = solve(instance, Rules(levels=levels), OPTIONS)
    assert solution.termination is Termination.OPTIMAL
    assert [level.incumbent for level in solution.levels] == [0.0] * len(levels)
    assert isinstance(instance.reach[0], sparse.csr_array)


@pytest.mark.parametrize("limit", [0.0, 0.02, 0.03, 0.05, 0.06, 0.08])
def test_a_short_limit_is_no_interrupt(limit: float):
    """CP-SAT ends a little before its limit; that is not Ctrl-C."""
    instance, rules = large()
    solution = solve(instance, rules, SolveOptions(solver="cpsat", time_limit_s=limit))
    assert solution.termination in (Termination.NO_SOLUTION, Termination.FEASIBLE)
