"""Walking over several circles: circles whose streets are one network are measured together, the others apart.

Two circles are joined where their streets share junctions: of the vertices of one that lie in the box of the other's
streets, and the other way about, at least a tenth of the fewer (on the 1 cm grid of :mod:`siting.network.graph`). That
holds for circles cut from one base map. Layouts drawn one by one may overlap without agreeing; then each keeps its own,
and nobody walks from one to the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from scipy import sparse

from siting.city.join import City, layers
from siting.network import users_keep, walking_distances
from siting.walks import SnapReport, Walks, WalkTable
from siting.workspace import Workspace

SHARED = 0.1
_GRID_PER_M = 100.0


@dataclass(frozen=True)
class CityWalks:
    """Distances of the city; ``networks`` [c] is the number of the network each circle walks on; ``apart`` pairs of
    circles whose streets overlap without agreeing.
    """

    walks: Walks
    networks: tuple[int, ...]
    apart: tuple[tuple[str, str], ...]


def city_walks(city: City, cutoff_m: float, max_access_m: float) -> CityWalks:
    """Measure the city, network by network; what lies on different networks cannot be walked."""
    n = len(city.circles)
    if city.workspace.distances is not None:
        return CityWalks(walking_distances(city.workspace, cutoff_m, max_access_m), (0,) * n, ())
    networks, apart = _networks(city.circles)
    walks, snaps = [], []
    for number in range(max(networks) + 1):
        part, demand, places = network_part(city, [c for c in range(n) if networks[c] == number])
        found = walking_distances(part, cutoff_m, max_access_m, users_keep())
        walks.append((found.general, demand, places))
        if found.snap is not None:
            snaps.append(found.snap)
    size = (len(city.workspace.demand), len(city.workspace.sites) + len(city.workspace.outlets))
    return CityWalks(Walks(_shortest(walks, size), {}, _snap(snaps)), networks, apart)


def _networks(circles: Sequence[Workspace]) -> tuple[tuple[int, ...], tuple[tuple[str, str], ...]]:
    vertices = [_vertices(ws) for ws in circles]
    n = len(circles)
    joined, apart = np.zeros((n, n), dtype=bool), []
    for a in range(n):
        for b in range(a + 1, n):
            mine, theirs = _within(vertices[a], vertices[b]), _within(vertices[b], vertices[a])
            fewer = min(len(mine), len(theirs))
            if not fewer:
                continue
            joined[a, b] = len(np.intersect1d(mine, theirs)) >= max(1.0, SHARED * fewer)
            if not joined[a, b]:
                apart.append((circles[a].circle.id, circles[b].circle.id))
    _, label = sparse.csgraph.connected_components(sparse.csr_array(joined), directed=False)
    order = {old: new for new, old in enumerate(dict.fromkeys(label.tolist()))}
    return tuple(order[old] for old in label.tolist()), tuple(apart)


def _vertices(ws: Workspace) -> np.ndarray:
    lines = np.asarray([] if ws.streets is None else ws.streets.geometry, dtype=object)
    return np.unique(np.round(shapely.get_coordinates(lines) * _GRID_PER_M).astype(np.int64), axis=0)


def _within(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The points inside the box of the others, each as one number."""
    if not len(points) or not len(others):
        return np.zeros(0, dtype=complex)
    inside = ((points >= others.min(axis=0)) & (points <= others.max(axis=0))).all(axis=1)
    return np.asarray(points[inside] @ np.array([1.0, 1j]))


def network_part(city: City, members: Sequence[int]) -> tuple[Workspace, np.ndarray, np.ndarray]:
    """The workspace of one network, and its demand points and places by their number in the city."""
    rows = {
        kind: np.unique(np.concatenate([getattr(city, kind).rows[c] for c in members]))
        for kind in ("demand", "sites", "outlets")
    }
    whole = city.workspace
    tables = {kind: getattr(whole, kind).iloc[row].reset_index(drop=True) for kind, row in rows.items()}
    circles = [city.circles[c] for c in members]
    part = replace(
        whole,
        **tables,
        streets=layers(circles, "streets"),
        barriers=layers(circles, "barriers"),
        gates=layers(circles, "gates"),
    )
    return part, rows["demand"], np.concatenate([rows["sites"], len(whole.sites) + rows["outlets"]])


def _shortest(walks: Sequence[tuple[WalkTable, np.ndarray, np.ndarray]], size: tuple[int, int]) -> WalkTable:
    """One table; a pair that two networks know has the shorter way."""
    demand = np.concatenate([d[t.demand] for t, d, _ in walks])
    place = np.concatenate([p[t.place] for t, _, p in walks])
    metres = np.concatenate([t.metres for t, _, _ in walks])
    order = np.lexsort((metres, place, demand))
    demand, place, metres = demand[order], place[order], metres[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (demand[1:] != demand[:-1]) | (place[1:] != place[:-1])
    return WalkTable(*size, demand[first].astype(np.int32), place[first].astype(np.int32), metres[first])


def _snap(snaps: Sequence[SnapReport]) -> SnapReport:
    access: dict[str, float] = {}
    for snap in snaps:
        for point, metres in snap.access_m.items():
            access[point] = min(metres, access.get(point, np.inf))
    well = {point for snap in snaps for point in snap.access_m if point not in snap.cut_off}
    cut = {point: why for snap in snaps for point, why in snap.cut_off.items() if point not in well}
    return SnapReport(access, cut, sum(s.n_components for s in snaps), sum(s.street_km for s in snaps))
