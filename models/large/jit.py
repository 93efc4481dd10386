"""How the kernels are compiled: numba, one thread, cached on disk where possible, without the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def kernel(function: Kernel) -> Kernel:
    """The same function, compiled at its first call; strict floating point, so that results do not depend on it.

    It is kept on disk where a folder can be written, and compiled anew elsewhere.
    """
    try:
        return cast(Kernel, njit(cache=True, nogil=True)(function))
    except RuntimeError:  # no place to keep it
        return cast(Kernel, njit(nogil=True)(function))
