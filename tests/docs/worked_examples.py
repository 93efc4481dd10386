"""Run in a copy of the packages that holds the examples of CONTRIBUTING.md; prints what came of them as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from support.instances import plain_instance
from support.plan_towns import write_town

import models
from models.instance import Rules, Tier
from models.lexicographic import solve
from models.solution import Decision, SolveOptions
from models.verify import breaches, level_value
from siting.audit import audit_run
from siting.outputs import write_run
from siting.pipeline import RunRequest, run_circle

TYPES = ["pharmacy", "breakfast_shop", "pet_care"]


def town(folder: Path) -> dict[str, object]:
    """The small town, its homes as FlatGeobuf, solved by SciPy with the new level last."""
    write_town(folder)
    table = pd.read_csv(folder / "demand.csv", dtype={"编号": str})
    points = gpd.points_from_xy(table["经度"], table["纬度"], crs="EPSG:4326")
    homes = gpd.GeoDataFrame(table.drop(columns=["经度", "纬度"]), geometry=points)
    homes.to_file(folder / "demand.fgb", driver="FlatGeobuf")
    (folder / "demand.csv").unlink()
    levels = 'objective.levels=["missing_types", "quality_coverage", "outlets"]'
    sets = (f"catalogue.only={json.dumps(TYPES)}", levels)
    bundle = run_circle(RunRequest(folder, "base", sets, folder.parent, solver="scipy", ranking=False))
    run = folder.parent / "run"
    write_run(bundle, run)
    data = json.loads((run / "run.json").read_text(encoding="utf-8"))
    report = audit_run(run)
    return {
        "picked": [pick["type"] for pick in data["picks"]],
        "table": (run / "picks.csv").read_text(encoding="utf-8-sig").splitlines(),
        "inputs": [Path(file["path"]).name for file in data["inputs"]],
        "solver": bundle.solver,
        "levels": {v["name"]: [v["sense"], v["incumbent"], v["status"]] for v in data["levels"]},
        "audit": "agrees" if report.ok else report.lines_zh,
    }


def block() -> dict[str, object]:
    """One room that two types of the quality tier would like to share: the plan found, and the one that it forbids."""
    instance = plain_instance(np.ones((3, 1, 2), dtype=bool), tier=np.full(2, int(Tier.QUALITY)))
    rules = Rules(levels=("quality_coverage",))
    shared = Decision(np.ones((1, 2), dtype=bool), np.zeros((1, 2), dtype=bool))
    found = solve(instance, rules, SolveOptions()).decision
    assert found is not None
    return {
        "covered": [level_value(instance, rules, plan, "quality_coverage") for plan in (found, shared)],
        "breaches": [[s.split(":")[0] for s in breaches(instance, rules, plan)] for plan in (found, shared)],
    }


if __name__ == "__main__":
    told = {"package": str(Path(models.__file__).parent)} | town(Path(sys.argv[1])) | block()
    print(json.dumps(told, ensure_ascii=False))
