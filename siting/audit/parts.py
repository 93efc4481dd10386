"""The circles of a run: of a circle alone one, which holds every place; of a city's run each of those it joins.

A circle has and lacks its basic types by its own tables, whatever its neighbours have.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scenarios.business_type import BusinessType, Tier
from siting.workspace import Workspace


@dataclass(frozen=True, eq=False)
class Part:
    """One circle: its residents, what its own outlets give, types that its data cannot show, and [place] what counts
    for it (None: everything).
    """

    residents: float
    offers: tuple[frozenset[str], ...]
    unknown_types: frozenset[str]
    inside: npt.NDArray[np.bool_] | None = None

    def outlets(self, kind: BusinessType) -> int:
        """Its existing outlets that give the type."""
        return sum(kind.id in given for given in self.offers)

    def required(self, kind: BusinessType) -> int:
        """Outlets that it should have: one for every full number of residents, one at least."""
        per_outlet = kind.residents_per_outlet
        if per_outlet is None or per_outlet.value <= 0:
            return 1
        return max(1, math.floor(self.residents / per_outlet.value))

    def lacking(self, kind: BusinessType) -> int:
        """Outlets short of the number required; none where the circle says that its data cannot show the type."""
        return 0 if kind.id in self.unknown_types else max(0, self.required(kind) - self.outlets(kind))

    def missing(self, kind: BusinessType) -> int:
        """Outlets that it lacks and that a site could give: basic types only."""
        return self.lacking(kind) if kind.tier is Tier.BASIC and kind.sitable.value else 0

    def count(self, places: list[int]) -> int:
        """How many of these places count for it."""
        return len(places) if self.inside is None else int(self.inside[places].sum())


def part_of(workspace: Workspace, inside: npt.NDArray[np.bool_] | None = None) -> Part:
    """The circle of a workspace."""
    residents = float(workspace.demand["residents"].fillna(0.0).sum())
    return Part(residents, offers_of(workspace), frozenset(workspace.circle.unknown_types), inside)


def offers_of(workspace: Workspace) -> tuple[frozenset[str], ...]:
    """For each outlet, the types that it gives: its own and its services."""
    outlets = workspace.outlets
    return tuple(
        frozenset((own, *services)) for own, services in zip(outlets["type_id"], outlets["services"], strict=True)
    )
