"""Ends a solver program that does not keep its time limit. Where there is no ``/proc`` nothing is ended."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

GRACE_S = 60.0


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


def _at_work(folder: str) -> list[int]:
    mark, found = folder.encode(), []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if mark in entry.read_bytes() and int(entry.parent.name) != os.getpid():
                found.append(int(entry.parent.name))
    return found
