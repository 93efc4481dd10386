"""Tasks for workers that die: imported by name in processes of their own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def die_once(items: Sequence[Path], report: Any) -> list[str]:
    """The names of files; the process dies where one is not there yet, and leaves it for the next."""
    del report
    for path in items:
        if path.suffix == ".mine" and not path.exists():
            path.touch()
            os._exit(9)
    return [path.name for path in items]


def die(items: Sequence[Path], report: Any) -> list[str]:
    """Never answers."""
    os._exit(9)
