"""Existing outlets: how many of each type the plan's words allow, and where they stand.

Outlets cluster around commercial centres and along the larger streets. For types of daily need the strength of the
clustering is chosen so that a part of the residents (about a quarter) is out of reach: something is left to do.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from scenarios.business_type import BusinessType, Tier
from siting.generator.frontage import Frontage, Ground
from siting.generator.lattice import ARTERIAL
from siting.generator.people import place_beside_lanes
from siting.generator.spec import CircleSpec, make_rng

FloatArray = npt.NDArray[np.float64]

IN_ESTATE = frozenset({"smart_locker", "charging_ebike", "shared_storage"})
CHAINS = {"convenience_store": 0.6, "pharmacy": 0.6, "supermarket": 0.7, "fresh_grocery": 0.45, "front_warehouse": 0.8}
OTHER_CHAIN_CHANCE = 0.2
STAPLES = frozenset({"convenience_store", "supermarket", "fresh_grocery", "breakfast_shop", "pharmacy", "hair_beauty"})
CARRIERS = ("convenience_store", "supermarket")
CARRIED = ("parcel_service_point", "photo_print", "housekeeping", "repair_point")
DETOUR = 1.4
LARGE_M2 = 300.0
NEAR_M = 720.0 / 1.4
SHORT_CHANCE = 0.15
GREEDY_MAX, GREEDY_TRIES = 60, 40
ADULT_M_S = 1.2
MAX_DEMAND_SAMPLE = 600
WANTED_SHARE = (0.62, 0.86)
CLUSTERING = (3.0, 1.0, 0.6, 0.4, 0.25, 0.15, 0.08)
CLASS_WEIGHT = np.array([4.0, 2.0, 1.0])


def outlet_counts(spec: CircleSpec, types: Mapping[str, BusinessType], seed: int) -> dict[str, int]:
    """Outlets inside the circle by type id.

    A type that the plan calls missing has none; one that it calls present has at least one, mostly as many as the
    population asks for; where it says both, it has few. Priorities and types of which the plan says nothing are
    partly short. A basic type that is there at all has enough outlets to reach a good part of the circle's area.
    """
    facts = spec.facts
    present, missing = set(facts.type_ids("present")), set(facts.type_ids("missing"))
    priority, disputed = set(facts.type_ids("priority")), {c.type_id for c in facts.contradictions}
    counts = {}
    for kind in types.values():
        rng = make_rng(seed, spec.id, f"count:{kind.id}")
        chance, share = rng.uniform(size=2).tolist()
        needed = required(kind, spec.population)
        if kind.id in missing:
            both = kind.id in present or kind.id in disputed
            counts[kind.id] = max(1, needed // 3) if both else 0
            continue
        if kind.id in present:
            factor = 0.6 + 0.3 * share if chance < SHORT_CHANCE else 1.0 + 0.25 * share
            count = max(1, round(needed * factor))
        elif kind.id in STAPLES:
            count = max(1, round(needed * (0.5 + 0.6 * share)))
        elif kind.id in priority:
            count = 0 if chance < 0.4 else round(needed * 0.6 * share)
        elif kind.tier is Tier.BASIC:
            count = 0 if chance < 0.25 else max(1, round(needed * (0.5 + 0.7 * share)))
        else:
            count = 0 if chance < 0.4 else max(1, round(needed * (0.4 + 0.6 * share)))
        if kind.tier is Tier.BASIC and count and chance >= SHORT_CHANCE:
            by_area = _by_area(kind, spec.area_km2)
            count = max(count, min(by_area, 2 * needed) if kind.area_m2.value >= LARGE_M2 else by_area)
        counts[kind.id] = count
    return counts


def _by_area(kind: BusinessType, area_km2: float) -> int:
    """Outlets whose circles of reach, laid side by side, would fill the circle; 0 for far-reaching types."""
    radius_m = kind.reach_m(ADULT_M_S) / DETOUR
    return round(area_km2 * 1e6 / (np.pi * radius_m**2)) if radius_m <= NEAR_M else 0


def required(kind: BusinessType, population: int) -> int:
    """Outlets that the population asks for: max(1, floor(population / residents per outlet))."""
    per_outlet = kind.residents_per_outlet
    return 1 if per_outlet is None else max(1, int(population // per_outlet.value))


def make_outlets(
    spec: CircleSpec,
    types: Mapping[str, BusinessType],
    ground: Ground,
    demand: pd.DataFrame,
    seed: int,
) -> pd.DataFrame:
    """Columns id, name, type_id, x, y, area_m2, chain (bool), services (tuple of type ids); catalogue order."""
    sample_rng = make_rng(seed, spec.id, "sample")
    rows = np.arange(len(demand))
    if len(rows) > MAX_DEMAND_SAMPLE:
        rows = sample_rng.choice(rows, MAX_DEMAND_SAMPLE, replace=False)
    people = demand[["x", "y", "residents"]].to_numpy(dtype=float)[rows]
    counts = outlet_counts(spec, types, seed)
    parts = []
    for kind in types.values():
        if counts[kind.id]:
            rng = make_rng(seed, spec.id, f"outlets:{kind.id}")
            parts.append(_outlets_of(kind, counts[kind.id], ground, people, rng))
    table = pd.concat(parts, ignore_index=True) if parts else _empty()
    table["services"] = _services(table, counts, make_rng(seed, spec.id, "services"))
    digits = max(3, len(str(len(table))))
    table.insert(0, "id", [f"E{i + 1:0{digits}d}" for i in range(len(table))])
    return table


def _outlets_of(
    kind: BusinessType,
    count: int,
    ground: Ground,
    people: FloatArray,
    rng: np.random.Generator,
) -> pd.DataFrame:
    if kind.id in IN_ESTATE:
        blocks = ground.blocks
        homes = blocks.residential
        block = homes[rng.integers(0, max(1, round(0.7 * len(homes))), count)]
        at = place_beside_lanes(ground.lattice, block, rng.integers(0, 12, count), np.full(count, 12), rng)
        where = [blocks.estate_name[e] for e in blocks.estate[block].tolist()]
    else:
        chosen, at = _along_streets(kind, count, ground, people, rng)
        frontage = ground.frontage
        outside = _just_outside(frontage, count, rng)
        if len(outside):
            chosen = np.concatenate([chosen, outside])
            at = np.concatenate([at, frontage.place(ground.lattice, outside, rng)])
        where = [ground.lattice.edge_name[e] for e in frontage.edge[chosen].tolist()]
    chain = rng.uniform(size=len(at)) < CHAINS.get(kind.id, OTHER_CHAIN_CHANCE)
    floor = kind.min_area_m2.value if kind.min_area_m2 is not None else 3.0
    area = np.maximum(np.round(kind.area_m2.value * np.exp(rng.normal(0.0, 0.22, len(at)))), np.ceil(floor))
    order = pd.Series(where).groupby(where).cumcount().to_numpy() + 1
    labels = [
        f"{w}{'连锁' if c else ''}{kind.name_zh}{n}号" for w, c, n in zip(where, chain, order.tolist(), strict=True)
    ]
    return pd.DataFrame(
        {"name": labels, "type_id": kind.id, "x": at[:, 0], "y": at[:, 1], "area_m2": area, "chain": chain}
    )


def _along_streets(
    kind: BusinessType,
    count: int,
    ground: Ground,
    people: FloatArray,
    rng: np.random.Generator,
) -> tuple[npt.NDArray[np.int64], FloatArray]:
    """Half-streets and points of ``count`` outlets inside; of several strengths of clustering the one that comes
    nearest to the wanted share of residents in reach.
    """
    frontage = ground.frontage
    inside = np.flatnonzero(frontage.inside)
    spots = frontage.midpoint[inside]
    hubs = _hubs(ground, inside, rng)
    away = np.linalg.norm(spots[:, None] - hubs[None], axis=2).min(axis=1)
    size = float(np.ptp(spots, axis=0).mean())
    wanted = rng.uniform(*WANTED_SHARE)
    reach = kind.reach_m(ADULT_M_S)
    options = [_spread(spots, people, count, reach, rng)] if count <= GREEDY_MAX else []
    for strength in CLUSTERING:
        weight = CLASS_WEIGHT[frontage.street_class[inside]] * np.exp(-away / (strength * size))
        options.append(rng.choice(len(inside), count, replace=count > len(inside) // 2, p=weight / weight.sum()))
    choices = [inside[option] for option in options]
    places = [frontage.place(ground.lattice, chosen, rng) for chosen in choices]
    best = int(np.argmin([abs(_covered(people, place, reach) - wanted) for place in places]))
    return choices[best], places[best]


def _spread(
    spots: FloatArray, people: FloatArray, count: int, reach_m: float, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """One spot after the other, each the one of a few drawn that reaches the most residents not reached yet."""
    left = people[:, 2].copy()
    chosen = np.zeros(count, dtype=np.int64)
    for turn in range(count):
        drawn = rng.integers(0, len(spots), GREEDY_TRIES)
        near = np.linalg.norm(spots[drawn, None] - people[None, :, :2], axis=2) * DETOUR <= reach_m
        best = int(np.argmax(near @ left))
        chosen[turn] = drawn[best]
        left[near[best]] = 0.0
    return chosen


def _hubs(ground: Ground, inside: npt.NDArray[np.int64], rng: np.random.Generator) -> FloatArray:
    """Where outlets of a type gather: commercial centres, or now and then a spot on an arterial road."""
    frontage, centres = ground.frontage, ground.blocks.centres
    if rng.uniform() < 0.7:
        number = min(len(centres), 1 + int(rng.integers(0, 2)) + len(centres) // 4)
        return np.asarray(centres[rng.choice(len(centres), number, replace=False)])
    big = inside[frontage.street_class[inside] == ARTERIAL]
    number = 1 + len(centres) // 4
    return np.asarray(frontage.midpoint[rng.choice(big, number)])


def _covered(people: FloatArray, place: FloatArray, reach_m: float) -> float:
    """Estimated share of residents within reach: straight metres times a detour factor."""
    near = cKDTree(place).query(people[:, :2])[0] * DETOUR
    total = float(people[:, 2].sum())
    return float(people[near <= reach_m, 2].sum() / total) if total else 1.0


def _just_outside(frontage: Frontage, count: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Now and then an outlet just across the line, within the margin."""
    number = int(rng.binomial(min(count, 4), 0.12))
    outside = np.flatnonzero(~frontage.inside)
    if not number or not len(outside):
        return np.zeros(0, dtype=np.int64)
    weight = CLASS_WEIGHT[frontage.street_class[outside]]
    return np.asarray(rng.choice(outside, number, p=weight / weight.sum()))


def _services(table: pd.DataFrame, counts: Mapping[str, int], rng: np.random.Generator) -> list[tuple[str, ...]]:
    """Some convenience stores and supermarkets already carry an add-on service, of a type that the circle has."""
    carried = [t for t in CARRIED if counts.get(t)]
    carrier = table["type_id"].isin(CARRIERS).to_numpy() & (rng.uniform(size=len(table)) < 0.2)
    pick = rng.integers(0, max(1, len(carried)), len(table)).tolist()
    return [(carried[p],) if c and carried else () for c, p in zip(carrier.tolist(), pick, strict=True)]


def _empty() -> pd.DataFrame:
    return pd.DataFrame({c: [] for c in ("name", "type_id", "x", "y", "area_m2", "chain")})
