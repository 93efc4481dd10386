"""The study as plain records: what robust.json holds and what the workbook and the screen only format.

Index lists: ``futures`` in the order of the file, ``levels`` in the order of the scenario, ``by_future`` likewise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class LevelRecord:
    """A solved level. ``measure`` is "" for an ordinary solve, else expected, worst_regret or worst_value.

    ``mip_gap`` of a regret is relative to the size of the level.
    """

    measure: str
    name: str
    sense: str
    incumbent: float
    bound: float
    mip_gap: float
    status: str
    seconds: float


@dataclass(frozen=True)
class FutureRecord:
    """One future in this circle, and what it allows alone."""

    name: str
    title_zh: str
    weight: float
    probability: float
    changes_zh: tuple[str, ...]
    status: str
    levels: tuple[LevelRecord, ...]


@dataclass(frozen=True)
class InFuture:
    """A plan in one future. ``regrets`` by level: how much worse than the best found for that future alone.

    Where ``lawful`` is False the values are those of the plan if it were built all the same.
    """

    future: str
    lawful: bool
    reasons_zh: tuple[str, ...]
    values: Mapping[str, float]
    regrets: Mapping[str, float]


@dataclass(frozen=True)
class PickRecord:
    """One pair of a plan. ``addon``: carried by a host (一店多能)."""

    place: str
    place_zh: str
    type: str
    type_zh: str
    addon: bool


@dataclass(frozen=True)
class PlanRecord:
    """One plan over all futures. ``expected`` and ``largest_regret`` are None where it is unlawful in some future.

    ``key`` is today, expected, worst, or ``future:<name>``. ``stages`` are empty but for the two robust plans.
    """

    key: str
    title_zh: str
    status: str
    lawful_everywhere: bool
    picks: tuple[PickRecord, ...]
    by_future: tuple[InFuture, ...]
    expected: Mapping[str, float] | None
    largest_regret: Mapping[str, float] | None
    stages: tuple[LevelRecord, ...] = ()


@dataclass(frozen=True)
class TypeShare:
    """How often a place is given to a type, and whether the robust plans do so."""

    type: str
    type_zh: str
    frequency: float
    in_expected: bool
    in_worst: bool


@dataclass(frozen=True)
class PlaceRecord:
    """One place in the ranking; see :mod:`siting.studies.robust.sites`."""

    rank: int
    place: str
    place_zh: str
    kind_zh: str
    in_expected: bool
    in_worst: bool
    in_today: bool
    frequency: float
    chosen_in: tuple[str, ...]
    types: tuple[TypeShare, ...]
    loss: Mapping[str, float] | None
    loss_future: str
    needed: bool


@dataclass(frozen=True)
class RobustRecord:
    """The whole answer for one circle."""

    circle: str
    name: str
    simulated: bool
    simulated_note: str
    scenario: str
    origin: Mapping[str, str]
    values: Mapping[str, object]
    futures_source: str
    futures_title: str
    futures_description: str
    measure: str
    status: str
    seed: int
    solver: str
    workspace: str
    inputs: tuple[Mapping[str, str], ...]
    levels: tuple[str, ...]
    futures: tuple[FutureRecord, ...]
    plans: tuple[PlanRecord, ...]
    places: tuple[PlaceRecord, ...]
    notes: tuple[str, ...]

    def plan(self, key: str) -> PlanRecord:
        """The plan of a key."""
        return next(plan for plan in self.plans if plan.key == key)
