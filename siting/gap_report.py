"""The gap report 缺口: what a circle has, needs and lacks, beside what the plan says. Made by :mod:`siting.gaps`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from scenarios.business_type import Tier


class ShortfallStatus(StrEnum):
    """``missing``: no outlet at all. ``short``: fewer than required. ``met``: enough.

    ``unknown``: fewer than required in the data, which cannot show this type; whether it lacks is not known.
    """

    MISSING = "missing"
    SHORT = "short"
    MET = "met"
    UNKNOWN = "unknown"

    @property
    def label_zh(self) -> str:
        """The word shown to planners."""
        return {"missing": "缺失", "short": "不足", "met": "达标", "unknown": "未知"}[self.value]


@dataclass(frozen=True)
class TypeShortfall:
    """One business type in one circle. Residents are of the type's ``segment``.

    ``required`` = max(1, floor(residents of the circle / residents per outlet)); ``missing_outlets`` =
    max(0, required - outlets), but 0 where the status is ``unknown``. ``reach_by_segment`` maps a segment to
    (residents in reach, residents in all). ``plan_says`` is ``present``, ``missing``, ``contradiction`` or ``""``;
    ``agrees`` compares it with the data.
    """

    type_id: str
    name_zh: str
    tier: Tier
    segment: str
    outlets: int
    required: int
    missing_outlets: int
    reach_m: float
    residents: float
    residents_in_reach: float
    reach_by_segment: Mapping[str, tuple[float, float]]
    status: ShortfallStatus
    sitable: bool
    plan_says: str = ""
    plan_quote: str = ""
    plan_inferred: bool = False
    priority: bool = False
    agrees: bool | None = None

    @property
    def residents_out_of_reach(self) -> float:
        """Residents of the segment who cannot walk to any existing outlet of the type."""
        return self.residents - self.residents_in_reach

    @property
    def share_in_reach(self) -> float:
        """Share of the segment in reach; 1 where the segment is empty."""
        return self.residents_in_reach / self.residents if self.residents else 1.0


@dataclass(frozen=True)
class GapReport:
    """All types of a circle, tiers in order (basic, public, quality), catalogue order inside a tier.

    ``chain_share`` is None where the survey says nothing of chains; ``floor_area_share`` None where areas are missing.
    """

    circle_id: str
    circle_name: str
    residents: float
    rows: tuple[TypeShortfall, ...]
    basic_complete_share: float
    chain_share: float | None = None
    floor_area_share: float | None = None
    floor_area_note: str = ""
    contradictions: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default_factory=tuple)

    def row(self, type_id: str) -> TypeShortfall:
        """The row of one type."""
        return next(r for r in self.rows if r.type_id == type_id)
