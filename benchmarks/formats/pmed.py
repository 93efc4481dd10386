"""OR-Library p-median files (Beasley 1985; pmed1 … pmed40): ``n m p``, then ``m`` edges ``node node length``.

Nodes count from 1 and are homes and sites alike, one resident each. Distances are shortest paths. Where an edge comes
twice the last one counts, as the library's own page asks; edges have no direction.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import shortest_path

from benchmarks.formats.case import Case, FloatArray, FormatError, Numbers
from benchmarks.formats.instances import pmedian_case

MOST_NODES = 20_000


def read(path: Path) -> Case:
    """The p-median problem of a file. Raises FormatError."""
    metres, p = read_distances(path)
    return pmedian_case(path.stem, metres, np.ones(len(metres)), p)


def read_distances(path: Path) -> tuple[FloatArray, int]:
    """(shortest paths [n,n], p). Raises FormatError, also where some node cannot be reached."""
    numbers = Numbers(path)
    n, m = (int(v) for v in numbers.whole(2, "nodes and edges", 1, 50_000_000))
    if n > MOST_NODES:
        raise FormatError(f"{path.name}: {n} nodes, at most {MOST_NODES}")
    p = int(numbers.whole(1, "p", 1, n)[0])
    edges = numbers.take(3 * m, "numbers of an edge").reshape(m, 3)
    numbers.end()
    ends, length = edges[:, :2].astype(np.int64) - 1, edges[:, 2]
    if m and (np.any(ends + 1 != edges[:, :2]) or ends.min() < 0 or ends.max() >= n or length.min() < 0):
        raise FormatError(f"{path.name}: an edge names a node outside 1 to {n}, or has a negative length")
    metres = all_pairs(n, ends, length)
    if not np.all(np.isfinite(metres)):
        raise FormatError(f"{path.name}: the graph falls into parts that no edge joins")
    return metres, p


def all_pairs(n: int, ends: np.ndarray, length: FloatArray) -> FloatArray:
    """[n,n]: shortest paths on ``ends`` (m,2) of ``length`` (m,); of two edges between two nodes the last counts."""
    low, high = ends.min(axis=1), ends.max(axis=1)
    _, from_the_end = np.unique((low * n + high)[::-1], return_index=True)
    last = len(length) - 1 - from_the_end
    last = last[low[last] != high[last]]
    tiny = np.where(length[last] > 0, length[last], 1e-12)
    graph = sparse.csr_array((tiny, (low[last], high[last])), shape=(n, n))
    dense = len(last) > n * n / 20
    far = shortest_path(graph, method="FW" if dense and n <= 1000 else "D", directed=False)
    return np.asarray(np.where(far < 1e-6, 0.0, far))


def write(path: Path, n: int, ends: np.ndarray, length: FloatArray, p: int) -> None:
    """A file in the same form; ``ends`` counts from 0."""
    rows = [f"{a + 1} {b + 1} {d:g}" for (a, b), d in zip(ends, length, strict=True)]
    path.write_text("\n".join([f" {n} {len(rows)} {p} ", *rows]) + "\n", encoding="ascii")


def random_graph(n: int, seed: int) -> tuple[np.ndarray, FloatArray]:
    """(ends (m,2), length (m,)): a graph like the library's: about n²/50 edges of length 1 to 100, in one piece."""
    rng = np.random.Generator(np.random.PCG64(seed))
    m = max(n, n * n // 50)
    path = np.column_stack([np.arange(n - 1), np.arange(1, n)])
    more = rng.integers(0, n, (m, 2))
    ends = np.concatenate([path, more[more[:, 0] != more[:, 1]]])
    return ends, rng.integers(1, 101, len(ends)).astype(np.float64)
