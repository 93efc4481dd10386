"""One small generated circle on streets, read once; and a set of futures that change each kind of thing."""

from __future__ import annotations

from pathlib import Path

import pytest
from robust_futures import FUTURES

from scenarios.catalogue import load_catalogue
from siting.generator import CircleSpec, generate_circle
from siting.prepare import CircleInputs, RunRequest, read_inputs


@pytest.fixture(scope="session")
def circle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = CircleSpec(id="K5", name="小圈", n_demand=14, n_site=6, population=3_000, area_km2=0.4)
    return generate_circle(spec, load_catalogue(), tmp_path_factory.mktemp("made") / "K5", seed=3)


@pytest.fixture(scope="session")
def inputs(circle: Path) -> CircleInputs:
    return read_inputs(RunRequest(circle))


@pytest.fixture
def futures_file(tmp_path: Path) -> Path:
    path = tmp_path / "我的情形.toml"
    path.write_text(FUTURES, encoding="utf-8")
    return path
