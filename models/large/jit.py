"""How the kernels are compiled: numba, one thread, cached on disk where possible, without the interpreter's lock.

Compiling is what a first run waits for. It stays short by few signatures (arrays of numbers that are handed on are 64
bits wide; a literal 0 that is handed on is a signature of its own), by no assignments of slices, and by ``inner``.

numba takes a kernel from the disk while the file of the kernel is the same; what it calls from other files is compiled
into it and may have changed. But the key of what lies there holds what a function closes over, so every kernel closes
over a digest of the whole room.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from types import CellType, FunctionType
from typing import Any, TypeVar, cast

from numba import config, njit

Kernel = TypeVar("Kernel", bound=Callable[..., object])

_INNER: dict[str, Any] = {"_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True, "error_model": "numpy"}


def sources(folder: Path) -> str:
    """A digest of the Python files of a folder; of nothing where they do not lie in one."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


_ROOM = sources(Path(__file__).parent)


def kernel(function: Kernel) -> Kernel:
    """The same function, compiled at its first call; strict floating point, so that results do not depend on it.

    It is kept on disk where a folder can be written, and compiled anew elsewhere. A division by zero is an infinity.
    """
    if getattr(config, "DISABLE_JIT", 0):
        return function
    bound = _closed_over(cast(FunctionType, function), _ROOM)
    try:
        return cast(Kernel, njit(cache=True, nogil=True, error_model="numpy")(bound))
    except RuntimeError:  # no place to keep it
        return cast(Kernel, njit(nogil=True, error_model="numpy")(bound))


def inner(function: Kernel) -> Kernel:
    """As ``kernel``, for what only kernels call and what makes no arrays: no wrappers, no reference counts."""
    return cast(Kernel, njit(**_INNER)(function))


def _closed_over(function: FunctionType, text: str) -> FunctionType:
    """The function, closed over a text that it does not read."""
    code = function.__code__.replace(co_freevars=("room",))
    closed = FunctionType(code, function.__globals__, function.__name__, function.__defaults__, (CellType(text),))
    closed.__doc__, closed.__module__, closed.__qualname__ = (
        function.__doc__,
        function.__module__,
        function.__qualname__,
    )
    closed.__annotations__, closed.__dict__["__wrapped__"] = function.__annotations__, function
    return closed
