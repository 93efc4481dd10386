"""The scenario: every switch of a run, with its default. Unknown keys are errors (see :mod:`scenarios.resolve`).

The defaults set no budget and no count: a classical problem is a scenario that names its levels and its few limits.
Keys that may be unset take the word ``none`` (or ``不限``) where a lower layer has set them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from scenarios.business_type import SITE_KIND_LABELS_ZH, SiteKind
from scenarios.levels import LEVELS

if TYPE_CHECKING:
    Level = str
else:
    Level = Literal[tuple(LEVELS)]

Weight = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Name = Annotated[str, Field(min_length=1)]

_KIND_IDS = {label: str(kind) for kind, label in SITE_KIND_LABELS_ZH.items()}


def _four_digits(text: str) -> str:
    if not re.fullmatch(r"2[01][0-9]{2}", text):
        raise PydanticCustomError("zh", "年度应为四位年份，如 2025 = 1_500_000")
    return text


Year = Annotated[str, AfterValidator(_four_digits)]


def _kind_id(value: Any) -> Any:
    return _KIND_IDS.get(value, value) if isinstance(value, str) else value


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=False)


class Budget(_Section):
    """Money, 元; an unset limit does not bind.

    What counts against ``capital_cny`` is the investment: opening, renovation, fit-out, equipment and, if
    ``include_rent``, the rent of ``lease_years`` years discounted at ``discount_rate`` (a share a year).
    ``subsidy_cny_year`` bounds the operating subsidies of one year.
    """

    capital_cny: float | None = Field(default=None, ge=0)
    subsidy_cny_year: float | None = Field(default=None, ge=0)
    include_rent: bool = True
    lease_years: PositiveInt = 3
    discount_rate: float = Field(default=0.03, ge=0, le=1)


class Objective(_Section):
    """Lexicographic levels, first to last, each named once.

    ``weights`` multiplies a type's coverage, ``missing_weights`` its missing outlets (by type id; 1 each where not
    named). ``equity_share`` is the worst-served share of residents that level ``equity`` looks at.
    """

    levels: tuple[Level, ...] = Field(
        default=("missing_types", "basic_coverage", "equity", "public_coverage", "quality_coverage", "cost"),
        min_length=1,
    )
    weights: dict[str, Weight] = {}
    missing_weights: dict[str, Weight] = {}
    equity_share: float = Field(default=0.1, gt=0, le=1)

    @field_validator("levels")
    @classmethod
    def _each_once(cls, levels: tuple[Level, ...]) -> tuple[Level, ...]:
        twice = sorted({level for level in levels if levels.count(level) > 1})
        if twice:
            raise PydanticCustomError("zh", "目标层级不得重复：{twice}", {"twice": "、".join(twice)})
        return levels


class Limits(_Section):
    """Counts, unset = no limit: sites used; outlets opened (add-on services are not outlets)."""

    max_sites: int | None = Field(default=None, ge=0)
    max_outlets: int | None = Field(default=None, ge=0)


class Lock(_Section):
    """``SITE`` or ``SITE:type``; locked in must be used, locked out must not. In TOML the keys are ``in`` and ``out``.

    ``SITE:type@2025`` (locked in only) is a work committed to that year. Whether the sites exist, and whether the locks
    collide, is for the run to say, not for the schema.
    """

    in_: tuple[Name, ...] = Field(default=(), alias="in")
    out: tuple[Name, ...] = ()


class Walking(_Section):
    """Speeds in metres a second; how far, in metres, a point may lie from the street network."""

    adult_m_s: PositiveFloat = 1.2
    elderly_m_s: PositiveFloat = 0.8
    max_access_m: PositiveFloat = 150.0


class CatalogueChoice(_Section):
    """``only`` leaves out all other business types; empty keeps all."""

    only: tuple[Name, ...] = ()


class Sites(_Section):
    """Which candidate sites take part. ``withdrawn_share`` withdraws that share of sites, chosen by ``seed``.

    Kinds are given by identifier (``basement``) or by the plan's word (``地下室``).
    """

    forbidden_kinds: tuple[Annotated[SiteKind, BeforeValidator(_kind_id)], ...] = ()
    withdrawn_share: float = Field(default=0.0, ge=0, lt=1)


class Hosts(_Section):
    """One store, many services 一店多能: may newly opened outlets, and existing ones, carry add-on services?

    Off by default: an add-on is cheap, so hosts change every answer, and the planner should ask for them.
    ``spare_share`` is the share of a host's floor area that add-ons may take.
    """

    new: bool = False
    existing: bool = False
    spare_share: float = Field(default=0.1, ge=0, le=1)


class Assignment(_Section):
    """Business types whose residents are shared out over their outlets 按分配, by id; empty: the static rule for all.

    Of these, places (``capacity``, ``use_rate``) and catchments are counted with the existing outlets as competitors.
    """

    types: tuple[Name, ...] = ()


class Phasing(_Section):
    """How ``phases`` are meant: may money that a year leaves be spent later, and what is a later year worth?

    A resident first reached, or a missing outlet filled, ``n`` years after the first phase counts
    ``later_year_worth ** n``; 1 says that only the end state counts.
    """

    carry_over: bool = True
    later_year_worth: float = Field(default=0.9, gt=0, le=1)


class DistrictShare(_Section):
    """``least`` of what the plan spends, ``most`` of the city's money."""

    least: Share = 0.0
    most: Share = 1.0

    @model_validator(mode="after")
    def _in_order(self) -> DistrictShare:
        if self.least > self.most:
            raise PydanticCustomError("zh", "最低份额 least 不得大于最高份额 most")
        return self


class City(_Section):
    """Several circles as one model (``siting run --city``); means nothing to a circle alone.

    The city's money is ``capital_cny``, else ``capital_per_circle_cny`` times the circles, else the circles' own
    budgets added up. ``district_share`` is a district's share of it, by its name in circle.toml.
    """

    capital_cny: float | None = Field(default=None, ge=0)
    capital_per_circle_cny: float | None = Field(default=None, ge=0)
    district_share: dict[str, DistrictShare] = {}


class Solver(_Section):
    """Which solver, and when it may stop: seconds per objective level, relative gap between incumbent and bound."""

    name: Name = "highs"
    time_limit_s: float = Field(default=60.0, ge=0)
    mip_gap: float = Field(default=1e-4, ge=0)


class Scenario(_Section):
    """A resolved scenario.

    ``coverage_floor`` is the share of a type's segment that must be in reach, by type id. ``types`` holds catalogue
    overrides by type id (fields of BusinessType, plain values), which the catalogue checks. ``phases`` (year →
    capital budget of that year, 元) makes a plan by years; ``budget.capital_cny`` then still caps their sum.
    """

    budget: Budget = Budget()
    objective: Objective = Objective()
    limits: Limits = Limits()
    coverage_floor: dict[str, Share] = {}
    lock: Lock = Lock()
    walking: Walking = Walking()
    catalogue: CatalogueChoice = CatalogueChoice()
    sites: Sites = Sites()
    hosts: Hosts = Hosts()
    assignment: Assignment = Assignment()
    types: dict[str, dict[str, Any]] = {}
    phases: dict[Year, Annotated[float, Field(ge=0)]] = {}
    phasing: Phasing = Phasing()
    city: City = City()
    solver: Solver = Solver()
