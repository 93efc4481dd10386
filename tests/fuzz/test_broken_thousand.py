"""Spoilt files of every reader: refused with faults that keep every promise, or taken; never anything else.

SITING_SPOILT says how many of each reader the slow tests try (10, unless the environment says).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fuzz.hunting import hunt, promises_broken
from fuzz.subjects import CIRCLE, OUT, SUBJECTS, Subject

from scenarios.faults import Fault

QUICK, LONG = 6, int(os.environ.get("SITING_SPOILT", "10"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Subject], Path]:
    """The good folder of a subject, made once."""
    folders: dict[str, Path] = {}

    def of(subject: Subject) -> Path:
        if subject.name not in folders:
            folders[subject.name] = tmp_path_factory.mktemp(f"good-{subject.name}")
            subject.make(folders[subject.name])
        return folders[subject.name]

    return of


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
@pytest.mark.parametrize("trials", [QUICK, pytest.param(LONG, marks=pytest.mark.slow)])
def test_spoilt_files(subject: Subject, trials: int, made: Callable[[Subject], Path], tmp_path: Path) -> None:
    ready = replace(subject, make=lambda base: shutil.copytree(made(subject), base, dirs_exist_ok=True))
    bag = hunt(ready, trials, trials, tmp_path)
    assert bag.failures == []
    assert bag.trials == trials
    assert bag.refused > trials // 4, "the files were spoilt at all"


GOOD = Fault("code", "demand.csv", "规则", "请改")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ([], "refused without a fault"),
        ([Fault("code", "", "规则", "请改")], "names its file"),
        ([Fault("code", "a.csv", "rule", "请改")], "rule in Chinese"),
        ([Fault("code", "a.csv", "规则", "")], "what to do in Chinese"),
        ([Fault("code", "a.csv", "长" * 1000, "请改")], "is short"),
    ],
)
def test_the_hunt_sees_a_broken_promise(answer: list[Fault], told: str, tmp_path: Path) -> None:
    assert any(told in wrong for wrong in promises_broken(answer, tmp_path))


def test_the_hunt_sees_what_was_written(tmp_path: Path) -> None:
    assert promises_broken([GOOD], tmp_path) == []
    (tmp_path / OUT).mkdir()
    (tmp_path / OUT / "run.json").write_text("{}")
    assert promises_broken([GOOD], tmp_path) == ["something was written"]


def test_the_hunt_sees_a_crash(tmp_path: Path) -> None:
    calls = []

    def ask(base: Path) -> None:
        calls.append(base)
        if len(calls) > 1:
            raise KeyError("boom")

    def make(base: Path) -> None:
        (base / CIRCLE).mkdir(parents=True)
        (base / CIRCLE / "a.csv").write_text("x,y\n1,2\n")

    bag = hunt(Subject("crash", make, ask, lambda b: [b / CIRCLE / "a.csv"]), 2, 0, tmp_path)
    assert bag.trials == len(bag.failures) == 2
    assert "boom" in bag.failures[0][2]
