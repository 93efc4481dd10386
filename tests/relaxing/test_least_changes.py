"""What a relaxation says equals brute force over every plan that the standards allow, for two solvers."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np
import pytest
from scipy import sparse
from support.brute import lawful_plans
from support.instances import plain_instance, random_instance

from models.backends import backend
from models.conflict import irreducible, smallest_hitting_set
from models.demands import LOCKS, Demand, DemandKind, attained, changed, demands_of, only, shortfalls
from models.elastic import Elastic
from models.instance import Rules, SitingInstance
from models.lexicographic import solve
from models.relaxation import Relaxation, _Search, relax
from models.solution import Decision, SolveOptions, Termination
from models.verify import breaches

SEEDS = range(22)
SOLVERS = ("highs", "cpsat")
OPTIONS = {solver: SolveOptions(solver=solver, mip_gap=1e-9, time_limit_s=20) for solver in SOLVERS}


@cache
def case(seed: int) -> tuple[SitingInstance, Rules]:
    """Demands that collide as a rule: little money, high floors, locks."""
    rng = np.random.default_rng([seed, 21])
    walking = seed % 5 == 0
    instance = random_instance(rng, 7, 4, 2, walking=walking, addons=seed % 2 > 0, conflicts=seed % 3 > 0)
    floors = tuple((k, float(rng.choice([0.5, 0.8, 1.0]))) for k in range(2) if rng.random() < 0.7)
    pairs = np.argwhere(instance.eligible)
    chosen = pairs[rng.choice(len(pairs), min(2, len(pairs)), replace=False)]
    rules = Rules(
        levels=("basic_coverage", "walking") if walking else ("basic_coverage", "cost"),
        budget_cny=float(rng.integers(10, 120)) * 1000 if rng.random() < 0.8 else None,
        subsidy_cny_year=float(rng.integers(0, 3)) * 10_000 if rng.random() < 0.4 else None,
        max_sites=int(rng.integers(0, 3)) if rng.random() < 0.5 else None,
        max_outlets=int(rng.integers(1, 4)) if rng.random() < 0.4 else None,
        coverage_floor=floors,
        lock_in_sites=rng.integers(0, 4, 1) if rng.random() < 0.4 else np.zeros(0, dtype=np.int64),
        lock_in_pairs=chosen[:1] if rng.random() < 0.4 else np.zeros((0, 2), dtype=np.int64),
        lock_out_sites=rng.integers(0, 4, 1) if rng.random() < 0.4 else np.zeros(0, dtype=np.int64),
        lock_out_pairs=chosen[1:] if rng.random() < 0.4 else np.zeros((0, 2), dtype=np.int64),
    )
    return instance, rules


@cache
def plans(seed: int) -> tuple[Decision, ...]:
    """Every plan that the standards allow."""
    instance, rules = case(seed)
    return tuple(lawful_plans(instance, only(rules, ())))


@cache
def relative(seed: int) -> tuple[dict[Demand, float], ...]:
    """The relative changes that each plan needs."""
    instance, rules = case(seed)
    demands = demands_of(instance, rules)
    missed = [shortfalls(instance, rules, plan, demands) for plan in plans(seed)]
    return tuple({demand: by / demand.scale for demand, by in found.items()} for found in missed)


def infeasible(seed: int) -> bool:
    return all(relative(seed))


@cache
def relaxation(seed: int, solver: str) -> Relaxation:
    return relax(*case(seed), OPTIONS[solver])


@pytest.mark.parametrize(("seed", "solver"), [(n, "highs") for n in SEEDS] + [(n, "cpsat") for n in SEEDS[::2]])
def test_it_equals_brute_force(seed: int, solver: str):
    instance, rules = case(seed)
    if not infeasible(seed):
        assert solve(instance, rules, OPTIONS["highs"]).decision is not None
        return
    assert solve(instance, rules, OPTIONS["highs"]).termination is Termination.INFEASIBLE
    found = relaxation(seed, solver)
    # CP-SAT counts a share in steps of a millionth and then proves no bound on the total of shares.
    assert found.complete or solver == "cpsat"
    assert found.hopeless == (not plans(seed))
    if found.hopeless:
        assert (found.conflict, found.alone, found.nearest) == ((), (), None)
        return
    check_nearest(seed, found, solver)
    check_conflict(seed, found)
    check_alone(seed, found)


def check_nearest(seed: int, found: Relaxation, solver: str) -> None:
    """The fewest demands, and the least total change of so few."""
    nearest = found.nearest
    assert nearest is not None
    fewest = min(map(len, relative(seed)))
    assert (len(nearest.asked), nearest.fewest) == (fewest, True)
    assert nearest.least or solver == "cpsat"
    least = min(sum(change.values()) for change in relative(seed) if len(change) == fewest)
    assert nearest.total == pytest.approx(least, rel=1e-5, abs=1e-5)
    instance, rules = case(seed)
    relaxed = changed(instance, rules, nearest.asked)
    assert breaches(instance, relaxed, nearest.decision) == ()
    assert solve(instance, relaxed, OPTIONS["highs"]).decision is not None


def check_conflict(seed: int, found: Relaxation) -> None:
    """No plan keeps all of the conflict; without any one of its demands some plan does."""
    assert found.irreducible
    for other in found.others:
        assert all(set(other) & set(change) for change in relative(seed))
    conflict = set(found.conflict)
    assert all(conflict & set(change) for change in relative(seed))
    for demand in found.conflict:
        assert any(not (conflict - {demand}) & set(change) for change in relative(seed))


def check_alone(seed: int, found: Relaxation) -> None:
    instance, rules = case(seed)
    assert tuple(answer.demand for answer in found.alone) == found.conflict
    told = {answer.demand: answer for answer in found.alone}
    for demand in found.demands:
        enough = [p for p, change in zip(plans(seed), relative(seed), strict=True) if set(change) <= {demand}]
        if demand not in told:
            assert not enough, "a demand outside the conflict cannot help alone"
            continue
        answer = told[demand]
        assert (answer.helps, answer.proven) == (bool(enough), True)
        if enough and demand.kind not in LOCKS:
            figures = [attained(instance, rules, plan, demand) for plan in enough]
            best = max(figures) if demand.kind is DemandKind.FLOOR else min(figures)
            assert answer.needed == pytest.approx(best)
            assert answer.bound == pytest.approx(best, rel=1e-5, abs=1e-3)


def test_the_cases_are_worth_trying():
    """Many collide, some in several places; nearly every kind of demand is in a conflict or gives way."""
    told = [relaxation(seed, "highs") for seed in SEEDS if infeasible(seed)]
    nearest = [found.nearest for found in told if found.nearest is not None]
    assert len(told) >= 15
    assert max(len(near.asked) for near in nearest) >= 2
    assert {demand.kind for near in nearest for demand in near.asked} >= {DemandKind.BUDGET, DemandKind.FLOOR}
    named = {d.kind for found in told for d in found.conflict} | {d.kind for near in nearest for d in near.asked}
    assert len(named) >= 6
    assert any(answer.helps is False for found in told for answer in found.alone)


def test_an_outlet_out_of_budget_and_a_lock_collide():
    """Two rooms, 1500 元 each; the lock alone costs more than there is, and so does the floor."""
    reach = np.eye(2, dtype=bool)[:, :, None]
    instance = plain_instance(reach)
    rules = Rules(
        levels=("cost",), budget_cny=1000.0, max_sites=2, lock_in_sites=np.array([1]), coverage_floor=((0, 0.5),)
    )
    found = relax(instance, rules, OPTIONS["highs"])
    budget = Demand(DemandKind.BUDGET, 1000.0)
    assert budget in found.conflict
    assert len(found.conflict) == 2
    (alone,) = [answer for answer in found.alone if answer.demand == budget]
    assert (alone.helps, alone.needed, alone.proven) == (True, 1500.0, True)
    assert found.nearest is not None
    assert (found.nearest.asked, found.nearest.total) == ({budget: 1500.0}, 0.5)


def test_homes_that_no_place_can_serve_are_beyond_help():
    """A walking level asks that everybody is served; no demand stands in the way, so none can be given up."""
    instance = plain_instance(
        np.zeros((2, 1, 1), dtype=bool),
        walk_m=(sparse.csr_array(np.array([[100.0], [0.0]])),),
        outlet_walk_m=np.full((2, 1), np.inf),
    )
    rules = Rules(levels=("walking",), budget_cny=1000.0)
    found = relax(instance, rules, OPTIONS["highs"])
    assert (found.hopeless, found.conflict, found.alone, found.nearest) == (True, (), (), None)


def test_who_has_no_time_left_claims_nothing(monkeypatch):
    monkeypatch.setattr("models.relaxation.ALL_S", -1.0)
    rules = Rules(levels=("cost",), budget_cny=1000.0, lock_in_sites=np.array([1]))
    found = relax(plain_instance(np.eye(2, dtype=bool)[:, :, None]), rules, OPTIONS["highs"])
    assert not found.complete
    assert (found.hopeless, found.conflict, found.alone, found.nearest) == (False, (), (), None)


def test_a_demand_that_there_is_no_time_for_is_left_open():
    rules = Rules(levels=("cost",), budget_cny=1000.0, lock_in_sites=np.array([1]))
    elastic = Elastic(plain_instance(np.eye(2, dtype=bool)[:, :, None]), rules, backend("highs"), OPTIONS["highs"])
    for demand in elastic.demands:
        search = _Search(elastic, rules)
        search.deadline = -1.0
        answer = search._alone(demand)
        assert (answer.demand, answer.helps, search.complete) == (demand, None, False)
        assert not answer.proven


def test_a_conflict_that_was_not_answered_is_not_called_irreducible():
    answers = {"bc": None, "ac": False, "a": True}
    assert irreducible("abc", lambda rest: answers["".join(rest)]) == (("a", "c"), False)
    assert irreducible("ac", lambda rest: True) == (("a", "c"), True)


@pytest.mark.parametrize("seed", range(6))
def test_smallest_hitting_sets(seed: int):
    rng = np.random.default_rng(seed)
    sets = [frozenset(rng.choice(8, rng.integers(1, 4), replace=False).tolist()) for _ in range(5)]
    found = smallest_hitting_set(sets, range(8))
    assert all(s.intersection(found) for s in sets)
    fewer = combinations(range(8), len(found) - 1)
    assert not any(all(s.intersection(some) for s in sets) for some in fewer)


def test_many_conflicts_do_not_take_for_ever():
    """Twelve conflicts of five demands that share nothing: twelve demands, and no search through 5^12 choices."""
    sets = [frozenset(range(5 * n, 5 * n + 5)) for n in range(12)]
    assert smallest_hitting_set(sets, range(60)) == tuple(range(0, 60, 5))
