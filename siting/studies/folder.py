"""Where the answer of a study goes, and its two files: data for programs, a workbook for planners. Light to import."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from siting.outputs.folders import safe_name


def study_folder(out: Path, scenario_name: str, circle_id: str, suffix: str) -> Path:
    """``OUT/<scenario>/<circle><suffix>``, beside the circle's run."""
    return out / safe_name(scenario_name) / f"{safe_name(circle_id)}{suffix}"


def write_study(
    folder: Path, data_file: str, data: Mapping[str, Any], workbook_file: str, fill: Callable[[Path], None]
) -> None:
    """Write ``data`` under its head as JSON, and the workbook by ``fill``; whole or not at all.

    Raises:
        OSError: the folder cannot be written; an earlier answer then stays as it was.
    """
    from siting.disk import replaced_folder
    from siting.outputs.plain import SCHEMA_VERSION
    from siting.outputs.run_json import PROGRAM, version, versions

    head = {"schema_version": SCHEMA_VERSION, "program": {"name": PROGRAM, "version": version(PROGRAM)}}
    text = json.dumps(head | {"versions": versions()} | dict(data), ensure_ascii=False, indent=1, allow_nan=False)
    with replaced_folder(folder) as fresh:
        # A lone surrogate from a file name cannot be encoded; it is shown as "?".
        (fresh / data_file).write_bytes((text + "\n").encode("utf-8", errors="replace"))
        fill(fresh / workbook_file)
