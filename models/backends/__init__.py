"""Solvers behind one interface. A backend is one file and one line of ``_BACKENDS``; the library loads when asked."""

from __future__ import annotations

from importlib import import_module

from models.backends.base import Backend, BackendResult, Progress, ProgressCall
from models.errors import SolverError

__all__ = [
    "AUTO",
    "AUTO_FROM_ENTRIES",
    "LARGE",
    "SINGLE_FROM_ENTRIES",
    "Backend",
    "BackendResult",
    "Progress",
    "ProgressCall",
    "backend",
]

LARGE = "large"
"""Our own solver of whole levels (:mod:`models.large`); whatever else is asked in its name goes to HiGHS."""

AUTO, AUTO_FROM_ENTRIES = "auto", 80_000
"""HiGHS, but our own solver for levels whose model has that many entries or more (measured, decision 0044)."""

SINGLE_FROM_ENTRIES = 20_000
"""From so many entries on ``auto`` takes a level of one type for the classical problem (:mod:`models.single.level`)."""

_BACKENDS = {
    "highs": ("models.backends.highs", "HighsBackend"),
    LARGE: ("models.backends.highs", "HighsBackend"),
    AUTO: ("models.backends.highs", "HighsBackend"),
    "cpsat": ("models.backends.cpsat", "CpSatBackend"),
}
_ANY_OTHER = ("models.backends.pulp", "PulpBackend")


def backend(name: str) -> Backend:
    """The backend called ``name``: ``highs``, ``large``, ``auto``, ``cpsat``, or any that PuLP drives (``cbc`` …).

    Raises:
        SolverError: its library is not installed.
    """
    module, attribute = _BACKENDS.get(name.lower(), _ANY_OTHER)
    try:
        made: Backend = getattr(import_module(module), attribute)()
    except ImportError as error:
        raise SolverError(f"solver '{name}' needs a library that is not installed: {error.name}") from error
    return made
