"""Halving the distances of a p-center: where a set covering says yes, no or nothing, and what it is asked."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from models.single import pcenter as room
from models.single.lscp import Covered
from models.single.pcenter import _farthest_first, _Halving
from models.solution import SolveOptions

LINE = np.arange(16.0)[None]
"""One home, sites at 0 to 15 metres from it."""


class Oracle:
    """Distances from ``least`` on have a plan; of those in ``doubt`` neither is known."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, least: int, doubt: tuple[int, ...] = ()) -> None:
        self.least, self.doubt, self.asked = least, doubt, []
        monkeypatch.setattr(room, "merged", lambda near, weight: int(near.sum()) - 1)
        monkeypatch.setattr(room, "least_cover", self.answer)

    def answer(self, at: int, *rest: Any, **more: Any) -> Covered:
        self.asked.append((at, rest, more))
        if at in self.doubt:
            return Covered(np.array([0, 1]), 1.0)
        return Covered(np.array([at]), 0.0) if at >= self.least else Covered(np.array([0, 1]), 2.0)


def halving(gap: float = 0.0, deadline: float = np.inf) -> _Halving:
    """Nothing is known but that 15 metres are enough."""
    made = _Halving(LINE, 1, SolveOptions(mip_gap=gap, time_limit_s=40.0), deadline)
    made.short, made.enough, made.sites = -1, 15, np.array([15])
    return made


def run(search: _Halving) -> tuple[int, int]:
    search.run(doubt_is_enough=False)
    search.run(doubt_is_enough=True)
    return search.short, search.enough


@pytest.mark.parametrize("least", range(16))
def test_the_least_distance_is_found_in_four_steps(monkeypatch: pytest.MonkeyPatch, least: int):
    oracle, search = Oracle(monkeypatch, least), halving()
    assert run(search) == (least - 1, least)
    assert search.sites.tolist() == [least]
    assert len(oracle.asked) == len({at for at, _, _ in oracle.asked}) == 4


@pytest.mark.parametrize("least", range(16))
@pytest.mark.parametrize("doubt", range(15))
def test_a_doubt_is_left_between_plan_and_bound(monkeypatch: pytest.MonkeyPatch, least: int, doubt: int):
    oracle, search = Oracle(monkeypatch, least, (doubt,)), halving()
    short, enough = run(search)
    assert enough == (least + 1 if doubt == least else least)
    assert short == (least - 2 if doubt == least - 1 else least - 1)
    assert [at for at, _, _ in oracle.asked].count(doubt) <= 1


def test_what_a_covering_is_asked(monkeypatch: pytest.MonkeyPatch):
    oracle, search = Oracle(monkeypatch, 8), halving()
    now = time.perf_counter()
    search._decide(9)
    ((at, (unit, options, limit), more),) = oracle.asked
    assert (at, unit.tolist(), more) == (9, [1.0] * 16, {"good": 1.0, "kicks": 2000})
    assert options.mip_gap == 0.0
    assert limit == pytest.approx(now + 0.15 * 40.0, abs=1.0)
    search.deadline = now + 2.0
    search._decide(9)
    assert oracle.asked[1][1][2] == now + 2.0


def test_it_ends_at_the_gap_and_when_time_is_over(monkeypatch: pytest.MonkeyPatch):
    Oracle(monkeypatch, 8)
    assert run(halving(deadline=-np.inf)) == (-1, 15)
    # 7 is too short: 8 to 15 are left, then 8 to 11
    assert run(halving(gap=0.47)) == (7, 15)
    assert run(halving(gap=0.46)) == (7, 11)
    assert run(halving(gap=1.0)) == (-1, 15)


def test_the_first_sites_by_hand():
    """The site that is nearest to its farthest home, then the nearest to the home that is farthest off."""
    metres = np.array([[0.0, 5.0, 9.0, 7.0], [5.0, 0.0, 4.0, 3.0], [9.0, 4.0, 0.0, 1.0], [8.0, 4.0, 2.0, 6.0]])
    assert _farthest_first(metres, 1).tolist() == [1]
    assert _farthest_first(metres, 2).tolist() == [0, 1]
    assert _farthest_first(metres, 3).tolist() == [0, 1, 2]
    assert _farthest_first(metres, 4).tolist() == [0, 1, 2]
    start = _Halving(metres, 2, SolveOptions(), np.inf)
    assert start.distances[start.enough] == metres[:, [0, 1]].min(axis=1).max() == 4.0
    assert start.distances[start.short + 1] == 2.0
    assert start.short == 1
