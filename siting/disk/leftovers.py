"""What is not finished lies beside its place under a passing name; and which of these nobody is at any more.

``.<name>.new-<host>-<pid>-<thread>`` is being made, ``.<name>.old-<host>-…`` is what it replaces.
A process id means something on its own machine alone, so a digest of the host's name stands beside it: several machines
may work in one shared folder. Earlier releases wrote ``.<name>.new-<pid>``, which is read as of this machine.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import threading
import time
from collections.abc import Collection, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

from siting.disk.reasons import ask

STALE_S = 24 * 3600.0
_PATTERN = re.compile(
    r"\.(?P<name>.+)\.(?P<kind>new|old)-((?P<host>[0-9a-f]{8})-(?P<pid>\d+)-\d+|(?P<bare>\d+))(\.[A-Za-z0-9]+)?"
)


def passing_name(name: str, kind: Literal["new", "old"], suffix: str = "") -> str:
    """The hidden name under which this thread makes ``name``, or sets it aside."""
    return f".{name}.{kind}-{host()}-{os.getpid()}-{threading.get_native_id()}{suffix}"


@contextlib.contextmanager
def passing_folder(target: Path) -> Iterator[Path]:
    """An empty folder beside ``target``, to be renamed to it; gone at the end where it was not.

    Raises:
        OSError: the disk is full, whatever error a library made of it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    tidy(target.parent, {target.name})
    fresh = target.with_name(passing_name(target.name, "new"))
    # An ended process had the same id.
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    try:
        yield fresh
    except Exception as error:
        # Libraries tell a full disk by errors of their own.
        if not isinstance(error, OSError):
            with contextlib.suppress(FileNotFoundError):
                ask(fresh)
        raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def tidy(folder: Path, names: Collection[str] | None = None, ended: Collection[int] = ()) -> None:
    """Remove what nobody finishes any more from ``folder``; what was being replaced comes back. Never raises OSError.

    ``names`` keeps to what belongs to these. ``ended`` are processes of this machine that are known to have ended.
    What another machine began, or a process of this one that still lives, is left alone until it is a day old.
    """
    for path in _hidden(folder):
        match = _PATTERN.fullmatch(path.name)
        if match is None or (names is not None and match["name"] not in names):
            continue
        target = path.with_name(match["name"])
        with contextlib.suppress(OSError):
            if match["kind"] == "old" and not target.exists():
                path.rename(target)
            elif match["kind"] == "old" or _is_abandoned(path, match, ended):
                _remove(path)


def _hidden(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.name.startswith("."))
    except OSError:
        return []


def _is_abandoned(path: Path, match: re.Match[str], ended: Collection[int]) -> bool:
    pid = int(match["pid"] or match["bare"])
    if match["host"] in {None, host()} and (pid in ended or not is_alive(pid)):
        return True
    return time.time() - path.stat().st_mtime > STALE_S


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@cache
def host() -> str:
    """Eight digits for this machine, or for this container, whose process ids are its own."""
    try:
        processes = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        processes = ""
    return sha256(f"{platform.node()} {processes}".encode()).hexdigest()[:8]


def is_alive(pid: int) -> bool:
    """Whether a process of this machine has the id; on Windows, where asking would end it, always True."""
    if os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
