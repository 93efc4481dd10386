"""One future 情形: what the world may do, never what the planner chooses. Unknown keys are errors.

A future may change residents, walking speeds, prices, rents, what a type costs and needs, and take outlets and sites
away. Budgets, objectives, counts and locks are choices: they belong to the scenario and are the same in every future,
and so are the standards by which coverage is measured (radii, required outlets), or the futures could not be compared.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, field_validator, model_validator
from pydantic_core import PydanticCustomError

Name = Annotated[str, Field(min_length=1)]
Factor = Annotated[float, Field(gt=0, le=10)]

TYPE_FACTS = (
    "area_m2",
    "min_catchment",
    "fitout_cny_m2",
    "equipment_cny",
    "subsidy_cny_year",
    "addon_area_m2",
    "addon_cost_cny",
)


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Population(_Section):
    """Factors on residents; a segment without one of its own follows ``all``."""

    all: Factor = 1.0
    elderly: Factor | None = None
    toddlers: Factor | None = None
    children: Factor | None = None

    def factor(self, segment: str) -> float:
        """The factor of a segment (``all``, ``elderly`` …)."""
        own = getattr(self, segment)
        return float(self.all if own is None else own)


class Gone(_Section):
    """What falls away: places by id, a ``share`` of them chosen by the seed, the ``largest_of`` each type (outlets)."""

    ids: tuple[Name, ...] = ()
    share: float | None = Field(default=None, gt=0, lt=1)
    largest_of: tuple[Name, ...] = ()


class GoneSites(_Section):
    """Sites that fall away: by id, or a ``share`` chosen by the seed."""

    ids: tuple[Name, ...] = ()
    share: float | None = Field(default=None, gt=0, lt=1)


class FutureWalking(_Section):
    """Walking speeds, metres a second; unset = as in the scenario."""

    adult_m_s: PositiveFloat | None = None
    elderly_m_s: PositiveFloat | None = None


class FutureBudget(_Section):
    """The one price in the scenario's budget: at which rate rents to come are discounted."""

    discount_rate: float | None = Field(default=None, ge=0, le=1)


class FutureSpec(_Section):
    """One future.

    ``cost_factor`` is laid on opening, renovation, fit-out, equipment, add-ons and quoted prices; ``rent_factor`` on
    rents. ``types`` holds changes of :data:`TYPE_FACTS` by business type; the catalogue checks their values.
    """

    name: Name
    title: str = ""
    weight: PositiveFloat = 1.0
    population: Population = Population()
    cost_factor: Factor = 1.0
    rent_factor: Factor = 1.0
    walking: FutureWalking = FutureWalking()
    budget: FutureBudget = FutureBudget()
    types: dict[str, dict[str, Any]] = {}
    closed_outlets: Gone = Gone()
    withdrawn_sites: GoneSites = GoneSites()

    @property
    def title_zh(self) -> str:
        """The title, or the name where there is none."""
        return self.title or self.name

    @property
    def changes_nothing(self) -> bool:
        """The future is as the scenario has it."""
        return self == FutureSpec(name=self.name, title=self.title, weight=self.weight)

    @field_validator("types")
    @classmethod
    def _facts_only(cls, types: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        wrong = sorted({f"{t}.{key}" for t, table in types.items() for key in table if key not in TYPE_FACTS})
        if wrong:
            raise PydanticCustomError(
                "zh", "情形里不能改业态的 {wrong}", {"wrong": f"{'、'.join(wrong)}；可改：{'、'.join(TYPE_FACTS)}"}
            )
        return types

    @model_validator(mode="after")
    def _short(self) -> FutureSpec:
        if len(self.name) > 60:
            raise PydanticCustomError("zh", "情形名不超过 60 个字符")
        return self
