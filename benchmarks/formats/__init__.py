"""Public plain-text formats of location problems, so that anybody can add an instance of his own.

| format | problem | file |
|---|---|---|
| ``pmed`` | p-median on a graph, OR-Library | pmed.py |
| ``scp`` | set covering with costs, OR-Library | scp.py |
| ``coverage`` | maximal covering, our own plain text | coverage.py |

A format is one file with ``read(path) -> Case`` and one line of ``READERS``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from benchmarks.formats import coverage, pmed, scp
from benchmarks.formats.case import Case, FormatError

__all__ = ["READERS", "Case", "FormatError", "read_case"]

READERS: dict[str, Callable[[Path], Case]] = {"pmed": pmed.read, "scp": scp.read, "coverage": coverage.read}


def read_case(path: Path, form: str = "") -> Case:
    """The problem in ``path``. Without ``form`` the name says it: it begins (``pmed1.txt``) or ends (``x.scp``) so.

    Raises:
        FormatError: no such format, or the file is not what it says.
    """
    name = path.name.lower()
    said = [key for key in READERS if key == form or (not form and (name.startswith(key) or name.endswith(f".{key}")))]
    if not said:
        raise FormatError(f"{path.name}: say --format, one of {', '.join(READERS)}")
    return READERS[said[0]](path)
