from __future__ import annotations

from pathlib import Path

import pytest
from audit_town import solve_town, write_town

from siting.audit import checks
from siting.audit.facts import Facts, read_facts
from siting.audit.recorded import Recorded

HOSTS = ("hosts.new=true", "hosts.existing=true")


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_town(tmp_path_factory.mktemp("audit") / "town")


@pytest.fixture(scope="session")
def town_run(town: Path) -> Path:
    """A run with outlets and add-on services, ranked."""
    return solve_town(town, town.parent / "runs" / "whole", *HOSTS, ranking=True)


@pytest.fixture
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads the town once for each scenario: its files do not change while only run.json is tampered with."""
    monkeypatch.setattr(checks, "read_facts", _read_once)


_READ: dict[str, Facts] = {}


def _read_once(recorded: Recorded, folder: Path) -> Facts:
    key = f"{folder} {recorded.seed} {recorded.scenario.values.model_dump_json()}"
    if key not in _READ:
        _READ[key] = read_facts(recorded, folder)
    return _READ[key]
