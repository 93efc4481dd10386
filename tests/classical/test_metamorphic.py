"""What must not change, or only for the better, when an instance is changed in a known way."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from support.instances import random_instance, random_rules

from models.instance import IntArray, Rules, SitingInstance
from models.lexicographic import solve
from models.solution import SolveOptions

USUAL = ("missing_types", "basic_coverage", "equity", "public_coverage", "quality_coverage", "cost")
WALKS = ("basic_coverage", "walking", "cost")
MAXIMISED = ("missing_types", "basic_coverage", "equity", "quality_coverage")
SEEDS = range(6)


def circle(seed: int, *, walking: bool = False) -> SitingInstance:
    rng = np.random.default_rng(seed)
    instance = random_instance(rng, 20, 6, 4, hosts=2, walking=walking)
    if not walking:
        return instance
    # an outlet a long way off serves everybody, so that no plan is unlawful
    return replace(instance, outlet_walk_m=np.minimum(instance.outlet_walk_m, 3000.0))


def limits(seed: int, instance: SitingInstance, levels: tuple[str, ...]) -> Rules:
    drawn = random_rules(np.random.default_rng(seed + 1000), instance, levels)
    return replace(
        drawn, coverage_floor=(), lock_in_sites=np.zeros(0, np.int64), lock_in_pairs=np.zeros((0, 2), np.int64)
    )


def values(instance: SitingInstance, rules: Rules) -> tuple[float, ...]:
    solution = solve(instance, rules, SolveOptions(mip_gap=1e-9, time_limit_s=30))
    assert solution.decision is not None
    return tuple(level.incumbent for level in solution.levels)


def change(instance: SitingInstance, **by_axis: IntArray) -> SitingInstance:
    """Instance with rows taken in another order (or more than once) along the axes ``i``, ``j``, ``o``, ``k``."""
    n = {"i": instance.n_demand, "j": instance.n_site, "o": instance.n_host, "k": instance.n_type}
    take = {axis: by_axis.get(axis, np.arange(size)) for axis, size in n.items()}
    take["p"] = np.concatenate([take["j"], take["o"] + instance.n_site])
    axes = {
        "residents": "i", "segment_residents": "ik", "tier": "k", "coverage_weight": "k", "missing_outlets": "k",
        "missing_weight": "k", "covered": "ik", "rivals": "ik", "eligible": "jk", "area_m2": "k", "site_area_m2": "j",
        "open_cost_cny": "jk", "site_cost_cny": "j", "open_budget_cny": "jk", "site_budget_cny": "j",
        "subsidy_cny_year": "k", "min_catchment": "k", "addon_eligible": "pk", "hosts": "kk", "addon_area_m2": "k",
        "addon_cost_cny": "k", "host_area_m2": "o", "outlet_walk_m": "ik", "addon_subsidy": "k",
        "assigned": "k", "outlet_serves": "k", "addon_serves": "k",
    }  # fmt: skip
    new_number = {axis: np.argsort(order) for axis, order in take.items()}
    changed: dict[str, Any] = {
        name: getattr(instance, name)[np.ix_(*(take[axis] for axis in where))]
        for name, where in axes.items()
        if getattr(instance, name).size
    }
    changed["host_type"] = new_number["k"][instance.host_type[take["o"]]]
    j, k = new_number["j"], new_number["k"]
    changed["spacing"] = np.column_stack([j[instance.spacing[:, :2]], k[instance.spacing[:, 2]]])
    changed["separation"] = np.column_stack([(j if n % 2 == 0 else k)[instance.separation[:, n]] for n in range(4)])
    for name in ("reach", "walk_m"):
        layers = getattr(instance, name)
        changed[name] = tuple(sparse.csr_array(layers[old][take["i"]][:, take["p"]]) for old in take["k"] if layers)
    changed["demand_ids"] = tuple(f"{instance.demand_ids[old]}/{new}" for new, old in enumerate(take["i"]))
    for name, axis in (("site_ids", "j"), ("host_ids", "o"), ("type_ids", "k")):
        changed[name] = tuple(getattr(instance, name)[old] for old in take[axis])
    return replace(instance, **changed)


def relabelled(rules: Rules, j: IntArray, k: IntArray) -> Rules:
    new_j, new_k = np.argsort(j), np.argsort(k)
    out = rules.lock_out_pairs
    return replace(
        rules,
        lock_out_sites=new_j[rules.lock_out_sites],
        lock_out_pairs=np.column_stack([new_j[out[:, 0]], new_k[out[:, 1]]]),
    )


@pytest.mark.parametrize("level", MAXIMISED)
@pytest.mark.parametrize("seed", SEEDS)
def test_more_budget_never_hurts(seed: int, level: str):
    instance = circle(seed)
    rules = limits(seed, instance, (level,))
    found = [values(instance, replace(rules, budget_cny=budget))[0] for budget in (0.0, 80e3, 160e3, 320e3, 1e9)]
    assert found == sorted(found)
    assert found[0] <= values(instance, replace(rules, budget_cny=None))[0] == found[-1]


def test_budget_matters_somewhere():
    gains = []
    for seed in SEEDS:
        instance = circle(seed)
        poor, rich = (values(instance, Rules(("basic_coverage",), budget_cny=b))[0] for b in (80e3, 1e9))
        gains.append(rich - poor)
    assert max(gains) > 0


@pytest.mark.parametrize("level", MAXIMISED)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_larger_radius_never_hurts(seed: int, level: str):
    """With ``min_catchment`` 0: a wider reach also means more rivals, which viability does count."""
    instance = replace(circle(seed), min_catchment=np.zeros(4))
    rules = limits(seed, instance, (level,))
    extra = np.random.default_rng(seed).random((4, instance.n_demand, instance.n_place)) < 0.15
    wider = tuple(sparse.csr_array(reach.toarray() | extra[k]) for k, reach in enumerate(instance.reach))
    assert values(replace(instance, reach=wider), rules)[0] >= values(instance, rules)[0] - 1e-9


@pytest.mark.parametrize("levels", [USUAL, WALKS], ids=["usual", "walks"])
@pytest.mark.parametrize("seed", SEEDS)
def test_relabelling_changes_nothing(seed: int, levels: tuple[str, ...]):
    instance = circle(seed, walking="walking" in levels)
    rules = limits(seed, instance, levels)
    rng = np.random.default_rng(seed)
    sizes = {"i": instance.n_demand, "j": instance.n_site, "o": instance.n_host, "k": instance.n_type}
    order = {axis: rng.permutation(size) for axis, size in sizes.items()}
    renamed = values(change(instance, **order), relabelled(rules, order["j"], order["k"]))
    assert renamed == pytest.approx(values(instance, rules), rel=1e-9)


@pytest.mark.parametrize("levels", [USUAL, WALKS], ids=["usual", "walks"])
@pytest.mark.parametrize("seed", SEEDS)
def test_splitting_a_demand_point_changes_nothing(seed: int, levels: tuple[str, ...]):
    instance = circle(seed, walking="walking" in levels)
    rules = limits(seed, instance, levels)
    split = change(instance, i=np.array([0, 0, *range(1, instance.n_demand), 5]))
    part = np.ones(split.n_demand)
    part[[0, 1]] = 0.25, 0.75
    part[[6, -1]] = 0.5
    split = replace(split, residents=split.residents * part, segment_residents=split.segment_residents * part[:, None])
    assert values(split, rules) == pytest.approx(values(instance, rules), rel=1e-9)


def test_every_field_is_changed_along():
    """A field that ``change`` forgets would keep its old order; reversing twice must give back the instance."""
    instance = replace(
        circle(0, walking=True),
        addon_subsidy=np.arange(4.0),
        assigned=np.array([True, False, False, False]),
        outlet_serves=np.arange(10.0, 14.0),
        addon_serves=np.arange(4.0),
    )
    back = {"i": np.arange(20)[::-1], "j": np.arange(6)[::-1], "o": np.arange(2)[::-1], "k": np.arange(4)[::-1]}
    once = change(instance, **back)
    twice = change(once, **back)
    for field in fields(instance):
        old, mid, new = (getattr(x, field.name) for x in (instance, once, twice))
        if isinstance(old, np.ndarray):
            assert np.array_equal(old, new), field.name
            assert not np.array_equal(old, mid), field.name
