"""Candidate sites of the five kinds that the plan names, with the attributes that rules and costs look at."""

from __future__ import annotations

from collections.abc import Container

import numpy as np
import numpy.typing as npt
import pandas as pd

from scenarios.business_type import SITE_KIND_LABELS_ZH, SiteKind
from siting.generator.blocks import COMMERCIAL, GATED, OPEN, PUBLIC
from siting.generator.frontage import Ground
from siting.generator.lattice import ARTERIAL, LOCAL
from siting.generator.people import place_beside_lanes
from siting.generator.spec import CircleSpec, apportion, make_rng

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

KINDS = tuple(SiteKind)
SHARE = np.array([0.36, 0.19, 0.13, 0.20, 0.12])
AREA_MEDIAN_M2 = np.array([70.0, 90.0, 110.0, 110.0, 560.0])
AREA_SPREAD = np.array([0.75, 0.65, 0.55, 0.7, 0.35])
AREA_LIMITS_M2 = ((15.0, 400.0), (20.0, 300.0), (30.0, 350.0), (20.0, 400.0), (300.0, 1000.0))
RENT_CNY_M2_MONTH = ((40.0, 70.0), (0.0, 12.0), (14.0, 26.0), (28.0, 48.0), (8.0, 18.0))
RENOVATION_CNY_M2 = ((0.0, 300.0), (150.0, 500.0), (250.0, 600.0), (0.0, 200.0), (350.0, 600.0))
OPENING_CNY = ((3_000.0, 12_000.0), (2_000.0, 8_000.0), (4_000.0, 15_000.0), (3_000.0, 10_000.0), (15_000.0, 50_000.0))
IN_ESTATE_CHANCE = np.array([0.0, 1.0, 0.8, 0.45, 0.0])
OWNERS = (
    ("个人业主", "街道办事处", "国有资产运营公司", "原单位房管处"),
    ("社区居委会", "街道办事处", "业主大会"),
    ("物业服务企业", "开发建设单位", "业主大会"),
    ("街道办事处", "社区居委会", "国有资产运营公司"),
    ("自然资源和规划部门", "街道办事处"),
)
YEARS = (2024, 2025, 2026)


def make_sites(spec: CircleSpec, known_types: Container[str], ground: Ground, seed: int) -> pd.DataFrame:
    """Columns as in a workspace's ``sites`` table (``floor`` Int64, the booleans bool). All lie inside the circle.

    Owners' rules name types in ``known_types`` only.
    """
    rng = make_rng(seed, spec.id, "sites")
    count = spec.n_site
    kind = np.repeat(np.arange(len(KINDS)), apportion(count, SHARE))
    rng.shuffle(kind)
    in_estate = rng.uniform(size=count) < IN_ESTATE_CHANCE[kind]
    at, where = _places(ground, kind, in_estate, rng)
    low, high = np.array(AREA_LIMITS_M2)[kind].T
    area = AREA_MEDIAN_M2[kind] * np.exp(rng.normal(0.0, 1.0, count) * AREA_SPREAD[kind])
    area = np.round(np.clip(area, low, high))
    area[np.flatnonzero(kind == KINDS.index(SiteKind.MIXED_USE_PARCEL))[:1]] = AREA_LIMITS_M2[-1][1]
    floor = _floors(kind, in_estate, rng)
    rent = _between(RENT_CNY_M2_MONTH, kind, rng) * np.where(floor > 1, 0.7, 1.0)
    free = (kind == KINDS.index(SiteKind.OLD_COMMUNITY_SPACE)) & (rng.uniform(size=count) < 0.4)
    front = ~in_estate & (floor == 1)
    flue = front & (rng.uniform(size=count) < 0.45)
    rules = [_rules(k, a, known_types, rng) for k, a in zip(kind.tolist(), area.tolist(), strict=True)]
    digits = max(3, len(str(count)))
    labels = [f"{w[0]}{SITE_KIND_LABELS_ZH[KINDS[k]]}" for w, k in zip(where, kind.tolist(), strict=True)]
    order = pd.Series(labels, dtype=object).groupby(labels).cumcount().to_numpy() + 1 if count else np.zeros(0, int)
    return pd.DataFrame(
        {
            "id": [f"S{i + 1:0{digits}d}" for i in range(count)],
            "name": [f"{n}{i}号" for n, i in zip(labels, order.tolist(), strict=True)],
            "kind": [KINDS[k].value for k in kind.tolist()],
            "x": at[:, 0],
            "y": at[:, 1],
            "area_m2": area,
            "address": [f"{w[0]}{w[1]}" for w in where],
            "floor": pd.array(floor, dtype="Int64"),
            "elevator": (floor != 1) & (rng.uniform(size=count) < 0.5),
            "street_front": front,
            "flue": flue,
            "rent_cny_year": np.where(free, 0.0, np.round(area * rent * 12.0, -2)),
            "renovation_cny_m2": np.round(_between(RENOVATION_CNY_M2, kind, rng), -1),
            "opening_cny": np.round(_between(OPENING_CNY, kind, rng), -2),
            "available_year": pd.array(rng.choice(YEARS, count, p=(0.7, 0.22, 0.08)), dtype="Int64"),
            "owner": [OWNERS[k][int(r * len(OWNERS[k]))] for k, r in zip(kind, rng.uniform(size=count), strict=True)],
            "allowed_types": [r[0] for r in rules],
            "forbidden_types": [r[1] for r in rules],
        }
    )


def _places(
    ground: Ground, kind: IntArray, in_estate: npt.NDArray[np.bool_], rng: np.random.Generator
) -> tuple[FloatArray, list[tuple[str, str]]]:
    """Points (n, 2), and (estate or street, number) of each."""
    lattice, blocks, frontage = ground.lattice, ground.blocks, ground.frontage
    at = np.zeros((len(kind), 2))
    where: list[tuple[str, str]] = [("", "")] * len(kind)
    homes = blocks.residential
    old_first = np.where(blocks.use[homes] == OPEN, 3.0, 1.0)
    for group in range(len(KINDS)):
        rows = np.flatnonzero(in_estate & (kind == group))
        old = group != KINDS.index(SiteKind.BASEMENT)
        weight = old_first if old else np.where(blocks.use[homes] == GATED, 2.0, 1.0)
        block = homes[rng.choice(len(homes), len(rows), p=weight / weight.sum())]
        at[rows] = place_beside_lanes(lattice, block, rng.integers(0, 18, len(rows)), np.full(len(rows), 18), rng)
        doors = rng.integers(1, 20, len(rows)).tolist()
        for row, estate, door in zip(rows.tolist(), blocks.estate[block].tolist(), doors, strict=True):
            where[row] = (blocks.estate_name[estate], f"{door}号楼旁")
        rows = np.flatnonzero(~in_estate & (kind == group))
        inside = np.flatnonzero(frontage.inside)
        street = inside[rng.choice(len(inside), len(rows), p=_street_weight(group, ground, inside))]
        at[rows] = frontage.place(lattice, street, rng)
        doors = rng.integers(1, 190, len(rows)).tolist()
        for row, edge, door in zip(rows.tolist(), frontage.edge[street].tolist(), doors, strict=True):
            where[row] = (lattice.edge_name[edge], f"{door}号")
    return at, where


def _street_weight(group: int, ground: Ground, inside: IntArray) -> FloatArray:
    """Parcels lie on public and commercial blocks, rooms to let rather on the quieter streets."""
    street_class = ground.frontage.street_class[inside]
    use = ground.blocks.use[ground.frontage.block[inside]]
    quiet = np.where(street_class == LOCAL, 1.5, 1.0)
    quiet = np.where(street_class == ARTERIAL, 0.8, quiet)
    if KINDS[group] is SiteKind.MIXED_USE_PARCEL:
        quiet = np.where((use == PUBLIC) | (use == COMMERCIAL), 1.0, 0.05)
    return np.asarray(quiet / quiet.sum())


def _floors(kind: IntArray, in_estate: npt.NDArray[np.bool_], rng: np.random.Generator) -> IntArray:
    """Basements are -1; rooms mostly on the ground floor; parcels count as the ground floor."""
    roll = rng.uniform(size=len(kind))
    floor = np.where(roll < 0.8, 1, np.where(roll < 0.93, 2, 3))
    floor = np.where(in_estate, np.where(roll < 0.85, 1, 2), floor)
    floor = np.where(kind == KINDS.index(SiteKind.MIXED_USE_PARCEL), 1, floor)
    return np.where(kind == KINDS.index(SiteKind.BASEMENT), -1, floor)


def _between(limits: tuple[tuple[float, float], ...], kind: IntArray, rng: np.random.Generator) -> FloatArray:
    low, high = np.array(limits)[kind].T
    return np.asarray(rng.uniform(low, high))


def _rules(
    kind: int, area_m2: float, known: Container[str], rng: np.random.Generator
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A few owners lay down what may, or may not, move in."""
    roll = rng.uniform()
    allowed: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    if KINDS[kind] is SiteKind.OLD_COMMUNITY_SPACE and roll < 0.12:
        allowed = ("elderly_day_care", "elderly_meal", "culture_station", "health_station")
    elif KINDS[kind] in (SiteKind.VACANT_ROOM, SiteKind.RENOVATED_ROOM) and roll < 0.1:
        forbidden = ("recycling_point", "breakfast_shop") if area_m2 < 120 else ("wet_market", "recycling_point")
    return tuple(t for t in allowed if t in known), tuple(t for t in forbidden if t in known)
