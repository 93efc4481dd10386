"""The scenario: every switch of a run, with its default. Unknown keys are errors (see :mod:`scenarios.resolve`)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt

from scenarios.business_type import SiteKind

Level = Literal[
    "missing_types",
    "basic_coverage",
    "equity",
    "public_coverage",
    "quality_coverage",
    "cost",
    "walking",
    "farthest_walk",
    "sites",
]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Budget(_Section):
    """Money, 元. What counts against ``capital_cny`` is the investment: opening, renovation, fit-out, equipment and,
    if ``include_rent``, the rent of ``lease_years`` years discounted at ``discount_rate``.
    """

    capital_cny: float | None = Field(default=None, ge=0)
    subsidy_cny_year: float | None = Field(default=None, ge=0)
    include_rent: bool = True
    lease_years: PositiveInt = 3
    discount_rate: float = Field(default=0.03, ge=0, le=1)


class Objective(_Section):
    """Lexicographic levels, first to last; ``weights`` multiplies a type's coverage, ``missing_weights`` its missing
    outlets (1 each where not named).
    """

    levels: tuple[Level, ...] = Field(
        default=("missing_types", "basic_coverage", "equity", "public_coverage", "quality_coverage", "cost"),
        min_length=1,
    )
    weights: dict[str, float] = {}
    missing_weights: dict[str, float] = {}
    equity_share: float = Field(default=0.1, gt=0, le=1)


class Limits(_Section):
    """Counts: sites used; outlets opened (add-on services are not outlets)."""

    max_sites: int | None = Field(default=None, ge=0)
    max_outlets: int | None = Field(default=None, ge=0)


class Lock(_Section):
    """``SITE`` or ``SITE:type``; locked in must be used, locked out must not."""

    in_: tuple[str, ...] = Field(default=(), alias="in")
    out: tuple[str, ...] = ()


class Walking(_Section):
    """Speeds in metres a second, and how far a point may lie from the street network."""

    adult_m_s: PositiveFloat = 1.2
    elderly_m_s: PositiveFloat = 0.8
    max_access_m: PositiveFloat = 150.0


class CatalogueChoice(_Section):
    """``only`` leaves out all other business types."""

    only: tuple[str, ...] = ()


class Sites(_Section):
    """Which candidate sites take part. ``withdrawn_share`` withdraws that share of sites, chosen by ``seed``."""

    forbidden_kinds: tuple[SiteKind, ...] = ()
    withdrawn_share: float = Field(default=0.0, ge=0, lt=1)


class Hosts(_Section):
    """One store, many services 一店多能: may newly opened outlets, and existing ones, carry add-on services?"""

    new: bool = False
    existing: bool = False
    spare_share: float = Field(default=0.1, ge=0, le=1)


class Solver(_Section):
    """Which solver, and when it may stop. The time limit is per objective level."""

    name: str = "highs"
    time_limit_s: float = Field(default=60.0, ge=0)
    mip_gap: float = Field(default=1e-4, ge=0)


class Scenario(_Section):
    """A resolved scenario. ``types`` holds catalogue overrides by type id (fields of BusinessType, plain values)."""

    budget: Budget = Budget()
    objective: Objective = Objective()
    limits: Limits = Limits()
    coverage_floor: dict[str, float] = {}
    lock: Lock = Lock()
    walking: Walking = Walking()
    catalogue: CatalogueChoice = CatalogueChoice()
    sites: Sites = Sites()
    hosts: Hosts = Hosts()
    types: dict[str, dict[str, Any]] = {}
    phases: dict[str, float] = {}
    solver: Solver = Solver()
