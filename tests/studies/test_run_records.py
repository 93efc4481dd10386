"""A run read back: every fault of every folder at once, nothing of another version, nothing that contradicts itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.run_records import run_data, written

from scenarios.faults import FaultError
from siting.studies.runs import read_run, read_runs


def test_a_real_run_comes_back(street_runs: dict[str, Path]):
    record = read_run(street_runs["hosts"])
    data = json.loads((street_runs["hosts"] / "run.json").read_text("utf-8"))
    assert record.circle.id == data["circle"]["id"] == "T9"
    assert [(p.site, p.type, p.host) for p in record.picks] == [
        (p["site"], p["type"], p["host"]) for p in data["picks"]
    ]
    assert [dict(r.losses) for r in record.ranking] == [r["losses"] for r in data["ranking"]]
    assert {str(row.tier) for row in record.gaps.rows} == {"basic", "public", "quality"}
    assert record.workspace_folder.resolve() == street_runs["hosts"].parent.parent.resolve() / "street"
    assert record.scenario.origin["hosts.new"] == "--set"


def test_all_faults_of_all_folders_at_once(tmp_path: Path):
    good = written(tmp_path / "good", run_data())
    other = written(tmp_path / "other", {"schema_version": 2})
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "run.json").write_text('{"schema_version": 1', "utf-8")
    lacking = written(tmp_path / "lacking", {k: v for k, v in run_data().items() if k not in ("picks", "totals")})
    folders = [tmp_path / "none", good, other, broken, lacking]
    with pytest.raises(FaultError) as caught:
        read_runs(folders)
    codes = [(fault.code, fault.column) for fault in caught.value.faults]
    assert codes == [
        ("no-run", ""), ("other-schema-version", "schema_version"), ("not-json", ""), ("bad-run", "totals"),
        ("bad-run", "picks"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"gaps": run_data()["gaps"] | {"rows": run_data()["gaps"]["rows"] * 2}}, "gaps.rows"),
        ({"gaps": run_data()["gaps"] | {"rows": run_data()["gaps"]["rows"][1:]}}, "picks"),
        ({"picks": run_data()["picks"] * 2}, "picks"),
        ({"levels": run_data()["levels"][::-1]}, "levels"),
        ({"status": "infeasible"}, "status"),
    ],
)
def test_a_run_that_contradicts_itself_is_a_fault(tmp_path: Path, change: dict, column: str):
    with pytest.raises(FaultError) as caught:
        read_run(written(tmp_path / "run", run_data() | change))
    assert caught.value.faults[0].code == "bad-run"
    assert caught.value.faults[0].column == column
