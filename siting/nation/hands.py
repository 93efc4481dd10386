"""Who answers: worker processes that each keep their circles, or a cluster. Results come in the order of the items.

A process that dies is replaced, and what it had not answered is asked again, a few times.
"""

from __future__ import annotations

import multiprocessing as mp
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

from scenarios.faults import FaultError
from siting.engine import run_on_cluster
from siting.engine.cluster import unseen_fault
from siting.engine.on_worker import Unseen, View
from siting.failures import RunFailure
from siting.workers import Died, settle

Task = Callable[[Sequence[Any], Any], list[Any]]
Hear = Callable[[Sequence[tuple[int, Any]]], None]
Hands = Callable[[Task, Sequence[tuple[int, Any]], Hear], list[Any]]
"""``hands(task, items, hear)``: what ``task([item, …], None)`` gives for each item, in their order. An item goes with
the number of its circle, by which its worker is chosen; ``hear`` gets results as they come, each with the place of its
item, once."""

_TRIES = 3
_CHUNKS = 16


@contextmanager
def in_processes(processes: int) -> Iterator[Hands]:
    """Hands on this machine: circle c belongs to process c mod ``processes``."""
    pools = _Pools(processes)
    try:
        yield pools.run
    finally:
        pools.close()


def on_cluster(address: str, views: Sequence[View]) -> Hands:
    """Hands of a Dask cluster; ``views`` are the folders that every worker must see."""

    def run(task: Task, items: Sequence[tuple[int, Any]], hear: Hear) -> list[Any]:
        size = max(1, -(-len(items) // _CHUNKS))
        parts = [[item for _, item in items[at : at + size]] for at in range(0, len(items), size)]
        found: dict[int, Any] = {}

        def finish(index: int, result: Any) -> None:
            found[index] = result
            if isinstance(result, list):
                hear(list(enumerate(result, index * size)))

        run_on_cluster(address, task, parts, [views] * len(parts), lambda _index, _event: None, finish)
        for result in found.values():
            if isinstance(result, Unseen):
                raise FaultError([unseen_fault(result)])
            if isinstance(result, Died):
                raise RunFailure("集群的工作进程意外终止，没有结果", tuple(result.trace.splitlines()[-1:]))
        return [answer for index in range(len(parts)) for answer in found[index]]

    return run


class _Pools:
    def __init__(self, processes: int) -> None:
        self._pools = [_new() for _ in range(max(1, processes))]

    def run(self, task: Task, items: Sequence[tuple[int, Any]], hear: Hear) -> list[Any]:
        found: dict[int, Any] = {}
        for _ in range(_TRIES):
            broken = self._once(task, [(n, *items[n]) for n in range(len(items)) if n not in found], found, hear)
            if not broken:
                return [found[n] for n in range(len(items))]
            for which in broken:
                self._pools[which].shutdown(wait=False)
                self._pools[which] = _new()
        message = "换了几个工作进程都意外终止，可能是内存不足或求解器崩溃；没有结果"
        raise RunFailure(message)

    def _once(self, task: Task, items: Sequence[tuple[int, int, Any]], found: dict[int, Any], hear: Hear) -> set[int]:
        """Fill ``found``; the processes that died on the way."""
        asked: dict[Future[list[Any]], tuple[int, int]] = {}
        broken: set[int] = set()
        for n, circle, item in items:
            which = circle % len(self._pools)
            try:
                asked[self._pools[which].submit(task, [item], None)] = n, which
            except BrokenProcessPool:
                broken.add(which)
        for future in as_completed(asked):
            n, which = asked[future]
            try:
                found[n] = future.result()[0]
                hear([(n, found[n])])
            except BrokenProcessPool:
                broken.add(which)
        return broken

    def close(self) -> None:
        for pool in self._pools:
            pool.shutdown(wait=False, cancel_futures=True)


def _new() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=mp.get_context("spawn"), initializer=settle)
