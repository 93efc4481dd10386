"""What a source gives to a new circle; every source has a module of its own and ends in a :class:`Begun`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from siting.outputs.workbook.book import Book


@dataclass(frozen=True)
class Begun:
    """Rows, files and words that a source contributes.

    ``tables`` maps a table (``demand``, ``outlets``, ``sites``) to rows with the identifiers of its columns; business
    types are ids, several joined as tuples. ``files`` maps a file's name to what writes it, ``books`` a workbook's name
    to what fills it. ``unknown_types`` and ``unknown_note`` go to ``[unknown]`` of ``circle.toml``. ``report`` is plain
    data for ``--json``; ``lines_zh`` are told to the planner.
    """

    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    files: Mapping[str, Callable[[Path], None]] = field(default_factory=dict)
    books: Mapping[str, Callable[[Book], None]] = field(default_factory=dict)
    unknown_types: tuple[str, ...] = ()
    unknown_note: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)
    lines_zh: Sequence[str] = ()
