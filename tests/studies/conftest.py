"""Finished runs of one small street with ready distances, for comparing and ranking."""

from __future__ import annotations

from pathlib import Path

import pytest
from audit.audit_town import solve_town, write_town


@pytest.fixture(scope="session")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_town(tmp_path_factory.mktemp("studies") / "street")


@pytest.fixture(scope="session")
def street_runs(street: Path) -> dict[str, Path]:
    """Under 3,000,000 and 300,000 元, and with add-on services at hosts."""
    runs = street.parent / "runs"
    return {
        "wide": solve_town(street, runs / "wide", ranking=True),
        "tight": solve_town(street, runs / "tight", "budget.capital_cny=300000", ranking=True),
        "hosts": solve_town(street, runs / "hosts", "hosts.new=true", "hosts.existing=true", ranking=True),
    }
