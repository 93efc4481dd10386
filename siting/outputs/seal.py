"""Whether a run is still what was written: a digest of its files kept in run.json, and the page's own at its end."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

SEAL = "seal"
SEALED_FILES = ("result.xlsx", "result.gpkg")
_TIMING = "seconds"
_PAGE_END = "<!-- sha256 {} -->\n"
_PAGE = re.compile(rb"(?s)(.*)<!-- sha256 ([0-9a-f]{64}) -->\n")


def seal_of(data: dict[str, Any], folder: Path, files: Sequence[str] = SEALED_FILES) -> str:
    """SHA-256 (hex) over ``data`` as JSON, without ``seal`` and any ``seconds``, and the ``files`` in ``folder``.

    A file that is not there counts as such. Runs of the same inputs and seed agree in it.
    """
    kept = _timeless({key: value for key, value in data.items() if key != SEAL})
    # As run.json is written: a lone surrogate is "?".
    digest = sha256(json.dumps(kept, ensure_ascii=False).encode("utf-8", errors="replace"))
    for name in files:
        file = folder / name
        digest.update(sha256(file.read_bytes()).digest() if file.is_file() else b"absent")
    return digest.hexdigest()


def sealed_page(text: bytes) -> bytes:
    """The page with its digest as a comment at the end: it may be made anew later, with the budget curve."""
    return text + _PAGE_END.format(sha256(text).hexdigest()).encode()


def is_sealed_page(path: Path) -> bool:
    """Whether ``path`` is a page as it was written; OSError where it is not there."""
    found = _PAGE.fullmatch(path.read_bytes())
    return found is not None and sha256(found[1]).hexdigest().encode() == found[2]


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _timeless(inner) for key, inner in value.items() if key != _TIMING}
    return [_timeless(inner) for inner in value] if isinstance(value, list | tuple) else value
