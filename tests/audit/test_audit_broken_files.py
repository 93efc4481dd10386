"""A run.json that is broken or edited by hand: Chinese faults, never another exception."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from audit_town import Run, drop, line, put, tampered

from scenarios.faults import FaultError
from siting.audit import audit_run
from siting.audit.recorded import read_recorded


def faults_of(run_dir: Path) -> list[tuple[str, str, str]]:
    with pytest.raises(FaultError) as caught:
        audit_run(run_dir)
    return [(fault.code, fault.column, fault.rule) for fault in caught.value.faults]


def test_no_run_at_all(tmp_path: Path) -> None:
    assert faults_of(tmp_path)[0][0] == "no-run"
    assert faults_of(tmp_path / "nowhere")[0][0] == "no-run"
    (tmp_path / "file").touch()
    assert faults_of(tmp_path / "file")[0][0] == "no-run"
    (tmp_path / "run.json").mkdir()
    assert faults_of(tmp_path)[0][0] == "unreadable-file"


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b'{"picks": [1, 2', b"\xff\xfe\x00", b"[" * 100_000, b"<xml/>", b'{"a": 1} x'],
    ids=["empty", "brace", "cut", "bytes", "deep", "xml", "tail"],
)
def test_not_json(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "run.json").write_bytes(data)
    assert [code for code, _, _ in faults_of(tmp_path)] == ["not-json"]


def test_every_missing_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{}")
    faults = faults_of(tmp_path)
    assert {"picks", "levels", "totals", "scenario", "workspace", "inputs"} <= {column for _, column, _ in faults}
    assert {rule for _, _, rule in faults} == {"缺少这一项"}


@pytest.mark.parametrize(
    ("change", "column", "rule"),
    [
        (put("picks", 0, "cost", to="15000"), "picks.0.cost", "应为数字"),
        (put("picks", 0, "rank", to=1.5), "picks.0.rank", "应为整数"),
        (put("picks", to={"a": 1}), "picks", "应为列表"),
        (put("levels", 0, "incumbent", to=float("inf")), "levels.0.incumbent", "应为有限的数字"),
        (put("simulated", to="否"), "simulated", "应为 true 或 false"),
        (put("levels", 0, "sense", to="up"), "levels.0.sense", "应为规定的几个词之一"),
        (put("scenario", "values", "budget", "colour", to=1), "scenario.values.budget.colour", "情景里没有这一项设定"),
        (put("scenario", "values", "objective", "equity_share", to=2), "scenario.values.objective.equity_share", ""),
        (put("inputs", to=[]), "inputs", "值不合规定"),
        (drop("totals", "addons"), "totals.addons", "缺少这一项"),
        (put("totals", to=None), "totals", "应为表"),
    ],
)
def test_wrong_types_are_told_with_their_place(town_run: Path, change: Any, column: str, rule: str) -> None:
    (told,) = faults_of(tampered(town_run, change))
    assert told[:2] == ("bad-run", column)
    assert rule in told[2] or not rule


def test_another_version(town_run: Path) -> None:
    report = audit_run(tampered(town_run, put("schema_version", to=99)))
    assert not report.ok
    assert "schema_version 为 99" in line(report, "run.json 的版式")


def test_scenario_that_names_no_type(town_run: Path) -> None:
    change = put("scenario", "values", "types", to={"casino": {"area_m2": 3}})
    assert faults_of(tampered(town_run, change))[0][0] == "unknown-type"


def test_odd_values_anywhere_never_crash(town_run: Path) -> None:
    """Twenty-five values of the run replaced by odd ones, seeded: a report, or faults in Chinese."""
    whole = json.loads((town_run / "run.json").read_text("utf-8"))
    checked = set(json.loads(read_recorded(town_run).model_dump_json(by_alias=True)))
    dice = random.Random(11)
    leaves = [path for path in _leaves(whole) if path[0] in checked and path[:2] != ("scenario", "origin")]
    for path in dice.sample(leaves, 25):
        odd = dice.choice([None, "", "\x00", -1, 1e300, 10**30, [], {}, True, "=1+1", float("nan"), 0.5])
        run = tampered(town_run, lambda data, path=path, odd=odd: put(*path, to=odd)(data), "odd")
        try:
            report = audit_run(run)
        except FaultError:
            continue
        assert report.ok != any(text.startswith(("不符", "未查")) for text in report.lines_zh)


def _leaves(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list) and value:
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(item, (*at, key))
    else:
        yield at


def test_tampering_leaves_the_run_itself_alone(town_run: Path) -> None:
    before = (town_run / "run.json").read_bytes()
    run: Run = copy.deepcopy(json.loads(before))
    audit_run(tampered(town_run, put("circle", "name", to="别名")))
    assert json.loads((town_run / "run.json").read_bytes()) == run
    assert audit_run(town_run).ok
