"""Business type 业态: one kind of service, with its size, reach, rules and costs, each value sourced."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from scenarios.sourced import Sourced

Segment = Literal["all", "elderly", "toddlers", "children"]


class Tier(StrEnum):
    """The plan's tiers of business types."""

    BASIC = "basic"
    PUBLIC = "public"
    QUALITY = "quality"

    @property
    def label_zh(self) -> str:
        """The plan's own word for the tier."""
        return {"basic": "基本保障类", "public": "公共服务", "quality": "品质提升类"}[self.value]


class SiteKind(StrEnum):
    """Kinds of candidate site that the plan names."""

    VACANT_ROOM = "vacant_room"
    OLD_COMMUNITY_SPACE = "old_community_space"
    BASEMENT = "basement"
    RENOVATED_ROOM = "renovated_room"
    MIXED_USE_PARCEL = "mixed_use_parcel"

    @property
    def label_zh(self) -> str:
        """The Chinese header word for the kind."""
        return SITE_KIND_LABELS_ZH[self]


SITE_KIND_LABELS_ZH = {
    SiteKind.VACANT_ROOM: "闲置房屋",
    SiteKind.OLD_COMMUNITY_SPACE: "老旧小区公共用房",
    SiteKind.BASEMENT: "地下室",
    SiteKind.RENOVATED_ROOM: "整治改造用房",
    SiteKind.MIXED_USE_PARCEL: "复合利用地块",
}


class SiteRules(BaseModel):
    """Rules that a candidate site must meet; ``None`` or empty means no such rule.

    ``max_floor`` and ``min_floor`` are storeys as people count them (1 = ground floor, -1 = first basement; no 0).
    ``elevator_above_floor = 1`` means: above the ground floor only where there is a lift.
    ``check_on_site`` holds rules that the tables cannot decide (Chinese); they are printed beside the pick.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    allowed_kinds: tuple[SiteKind, ...] = ()
    forbidden_kinds: tuple[SiteKind, ...] = ()
    basement_allowed: bool = True
    ground_floor_only: bool = False
    max_floor: int | None = None
    min_floor: int | None = None
    elevator_above_floor: int | None = None
    needs_flue: bool = False
    needs_street_front: bool = False
    check_on_site: tuple[str, ...] = ()


class Separation(BaseModel):
    """This type must stay ``metres`` (straight line) away from ``type_id``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type_id: str
    metres: float = Field(ge=0)


# Made here, at module level, so that pickle finds these classes by name; it cannot look up a name with dots in it.
SourcedNumber = Sourced[float]
SourcedTruth = Sourced[bool]
SourcedTypes = Sourced[tuple[str, ...]]
SourcedSeparations = Sourced[tuple[Separation, ...]]
SourcedRules = Sourced[SiteRules]
SourcedTypes.__qualname__ = "SourcedTypes"
SourcedSeparations.__qualname__ = "SourcedSeparations"


class BusinessType(BaseModel):
    """One business type of the catalogue.

    Exactly one of ``walk_min`` and ``radius_m`` sets the reach: minutes are multiplied by the speed of the type's
    segment, metres are taken as they stand. Every number is :class:`~scenarios.sourced.Sourced`.

    ``area_m2`` is the area one outlet typically needs, ``min_area_m2`` the least that a standard allows. ``capacity``
    counts places (beds, childcare places, meals at a time), ``use_rate`` the places that one resident of the segment
    asks for (a share). ``min_catchment`` counts residents of the ``segment`` in reach. ``equipment_cny`` is a total per
    outlet, ``staff`` the jobs of one outlet. An add-on service has the outlet's subsidy unless it has one of its own.
    ``other_ids`` are identifiers that other tables (Amap, OSM) use for the type.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name_zh: str
    name_en: str
    aliases_zh: tuple[str, ...] = ()
    other_ids: tuple[str, ...] = ()
    tier: Tier
    segment: Segment = "all"
    walk_min: SourcedNumber | None = None
    radius_m: SourcedNumber | None = None
    area_m2: SourcedNumber
    min_area_m2: SourcedNumber | None = None
    m2_per_1000_residents: SourcedNumber | None = None
    residents_per_outlet: SourcedNumber | None = None
    min_catchment: SourcedNumber
    capacity: SourcedNumber | None = None
    use_rate: SourcedNumber | None = None
    fitout_cny_m2: SourcedNumber
    equipment_cny: SourcedNumber
    subsidy_cny_year: SourcedNumber
    staff: SourcedNumber
    spacing_m: SourcedNumber | None = None
    hosts: SourcedTypes | None = None
    addon_area_m2: SourcedNumber | None = None
    addon_cost_cny: SourcedNumber | None = None
    addon_subsidy_cny_year: SourcedNumber | None = None
    separations: SourcedSeparations | None = None
    site_rules: SourcedRules | None = None
    sitable: SourcedTruth
    responsible_zh: str
    cooperating_zh: tuple[str, ...] = ()
    department_source_zh: str = ""
    notes_zh: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_reach(self) -> Self:
        if (self.walk_min is None) == (self.radius_m is None):
            raise ValueError(f"{self.id}: exactly one of walk_min and radius_m must be given")
        return self

    def reach_m(self, speed_m_s: float) -> float:
        """Walking reach in metres at ``speed_m_s`` (model.md, set N(i,k)); inclusive."""
        if self.radius_m is not None:
            return self.radius_m.value
        assert self.walk_min is not None
        return self.walk_min.value * 60.0 * speed_m_s
