"""Who reaches what: radii in metres, and the existing outlets in everybody's reach.

``reach_m[k]`` is the walking minutes of type k times the speed of its segment, or its radius as it stands; inclusive.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from scenarios.business_type import BusinessType
from scenarios.schema import Walking
from siting.walks import Walks, within_reach
from siting.workspace import Workspace

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_SHORTEST_CUTOFF_M = 1500.0


def speed_m_s(kind: BusinessType, walking: Walking) -> float:
    """Walking speed of the type's segment; small children walk with an adult."""
    return walking.elderly_m_s if kind.segment == "elderly" else walking.adult_m_s


def reach_m(kind: BusinessType, walking: Walking) -> float:
    """Walking reach of a type in metres."""
    return kind.reach_m(speed_m_s(kind, walking))


def cutoff_m(kinds: Iterable[BusinessType], walking: Walking) -> float:
    """How far distances must be known: the largest reach, and far enough to say how far people walk now."""
    return max([_SHORTEST_CUTOFF_M, *(reach_m(kind, walking) for kind in kinds)])


def segment_residents(workspace: Workspace, segment: str) -> FloatArray:
    """(n_demand,): residents of a segment at each demand point."""
    column = "residents" if segment == "all" else segment
    values: FloatArray = workspace.demand[column].to_numpy(dtype=float, na_value=0.0)
    return values


def provides(workspace: Workspace, type_ids: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """(n_outlet, n_type): the outlet is of the type, or carries it as a service."""
    number = {type_id: k for k, type_id in enumerate(type_ids)}
    table = np.zeros((len(workspace.outlets), len(type_ids)), dtype=bool)
    for row, (own, services) in enumerate(
        zip(workspace.outlets["type_id"], workspace.outlets["services"], strict=True)
    ):
        for type_id in (own, *services):
            if type_id in number:
                table[row, number[type_id]] = True
    return table


@dataclass(frozen=True, eq=False)
class ExistingReach:
    """What the existing outlets give today.

    ``rivals`` [i,k] outlets in reach; ``walk_m`` [i,k] metres to the nearest outlet within the known distances, inf
    where none.
    """

    rivals: IntArray
    walk_m: FloatArray

    @property
    def covered(self) -> npt.NDArray[np.bool_]:
        """[i,k]: some existing outlet is in reach."""
        return np.asarray(self.rivals > 0)


def existing_reach(
    workspace: Workspace, kinds: tuple[BusinessType, ...], walks: Walks, walking: Walking
) -> ExistingReach:
    """Count, for each demand point and type, the existing outlets in reach, and the walk to the nearest."""
    n_site = len(workspace.sites)
    table = provides(workspace, tuple(kind.id for kind in kinds))
    shape = (len(workspace.demand), len(kinds))
    rivals, walk_m = np.zeros(shape, dtype=np.int64), np.full(shape, np.inf)
    by_place: dict[int, sparse.csc_array] = {}
    for k, kind in enumerate(kinds):
        outlets = np.flatnonzero(table[:, k])
        if not len(outlets):
            continue
        walk = walks.for_type(kind.id)
        if id(walk) not in by_place:
            by_place[id(walk)] = walk.by_place()
        own = by_place[id(walk)][:, n_site + outlets]
        near = within_reach(own.data, reach_m(kind, walking))
        rivals[:, k] = np.bincount(own.indices[near], minlength=shape[0])
        np.minimum.at(walk_m[:, k], own.indices, own.data)
    return ExistingReach(rivals, walk_m)
