"""Walking in a city's run, measured again: which circles walk on one network of streets, and the ways on each.

Two circles are one network where a tenth of the fewer of their street vertices (to the centimetre, of one in the box of
the other's) are the other's too. What lies on two networks has the shorter way; nobody walks from one to the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.audit.joined import TABLES, City
from siting.network import walking_distances
from siting.walks import SnapReport, Walks, WalkTable
from siting.workspace import Workspace

_TENTH = 0.1

Vertices = frozenset[tuple[int, int]]


def networks_of(circles: Sequence[Workspace]) -> tuple[tuple[int, ...], frozenset[tuple[str, str]]]:
    """(the number of each circle's network, pairs of circles whose streets overlap and do not agree)."""
    vertices = [_vertices(ws) for ws in circles]
    number = list(range(len(circles)))
    apart = set()
    for a, b in combinations(range(len(circles)), 2):
        mine, theirs = _inside(vertices[a], vertices[b]), _inside(vertices[b], vertices[a])
        fewer = min(len(mine), len(theirs))
        if fewer and len(mine & theirs) >= max(1.0, _TENTH * fewer):
            old, new = max(number[a], number[b]), min(number[a], number[b])
            number = [new if n == old else n for n in number]
        elif fewer:
            apart.add((circles[a].circle.id, circles[b].circle.id))
    order = list(dict.fromkeys(number))
    return tuple(order.index(n) for n in number), frozenset(apart)


def _vertices(ws: Workspace) -> Vertices:
    if ws.streets is None:
        return frozenset()
    cm = np.round(shapely.get_coordinates(np.asarray(ws.streets.geometry, dtype=object)) * 100).astype(np.int64)
    return frozenset((int(x), int(y)) for x, y in cm)


def _inside(points: Vertices, others: Vertices) -> Vertices:
    """The points in the box of the others."""
    if not others:
        return frozenset()
    xs, ys = zip(*others, strict=True)
    left, right, low, high = min(xs), max(xs), min(ys), max(ys)
    return frozenset((x, y) for x, y in points if left <= x <= right and low <= y <= high)


def walk_city(whole: Workspace, city: City, networks: Sequence[int], cutoff_m: float, max_access_m: float) -> Walks:
    """The city's distances; ``whole`` are its tables."""
    if whole.distances is not None:
        return walking_distances(whole, cutoff_m, max_access_m)
    ways, snaps = [], []
    for number in range(max(networks) + 1):
        members = [c for c, n in enumerate(networks) if n == number]
        rows = {kind: np.unique(np.concatenate([city.tables[kind].rows[c] for c in members])) for kind in TABLES}
        walks = walking_distances(_part(whole, city, members, rows), cutoff_m, max_access_m)
        places = np.concatenate([rows["sites"], len(whole.sites) + rows["outlets"]])
        table = walks.general
        ways.append(pd.DataFrame({"d": rows["demand"][table.demand], "p": places[table.place], "m": table.metres}))
        if walks.snap is not None:
            snaps.append(walks.snap)
    shortest = pd.concat(ways).groupby(["d", "p"])["m"].min().reset_index()
    general = WalkTable(
        len(whole.demand),
        len(whole.sites) + len(whole.outlets),
        shortest["d"].to_numpy(dtype=np.int32),
        shortest["p"].to_numpy(dtype=np.int32),
        shortest["m"].to_numpy(dtype=float),
    )
    return Walks(general, {}, _snap(snaps))


def _part(whole: Workspace, city: City, members: Sequence[int], rows: dict[str, np.ndarray]) -> Workspace:
    """The circles of one network as one workspace."""

    def layer(name: str) -> gpd.GeoDataFrame | None:
        found = [getattr(city.circles[c], name) for c in members if getattr(city.circles[c], name) is not None]
        if not found:
            return None
        return gpd.GeoDataFrame(geometry=[line for one in found for line in one.geometry], crs=found[0].crs)

    return replace(
        whole,
        demand=whole.demand.iloc[rows["demand"]].reset_index(drop=True),
        sites=whole.sites.iloc[rows["sites"]].reset_index(drop=True),
        outlets=whole.outlets.iloc[rows["outlets"]].reset_index(drop=True),
        streets=layer("streets"),
        barriers=layer("barriers"),
        gates=layer("gates"),
    )


def _snap(snaps: Sequence[SnapReport]) -> SnapReport:
    """A point is cut off where every network that knows it says so."""
    well = {point for snap in snaps for point in snap.access_m.keys() - snap.cut_off.keys()}
    return SnapReport(cut_off={p: why for snap in snaps for p, why in snap.cut_off.items() if p not in well})
