"""One small generated circle on streets, made once; each test spoils a copy of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scenarios.catalogue import load_catalogue
from siting.generator import CircleSpec, generate_circle


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = CircleSpec(id="K1", name="小圈", n_demand=30, n_site=14, population=6_000, area_km2=0.6)
    return generate_circle(spec, load_catalogue(), tmp_path_factory.mktemp("made") / "K1", seed=1)


@pytest.fixture
def circle(generated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(generated, tmp_path / "K1"))
