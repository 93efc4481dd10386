"""Walking distances d(i, p) from demand points to places, sparse: what is not listed cannot be walked.

Places are the candidate sites, in table order, followed by the existing outlets, in table order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse

IntArray = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float64]


def within_reach(metres: FloatArray, radius_m: float) -> npt.NDArray[np.bool_]:
    """Where ``metres <= radius_m``: inclusive, with 1e-6 m for rounding."""
    return metres <= radius_m + 1e-6


@dataclass(frozen=True)
class WalkTable:
    """Parallel arrays sorted by (demand, place): walking metres, access legs on both ends included."""

    n_demand: int
    n_place: int
    demand: IntArray
    place: IntArray
    metres: FloatArray

    def within(self, radius_m: float) -> sparse.csr_array:
        """Boolean (n_demand, n_place): see :func:`within_reach`."""
        keep = within_reach(self.metres, radius_m)
        places = self.place[keep]
        rows = self._starts(self.demand[keep])
        return sparse.csr_array((np.ones(len(places), dtype=bool), places, rows), shape=(self.n_demand, self.n_place))

    def by_place(self) -> sparse.csc_array:
        """[demand, place] metres, place after place, zero metres kept as entries."""
        shape = (self.n_demand, self.n_place)
        return sparse.csr_array((self.metres, self.place, self._starts(self.demand)), shape=shape).tocsc()

    def _starts(self, demand: IntArray) -> npt.NDArray[np.integer]:
        """(n_demand + 1,): where the pairs of each demand point begin, of ``demand`` in order."""
        kind = np.int32 if len(demand) < np.iinfo(np.int32).max else np.int64
        return np.searchsorted(demand, np.arange(self.n_demand + 1, dtype=demand.dtype)).astype(kind)

    def nearest_m(self, places: npt.NDArray[np.bool_]) -> FloatArray:
        """(n_demand,): metres to the nearest of ``places`` (a mask of length n_place); inf where none is listed."""
        nearest = np.full(self.n_demand, np.inf)
        keep = places[self.place]
        np.minimum.at(nearest, self.demand[keep], self.metres[keep])
        return nearest

    def select_places(self, places: IntArray) -> WalkTable:
        """The same distances for ``places`` only, renumbered 0..len(places)-1 in the order given."""
        renumber = np.full(self.n_place, -1, dtype=np.int32)
        renumber[places] = np.arange(len(places), dtype=np.int32)
        keep = renumber[self.place] >= 0
        demand, place, metres = self.demand[keep], renumber[self.place[keep]], self.metres[keep]
        if (places[1:] > places[:-1]).all():
            return WalkTable(self.n_demand, len(places), demand, place, metres)
        order = np.lexsort((place, demand))
        return WalkTable(self.n_demand, len(places), demand[order], place[order], metres[order])


@dataclass(frozen=True)
class SnapReport:
    """How the points met the street network.

    ``access_m`` metres of the access leg by point id; ``cut_off`` ids of points that reach no network (too far, behind
    a barrier, or on an island of streets) with the reason in Chinese.
    """

    access_m: Mapping[str, float] = field(default_factory=dict)
    cut_off: Mapping[str, str] = field(default_factory=dict)
    n_components: int = 0
    street_km: float = 0.0


@dataclass(frozen=True)
class Walks:
    """Distances that hold for every type, and tables for types that have rows of their own in ``distances.csv``."""

    general: WalkTable
    by_type: Mapping[str, WalkTable] = field(default_factory=dict)
    snap: SnapReport | None = None

    def for_type(self, type_id: str) -> WalkTable:
        """The distances that count for ``type_id``."""
        return self.by_type.get(type_id, self.general)

    def select_places(self, places: IntArray) -> Walks:
        """The same for ``places`` only, each table once: see :meth:`WalkTable.select_places`."""
        by_type = {type_id: table.select_places(places) for type_id, table in self.by_type.items()}
        return Walks(self.general.select_places(places), by_type, self.snap)
