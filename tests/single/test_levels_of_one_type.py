"""Levels of a model of one type go to the classical problems; what comes back is the model's optimum, or nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import sparse
from support.instances import plain_instance

from models.assemble import assemble
from models.columns import lay_out
from models.instance import Rules, SitingInstance
from models.lexicographic import solve
from models.objectives import objective
from models.single import level
from models.solution import SolveOptions, Termination

EXACT = SolveOptions("large", mip_gap=0.0)


def town(
    seed: int,
    *,
    n_demand: int = 14,
    n_site: int = 7,
    outlet: bool = False,
    reach_m: float = 400.0,
    listed_m: float = 5e3,
) -> Any:
    """Homes and rooms on a square of 1 km; ``outlet``: one stands there already; walks beyond ``listed_m`` are not."""
    rng, n_site = np.random.default_rng(seed), 7
    home, room, there = (rng.uniform(0, 1000, (n, 2)) for n in (n_demand, n_site, 1))
    metres = np.abs(home[:, None, :] - room[None, :, :]).sum(axis=2)
    outlet_m = np.abs(home - there).sum(axis=1) if outlet else np.full(n_demand, np.inf)
    listed = metres <= listed_m
    walk = sparse.csr_array(np.where(listed, metres, 0.0))
    residents = rng.integers(0, 300, n_demand).astype(float)
    return plain_instance(
        (metres <= reach_m)[:, :, None],
        residents=residents,
        segment_residents=residents[:, None],
        covered=(outlet_m <= reach_m)[:, None],
        open_cost_cny=rng.integers(10, 90, (n_site, 1)) * 1000.0,
        site_cost_cny=rng.integers(1, 30, n_site) * 1000.0,
        walk_m=(walk,),
        outlet_walk_m=outlet_m[:, None],
    )


CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "mclp": ({}, {"levels": ("basic_coverage",), "max_sites": 3}),
    "mclp by outlets, one there": ({"outlet": True}, {"levels": ("basic_coverage",), "max_outlets": 2}),
    "mclp by money": ({}, {"levels": ("basic_coverage", "cost"), "budget_cny": 150_000.0}),
    "lscp": ({"reach_m": 800.0}, {"levels": ("sites",), "coverage_floor": ((0, 1.0),)}),
    "lscp by money": ({"reach_m": 800.0}, {"levels": ("cost",), "coverage_floor": ((0, 1.0),)}),
    "median": ({}, {"levels": ("walking",), "max_sites": 3}),
    "median, one there": ({"outlet": True}, {"levels": ("walking",), "max_outlets": 2}),
    "median, short lists": ({"listed_m": 900.0}, {"levels": ("walking",), "max_sites": 3}),
    "center": ({}, {"levels": ("farthest_walk",), "max_sites": 3}),
    "center, then median": ({"outlet": True}, {"levels": ("farthest_walk", "walking"), "max_sites": 2}),
}
ALONE = [name for name in CASES if name not in ("mclp by money", "center, then median")]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_answer_is_that_of_the_model(name: str, seed: int):
    of_town, of_rules = CASES[name]
    instance, rules = town(seed, **of_town), Rules(**of_rules)
    wanted, found = (solve(instance, rules, SolveOptions(solver, mip_gap=0.0)) for solver in ("highs", "large"))
    assert found.termination is wanted.termination
    assert [v.incumbent for v in found.levels] == pytest.approx([v.incumbent for v in wanted.levels], abs=1e-6)
    for one in found.levels:
        assert one.bound == pytest.approx(one.incumbent, rel=1e-9, abs=1.001e-3)


@pytest.mark.parametrize("name", ALONE)
def test_it_is_the_classical_problem_that_answers(name: str):
    answered = 0
    for seed in (1, 2, 3):
        of_town, of_rules = CASES[name]
        problem = lay_out(town(seed, **of_town), Rules(**of_rules))
        model, goal = assemble(problem), objective(of_rules["levels"][0], problem)
        found = level.solve_level(problem, model, goal, EXACT)
        answered += found is not None
        if found is not None and found.values is not None:
            assert model.admits(found.values)
            assert found.objective == pytest.approx(goal.value(found.values))
            assert found.termination is Termination.OPTIMAL
    assert answered == 3


def _two_types() -> SitingInstance:
    return plain_instance(np.ones((3, 2, 2), dtype=bool))


REFUSED: dict[str, tuple[SitingInstance, dict[str, Any]]] = {
    "two types": (_two_types(), {"levels": ("basic_coverage",), "max_sites": 1}),
    "neither number nor money": (town(1), {"levels": ("basic_coverage",)}),
    "a floor of less than all": (town(1), {"levels": ("sites",), "coverage_floor": ((0, 0.9),)}),
    "no floor": (town(1), {"levels": ("cost",), "max_sites": 3}),
    "walks without a number": (town(1), {"levels": ("walking",)}),
    "no site at all": (town(1), {"levels": ("walking",), "max_sites": 0}),
    "another level": (town(1), {"levels": ("equity",), "max_sites": 3}),
    "a choice that money forbids": (town(1), {"levels": ("basic_coverage",), "max_sites": 3, "budget_cny": 120_000.0}),
    "a choice without the locked room": (
        town(1),
        {"levels": ("basic_coverage",), "max_sites": 1, "lock_in_sites": np.array([2])},
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_anything_else_is_left_to_others(name: str):
    instance, of_rules = REFUSED[name]
    rules = Rules(**of_rules)
    problem = lay_out(instance, rules)
    goal = objective(rules.levels[0], problem)
    assert level.solve_level(problem, assemble(problem), goal, EXACT) is None
    wanted, found = (solve(instance, rules, SolveOptions(solver, mip_gap=0.0)) for solver in ("highs", "large"))
    assert found.termination is wanted.termination
    assert [v.incumbent for v in found.levels] == pytest.approx([v.incumbent for v in wanted.levels], nan_ok=True)


def test_a_room_that_is_locked_out_is_not_chosen():
    rules = Rules(levels=("basic_coverage",), max_sites=2, lock_out_sites=np.array([0]))
    problem = lay_out(town(4), rules)
    model, goal = assemble(problem), objective("basic_coverage", problem)
    found = level.solve_level(problem, model, goal, EXACT)
    assert found is not None
    assert found.values is not None
    assert found.values[problem.offsets["used"]][0] == 0.0


def test_nobody_can_reach_the_farthest():
    """Full cover of those in reach is no full cover: the model says that there is none."""
    instance = town(5, n_demand=6)
    lonely = plain_instance(
        np.vstack([instance.reach[0].toarray(), np.zeros((1, instance.n_site), dtype=bool)])[:, :, None],
        residents=np.append(instance.residents, 5.0),
        segment_residents=np.append(instance.segment_residents, [[5.0]], axis=0),
    )
    found = solve(lonely, Rules(levels=("sites",), coverage_floor=((0, 1.0),)), EXACT)
    assert found.termination is Termination.INFEASIBLE


def test_walks_below_a_level_that_is_held_are_left_to_others():
    rules = Rules(levels=("farthest_walk", "walking"), max_sites=2)
    problem = lay_out(town(1), rules)
    model, goal = assemble(problem), objective("walking", problem)
    assert level.solve_level(problem, model, goal, EXACT, held=True) is None
    assert level.solve_level(problem, model, goal, EXACT) is not None


@pytest.mark.parametrize(("least", "taken"), [(0, True), (10**9, False)])
def test_auto_takes_it_from_a_size_on(monkeypatch: pytest.MonkeyPatch, least: int, taken: bool):
    monkeypatch.setattr("models.lexicographic.SINGLE_FROM_ENTRIES", least)
    found = solve(town(1), Rules(levels=("walking",), max_sites=3), SolveOptions("auto", mip_gap=0.0))
    assert found.solver == ("large" if taken else "highs")
