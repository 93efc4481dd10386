"""A level goes by turns of bound and plans: who comes when, and when it ends. Stand-ins count what is asked of them."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest

from models.large.dive import QUICK, SLOW
from models.large.solve import _approach, _gains, _plan


class Best:
    """A plan of some value; ``values`` are what the next plans are worth, the last one for ever."""

    def __init__(self, value: float | None = 100.0, closes_at: float = math.inf) -> None:
        self.plan, self.value, self.closes_at, self.told = value, math.nan if value is None else value, closes_at, 0

    @property
    def open(self) -> bool:
        return not self.value >= self.closes_at

    def offer(self, value: float | None) -> bool:
        if value is None or (self.plan is not None and value <= self.value):
            return False
        self.plan = self.value = value
        return True

    def admits(self, value: float | None) -> bool:
        return value is not None

    def tell(self) -> None:
        self.told += 1


class Relaxed:
    """Every descent lowers the bound by a share and the pace to the next of ``paces``."""

    def __init__(self, paces: list[float], falls: list[float]) -> None:
        self.paces, self.falls = paces, falls
        self.descent = SimpleNamespace(bound=1000.0, steps=0, pace=1.0)

    def descend(self, best: Any, steps: int) -> None:
        self.descent.steps += steps
        self.descent.pace = self.paces.pop(0) if len(self.paces) > 1 else self.paces[0]
        self.descent.bound *= 1 - (self.falls.pop(0) if len(self.falls) > 1 else self.falls[0])

    def shares(self) -> str:
        return "shares"

    def priced(self) -> str:
        return "priced"


class Plans:
    """Plans worth what ``worth`` says, in order, then nothing new."""

    def __init__(self, worth: list[float] | None = None, only_fills: bool = False) -> None:
        self.worth, self.only_fills, self.asked = worth or [], only_fills, list[Any]()
        self.hastes = [] if only_fills else [QUICK, SLOW]

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


@pytest.mark.parametrize(("paces", "steps"), [([1.0, 0.1, 1e-3, 2.1e-4, 2e-4], 500), ([1.0], 4000)])
def test_the_bound_alone_is_lowered_by_hundreds_until_steps_bring_nothing(paces: list[float], steps: int):
    relaxed, best = Relaxed(paces, [0.01]), Best()
    _approach(relaxed, best, None, math.inf)
    assert relaxed.descent.steps == steps
    assert best.told == steps // 100 + 1


def test_plans_wait_for_a_steady_bound_then_dive_then_search_until_three_bring_nothing():
    relaxed, best, plans = Relaxed([1.0, 1.0, 1.0, 1e-4], [0.1, 0.01, 0.0005, 0.0]), Best(), Plans()
    _approach(relaxed, best, plans, math.inf)
    made = [name for name in plans.asked if name != "polish"]
    assert made[0] is QUICK  # in the third turn
    assert set(made[1:]) <= {SLOW, "search"}
    assert made[-1] == "search"
    assert len(made) == 3
    assert relaxed.descent.steps == 400
    assert best.told == 5 + plans.asked.count("polish")


def test_while_the_bound_falls_plans_get_one_piece_and_the_slow_dive_comes_once_search_gains_little():
    relaxed = Relaxed([1.0] * 6 + [1e-4], [0.0])
    plans = Plans([110.0, 120.0, 120.0, 130.0, 130.0, 130.05, 130.05, 130.1, 131.0])
    _approach(relaxed, Best(), plans, math.inf)
    # dive and its polishing, a piece; search, a piece; search that gains too little, a piece; the slow dive, polished
    assert plans.asked[:9] == [QUICK, "polish", "polish", "search", "polish", "search", "polish", SLOW, "polish"]


def test_a_quick_dive_in_vain_spares_the_slow_one():
    relaxed, plans = Relaxed([1.0] * 6 + [1e-4], [0.0]), Plans([90.0, 95.0])
    _approach(relaxed, Best(), plans, math.inf)
    assert plans.asked[:2] == [QUICK, "polish"]
    assert SLOW not in plans.asked


def test_who_gains_is_asked_again():
    relaxed, best = Relaxed([1e-4], [0.0]), Best()
    plans = Plans([101.0, 101.0, 102.0, 102.0, 103.0, 103.0])
    _approach(relaxed, best, plans, math.inf)
    made = [name for name in plans.asked if name != "polish"]
    assert made[0] is QUICK
    assert made.count("search") >= 3
    assert best.value == 103.0


def test_without_a_plan_shares_are_rounded_with_more_insistence_each_time():
    relaxed, best, plans = Relaxed([1.0, 1.0, 1.0, 1e-4], [0.1]), Best(None), Plans()
    _approach(relaxed, best, plans, math.inf)
    rounded = ["insist", ("shares", "priced")]
    assert plans.asked[: len(rounded)] == rounded
    assert _plan(relaxed, best, Plans([7.0]), None, math.inf) == 7.0


def test_a_level_that_only_fills_is_polished_and_never_dived():
    relaxed, best, plans = Relaxed([1e-4], [0.0]), Best(), Plans(only_fills=True)
    _approach(relaxed, best, plans, math.inf)
    assert set(plans.asked) == {"polish"}
    assert len(plans.asked) == 6  # a plan and its polishing, three times in vain


def test_nothing_is_done_once_proven_or_late():
    for best, until_s in ((Best(100.0, closes_at=100.0), math.inf), (Best(), -math.inf)):
        relaxed, plans = Relaxed([1.0], [0.1]), Plans()
        _approach(relaxed, best, plans, until_s)
        assert (relaxed.descent.steps, plans.asked, best.told) == (0, [], 0)


def test_polishing_goes_on_while_it_gains_four_ten_thousandths():
    """Each turn makes a plan by polishing and goes on polishing it; after three turns in vain all is said."""
    relaxed, best = Relaxed([1e-4], [0.0]), Best(1000.0)
    plans = Plans([1000.5, 1001.0, 1001.3, 1002.0, 1002.001], only_fills=True)
    _approach(relaxed, best, plans, math.inf)
    # turns: 1000.5 with 1001.0 and 1001.3 (too little), 1002.0 with 1002.001 (dust), and three of two in vain
    assert len(plans.asked) == 3 + 2 + 3 * 2
    assert best.told == 5 + 2 + 1 + 3
    assert best.value == 1002.001


def test_dust_is_no_gain_and_a_first_plan_is_one():
    assert not _gains(Best(1000.0), 1000.01)
    assert _gains(Best(1000.0), 1000.011)
    assert not _gains(Best(1000.0), 999.0)
    assert _gains(Best(None), 1.0)
    assert _gains(Best(0.0), 1e-9)
