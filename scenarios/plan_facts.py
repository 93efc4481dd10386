"""What the city's plan says of one circle, as data: each statement with the plan's own sentence."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Says = Literal["present", "missing", "priority"]


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TypeStatement(_Facts):
    """The plan says that a business type is present, missing or a priority (named first in the sub-plan).

    ``quote`` is the plan's sentence (or the part that says so); ``inferred`` marks what we conclude from it, with
    the ground in ``note`` (Chinese).
    """

    type_id: str
    says: Says
    quote: str
    inferred: bool = False
    note: str = ""


class Contradiction(_Facts):
    """The plan contradicts itself; both sentences are kept, neither is chosen."""

    type_id: str = ""
    quotes: tuple[str, ...]
    note: str


class PlanFacts(_Facts):
    """The ``[plan]`` table of ``circle.toml``. Every field is optional; a planner may write only some.

    ``boundary_roads`` maps a side (``north``, ``south``, ``east``, ``west``) to the road or river that closes it;
    ``crossing`` names the two roads of a circle that the plan places around a crossing.
    ``quotes`` maps a fact's field name (``population``, ``boundary`` …), or a topic (``elderly`` many old people,
    ``old_estates`` old estates, ``rooms`` rooms to be used, ``hosts`` one store many services, ``project`` …), to
    the plan's sentence.
    ``inferred_fields`` names the fields whose value the plan does not give; ``inferences`` says, in Chinese, on what
    ground they, and other conclusions, rest.
    """

    document: str = ""
    boundary: str = ""
    boundary_roads: dict[str, str] = {}
    crossing: tuple[str, ...] = ()
    area_km2: float | None = Field(default=None, gt=0)
    floor_area_m2: float | None = Field(default=None, gt=0)
    population: float | None = Field(default=None, ge=0)
    households: float | None = Field(default=None, ge=0)
    estates: int | None = Field(default=None, ge=0)
    statements: tuple[TypeStatement, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    places: tuple[str, ...] = ()
    quotes: dict[str, str] = {}
    inferred_fields: tuple[str, ...] = ()
    inferences: tuple[str, ...] = ()

    def type_ids(self, says: Says) -> tuple[str, ...]:
        """Ids of the types of which the plan says so, in the plan's order, each once."""
        return tuple(dict.fromkeys(s.type_id for s in self.statements if s.says == says))

    def quote(self, type_id: str, says: Says) -> str:
        """The first sentence that says so of a type; empty where none does."""
        return next((s.quote for s in self.statements if s.type_id == type_id and s.says == says), "")
