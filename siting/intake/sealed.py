"""A workbook sealed: fixed dates for the same bytes, and a digest of its contents that any later saving breaks."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from pathlib import Path

SEAL = f"siting-check:{'0' * 64}"
_CORE = "docProps/core.xml"
_SEALED = re.compile(rb"siting-check:([0-9a-f]{64})")
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_FIXED = rb"\g<1>2000-01-01T00:00:00Z\g<2>"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def sealed(workbook: bytes) -> bytes:
    """The workbook with fixed dates, and :data:`SEAL` in its properties replaced by the digest of its other parts."""
    parts = _parts(workbook)
    digest = _digest(parts)
    parts[_CORE] = _SEALED.sub(b"siting-check:" + digest, _MODIFIED.sub(_FIXED, parts[_CORE]))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in parts.items():
            new.writestr(zipfile.ZipInfo(name, _ZIP_DATE), part, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def is_sealed(path: Path) -> bool:
    """Whether the file is one of ours, as we wrote it."""
    try:
        parts = _parts(path.read_bytes())
    except (OSError, zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, RuntimeError):
        return False
    found = _SEALED.search(parts.get(_CORE, b""))
    return found is not None and found[1] == _digest(parts)


def _parts(workbook: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def _digest(parts: dict[str, bytes]) -> bytes:
    whole = hashlib.sha256()
    for name in sorted(parts.keys() - {_CORE}):
        whole.update(name.encode() + b"\0" + hashlib.sha256(parts[name]).digest())
    return whole.hexdigest().encode()
