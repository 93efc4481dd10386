"""The rules of the annual construction plan: columns, permits, quarters, funding, clauses; each with its source."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict

from scenarios.sourced import Sourced, Standing

_FILE = "annual_plan.toml"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Columns(_Section):
    """Column identifiers and the headers that planners expect, in order."""

    source: str
    headers: tuple[tuple[str, str], ...]


class PermitRule(_Section):
    """The plan, 五（四）: fit-out is exempt up to ``works_cny_max`` 元 or up to ``area_m2_max`` ㎡, both inclusive."""

    works_cny_max: Sourced[float]
    area_m2_max: Sourced[float]
    quote: str
    new_build_zh: str


class ScheduleRule(_Section):
    """Quarter of the year (1–4) in which works start, and sizes (㎡, inclusive) that take one and two quarters."""

    start_addon: Sourced[int]
    start_conversion: Sourced[int]
    start_new_build: Sourced[int]
    start_released: Sourced[int]
    small_m2: Sourced[float]
    medium_m2: Sourced[float]
    permit_quarters: Sourced[int]


class Matching(_Section):
    """What a rule asks of a project; an empty tuple asks nothing. ``owners`` are parts of the owner's name."""

    types: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    text_zh: str

    def fits(self, type_id: str, tier: str, kind: str, owner: str, mode_zh: str) -> bool:
        """Whether a project of this type and tier, in such a room, built this way, is meant."""
        exact = ((self.types, type_id), (self.tiers, tier), (self.kinds, kind), (self.modes, mode_zh))
        owned = not self.owners or any(part in owner for part in self.owners)
        return owned and all(not wanted or found in wanted for wanted, found in exact)


class FundingRule(Matching):
    """A channel of money: one ``main`` channel for a project, any number of ``also``."""

    role: Literal["main", "also"]
    standing: Standing
    source: str

    @property
    def shown_zh(self) -> str:
        """The channel; an assumption is called so."""
        return f"{self.text_zh}（假定）" if self.standing is Standing.ASSUMPTION else self.text_zh


class AnnualRules(_Section):
    """All rules of the annual plan."""

    default_document_year: Sourced[int]
    columns: Columns
    permit: PermitRule
    schedule: ScheduleRule
    funding: tuple[FundingRule, ...]
    clause: tuple[Matching, ...]


@functools.cache
def load_annual_rules() -> AnnualRules:
    """The rules as the package holds them."""
    text = (resources.files("scenarios") / "data" / _FILE).read_text(encoding="utf-8")
    return AnnualRules.model_validate(tomllib.loads(text))
