"""Branch and bound on sites over the Lagrangian bound of :mod:`models.single.priced`, best bound first.

A node is a set of sites opened for good and a set still free; its children open one site of it, or give it up. A child
starts from its parent's prices, so that few steps do. What cannot be in a plan better than ``enough`` is fixed.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable

import numpy as np

from models.instance import FloatArray, IntArray
from models.single.priced import Relaxed, ascend, relax
from models.single.tables import DenseTable

_STEPS = 80
_MOST_NODES = 20_000


def branch(
    table: DenseTable,
    root: Relaxed,
    often: FloatArray,
    known: Callable[[Relaxed], float],
    offer: Callable[[IntArray], float],
    enough: Callable[[float], float],
    deadline: float,
) -> tuple[float, int]:
    """(proven bound, nodes opened): ends at ``enough`` of the least total known, or at ``deadline``.

    ``known`` is told of every node's relaxation and says the least total known (it may look for a better plan);
    ``offer`` hears of sites that are a whole plan, and says the same.
    """
    total, nodes = known(root), 0
    heap: list[tuple[float, int, Relaxed, FloatArray]] = []

    def keep(low: float, node: Relaxed, seen: FloatArray) -> None:
        fixed = _fixed(table, node, seen, enough(total)) if low < enough(total) else None
        if fixed is not None:
            heapq.heappush(heap, (low, nodes, *fixed))

    keep(root.bound, root, often)
    while heap and heap[0][0] < enough(total) and nodes < _MOST_NODES and time.perf_counter() < deadline:
        bound, _, node, seen = heapq.heappop(heap)
        if not len(node.free):
            total = offer(node.opened)
            continue
        j = int(np.argmax(seen * (1.0 - seen) + 1e-9 * node.share))
        rest = np.delete(node.free, j)
        for opened in (np.append(node.opened, node.free[j]), node.opened):
            nodes += 1
            begun = relax(table, node.price, opened, rest if len(opened) < table.p else rest[:0])
            risen = ascend(table, begun, known, enough, deadline, _STEPS, pace=0.5)
            total = known(risen.best)
            keep(max(bound, risen.best.bound), risen.best, risen.often)
    return min([enough(total), *(entry[0] for entry in heap)]), nodes


def _fixed(table: DenseTable, node: Relaxed, often: FloatArray, enough: float) -> tuple[Relaxed, FloatArray] | None:
    """The node without the sites whose opening reaches ``enough``, those opened whose closing does.

    None where nothing in it stays below ``enough``: what must be opened does not fit.
    """
    out, into = node.bound + node.entry >= enough, node.bound + node.exit >= enough
    if np.any(out & into):
        return None
    opened: IntArray = np.concatenate([node.opened, node.free[into]])
    if len(opened) > table.p:
        return None
    stay = ~out & ~into & (len(opened) < table.p)
    if np.all(stay):
        return node, often
    return relax(table, node.price, opened, node.free[stay]), often[stay]
