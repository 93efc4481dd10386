"""A city of any size as ``SitingInstance`` and ``Rules``: clustered homes and rooms, business types of three tiers.

What binds: one purse of ``budget_share`` of what all useful pairs would cost, floor area shared by the types of a room,
existing outlets that cover a part of the homes, outlets missing circle by circle (circles overlap). ``full`` switches
on every other rule and every level but the walking ones: hosts and add-on services, spacing, separation, viability,
coverage floors, locks, district purses, subsidies, counts.

``roomy`` is a plainer random city: rooms four times as large and radii of 300 m throughout, so that floor area is
seldom short and few rooms reach a home. ``suits`` below 1 makes rooms choosy: what else would be allowed is so with
this chance only, as where a survey names the few types that each room is good for.

``tiers`` = 1 puts all types into one coverage level (the hardest single level); 3 deals them out as the catalogue does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks.instances.extras import add_hosts, all_rules, conflicts, viable_catchment
from benchmarks.instances.ground import (
    FloatArray,
    IntArray,
    by_block,
    count_within,
    make_ground,
    scatter,
    walks,
    within,
)
from models.instance import Rules, SitingInstance, Tier, Zones

PLAIN_LEVELS = ("missing_types", "basic_coverage")
FULL_LEVELS = ("missing_types", "basic_coverage", "equity", "public_coverage", "quality_coverage", "cost")
RADII_M = np.array([300.0, 500.0, 700.0, 1000.0, 1500.0])
RADIUS_SHARE = np.array([0.15, 0.25, 0.25, 0.2, 0.15])
SITES_PER_ZONE = 80
ZONE_RADIUS_M = 1500.0
ROOMY_FACTOR, ROOMY_RADIUS_M = 4.0, 300.0


@dataclass(frozen=True)
class Spec:
    """Size, seed and what is switched on. ``levels`` () stands for PLAIN_LEVELS, or FULL_LEVELS with ``full``."""

    n_demand: int
    n_site: int
    n_type: int = 30
    seed: int = 1
    full: bool = False
    tiers: int = 0
    budget_share: float = 0.15
    levels: tuple[str, ...] = ()
    roomy: bool = False
    suits: float = 1.0

    @property
    def n_tier(self) -> int:
        """1 or 3: ``tiers``, by default 3 with ``full`` and 1 without."""
        return self.tiers or (3 if self.full else 1)


def make(spec: Spec) -> tuple[SitingInstance, Rules]:
    """The instance and the rules; the same for the same ``spec``."""
    rng = np.random.Generator(np.random.PCG64([spec.seed, spec.n_demand, spec.n_site, spec.n_type]))
    ground = make_ground(rng, spec.n_site)
    homes = scatter(rng, ground, spec.n_demand)
    homes = homes[by_block(homes, float(RADII_M[-1]))]
    sites = scatter(rng, ground, spec.n_site)
    radius = np.minimum(rng.choice(RADII_M, spec.n_type, p=RADIUS_SHARE), ROOMY_RADIUS_M if spec.roomy else np.inf)
    outlets = [scatter(rng, ground, n) for n in _outlet_counts(rng, spec)]
    n_host = min(sum(map(len, outlets)), spec.n_site // 10) if spec.full else 0
    host_type, hosts = _some_outlets(rng, outlets, n_host)
    places = np.concatenate([sites, hosts])
    walk_m = walks(homes, places, float(RADII_M[-1]))
    reach_at = {float(r): within(walk_m, float(r)) for r in np.unique(radius)}
    fields = _people(rng, spec) | _rooms(rng, spec)
    fields |= _existing(homes, outlets, radius)
    fields["reach"] = tuple(reach_at[float(r)] for r in radius)
    fields |= _zones(rng, places, spec, fields["tier"])
    fields |= add_hosts(rng, spec.n_site, spec.n_type, host_type, fields["area_m2"])
    instance = SitingInstance(**fields)
    budget = spec.budget_share * _cost_of_all_useful(instance)
    if not spec.full:
        return instance, Rules(levels=spec.levels or PLAIN_LEVELS, budget_cny=budget)
    spacing, separation = conflicts(rng, sites, places, fields["tier"])
    instance = replace(instance, spacing=spacing, separation=separation)
    instance = replace(instance, min_catchment=viable_catchment(rng, instance))
    return instance, all_rules(rng, instance, places, budget, spec.levels or FULL_LEVELS)


def _outlet_counts(rng: np.random.Generator, spec: Spec) -> IntArray:
    """[k]: existing outlets of each type, 1 to 8 for each hundred candidate sites; a tenth of the types has none."""
    counts = np.round(spec.n_site * rng.uniform(0.01, 0.08, spec.n_type)).astype(np.int64)
    return np.asarray(np.where(rng.random(spec.n_type) < 0.1, 0, counts))


def _some_outlets(rng: np.random.Generator, outlets: list[FloatArray], n: int) -> tuple[IntArray, FloatArray]:
    """(type [o], metres [o,2]) of ``n`` existing outlets that may carry add-on services."""
    type_ = np.repeat(np.arange(len(outlets)), [len(of) for of in outlets])
    picked = np.sort(rng.choice(len(type_), n, replace=False))
    return type_[picked], np.concatenate(outlets)[picked]


def _people(rng: np.random.Generator, spec: Spec) -> dict[str, Any]:
    residents = np.round(rng.lognormal(4.3, 0.7, spec.n_demand)).clip(1, 3000)
    segment_share = rng.choice([1.0, 0.2, 0.04], spec.n_type, p=[0.7, 0.2, 0.1])
    part = 0.5 + rng.random((spec.n_demand, spec.n_type), dtype=np.float32)
    segment = np.where(segment_share < 1, np.round(residents[:, None] * segment_share * part), residents[:, None])
    tier = np.full(spec.n_type, int(Tier.BASIC))
    if spec.n_tier > 1:
        tier = rng.permutation(
            np.resize([Tier.BASIC, Tier.QUALITY, Tier.BASIC, Tier.PUBLIC, Tier.QUALITY], spec.n_type)
        )
    return {
        "demand_ids": tuple(f"D{n}" for n in range(spec.n_demand)),
        "site_ids": tuple(f"S{n}" for n in range(spec.n_site)),
        "type_ids": tuple(f"T{n}" for n in range(spec.n_type)),
        "residents": residents,
        "segment_residents": segment.astype(np.float64),
        "tier": tier.astype(np.int64),
        "coverage_weight": np.ones(spec.n_type),
        "missing_weight": np.ones(spec.n_type),
    }


def _rooms(rng: np.random.Generator, spec: Spec) -> dict[str, Any]:
    """Whole areas of 20 to 400 m2, rooms of a roomy city four times as large; a type fits out by the square metre; each
    room asks something of its own.
    """
    area = np.round(np.exp(rng.uniform(np.log(20), np.log(400), spec.n_type)))
    larger = ROOMY_FACTOR if spec.roomy else 1.0
    site_area = np.round(larger * np.exp(rng.uniform(np.log(20), np.log(400), spec.n_site)))
    fit_out = rng.integers(4, 16, spec.n_type) * 100.0
    equipment = rng.integers(10, 120, spec.n_type) * 1000.0
    rent = site_area * rng.integers(20, 80, spec.n_site) * 3.0
    cost = (area * fit_out + equipment)[None, :] * rng.uniform(0.8, 1.25, (spec.n_site, 1))
    cost, site_cost = np.round(cost, -2), np.round(rent + rng.integers(5, 40, spec.n_site) * 1000.0, -2)
    return {
        "eligible": rng.random((spec.n_site, spec.n_type)) < spec.suits * rng.uniform(0.3, 0.9, spec.n_type)[None, :],
        "area_m2": area,
        "site_area_m2": site_area,
        "open_cost_cny": cost,
        "open_budget_cny": cost,
        "site_cost_cny": site_cost,
        "site_budget_cny": site_cost,
        "subsidy_cny_year": np.round(rng.uniform(0, 40_000, spec.n_type), -3) * spec.full,
        "min_catchment": np.zeros(spec.n_type),
    }


def _existing(homes: FloatArray, outlets: list[FloatArray], radius: FloatArray) -> dict[str, Any]:
    rivals = np.zeros((len(homes), len(radius)), dtype=np.int64)
    for k, places in enumerate(outlets):
        if len(places):
            rivals[:, k] = count_within(homes, places, float(radius[k]))
    return {"rivals": rivals, "covered": rivals > 0}


def _zones(rng: np.random.Generator, places: FloatArray, spec: Spec, tier: IntArray) -> dict[str, Any]:
    """Circles of 1,500 m around some places, overlapping; each lacks a few outlets of a few basic types."""
    n = max(1, spec.n_site // SITES_PER_ZONE)
    centres = places[rng.choice(spec.n_site, n, replace=False)]
    inside = np.hypot(*(places[None, :, :] - centres[:, None, :]).transpose(2, 0, 1)) <= ZONE_RADIUS_M
    lacking = (rng.random((n, spec.n_type)) < 0.25) & (tier == Tier.BASIC)
    missing = np.where(lacking, rng.integers(1, 4, (n, spec.n_type)), 0).astype(np.int64)
    return {"zones": Zones(missing, inside), "missing_outlets": missing.sum(axis=0)}


def _cost_of_all_useful(instance: SitingInstance) -> float:
    """元: what all pairs that fit and cover somebody new would cost, and the rooms they need."""
    useful = instance.eligible & (instance.area_m2[None, :] <= instance.site_area_m2[:, None])
    for k, reach in enumerate(instance.reach):
        newly: sparse.csr_array = reach.T @ (~instance.covered[:, k]).astype(np.int64)
        useful[:, k] &= newly[: instance.n_site] > 0
    used = useful.any(axis=1)
    return float((instance.open_budget_cny * useful).sum() + instance.site_budget_cny[used].sum())
