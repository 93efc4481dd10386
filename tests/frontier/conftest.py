"""A curve of the small street with ready distances, solved once."""

from __future__ import annotations

from pathlib import Path

import pytest
from audit.audit_town import write_town
from frontier_street import study_of

from siting.studies.frontier.grid import read_budget_grid
from siting.studies.frontier.record import BudgetCurve
from siting.studies.frontier.study import Study


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_town(tmp_path_factory.mktemp("frontier") / "town")


@pytest.fixture(scope="session")
def town_curve(town: Path) -> tuple[Study, BudgetCurve]:
    return study_of(town, read_budget_grid("0:60万:10万", None))
