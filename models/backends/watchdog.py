"""Ends a solver that does not keep its time limit.

A program of its own is killed (:func:`ending`; where there is no ``/proc`` nothing is ended). A library at work inside
this process can only be ended with the process (:func:`kept`): that is done in processes which said that they may be
ended so (:func:`may_be_ended`), because another one watches them and goes on.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.errors import HUNG_EXIT

GRACE_S = 60.0
PATIENCE_S = 300.0
_TICK_S = 0.5


class Ended(threading.Event):
    """Set once the program was ended."""


@contextlib.contextmanager
def ending(folder: str, time_limit_s: float) -> Iterator[Ended]:
    """While open: programs with ``folder`` in their command line are killed well after ``time_limit_s``.

    They get as long again as the limit, at least ``GRACE_S``: solvers look at the clock between steps only.
    """
    ended = Ended()

    def end() -> None:
        for pid in _at_work(folder):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
                ended.set()

    timer = threading.Timer(time_limit_s + max(GRACE_S, time_limit_s), end)
    timer.daemon = True
    timer.start()
    try:
        yield ended
    finally:
        timer.cancel()


@dataclass
class _Work:
    """A library's call and the seconds that it has left."""

    left_s: float


class _Patience:
    """Counts the seconds of the library now at work, in a thread, and ends the process where they are gone.

    It counts by ticks, so that a process which was stopped and goes on (Ctrl-Z, a laptop asleep) has lost one tick.
    """

    def __init__(self) -> None:
        self.work: _Work | None = None
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        while True:
            before = time.monotonic()
            time.sleep(_TICK_S)
            work = self.work
            if work is not None:
                work.left_s -= min(time.monotonic() - before, 2 * _TICK_S)
                if work.left_s <= 0 and self.work is work:
                    os._exit(HUNG_EXIT)


_patience: list[_Patience] = []


def may_be_ended() -> None:
    """From now on this process ends with ``HUNG_EXIT`` where a library in it hangs."""
    if not _patience:
        _patience.append(_Patience())


@contextlib.contextmanager
def kept(time_limit_s: float) -> Iterator[None]:
    """While open: a library is to answer within three times the limit and ``PATIENCE_S`` more.

    More than a program gets, since a whole circle ends with it. The library must leave Python's lock to other threads,
    as HiGHS and CP-SAT do.
    """
    for patience in _patience:
        patience.work = _Work(3 * time_limit_s + PATIENCE_S)
    try:
        yield
    finally:
        for patience in _patience:
            patience.work = None


def _at_work(folder: str) -> list[int]:
    mark, found = folder.encode(), []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if mark in entry.read_bytes() and int(entry.parent.name) != os.getpid():
                found.append(int(entry.parent.name))
    return found
