from __future__ import annotations

from pathlib import Path

import pytest
from audit_town import solve_town, write_town

HOSTS = ("hosts.new=true", "hosts.existing=true")


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_town(tmp_path_factory.mktemp("audit") / "town")


@pytest.fixture(scope="session")
def town_run(town: Path) -> Path:
    """A run with outlets and add-on services, ranked."""
    return solve_town(town, town.parent / "runs" / "whole", *HOSTS, ranking=True)
