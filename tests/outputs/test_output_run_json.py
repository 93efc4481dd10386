import json
import math
from dataclasses import replace
from pathlib import Path

from support.bundles import make_bundle, make_levels, make_workspace

from models.solution import LevelResult, Termination
from siting.outputs.plain import plain
from siting.outputs.run_json import run_data, write_run_json


def strict(text: str) -> dict:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def test_contract_keys(tmp_path: Path) -> None:
    write_run_json(make_bundle(), tmp_path / "run.json", tmp_path)
    data = strict((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert data["schema_version"] == 1
    assert data["seed"] == 7
    assert data["solver"] == "highs"
    assert data["simulated"] is True
    assert data["inputs"] == [
        {"path": "circle.toml", "sha256": "a" * 64},
        {"path": "survey.xlsx", "sha256": "b" * 64},
    ]
    assert data["scenario"]["values"]["budget"]["capital_cny"] == 3_000_000
    assert data["scenario"]["origin"]["budget.capital_cny"] == "--set"
    assert [level["name"] for level in data["levels"]] == ["missing_types", "basic_coverage", "equity", "cost"]
    for level in data["levels"]:
        assert {"name", "sense", "incumbent", "bound", "mip_gap", "seconds", "status"} <= level.keys()
    for key in ("cost_cny", "residents_newly_covered", "missing_types_filled"):
        assert key in data["totals"]
    assert [(p["rank"], p["site"], p["type"], p["host"], p["year"], p["cost"]) for p in data["picks"]] == [
        (1, "S1", "laundry", "", 2025, 150_000.25),
        (2, "S2", "elderly_meal", "", None, 116_040.0),
        (3, "S1", "pharmacy", "laundry", None, 5_000.0),
    ]
    for key in ("python", "numpy", "highspy", "ortools", "pulp"):
        assert data["versions"][key]


def test_picks_sum_to_the_total() -> None:
    data = run_data(make_bundle(), Path())
    assert math.isclose(sum(p["cost"] for p in data["picks"]), data["totals"]["cost_cny"])


def test_ranked_and_forced_sites_carry_the_names_that_picks_use() -> None:
    data = run_data(make_bundle(), Path())
    for entry in data["ranking"] + data["forced"]:
        assert entry["site"] == entry["site_id"]
        assert entry["types"] == entry["type_ids"]
        assert len(entry["types_zh"]) == len(entry["types"])
    assert [entry["site"] for entry in data["ranking"]] == ["S1", "S2"]


def test_walks_of_a_pick_are_weighted_by_residents() -> None:
    pick = run_data(make_bundle(), Path())["picks"][0]
    assert pick["walk_before_m"] == 1200.0
    assert math.isclose(pick["walk_after_m"], (900 * 25 + 600 * 120) / 1500)
    assert pick["residents_by_segment"] == {"all": 1500.0, "elderly": 350.0}


def test_numbers_json_cannot_hold_become_null(tmp_path: Path) -> None:
    level = LevelResult("basic_coverage", "max", 0.0, math.inf, 1.0, Termination.FEASIBLE)
    totals = replace(make_bundle().totals, cost_cny=math.nan)
    write_run_json(make_bundle(levels=(level,), totals=totals), tmp_path / "run.json", tmp_path)
    data = strict((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert data["levels"][0]["bound"] is None
    assert data["levels"][0]["mip_gap"] is None
    assert data["totals"]["cost_cny"] is None


def test_workspace_is_told_relative_to_the_run(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "data" / "ws")
    data = run_data(make_bundle(workspace), tmp_path / "results" / "base" / "C01")
    assert data["workspace"] == "../../../data/ws"
    assert str(tmp_path) not in json.dumps(data)


def test_only_seconds_differ_between_two_runs() -> None:
    first = run_data(make_bundle(), Path("out"))
    slower = tuple(replace(level, seconds=level.seconds * 3) for level in make_levels())
    second = run_data(make_bundle(levels=slower, seconds={"solve": 9.0}), Path("out"))
    assert first != second

    def without_seconds(value: object) -> object:
        if isinstance(value, dict):
            return {k: without_seconds(v) for k, v in value.items() if k != "seconds"}
        return [without_seconds(v) for v in value] if isinstance(value, list) else value

    assert json.dumps(without_seconds(first)) == json.dumps(without_seconds(second))


def test_a_stopped_run_says_so() -> None:
    data = run_data(make_bundle(termination=Termination.FEASIBLE), Path())
    assert data["status"] == "feasible"
    assert data["exit_code"] == 5
    assert data["status_zh"] == "可行，间隙 20.00%"


def test_plain_keeps_booleans_and_drops_the_minus_of_zero() -> None:
    assert plain({"a": True, "b": -0.0, "c": (1, None)}) == {"a": True, "b": 0.0, "c": [1, None]}
    assert math.copysign(1.0, plain(-0.0)) == 1.0
