"""One small generated circle on streets, read once; and a set of futures that change each kind of thing."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.catalogue import load_catalogue
from siting.generator import CircleSpec, generate_circle
from siting.prepare import CircleInputs, RunRequest, read_inputs

FUTURES = """
title = "试验"
[[futures]]
name = "as_is"
title = "照旧"
[[futures]]
name = "fewer"
title = "人少、贵"
weight = 2
population = { all = 0.9, elderly = 1.2 }
cost_factor = 1.1
rent_factor = 1.25
[[futures]]
name = "shut"
title = "关店、撤房"
closed_outlets = { largest_of = ["药店", "supermarket"] }
withdrawn_sites = { share = 0.25 }
[futures.types.pharmacy]
area_m2 = 70
"""


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
