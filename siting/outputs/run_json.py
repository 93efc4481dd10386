"""run.json: one run as data, for programs; timings (``seconds``) are all that differs between same-seed runs."""

from __future__ import annotations

import json
import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

from siting.bundle import ResultBundle
from siting.outputs.alternatives import alternatives_plain
from siting.outputs.circle_facts import covered_plain, demand_plain, parameters_plain
from siting.outputs.committed_plain import committed_plain
from siting.outputs.fallbacks import fallbacks_plain
from siting.outputs.plain import (
    SCHEMA_VERSION,
    bundle_status_zh,
    exit_code,
    gaps_plain,
    level_plain,
    picks_plain,
    plain,
    site_plain,
    totals_plain,
)
from siting.outputs.seal import SEAL, seal_of
from siting.outputs.shares import assignment_plain
from siting.outputs.works import document_year, existing_facts

PROGRAM = "living-circle-siting"
_LIBRARIES = ("numpy", "scipy", "pandas", "geopandas", "shapely", "pyproj", "highspy", "ortools", "pulp")


def write_run_json(bundle: ResultBundle, path: Path, run_dir: Path) -> dict[str, Any]:
    """Write ``path`` (UTF-8) and return what stands in it; workbook and layers beside it are sealed by it.

    ``run_dir`` is where it will end up, for the relative path of the workspace.
    """
    data = run_data(bundle, run_dir)
    data[SEAL] = seal_of(data, path.parent)
    text = json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False)
    # A lone surrogate from a file name cannot be encoded; it is shown as "?".
    path.write_bytes((text + "\n").encode("utf-8", errors="replace"))
    return data


def run_data(bundle: ResultBundle, run_dir: Path) -> dict[str, Any]:
    """The whole of run.json as plain data, but for its seal."""
    workspace, committed = bundle.workspace, committed_plain(bundle, run_dir)
    return {
        "schema_version": SCHEMA_VERSION,
        "program": {"name": PROGRAM, "version": version(PROGRAM)},
        "versions": versions(),
        "circle": _circle(bundle),
        "simulated": workspace.circle.simulated,
        "status": str(bundle.termination),
        "status_zh": bundle_status_zh(bundle),
        "exit_code": int(exit_code(bundle)),
        "seed": bundle.seed,
        "solver": bundle.solver,
        "workspace": relative_path(workspace.folder, run_dir),
        "inputs": [*({"path": f.path, "sha256": f.sha256} for f in workspace.inputs), *_plan_file(committed)],
        "scenario": {
            "name": bundle.scenario.name,
            "values": plain(bundle.scenario.as_dict()),
            "origin": plain(dict(bundle.scenario.origin)),
        },
        "levels": [level_plain(level) for level in bundle.levels],
        "totals": totals_plain(bundle.totals),
        "picks": picks_plain(bundle),
        "phases": [plain(phase) for phase in bundle.phases],
        "ranking": [site_plain(bundle, rank) for rank in bundle.ranking],
        "forced": [site_plain(bundle, forced) for forced in bundle.forced],
        "fallbacks": fallbacks_plain(bundle),
        "alternatives": alternatives_plain(bundle),
        "refusals": [plain(r) for r in bundle.refusals],
        "gaps": gaps_plain(bundle.gaps),
        "demand": demand_plain(bundle),
        "covered": covered_plain(bundle),
        "parameters": parameters_plain(bundle),
        "existing": plain(existing_facts(bundle)),
        "served": [plain(s) for s in bundle.served],
        "assignment": assignment_plain(bundle),
        "snap": plain(bundle.snap),
        "committed": committed,
        "notes": list(bundle.notes),
        "warnings": [fault.as_dict() for fault in workspace.warnings],
        "seconds": {name: round(value, 3) for name, value in bundle.seconds.items()},
        **({} if bundle.city is None else {"city": plain(bundle.city)}),
        "fingerprint": bundle.fingerprint,
    }


def _plan_file(committed: dict[str, Any] | None) -> list[dict[str, str]]:
    """The annual plan among the inputs; its path is as seen from the run, not from the workspace."""
    return [{"path": committed["path"], "sha256": committed["sha256"]}] if committed else []


def versions() -> dict[str, str]:
    """Versions of Python and of every library that can change a result."""
    return {"python": platform.python_version()} | {name: version(name) for name in _LIBRARIES}


def version(distribution: str) -> str:
    """Version of an installed distribution; empty where it is not installed."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def relative_path(folder: Path, run_dir: Path) -> str:
    """``folder`` as seen from ``run_dir``, with forward slashes; absolute where they share no drive."""
    try:
        return Path(os.path.relpath(folder.resolve(), run_dir.resolve())).as_posix()
    except ValueError:
        return folder.resolve().as_posix()


def _circle(bundle: ResultBundle) -> dict[str, Any]:
    circle = bundle.workspace.circle
    return {
        "id": circle.id,
        "name": circle.name,
        "district": circle.district,
        "street_office": circle.street_office,
        "datum": circle.datum,
        "crs": bundle.workspace.crs,
        "simulated": circle.simulated,
        "simulated_note": circle.simulated_note,
        "document": str(circle.plan.get("document", "")),
        "document_year": document_year(bundle),
    }
