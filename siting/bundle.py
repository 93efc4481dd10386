"""ResultBundle: everything that one run found, computed once. Every output room only formats it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shapely.geometry.base import BaseGeometry

from models.solution import LevelResult, Termination
from scenarios.catalogue import Catalogue
from scenarios.resolve import ResolvedScenario
from siting.gap_report import GapReport
from siting.walks import SnapReport
from siting.workspace import Workspace


@dataclass(frozen=True)
class Pick:
    """One line of the plan: a business type at a place. ``host`` is "" for a fitted-out outlet; for an add-on service
    (一店多能) it is the id of the existing outlet, or the type id of the new outlet at the same site, that carries it.
    ``cost_cny`` is the pick's own cost plus its share of the site's (split evenly over the outlets opened there), so
    that the picks of a run add up to ``totals.cost_cny``. ``residents_newly_covered`` counts residents of the type's
    segment in reach of this place and of no existing outlet (two picks of a type may share residents).
    ``own_cost_cny`` is the part of ``cost_cny`` for this type alone (fit-out and equipment, the add-on's price, or the
    quoted price); the rest is its share of the site's cost. None where the split is not known.
    ``parts_cny`` splits ``cost_cny``: ``fitout`` and ``equipment``, or ``quoted``, or ``addon`` (prices that nobody has
    split); this pick's share of the site's ``opening``, ``renovation`` and ``rent`` (of the whole lease, discounted).
    ``residents_in_reach`` counts the residents of the type's segment who can walk there, whatever they have today.
    """

    rank: int
    site_id: str
    type_id: str
    host: str
    year: int | None
    cost_cny: float
    area_m2: float
    residents_newly_covered: float
    check_on_site: tuple[str, ...] = ()
    own_cost_cny: float | None = None
    parts_cny: Mapping[str, float] = field(default_factory=dict)
    residents_in_reach: float | None = None


@dataclass(frozen=True)
class SiteRank:
    """A chosen site and its replacement cost: what each level loses, in its own unit, when the site is refused and
    the rest is re-optimised (positive = worse), and which sites step in. ``proven`` says that the level that decides
    the rank (the first that loses) reached the wanted gap; ``proven_levels`` names all levels that did, the losses of
    the others are those of the best substitute plan found. ``feasible`` is False where no plan is left without the
    site.
    """

    rank: int
    site_id: str
    type_ids: tuple[str, ...]
    cost_cny: float
    losses: Mapping[str, float]
    steps_in: tuple[str, ...]
    steps_out: tuple[str, ...]
    proven: bool
    feasible: bool = True
    proven_levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class ForcedSite:
    """A site that was not chosen, forced in: what each level would lose, what it would host and drive out."""

    site_id: str
    type_ids: tuple[str, ...]
    losses: Mapping[str, float]
    steps_out: tuple[str, ...]
    proven: bool
    feasible: bool = True
    proven_levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """Why a site cannot host a type (``type_id`` "" = any type): ``code`` and a Chinese sentence with figures."""

    site_id: str
    type_id: str
    code: str
    reason_zh: str


@dataclass(frozen=True)
class NewlyServed:
    """A demand point that gets a type in reach. ``walk_before_m`` is None where no outlet could be reached within the
    distances known; ``residents`` are of the type's segment.
    """

    demand_id: str
    type_id: str
    site_id: str
    residents: float
    residents_by_segment: Mapping[str, float]
    walk_before_m: float | None
    walk_after_m: float


@dataclass(frozen=True)
class Totals:
    """Sums over the plan. ``budget_cny`` is what counts against the budget; ``residents_newly_covered`` sums over
    types; ``residents_with_more`` counts residents who get at least one more type, once each.
    """

    cost_cny: float
    budget_cny: float
    residents_newly_covered: float
    residents_with_more: float
    missing_types_filled: int
    missing_types_total: int
    sites_used: int
    outlets_opened: int
    addons: int
    basic_complete_share_before: float
    basic_complete_share_after: float


@dataclass(frozen=True)
class ResultBundle:
    """One run, whole. ``notes`` are Chinese sentences that every output prints (simulated layout, contradictions,
    blank rents taken as 0, sites cut off …). ``covered`` maps a type to the demand points that an existing outlet
    serves; ``walk_areas`` maps (place, type) of a pick to the streets within the type's reach, where there are any.
    """

    workspace: Workspace
    catalogue: Catalogue
    scenario: ResolvedScenario
    gaps: GapReport
    termination: Termination
    levels: tuple[LevelResult, ...]
    picks: tuple[Pick, ...]
    ranking: tuple[SiteRank, ...]
    forced: tuple[ForcedSite, ...]
    refusals: tuple[Refusal, ...]
    served: tuple[NewlyServed, ...]
    totals: Totals
    seed: int
    solver: str
    snap: SnapReport | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    covered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    walk_areas: Mapping[tuple[str, str], BaseGeometry] = field(default_factory=dict)
