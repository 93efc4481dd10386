"""The ``[unknown]`` table: read with its faults, carried to the gaps, the picks and the auditor."""

from __future__ import annotations

from pathlib import Path

import pytest
from new_folders import fill_in_examples, make, read

from scenarios.faults import FaultError
from siting.audit import audit_run
from siting.outputs.writer import write_run
from siting.pipeline import RunRequest, run_circle


def circle(tmp_path: Path, table: str) -> Path:
    folder = make(tmp_path / "A").folder
    fill_in_examples(folder)
    with (folder / "circle.toml").open("a", encoding="utf-8") as file:
        file.write(table)
    return folder


def test_names_and_aliases_become_ids(tmp_path: Path) -> None:
    table = '[unknown]\ntypes = ["家政", "smart_locker", "快递柜"]\nnote = "没有\\n核查"\n'
    meta = read(circle(tmp_path, table)).circle
    assert meta.unknown_types == ("housekeeping", "smart_locker")
    assert meta.unknown_note == "没有 核查"


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        ('[unknown]\ntypes = ["药铺子"]\n', ["unknown-type"]),
        ('[unknown]\ntypes = "药店"\n', ["bad-value"]),
        ("[unknown]\ntypes = [1]\n", ["bad-value"]),
        ('[unknown]\ntype = ["药店"]\nnote = 3\n', ["bad-value", "unknown-key"]),
        ("unknown = 3\n", ["bad-value"]),
    ],
)
def test_faults(table: str, codes: list[str], tmp_path: Path) -> None:
    with pytest.raises(FaultError) as caught:
        read(circle(tmp_path, table))
    assert sorted(f.code for f in caught.value.faults if f.severity == "error") == codes


def test_the_run_says_so_and_the_auditor_agrees(tmp_path: Path) -> None:
    table = '[unknown]\ntypes = ["便利店", "药店"]\n[scenario.types."便利店"]\nmin_catchment = 0\n'
    bundle = run_circle(RunRequest(circle(tmp_path, table), "base", time_limit_s=10))
    row = bundle.gaps.row("convenience_store")
    assert (str(row.status), row.missing_outlets, row.required) == ("unknown", 0, 1)
    assert str(bundle.gaps.row("pharmacy").status) == "met"
    assert any(note.startswith("现状未知，不作缺口：便利店。") for note in bundle.notes)
    (pick,) = [pick for pick in bundle.picks if pick.type_id == "convenience_store"]
    assert pick.check_on_site[0] == "该业态现状未知，先核实附近是否已有"
    counted = [r.missing_outlets for r in bundle.gaps.rows if r.tier == "basic" and r.sitable]
    assert bundle.totals.missing_types_total == sum(counted)
    write_run(bundle, tmp_path / "run")
    report = audit_run(tmp_path / "run")
    assert report.ok, report.lines_zh
