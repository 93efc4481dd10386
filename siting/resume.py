"""What is finished need not be solved again: a fingerprint of all that a run depends on, and the run that has it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from siting.batch import Earlier
from siting.engine.on_worker import identity
from siting.outputs.plain import SCHEMA_VERSION, plain
from siting.outputs.run_json import relative_path, versions
from siting.outputs.seal import SEAL, SEALED_FILES, is_sealed_page, seal_of
from siting.prepare import CircleInputs, RunRequest

ENDED = "ended"
_WITH_PLAN = ("optimal", "feasible")
_program = lru_cache(maxsize=1)(identity)


def fingerprint(request: RunRequest, inputs: CircleInputs, run_dir: Path) -> str:
    """SHA-256 (hex) over all that can change the run that ``request`` writes into ``run_dir``.

    Solver, time limit and gap are in the resolved scenario; the program counts with its version and every source file;
    paths are as seen from ``run_dir``.

    Raises:
        FaultError: every fault of the scenario.
    """
    scenario, workspace, plan = inputs.resolved(), inputs.workspace, request.committed
    parts = {
        "schema": SCHEMA_VERSION,
        "program": _program(),
        "versions": versions(),
        "workspace": relative_path(workspace.folder, run_dir),
        "inputs": [[file.path, file.sha256] for file in workspace.inputs],
        "scenario": [scenario.name, plain(scenario.as_dict()), plain(dict(scenario.origin))],
        "seed": request.seed,
        "ranking": request.ranking,
        "alternatives": [request.alternatives, request.within],
        "committed": plan and [relative_path(plan, run_dir), sha256(plan.read_bytes()).hexdigest()],
    }
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def earlier_run(run_dir: Path, wanted: str) -> tuple[Earlier, dict[str, Any]]:
    """What stands in ``run_dir``, and its run.json where it is whole and has the fingerprint ``wanted`` (else {})."""

    def is_whole(data: dict[str, Any]) -> bool:
        return data.get("status") in _WITH_PLAN and is_sealed_page(run_dir / "report.html")

    return _earlier(run_dir / "run.json", wanted, SEALED_FILES, is_whole)


def city_mark(request: RunRequest, circles: Sequence[CircleInputs], run_dir: Path, *, every: bool) -> str:
    """:func:`fingerprint` of circles that are one model, in their order; ``every`` where they are all pilots.

    Raises:
        FaultError: every fault of the scenario.
    """
    marks = [fingerprint(request, one, run_dir) for one in circles]
    return sha256(json.dumps([marks, every]).encode()).hexdigest()


def study_mark(request: RunRequest, inputs: CircleInputs, folder: Path, question: Any) -> str:
    """:func:`fingerprint` of the circle, and what a study asks of it (its ``repr``).

    Raises:
        FaultError: every fault of the scenario.
    """
    return sha256(f"{fingerprint(request, inputs, folder)} {question!r}".encode("utf-8", "replace")).hexdigest()


def earlier_study(data_file: Path, workbook: str, wanted: str) -> tuple[Earlier, dict[str, Any]]:
    """:func:`earlier_run` of a study, by its data and the workbook beside it."""
    return _earlier(data_file, wanted, (workbook,), lambda data: isinstance(data.get(ENDED), dict))


def _earlier(
    data_file: Path, wanted: str, files: Sequence[str], is_whole: Callable[[dict[str, Any]], bool]
) -> tuple[Earlier, dict[str, Any]]:
    try:
        data = json.loads(data_file.read_bytes())
        if isinstance(data, dict) and data.get("fingerprint") != wanted:
            return Earlier.CHANGED, {}
        sealed = isinstance(data, dict) and data.get(SEAL) == seal_of(data, data_file.parent, files)
        whole = sealed and is_whole(data)
    except (OSError, ValueError, RecursionError):
        whole = False
    if whole:
        return Earlier.SAME, data
    return (Earlier.DAMAGED if data_file.exists() else Earlier.NONE), {}
