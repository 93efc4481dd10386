"""The generator of cities: what it says is what there is, seeded, and every rule of ``full`` can be met."""

from itertools import pairwise

import numpy as np
import pytest

from benchmarks.instances import FULL_LEVELS, Spec, make
from benchmarks.instances.ground import DETOUR, by_block, count_within, make_ground, scatter, walks, within
from benchmarks.measure import in_fresh_process
from models.blocks import BLOCKS
from models.columns import lay_out
from models.instance import Tier
from models.lexicographic import solve
from models.solution import Decision, SolveOptions
from models.verify import breaches

SMALL = Spec(400, 60, n_type=10, seed=3, full=True)
NOT_SWITCHED_ON = {
    *("served", "open_way", "farthest"),  # walking levels
    *("share_open", "share_draw", "catchment", "capacity", "served_share"),  # assignment types
    *("early_order", "early_use", "early_empty", "early_host", "early_cover", "early_fill"),  # years
    *("phase_budget", "lock_phase"),
}


def test_walks_are_those_of_the_dense_table():
    rng = np.random.default_rng(7)
    ground = make_ground(rng, 300)
    homes, places = scatter(rng, ground, 500), scatter(rng, ground, 300)
    homes = homes[by_block(homes, 900.0)]
    assert homes.min() >= 0
    assert homes.max() <= ground.side_m
    dense = np.hypot(*(homes[:, None, :] - places[None, :, :]).transpose(2, 0, 1)) * DETOUR
    found = walks(homes, places, 900.0)
    assert np.array_equal(within(found, 900.0).toarray(), dense <= 900.0)
    assert np.array_equal(within(found, 400.0).toarray(), dense <= 400.0)
    assert np.array_equal(count_within(homes, places, 400.0), (dense <= 400.0).sum(axis=1))
    assert all(np.all(np.diff(found.indices[a:b]) > 0) for a, b in pairwise(found.indptr))


def test_the_same_spec_gives_the_same_city_and_no_other():
    one, same, other = (make(Spec(300, 40, n_type=8, seed=seed, full=True))[0] for seed in (5, 5, 6))
    assert np.array_equal(one.segment_residents, same.segment_residents)
    assert all(np.array_equal(a.indices, b.indices) for a, b in zip(one.reach, same.reach, strict=True))
    assert np.array_equal(one.open_cost_cny, same.open_cost_cny)
    assert not np.array_equal(one.segment_residents, other.segment_residents)


@pytest.mark.parametrize("full", [False, True])
def test_a_city_has_what_makes_it_hard(full):
    instance, rules = make(Spec(2000, 300, seed=2, full=full))
    assert (instance.n_demand, instance.n_site, instance.n_type) == (2000, 300, 30)
    assert 0.2 < instance.covered.mean() < 0.7
    assert instance.missing_outlets.sum() > 0
    assert np.all(instance.missing_outlets[instance.tier != Tier.BASIC] == 0)
    assert set(instance.tier) == ({*Tier} if full else {Tier.BASIC})
    assert instance.area_m2.min() >= 20
    assert instance.area_m2.max() <= 400
    everything = instance.open_budget_cny[instance.eligible].sum()
    assert 0.02 * everything < rules.budget_cny < 0.2 * everything
    assert bool(instance.zones is not None and (instance.zones.inside.sum(axis=0) > 1).any()), "circles overlap"


def test_full_switches_on_every_block_that_a_plan_without_years_can_have():
    problem = lay_out(*make(SMALL))
    rows = {block.__name__: block(problem).matrix.shape[0] for block in BLOCKS}
    assert {name for name, n in rows.items() if not n} == NOT_SWITCHED_ON


@pytest.mark.parametrize("seed", range(4))
def test_the_locked_pairs_alone_break_only_floors_and_purses(seed):
    """A floor asks for more than the locks give; a purse for a share of the money they cost."""
    instance, rules = make(Spec(500, 80, n_type=12, seed=seed, full=True))
    assert len(rules.lock_in_pairs) >= 2
    plan = Decision.empty(instance)
    plan.open[rules.lock_in_pairs[:, 0], rules.lock_in_pairs[:, 1]] = True
    kinds = {sentence.split("[")[0].split(" ")[0].rstrip(":") for sentence in breaches(instance, rules, plan)}
    assert kinds <= {"coverage_floor", "purse"}


@pytest.mark.parametrize("seed", range(3))
def test_a_full_city_has_a_lawful_plan(seed):
    instance, rules = make(Spec(300, 50, n_type=8, seed=seed, full=True))
    solution = solve(instance, rules, SolveOptions(mip_gap=0.05, time_limit_s=10, node_limit=200))
    assert solution.decision is not None
    assert breaches(instance, rules, solution.decision) == ()
    assert tuple(level.name for level in solution.levels) == FULL_LEVELS


@pytest.mark.slow
def test_a_hundred_thousand_homes_take_seconds_and_little_memory():
    cost = in_fresh_process("benchmarks.instances.size", [100_000, 5_000])
    assert cost["peak_mib"] < 1024
    assert cost["cpu_seconds"] < 30
