"""ResultBundle: everything that one run found, computed once. Every output room only formats it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from models.solution import LevelResult, Termination
from scenarios.catalogue import Catalogue
from scenarios.resolve import ResolvedScenario
from siting.assigned import AssignmentReport
from siting.gap_report import GapReport
from siting.walks import SnapReport
from siting.workspace import Workspace


@dataclass(frozen=True)
class Pick:
    """One line of the plan: a business type at a place. ``host`` is "" for a fitted-out outlet; for an add-on service
    (一店多能) it is the id of the existing outlet, or the type id of the new outlet at the same site, that carries it.
    ``cost_cny`` is the pick's own cost plus its share of the site's (split evenly over the outlets opened there), so
    that the picks of a run add up to ``totals.cost_cny``. ``residents_newly_covered`` counts residents of the type's
    segment in reach of this place and of no existing outlet (two picks of a type may share residents); of an assignment
    type those whom the place serves.
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
class Move:
    """Where a type of a refused site goes: the places that carry it in the substitute plan and not in the plan itself.

    None of them: the type is lost there.
    """

    type_id: str
    to: tuple[str, ...]


@dataclass(frozen=True)
class SiteRank:
    """A chosen site and its replacement cost: what each level loses, in its own unit, when the site is refused and
    the rest is re-optimised (positive = worse), and which sites step in. ``proven`` says that the level that decides
    the rank (the first that loses) reached the wanted gap; ``proven_levels`` names all levels that did, the losses of
    the others are those of the best substitute plan found. ``feasible`` is False where no plan is left without the
    site. ``moves`` says for each type that the site hosts where the substitute plan puts it.
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
    moves: tuple[Move, ...] = ()


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
    distances known; ``residents`` are of the type's segment. Of an assignment type only ``served_share`` of the point
    is served: all its residents here are that share, and the place is the one that most of them use.
    """

    demand_id: str
    type_id: str
    site_id: str
    residents: float
    residents_by_segment: Mapping[str, float]
    walk_before_m: float | None
    walk_after_m: float
    served_share: float = 1.0


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
class PhaseTotals:
    """One year of a plan by years. ``spent_cny`` counts against the budget (a site's own cost in the year of its first
    outlet, with the rent of the whole lease); ``left_cny`` = budget + carried in - spent; the next year gets it where
    the scenario carries money over. Residents, outlets and missing types are those of the year alone.
    """

    year: int
    budget_cny: float
    carried_in_cny: float
    spent_cny: float
    left_cny: float
    sites_started: int
    outlets_opened: int
    addons: int
    residents_newly_covered: float
    missing_types_filled: int


@dataclass(frozen=True)
class OtherPlan:
    """A near-optimal alternative. ``difference`` counts the sites used by exactly one of it and the nearest of the plan
    and all alternatives before it (``services`` the services changed, where the sites are the same); ``bound`` is
    proven: none within the tolerance differs more. ``losses`` against the plan, in each level's unit (positive =
    worse). ``hosts``: place → types.
    """

    difference: int
    services: int
    bound: int
    proven: bool
    levels: tuple[LevelResult, ...]
    losses: Mapping[str, float]
    kept: tuple[str, ...]
    enters: tuple[str, ...]
    leaves: tuple[str, ...]
    hosts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class OtherPlans:
    """Alternatives within the share ``within`` on every level. ``ended``: ``count`` (as many as ``asked``),
    ``none_left`` (proven: no other plan), ``limit`` (stopped before either). ``furthest`` is proven: no plan within the
    tolerance differs from the plan in more sites.
    """

    asked: int
    within: float
    plans: tuple[OtherPlan, ...]
    ended: str
    furthest: int


@dataclass(frozen=True)
class CommittedItem:
    """A row of the annual plan that a run was given: ``outcome`` kept, moved, added, struck, freed (set free, or
    deleted: ``row`` is None then) or add_on. ``in_plan`` says whether the new plan has the pair;
    ``own_cost_cny`` is the corrected price of the pair, None where nobody corrected it.
    """

    outcome: str
    code: str
    sheet: str
    row: int | None
    site_id: str
    type_id: str
    year: int | None
    in_plan: bool
    own_cost_cny: float | None
    text_zh: str


@dataclass(frozen=True)
class CommittedReport:
    """The annual plan that a run was given, and the new plan against it. ``prices`` are corrected own costs, 元;
    ``new`` pairs stand in the new plan only, ``dropped`` in the old one only; ``projects``, ``cost_cny`` and
    ``residents_newly_covered`` are (old, new), the old ones as the annual plan was written.
    """

    file: str
    path: Path
    sha256: str
    items: tuple[CommittedItem, ...]
    prices: Mapping[tuple[str, str], float]
    new: tuple[tuple[str, str], ...]
    dropped: tuple[tuple[str, str], ...]
    projects: tuple[int, int]
    cost_cny: tuple[float, float]
    residents_newly_covered: tuple[float, float]


@dataclass(frozen=True)
class CityCircle:
    """One circle of a city's run. A room that stands in several circles fills missing outlets in each (``missing``);
    its money, picks and residents are told once, in the first circle that names it. ``share_cny`` is what the circle
    would have by residents, and ``alone_…`` what it would do with that by itself (None where it found no plan).
    ``folder`` is below the run's workspace, ``network`` the number of the streets that it walks on, ``own_capital_cny``
    its own budget (None: no limit).
    """

    id: str
    name: str
    district: str
    residents: float
    missing_total: int
    missing_filled: int
    sites_used: int
    picks: int
    money_cny: float
    residents_newly_covered: float
    residents_with_more: float
    folder: str
    network: int
    own_capital_cny: float | None
    share_cny: float | None = None
    alone_status: str = ""
    alone_missing_filled: int | None = None
    alone_money_cny: float | None = None


@dataclass(frozen=True)
class CityLevel:
    """One level: the city's plan, and the circles' own plans of the split budget put together."""

    name: str
    sense: str
    city: float
    split: float


@dataclass(frozen=True)
class CityReport:
    """A run of several circles. ``capital_cny`` is the purse, ``capital_zh`` where it comes from. ``split`` compares
    with the purse split by residents; ``split_dropped`` picks of the circles' own plans could not stand together.
    ``merges`` are (table, one, other, name, metres, rule); ``renamed`` maps "circle:id" to the id in this run;
    ``apart`` pairs of circles whose streets overlap without agreeing.
    """

    circles: tuple[CityCircle, ...]
    capital_cny: float | None
    capital_zh: str
    split: tuple[CityLevel, ...]
    split_cost_cny: float
    split_residents: float
    split_missing: int
    split_dropped: int
    merges: tuple[tuple[str, str, str, str, float, str], ...]
    renamed: Mapping[str, str]
    apart: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ResultBundle:
    """One run, whole. ``notes`` are Chinese sentences that every output prints (simulated layout, contradictions,
    blank rents taken as 0, sites cut off …). ``covered`` maps a type to the demand points that an existing outlet
    serves; ``walk_areas`` maps (place, type) of a pick to the streets within the type's reach, where there are any.
    ``fingerprint`` is a digest of all that the run depends on, "" where it was not asked for.
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
    assignment: AssignmentReport | None = None
    other_plans: OtherPlans | None = None
    covered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    walk_areas: Mapping[tuple[str, str], BaseGeometry] = field(default_factory=dict)
    committed: CommittedReport | None = None
    phases: tuple[PhaseTotals, ...] = ()
    city: CityReport | None = None
    fingerprint: str = ""
