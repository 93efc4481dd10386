"""The compiled search finds what scipy's finds, to the last bit, and what Floyd–Warshall finds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from test_walk_properties import WALLS, floyd_warshall, scattered

from siting.network import dijkstra, kernel, walking_distances
from siting.network.dijkstra import Pairs
from siting.network.snap import TOLERANCE_M
from siting.network.table import walk_table

pytest.importorskip("numba")


def random_network(rng, n: int) -> tuple[sparse.csr_array, list[tuple[int, int, float]]]:
    """Few links, so that some nodes are cut off; a fifth of the links have no length."""
    pairs = {tuple(sorted(rng.choice(n, 2, replace=False).tolist())) for _ in range(rng.integers(1, 2 * n))}
    edges = [(u, v, 0.0 if rng.random() < 0.2 else float(rng.integers(1, 60)) / 4) for u, v in sorted(pairs)]
    u, v, metres = (np.array(part) for part in zip(*edges, strict=True))
    size = (n, n)
    return sparse.csr_array((np.r_[metres, metres], (np.r_[u, v], np.r_[v, u])), shape=size), edges


def both(monkeypatch, network, source, target, cutoff) -> list[sparse.csr_array]:
    found = []
    for cells in (10**18, 0):
        monkeypatch.setattr(dijkstra, "COMPILED_CELLS", cells)
        table = dijkstra._walk(network, source, target, cutoff)
        table.sort_indices()
        found.append(table)
    return found


def test_agrees_with_scipy_and_floyd_warshall(monkeypatch):
    """Lengths are quarters, so that sums are exact and the inclusive cutoff is met on the spot many times."""
    rng, on_the_spot = np.random.default_rng(7), 0
    for _ in range(300):
        n = int(rng.integers(2, 14))
        network, edges = random_network(rng, n)
        half = int(rng.integers(1, n))
        source = dijkstra._Ends(0, rng.integers(0, 12, half) / 4)
        target = dijkstra._Ends(half, rng.integers(0, 12, n - half) / 4)
        cutoff = float(rng.integers(0, 160)) / 4
        monkeypatch.setattr(dijkstra, "CHUNK_PAIRS", int(rng.integers(1, 20)))
        plain, fast = both(monkeypatch, network, source, target, cutoff)
        best = floyd_warshall(n, edges)[:half, half:] + source.leg_m[:, None] + target.leg_m
        expected = {(i, p): best[i, p] for i, p in zip(*np.nonzero(best <= cutoff), strict=True)}
        on_the_spot += sum(m == cutoff for m in expected.values())
        for table in (plain, fast):
            rows = np.repeat(np.arange(half), np.diff(table.indptr))
            assert dict(zip(zip(rows, table.indices, strict=True), table.data, strict=True)) == expected
    assert on_the_spot > 10


@pytest.mark.parametrize(("seed", "n_demand", "n_sites"), [(1, 30, 15), (2, 8, 40), (3, 200, 60)])
@pytest.mark.parametrize("barriers", [None, WALLS])
def test_the_same_bytes_on_real_streets(monkeypatch, seed, n_demand, n_sites, barriers):
    made = scattered(seed, n_demand, n_sites, barriers)
    tables = []
    for cells in (10**18, 0, 0):
        monkeypatch.setattr(dijkstra, "COMPILED_CELLS", cells)
        tables.append(walking_distances(made, 450.0, 80.0).general)
    for name in ("demand", "place", "metres"):
        assert len({getattr(table, name).tobytes() for table in tables}) == 1
    assert len(tables[0].metres) > 50


def test_the_compiled_search_is_the_written_one():
    """The plain Python function and its machine code, on points that lie on one node's zero-length links."""
    metres = np.array([0.0, 0.0, 2.5])
    u, v = np.array([0, 1, 2]), np.array([1, 2, 3])
    network = sparse.csr_array((np.r_[metres, metres], (np.r_[u, v], np.r_[v, u])), shape=(5, 5))
    answers = []
    for search in (kernel.search, kernel.compiled()):
        count, found, found_m = np.zeros(2, dtype=np.int64), np.empty(9, dtype=np.int32), np.empty(9)
        ends = (np.array([0, 1]), np.array([1.0, 0.0]), 2, np.array([0.0, 0.5, 0.0]))
        left, filled = search(
            network.indptr, network.indices, network.data, *ends, 3.0, TOLERANCE_M, 0, count, found, found_m
        )
        answers.append((left, filled, count.tolist(), found[:filled].tolist(), found_m[:filled].tolist()))
    assert answers == [(2, 3, [1, 2], [0, 0, 1], [1.0, 0.0, 3.0])] * 2


def test_without_numba_scipy_walks(monkeypatch):
    def missing():
        raise ImportError("numba")

    made = scattered(4)
    expected = walking_distances(made, 450.0, 80.0).general.metres
    monkeypatch.setattr(dijkstra, "COMPILED_CELLS", 0)
    monkeypatch.setattr(dijkstra, "compiled", missing)
    assert np.array_equal(walking_distances(made, 450.0, 80.0).general.metres, expected)


def test_tables_put_together_are_the_shortest_of_each_pair():
    rng = np.random.default_rng(11)
    for _ in range(200):
        n, p = rng.integers(1, 7, 2)
        parts, expected = [], {}
        for size in rng.integers(0, 12, int(rng.integers(1, 4))):
            demand, place, metres = rng.integers(0, n, size), rng.integers(0, p, size), rng.integers(0, 9, size) / 8
            if rng.random() < 0.7:
                _, once = np.unique(demand * p + place, return_index=True)
                demand, place, metres = demand[once], place[once], metres[once]
            parts.append(Pairs(demand, place, metres))
            for key, m in zip(zip(demand.tolist(), place.tolist(), strict=True), metres.tolist(), strict=True):
                expected[key] = min(m, expected.get(key, m))
        table = walk_table(int(n), int(p), *parts)
        pairs = list(zip(table.demand.tolist(), table.place.tolist(), strict=True))
        assert pairs == sorted(expected)
        assert table.metres.tolist() == [expected[pair] for pair in pairs]
        assert table.demand.dtype == table.place.dtype == np.int32
