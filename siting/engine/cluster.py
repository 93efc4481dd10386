"""Jobs on the workers of a Dask cluster, with the manners of :func:`siting.workers.run_in_processes`.

No more jobs are handed in than the cluster has threads, so that a dying worker takes one job for each of its threads
with it and none that merely waited. The scheduler gives the job of a dead worker to another one; one that kills
its workers again and again (``distributed.scheduler.allowed-failures`` of the scheduler, 3 by default) ends as
:class:`siting.workers.Died`. Certificates of a ``tls://`` cluster come from Dask's own configuration.
"""

from __future__ import annotations

import contextlib
import pickle
import queue
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from scenarios.faults import Fault, FaultError
from siting.engine.on_worker import Unseen, View, identity, work
from siting.workers import Died

CONNECT_S = 10.0
_LOST_AFTER_S = 20.0
_POLL_S = 0.5
_PLACE = "--cluster"
our_identity = identity


@dataclass(frozen=True)
class Lost(Died):
    """The scheduler went away before the job was done."""


def run_on_cluster(
    address: str,
    task: Callable[[Any, Callable[[Any], None]], Any],
    jobs: Sequence[Any],
    views: Sequence[Sequence[View]],
    on_event: Callable[[int, Any], None],
    on_result: Callable[[int, Any], None],
) -> None:
    """Do ``task(job, report)`` for all jobs on the cluster at ``address``; results are heard once for each job.

    ``views[i]`` is what job i must find on its worker (:func:`siting.engine.on_worker.view_of`), else its result is
    :class:`Unseen`. On any exception here (Ctrl-C) waiting jobs are taken back; a running one ends by itself.

    Raises:
        FaultError: no scheduler or no worker there, or a worker with another program, Python or library.
    """
    client = _connect(address)
    try:
        _check_workers(client, address)
        _Batch(client, task, jobs, views, on_event, on_result).run()
    finally:
        with contextlib.suppress(Exception):
            client.close(timeout=2)


def _connect(address: str) -> Any:
    import dask

    dask.config.set({"logging.distributed": "critical"})
    from distributed import Client

    try:
        made: Any = Client
        return made(address, timeout=CONNECT_S, set_as_default=False)
    except Exception as error:
        rule = f"连不上集群的调度器（{type(error).__name__}）"
        remedy = "请检查地址（如 tcp://10.0.0.5:8786）、调度器是否已启动、tls 证书是否已在 Dask 配置里给出"
        raise FaultError([Fault("no-cluster", _PLACE, rule, remedy, value=address)]) from None


def _check_workers(client: Any, address: str) -> None:
    ours = our_identity()
    found = client.run(identity, on_error="return")
    if not found:
        rule, remedy = "集群里没有工作进程", "请先启动 dask worker，再运行"
        raise FaultError([Fault("no-workers", _PLACE, rule, remedy, value=address)])
    faults = []
    for worker, theirs in sorted(found.items()):
        if isinstance(theirs, BaseException):
            rule = f"这个工作进程不能载入本程序（{type(theirs).__name__}）"
        else:
            other = [f"{k} 是 {theirs.get(k) or '无'}，本机 {v or '无'}" for k, v in ours.items() if theirs.get(k) != v]
            rule = f"这个工作进程的版本与本机不同：{'；'.join(other)}" if other else ""
        if rule:
            remedy = "请在集群各机装上与本机相同的 Python、本程序和各库，重启工作进程"
            faults.append(Fault("cluster-version", _PLACE, rule, remedy, value=worker))
    if faults:
        raise FaultError(faults)


class _Batch:
    """The jobs that are out, and one queue on which everything about them arrives."""

    def __init__(
        self, client: Any, task: Any, jobs: Sequence[Any], views: Sequence[Any], on_event: Any, on_result: Any
    ) -> None:
        self._client, self._task, self._jobs, self._views = client, task, jobs, views
        self._on_event, self._on_result = on_event, on_result
        self._waiting = list(range(len(jobs)))
        self._out: dict[int, Any] = {}
        self._heard: queue.SimpleQueue[tuple[int, Any, bool]] = queue.SimpleQueue()
        self._topic = f"siting-{uuid4().hex}"
        self._silent_since: float | None = None
        self._unheard: dict[int, float] = {}

    def run(self) -> None:
        """Until every job has its result."""
        self._client.subscribe_topic(self._topic, self._hear_event)
        try:
            while self._waiting or self._out:
                if self._is_lost():
                    break
                self._hand_in()
                self._ask_again()
                with contextlib.suppress(queue.Empty):
                    self._hear(*self._heard.get(timeout=_POLL_S))
        except BaseException:
            with contextlib.suppress(Exception):
                self._client.cancel(list(self._out.values()), force=True)
            raise
        for index in sorted([*self._out, *self._waiting]):
            self._on_result(index, Lost(None))

    def _hear_event(self, event: Any) -> None:
        message = event[1]
        self._heard.put((message["index"], message["event"], False))

    def _hand_in(self) -> None:
        """Nothing while the scheduler is away: it is then known by nothing, its workers included."""
        workers = self._client.scheduler_info(n_workers=-1).get("workers")
        if workers is None:
            return
        threads = sum(w["nthreads"] for w in workers.values())
        while self._waiting and len(self._out) < max(1, threads):
            index = self._waiting.pop(0)
            future = self._client.submit(
                work,
                self._task,
                self._jobs[index],
                index,
                self._topic,
                self._views[index],
                key=f"{self._topic}-{index}",
                pure=False,
            )
            self._out[index] = future
            future.add_done_callback(lambda done, index=index: self._heard.put((index, done, True)))

    def _hear(self, index: int, content: Any, is_result: bool) -> None:
        if index not in self._out:
            return
        if not is_result:
            self._on_event(index, pickle.loads(content))
            return
        result = _result_of(content)
        if result is None:
            # The connection is going, which is for the clock to say, or the worker that had the result has gone.
            self._silent_since = self._silent_since or time.monotonic() - _LOST_AFTER_S
            self._unheard[index] = time.monotonic() + _POLL_S
            return
        del self._out[index]
        self._on_result(index, result)

    def _ask_again(self) -> None:
        """A future tells only once that it is done: one whose result could not be had then is looked at here."""
        now = time.monotonic()
        for index in [i for i, due in self._unheard.items() if due <= now and self._out[i].done()]:
            del self._unheard[index]
            self._heard.put((index, self._out[index], True))

    def _is_lost(self) -> bool:
        comm = getattr(self._client, "scheduler_comm", None)
        if self._client.status == "running" and comm is not None and not comm.comm.closed():
            lost = [i for i, f in self._out.items() if f.cancelled()]
            if not lost:
                self._silent_since = None
            return bool(lost)
        now = time.monotonic()
        self._silent_since = self._silent_since or now
        return now - self._silent_since >= _LOST_AFTER_S


def _result_of(future: Any) -> Any:
    from distributed import KilledWorker

    if future.cancelled():
        return None
    try:
        return future.result(timeout=CONNECT_S)
    except KilledWorker:
        return Died(None)
    except Exception as error:
        return None if type(error).__name__ in {"CancelledError", "TimeoutError"} else Died(None, repr(error))


def unseen_fault(unseen: Unseen) -> Fault:
    """What is told of a folder that a worker does not see."""
    rule = f"集群的工作进程 {unseen.worker} 看不到这里，或看到的与本机不同"
    remedy = "请把输入和结果放在各机以同一路径可见的共享文件夹里"
    return Fault("cluster-folder", unseen.path, rule, remedy)
