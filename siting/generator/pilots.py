"""The 11 pilot circles: what the plan leaves open is settled here, so that their layouts can be drawn.

Anchors are points known to about 100 m (the crossing 柳园路×东昌路, shared by C02, C04 and C05) or, elsewhere, rough
positions: the layouts are schematic, and every workspace says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from scenarios.plan_facts import PlanFacts
from siting.generator.spec import HOUSEHOLD_SIZE, AnchorAt, CircleSpec, Lake, River

LIUYUAN_DONGCHANG = (115.9826, 36.4571)
DEFAULT_DENSITY = 12_000.0
DEFAULT_POPULATION = 15_000
AREA_LIMITS_KM2 = (0.5, 3.0)
RESIDENTS_PER_POINT = 160.0


class Pilot(Protocol):
    """A pilot circle, as :func:`scenarios.circles.load_circles` gives it."""

    @property
    def id(self) -> str:
        """``C01`` … ``C11``."""

    @property
    def name(self) -> str:
        """Chinese name."""

    @property
    def district(self) -> str:
        """District 区."""

    @property
    def street_office(self) -> str:
        """Street office 街道, empty where the plan names none."""

    @property
    def facts(self) -> PlanFacts:
        """What the plan says."""


@dataclass(frozen=True)
class _Layout:
    """What the plan does not say, or says in words that a grid needs as numbers."""

    anchor: tuple[float, float]
    anchor_at: AnchorAt = "centre"
    aspect: float = 1.1
    river: River = "none"
    bridges: int = 2
    lake: Lake = "none"
    gated_share: float = 0.5
    elderly_share: float = 0.2
    cross_roads: tuple[str, str] = ("", "")


_LAYOUTS = {
    "C01": _Layout((115.960, 36.424), aspect=1.5, lake="north", gated_share=0.35, elderly_share=0.23),
    "C02": _Layout(LIUYUAN_DONGCHANG, "nw", aspect=1.0, gated_share=0.3, elderly_share=0.24),
    "C03": _Layout((115.999, 36.4665), aspect=0.85, river="east", bridges=3, gated_share=0.45),
    "C04": _Layout(LIUYUAN_DONGCHANG, "se", aspect=1.0, gated_share=0.35, elderly_share=0.3),
    "C05": _Layout(LIUYUAN_DONGCHANG, "sw", aspect=0.9, gated_share=0.4, elderly_share=0.29),
    "C06": _Layout((116.0145, 36.4500), aspect=1.25, gated_share=0.6),
    "C07": _Layout((116.0400, 36.4520), aspect=0.9, gated_share=0.65, elderly_share=0.17),
    "C08": _Layout((116.0000, 36.4300), aspect=1.2, gated_share=0.65, elderly_share=0.16),
    "C09": _Layout((116.2500, 36.6020), gated_share=0.5, cross_roads=("顺河街", "铝城路")),
    "C10": _Layout((116.2640, 36.6020), gated_share=0.45, cross_roads=("枣乡街", "铝城路")),
    "C11": _Layout((115.9550, 36.4150), aspect=1.15, gated_share=0.7, elderly_share=0.16),
}


def spec_of_pilot(circle: Pilot) -> CircleSpec:
    """The spec of a pilot circle: the plan's figures, and estimates where the plan is silent.

    Population: the plan's, else households × 3.2, else area × 12,000 /km². Area: the plan's, else population divided
    by that density, between 0.5 and 3 km².
    """
    facts = circle.facts
    layout = _LAYOUTS.get(circle.id, _Layout((115.98, 36.456)))
    population = _population(facts)
    low, high = AREA_LIMITS_KM2
    area = facts.area_km2 if facts.area_km2 is not None else min(max(population / DEFAULT_DENSITY, low), high)
    return CircleSpec(
        id=circle.id,
        name=circle.name,
        n_demand=int(min(max(population / RESIDENTS_PER_POINT, 60), 150)),
        n_site=int(min(max(32 + population / 1_200, 30), 60)),
        population=population,
        area_km2=area,
        households=round(facts.households) if facts.households is not None else None,
        facts=facts,
        district=circle.district,
        street_office=circle.street_office,
        anchor=layout.anchor,
        anchor_at=layout.anchor_at,
        aspect=layout.aspect,
        river=layout.river,
        bridges=layout.bridges,
        lake=layout.lake,
        gated_share=layout.gated_share,
        elderly_share=layout.elderly_share,
        cross_roads=layout.cross_roads,
    )


def _population(facts: PlanFacts) -> int:
    if facts.population is not None:
        return round(facts.population)
    if facts.households is not None:
        return round(facts.households * HOUSEHOLD_SIZE)
    if facts.area_km2 is not None:
        return round(facts.area_km2 * DEFAULT_DENSITY)
    return DEFAULT_POPULATION
