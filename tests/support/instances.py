"""Instances for tests: a plain one to override by hand, and a seeded random one that uses every feature."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from models.instance import BoolArray, Rules, SitingInstance, Tier


def plain_instance(reach: BoolArray, *, n_host: int = 0, **overrides: Any) -> SitingInstance:
    """Instance with ``reach`` [i,p,k] dense and no rule that binds; ``overrides`` replaces any field."""
    n_demand, n_place, n_type = reach.shape
    n_site = n_place - n_host
    fields: dict[str, Any] = {
        "demand_ids": tuple(f"D{n}" for n in range(n_demand)),
        "site_ids": tuple(f"S{n}" for n in range(n_site)),
        "type_ids": tuple(f"T{n}" for n in range(n_type)),
        "residents": np.ones(n_demand),
        "segment_residents": np.ones((n_demand, n_type)),
        "tier": np.full(n_type, int(Tier.BASIC)),
        "coverage_weight": np.ones(n_type),
        "missing_outlets": np.ones(n_type, dtype=np.int64),
        "missing_weight": np.ones(n_type),
        "covered": np.zeros((n_demand, n_type), dtype=bool),
        "rivals": np.zeros((n_demand, n_type), dtype=np.int64),
        "reach": tuple(sparse.csr_array(reach[:, :, k]) for k in range(n_type)),
        "eligible": np.ones((n_site, n_type), dtype=bool),
        "area_m2": np.full(n_type, 10.0),
        "site_area_m2": np.full(n_site, 10.0 * n_type),
        "open_cost_cny": np.full((n_site, n_type), 1000.0),
        "site_cost_cny": np.full(n_site, 500.0),
        "subsidy_cny_year": np.zeros(n_type),
        "min_catchment": np.zeros(n_type),
        "addon_eligible": np.zeros((n_place, n_type), dtype=bool),
        "hosts": np.zeros((n_type, n_type), dtype=bool),
        "addon_area_m2": np.full(n_type, 5.0),
        "addon_cost_cny": np.full(n_type, 300.0),
        "host_ids": tuple(f"H{n}" for n in range(n_host)),
        "host_type": np.zeros(n_host, dtype=np.int64),
        "host_area_m2": np.full(n_host, 10.0),
    }
    fields |= overrides
    fields.setdefault("open_budget_cny", fields["open_cost_cny"])
    fields.setdefault("site_budget_cny", fields["site_cost_cny"])
    return SitingInstance(**fields)


def random_instance(
    rng: np.random.Generator,
    n_demand: int = 8,
    n_site: int = 3,
    n_type: int = 3,
    *,
    hosts: int = 0,
    walking: bool = False,
    addons: bool = True,
    viability: bool = True,
    conflicts: bool = True,
    radius_m: float = 350.0,
) -> SitingInstance:
    """Points in a square of 1 km; every rule can bind. ``radius_m`` scales the reach, all else stays the same."""
    n_place = n_site + hosts
    home, place = rng.uniform(0, 1000, (n_demand, 2)), rng.uniform(0, 1000, (n_place, 2))
    metres = np.round(np.abs(home[:, None, :] - place[None, :, :]).sum(axis=2))
    radius = radius_m * rng.uniform(0.8, 1.6, n_type)
    residents = rng.integers(20, 400, n_demand).astype(float)
    share = rng.choice([1.0, 0.25, 0.0], (n_demand, n_type), p=[0.7, 0.2, 0.1])
    outlets = rng.uniform(0, 1000, (2, n_type, 2))
    outlet_m = np.round(np.abs(home[:, None, None, :] - outlets[None, :, :, :]).sum(axis=3))
    outlet_m = np.where(rng.random((2, n_type)) < 0.4, outlet_m, np.inf)
    within = outlet_m <= radius * 0.7
    segment = np.round(residents[:, None] * share)
    cost = rng.integers(20, 120, (n_site, n_type)) * 1000.0
    site_cost = rng.integers(5, 60, n_site) * 1000.0 + rng.choice([0.0, 0.25], n_site)
    addon_part = rng.random((n_place, n_type)) < 0.6 if addons or hosts else np.zeros((n_place, n_type), dtype=bool)
    can_host = (rng.random((n_type, n_type)) < 0.5) & ~np.eye(n_type, dtype=bool)
    shared = segment / (1.0 + within.sum(axis=1))
    own = np.einsum("ik,ijk->jk", shared, metres[:, :n_site, None] <= radius)
    catchment = np.where(rng.random(n_type) < 0.6, np.round(own.max(axis=0) * rng.uniform(0.3, 0.9, n_type)), 0.0)
    spacing, separation = _conflicts(rng, n_site, n_type)
    tier = rng.permutation(np.resize([Tier.BASIC, Tier.QUALITY, Tier.BASIC, Tier.PUBLIC], n_type)).astype(np.int64)
    walk = metres[:, :, None] * np.ones(n_type)
    listed = walk <= 1200
    return plain_instance(
        metres[:, :, None] <= radius,
        n_host=hosts,
        residents=residents,
        segment_residents=segment,
        tier=tier,
        coverage_weight=rng.choice([1.0, 1.5, 2.0], n_type),
        missing_outlets=np.where(tier == Tier.BASIC, rng.integers(0, 3, n_type), 0),
        missing_weight=rng.choice([1.0, 2.0], n_type),
        covered=within.any(axis=1),
        rivals=within.sum(axis=1),
        eligible=rng.random((n_site, n_type)) < 0.8,
        area_m2=5.0 * rng.integers(4, 16, n_type),
        site_area_m2=5.0 * rng.integers(10, 45, n_site),
        open_cost_cny=cost,
        site_cost_cny=site_cost,
        open_budget_cny=np.round(cost * rng.choice([1.0, 0.6], (n_site, n_type))),
        site_budget_cny=site_cost * 0.5,
        subsidy_cny_year=rng.integers(0, 5, n_type) * 10_000.0,
        min_catchment=catchment if viability else np.zeros(n_type),
        addon_eligible=addon_part,
        hosts=can_host,
        addon_area_m2=5.0 * rng.integers(1, 5, n_type),
        addon_cost_cny=rng.integers(5, 30, n_type) * 1000.0,
        host_type=rng.integers(0, n_type, hosts),
        host_area_m2=5.0 * rng.integers(1, 8, hosts),
        **({"spacing": spacing, "separation": separation} if conflicts else {}),
        **({"walk_m": _walks(walk, listed), "outlet_walk_m": outlet_m.min(axis=1)} if walking else {}),
    )


def random_rules(rng: np.random.Generator, instance: SitingInstance, levels: tuple[str, ...]) -> Rules:
    """Limits that bind often and are seldom impossible."""
    pair = np.argwhere(instance.eligible)
    limits: dict[str, Any] = {}
    if rng.random() < 0.7:
        limits["budget_cny"] = float(rng.integers(100, 400)) * 1000
    if rng.random() < 0.4:
        limits["subsidy_cny_year"] = float(rng.integers(2, 8)) * 10_000
    if rng.random() < 0.4:
        limits["max_sites"] = int(rng.integers(1, instance.n_site + 1))
    if rng.random() < 0.4:
        limits["max_outlets"] = int(rng.integers(1, 5))
    if rng.random() < 0.3:
        limits["coverage_floor"] = ((int(rng.integers(instance.n_type)), float(rng.uniform(0.1, 0.5))),)
    if rng.random() < 0.2:
        limits["lock_in_sites"] = rng.integers(0, instance.n_site, 1)
    if rng.random() < 0.2 and len(pair):
        limits["lock_in_pairs"] = pair[rng.integers(len(pair), size=1)]
    if rng.random() < 0.2:
        limits["lock_out_sites"] = rng.integers(0, instance.n_site, 1)
    if rng.random() < 0.3 and len(pair):
        limits["lock_out_pairs"] = pair[rng.integers(len(pair), size=1)]
    return Rules(levels=levels, equity_share=float(rng.choice([0.1, 0.25, 1.0])), **limits)


def _conflicts(rng: np.random.Generator, n_site: int, n_type: int) -> tuple[Any, Any]:
    if n_site < 2:
        return np.zeros((0, 3), dtype=np.int64), np.zeros((0, 4), dtype=np.int64)
    a, b = rng.choice(n_site, 2, replace=False)
    spacing = np.array([[min(a, b), max(a, b), rng.integers(n_type)]], dtype=np.int64)
    if n_type < 2:
        return spacing, np.zeros((0, 4), dtype=np.int64)
    c, d = rng.integers(0, n_site, 2)
    g, k = rng.choice(n_type, 2, replace=False)
    return spacing, np.array([[c, g, d, k]], dtype=np.int64)


def _walks(metres: Any, listed: BoolArray) -> tuple[sparse.csr_array, ...]:
    n_demand, n_place, n_type = metres.shape
    walks = []
    for k in range(n_type):
        row, col = np.nonzero(listed[:, :, k])
        matrix = sparse.coo_array((metres[row, col, k], (row, col)), shape=(n_demand, n_place)).tocsr()
        matrix.sort_indices()
        walks.append(matrix)
    return tuple(walks)
