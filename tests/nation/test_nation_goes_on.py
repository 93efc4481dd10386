"""``siting nation`` that is stopped goes on: what was answered is on the disk and is not asked again."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.plan_towns import TYPES, write_town
from typer.testing import CliRunner, Result

from models.nation import Answer, Question
from models.solution import SolveOptions
from siting.cli.app import app
from siting.nation.asking import answer_many
from siting.nation.journal import Journal, mark_of
from siting.nation.results import nation_folder

SETS = ["--set", f"catalogue.only={json.dumps(TYPES)}", "--time-limit", "20", "--quiet", "--shares-only", "--json"]


class Stopping:
    """Hands of this process that stop after ``most`` answers; ``answered`` counts them."""

    def __init__(self, most: float) -> None:
        self.most, self.answered = most, 0

    @contextlib.contextmanager
    def hands(self, processes: int) -> Iterator[Any]:
        yield self._run

    def _run(self, task: Any, items: Any, hear: Any) -> list[Any]:
        found = []
        for place, (_, item) in enumerate(items):
            if task is answer_many:
                if self.answered >= self.most:
                    raise KeyboardInterrupt
                self.answered += 1
            found.append(task([item], None)[0])
            hear([(place, found[-1])])
        return found


@pytest.fixture
def towns(tmp_path: Path) -> list[str]:
    return [str(write_town(tmp_path / name, name, f"{name}街")) for name in ("A", "B", "C")]


@pytest.fixture
def nation(tmp_path: Path, towns: list[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    def run(out: str, most: float = float("inf"), *more: str) -> tuple[Result, int]:
        hands = Stopping(most)
        monkeypatch.setattr("siting.nation.hands.in_processes", hands.hands)
        words = ["nation", *towns, *SETS, "--budget", "90万", "--out", str(tmp_path / out), *more]
        return CliRunner().invoke(app, words), hands.answered

    return run


def timeless(folder: Path) -> dict[str, Any]:
    data = json.loads((folder / "nation.json").read_text(encoding="utf-8"))
    del data["seconds"]
    return dict(data)


@pytest.mark.parametrize("most", [1, 7])
def test_what_was_answered_is_not_asked_again_and_the_answer_is_the_same(nation: Any, tmp_path: Path, most: int):
    whole, all_asked = nation("undisturbed")
    assert whole.exit_code in (0, 5)
    folder = nation_folder(tmp_path / "out", "base")
    stopped, asked = nation("out", most)
    assert (stopped.exit_code, asked) == (130, most)
    assert not folder.exists()
    [journal] = folder.parent.iterdir()
    again, rest = nation("out")
    assert again.exit_code == whole.exit_code
    assert asked + rest == all_asked
    assert f"接着上次：{most} 个询价的回答已在盘上，没有再问" in again.stderr
    assert timeless(folder) == timeless(nation_folder(tmp_path / "undisturbed", "base"))
    assert not journal.exists()


def test_other_money_or_other_inputs_are_asked_anew(nation: Any, tmp_path: Path, towns: list[str]):
    nation("out", 7)
    richer, _ = nation("out", float("inf"), "--budget", "95万")
    assert "接着上次" not in richer.stderr
    nation("out", 7)
    for town in towns:
        sites = Path(town) / "sites.csv"
        sites.write_text(sites.read_text(encoding="utf-8").replace("600,光明路1号", "590,光明路1号"), encoding="utf-8")
    other, _ = nation("out")
    assert "接着上次" not in other.stderr


def test_a_finished_answer_is_found_again(nation: Any, tmp_path: Path, towns: list[str]):
    nation("out", 7)
    first, _ = nation("out", float("inf"), "--again")
    assert "接着上次" not in first.stderr
    folder = nation_folder(tmp_path / "out", "base")
    before = timeless(folder)
    second, asked = nation("out")
    assert asked == 0
    assert "已完成，跳过" not in first.stderr
    assert json.loads(first.stdout)["skipped"] is False
    assert json.loads(second.stdout)["skipped"] is True
    assert json.loads(second.stdout)["nation"] == json.loads(first.stdout)["nation"]
    assert timeless(folder) == before
    assert second.exit_code == first.exit_code
    again, asked = nation("out", float("inf"), "--again")
    assert asked > 0
    assert json.loads(again.stdout)["skipped"] is False
    (folder / "分配.xlsx").unlink()
    assert nation("out")[1] == asked
    for other in (["--budget", "95万"], ["--mip-gap", "0.01"], ["--seed", "1"]):
        assert nation("out", float("inf"), *other)[1] > 0


def test_nothing_is_left_where_there_is_no_answer_or_no_input(nation: Any, tmp_path: Path, towns: list[str]):
    hard = ["--set", 'lock.in=["S1:pharmacy"]', "--set", "limits.max_outlets=0"]
    impossible, asked = nation("out", float("inf"), *hard)
    assert impossible.exit_code == 4
    assert asked > 0
    assert not list((tmp_path / "out").rglob("*"))
    sites = Path(towns[0]) / "sites.csv"
    sites.write_text(sites.read_text(encoding="utf-8").replace("600,光明路1号", "-6,光明路1号"), encoding="utf-8")
    assert nation("out")[0].exit_code == 3
    assert not list((tmp_path / "out").rglob("*"))


@pytest.fixture
def answer() -> Answer:
    opened, added = np.array([[1, 2], [3, 4]]), np.zeros((0, 2), dtype=np.int64)
    return Answer(5, float("inf"), False, opened, added, 0.1 + 0.2, (1.0, -0.0), (1.0, 0.0))


def test_an_answer_comes_back_to_the_bit(tmp_path: Path, answer: Answer):
    first = Journal(tmp_path / "x" / "result")
    first.keep([("m", answer), ("none", Answer(1, float("-inf"), impossible=True))])
    first.close()
    again = Journal(tmp_path / "x" / "result")
    found = again.find("m", Question(9, (1.0,), 0.0, (None,)))
    assert found is not None
    assert found.circle == 9
    assert (found.bound, found.money_cny, found.values, found.steps) == (
        answer.bound,
        answer.money_cny,
        answer.values,
        answer.steps,
    )
    assert found.opened is not None
    assert found.added is not None
    assert found.opened.tolist() == [[1, 2], [3, 4]]
    assert found.added.shape == (0, 2)
    none = again.find("none", Question(1, (1.0,), 0.0, (None,)))
    assert none is not None
    assert none.impossible
    assert not none.found
    assert again.find("other", Question(9, (1.0,), 0.0, (None,))) is None
    assert again.used == 2


def test_torn_lines_and_tampered_ones_are_not_believed(tmp_path: Path, answer: Answer):
    journal = Journal(tmp_path / "result")
    journal.keep([(name, answer) for name in ("kept", "tampered", "torn")])
    journal.close()
    text = journal.path.read_text(encoding="utf-8").splitlines()
    text[2] = text[2].replace("Infinity", "1e9")
    journal.path.write_text("\n".join([*text[:3], text[3][:-20]]), encoding="utf-8")
    after = Journal(tmp_path / "result")
    after.keep([("later", answer)])
    after.close()
    question = Question(0, (1.0,), 0.0, (None,))
    found = [Journal(tmp_path / "result").find(name, question) for name in ("kept", "tampered", "torn", "later")]
    assert [one is not None for one in found] == [True, False, False, True]


def test_a_disk_that_takes_nothing_stops_the_keeping_alone(tmp_path: Path, answer: Answer):
    (tmp_path / "file").touch()
    journal = Journal(tmp_path / "file" / "result")
    journal.keep([("m", answer)])
    journal.keep([("m", answer)])
    journal.drop()
    assert (tmp_path / "file").is_file()


def test_a_mark_is_of_all_that_an_answer_depends_on(answer: Answer):
    base = Question(3, (1.0, 0.0), 2.0, (None, 1.0), None, None)
    options = SolveOptions()

    def mark(circle: str = "c", capital: float = 1e6, options: SolveOptions = options, **other: Any) -> str:
        return mark_of(circle, ("missing_types", "cost"), capital, options, replace(base, **other))

    others = [
        mark("d"), mark(capital=2e6), mark(options=SolveOptions(mip_gap=1e-3)), mark(weights=(1.0, 0.5)),
        mark(price=2.5), mark(least=(1.0, 1.0)), mark(most_cny=5.0), mark(start=answer),
    ]  # fmt: skip
    assert len({mark(), *others}) == 9
    assert mark(circle="c") == mark()
