"""Several levels in one objective, and the quick end of a solve whose reference has been lost."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from support.hand import hand_instance
from support.instances import random_instance, random_rules
from support.programs import goal

from models import lexicographic
from models.blend import blend
from models.columns import lay_out
from models.completion import complete
from models.instance import Rules, SitingInstance
from models.lexicographic import Reference, solve
from models.objectives import objective
from models.solution import Solution, SolveOptions, Termination

OPTIONS = SolveOptions(mip_gap=1e-9, time_limit_s=20)
NO_ADDONS = hand_instance(addon_eligible=np.zeros((3, 2), dtype=bool))
USUAL = ("missing_types", "basic_coverage", "equity", "public_coverage", "quality_coverage", "cost")


def test_coefficients_by_hand():
    """Each level by its size (value or largest coefficient), a hundredth of the one before, all times 10000."""
    goals = [
        goal("max", [2, 0, -4]),  # 1e4 · 1      / max(8, 4)
        goal("min", [0, 5, 0]),  # 1e4 · -0.01   / max(0, 5)
        goal("max", [0, 0, 0]),  # aims at nothing, but takes its turn
        goal("max", [1, 1, 1]),  # 1e4 · 1e-6    / max(200, 1)
    ]
    mixed = blend(goals, [8.0, 0.0, 0.0, -200.0])
    assert (mixed.sense, mixed.constant) == ("max", 0.0)
    assert mixed.coefficients == pytest.approx([2500 + 5e-5, -100 + 5e-5, -5000 + 5e-5], rel=1e-12)


def test_a_single_level_keeps_its_direction():
    assert blend([goal("min", [3, 0, -1])], [6.0]).coefficients == pytest.approx([-5000, 0, 10_000 / 6], rel=1e-12)
    assert blend([goal("max", [3, 0, -1])], [-6.0]).coefficients == pytest.approx([5000, 0, -10_000 / 6], rel=1e-12)


def told(solution: Solution) -> list[tuple[str, float, float, Termination]]:
    return [(level.name, level.incumbent, level.bound, level.termination) for level in solution.levels]


# T0 alone is asked for: at S0 it covers 150, at S1 80; an outlet costs 1000, a site 500
ONE = Rules(levels=("basic_coverage", "cost", "sites"), max_outlets=1)


def test_the_levels_after_the_loss_have_no_bound():
    free = solve(NO_ADDONS, ONE, OPTIONS)
    assert told(free) == [
        ("basic_coverage", 150.0, 150.0, Termination.OPTIMAL),
        ("cost", 1500.0, 1500.0, Termination.OPTIMAL),
        ("sites", 1.0, 1.0, Termination.OPTIMAL),
    ]
    locked = replace(ONE, lock_out_sites=np.array([0]))
    quick = solve(NO_ADDONS, locked, OPTIONS, reference=Reference(free.levels), blend_after_loss=True)
    assert told(quick) == [
        ("basic_coverage", 80.0, 80.0, Termination.OPTIMAL),
        ("cost", 1500.0, -math.inf, Termination.FEASIBLE),
        ("sites", 1.0, -math.inf, Termination.FEASIBLE),
    ]
    assert quick.termination is Termination.FEASIBLE
    proven = solve(NO_ADDONS, locked, OPTIONS, reference=Reference(free.levels))
    assert {level.termination for level in proven.levels} == {Termination.OPTIMAL}


def test_a_level_to_be_maximised_has_no_bound_either():
    levels = ("basic_coverage", "equity", "missing_types")
    free = solve(NO_ADDONS, replace(ONE, levels=levels), OPTIONS)
    locked = replace(ONE, levels=levels, lock_out_sites=np.array([0]))
    quick = solve(NO_ADDONS, locked, OPTIONS, reference=Reference(free.levels), blend_after_loss=True)
    assert [(level.bound, level.termination) for level in quick.levels[1:]] == [(math.inf, Termination.FEASIBLE)] * 2


@pytest.mark.parametrize("reference", [None, "own"])
def test_without_a_loss_every_level_is_proven(reference: str | None):
    free = solve(NO_ADDONS, ONE, OPTIONS)
    known = Reference(free.levels) if reference else None
    assert told(solve(NO_ADDONS, ONE, OPTIONS, reference=known, blend_after_loss=True)) == told(free)


def test_a_loss_at_the_last_level_leaves_nothing_to_blend():
    """Without S0, 80 is all that can be had, and that is proven as ever."""
    rules = replace(ONE, levels=("basic_coverage",))
    free = solve(NO_ADDONS, rules, OPTIONS)
    locked = replace(rules, lock_out_sites=np.array([0]))
    quick = solve(NO_ADDONS, locked, OPTIONS, reference=Reference(free.levels), blend_after_loss=True)
    assert told(quick) == [("basic_coverage", 80.0, 80.0, Termination.OPTIMAL)]


def test_a_loss_without_any_plan_ends_as_ever():
    free = solve(NO_ADDONS, ONE, OPTIONS)
    locked = replace(ONE, lock_in_sites=np.array([0, 1]))
    quick = solve(NO_ADDONS, locked, OPTIONS, reference=Reference(free.levels), blend_after_loss=True)
    assert (quick.termination, quick.decision, len(quick.levels)) == (Termination.INFEASIBLE, None, 1)


def test_the_quick_solve_is_one_node_at_one_percent(monkeypatch: Any):
    seen: list[tuple[str, SolveOptions]] = []
    usual = lexicographic.backend

    def spied(name: str) -> Any:
        solver = usual(name)
        ask = solver.solve

        def solve_and_note(model: Any, aim: Any, options: Any, **more: Any) -> Any:
            seen.append((aim.name, options))
            return ask(model, aim, options, **more)

        monkeypatch.setattr(solver, "solve", solve_and_note, raising=False)
        return solver

    instance, rules, site = lost(0)
    free = solve(instance, rules, OPTIONS)
    monkeypatch.setattr(lexicographic, "backend", spied)
    locked = replace(rules, lock_out_sites=np.array([site]))
    solve(instance, locked, OPTIONS, reference=Reference(free.levels), blend_after_loss=True)
    assert [options for name, options in seen if name == "blend"] == [replace(OPTIONS, mip_gap=0.01, node_limit=1)]
    assert {options for name, options in seen if name != "blend"} == {OPTIONS}


def circle(seed: int) -> tuple[SitingInstance, Rules]:
    rng = np.random.default_rng([seed, 23])
    instance = random_instance(rng, 20, 6, 4, hosts=1)
    limits = random_rules(rng, instance, USUAL)
    free = np.zeros(0, dtype=np.int64)
    pairs = free.reshape(0, 2)
    return instance, replace(
        limits, lock_in_sites=free, lock_in_pairs=pairs, lock_out_sites=free, lock_out_pairs=pairs, coverage_floor=()
    )


def lost(seed: int) -> tuple[SitingInstance, Rules, int]:
    """A circle with its rules and a site of its plan, to be locked out."""
    instance, rules = circle(seed)
    decision = solve(instance, rules, OPTIONS).decision
    assert decision is not None
    return instance, rules, int(np.flatnonzero(decision.sites_used)[0])


@pytest.mark.parametrize("seed", range(10))
def test_up_to_the_loss_as_ever_and_then_better_within_the_same_sites(seed: int):
    instance, rules, site = lost(seed)
    free = solve(instance, rules, OPTIONS)
    locked = replace(rules, lock_out_sites=np.array([site]))

    def quick(levels: tuple[str, ...]) -> Solution:
        return solve(
            instance,
            replace(locked, levels=levels),
            OPTIONS,
            start=free.decision,
            reference=Reference(free.levels),
            blend_after_loss=True,
        )

    first, again = quick(USUAL), quick(USUAL)
    assert told(first) == told(again)
    assert first.decision is not None
    assert again.decision is not None
    assert np.array_equal(first.decision.open, again.decision.open)
    assert np.array_equal(first.decision.addon, again.decision.addon)

    full = solve(instance, locked, OPTIONS)
    n = next((n for n, (a, b) in enumerate(zip(free.levels, full.levels, strict=True)) if loses(a, b)), len(USUAL))
    assert [(v, e) for _, v, _, e in told(first)[: n + 1]] == [
        (pytest.approx(v, rel=1e-6, abs=1e-6), Termination.OPTIMAL) for _, v, *_ in told(full)[: n + 1]
    ]
    assert {e for *_, e in told(first)[n + 1 :]} <= {Termination.FEASIBLE}
    assert all(math.isinf(bound) for *_, bound, _ in told(first)[n + 1 :])

    # the plan at the loss: what the quick solve started from
    problem = lay_out(instance, locked)
    goals = [objective(level, problem) for level in USUAL[n + 1 :]]
    chain = lexicographic._Chain(problem, OPTIONS, free.decision, Reference(free.levels), None)
    for level in USUAL[: n + 1]:
        assert chain.advance(level)
    before = chain.plan
    assert before is not None
    used = before[problem.offsets["used"]] > 0.5
    assert not np.any(first.decision.sites_used & ~used) or not goals
    if goals:
        mixed = blend(goals, [aim.value(before) for aim in goals])
        assert mixed.value(complete(problem, first.decision)) >= mixed.value(before) - 1e-6


def loses(reference: Any, level: Any) -> bool:
    worse = reference.incumbent - level.incumbent
    return bool((worse if level.sense == "max" else -worse) > 1e-6 * max(1.0, abs(reference.incumbent)))


def test_the_circles_do_lose_levels_and_gain_from_the_blend():
    """Most lose a level before the last; in some the quick solve finds more than the plan at the loss."""
    lossy = better = 0
    for seed in range(10):
        instance, rules, site = lost(seed)
        free = solve(instance, rules, OPTIONS)
        locked = replace(rules, lock_out_sites=np.array([site]))
        chain = lexicographic._Chain(lay_out(instance, locked), OPTIONS, None, Reference(free.levels), None)
        rest = list(USUAL)
        while rest and not chain.lost:
            chain.advance(rest.pop(0))
        if not rest:
            continue
        before = chain.plan
        chain.blend_rest(tuple(rest))
        lossy += 1
        better += not np.array_equal(before, chain.plan)
    assert lossy >= 5
    assert better >= 2
