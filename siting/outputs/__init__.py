"""Results out: run.json, result.xlsx, result.gpkg. Each only formats one ResultBundle; a run is whole or absent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from siting.bundle import ResultBundle

__all__ = ["write_run"]


def write_run(bundle: ResultBundle, run_dir: Path) -> None:
    """Write the run's files into ``run_dir``, whole or not at all; an earlier run there is replaced.

    Raises:
        OSError: the folder cannot be written; an earlier run then stays as it was.
        FaultError: something else than a run stands there; it stays.

    """
    from siting.outputs.writer import write_run as write

    write(bundle, run_dir)
