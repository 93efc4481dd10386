"""Bounded many-to-many shortest paths between snapped points, in chunks of bounded memory.

Small networks are searched by scipy, which fills a row of the whole network for every source; from ``COMPILED_CELLS``
cells on (sources times nodes) by :mod:`siting.network.kernel`, which touches the nodes within the cutoff alone. Both
give the same bits, so the choice is one of time only: loading the compiled search costs a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from siting.network.graph import FloatArray, IntArray, StreetGraph
from siting.network.kept import Keep, key_of
from siting.network.kernel import compiled
from siting.network.snap import TOLERANCE_M, Snaps

CHUNK_BYTES = 32 * 1024 * 1024
CHUNK_PAIRS = 2_000_000
COMPILED_CELLS = 500_000_000
KEPT_CELLS = 10_000_000


@dataclass(frozen=True)
class Pairs:
    """Parallel arrays: row numbers of the two sides, and metres between them."""

    demand: npt.NDArray[np.integer]
    place: npt.NDArray[np.integer]
    metres: FloatArray


def many_to_many(graph: StreetGraph, demand: Snaps, place: Snaps, cutoff_m: float, keep: Keep | None = None) -> Pairs:
    """All pairs within ``cutoff_m`` walking metres (inclusive), access legs on both ends included, each once, sorted by
    (demand, place).

    Runs from the side with fewer points. No dense matrix exceeds 32 MB, unless a single row of it does; beside it
    memory grows with the pairs that are found. From ``KEPT_CELLS`` on (the fewer points times the nodes) the pairs are
    looked for in ``keep``, and left there.
    """
    demand_row, place_row = np.flatnonzero(demand.on), np.flatnonzero(place.on)
    network = network_of(
        graph,
        np.r_[demand.edge[demand_row], place.edge[place_row]],
        np.r_[demand.along_m[demand_row], place.along_m[place_row]],
    )
    homes = _Ends(graph.n_nodes, demand.access_m[demand_row])
    doors = _Ends(graph.n_nodes + len(demand_row), place.access_m[place_row])
    table = _table(network, homes, doors, cutoff_m, keep)
    rows = np.repeat(demand_row.astype(np.int32), np.diff(table.indptr))
    return Pairs(rows, place_row.astype(np.int32)[table.indices], table.data)


class _Ends(NamedTuple):
    """Points on the network: they are the nodes ``first``, ``first + 1`` …"""

    first: int
    leg_m: FloatArray


def _table(
    network: sparse.csr_array, homes: _Ends, doors: _Ends, cutoff_m: float, keep: Keep | None
) -> sparse.csr_array:
    """[home, door] metres, the columns of a row in order."""
    n_home, n_door = len(homes.leg_m), len(doors.leg_m)

    def walk() -> sparse.csr_array:
        if n_home >= n_door:
            return sparse.csr_array(_walk(network, doors, homes, cutoff_m).T.tocsr())
        table = _walk(network, homes, doors, cutoff_m)
        table.sort_indices()
        return table

    if keep is None or min(n_home, n_door) * network.shape[0] < KEPT_CELLS:
        return walk()
    try:
        key = key_of((network.indptr, network.indices, network.data, *homes, *doors, cutoff_m, TOLERANCE_M))
    except OSError:
        return walk()
    return keep.table(key, (n_home, n_door), cutoff_m + TOLERANCE_M, walk)


def network_of(graph: StreetGraph, edge: IntArray, along_m: FloatArray) -> sparse.csr_array:
    """Symmetric weights of the graph with point p as node ``n_nodes + p``: every edge becomes the chain
    u - its points in order - v.
    """
    n_edges, n_points = len(graph.edge_m), len(edge)
    every = np.arange(n_edges)
    at_edge = np.r_[every, edge, every]
    at_m = np.r_[np.zeros(n_edges), np.clip(along_m, 0.0, graph.edge_m[edge]), graph.edge_m]
    node = np.r_[graph.edge_u, graph.n_nodes + np.arange(n_points), graph.edge_v]
    rank = np.repeat([0, 1, 2], [n_edges, n_points, n_edges])
    order = np.lexsort((node, at_m, rank, at_edge))
    at_edge, at_m, node = at_edge[order], at_m[order], node[order]
    linked = np.flatnonzero((at_edge[1:] == at_edge[:-1]) & (node[1:] != node[:-1]))
    low, high = np.sort([node[linked], node[linked + 1]], axis=0)
    metres = at_m[linked + 1] - at_m[linked]
    order = np.lexsort((metres, high, low))
    low, high, metres = low[order], high[order], metres[order]
    first = np.ones(len(low), dtype=bool)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    low, high, metres = low[first], high[first], metres[first]
    size = graph.n_nodes + n_points
    return sparse.csr_array((np.r_[metres, metres], (np.r_[low, high], np.r_[high, low])), shape=(size, size))


def _walk(network: sparse.csr_array, source: _Ends, target: _Ends, cutoff_m: float) -> sparse.csr_array:
    """[source, target] metres of every pair within ``cutoff_m``, explicit zeros kept."""
    n_source, n_target = len(source.leg_m), len(target.leg_m)
    count = np.zeros(n_source, dtype=np.int64)
    found: list[npt.NDArray[np.integer]] = [np.empty(0, dtype=np.int32)]
    metres = [np.empty(0)]
    if n_source and n_target:
        for chunk in _chunks(network, source, target, cutoff_m):
            count += chunk.hits
            found.append(chunk.target)
            metres.append(chunk.metres)
    columns = np.concatenate(found)
    found.clear()
    values = np.concatenate(metres)
    metres.clear()
    indptr = np.concatenate([[0], np.cumsum(count)]).astype(np.int32 if len(columns) < 2**31 else np.int64)
    return sparse.csr_array((values, columns, indptr), shape=(n_source, n_target))


class _Chunk(NamedTuple):
    """Pairs of some sources in order: ``hits`` [source], and the targets and metres of one source after another."""

    hits: IntArray
    target: npt.NDArray[np.integer]
    metres: FloatArray


def _chunks(network: sparse.csr_array, source: _Ends, target: _Ends, cutoff_m: float) -> Iterator[_Chunk]:
    if len(source.leg_m) * network.shape[0] >= COMPILED_CELLS:
        try:
            search = compiled()
        except ImportError:
            return _dense(network, source, target, cutoff_m)
        return _sparse(search, network, source, target, cutoff_m)
    return _dense(network, source, target, cutoff_m)


def _sparse(search: Any, network: sparse.csr_array, source: _Ends, target: _Ends, cutoff_m: float) -> Iterator[_Chunk]:
    n_source, n_target = len(source.leg_m), len(target.leg_m)
    size = max(n_target, min(CHUNK_PAIRS, n_source * n_target))
    found, found_m = np.empty(size, dtype=np.int32), np.empty(size)
    nodes, begin = source.first + np.arange(n_source, dtype=np.int64), 0
    ends = (nodes, np.ascontiguousarray(source.leg_m), target.first, np.ascontiguousarray(target.leg_m))
    while begin < n_source:
        count = np.zeros(n_source, dtype=np.int64)
        begin, filled = search(
            network.indptr, network.indices, network.data, *ends, cutoff_m, TOLERANCE_M, begin, count, found, found_m
        )
        yield _Chunk(count, found[:filled].copy(), found_m[:filled].copy())


def _dense(network: sparse.csr_array, source: _Ends, target: _Ends, cutoff_m: float) -> Iterator[_Chunk]:
    n_source, n_target = len(source.leg_m), len(target.leg_m)
    rows = max(1, CHUNK_BYTES // (8 * max(1, network.shape[0])))
    for begin in range(0, n_source, rows):
        chunk = np.arange(begin, min(begin + rows, n_source))
        reach = dijkstra(network, directed=True, indices=source.first + chunk, limit=cutoff_m + TOLERANCE_M)
        metres = reach[:, target.first : target.first + n_target]
        metres = metres + source.leg_m[chunk, None]
        metres += target.leg_m
        near = metres <= cutoff_m + TOLERANCE_M
        count = np.zeros(n_source, dtype=np.int64)
        count[chunk] = near.sum(axis=1)
        yield _Chunk(count, np.nonzero(near)[1].astype(np.int32), metres[near])
