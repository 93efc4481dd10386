"""Walking distances over the street network, or from a ready table."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from scenarios.faults import Fault, FaultError
from siting.network.barriers import Barriers, barriers_of
from siting.network.dijkstra import many_to_many
from siting.network.graph import IntArray, StreetGraph, clean_lines, join_ends, street_graph
from siting.network.islands import leave_islands
from siting.network.kept import Keep, users_keep
from siting.network.ready import ready_distances
from siting.network.report import snap_report
from siting.network.short_hops import short_hops
from siting.network.snap import Snaps, snap
from siting.network.table import walk_table
from siting.walks import Walks
from siting.workspace import Workspace

__all__ = ["snapped_places", "street_network", "users_keep", "walking_distances"]


def walking_distances(workspace: Workspace, cutoff_m: float, max_access_m: float, keep: Keep | None = None) -> Walks:
    """Walking metres from every demand point to every candidate site and existing outlet.

    With ``workspace.distances`` the table is taken as it is (nothing is cut, ``snap`` is None). Otherwise the streets
    are walked: pairs within ``cutoff_m`` (inclusive), access legs on both ends included, points farther than
    ``max_access_m`` from any street cut off; the pairs of a large network may come from ``keep``. Raises FaultError
    where there is neither a distance table nor a street.
    """
    if workspace.distances is not None:
        return ready_distances(workspace)
    graph, barriers = street_network(workspace)
    tree = shapely.STRtree(graph.seg_line)

    def snapped(table: Any) -> Snaps:
        return snap(table[["x", "y"]].to_numpy(dtype=float), graph, tree, barriers, max_access_m)

    demand, sites, outlets = snapped(workspace.demand), snapped(workspace.sites), snapped(workspace.outlets)
    demand, places = leave_islands(graph, demand, _stack(sites, outlets), barriers, max_access_m)
    table = walk_table(
        len(workspace.demand),
        len(workspace.sites) + len(workspace.outlets),
        many_to_many(graph, demand, places, cutoff_m, keep),
        short_hops(graph, demand, places, tree, barriers, cutoff_m),
    )
    kinds = ["居民点", "候选点", "现有网点"]
    tables = [workspace.demand, workspace.sites, workspace.outlets]
    n_sites = len(workspace.sites)
    sides = [demand, _rows(places, slice(None, n_sites)), _rows(places, slice(n_sites, None))]
    named = [(kind, list(t["id"]), side) for kind, t, side in zip(kinds, tables, sides, strict=True)]
    return Walks(table, {}, snap_report(graph, named, max_access_m))


def street_network(workspace: Workspace) -> tuple[StreetGraph, Barriers | None]:
    """The graph that is walked, cut by the barriers. Raises FaultError where there is no street."""
    barriers = barriers_of(workspace.barriers, workspace.gates)
    return _graph(workspace, barriers), barriers


def snapped_places(
    workspace: Workspace, graph: StreetGraph, barriers: Barriers | None, max_access_m: float, places: IntArray
) -> Snaps:
    """Rows ``places`` of sites followed by outlets on the network, as :func:`walking_distances` puts them there."""
    tree = shapely.STRtree(graph.seg_line)
    every = [
        snap(table[["x", "y"]].to_numpy(dtype=float), graph, tree, barriers, max_access_m)
        for table in (workspace.demand, workspace.sites, workspace.outlets)
    ]
    _, on_network = leave_islands(graph, every[0], _stack(every[1], every[2]), barriers, max_access_m)
    return _rows(on_network, places)


def _graph(workspace: Workspace, barriers: Any) -> StreetGraph:
    streets = workspace.streets
    lines = np.empty(0, dtype=object) if streets is None else clean_lines(np.asarray(streets.geometry, dtype=object))
    if not len(lines):
        fault = Fault(
            "no-streets",
            "streets.gpkg",
            "既没有可用的道路线，也没有现成的步行距离表",
            "请提供 streets.gpkg（道路线图层）、map.osm.pbf 或 distances.csv",
        )
        raise FaultError([fault])
    lines = join_ends(lines)
    return street_graph(lines if barriers is None else barriers.cut(lines))


def _stack(first: Snaps, second: Snaps) -> Snaps:
    return Snaps(*(np.concatenate([getattr(first, f), getattr(second, f)]) for f in Snaps.__dataclass_fields__))


def _rows(snaps: Snaps, rows: slice | IntArray) -> Snaps:
    return Snaps(*(getattr(snaps, f)[rows] for f in Snaps.__dataclass_fields__))
