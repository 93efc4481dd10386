"""A level goes by turns of bound and plans: who comes when, and when it ends. Stand-ins count what is asked of them."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest

from models.large import approach as room
from models.large.approach import Approach
from models.large.dive import QUICK, SLOW


class Best:
    """A plan of some value; ``values`` are what the next plans are worth, the last one for ever."""

    def __init__(self, value: float | None = 100.0, closes_at: float = math.inf) -> None:
        self.plan, self.value, self.closes_at, self.told = value, math.nan if value is None else value, closes_at, 0
        self.gap, self.seconds_had, self.options = math.inf, 40.0, SimpleNamespace(mip_gap=1e-3, time_limit_s=1000.0)

    @property
    def open(self) -> bool:
        return not self.value >= self.closes_at

    def offer(self, value: float | None) -> bool:
        if value is None or (self.plan is not None and value <= self.value):
            return False
        self.plan = self.value = value
        return True

    def admits(self, value: float | None) -> bool:
        return True

    def tell(self) -> None:
        self.told += 1

    def seconds_left(self, share: float) -> float:
        return share * 500.0


class Relaxed:
    """Every descent lowers the bound by a share and the pace to the next of ``paces``."""

    def __init__(self, paces: list[float], falls: list[float], doubtful: int = 2001) -> None:
        self.paces, self.falls, self.doubtful, self.size = paces, falls, doubtful, 500_001
        self.descent = SimpleNamespace(bound=1000.0, steps=0, pace=1.0)

    def descend(self, best: Any, steps: int) -> None:
        self.descent.steps += steps
        self.descent.pace = self.paces.pop(0) if len(self.paces) > 1 else self.paces[0]
        self.descent.bound *= 1 - (self.falls.pop(0) if len(self.falls) > 1 else self.falls[0])

    def n_doubtful(self) -> int:
        return self.doubtful

    def useless(self, best: Any) -> str:
        return "useless"

    def without(self, columns: str) -> tuple[str, str]:
        return "without", columns

    def entries(self, columns: str) -> int:
        return self.size

    def shares(self) -> str:
        return "shares"

    def priced(self) -> str:
        return "priced"


class Plans:
    """Plans worth what ``worth`` says, in order, then nothing new."""

    def __init__(self, worth: list[float] | None = None, only_fills: bool = False) -> None:
        self.worth, self.only_fills, self.asked = worth or [], only_fills, list[Any]()
        self.near: list[float] = []
        self.elsewhere, self.regions = list[float](), 0

    def _next(self, name: Any) -> float | None:
        self.asked.append(name)
        return self.worth.pop(0) if self.worth else None

    def dived(self, relaxed: Relaxed, haste: Any, until_s: float) -> float | None:
        return self._next(haste)

    def searched(self, plan: float, until_s: float) -> float | None:
        return self._next("search")

    def polished(self, plan: float, until_s: float) -> float | None:
        return self._next("polish")

    def insist(self) -> None:
        self.asked.append("insist")

    def rounded(self, share: str, priced: str) -> float | None:
        return self._next((share, priced))


class Near:
    """Gives nothing better, or what ``plans.near`` says; unlawful plans are mended to half of what they are."""

    def __init__(self, plans: Plans | None, spent: bool) -> None:
        self.plans, self.spent = plans, spent

    def mended(self, plan: float) -> float:
        assert self.plans is not None
        self.plans.asked.append("mend")
        return plan / 2

    def bettered(self, plan: float) -> float | None:
        assert self.plans is not None
        self.plans.asked.append("better")
        return self.plans.near.pop(0) if self.plans.near else None


class Area:
    """Gives nothing better, or what ``plans.elsewhere`` says."""

    def __init__(self, plans: Plans, spent: bool = False) -> None:
        self.plans, self.spent = plans, spent

    def bettered(self, plan: float) -> float | None:
        self.plans.regions += 1
        return self.plans.elsewhere.pop(0) if self.plans.elsewhere else None


class Markets:
    """So many markets, each asked for some ``seconds``."""

    def __init__(self, n: int) -> None:
        self.left, self.seconds = n, list[float]()

    @property
    def spent(self) -> bool:
        return not self.left

    def lower(self, best: Best, seconds: float) -> None:
        self.left -= 1
        self.seconds.append(seconds)


@pytest.fixture
def markets(monkeypatch: pytest.MonkeyPatch) -> Markets:
    """None unless a test puts some there."""
    there = Markets(0)
    monkeypatch.setattr(room, "Markets", lambda relaxed: there)
    return there


@pytest.fixture
def go(monkeypatch: pytest.MonkeyPatch, markets: Markets):
    """Turns of a clock that stands still, unless a test has put another one."""
    monkeypatch.setattr(room, "time", SimpleNamespace(perf_counter=lambda: 0.0))

    def run(relaxed: Relaxed, best: Best, plans: Plans | None, until_s: float = math.inf, spent: bool = True) -> Any:
        monkeypatch.setattr(room, "Neighbourhood", lambda *of: Near(plans, spent))
        monkeypatch.setattr(room, "Regions", lambda *of: Area(plans))  # type: ignore[arg-type]
        turns: Any = Approach(relaxed, best, plans)  # type: ignore[arg-type]
        turns.go(until_s)
        return turns

    return run


@pytest.mark.parametrize(("paces", "steps"), [([1.0, 0.1, 1e-3, 2.1e-4, 2e-4], 500), ([1.0], 4000)])
def test_the_bound_alone_is_lowered_by_hundreds_until_steps_bring_nothing(go, paces: list[float], steps: int):
    relaxed, best = Relaxed(paces, [0.01]), Best()
    go(relaxed, best, None)
    assert relaxed.descent.steps == steps
    assert best.told >= steps // 100


def test_plans_wait_for_a_steady_bound_then_dive_then_search_until_three_bring_nothing(go):
    relaxed, best, plans = Relaxed([1.0, 1.0, 1.0, 1e-4], [0.1, 0.01, 0.0005, 0.0]), Best(), Plans()
    go(relaxed, best, plans)
    made = [name for name in plans.asked if name != "polish"]
    assert made == [QUICK, "search", "search", "search"]  # the dive in the third turn, which search ends
    assert relaxed.descent.steps == 400


def test_the_slow_dive_comes_once_a_turn_gains_little(go):
    relaxed = Relaxed([1.0] * 9 + [1e-4], [0.0])
    plans = Plans([110.0, 120.0, 121.0, 130.0, 131.0, 131.02, 131.03, 130.0, 140.0])
    go(relaxed, Best(), plans)
    # the dive and its polishing, a piece; search, a piece; search that gains too little, a piece; the slow dive
    assert plans.asked[:9] == [QUICK, "polish", "polish", "search", "polish", "search", "polish", SLOW, "polish"]


def test_few_doubtful_pairs_are_rounded_first(go):
    relaxed, plans = Relaxed([1.0] * 9 + [1e-4], [0.0], doubtful=2000), Plans([110.0, 120.0, 120.01])
    go(relaxed, Best(), plans)
    said = [name for name in plans.asked if name != "polish"]
    assert said[:3] == [("shares", "priced"), "search", QUICK]


def test_a_quick_dive_in_vain_spares_the_slow_one_and_a_rounding_in_vain_no_dive(go):
    relaxed, plans = Relaxed([1.0] * 6 + [1e-4], [0.0], doubtful=9), Plans([90.0, 95.0])
    go(relaxed, Best(), plans)
    said = [name for name in plans.asked if name != "polish"]
    assert said[:3] == [("shares", "priced"), "search", QUICK]
    assert SLOW not in said


def test_what_breaks_a_row_is_mended_and_then_polished(go):
    relaxed, best, plans = Relaxed([1e-4], [0.0]), Best(), Plans([-220.0])
    best.admits = lambda value: value > 0  # type: ignore[method-assign]
    go(relaxed, best, plans)
    assert plans.asked[:3] == [QUICK, "mend", "polish"]
    assert best.value == 100.0  # mended to -110


def test_search_comes_where_the_neighbourhood_gains_nothing(go):
    relaxed, plans = Relaxed([1.0] * 6 + [1e-4], [0.0]), Plans()
    plans.near = [101.0, 102.0]
    best = Best()
    go(relaxed, best, plans, spent=False)
    said = [name for name in plans.asked if name != "polish"]
    assert said[:6] == [QUICK, "better", "better", "better", "search", "better"]
    assert best.value == 102.0


def test_regions_come_once_no_doubtful_pair_betters_the_plan(go):
    for spent in (True, False):
        plans, best = Plans(), Best()
        plans.elsewhere = [101.0, 102.0]
        go(Relaxed([1.0] * 6 + [1e-4], [0.0]), best, plans, spent=spent)
        said = [name for name in plans.asked if name != "polish"]
        assert best.value == (102.0 if spent else 100.0)
        assert (plans.regions > 2) is spent
        if spent:
            assert said[:3] == [QUICK, "search", "search"]  # two turns between had regions that gained


def test_regions_that_have_nothing_better_are_asked_no_more(go, monkeypatch: pytest.MonkeyPatch):
    plans, best = Plans(), Best()
    turns = go(Relaxed([1e-4], [0.0]), best, plans, -math.inf)
    monkeypatch.setattr(room, "Regions", lambda *of: Area(plans, spent=True))  # type: ignore[arg-type]
    assert turns._by_region(100.0) is None
    assert plans.regions == 0


def test_without_a_plan_shares_are_rounded_with_more_insistence_each_time(go):
    relaxed, best, plans = Relaxed([1.0, 1.0, 1.0, 1e-4], [0.1]), Best(None), Plans()
    go(relaxed, best, plans)
    rounded = ["insist", ("shares", "priced")]
    assert plans.asked[:4] == rounded * 2
    best = Best(None, closes_at=7.0)
    go(Relaxed([1.0], [0.1]), best, Plans([7.0]))
    assert best.value == 7.0


def test_a_level_that_only_fills_is_left_once_its_bound_is_steady(go):
    relaxed, best, plans = Relaxed([1.0], [0.1, 0.1, 0.0]), Best(), Plans(only_fills=True)
    go(relaxed, best, plans)
    assert plans.asked == []
    assert relaxed.descent.steps == 300


def test_nothing_is_done_once_proven_or_late(go):
    for best, until_s in ((Best(100.0, closes_at=100.0), math.inf), (Best(), -math.inf)):
        relaxed, plans = Relaxed([1.0], [0.1]), Plans()
        go(relaxed, best, plans, until_s)
        assert (relaxed.descent.steps, plans.asked, best.told) == (0, [], 0)


def test_polishing_goes_on_while_it_gains_four_ten_thousandths(go):
    best, plans = Best(1000.0), Plans([1000.5, 1001.0, 1001.3, 1002.0])
    turns = go(Relaxed([1.0], [0.1]), best, plans, -math.inf)
    assert turns.polish(math.inf)
    assert (len(plans.asked), best.value) == (3, 1001.3)
    assert turns.polish(math.inf, 1)
    assert (len(plans.asked), best.value) == (4, 1002.0)
    assert not turns.polish(math.inf)
    assert not turns.polish(-math.inf)
    assert len(plans.asked) == 5


def test_the_bound_has_as_long_as_plans_had(go, monkeypatch: pytest.MonkeyPatch):
    """A clock that only plans and steps move: a turn's plans took 4.5 s, so the next turn has five steps of 1 s."""
    now = [0.0]
    monkeypatch.setattr(room, "time", SimpleNamespace(perf_counter=lambda: now[0]))
    relaxed, plans = Relaxed([1.0], [0.0]), Plans([110.0, 111.0])
    descend, dived = relaxed.descend, plans.dived

    def timed(call: Any, seconds: float) -> Any:
        def run(*of: Any) -> Any:
            now[0] += seconds
            return call(*of)

        return run

    relaxed.descend = timed(descend, 1.0)  # type: ignore[method-assign]
    plans.dived = timed(dived, 4.5)  # type: ignore[method-assign]
    steps = []
    plans.searched = lambda plan, until_s: steps.append(relaxed.descent.steps)  # type: ignore[method-assign]
    go(relaxed, Best(), plans, 20.0)
    assert steps[0] == 600


def test_markets_wait_for_a_turn_in_vain_and_then_all_are_tried(go, markets: Markets):
    markets.left, plans = 7, Plans([110.0, 120.0, 130.0])
    go(Relaxed([1e-4], [0.0]), Best(), plans)
    assert len([name for name in plans.asked if name == "search"]) == 8  # one in vain, then one beside each market
    assert markets.seconds == [10.0] * 7  # a quarter of what the level has had


def test_markets_do_not_wait_where_little_is_open(go, markets: Markets):
    markets.left, best, plans = 2, Best(), Plans([110.0, 120.0, 130.0, 140.0])
    best.gap = 1.19e-3
    go(Relaxed([1.0, 1e-4], [0.0]), best, plans)
    assert (len(markets.seconds), best.value) == (2, 140.0)
    for spared in (Best(None), Best(closes_at=0.0)):
        markets.left, markets.seconds, spared.gap = 2, [], 1.19e-3
        go(Relaxed([1e-4], [0.0]), spared, Plans())
        assert markets.seconds == []


@pytest.mark.parametrize(("gap", "first"), [(1.19e-3, True), (1.21e-3, False)])
def test_markets_come_before_any_plan_only_where_they_would_do_alone(go, markets: Markets, gap: float, first: bool):
    markets.left, best, plans, before = 2, Best(), Plans([110.0, 120.0, 130.0, 140.0]), list[int]()
    best.gap, lower = gap, markets.lower
    markets.lower = lambda *of: before.append(len(plans.asked)) or lower(*of)  # type: ignore[method-assign]
    go(Relaxed([1e-4], [0.0]), best, plans)
    assert len(before) == 2
    assert (before[0] == 0) is first


def test_highs_closes_what_no_doubtful_pair_betters_once_and_for_twice_the_time(go):
    asked = []
    for spent, size, times in ((True, 500_000, 1), (False, 500_000, 0), (True, 500_001, 0)):
        relaxed, best, plans = Relaxed([1.0] * 3 + [1e-4], [0.0]), Best(), Plans()
        relaxed.size, best.gap, asked[:] = size, 0.005, []
        best.ask = lambda model, seconds, target, report: asked.append((model, seconds, report)) or "answer"  # type: ignore[attr-defined]
        best.settle = asked.append  # type: ignore[attr-defined]
        go(relaxed, best, plans, spent=spent)
        assert asked == [(("without", "useless"), 80.0, True), "answer"] * times
        assert "search" in plans.asked


@pytest.mark.parametrize(
    ("gap", "limit_s", "turns", "seconds"),
    [(0.0099, 1000.0, 1, 80.0), (0.0101, 1000.0, 3, 450.0), (0.0101, 101.0, 3, 450.0), (0.0101, 100.0, 1, 450.0)],
)
def test_highs_has_what_is_far_open_after_three_turns_in_vain_or_two_fifths_of_the_time(
    go, gap: float, limit_s: float, turns: int, seconds: float
):
    best, plans, seen = Best(), Plans(), list[tuple[int, float]]()
    best.options.time_limit_s = limit_s
    best.gap, relaxed = gap, Relaxed([1e-4], [0.0])
    relaxed.size = 500_000
    best.ask = lambda model, seconds, *of, **more: seen.append((plans.regions, seconds))  # type: ignore[attr-defined]
    best.settle = lambda answer: None  # type: ignore[attr-defined]
    go(relaxed, best, plans, 300.0)
    assert seen == [(turns, seconds)]


def test_a_level_without_plans_of_ours_has_its_markets_once_little_is_open(go, markets: Markets):
    markets.left, best = 2, Best()
    go(Relaxed([1e-4], [0.0]), best, None)
    assert markets.seconds == []
    best.gap = 1.19e-3
    go(Relaxed([1e-4], [0.0]), best, None)
    assert markets.seconds == [10.0, 10.0]


def test_dust_is_no_gain_and_a_first_plan_is_one(go):
    def gains(value: float | None, other: float) -> bool:
        gained: bool = go(Relaxed([1.0], [0.1]), Best(value), Plans(), -math.inf)._gains(other)
        return gained

    assert not gains(1000.0, 1000.01)
    assert gains(1000.0, 1000.011)
    assert not gains(1000.0, 999.0)
    assert gains(None, 1.0)
    assert gains(0.0, 1e-9)
