"""Presolve and merging change no optimum: every chain is solved as it is, without presolve, and without merging."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from golden import hand_problem
from scipy import sparse
from support.hand import hand_instance, with_walks
from support.instances import plain_instance, random_instance, random_rules

from models import columns as columns_module
from models import lexicographic, presolve
from models.columns import lay_out
from models.instance import BoolArray, IntArray, Phases, Rules, SitingInstance, Tier
from models.lexicographic import solve
from models.presolve import addon_candidates, catchment, coverage_groups, coverage_types, open_candidates
from models.solution import SolveOptions

CHAINS = (
    ("missing_types", "basic_coverage", "equity", "public_coverage", "quality_coverage", "cost"),
    ("quality_coverage", "sites"),
    ("cost", "missing_types"),
    ("walking", "cost"),
    ("farthest_walk", "sites"),
)
SEEDS = range(5)


def circle(seed: int, levels: tuple[str, ...]) -> tuple[SitingInstance, Rules]:
    rng = np.random.default_rng([seed, len(levels), len(levels[0])])
    instance = random_instance(rng, 14, 5, 4, hosts=2, walking="walk" in "".join(levels))
    if instance.walk_m:
        instance = replace(instance, outlet_walk_m=np.minimum(instance.outlet_walk_m, 3000.0))
    return instance, random_rules(rng, instance, levels)


def everything(instance: SitingInstance, rules: Rules) -> BoolArray:
    """[j,k]: what the site rules and the locks leave, whether it fits or helps or not."""
    keep = instance.eligible.copy()
    keep[rules.lock_out_sites] = False
    keep[rules.lock_out_pairs[:, 0], rules.lock_out_pairs[:, 1]] = False
    return keep


def outcome(instance: SitingInstance, rules: Rules) -> tuple[str, list[float]]:
    solution = solve(instance, rules, SolveOptions(mip_gap=1e-9, time_limit_s=20))
    if solution.decision is None:
        return solution.termination, []
    return solution.termination, [level.incumbent for level in solution.levels]


def all_apart(table: Any) -> IntArray:
    return np.arange(table.shape[0], dtype=np.int64)


@pytest.mark.parametrize("levels", CHAINS, ids=lambda levels: levels[0])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_optimum_changes(seed: int, levels: tuple[str, ...], monkeypatch: pytest.MonkeyPatch):
    instance, rules = circle(seed, levels)
    ended, values = outcome(instance, rules)
    with monkeypatch.context() as patch:
        patch.setattr(lexicographic, "lay_out", lambda i, r: lay_out(i, r, opens=everything(i, r)))
        plain = outcome(instance, rules)
    with monkeypatch.context() as patch:
        patch.setattr(presolve, "identical_rows", all_apart)
        patch.setattr(columns_module, "identical_vectors", lambda table: (all_apart(table), all_apart(table)))
        apart = outcome(instance, rules)
    assert plain == (ended, pytest.approx(values, rel=1e-8, abs=1e-6))
    assert apart == (ended, pytest.approx(values, rel=1e-8, abs=1e-6))


def test_presolve_and_merging_have_work_to_do():
    """Else the test above would compare a model with itself."""
    dropped, merged, solved = 0, 0, 0
    for levels in CHAINS:
        for seed in SEEDS:
            instance, rules = circle(seed, levels)
            problem = lay_out(instance, rules)
            dropped += int(everything(instance, rules).sum()) - len(problem.open_site)
            merged += int((problem.groups.of >= 0).sum()) - problem.groups.n
            solved += bool(outcome(instance, rules)[1])
    assert dropped > 20
    assert merged > 20
    assert solved > len(CHAINS) * len(SEEDS) / 2


@pytest.mark.parametrize("seed", range(20))
def test_residents_of_the_groups_add_up(seed: int):
    rng = np.random.default_rng(seed)
    instance = random_instance(rng, 30, 4, 4, hosts=2)
    rules = random_rules(rng, instance, ("basic_coverage", "public_coverage", "quality_coverage", "equity"))
    problem = lay_out(instance, rules)
    groups = problem.groups
    carries = np.zeros((instance.n_place, instance.n_type), dtype=bool)
    carries[problem.open_site, problem.open_type] = True
    carries[problem.addon_place, problem.addon_type] = True
    wanted = coverage_types(instance, rules)
    total = np.zeros(groups.n)
    seen: dict[tuple[int, bytes], int] = {}
    for i in range(instance.n_demand):
        for k in range(instance.n_type):
            places = instance.reach[k].toarray()[i] & carries[:, k]
            if instance.covered[i, k] or not wanted[k] or not places.any():
                assert groups.of[i, k] == -1
                continue
            g = int(groups.of[i, k])
            assert groups.type_[g] == k
            assert np.array_equal(groups.reach.toarray()[g], places)
            assert seen.setdefault((k, places.tobytes()), g) == g
            total[g] += instance.segment_residents[i, k]
    assert len(seen) == groups.n
    assert groups.residents == pytest.approx(total)


def test_coverage_matters_to_levels_and_floors():
    tier = np.array([Tier.BASIC, Tier.QUALITY], dtype=np.int64)
    instance = hand_instance(tier=tier)

    def types(levels: tuple[str, ...], **rules: Any) -> list[bool]:
        return coverage_types(instance, Rules(levels=levels, **rules)).tolist()

    assert types(("missing_types", "cost")) == [False, False]
    assert types(("basic_coverage",)) == [True, False]
    assert types(("equity",)) == [True, False]
    assert types(("quality_coverage",)) == [False, True]
    assert types((), coverage_floor=((1, 0.5),)) == [False, True]
    weightless = replace(instance, coverage_weight=np.zeros(2))
    assert coverage_types(weightless, Rules(levels=("basic_coverage",))).tolist() == [False, False]
    assert coverage_types(weightless, Rules(levels=("equity",))).tolist() == [True, False]


def test_own_catchment_by_hand():
    # T0: S0 100/1 + 50/2, S1 50/2 + 30/3; T1: S0 10, S1 30/2
    rivals = np.array([[0, 0], [1, 0], [2, 1]])
    assert catchment(hand_instance(rivals=rivals)).tolist() == [[125.0, 10.0], [35.0, 15.0]]


ALL = [[True, True], [True, True]]
NO_HOSTS = np.zeros((2, 2), dtype=bool)


@pytest.mark.parametrize(
    ("changes", "rules", "kept"),
    [
        ({}, {}, ALL),
        ({"eligible": np.array([[True, False], [True, True]])}, {}, [[True, False], [True, True]]),
        ({}, {"lock_out_sites": np.array([1])}, [[True, True], [False, False]]),
        ({}, {"lock_out_pairs": np.array([[1, 0]])}, [[True, True], [False, True]]),
        # T1 needs 20 m2: 20 fit, 19.9 do not
        ({"site_area_m2": np.array([20.0, 19.9])}, {}, [[True, True], [True, False]]),
        # 1000 and the site's 500, once: 1500 will do, 1499 will not
        ({}, {"budget_cny": 1500.0}, ALL),
        ({}, {"budget_cny": 1499.0}, [[False, False], [False, False]]),
        # own catchments of T1: 10 at S0, 30 at S1
        ({"min_catchment": np.array([0.0, 30.0])}, {}, [[True, False], [True, True]]),
        ({"min_catchment": np.array([0.0, 31.0])}, {}, [[True, False], [True, False]]),
        # T1 covers nobody new at S0 where D0 has it already; T0 covers somebody everywhere
        ({"covered": np.array([[False, True], [False, False], [False, False]])}, {}, [[True, False], [True, True]]),
    ],
)
def test_pairs_that_get_a_variable(changes: Any, rules: Any, kept: list[list[bool]]):
    instance = hand_instance(hosts=NO_HOSTS, **changes)
    assert open_candidates(instance, Rules(levels=("basic_coverage",), **rules)).tolist() == kept


def test_a_useless_type_is_kept_where_it_may_host_or_is_locked_in():
    useless = hand_instance(covered=np.array([[True, False]] * 3))
    rules = Rules(levels=("basic_coverage",))
    # T0 hosts T1, so it stays; without hosts it goes, but for the pair and the site locked in
    assert open_candidates(useless, rules)[:, 0].tolist() == [True, True]
    alone = replace(useless, hosts=NO_HOSTS)
    assert open_candidates(alone, rules)[:, 0].tolist() == [False, False]
    locked = replace(rules, lock_in_pairs=np.array([[1, 0]]))
    assert open_candidates(alone, locked)[:, 0].tolist() == [False, True]
    locked = replace(rules, lock_in_sites=np.array([0]))
    assert open_candidates(alone, locked)[:, 0].tolist() == [True, False]
    locked = replace(rules, lock_in_phases=np.array([[1, 0, 2]]))
    assert open_candidates(alone, locked)[:, 0].tolist() == [False, True]
    # a walking level has use for everything
    walks = replace(rules, levels=("walking",))
    assert open_candidates(with_walks(alone), walks).all()


def test_a_site_that_no_phase_finds_free_has_no_variable():
    years = Phases(np.full(2, 1e5), np.array([1.0, 0.5]), np.array([2, 1]))
    instance = hand_instance(hosts=NO_HOSTS, eligible=np.array([[True, True], [False, True]]))
    rules = Rules(levels=("basic_coverage",), phases=years)
    assert open_candidates(instance, rules).tolist() == [[False, False], [False, True]]


def test_addons_that_get_a_variable():
    rules, every = Rules(levels=("basic_coverage",)), np.ones((2, 2), dtype=bool)
    # T0 hosts T1 (4 m2): at both sites, and at H0 with its 4 m2
    assert addon_candidates(hand_instance(), rules, every).tolist() == [[False, True]] * 3
    tight = hand_instance(host_area_m2=np.array([3.9]))
    assert addon_candidates(tight, rules, every).tolist() == [[False, True], [False, True], [False, False]]
    no_host = np.array([[False, True], [True, True]])
    assert addon_candidates(hand_instance(), rules, no_host).tolist() == [[False, False], [False, True], [False, True]]
    barred = hand_instance(addon_eligible=np.array([[True, False], [True, True], [True, True]]))
    assert addon_candidates(barred, rules, every).tolist() == [[False, False], [False, True], [False, True]]
    # H0 reaches D1 and D2 with T1; both have it already
    useless = hand_instance(covered=np.array([[False, False], [False, True], [False, True]]))
    assert addon_candidates(useless, rules, every).tolist() == [[False, True], [False, False], [False, False]]


def test_no_groups_without_coverage():
    instance = plain_instance(np.zeros((2, 2, 1), dtype=bool))
    groups = coverage_groups(
        instance, Rules(levels=("basic_coverage",)), np.ones((2, 1), dtype=bool), np.zeros((2, 1), dtype=bool)
    )
    assert (groups.n, groups.of.tolist(), groups.reach.shape) == (0, [[-1], [-1]], (0, 2))
    assert isinstance(groups.reach, sparse.csr_array)
    assert hand_problem(instance=instance).groups.n == 0
