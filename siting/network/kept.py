"""Walks of large networks are kept in a folder of the user's, by a digest of what they were measured from.

An entry is ``<digest>.npz``: the rows of a CSR of metres and a seal over them. The folder is a convenience alone. What
cannot be read, is not whole, or is not what it says it is, is walked again; what cannot be written is not kept. No file
but our own is taken away.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from siting.disk import replaced_file, tidy

VARIABLE = "SITING_CACHE"
OFF = ("off", "0", "no")
MOST_BYTES = 2 * 1024**3
FREE_BYTES = 1024**3
_ENTRY = re.compile(r"[0-9a-f]{64}\.npz")
_AROUND_BYTES = 2048
_NAMES = ("indptr", "indices", "metres", "seal")


@dataclass(frozen=True)
class Keep:
    """A folder of entries, ``most_bytes`` together at the most: those used longest ago go first. Nothing is written
    that would leave less than ``free_bytes`` on the disk.
    """

    folder: Path
    most_bytes: int = MOST_BYTES
    free_bytes: int = FREE_BYTES

    def table(
        self, key: str, shape: tuple[int, int], most_m: float, walk: Callable[[], sparse.csr_array]
    ) -> sparse.csr_array:
        """What is kept under ``key``: [demand, place] metres of at most ``most_m``; else ``walk()``, which is kept.

        Never raises but what ``walk`` raises.
        """
        path = self.folder / f"{key}.npz"
        found = _read(path, key, shape, most_m)
        if found is None:
            found = walk()
            self._write(path, key, found)
        return found

    def _write(self, path: Path, key: str, table: sparse.csr_array) -> None:
        parts = (table.indptr, table.indices, table.data)
        size = sum(part.nbytes for part in parts) + _AROUND_BYTES
        with contextlib.suppress(Exception):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            tidy(self.folder)
            self._make_room(size)
            if size > self.most_bytes or shutil.disk_usage(self.folder).free < size + self.free_bytes:
                return
            seal = np.frombuffer(_seal(key, parts), dtype=np.uint8)
            with replaced_file(path) as fresh:
                np.savez(fresh, **dict(zip(_NAMES, (*parts, seal), strict=True)))

    def _make_room(self, size: int) -> None:
        """Take away the entries used longest ago, until ``size`` bytes more are lawful."""
        known = []
        for path in self.folder.iterdir():
            if _ENTRY.fullmatch(path.name):
                with contextlib.suppress(OSError):
                    stat = path.stat()
                    known.append((stat.st_mtime_ns, path.name, stat.st_size))
        total = sum(own for _, _, own in known)
        for _, name, own in sorted(known):
            if total + size <= self.most_bytes:
                return
            with contextlib.suppress(OSError):
                (self.folder / name).unlink()
                total -= own


def users_keep() -> Keep | None:
    """The keep of this user, in the folder that ``SITING_CACHE`` names or in the platform's; None where it is off."""
    said = os.environ.get(VARIABLE, "").strip()
    if said.lower() in OFF:
        return None
    try:
        return Keep((Path(said).expanduser() if said else _platform_folder()) / "walks")
    except RuntimeError:  # nobody's home
        return None


def key_of(parts: Iterable[Any]) -> str:
    """SHA-256 (hex) of arrays and numbers, and of the code that walks.

    Raises:
        OSError: the code cannot be read.
    """
    digest = sha256()
    for name in ("dijkstra.py", "kernel.py", "kept.py"):
        digest.update(sha256(Path(__file__).with_name(name).read_bytes()).digest())
    for part in parts:
        array = np.ascontiguousarray(part)
        digest.update(f"{array.dtype.str} {array.shape};".encode())
        digest.update(array.data)
    return digest.hexdigest()


def _platform_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "siting" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "siting"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "siting"


def _seal(key: str, parts: Iterable[npt.NDArray[Any]]) -> bytes:
    digest = sha256(key.encode())
    for part in parts:
        digest.update(f"{part.dtype.str} {part.shape};".encode())
        digest.update(np.ascontiguousarray(part).data)
    return digest.digest()


def _read(path: Path, key: str, shape: tuple[int, int], most_m: float) -> sparse.csr_array | None:
    """The entry, or None: whatever is wrong with the file, the walk is measured again."""
    if not path.is_file():
        return None
    try:
        with zipfile.ZipFile(path) as file:
            if any(part.compress_type != zipfile.ZIP_STORED for part in file.infolist()):
                return None
        with np.load(path, allow_pickle=False) as file:
            indptr, indices, metres, seal = (file[name] for name in _NAMES)
        if seal.tobytes() != _seal(key, (indptr, indices, metres)) or not _lawful(
            indptr, indices, metres, shape, most_m
        ):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return sparse.csr_array((metres, indices, indptr), shape=shape)
    except Exception:
        return None


def _lawful(indptr: Any, indices: Any, metres: Any, shape: tuple[int, int], most_m: float) -> bool:
    """A CSR of ``shape`` whose rows are in order, metres from zero to ``most_m``."""
    n_row, n_column = shape
    kinds = (indptr.dtype in (np.int32, np.int64), indices.dtype == np.int32, metres.dtype == np.float64)
    if not all(kinds) or indptr.shape != (n_row + 1,) or indices.ndim != 1 or indices.shape != metres.shape:
        return False
    if indptr[0] != 0 or indptr[-1] != len(indices) or (np.diff(indptr) < 0).any():
        return False
    rises = indices[1:] > indices[:-1]
    begins = indptr[1:-1]
    rises[begins[(begins > 0) & (begins < len(indices))] - 1] = True
    inside = not len(indices) or (indices.min() >= 0 and indices.max() < n_column)
    return bool(inside and rises.all() and ((metres >= 0.0) & (metres <= most_m)).all())
