"""A heap of (key, number) in arrays: the largest key first, the smaller number where keys are equal."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.instance import FloatArray, IntArray
from models.large.jit import inner


class Heap(NamedTuple):
    """``size`` [0] entries stand in front."""

    keys: FloatArray
    ids: IntArray
    size: IntArray


def heap(n: int) -> Heap:
    """An empty heap with room for ``n``."""
    return Heap(np.zeros(n), np.zeros(n, dtype=np.int64), np.zeros(1, dtype=np.int64))


@inner
def push(h: Heap, key: float, number: int) -> None:
    """Put one in."""
    keys, ids = h.keys, h.ids
    at = h.size[0]
    h.size[0] += 1
    while at > 0:
        parent = (at - 1) // 2
        if keys[parent] > key or (keys[parent] == key and ids[parent] <= number):
            break
        keys[at], ids[at] = keys[parent], ids[parent]
        at = parent
    keys[at], ids[at] = key, number


@inner
def pop(h: Heap) -> int:
    """Take the top one out: its number."""
    keys, ids = h.keys, h.ids
    top = int(ids[0])
    h.size[0] -= 1
    size = h.size[0]
    key, number = keys[size], ids[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and (
            keys[child + 1] > keys[child] or (keys[child + 1] == keys[child] and ids[child + 1] < ids[child])
        ):
            child += 1
        if key > keys[child] or (key == keys[child] and number <= ids[child]):
            break
        keys[at], ids[at] = keys[child], ids[child]
        at = child
    keys[at], ids[at] = key, number
    return top
