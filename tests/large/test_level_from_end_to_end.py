"""The steps of one large level in their order, and which are left out: stand-ins say what each is asked."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from models.large import solve as room
from models.large.solve import solve_level
from models.solution import SolveOptions

NO_ANSWER = SimpleNamespace(values=None)


class Stage:
    """All that a level uses, put in its place; ``did`` is what was asked, in order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, nnz: int = 100, serves: bool = True, **said: Any) -> None:
        self.did: list[Any] = []
        self.said = {"kept": True, "impossible": False, "open": [True] * 9, "plan": "plan", "hopeless": False} | said
        kept = np.array([self.said["kept"]])
        small = SimpleNamespace(
            impossible=self.said["impossible"], kept=kept, model=SimpleNamespace(matrix=SimpleNamespace(nnz=nnz))
        )
        put = {
            "serves": lambda problem, goal: serves,
            "reduce": lambda model, goal: small,
            "warm_up": lambda: self.did.append("warm"),
            "backend": lambda name: name,
            "ask": lambda *args, **more: self.did.append(("left", args, more)) or "answer",
            "Incumbent": self.incumbent,
            "Plans": self.plans,
            "Relaxation": self.relaxation,
            "Approach": lambda relaxed, best, plans: SimpleNamespace(
                polish=lambda until_s, most: self.did.append(("polish", until_s, most)),
                go=lambda until_s: self.did.append(("approach", until_s)),
            ),
            "_search": lambda best, plans: self.did.append("search"),
        }
        for name, value in put.items():
            monkeypatch.setattr(room, name, value)

    def incumbent(self, problem: Any, model: Any, goal: Any, options: Any, progress: Any) -> Any:
        stage, said = self, self.said

        class Best:
            deadline_s, plan, impossible, enough = 1000.0, said["plan"], said["hopeless"], 77.0

            @property
            def open(self) -> bool:
                return said["open"].pop(0)

            def seconds_left(self, share: float = 1.0) -> float:
                return 100.0 * share

            def offer(self, values: Any) -> None:
                stage.did.append(("offer", values))

            def ask(
                self, model: Any, seconds: float, target: Any = None, report: bool = False, part: float = 1.0
            ) -> Any:
                assert part == (1.0 if report or model == "model" else 0.2)
                stage.did.append(("ask", model, seconds, target, report))
                return NO_ANSWER

            def settle(self, answer: Any) -> None:
                stage.did.append(("settle", answer is NO_ANSWER))

            def result(self) -> str:
                return "result"

        return Best()

    def plans(self, problem: Any, model: Any, goal: Any, seed: int) -> Any:
        self.did.append(("plans", seed))
        return SimpleNamespace(first=lambda: "first", only_fills=self.said.get("fills", False))

    def relaxation(self, problem: Any, model: Any, small: Any, plan: Any) -> Any:
        self.did.append(("relax", plan))
        return SimpleNamespace(
            without=lambda columns: ("without", columns),
            idle=lambda plan: ("idle", plan),
            useless=lambda best: "useless",
            entries=lambda columns: self.said.get("entries", 500_000),
        )


def run(level: str = "basic_coverage", **more: Any) -> Any:
    goal = SimpleNamespace(name=level)
    return solve_level("problem", "model", goal, SolveOptions(seed=5), **more)


def test_all_steps_of_a_level_that_stays_open(monkeypatch: pytest.MonkeyPatch):
    stage = Stage(monkeypatch)
    assert run(target=7.0) == "result"
    assert stage.did == [
        "warm", ("offer", None), ("plans", 5), ("offer", "first"), ("relax", "first"), ("polish", 1000.0, 1000),
        ("approach", 960.0), ("ask", ("without", ("idle", "plan")), 50.0, 77.0, False), ("offer", None),
        ("ask", ("without", "useless"), 100.0, 7.0, True), ("settle", True),
    ]  # fmt: skip


def test_a_start_is_offered_first_and_not_polished(monkeypatch: pytest.MonkeyPatch):
    stage = Stage(monkeypatch)
    run(start="start")
    assert stage.did[:5] == ["warm", ("offer", "start"), ("plans", 5), ("offer", "first"), ("relax", "first")]
    assert stage.did[5] == ("approach", 960.0)


def test_a_level_without_plans_relaxes_what_it_has(monkeypatch: pytest.MonkeyPatch):
    stage = Stage(monkeypatch)
    run("cost")
    assert stage.did[:4] == ["warm", ("offer", None), ("offer", "plan"), ("relax", "plan")]
    assert ("approach", 960.0) in stage.did


@pytest.mark.parametrize(
    ("nnz", "fills", "until"),
    [(200_000, False, 960.0), (200_001, False, 990.0), (9, True, 902.0), (10**6, True, 902.0)],
)
def test_how_much_time_is_kept_for_highs(monkeypatch: pytest.MonkeyPatch, nnz: int, fills: bool, until: float):
    stage = Stage(monkeypatch, nnz=nnz, fills=fills)
    run()
    assert ("approach", until) in stage.did


def test_a_fill_level_that_highs_leaves_open_is_searched_on(monkeypatch: pytest.MonkeyPatch):
    for open_, wanted in (([True] * 9, True), ([True, True, False], False)):
        stage = Stage(monkeypatch, fills=True, open=open_)
        run()
        assert ("polish", 1000.0, 1) in stage.did
        assert [step[2] for step in stage.did if step[0] == "ask"] == [50.0, 50.0]  # a half is left for the search
        assert (stage.did[-1] == "search") == wanted


class Pieces:
    """Plans whose search says what it was asked, and for how much work."""

    def __init__(self, work: int) -> None:
        self.work = work

    def searched(self, plan: Any, until_s: float) -> Any:
        return plan, until_s, self.work


class Timed:
    """Open until its clock says 10."""

    deadline_s = 10.0

    def __init__(self, clock: Iterator[float], plan: Any, open_: bool, did: list[Any]) -> None:
        self.plan, self.offer, self._clock, self._open, self._did = plan, did.append, clock, open_, did

    @property
    def open(self) -> bool:
        return self._open and next(self._clock) < self.deadline_s

    def tell(self) -> None:
        self._did.append("told")


@pytest.mark.parametrize(
    ("work", "plan", "open_", "found"),
    [(5, "plan", True, 3), (90_000_000, "plan", True, 3), (5, None, True, 0), (5, "plan", False, 0)],
)
def test_a_search_goes_on_in_long_pieces_until_its_time_is_over(work: int, plan: Any, open_: bool, found: int):
    clock, did = iter([1.0, 4.0, 9.9, 10.0]), list[Any]()
    best = Timed(clock, plan, open_, did)
    room._search(best, Pieces(work))
    assert did == [("plan", 10.0, max(work, 50_000_000)), "told"] * found


def test_what_is_closed_is_not_asked_for(monkeypatch: pytest.MonkeyPatch):
    for open_, asked in (([False, False], []), ([True, False], ["idle"]), ([False, True], ["useless"])):
        stage = Stage(monkeypatch, open=open_)
        run()
        found = [step[1][1] for step in stage.did if step[0] == "ask"]
        assert [of if isinstance(of, str) else of[0] for of in found] == asked


@pytest.mark.parametrize(
    ("level", "more", "asked"),
    [
        ("basic_coverage", {}, 0),
        ("basic_coverage", {"entries": 500_000}, 2),
        ("basic_coverage", {"plan": None}, 3),
        ("basic_coverage", {"fills": True}, 2),
        ("cost", {}, 2),
    ],
)
def test_highs_gets_no_coverage_level_of_which_too_much_is_left(
    monkeypatch: pytest.MonkeyPatch, level: str, more: Any, asked: int
):
    stage = Stage(monkeypatch, **({"entries": 500_001} | more))
    run(level)
    assert sum(step[0] == "ask" for step in stage.did) == asked
    assert (("approach", 1000.0) in stage.did) is (asked == 0)


def test_the_last_chance_of_a_level_without_a_plan(monkeypatch: pytest.MonkeyPatch):
    stage = Stage(monkeypatch, plan=None)
    run()
    assert stage.did[-2:] == [("ask", "model", 1.0, None, False), ("settle", True)]
    stage = Stage(monkeypatch, plan=None, hopeless=True)
    run()
    assert all(step[1] != "model" for step in stage.did if step[0] == "ask")


@pytest.mark.parametrize("why", [{"serves": False}, {"impossible": True}, {"kept": False}])
def test_what_is_left_to_highs(monkeypatch: pytest.MonkeyPatch, why: Any):
    stage, options = Stage(monkeypatch, **why), SolveOptions(seed=5)
    goal = SimpleNamespace(name="equity")
    given = {"start": "start", "progress": "progress", "target": 3.0}
    assert solve_level("problem", "model", goal, options, **given) == "answer"
    assert stage.did == [("left", ("highs", "model", goal, options), given)]
