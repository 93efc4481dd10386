"""A small town, its first run, and the annual plan written from it; each test edits a copy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.plan_towns import solve, write_town, written_plan


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the town ``town``, its run ``run`` and its plan ``plan.xlsx``."""
    base = tmp_path_factory.mktemp("committed")
    write_town(base / "town")
    solve(base / "town", base / "run", "limits.max_sites=3")
    shutil.copyfile(written_plan(base / "out", base / "run"), base / "plan.xlsx")
    return base


@pytest.fixture
def plan(home: Path, tmp_path: Path) -> Path:
    """A copy of the plan, to be edited."""
    return Path(shutil.copyfile(home / "plan.xlsx", tmp_path / "改过的计划.xlsx"))
