"""Curves of the small street with ready distances, in this process."""

from __future__ import annotations

import json
from pathlib import Path

from audit.audit_town import TYPES

from siting.prepare import RunRequest, read_inputs
from siting.studies.frontier.grid import BudgetGrid
from siting.studies.frontier.record import BudgetCurve
from siting.studies.frontier.results import curve_of
from siting.studies.frontier.study import Study, study_curve

STREET = ("solver.mip_gap=0", f"catalogue.only={json.dumps(TYPES)}")


def study_of(folder: Path, grid: BudgetGrid, *sets: str) -> tuple[Study, BudgetCurve]:
    inputs = read_inputs(RunRequest(folder, "base", (*STREET, *sets), folder.parent, ranking=False))
    study = study_curve(inputs, grid, 0, lambda event: None)
    return study, curve_of(inputs, study, 0, "../town")
