"""The folder of a new circle: must be new or empty; a folder that we wrote, and nobody touched, may be written anew.

What was written is kept in :data:`MANIFEST` as sha256 by file name. Only with a filled list for a human (``--mapping``)
may the folder be there: the list lies in it, and nothing but the list has changed.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from scenarios.faults import FaultLog
from siting.inputs.place import Place, listed

MANIFEST = ".siting-new.json"


def check_target(folder: Path, log: FaultLog, replaceable: tuple[str, ...] | None = None) -> None:
    """Tell why nothing can be written to ``folder``.

    ``replaceable`` names the files that may have changed since we wrote the folder; None where it must be new.
    """
    place = Place(str(folder))
    if not folder.exists() and not folder.is_symlink():
        return
    if folder.resolve() == Path.cwd():
        log.add(place.error("folder-is-here", "不能就是当前所在的文件夹", "给出一个新文件夹的名字，如 我的社区"))
        return
    if not folder.is_dir():
        log.add(place.error("folder-is-file", "这是一个文件，不是文件夹", "换一个文件夹名"))
        return
    there = sorted(p.name for p in folder.iterdir())
    if not there:
        return
    if replaceable is None:
        shown = [name for name in there if not name.startswith(".")] or there
        rule = f"文件夹里已有内容（{listed(shown)}），没有写入任何文件"
        log.add(place.error("folder-occupied", rule, "换一个新的或空的文件夹"))
        return
    changed = changed_files(folder, replaceable)
    if changed:
        rule = f"文件夹里有别的文件或改过的文件（{listed(changed)}），重写会丢失它们，没有写入任何文件"
        log.add(place.error("folder-changed", rule, "换一个新的文件夹，再把改过的文件挪过去"))


def changed_files(folder: Path, replaceable: tuple[str, ...]) -> list[str]:
    """Files that are not as we wrote them, but for ``replaceable``, the manifest and lock files of Excel."""
    try:
        written = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        written = {}
    written = written if isinstance(written, dict) else {}
    left_alone = {MANIFEST, *replaceable}
    return [
        path.name
        for path in sorted(folder.iterdir())
        if path.name not in left_alone
        and not path.name.startswith("~$")
        and (not path.is_file() or written.get(path.name) != _sha256(path))
    ]


def write_manifest(folder: Path) -> None:
    """Note what is in ``folder`` now."""
    written = {path.name: _sha256(path) for path in sorted(folder.iterdir()) if path.name != MANIFEST}
    text = json.dumps(written, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
