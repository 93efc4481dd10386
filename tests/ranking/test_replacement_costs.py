"""Replacement costs equal enumeration: lock the site out (or in), try every plan, compare level by level."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from ranking.ranking_towns import OPTIONS, islands, random_town, solved
from support.brute import MAXIMISED, lawful_plans

from models.lexicographic import solve
from models.solution import Decision
from models.verify import level_value
from siting import ranking
from siting.formulation import Built
from siting.ranking import force_sites, promising_sites, rank_sites

CASES = {
    "covering": (("basic_coverage", "cost"), ("limits.max_sites=2",)),
    "budget": (("missing_types", "basic_coverage", "cost"), ("budget.capital_cny=150000",)),
    "floor": (("cost",), ("coverage_floor.pharmacy=0.7", "coverage_floor.laundry=0.4")),
    "sites": (("sites", "basic_coverage", "cost"), ("coverage_floor.pharmacy=0.8",)),
}
SEEDS = (1, 2, 3)


class Enumerated:
    """A town's plan and every lawful plan with its level values, larger = better."""

    def __init__(self, built: Built) -> None:
        self.built, self.solution = built, solved(built)
        assert self.solution.decision is not None
        self.decision: Decision = self.solution.decision
        self.plans = lawful_plans(built.instance, built.rules)
        self.worth = [self.values(plan) for plan in self.plans]

    def values(self, plan: Decision) -> tuple[float, ...]:
        i, rules = self.built.instance, self.built.rules
        return tuple((1 if n in MAXIMISED else -1) * level_value(i, rules, plan, n) for n in rules.levels)

    def losses(self, j: int, used: bool) -> list[float] | None:
        """Loss of each level where site j must (not) be used; None where no plan is left."""
        left = [w for plan, w in zip(self.plans, self.worth, strict=True) if plan.sites_used[j] == used]
        if not left:
            return None
        # whole metres, residents and 元: no ties within a tolerance
        return [a - b for a, b in zip(self.values(self.decision), max(left), strict=True)]

    def somebody_does(self, sites: set[str], losses: list[float]) -> bool:
        """Some lawful plan uses just these sites and has just these losses."""
        wanted = [a - loss for a, loss in zip(self.values(self.decision), losses, strict=True)]
        return any(
            self.names(plan) == sites and list(worth) == pytest.approx(wanted, abs=1e-4)
            for plan, worth in zip(self.plans, self.worth, strict=True)
        )

    def names(self, plan: Decision) -> set[str]:
        return {self.built.instance.site_ids[j] for j in np.flatnonzero(plan.sites_used)}

    def check(self, losses: dict[str, float], wanted: list[float]) -> None:
        """Equal up to the level that decides; the levels after it are of a plan that is not better."""
        assert tuple(losses) == self.built.rules.levels
        told = list(losses.values())
        decisive = next((n for n, loss in enumerate(wanted) if abs(loss) > 1e-4), len(wanted) - 1)
        assert told[: decisive + 1] == pytest.approx(wanted[: decisive + 1], abs=1e-4)
        assert [round(x, 4) for x in told] >= [round(x, 4) for x in wanted]


@pytest.fixture(scope="module", params=[(name, seed) for name in CASES for seed in SEEDS], ids=str)
def town(request, tmp_path_factory) -> Enumerated:
    name, seed = request.param
    levels, sets = CASES[name]
    return Enumerated(random_town(seed).build(tmp_path_factory.mktemp("town") / "T1", levels, *sets))


def test_the_plan_is_the_best_of_all(town):
    assert town.values(town.decision) == pytest.approx(max(town.worth), abs=1e-4)


def test_replacement_cost_of_every_chosen_site(town):
    ids = town.built.instance.site_ids
    ranks = rank_sites(town.built, town.solution, OPTIONS)
    chosen = town.names(town.decision)
    assert {rank.site_id for rank in ranks} == chosen
    assert [rank.rank for rank in ranks] == list(range(1, len(ranks) + 1))
    for rank in ranks:
        wanted = town.losses(ids.index(rank.site_id), used=False)
        assert rank.feasible == (wanted is not None)
        assert rank.proven
        if wanted is None:
            assert (dict(rank.losses), rank.steps_in, rank.steps_out) == ({}, (), ())
            continue
        town.check(dict(rank.losses), wanted)
        assert not chosen & set(rank.steps_in)
        substitute = chosen - {rank.site_id} - set(rank.steps_out) | set(rank.steps_in)
        assert town.somebody_does(substitute, list(rank.losses.values()))


def test_order_is_lexicographic(town):
    ranks = rank_sites(town.built, town.solution, OPTIONS)
    keys = [(rank.feasible, [-round(loss, 6) for loss in rank.losses.values()], rank.cost_cny) for rank in ranks]
    assert keys == sorted(keys)
    assert rank_sites(town.built, town.solution, OPTIONS) == ranks


def test_loss_of_every_forced_site(town):
    ids = town.built.instance.site_ids
    forced = force_sites(town.built, town.solution, OPTIONS, n_best=99)
    chosen = town.names(town.decision)
    assert {site.site_id for site in forced} == set(ids) - chosen
    for site in forced:
        wanted = town.losses(ids.index(site.site_id), used=True)
        assert site.feasible == (wanted is not None)
        assert site.proven
        if wanted is not None:
            town.check(dict(site.losses), wanted)
            assert site.type_ids
            assert set(site.steps_out) <= chosen
    keys = [(not site.feasible, list(site.losses.values())) for site in forced]
    assert keys == sorted(keys)


def test_cases_are_worth_trying(tmp_path):
    """Some sites have no substitute, some lose in the first level, some only in a later one."""
    told = []
    for name, (levels, sets) in CASES.items():
        for seed in SEEDS:
            built = random_town(seed).build(tmp_path / f"{name}{seed}", levels, *sets)
            told += rank_sites(built, solved(built), OPTIONS)
    first = [next(iter(rank.losses.values())) > 0 for rank in told if len(rank.losses) > 1]
    assert any(first)
    assert not all(first)
    assert not all(rank.feasible for rank in told)


def test_ties_go_to_the_cheaper_site_then_by_id(tmp_path):
    built = islands([30_000, 10_000, 10_000]).build(tmp_path / "T1", ("basic_coverage",))
    ranks = rank_sites(built, solved(built), OPTIONS)
    assert [(r.site_id, r.cost_cny, dict(r.losses)) for r in ranks] == [
        ("S1", 15_000.0, {"basic_coverage": 100.0}),
        ("S2", 15_000.0, {"basic_coverage": 100.0}),
        ("S0", 35_000.0, {"basic_coverage": 100.0}),
    ]


def test_a_site_without_which_no_plan_is_left_comes_first(tmp_path):
    town = islands([10_000, 20_000])
    town.metres[1] = 100
    built = town.build(tmp_path / "T1", ("basic_coverage", "cost"), "coverage_floor.pharmacy=0.6")
    assert built.instance.site_ids == ("S0", "S1")
    ranks = rank_sites(built, solved(built), OPTIONS)
    assert [(r.site_id, r.feasible, r.proven, dict(r.losses)) for r in ranks] == [("S0", False, True, {})]


def test_the_own_lock_of_a_site_is_lifted_to_price_it(tmp_path):
    built = islands([10_000, 20_000]).build(tmp_path / "T1", ("basic_coverage", "cost"), 'lock.in=["S0","S1:pharmacy"]')
    ranks = rank_sites(built, solved(built), OPTIONS)
    assert [(r.site_id, r.feasible, r.losses["basic_coverage"]) for r in ranks] == [
        ("S0", True, 100),
        ("S1", True, 100),
    ]


def test_a_site_that_is_locked_out_is_not_forced(tmp_path):
    built = islands([1000, 2000, 3000]).build(
        tmp_path / "T1", ("basic_coverage", "cost"), "limits.max_sites=1", 'lock.out=["S1"]'
    )
    solution = solved(built)
    assert solution.decision is not None
    assert promising_sites(built, solution.decision).tolist() == [2]
    forced = force_sites(built, solution, OPTIONS)
    assert [(f.site_id, dict(f.losses), f.steps_out) for f in forced] == [
        ("S2", {"basic_coverage": 0.0, "cost": 2000.0}, ("S0",))
    ]


@pytest.mark.parametrize(("limit_s", "trial_s"), [(4.0, 4.0), (60.0, 10.0), (600.0, 100.0)])
def test_a_trial_gets_a_sixth_of_the_limit(limit_s, trial_s, tmp_path, monkeypatch):
    levels, sets = CASES["covering"]
    built = random_town(1).build(tmp_path, levels, *sets)
    best, asked = solved(built), []

    def noted(instance, rules, options, **more):
        asked.append(options.time_limit_s)
        return solve(instance, rules, options, **more)

    monkeypatch.setattr(ranking, "solve", noted)
    assert rank_sites(built, best, replace(OPTIONS, time_limit_s=limit_s))
    assert set(asked) == {trial_s}
