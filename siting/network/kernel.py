"""Bounded shortest paths, compiled: each search touches the nodes within its limit and no others.

Dijkstra with a binary heap and lazy deletion. The distance of a node is ``min over its neighbours u of fl(d[u] + w)``,
and rounded addition does not fall as d[u] grows; so the result does not depend on the order in which equal distances
are settled, and is that of any other exact Dijkstra to the last bit.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from siting.network.graph import FloatArray, IntArray


def search(  # noqa: PLR0912  one loop, kept whole for speed
    indptr: Any,
    indices: Any,
    weights: FloatArray,
    source_node: IntArray,
    source_leg_m: FloatArray,
    first_target: int,
    target_leg_m: FloatArray,
    cutoff_m: float,
    margin_m: float,
    begin: int,
    count: IntArray,
    found: Any,
    found_m: FloatArray,
) -> tuple[int, int]:
    """Search from sources ``begin``, ``begin + 1`` … until all are done or the next might not fit into ``found``.

    The network is a symmetric CSR of metres without negative weights; target t is node ``first_target + t``. A target
    within ``cutoff_m + margin_m``, legs on both ends included, is written to ``found`` and ``found_m`` in the order of
    distance, and ``count`` [s] says how many belong to source s. Returns the first source that is left, and how many
    entries of ``found`` are filled.
    """
    n_target, top = len(target_leg_m), cutoff_m + margin_m
    metres = np.full(len(indptr) - 1, np.inf)
    touched = np.empty(len(indptr) - 1, dtype=np.int32)
    heap_m = np.empty(len(indices) + 1)
    heap_node = np.empty(len(indices) + 1, dtype=np.int32)
    filled, source = 0, begin
    while source < len(source_node) and len(found) - filled >= n_target:
        leg, started = source_leg_m[source], filled
        limit = top - leg + margin_m
        metres[source_node[source]] = 0.0
        touched[0], n_touched = source_node[source], 1
        heap_m[0], heap_node[0], size = 0.0, source_node[source], 1
        while size:
            here_m, here = heap_m[0], heap_node[0]
            size -= 1
            last_m, last, hole, child = heap_m[size], heap_node[size], 0, 1
            while child < size:
                if child + 1 < size and heap_m[child + 1] < heap_m[child]:
                    child += 1
                if heap_m[child] >= last_m:
                    break
                heap_m[hole], heap_node[hole] = heap_m[child], heap_node[child]
                hole, child = child, 2 * child + 1
            heap_m[hole], heap_node[hole] = last_m, last
            if here_m > metres[here]:
                continue
            target = here - first_target
            if 0 <= target < n_target:
                way_m = here_m + leg + target_leg_m[target]
                if way_m <= top:
                    found[filled], found_m[filled] = target, way_m
                    filled += 1
            for at in range(indptr[here], indptr[here + 1]):
                there, there_m = indices[at], here_m + weights[at]
                if there_m > limit or there_m >= metres[there]:
                    continue
                if metres[there] == np.inf:
                    touched[n_touched] = there
                    n_touched += 1
                metres[there] = there_m
                hole, size = size, size + 1
                while hole and heap_m[(hole - 1) // 2] > there_m:
                    heap_m[hole], heap_node[hole] = heap_m[(hole - 1) // 2], heap_node[(hole - 1) // 2]
                    hole = (hole - 1) // 2
                heap_m[hole], heap_node[hole] = there_m, there
        for n in range(n_touched):
            metres[touched[n]] = np.inf
        count[source] = filled - started
        source += 1
    return source, filled


@cache
def compiled() -> Any:
    """:func:`search` as machine code; it is kept on disk where a folder can be written, and compiled anew elsewhere.

    Raises:
        ImportError: numba is not installed.
    """
    import numba

    try:
        return numba.njit(cache=True)(search)
    except RuntimeError:  # no place to keep it
        return numba.njit(search)
