"""Bounded many-to-many shortest paths between snapped points, in chunks of bounded memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from siting.network.graph import FloatArray, IntArray, StreetGraph
from siting.network.snap import TOLERANCE_M, Snaps

CHUNK_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class Pairs:
    """Parallel arrays: row numbers of the two sides, and metres between them."""

    demand: IntArray
    place: IntArray
    metres: FloatArray


def many_to_many(graph: StreetGraph, demand: Snaps, place: Snaps, cutoff_m: float) -> Pairs:
    """All pairs within ``cutoff_m`` walking metres (inclusive), access legs on both ends included.

    Runs from the side with fewer points. No dense matrix exceeds 32 MB, unless a single row of it does.
    """
    demand_row, place_row = np.flatnonzero(demand.on), np.flatnonzero(place.on)
    network = network_of(
        graph,
        np.r_[demand.edge[demand_row], place.edge[place_row]],
        np.r_[demand.along_m[demand_row], place.along_m[place_row]],
    )
    homes = _Ends(graph.n_nodes + np.arange(len(demand_row)), demand.access_m[demand_row])
    doors = _Ends(graph.n_nodes + len(demand_row) + np.arange(len(place_row)), place.access_m[place_row])
    if len(demand_row) < len(place_row):
        source, target, metres = _walk(network, homes, doors, cutoff_m)
        return Pairs(demand_row[source], place_row[target], metres)
    source, target, metres = _walk(network, doors, homes, cutoff_m)
    return Pairs(demand_row[target], place_row[source], metres)


class _Ends(NamedTuple):
    node: IntArray
    leg_m: FloatArray


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


def _walk(
    network: sparse.csr_array, source: _Ends, target: _Ends, cutoff_m: float
) -> tuple[IntArray, IntArray, FloatArray]:
    """Numbers of sources and targets, and metres, of every pair within ``cutoff_m``."""
    rows = max(1, CHUNK_BYTES // (8 * max(1, network.shape[0])))
    found: list[tuple[IntArray, IntArray, FloatArray]] = []
    for begin in range(0, len(source.node) if len(target.node) else 0, rows):
        chunk = slice(begin, begin + rows)
        reach = dijkstra(network, directed=True, indices=source.node[chunk], limit=cutoff_m + TOLERANCE_M)
        metres = reach[:, target.node]
        metres += source.leg_m[chunk, None]
        metres += target.leg_m
        near_source, near_target = np.nonzero(metres <= cutoff_m + TOLERANCE_M)
        found.append((near_source + begin, near_target, metres[near_source, near_target]))
    if not found:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0)
    near_source, near_target, metres = (np.concatenate(part) for part in zip(*found, strict=True))
    return near_source, near_target, metres
