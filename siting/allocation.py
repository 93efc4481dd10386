"""Who uses which outlet of an assignment type in a finished plan: most residents served, then the shortest walks.

The shares of an optimum are not unique; what is told is the flow that serves most residents without an outlet today, of
these one that fills the outlets with residents who have one, and of these one with the fewest resident-metres
(:class:`models.verify_shares.Flow`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.solution import Decision
from models.verify_shares import Flow
from siting.formulation.builder import Built
from siting.walks import Walks

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

LEAST_RESIDENTS = 1e-6


@dataclass(frozen=True, eq=False)
class Allocation:
    """Of one type: ``residents`` [a] of demand point ``home`` [a] use place ``place`` [a], ``metres`` [a] away.

    ``newly`` [a]: no existing outlet is in reach. Sorted by home, then place.
    """

    home: IntArray
    place: IntArray
    residents: FloatArray
    metres: FloatArray
    newly: npt.NDArray[np.bool_]

    def newly_by_home(self, n_demand: int) -> FloatArray:
        """[i]: residents newly served."""
        newly = np.where(self.newly, self.residents, 0.0)
        return np.asarray(np.bincount(self.home, weights=newly, minlength=n_demand), dtype=np.float64)

    def by_place(self, n_place: int, newly: bool) -> FloatArray:
        """[p]: residents who use the place, those newly served or those who have an outlet today."""
        mine = self.newly == newly
        used = np.bincount(self.place[mine], weights=self.residents[mine], minlength=n_place)
        return np.asarray(used, dtype=np.float64)

    def main_place(self) -> dict[int, tuple[int, float]]:
        """Demand point → the place that most of its newly served use (the nearer of equals), and its metres."""
        order = np.lexsort((self.place, self.metres, -np.round(self.residents, 6), self.home))
        order = order[self.newly[order]]
        home, first = np.unique(self.home[order], return_index=True)
        return {int(d): (int(self.place[a]), float(self.metres[a])) for d, a in zip(home, order[first], strict=True)}


def allocations(built: Built, walks: Walks, decision: Decision) -> dict[int, Allocation]:
    """Type number → its allocation, for every assignment type."""
    return {int(k): _allocate(built, walks, decision, int(k)) for k in built.instance.assigned_types}


def _allocate(built: Built, walks: Walks, decision: Decision, k: int) -> Allocation:
    i = built.instance
    flow = Flow(i, decision, k)
    places = np.concatenate([np.arange(i.n_site), i.n_site + built.hosting.outlets]).astype(np.int32)
    table = walks.for_type(i.type_ids[k]).select_places(places)
    key = table.demand.astype(np.int64) * max(1, i.n_place) + table.place
    order = np.argsort(key, kind="stable")
    wanted = flow.home * max(1, i.n_place) + flow.place
    metres = table.metres[order][np.searchsorted(key[order], wanted)] if len(wanted) else np.zeros(0)
    residents = flow.nearest(metres) if len(wanted) else np.zeros(0)
    used = np.flatnonzero(residents > LEAST_RESIDENTS)
    used = used[np.lexsort((flow.place[used], flow.home[used]))]
    return Allocation(
        flow.home[used], flow.place[used], residents[used], np.asarray(metres, dtype=float)[used], flow.is_new[used]
    )
