"""Every broken circle tells all its faults in one go, in Chinese, with exit code 3, and nothing is written."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from broken_circles import CASES, Case, write_base

from scenarios.faults import Severity
from siting.batch import Job
from siting.tasks import run_one

_CHINESE = re.compile("[\u4e00-\u9fff]")
_FORMATS = {"csv", "xlsx", "toml", "gpkg", "shp", "geojson", "tab", "mif", "gdb"}


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def job(folder: Path, out: Path) -> Job:
    return Job(folder, "T1", "圈", "base", (), out, 0, ranking=False)


def test_the_corpus_is_large_and_of_every_format() -> None:
    assert len(CASES) >= 55
    assert len({case.name for case in CASES}) == len(CASES)
    assert {case.name.split("_")[0] for case in CASES} >= _FORMATS


def test_the_circle_is_good_before_it_is_spoilt(tmp_path: Path) -> None:
    folder = tmp_path / "T1"
    folder.mkdir()
    write_base(folder)
    outcome = run_one(job(folder, tmp_path / "out"), lambda event: None)
    assert outcome.exit_code == 0, outcome.message_zh


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_circle(tmp_path: Path, case: Case) -> None:
    folder, out = tmp_path / "T1", tmp_path / "out"
    folder.mkdir()
    case.make(folder)
    before = tree(folder)
    outcome = run_one(job(folder, out), lambda event: None)
    errors = [fault for fault in outcome.faults if fault.severity is Severity.ERROR]
    assert (outcome.exit_code, outcome.status, outcome.trace) == (3, "bad_input", "")
    assert {(fault.code, fault.file) for fault in errors} == case.faults
    for fault in errors:
        assert _CHINESE.search(fault.rule)
        assert _CHINESE.search(fault.remedy)
        assert len(str(fault)) < 700
    assert not out.exists()
    assert tree(folder) == before


@pytest.mark.parametrize("name", ["everything_at_once", "shp_cut_off", "gdb_tables_overwritten"])
def test_a_broken_circle_on_the_command_line(tmp_path: Path, name: str) -> None:
    case = next(case for case in CASES if case.name == name)
    folder = tmp_path / "T1"
    folder.mkdir()
    case.make(folder)
    words = [
        sys.executable,
        "-c",
        "from siting.cli import main; main()",
        "run",
        str(folder),
        "--out",
        str(tmp_path / "out"),
    ]
    ended = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=False)
    assert ended.returncode == 3
    assert "Traceback" not in ended.stdout + ended.stderr
    assert "Warning" not in ended.stderr
    for _, file in case.faults:
        assert file in ended.stderr
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
