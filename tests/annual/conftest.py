"""Three small towns in two districts, solved once."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.plan_towns import solve, write_town


@pytest.fixture(scope="session")
def town_runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Runs by circle: T1 and T3 in 甲区 (T1 ranked, T3 with add-on services), T2 simulated in 乙区."""
    base = tmp_path_factory.mktemp("annual")
    simulated = 'simulated = true\nsimulated_note = "示意布局，非实测：街道由程序模拟"\n'
    towns = {
        "T1": write_town(base / "T1", "T1", "试验街", "甲区"),
        "T2": write_town(base / "T2", "T2", "模拟街", "乙区", simulated),
        "T3": write_town(base / "T3", "T3", "搭载街", "甲区"),
    }
    sets = {"T1": (), "T2": ("budget.capital_cny=400000",), "T3": ("hosts.new=true", "hosts.existing=true")}
    return {name: solve(town, base / "runs" / name, *sets[name], ranking=name == "T1") for name, town in towns.items()}
