"""The annual plan that a run was given, as JSON data: for run.json, ``--json`` and the screen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from siting.bundle import ResultBundle
from siting.outputs.place import type_name
from siting.outputs.plain import plain
from siting.outputs.words import COMMITTED_ZH


def committed_plain(bundle: ResultBundle, run_dir: Path) -> dict[str, Any] | None:
    """None where the run was given none. ``path`` is as seen from ``run_dir``; prices in 元."""
    report = bundle.committed
    if report is None:
        return None
    return {
        "file": report.file,
        "path": relative_file(report.path, run_dir),
        "sha256": report.sha256,
        "items": [
            plain(item)
            | {
                "outcome_zh": COMMITTED_ZH.get(item.outcome, item.outcome),
                "type_zh": type_name(bundle, item.type_id),
            }
            for item in report.items
        ],
        "prices": [{"site": site, "type": type_id, "cny": cny} for (site, type_id), cny in report.prices.items()],
        "new": _pairs(bundle, report.new),
        "dropped": _pairs(bundle, report.dropped),
        "projects": list(report.projects),
        "cost_cny": plain(report.cost_cny),
        "residents_newly_covered": plain(report.residents_newly_covered),
    }


def relative_file(file: Path, run_dir: Path) -> str:
    """``file`` as seen from ``run_dir``, with forward slashes; absolute where they share no drive."""
    try:
        return Path(os.path.relpath(file.resolve(), run_dir.resolve())).as_posix()
    except ValueError:
        return file.resolve().as_posix()


def _pairs(bundle: ResultBundle, pairs: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"site": site, "type": type_id, "type_zh": type_name(bundle, type_id)} for site, type_id in pairs]
