"""Alternatives equal brute force: the furthest of all lawful plans within the tolerance, step by step."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from support.brute import MAXIMISED, lawful_plans
from support.instances import plain_instance, random_instance, random_rules

from models.alternatives import Alternatives, Ended, alternatives
from models.errors import ModelError
from models.instance import Rules, SitingInstance
from models.lexicographic import solve
from models.presolve import addon_candidates, open_candidates
from models.solution import Decision, Solution, SolveOptions, Termination
from models.verify import breaches, level_value

CHAINS = {
    "usual": ("missing_types", "basic_coverage", "equity", "public_coverage", "quality_coverage", "cost"),
    "no saving": ("basic_coverage", "quality_coverage"),
    "sites": ("basic_coverage", "sites"),
    "walking": ("walking", "cost"),
}
TOLERANCES = (0.0, 0.08, 0.4)
SEEDS = range(5)
SOLVERS = ("highs", "cpsat")
COUNT = 4


@cache
def case(chain: str, seed: int) -> tuple[SitingInstance, Rules, tuple[Decision, ...]]:
    """An instance, its rules, and every lawful plan of pairs that can serve a level or a rule."""
    rng = np.random.default_rng([seed, sum(map(ord, chain)), 7])
    levels = CHAINS[chain]
    instance = random_instance(rng, 7, 4, 2, hosts=seed % 2, walking="walking" in levels, conflicts=seed % 3 > 0)
    rules = random_rules(rng, instance, levels)
    opens = open_candidates(instance, rules)
    useful = replace(instance, eligible=opens, addon_eligible=addon_candidates(instance, rules, opens))
    return instance, rules, tuple(lawful_plans(useful, rules))


def options(solver: str = "highs") -> SolveOptions:
    return SolveOptions(solver=solver, mip_gap=1e-9, time_limit_s=20)


@cache
def solved(chain: str, seed: int) -> Solution:
    instance, rules, _ = case(chain, seed)
    return solve(instance, rules, options())


def near(chain: str, seed: int, within: float) -> list[Decision]:
    """All plans within the tolerance."""
    instance, rules, plans = case(chain, seed)
    best = solved(chain, seed)
    assert best.decision is not None
    kept = []
    for plan in plans:
        few = plan.sites_used.sum() <= best.decision.sites_used.sum()
        if not ({"cost", "sites"} & set(rules.levels) or few):
            continue
        if all(good_enough(instance, rules, plan, level, within) for level in best.levels):
            kept.append(plan)
    return kept


def good_enough(instance, rules, plan, level, within: float) -> bool:
    value = level_value(instance, rules, plan, level.name)
    room = within * abs(level.incumbent) + 1e-6 * max(1.0, abs(level.incumbent))
    return value >= level.incumbent - room if level.name in MAXIMISED else value <= level.incumbent + room


def services(plan: Decision) -> np.ndarray:
    carried = plan.addon.copy()
    carried[: len(plan.open)] |= plan.open
    return carried


def apart(a: Decision, b: Decision) -> tuple[int, int]:
    """Sites used by one of the two; services changed where the sites are the same (a hundred where they are not)."""
    sites = int(sum(a.sites_used != b.sites_used))
    return sites, 100 if sites else int((services(a) != services(b)).sum())


def nearest(plan: Decision, known: list[Decision]) -> tuple[int, int]:
    return min(apart(plan, other) for other in known)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("within", TOLERANCES)
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("chain", CHAINS)
def test_each_is_the_furthest_of_all(chain: str, seed: int, within: float, solver: str):
    instance, rules, _ = case(chain, seed)
    best = solved(chain, seed)
    if best.decision is None:
        assert best.termination is Termination.INFEASIBLE
        return
    plans = near(chain, seed, within)
    found = alternatives(instance, rules, best, options(solver), count=COUNT, within=within)
    known = [best.decision]
    assert found.furthest == max(apart(plan, best.decision)[0] for plan in plans)
    for other in found.plans:
        wanted = max(nearest(plan, known) for plan in plans)
        assert nearest(other.decision, known) == wanted
        assert (other.difference, other.services) == (wanted[0], 0 if wanted[0] else wanted[1])
        assert other.proven
        check_lawful(instance, rules, best, other, within)
        check_polish(instance, rules, best, [p for p in plans if nearest(p, known) >= wanted], other)
        known.append(other.decision)
    left = max(nearest(plan, known) for plan in plans)
    assert found.ended is (Ended.COUNT if len(found.plans) == COUNT else Ended.NONE_LEFT)
    assert found.ended is Ended.COUNT or left == (0, 0)


def check_lawful(instance, rules, best, other, within: float) -> None:
    assert breaches(instance, rules, other.decision) == ()
    for level, old in zip(other.levels, best.levels, strict=True):
        assert level.incumbent == pytest.approx(level_value(instance, rules, other.decision, level.name))
        assert good_enough(instance, rules, other.decision, old, within)


def check_polish(instance, rules, best, plans: list[Decision], other) -> None:
    """The best among the furthest, up to the first level that loses against the best plan."""
    for level, old in zip(other.levels, best.levels, strict=True):
        values = [level_value(instance, rules, plan, level.name) for plan in plans]
        wanted = max(values) if level.name in MAXIMISED else min(values)
        assert level.incumbent == pytest.approx(wanted, rel=1e-6, abs=2e-3)
        if wanted != pytest.approx(old.incumbent, rel=1e-9):
            return
        plans = [p for p, value in zip(plans, values, strict=True) if value == pytest.approx(wanted, rel=1e-9)]


def test_the_cases_are_worth_trying():
    """Several plans near the best, other services in the same rooms, and cases with nothing but the best."""
    told: list[Alternatives] = []
    for chain in CHAINS:
        for seed in SEEDS:
            if solved(chain, seed).decision is not None:
                instance, rules, _ = case(chain, seed)
                told += [
                    alternatives(instance, rules, solved(chain, seed), options(), count=COUNT, within=within)
                    for within in TOLERANCES
                ]
    assert sum(len(found.plans) >= 2 for found in told) >= 5
    assert any(other.difference == 0 for found in told for other in found.plans)
    assert any(not found.plans for found in told)


def twins(**changes) -> SitingInstance:
    """Two rooms that reach the same homes at the same price."""
    reach = np.ones((2, 2, 1), dtype=bool)
    return plain_instance(
        reach, residents=np.array([60.0, 40.0]), segment_residents=np.array([[60.0], [40.0]]), **changes
    )


def test_tolerance_0_finds_exact_ties_and_proves_that_there_is_no_third():
    instance, rules = twins(), Rules(levels=("basic_coverage", "cost"))
    best = solve(instance, rules, options())
    found = alternatives(instance, rules, best, options(), count=3, within=0.0)
    (other,) = found.plans
    assert (other.difference, other.bound, found.furthest, found.ended) == (2, 2, 2, Ended.NONE_LEFT)
    assert [level.incumbent for level in other.levels] == [level.incumbent for level in best.levels]
    assert best.decision is not None
    assert not (best.decision.open & other.decision.open).any()


def test_a_level_at_0_has_no_slack():
    """Public coverage is 0 at the best plan: the share of nothing is nothing, whatever the tolerance."""
    instance = twins(site_cost_cny=np.array([500.0, 900.0]))
    rules = Rules(levels=("public_coverage", "cost"))
    best = solve(instance, rules, options())
    assert [level.incumbent for level in best.levels] == [0, 0]
    found = alternatives(instance, rules, best, options(), count=2, within=0.5)
    assert (found.plans, found.ended, found.furthest) == ((), Ended.NONE_LEFT, 0)


def test_a_room_more_is_no_other_plan_where_no_level_counts_rooms():
    instance, rules = twins(), Rules(levels=("basic_coverage",), max_sites=2)
    best = solve(instance, rules, options())
    found = alternatives(instance, rules, best, options(), count=3, within=0.0)
    assert best.decision is not None
    assert all(other.decision.sites_used.sum() <= best.decision.sites_used.sum() for other in found.plans)


def test_it_needs_a_plan_and_a_tolerance():
    instance, rules = twins(), Rules(levels=("cost",))
    best = solve(instance, rules, options())
    with pytest.raises(ModelError):
        alternatives(instance, rules, best, options(), count=1, within=-0.1)
    with pytest.raises(ModelError):
        alternatives(instance, rules, replace(best, decision=None), options(), count=1, within=0.1)
