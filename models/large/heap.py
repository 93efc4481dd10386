"""A heap of (key, number) in arrays: the largest key first, the smaller number where keys are equal."""

from __future__ import annotations

from models.instance import FloatArray
from models.large.arrays import Int32Array
from models.large.jit import inner


@inner
def push(keys: FloatArray, ids: Int32Array, size: int, key: float, number: int) -> int:
    """New size."""
    at = size
    while at > 0:
        parent = (at - 1) // 2
        if keys[parent] > key or (keys[parent] == key and ids[parent] <= number):
            break
        keys[at], ids[at] = keys[parent], ids[parent]
        at = parent
    keys[at], ids[at] = key, number
    return size + 1


@inner
def pop(keys: FloatArray, ids: Int32Array, size: int) -> int:
    """New size; what was on top stands behind the end, at ``[size - 1]``."""
    top_key, top_id = keys[0], ids[0]
    size -= 1
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
    keys[size], ids[size] = top_key, top_id
    return size
