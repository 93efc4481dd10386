"""Comparisons of runs by hand and of real ones equal a recount from the input tables."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pandas as pd
import pytest
from support.run_records import record, run_data

from scenarios.catalogue import load_catalogue
from siting.studies.compare import compare_runs
from siting.studies.compare.places import types_text
from siting.studies.measures import MEASURES
from siting.studies.runs import RunRecord, read_runs

SPEED_M_MIN = {"elderly": 0.8 * 60}


def test_by_hand():
    base = record(picks=(("S1", "pharmacy", 1000.0), ("S2", "elderly_meal", 500.0)))
    other = record(
        scenario="tight",
        picks=(("S1", "elderly_meal", 400.0), ("S3", "pharmacy", 900.0)),
        sets=("budget.capital_cny=1500", "coverage_floor.pharmacy=0.5"),
    )
    found = compare_runs([base, other])
    assert {(row.place_id, row.changes) for row in found.places} == {
        ("S1", ("", "retyped")), ("S2", ("", "dropped")), ("S3", ("", "added")),
    }  # fmt: skip
    assert found.runs[1].changes == {"added": 1, "dropped": 1, "retyped": 1}
    first = found.runs[0].values
    assert (first["tier:basic"], first["tier:public"], first["tier:quality"]) == (100.0, 30.0, 0.0)
    # elderly: of the pharmacy (everybody) and of the meal (elderly); toddlers: of the pharmacy alone
    assert (first["times:elderly"], first["people:elderly"]) == (60.0, 60.0)
    assert (first["times:toddlers"], first["people:toddlers"]) == (5.0, 5.0)
    keys = {row.key: [(cell.value, cell.origin, cell.given) for cell in row.cells] for row in found.settings}
    assert keys == {
        "budget.capital_cny": [(None, "默认值", True), (1500.0, "--set", True)],
        "coverage_floor.pharmacy": [(None, "", False), (0.5, "--set", True)],
    }
    assert found.inputs == ()
    assert found.notes == ()


def test_people_are_counted_once_and_person_times_for_each_type():
    served = run_data(picks=(("S1", "pharmacy", 1.0), ("S1", "elderly_meal", 1.0)))["served"]
    run = record(
        picks=(("S1", "pharmacy", 1.0), ("S1", "elderly_meal", 1.0)), served=[s | {"demand_id": "D0"} for s in served]
    )
    values = compare_runs([run, run]).runs[0].values
    assert (values["times:elderly"], values["people:elderly"]) == (60.0, 30.0)


def test_other_inputs_and_other_circles_are_told():
    base = record()
    changed = record(inputs=[{"path": "demand.csv", "sha256": "b" * 64}], seed=3)
    elsewhere = record("C02")
    found = compare_runs([base, changed, elsewhere])
    assert any("输入不同（2 与 1），差异不全由情景造成" in note for note in found.notes)
    assert any("生活圈不同（3 与 1）" in note for note in found.notes)
    assert [(row.name, row.cells) for row in found.inputs] == [
        ("demand.csv", ("a" * 64, "b" * 64, "a" * 64)), ("随机种子", ("0", "3", "0")),
    ]  # fmt: skip
    assert {(row.circle_id, row.place_id, row.changes) for row in found.places} == {
        ("C01", "S1", ("", "kept", "")), ("C02", "S1", ("", "", "")),
    }  # fmt: skip


def test_years_and_hosts_are_told():
    data = run_data(picks=(("S1", "pharmacy", 1.0), ("S1", "elderly_meal", 1.0)))
    first, second = data["picks"]
    data["picks"] = [first | {"year": 2026}, second | {"host": "pharmacy"}]
    run = RunRecord.model_validate_json(json.dumps(data), strict=True)
    (row,) = compare_runs([run, run]).places
    assert types_text(row.cells[0]) == "药店（2026 年）、老年助餐点（搭载）"


def test_an_id_that_means_another_room_is_told():
    data = run_data()
    data["picks"][0]["site_name"] = "另一间"
    other = RunRecord.model_validate_json(json.dumps(data), strict=True)
    assert any("可能不是同一处：S1" in note for note in compare_runs([record(), other]).notes)
    assert not any("同一处" in note for note in compare_runs([record(), record("C02")]).notes)


def test_an_unproven_run_is_told():
    found = compare_runs([record(), record(status="feasible", status_zh="可行，间隙 3%", exit_code=5)])
    assert any("未证明最优（2）" in note for note in found.notes)


def test_permuting_runs_changes_only_the_order(street_runs: dict[str, Path]):
    records = read_runs(list(street_runs.values()))
    plain = compare_runs(records)
    for order in itertools.permutations(range(3)):
        other = compare_runs([records[n] for n in order])
        for place, n in enumerate(order):
            assert other.runs[place].values == plain.runs[n].values
            assert {(r.place_id, r.cells[place]) for r in other.places} == {
                (r.place_id, r.cells[n]) for r in plain.places
            }
            assert [(r.name, r.cells[place]) for r in other.levels] == [(r.name, r.cells[n]) for r in plain.levels]
            assert [(r.type_id, r.cells[place]) for r in other.types] == [(r.type_id, r.cells[n]) for r in plain.types]
    forward, back = compare_runs(records[:2]), compare_runs(records[1::-1])
    swapped = {"added": "dropped", "dropped": "added"}
    assert {r.place_id: swapped.get(r.changes[1], r.changes[1]) for r in forward.places} == {
        r.place_id: r.changes[1] for r in back.places
    }


@pytest.mark.parametrize("name", ["wide", "tight", "hosts"])
def test_real_runs_equal_a_recount_from_the_tables(street: Path, street_runs: dict[str, Path], name: str):
    data = json.loads((street_runs[name] / "run.json").read_text("utf-8"))
    served = recount(street, [(p["site"], p["type"]) for p in data["picks"]])
    found = compare_runs(read_runs([street_runs[name], street_runs["wide"]]))
    values = found.runs[0].values
    types = load_catalogue().types
    segment = {t: types[t].segment for t in types}
    for tier in ("basic", "public", "quality"):
        rows = served[served["type"].isin([t for t in types if types[t].tier == tier])]
        assert values[f"tier:{tier}"] == sum(row[segment[row["type"]]] for _, row in rows.iterrows())
    for people in ("elderly", "toddlers", "children"):
        rows = served[served["type"].isin([t for t in types if segment[t] in ("all", people)])]
        assert values[f"times:{people}"] == rows[people].sum()
        assert values[f"people:{people}"] == rows.drop_duplicates("id")[people].sum()
    assert {row.place_id for row in found.places if row.cells[0]} == {p["site"] for p in data["picks"]}
    assert len(served) > 5


def recount(street: Path, picks: list[tuple[str, str]]) -> pd.DataFrame:
    """Demand point × type newly in reach, from the csv files and the catalogue alone."""
    types = load_catalogue().types
    demand = pd.read_csv(street / "demand.csv")
    demand.columns = ["id", "name", "lon", "lat", "all", "elderly", "toddlers", "children"]
    outlets = pd.read_csv(street / "outlets.csv")
    has = {t: list(outlets["编号"][outlets["业态"] == types[t].name_zh]) for t in types}
    has["photo_print"] += list(outlets["编号"][outlets["搭载服务"] == "打印复印"])
    metres = pd.read_csv(street / "distances.csv").set_index(["from_id", "to_id"])["metres"]
    rows = []
    for type_id in sorted({t for _, t in picks}):
        kind = types[type_id]
        speed = SPEED_M_MIN.get(kind.segment, 1.2 * 60)
        radius = kind.radius_m.value if kind.radius_m else kind.walk_min.value * speed
        new = [place for place, t in picks if t == type_id]
        for _, home in demand.iterrows():
            before = any(metres[home["id"], outlet] <= radius for outlet in has[type_id])
            after = any(metres[home["id"], place] <= radius for place in new)
            if after and not before and home[kind.segment] > 0:
                rows.append({"type": type_id} | home.to_dict())
    return pd.DataFrame(rows)


def test_every_measure_has_a_value(street_runs: dict[str, Path]):
    values = compare_runs(read_runs(list(street_runs.values()))).runs[2].values
    assert set(values) == {m.key for m in MEASURES}
    assert values["addons"] > 0
