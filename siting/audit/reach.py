"""Who can walk to what, from the table of distances: plain masks and sums, one type at a time."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
import numpy.typing as npt

from scenarios.business_type import BusinessType
from siting.audit.facts import Facts
from siting.audit.parts import offers_of

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_ROUNDING_M = 1e-6


class Reach:
    """Answers for one run; places are numbered as in :class:`siting.walks.Walks` (sites, then outlets)."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.n_demand = len(facts.workspace.demand)
        self.n_site = len(facts.workspace.sites)
        self._today: dict[str, IntArray] = {}
        self._people: dict[str, FloatArray] = {}

    @cached_property
    def offers(self) -> tuple[frozenset[str], ...]:
        """For each outlet, the types that it gives: its own and its services."""
        return offers_of(self.facts.workspace)

    def people(self, segment: str) -> FloatArray:
        """[i]: residents of a segment."""
        if segment not in self._people:
            column = "residents" if segment == "all" else segment
            self._people[segment] = self.facts.workspace.demand[column].fillna(0.0).to_numpy(dtype=float)
        return self._people[segment]

    def outlets_of(self, type_id: str) -> list[int]:
        """Places of the existing outlets that give the type."""
        return [self.n_site + row for row, given in enumerate(self.offers) if type_id in given]

    def today(self, kind: BusinessType) -> IntArray:
        """[i]: existing outlets of the type in reach."""
        if kind.id not in self._today:
            self._today[kind.id] = self._count(kind, self.outlets_of(kind.id))
        return self._today[kind.id]

    def within(self, kind: BusinessType, place: int) -> BoolArray:
        """[i]: the place is in reach."""
        return np.asarray(self._count(kind, [place]) > 0)

    def newly(self, kind: BusinessType, places: Iterable[int]) -> BoolArray:
        """[i]: in reach of one of the places, and of no existing outlet."""
        return np.asarray((self._count(kind, places) > 0) & (self.today(kind) == 0))

    def nearest_m(self, kind: BusinessType, places: Iterable[int]) -> FloatArray:
        """[i]: metres to the nearest of the places, at any distance known; inf where none is."""
        table = self.facts.walks.for_type(kind.id)
        mine = np.isin(table.place, list(places))
        nearest = np.full(self.n_demand, np.inf)
        np.minimum.at(nearest, table.demand[mine], table.metres[mine])
        return nearest

    def _count(self, kind: BusinessType, places: Iterable[int]) -> IntArray:
        table = self.facts.walks.for_type(kind.id)
        mine = np.isin(table.place, list(places)) & (table.metres <= self.facts.reach_m(kind) + _ROUNDING_M)
        return np.bincount(table.demand[mine], minlength=self.n_demand).astype(np.int64)
