"""What takes the place of what stands there: made beside it, then swapped in, whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from siting.disk.leftovers import passing_folder, passing_name, tidy

_RETRIES = 5
_SWAPS = 50


@contextlib.contextmanager
def replaced_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder beside ``target`` that takes its place at the end; on any error nothing changes.

    The old folder is moved aside, the new one renamed, the old one deleted. A crash between the two renames leaves
    the old folder under its side name; the next call for the same target puts it back first. Of two writers at once
    the later one's folder stays, whole.
    """
    aside = target.with_name(passing_name(target.name, "old"))
    with passing_folder(target) as fresh:
        yield fresh
        _swap(fresh, target, aside)
    shutil.rmtree(aside, ignore_errors=True)


def _swap(fresh: Path, target: Path, aside: Path) -> None:
    """Another writer's folder may come between the renames: it is the earlier one then."""
    for attempt in range(_SWAPS):
        try:
            _exchange(fresh, target, aside)
        except OSError as error:
            if error.errno not in {errno.ENOTEMPTY, errno.EEXIST} or attempt == _SWAPS - 1:
                raise
        else:
            return


def _exchange(fresh: Path, target: Path, aside: Path) -> None:
    shutil.rmtree(aside, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        _rename(target, aside)
    try:
        _rename(fresh, target)
    except BaseException:
        # Nothing to put back, or another writer's folder is there.
        with contextlib.suppress(OSError):
            _rename(aside, target)
        raise


@contextlib.contextmanager
def replaced_file(target: Path) -> Iterator[Path]:
    """Yield a path beside ``target`` that takes its place at the end; on any error ``target`` stays as it was."""
    target.parent.mkdir(parents=True, exist_ok=True)
    tidy(target.parent, {target.stem})
    fresh = target.with_name(passing_name(target.stem, "new", target.suffix))
    try:
        yield fresh
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


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
