"""Sets inside other sets, compiled: which site reaches no more than another, which row asks no less than another."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from models.instance import BoolArray, FloatArray, Int32Array
from models.large.jit import kernel


def inside_another(sets: sparse.csr_array, cost: FloatArray) -> BoolArray:
    """[a]: set a lies in a set that costs no more (of equals at the same cost the first does not)."""
    return _pairs(sets, cost)[0]


def around_another(sets: sparse.csr_array) -> BoolArray:
    """[b]: set b holds another set, and is not empty (of equals the first does not count)."""
    return _pairs(sets, np.zeros(sets.shape[0]))[1]


def _pairs(sets: sparse.csr_array, cost: FloatArray) -> tuple[BoolArray, BoolArray]:
    back = sparse.csr_array(sets.T.tocsr())
    inner, outer = np.zeros(sets.shape[0], dtype=bool), np.zeros(sets.shape[0], dtype=bool)
    start, items = sets.indptr.astype(np.int32), sets.indices.astype(np.int32)
    _compare(start, items, back.indptr.astype(np.int32), back.indices.astype(np.int32), cost, inner, outer)
    return inner, outer


@kernel
def _compare(
    start: Int32Array,
    items: Int32Array,
    back_start: Int32Array,
    back_sets: Int32Array,
    cost: FloatArray,
    inner: BoolArray,
    outer: BoolArray,
) -> None:
    """Each set a meets the sets that hold its rarest item; one that has been found to lie in another meets nobody."""
    mark = np.full(len(back_start) - 1, -1, np.int32)
    for a in range(len(start) - 1):
        size = start[a + 1] - start[a]
        if size == 0:
            continue
        rarest = items[start[a]]
        for n in range(start[a], start[a + 1]):
            item = items[n]
            mark[item] = a
            if back_start[item + 1] - back_start[item] < back_start[rarest + 1] - back_start[rarest]:
                rarest = item
        for q in range(back_start[rarest], back_start[rarest + 1]):
            b = back_sets[q]
            other = start[b + 1] - start[b]
            if b == a or other < size or (outer[b] and inner[a]):
                continue
            common, left = 0, other
            for n in range(start[b], start[b + 1]):
                if mark[items[n]] == a:
                    common += 1
                left -= 1
                if common + left < size:
                    break
            if common < size:
                continue
            if cost[b] < cost[a] or (cost[b] == cost[a] and (other > size or b < a)):
                inner[a] = True
            if other > size or a < b:
                outer[b] = True
