"""The circles that a worker has read: as many with their models in memory as may be, the others on the disk.

Every round asks many circles in turn, so that to forget the one used longest ago would forget each one just before it
is asked again. What is full stays as it is here, and what comes later lies in a file without a name, which is gone when
the process is, however it ends.
"""

from __future__ import annotations

import contextlib
import pickle
import tempfile
import threading
from typing import IO, TYPE_CHECKING

from models.nation import Circle, Priced

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_BYTES = 2 * 1024**3
_MODEL_SIZE = 4
"""Memory of a circle with its model, in sizes of the pickled circle (measured: 3.7)."""


class Shelf:
    """Circles by name, with about ``most_bytes`` of them in memory. Threads of a cluster's worker may share it."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._free = most_bytes
        self._near: dict[str, Circle | Priced] = {}
        self._far: dict[str, tuple[int, int]] = {}
        self._file: IO[bytes] | None = None
        self._lock = threading.Lock()

    def put(self, name: str, circle: Circle) -> None:
        """Keep ``circle``; where neither memory nor disk has room it is not kept."""
        if name in self._near or name in self._far:
            return
        text = pickle.dumps(circle)
        size = _MODEL_SIZE * len(text)
        if size <= self._free:
            self._near[name] = circle
            self._free -= size
            return
        with contextlib.suppress(OSError), self._lock:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 — as long as the worker
            at = self._file.seek(0, 2)
            self._file.write(text)
            self._file.flush()
            self._far[name] = at, len(text)

    def model(self, name: str, model_of: Callable[[Circle], Priced]) -> Priced | None:
        """The model of a circle, made where it is not in memory; None: the circle is not here."""
        near = self._near.get(name)
        if isinstance(near, Priced):
            return near
        if near is not None:
            made = self._near[name] = model_of(near)
            return made
        if name not in self._far or self._file is None:
            return None
        at, size = self._far[name]
        try:
            with self._lock:
                self._file.seek(at)
                text = self._file.read(size)
            return model_of(pickle.loads(text))
        except (OSError, EOFError, pickle.UnpicklingError):
            return None
