"""Kinds and ends of the columns: what may be a fraction is never taken for a whole number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.instances import random_instance
from support.shares import with_assignment
from support.yearly import yearly_case

from models.assemble import assemble
from models.columns import bounds, lay_out
from models.instance import Rules
from models.linear import Kind
from models.objectives import lattice_step, objective

DECIDED = ("open", "used", "addon")


@pytest.mark.parametrize("seed", range(8))
def test_coverage_of_outlets_that_can_be_full_may_be_a_fraction(seed: int):
    rng = np.random.default_rng(seed)
    instance = with_assignment(rng, random_instance(rng, n_demand=10, n_site=4, n_type=3, hosts=1), full=0.5)
    instance = replace(
        instance, covered=np.zeros_like(instance.covered), coverage_weight=np.ones(3), tier=np.zeros(3, int)
    )
    problem = lay_out(instance, Rules(levels=("basic_coverage",)))
    lower, upper, kind = bounds(problem)
    for name in DECIDED:
        assert (kind[problem.offsets[name]] == Kind.INTEGER).all()
    assert (kind[problem.offsets["share"]] == Kind.CONTINUOUS).all()
    full = [bool(instance.assigned[k]) and np.isfinite(instance.outlet_serves[k]) for k in problem.groups.type_]
    cover = kind[problem.offsets["cover"]]
    assert (cover == np.where(full, Kind.CONTINUOUS, Kind.IMPLIED)).all()
    rivals = problem.ways.rivals[problem.ways.group]
    assert upper[problem.offsets["share"]] == pytest.approx(1 / (1 + rivals))
    assert not lower.any()
    step = lattice_step(objective("basic_coverage", problem), assemble(problem))
    assert (step == 0.0) == any(full)


def test_fills_and_years_end_where_nothing_is_missing():
    for seed in range(6):
        problem = lay_out(*yearly_case(seed, 3, 3))
        lower, upper, kind = bounds(problem)
        assert (upper[problem.offsets["fill"]] == problem.fill_missing).all()
        for name in ("early_open", "early_used", "early_addon"):
            assert (kind[problem.offsets[name]] == Kind.INTEGER).all()
            assert (upper[problem.offsets[name]] == 1.0).all()
        for name in ("early_cover", "early_fill", "cover", "fill"):
            assert (kind[problem.offsets[name]] == Kind.IMPLIED).all()
        _, of = np.nonzero(problem.early.fill >= 0)
        assert (upper[problem.offsets["early_fill"]] == problem.fill_missing[of]).all()
        assert not lower.any()


@pytest.mark.parametrize("seed", range(8))
def test_who_has_an_outlet_has_ways_only_where_a_catchment_asks(seed: int):
    rng = np.random.default_rng(seed)
    instance = with_assignment(rng, random_instance(rng, n_demand=12, n_site=4, n_type=4, hosts=1), full=0.6)
    problem = lay_out(instance, Rules(levels=("basic_coverage", "public_coverage", "quality_coverage")))
    ways, groups = problem.ways, range(problem.ways.n_group)
    for k in range(instance.n_type):
        mine = [g for g in groups if ways.type_[g] == k]
        asked = instance.min_catchment[k] > 0
        full = np.isfinite(min(instance.outlet_serves[k], instance.addon_serves[k]))
        assert not mine or (instance.assigned[k] and (asked or full))
        assert asked or all(ways.rivals[g] == 0 for g in mine)
        carried = np.zeros(instance.n_place, dtype=bool)
        carried[problem.open_site[problem.open_type == k]] = True
        carried[problem.addon_place[problem.addon_type == k]] = True
        near = np.asarray((instance.reach[k].toarray() > 0)[:, carried].any(axis=1))
        counted = near & (instance.segment_residents[:, k] > 0) & (asked | (instance.rivals[:, k] == 0))
        if instance.assigned[k] and (asked or full):
            assert sum(ways.residents[g] for g in mine) == pytest.approx(instance.segment_residents[counted, k].sum())
