"""Finished runs by hand: as much of run.json as a reader of runs wants, with figures that a test can add up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scenarios.layers import parse_set
from scenarios.resolve import resolve
from siting.studies.runs import RunRecord

LEVELS = ("missing_types", "basic_coverage", "cost")
TYPES = {"pharmacy": ("药店", "basic", "all"), "elderly_meal": ("老年助餐点", "public", "elderly")}


def run_data(
    circle: str = "C01",
    scenario: str = "base",
    picks: tuple[tuple[str, str, float], ...] = (("S1", "pharmacy", 1000.0),),
    losses: dict[str, dict[str, float]] | None = None,
    sets: tuple[str, ...] = (),
    **changes: Any,
) -> dict[str, Any]:
    """run.json as data: one served demand point for each pick, 100 residents of whom 30 elderly."""
    resolved = resolve([parse_set(f"objective.levels={json.dumps(LEVELS)}"), *map(parse_set, sets)], scenario)
    cost = sum(p[2] for p in picks)
    sites = list(dict.fromkeys(p[0] for p in picks))
    data: dict[str, Any] = {
        "schema_version": 1,
        "program": {"name": "living-circle-siting", "version": "1"},
        "versions": {"highspy": "1"},
        "circle": {"id": circle, "name": f"圈{circle}", "district": "甲区", "crs": "EPSG:4548"},
        "simulated": False,
        "status": "optimal",
        "status_zh": "最优，已证明",
        "exit_code": 0,
        "seed": 0,
        "solver": "highs",
        "workspace": "../ws",
        "inputs": [{"path": "demand.csv", "sha256": "a" * 64}],
        "scenario": {"name": scenario, "values": resolved.as_dict(), "origin": dict(resolved.origin)},
        "levels": [
            {"name": n, "sense": s, "incumbent": v, "bound": v, "mip_gap": 0.0, "status": "optimal"}
            for n, s, v in zip(LEVELS, ("max", "max", "min"), (1.0, 100.0, cost), strict=True)
        ],
        "totals": {
            "cost_cny": cost, "budget_cny": cost, "residents_newly_covered": 100.0 * len(picks),
            "residents_with_more": 100.0, "missing_types_filled": 1, "missing_types_total": 1,
            "sites_used": len(sites), "outlets_opened": len(picks), "addons": 0,
            "basic_complete_share_before": 0.0, "basic_complete_share_after": 1.0,
        },
        "picks": [
            {
                "rank": n, "site": site, "site_name": f"房{site}", "type": type_id, "type_zh": TYPES[type_id][0],
                "host": "", "cost": money, "own_cost": money, "area_m2": 10.0, "residents_newly_covered": 100.0,
                "residents_by_segment": {},
            }
            for n, (site, type_id, money) in enumerate(picks, start=1)
        ],
        "ranking": [
            {
                "rank": n, "site_id": site, "type_ids": [], "cost_cny": 0.0, "losses": lost, "proven": True,
                "feasible": True, "proven_levels": list(LEVELS),
            }
            for n, (site, lost) in enumerate((losses or {}).items(), start=1)
        ],
        "gaps": {
            "residents": 1000.0, "basic_complete_share": 0.0,
            "rows": [
                {
                    "type_id": t, "name_zh": name, "tier": tier, "segment": segment, "outlets": 0, "required": 1,
                    "missing_outlets": 1, "reach_m": 500.0, "residents": 1000.0, "residents_in_reach": 0.0,
                    "sitable": True, "reach_by_segment": {},
                }
                for t, (name, tier, segment) in TYPES.items()
            ],
        },
        "served": [
            {
                "demand_id": f"D{n}", "type_id": type_id, "site_id": site,
                "residents": 30.0 if TYPES[type_id][2] == "elderly" else 100.0,
                "residents_by_segment": {"all": 100.0, "elderly": 30.0, "toddlers": 5.0, "children": 7.0},
                "walk_before_m": None, "walk_after_m": 50.0,
            }
            for n, (site, type_id, _) in enumerate(picks)
        ],
    }  # fmt: skip
    return data | changes


def record(*args: Any, **changes: Any) -> RunRecord:
    """The same, read."""
    return RunRecord.model_validate_json(json.dumps(run_data(*args, **changes)), strict=True)


def written(folder: Path, data: dict[str, Any]) -> Path:
    """A folder with that run.json."""
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    return folder
