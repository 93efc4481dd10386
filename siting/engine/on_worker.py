"""What runs inside a worker of the cluster: who it is, whether it sees the files, and one job.

Imported by every worker, so light; nothing here may be nested or a lambda, because workers find it by name.
"""

from __future__ import annotations

import pickle
import platform
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

from siting.workers import Died

PROGRAM = "living-circle-siting"
_LIBRARIES = ("numpy", "scipy", "pandas", "geopandas", "shapely", "pyproj", "highspy", "ortools", "pulp")
_PACKAGES = ("models", "scenarios", "siting")
_KINDS = {".py", ".toml", ".csv", ".j2", ".js", ".css"}

View = tuple[str, tuple[tuple[str, int], ...] | None]


@dataclass(frozen=True)
class Unseen:
    """A worker cannot see ``path``, or sees something else there: the folder is not shared."""

    path: str
    worker: str


def identity() -> dict[str, str]:
    """What must be the same on every machine for the same answer: Python, the program to the byte, its libraries."""
    found = {"Python": ".".join(platform.python_version_tuple()[:2]), "siting": _program()}
    return found | {name: _version(name) for name in _LIBRARIES}


def _program() -> str:
    """The version and a digest of the sources: two checkouts of one version may differ."""
    root = Path(__file__).parents[2]
    digest = sha256()
    found = (file for package in _PACKAGES for file in (root / package).rglob("*") if file.suffix in _KINDS)
    for path in sorted(found):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{_version(PROGRAM)}（{digest.hexdigest()[:8]}）"


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def view_of(path: Path) -> View:
    """A file or a folder as this machine sees it: names and bytes of its files; None where there is nothing."""
    try:
        files = [path] if path.is_file() else sorted(p for p in path.iterdir() if p.is_file())
        return str(path), tuple((file.name, file.stat().st_size) for file in files)
    except OSError:
        return str(path), None


def work(
    task: Callable[[Any, Callable[[Any], None]], Any], job: Any, index: int, topic: str, views: Sequence[View]
) -> Any:
    """Do one job; an exception comes back as :class:`siting.workers.Died`, never as an error of Dask."""
    from distributed import get_worker

    worker = get_worker()
    for path, seen in views:
        if view_of(Path(path)) != (path, seen):
            return Unseen(path, worker.address)
    try:
        return task(job, lambda event: worker.log_event(topic, {"index": index, "event": pickle.dumps(event)}))
    except Exception:
        return Died(None, traceback.format_exc())
