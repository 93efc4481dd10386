"""The command: what it says, what it refuses, and that a refusal writes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from siting.cli.app import app


def call(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_it_writes_and_says_what_comes_next(tmp_path: Path) -> None:
    result = call("new", str(tmp_path / "圈"), "--id", "C20", "--name", "锦绣社区", "--datum", "gcj02")
    assert result.exit_code == 0, result.stderr
    for wanted in ("C20 锦绣社区", "survey.xlsx", "坐标基准：gcj02", "siting check"):
        assert wanted in result.stdout


def test_json(tmp_path: Path) -> None:
    data = json.loads(call("new", str(tmp_path / "A"), "--json").stdout)
    assert (data["command"], data["exit_code"], data["circle"], data["datum"]) == ("new", 0, "A", None)
    assert "survey.xlsx" in data["files"]


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    (tmp_path / "A").mkdir()
    assert call("new", str(tmp_path / "A")).exit_code == 0


def test_a_folder_with_anything_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "A").mkdir()
    (tmp_path / "A" / "notes.txt").write_text("mine", "utf-8")
    (tmp_path / "file").write_text("mine", "utf-8")
    for name in ("A", "file"):
        result = call("new", str(tmp_path / name))
        assert result.exit_code == 3
        assert "错误" in result.stderr
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["A", "file", "notes.txt"]


def test_a_second_time_is_refused(tmp_path: Path) -> None:
    assert call("new", str(tmp_path / "A")).exit_code == 0
    before = {p.name: p.read_bytes() for p in (tmp_path / "A").iterdir()}
    assert call("new", str(tmp_path / "A")).exit_code == 3
    assert {p.name: p.read_bytes() for p in (tmp_path / "A").iterdir()} == before


def test_every_fault_at_once_and_nothing_written(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{", "utf-8")
    words = [
        "new",
        str(tmp_path / "new" / "A"),
        "--id",
        "a/b",
        "--datum",
        "wgs72",
        "--mapping",
        str(tmp_path / "no.xlsx"),
    ]
    result = call(*words, "--from-poi", str(tmp_path / "broken.json"), str(tmp_path / "missing.csv"), "--json")
    data = json.loads(result.stdout)
    assert result.exit_code == data["exit_code"] == 3
    codes = [fault["code"] for fault in data["faults"]]
    assert codes == ["bad-id", "unknown-datum", "poi-broken-json", "poi-file-missing", "poi-file-missing"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["broken.json"]


@pytest.mark.parametrize("words", [["a", "b.csv"], [], ["a", "--from-poi"]])
def test_usage(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("new", *words).exit_code == 2
    assert not list(tmp_path.iterdir())


def test_mapping_alone_is_refused(tmp_path: Path) -> None:
    result = call("new", str(tmp_path / "A"), "--mapping", str(tmp_path / "x.xlsx"))
    assert result.exit_code == 3
    assert not (tmp_path / "A").exists()
