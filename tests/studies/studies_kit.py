"""Sweeps of the street, in this process."""

from __future__ import annotations

import json
from pathlib import Path

from audit.audit_town import TYPES

from siting.prepare import RunRequest, read_inputs
from siting.studies.sweep.grid import read_grid
from siting.studies.sweep.points import Sweep
from siting.studies.sweep.results import sweep_of
from siting.studies.sweep.solve import Known, prepare_points, solve_grid

EXACT = ("solver.mip_gap=0", "budget.subsidy_cny_year=none", f"catalogue.only={json.dumps(TYPES)}")


def request_of(street: Path, sets: tuple[str, ...]) -> RunRequest:
    return RunRequest(street, "base", sets, ranking=False)


def known_of(street: Path, texts: tuple[str, ...], *, help_each_other: bool = True) -> list[Known]:
    grid = read_grid([*EXACT, *texts])
    inputs = read_inputs(request_of(street, grid.fixed))
    ready = prepare_points(inputs, grid)
    return solve_grid(ready, grid, 0, lambda event: None, help_each_other=help_each_other)


def swept(street: Path, texts: tuple[str, ...]) -> Sweep:
    grid = read_grid([*EXACT, *texts])
    inputs = read_inputs(request_of(street, grid.fixed))
    known = solve_grid(prepare_points(inputs, grid), grid, 0, lambda event: None)
    return sweep_of(inputs, grid, known, 0, "../street")
