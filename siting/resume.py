"""What is finished need not be solved again: a fingerprint of all that a run depends on, and the run that has it."""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from siting.batch import Earlier
from siting.engine.on_worker import identity
from siting.outputs.plain import SCHEMA_VERSION, plain
from siting.outputs.run_json import relative_path, versions
from siting.outputs.seal import SEAL, is_sealed_page, seal_of
from siting.prepare import CircleInputs, RunRequest

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
    try:
        data = json.loads((run_dir / "run.json").read_bytes())
        if isinstance(data, dict) and data.get("fingerprint") != wanted:
            return Earlier.CHANGED, {}
        sealed = isinstance(data, dict) and data.get(SEAL) == seal_of(data, run_dir)
        whole = sealed and data.get("status") in _WITH_PLAN and is_sealed_page(run_dir / "report.html")
    except (OSError, ValueError, RecursionError):
        whole = False
    if whole:
        return Earlier.SAME, data
    return (Earlier.DAMAGED if (run_dir / "run.json").exists() else Earlier.NONE), {}
