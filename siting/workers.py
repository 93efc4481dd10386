"""Worker processes that do one job after another and tell how it goes.

Unlike a process pool, a worker that dies costs only the job it was at: each worker has a pipe of its own, so it is
known which job that was. Light to import: what the jobs need is imported by the workers.
"""

from __future__ import annotations

import multiprocessing as mp
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

J = TypeVar("J")
R = TypeVar("R")
Report = Callable[[Any], None]

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_GRACE_S = 3.0


@dataclass(frozen=True)
class Died:
    """A worker ended without a result: ``exitcode`` as multiprocessing tells it (negative = signal), or its error."""

    exitcode: int | None
    trace: str = ""


@dataclass
class _Worker:
    process: SpawnProcess
    pipe: Connection
    job: int


def run_in_processes(
    task: Callable[[J, Report], R],
    jobs: Sequence[J],
    processes: int,
    on_event: Callable[[int, Any], None],
    on_result: Callable[[int, R | Died], None],
    on_stop: Callable[[tuple[int, ...]], None] = lambda _pids: None,
) -> None:
    """Do ``task(job, report)`` for all jobs in up to ``processes`` worker processes.

    ``task`` must be importable by name; what it passes to ``report`` arrives as ``on_event(index, event)``, what it
    returns as ``on_result(index, result)``. On any exception here (Ctrl-C) the workers are ended, ``on_stop`` hears
    their process ids, and the exception goes on.
    """
    waiting = list(range(len(jobs)))
    workers: list[_Worker] = []
    pids: list[int] = []
    context = mp.get_context("spawn")
    try:
        while waiting or workers:
            while waiting and len(workers) < max(1, processes):
                workers.append(_start(context, task, jobs, waiting.pop(0), pids))
            ready = set(wait([w.pipe for w in workers]))
            for worker in [w for w in workers if w.pipe in ready]:
                if not _hear(worker, jobs, waiting, on_event, on_result):
                    workers.remove(worker)
    except BaseException:
        _end(workers)
        on_stop(tuple(pids))
        raise


def _start(context: Any, task: Any, jobs: Sequence[Any], index: int, pids: list[int]) -> _Worker:
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, task), daemon=True)
    process.start()
    pids.append(process.pid)
    theirs.close()
    worker = _Worker(process, ours, index)
    _give(worker, jobs[index])
    return worker


def _give(worker: _Worker, job: Any) -> None:
    try:
        worker.pipe.send(job)
    except OSError:
        # The worker is dead; reading from its pipe will say so.
        return


def _hear(worker: _Worker, jobs: Sequence[Any], waiting: list[int], on_event: Any, on_result: Any) -> bool:
    """Take one message from a worker; False where the worker is done or dead."""
    try:
        kind, content = worker.pipe.recv()
    except (EOFError, OSError):
        worker.process.join(_GRACE_S)
        on_result(worker.job, Died(worker.process.exitcode))
        return False
    if kind == "event":
        on_event(worker.job, content)
        return True
    on_result(worker.job, content)
    if waiting:
        worker.job = waiting.pop(0)
        _give(worker, jobs[worker.job])
        return True
    _give(worker, None)
    worker.process.join()
    return False


def _end(workers: list[_Worker]) -> None:
    for worker in workers:
        worker.process.terminate()
    for worker in workers:
        worker.process.join(_GRACE_S)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()


def _serve(pipe: Connection, task: Callable[[Any, Report], Any]) -> None:
    """The life of a worker."""
    settle()
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        if job is None:
            return
        try:
            result = task(job, lambda event: pipe.send(("event", event)))
        except Exception:
            result = Died(None, traceback.format_exc())
        pipe.send(("result", result))


def settle() -> None:
    """How every process that works for another behaves: it ends with its parent, which alone hears Ctrl-C, and where a
    solver in it hangs; one thread for each library; what a solver prints goes to standard error.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    from models.backends.watchdog import may_be_ended  # numpy comes with it, and reads the number of threads

    may_be_ended()
    _stdout_to_stderr()


def _end_with_parent() -> None:
    """A parent that was killed leaves no worker behind."""
    parent = mp.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _stdout_to_stderr() -> None:
    try:
        os.dup2(2, 1)
    except OSError:
        return
    sys.stdout = sys.stderr
