"""The rules that ``full`` switches on. All of them bind somewhere, and the locked pairs alone are a lawful plan."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.spatial import KDTree

from benchmarks.instances.ground import FloatArray, IntArray
from models.instance import BoolArray, Purse, Rules, SitingInstance, Tier
from models.presolve import catchment

SPACING_M = 250.0
SEPARATION_M = 60.0
N_LOCKED = 3


def add_hosts(
    rng: np.random.Generator, n_site: int, n_type: int, host_type: IntArray, area_m2: FloatArray
) -> dict[str, Any]:
    """Fields of add-on services; without hosts (``host_type`` empty) nothing may be an add-on."""
    n_host = len(host_type)
    on = n_host > 0
    carried = rng.random(n_type) < 0.3
    hosts = (rng.random((n_type, n_type)) < 0.25) & carried[None, :] & ~carried[:, None]
    part = rng.random((n_site + n_host, n_type)) < 0.5
    return {
        "hosts": hosts & on,
        "addon_eligible": part & carried[None, :] & on,
        "addon_area_m2": np.round(area_m2 * 0.3),
        "addon_cost_cny": rng.integers(5, 40, n_type) * 1000.0,
        "host_ids": tuple(f"H{n}" for n in range(n_host)),
        "host_type": host_type.astype(np.int64),
        "host_area_m2": np.round(rng.uniform(5, 60, n_host)),
    }


def conflicts(
    rng: np.random.Generator, sites: FloatArray, places: FloatArray, tier: IntArray
) -> tuple[IntArray, IntArray]:
    """(spacing (n,3), separation (m,4)): a fifth of the types keep 250 m; two pairs of types keep 60 m."""
    near = KDTree(sites).query_pairs(SPACING_M, output_type="ndarray").astype(np.int64)
    near = near[np.lexsort((near[:, 1], near[:, 0]))]
    spaced = np.sort(rng.choice(len(tier), max(1, len(tier) // 5), replace=False))
    spacing = np.concatenate([np.column_stack([near, np.full(len(near), k)]) for k in spaced])
    if len(tier) < 2:
        return spacing, np.zeros((0, 4), dtype=np.int64)
    close = KDTree(places).query_pairs(SEPARATION_M, output_type="ndarray").astype(np.int64)
    same = np.arange(len(places))
    close = np.concatenate([close, close[:, ::-1], np.column_stack([same, same])])
    close = close[np.lexsort((close[:, 1], close[:, 0]))]
    pairs = rng.permutation(len(tier))[: 4 if len(tier) >= 4 else 2].reshape(-1, 2)
    blocks = [np.insert(close, [1, 2], [g, k], axis=1) for g, k in pairs]
    return spacing, np.concatenate(blocks)


def viable_catchment(rng: np.random.Generator, instance: SitingInstance) -> FloatArray:
    """[k]: for half of the types, what the lower third of the sites has in reach."""
    own = catchment(instance)
    level = np.array([np.quantile(column[column > 0], 0.33) if (column > 0).any() else 0.0 for column in own.T])
    return np.where(rng.random(instance.n_type) < 0.5, np.floor(level), 0.0)


def all_rules(
    rng: np.random.Generator, instance: SitingInstance, places: FloatArray, budget: float, levels: tuple[str, ...]
) -> Rules:
    """Every limit that a plan without walking levels can have."""
    locked = _locked(rng, instance)
    left = np.argwhere(instance.eligible)
    out = left[rng.choice(len(left), max(1, len(left) // 100), replace=False)]
    out = out[~np.isin(out[:, 0], locked[:, 0])]
    empty = np.setdiff1d(rng.choice(instance.n_site, max(1, instance.n_site // 100), replace=False), locked[:, 0])
    middle = np.median(places, axis=0)
    west, south = places[:, 0] < middle[0], places[:, 1] < middle[1]
    outlets = round(instance.n_site * 0.8)
    return Rules(
        levels=levels,
        budget_cny=budget,
        subsidy_cny_year=float(np.mean(instance.subsidy_cny_year)) * outlets * 0.8,
        max_sites=round(instance.n_site * 0.6),
        max_outlets=outlets,
        coverage_floor=_floors(instance, np.unique(locked[:, 1])),
        lock_in_sites=locked[:1, 0],
        lock_in_pairs=locked,
        lock_out_sites=empty,
        lock_out_pairs=out,
        purses=(
            Purse("southwest", west & south, least_share=0.15),
            Purse("north", ~south, most_cny=0.55 * budget),
        ),
    )


def _locked(rng: np.random.Generator, instance: SitingInstance) -> IntArray:
    """(n,2): pairs of different sites, types and neighbourhoods that keep every rule, alone and together."""
    fits = instance.eligible & (instance.area_m2[None, :] <= instance.site_area_m2[:, None])
    fits &= catchment(instance) >= 1.5 * instance.min_catchment[None, :]
    quarrels = np.zeros(instance.n_type, dtype=bool)
    quarrels[np.unique(instance.separation[:, [1, 3]])] = True
    fits[:, quarrels] = False
    pairs = rng.permutation(np.argwhere(fits))
    _, first = np.unique(pairs[:, 1], return_index=True)
    one_each = pairs[np.sort(first)]
    _, alone = np.unique(one_each[:, 0], return_index=True)
    return one_each[np.sort(alone)][:N_LOCKED]


def _floors(instance: SitingInstance, spared: IntArray) -> tuple[tuple[int, float], ...]:
    """A tenth of what could at best be added, for two types that cover the most; met by a few outlets."""
    total = instance.segment_residents.sum(axis=0)
    now = (instance.segment_residents * instance.covered).sum(axis=0)
    allowed: BoolArray = instance.eligible & (instance.area_m2[None, :] <= instance.site_area_m2[:, None])
    best = np.array(
        [
            instance.segment_residents[:, k] @ (~instance.covered[:, k] & (reach[:, : instance.n_site] @ allowed[:, k]))
            for k, reach in enumerate(instance.reach)
        ]
    )
    basic = np.setdiff1d(np.flatnonzero(instance.tier == Tier.BASIC), spared)
    chosen = basic[np.argsort(-best[basic], kind="stable")][:2]
    return tuple((int(k), float((now[k] + 0.1 * best[k]) / total[k])) for k in chosen)
