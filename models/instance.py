"""The decision problem as arrays: sets and data of one living circle, and the limits that a scenario sets.

Sets (index order is always demand, site, type):
    i in I   demand points            n_demand
    j in J   candidate sites          n_site
    o in O   existing outlets that may carry add-on services    n_host
    p in P   places = sites followed by hosts                   n_place = n_site + n_host
    k in K   business types           n_type
Distances and radii are already turned into ``reach``; money is 元; areas are m².
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse

from models.errors import ModelError

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float64]


class Tier(IntEnum):
    """Tier of a business type."""

    BASIC = 0
    PUBLIC = 1
    QUALITY = 2


def _no_rows(width: int) -> IntArray:
    return np.zeros((0, width), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Zones:
    """Parts of the area that each lack outlets of their own: the circles of a city. They may overlap.

    missing   [z,k]   outlets of k that zone z lacks
    inside    [z,p]   what is put at place p counts for zone z; a place may count for several zones
    """

    missing: IntArray
    inside: BoolArray


@dataclass(frozen=True, eq=False)
class Purse:
    """A share of the money for a part of the places, ``inside`` [p]: at least ``least_share`` of what the plan spends,
    and at most ``most_cny``.
    """

    name: str
    inside: BoolArray
    least_share: float = 0.0
    most_cny: float | None = None


@dataclass(frozen=True, eq=False)
class SitingInstance:
    """Sets and data. Shapes in brackets.

    residents            [i]     all residents
    segment_residents    [i,k]   residents of the type's segment
    tier                 [k]     Tier values
    coverage_weight      [k]     weight of a newly covered resident
    missing_outlets      [k]     outlets of k that the circle lacks (basic types only; 0 elsewhere)
    missing_weight       [k]     weight of one missing outlet filled
    covered              [i,k]   in reach of an existing outlet
    rivals               [i,k]   existing outlets of k in reach
    reach                k ->    boolean CSR [i,p]: p within the radius of k of i, inclusive
    eligible             [j,k]   the site rules allow k at j
    area_m2              [k]     floor area of one outlet
    site_area_m2         [j]
    open_cost_cny        [j,k]   fit-out and equipment of k at j (or the quoted price)
    site_cost_cny        [j]     paid once where j is used: opening, renovation, discounted rent
    open_budget_cny      [j,k]   the part of open_cost_cny that counts against the budget
    site_budget_cny      [j]     the part of site_cost_cny that counts against the budget
    subsidy_cny_year     [k]     yearly subsidy of one outlet
    min_catchment        [k]     residents in reach that one outlet needs (0 = no rule)
    addon_eligible       [p,k]   k may be an add-on service at p if a host is there
    hosts                [g,k]   an outlet of type g may carry k
    addon_area_m2        [k]
    addon_cost_cny       [k]
    addon_subsidy        [k]     yearly subsidy of one add-on; shape (0,): as of one outlet
    host_area_m2         [o]     spare area of an existing host
    spacing              (n,3)   site, site, type: not both
    separation           (n,4)   place, type, place, type: not both, be it as outlets or as add-ons
    walk_m               k ->    CSR [i,p] of metres with explicit zeros; empty tuple unless a walking level is asked
    outlet_walk_m        [i,k]   metres to the nearest existing outlet, inf where none; shape (0,0) unless asked
    assigned             [k]     residents are shared out over the outlets (models.assignment); shape (0,): no type
    outlet_serves        [k]     residents of the segment that one outlet can serve, inf = no limit; (0,) like assigned
    addon_serves         [k]     the same of one add-on service
    zones                        parts that each lack outlets, which add up to missing_outlets; None: one, all places
    """

    demand_ids: tuple[str, ...]
    site_ids: tuple[str, ...]
    type_ids: tuple[str, ...]
    residents: FloatArray
    segment_residents: FloatArray
    tier: IntArray
    coverage_weight: FloatArray
    missing_outlets: IntArray
    missing_weight: FloatArray
    covered: BoolArray
    rivals: IntArray
    reach: tuple[sparse.csr_array, ...]
    eligible: BoolArray
    area_m2: FloatArray
    site_area_m2: FloatArray
    open_cost_cny: FloatArray
    site_cost_cny: FloatArray
    open_budget_cny: FloatArray
    site_budget_cny: FloatArray
    subsidy_cny_year: FloatArray
    min_catchment: FloatArray
    addon_eligible: BoolArray
    hosts: BoolArray
    addon_area_m2: FloatArray
    addon_cost_cny: FloatArray
    host_ids: tuple[str, ...] = ()
    host_type: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    host_area_m2: FloatArray = field(default_factory=lambda: np.zeros(0))
    spacing: IntArray = field(default_factory=lambda: _no_rows(3))
    separation: IntArray = field(default_factory=lambda: _no_rows(4))
    walk_m: tuple[sparse.csr_array, ...] = ()
    outlet_walk_m: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    addon_subsidy: FloatArray = field(default_factory=lambda: np.zeros(0))
    assigned: BoolArray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    outlet_serves: FloatArray = field(default_factory=lambda: np.zeros(0))
    addon_serves: FloatArray = field(default_factory=lambda: np.zeros(0))
    zones: Zones | None = None

    @property
    def n_demand(self) -> int:
        """Number of demand points."""
        return len(self.demand_ids)

    @property
    def n_site(self) -> int:
        """Number of candidate sites."""
        return len(self.site_ids)

    @property
    def n_host(self) -> int:
        """Number of existing outlets that may carry add-on services."""
        return len(self.host_ids)

    @property
    def n_place(self) -> int:
        """Sites and hosts together."""
        return self.n_site + self.n_host

    @property
    def n_type(self) -> int:
        """Number of business types."""
        return len(self.type_ids)

    @property
    def addon_subsidy_cny_year(self) -> FloatArray:
        """[k]: yearly subsidy of one add-on service, 元."""
        return self.addon_subsidy if len(self.addon_subsidy) else self.subsidy_cny_year

    @property
    def assigned_types(self) -> IntArray:
        """Numbers of the assignment types."""
        return np.flatnonzero(self.assigned)

    @property
    def by_zone(self) -> Zones:
        """The zones; without any, one that holds all places."""
        return self.zones or Zones(self.missing_outlets[None, :], np.ones((1, self.n_place), dtype=np.bool_))

    def __post_init__(self) -> None:
        """Check every shape and range.

        Raises:
            ModelError: names every array that does not fit.

        """
        i, j, p, k, o = self.n_demand, self.n_site, self.n_place, self.n_type, self.n_host
        shapes: dict[str, tuple[int, ...]] = {
            "residents": (i,),
            "segment_residents": (i, k),
            "tier": (k,),
            "coverage_weight": (k,),
            "missing_outlets": (k,),
            "missing_weight": (k,),
            "covered": (i, k),
            "rivals": (i, k),
            "eligible": (j, k),
            "area_m2": (k,),
            "site_area_m2": (j,),
            "open_cost_cny": (j, k),
            "site_cost_cny": (j,),
            "open_budget_cny": (j, k),
            "site_budget_cny": (j,),
            "subsidy_cny_year": (k,),
            "min_catchment": (k,),
            "addon_eligible": (p, k),
            "hosts": (k, k),
            "addon_area_m2": (k,),
            "addon_cost_cny": (k,),
            "host_type": (o,),
            "host_area_m2": (o,),
        }
        faults = [
            f"{name} has shape {getattr(self, name).shape}, wants {shape}"
            for name, shape in shapes.items()
            if getattr(self, name).shape != shape
        ]
        faults += [f"reach[{n}] has shape {r.shape}" for n, r in enumerate(self.reach) if r.shape != (i, p)]
        faults += [f"walk_m[{n}] has shape {w.shape}" for n, w in enumerate(self.walk_m) if w.shape != (i, p)]
        if self.addon_subsidy.shape not in ((k,), (0,)):
            faults.append(f"addon_subsidy has shape {self.addon_subsidy.shape}, wants {(k,)} or (0,)")
        shared = {getattr(self, name).shape for name in ("assigned", "outlet_serves", "addon_serves")}
        if shared not in ({(0,)}, {(k,)}):
            faults.append(f"assigned, outlet_serves and addon_serves have shapes {sorted(shared)}, want {(k,)} or (0,)")
        faults += _zone_faults(self)
        if len(self.reach) != k:
            faults.append(f"reach has {len(self.reach)} types, wants {k}")
        for name in ("residents", "segment_residents", "area_m2", "site_area_m2", "open_cost_cny", "site_cost_cny"):
            values = getattr(self, name)
            if not np.all(np.isfinite(values)) or np.any(values < 0):
                faults.append(f"{name} holds a negative or non-finite value")
        if faults:
            raise ModelError("; ".join(faults))


def _zone_faults(instance: SitingInstance) -> list[str]:
    zones = instance.zones
    if zones is None:
        return []
    n = len(zones.missing)
    if zones.missing.shape != (n, instance.n_type) or zones.inside.shape != (n, instance.n_place):
        return [f"zones have shapes {zones.missing.shape} and {zones.inside.shape}"]
    if not np.array_equal(zones.missing.sum(axis=0), instance.missing_outlets):
        return ["what the zones lack does not add up to missing_outlets"]
    return []


@dataclass(frozen=True, eq=False)
class Phases:
    """A plan by years. Phases are numbered from 0; shapes in brackets.

    budget_cny   [t]   capital budget of the phase
    worth        [t]   what one resident first reached, or one missing outlet filled, in the phase counts (not rising)
    available    [j]   first phase in which the site may be used, n where it never may
    carry_over         money that a phase leaves may be spent in a later one
    """

    budget_cny: FloatArray
    worth: FloatArray
    available: IntArray
    carry_over: bool = True

    @property
    def n(self) -> int:
        """Number of phases."""
        return len(self.budget_cny)

    def __post_init__(self) -> None:
        """Check lengths and order.

        Raises:
            ModelError: no phase, lengths differ, or a later phase is worth more.

        """
        if self.n == 0 or len(self.worth) != self.n:
            raise ModelError(f"{self.n} phase budgets and {len(self.worth)} worths")
        if np.any(np.diff(self.worth) > 0) or self.worth[-1] < 0:
            raise ModelError("the worth of a phase must be neither negative nor above that of the phase before")


@dataclass(frozen=True, eq=False)
class LevelSum:
    """A level of the scenario's own that adds up over the plan.

    outlet   [k]   what one new outlet counts
    room     [j]   what a site counts, once, where it is used
    addon    [k]   what one add-on service counts
    """

    name: str
    sense: Literal["max", "min"]
    outlet: FloatArray
    room: FloatArray
    addon: FloatArray


@dataclass(frozen=True, eq=False)
class Rules:
    """What the scenario demands of a plan. Pairs are (n,2) arrays of site, type.

    ``lock_in_phases`` (n,3) site, type, phase: the site opens the type in that very phase. It means nothing without
    ``phases``. ``purses`` bound the share of the money that a part of the places gets.
    ``sums`` are levels of the scenario's own; ``levels`` names them too.
    """

    levels: tuple[str, ...]
    budget_cny: float | None = None
    subsidy_cny_year: float | None = None
    max_sites: int | None = None
    max_outlets: int | None = None
    coverage_floor: tuple[tuple[int, float], ...] = ()
    equity_share: float = 0.1
    lock_in_sites: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    lock_in_pairs: IntArray = field(default_factory=lambda: _no_rows(2))
    lock_out_sites: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    lock_out_pairs: IntArray = field(default_factory=lambda: _no_rows(2))
    phases: Phases | None = None
    lock_in_phases: IntArray = field(default_factory=lambda: _no_rows(3))
    purses: tuple[Purse, ...] = ()
    sums: tuple[LevelSum, ...] = ()

    def sum_of(self, level: str) -> LevelSum | None:
        """The level as a sum of the scenario's own; None where it is another."""
        return next((own for own in self.sums if own.name == level), None)

    @property
    def capital_cny(self) -> float | None:
        """Capital for the whole plan: ``budget_cny``, the sum of the phases' budgets, or the lesser of both."""
        sums = [] if self.phases is None else [float(self.phases.budget_cny.sum())]
        return min([*sums, *([] if self.budget_cny is None else [self.budget_cny])], default=None)
