"""What the generator is asked to make, and its one source of randomness."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from scenarios.plan_facts import PlanFacts

GENERATOR_VERSION = "1"
CRS = "EPSG:4548"
SIMULATED_NOTE = "示意布局，非实测：街道、楼栋、网点、候选点和价格由程序模拟；名称、人口、面积、业态现状以方案原文为准"
HOUSEHOLD_SIZE = 3.2
MIN_AREA_KM2 = 0.2
MIN_ASPECT = 0.5

River = Literal["none", "east", "west", "middle"]
Lake = Literal["none", "north", "south"]
AnchorAt = Literal["centre", "nw", "ne", "sw", "se"]


@dataclass(frozen=True)
class CircleSpec:
    """One circle to generate; any size.

    ``population`` residents are spread over ``n_demand`` demand points; ``n_site`` candidate sites are made.
    ``anchor`` is (lon, lat) in WGS84 of the circle's centre or, with ``anchor_at``, of one of its corners.
    ``aspect`` is width over height, 0.5 to 2; ``area_km2`` is at least 0.2. ``river`` runs north to south along a
    side or through the middle, crossed by ``bridges`` bridges; a lake has no crossing. ``gated_share`` is the share of
    residential blocks behind walls, the rest being old open communities; ``elderly_share`` the share of residents of
    60 and over. ``cross_roads`` names the (north-south, east-west) streets that cross in the middle,
    ``facts.boundary_roads`` the four outer ones.
    """

    id: str
    name: str
    n_demand: int = 100
    n_site: int = 45
    population: int = 15_000
    area_km2: float = 1.5
    households: int | None = None
    facts: PlanFacts = field(default_factory=PlanFacts)
    district: str = ""
    street_office: str = ""
    anchor: tuple[float, float] = (115.98, 36.456)
    anchor_at: AnchorAt = "centre"
    aspect: float = 1.1
    river: River = "none"
    bridges: int = 2
    lake: Lake = "none"
    gated_share: float = 0.5
    elderly_share: float = 0.2
    cross_roads: tuple[str, str] = ("", "")

    def __post_init__(self) -> None:
        """Raise ValueError for a spec that describes no circle."""
        if self.n_demand < 1 or self.n_site < 0 or self.population < 0 or self.bridges < 0:
            raise ValueError(f"{self.id}: n_demand >= 1, and n_site, population, bridges >= 0 are needed")
        if self.area_km2 < MIN_AREA_KM2 or not MIN_ASPECT <= self.aspect <= 1 / MIN_ASPECT:
            raise ValueError(
                f"{self.id}: area_km2 must be at least {MIN_AREA_KM2} (blocks need room for walls and lanes)"
                f" and aspect between {MIN_ASPECT} and {1 / MIN_ASPECT}"
            )
        if not (0 <= self.gated_share <= 1 and 0 <= self.elderly_share <= 0.6):
            raise ValueError(f"{self.id}: gated_share must lie in 0..1 and elderly_share in 0..0.6")


def make_rng(seed: int, circle_id: str, stage: str) -> np.random.Generator:
    """A generator that depends on the seed, the circle and the stage only (never on the platform's hash seed).

    Raises ValueError for a negative seed.
    """
    if seed < 0:
        raise ValueError("the seed must not be negative")
    words = [seed, zlib.crc32(circle_id.encode()), zlib.crc32(stage.encode())]
    return np.random.Generator(np.random.PCG64(words))


def apportion(total: int, weights: np.ndarray) -> np.ndarray:
    """Integers (n,) that sum to ``total`` exactly, as near to ``weights`` (n,) as whole numbers can be.

    Largest remainder; ties go to the earlier one. Zero weights all round are taken as equal.
    """
    weights = np.asarray(weights, dtype=float)
    if len(weights) == 0:
        return np.zeros(0, dtype=np.int64)
    if weights.sum() <= 0:
        weights = np.ones(len(weights))
    exact = weights / weights.sum() * total
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return np.asarray(whole)
