"""``siting check`` and ``siting gaps`` tell of locks what ``siting run`` tells, in the file that sets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.plan_towns import TYPES, write_town

from scenarios.layers import Layer
from scenarios.resolve import resolve
from siting.batch import Job, Task
from siting.tasks import check_one, gaps_one, run_one

MINE = f"""\
[catalogue]
only = {json.dumps(TYPES)}
[lock]
in = ["S9", "S1:laundry", "S2:没有的业态"]
out = ["S1:laundry"]
"""
WANTED = [("unknown-type", "没有的业态"), ("unknown-site", "S9"), ("lock-conflict", "S1:laundry")]

LAYERS = {"a": ["S1", "S2"], "b": ["S2"], "c": ["S1", "S2", "S3"]}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("locks")
    (folder / "我的情景.toml").write_text(MINE, encoding="utf-8")
    return write_town(folder / "A", "A", extra='[scenario]\nlimits.max_sites = 3\nlock.out = ["S1:laundry", "S7"]\n')


def faults(task: Task, town: Path, scenario: str, out: Path, *sets: str) -> list[tuple[str, str, str]]:
    """(code, value, file) of what a command's worker tells."""
    outcome = task(Job(town, "A", "A", scenario, sets, out, 0), lambda _: None)
    assert outcome.exit_code == 3
    return [(fault.code, fault.value, fault.file) for fault in outcome.faults]


@pytest.mark.parametrize("task", [check_one, gaps_one, run_one])
def test_every_lock_that_cannot_be_is_told_at_once(town: Path, tmp_path: Path, task: Task):
    plain = write_town(tmp_path / "B", "B")
    told = faults(task, plain, str(town.parent / "我的情景.toml"), tmp_path / "out")
    assert told == [(code, value, "我的情景.toml") for code, value in WANTED]


@pytest.mark.parametrize(
    ("sets", "wanted"),
    [
        ((), ("unknown-site", "S7", "circle.toml")),
        (('lock.out=["S8"]',), ("unknown-site", "S8", "--set")),
        (("lock.out=[]", 'lock.in=["S4:convenience_store"]'), ("lock-refused", "S4:convenience_store", "--set")),
    ],
)
def test_a_lock_is_told_where_it_is_set(town: Path, tmp_path: Path, sets: tuple[str, ...], wanted: tuple[str, ...]):
    assert faults(check_one, town, "base", tmp_path, *sets) == [wanted]


def test_entries_that_later_layers_repeat_are_told_where_they_were_first():
    layers = [Layer({"lock": {"in": texts}}, file, file) for file, texts in LAYERS.items()]
    made = resolve(layers, "mine")
    assert [made.file_of("lock.in", text) for text in ("S1", "S2", "S3", "S9")] == ["c", "a", "c", "c"]
    assert made.file_of("lock.out", "S1") == "mine"
