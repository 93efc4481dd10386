"""A run is written whole or not at all: a folder beside the target is filled, then swapped in."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from siting.bundle import ResultBundle
from siting.outputs.folders import refuse_foreign
from siting.outputs.geopackage import write_geopackage
from siting.outputs.page import write_page
from siting.outputs.run_json import write_run_json
from siting.outputs.workbook import write_workbook

_RETRIES = 5


def write_run(bundle: ResultBundle, run_dir: Path) -> None:
    """Write run.json, result.xlsx and result.gpkg into ``run_dir``; see :func:`siting.outputs.write_run`."""
    refuse_foreign(run_dir)
    with replaced_folder(run_dir) as folder:
        data = write_run_json(bundle, folder / "run.json", run_dir)
        write_workbook(bundle, folder / "result.xlsx")
        write_geopackage(bundle, folder / "result.gpkg")
        write_page(data, folder / "result.gpkg", folder / "report.html")


@contextlib.contextmanager
def replaced_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder beside ``target`` that takes its place at the end; on any error nothing changes.

    The old folder is moved aside, the new one renamed, the old one deleted. A crash between the two renames leaves
    the old folder under its side name; the next call for the same target puts it back first.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _tidy(target)
    fresh = target.parent / f".{target.name}.new-{os.getpid()}"
    aside = target.parent / f".{target.name}.old-{os.getpid()}"
    fresh.mkdir()
    try:
        yield fresh
        had_old = target.exists()
        if had_old:
            _rename(target, aside)
        try:
            _rename(fresh, target)
        except BaseException:
            if had_old:
                _rename(aside, target)
            raise
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    if had_old:
        shutil.rmtree(aside, ignore_errors=True)


@contextlib.contextmanager
def replaced_file(target: Path) -> Iterator[Path]:
    """Yield a path beside ``target`` that takes its place at the end; on any error ``target`` stays as it was."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.parent / f".{target.stem}.new-{os.getpid()}{target.suffix}"
    try:
        yield fresh
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def _tidy(target: Path) -> None:
    for aside in sorted(target.parent.glob(f".{_glob_escape(target.name)}.old-*")):
        if target.exists():
            shutil.rmtree(aside, ignore_errors=True)
        else:
            _rename(aside, target)
    for fresh in target.parent.glob(f".{_glob_escape(target.name)}.new-*"):
        pid = fresh.name.rsplit("-", 1)[-1]
        if not pid.isdigit() or int(pid) == os.getpid() or not _alive(int(pid)):
            shutil.rmtree(fresh, ignore_errors=True)


def _glob_escape(name: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", name)


def _alive(pid: int) -> bool:
    if os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _rename(source: Path, target: Path) -> None:
    for attempt in range(_RETRIES):
        try:
            source.rename(target)
        except PermissionError:
            # On Windows a viewer or a virus scanner may hold the folder for a moment.
            if attempt == _RETRIES - 1:
                raise
            time.sleep(0.2)
        else:
            return
