"""How the kernels are compiled: numba, one thread, cached on disk where possible, without the interpreter's lock.

Compiling is what a first run waits for. It stays short by few signatures (arrays of numbers that are handed on are 64
bits wide; a literal 0 that is handed on is a signature of its own), by no assignments of slices, and by ``inner``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., object])

_INNER: dict[str, Any] = {"_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True, "error_model": "numpy"}


def kernel(function: Kernel) -> Kernel:
    """The same function, compiled at its first call; strict floating point, so that results do not depend on it.

    It is kept on disk where a folder can be written, and compiled anew elsewhere. A division by zero is an infinity.
    """
    try:
        return cast(Kernel, njit(cache=True, nogil=True, error_model="numpy")(function))
    except RuntimeError:  # no place to keep it
        return cast(Kernel, njit(nogil=True, error_model="numpy")(function))


def inner(function: Kernel) -> Kernel:
    """As ``kernel``, for what only kernels call and what makes no arrays: no wrappers, no reference counts."""
    return cast(Kernel, njit(**_INNER)(function))
