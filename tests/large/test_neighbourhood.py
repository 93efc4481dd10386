"""HiGHS near a plan: the nearest lawful one and the best among doubtful pairs, both against every choice there is."""

from __future__ import annotations

import itertools
import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from models.instance import FloatArray
from models.large.neighbourhood import Neighbourhood
from models.solution import SolveOptions, Termination
from tests.large.relaxed_levels import every_plan, tiny_level


@pytest.fixture(params=range(6))
def near(request):
    """(relaxation, incumbent, neighbourhood) of a tiny level after some steps."""
    relaxed, best = tiny_level(request.param, n_type=2, steps=30)
    return relaxed, best, Neighbourhood(relaxed, best)


def test_the_nearest_lawful_plan(near):
    relaxed, best, hood = near
    share, wanted = relaxed.descent.share, relaxed.shares()
    wanted[relaxed.pair] = 1.0  # everything: too much money
    worth = 1.0 + share
    found = hood.mended(wanted)
    assert found is not None
    assert best.offer(found)
    most = max(float(worth @ point[relaxed.pair]) for point in every_plan(relaxed, best))
    assert float(worth @ np.round(found[relaxed.pair])) == pytest.approx(most)


def test_what_is_lawful_is_its_own_nearest(near):
    relaxed, best, hood = near
    for point in itertools.islice(every_plan(relaxed, best), 3, 12, 4):
        found = hood.mended(point)
        assert (np.round(found[relaxed.pair]) == np.round(point[relaxed.pair])).all()


def test_the_best_plan_among_doubtful_pairs(near):
    relaxed, best, hood = near
    plans = list(every_plan(relaxed, best))
    start = min(plans, key=best.goal.value)
    best.offer(start)
    doubt = np.abs(start[relaxed.pair] - relaxed.descent.share)
    hood.free = 3
    decided = np.argsort(-doubt, kind="stable")[min(3, int((doubt > 0.01).sum())) :]
    same = [p for p in plans if (np.round(p[relaxed.pair][decided]) == np.round(start[relaxed.pair][decided])).all()]
    most = max(map(best.goal.value, same))
    best.bound = max(map(best.goal.value, plans))
    found: FloatArray | None = hood.bettered(start)
    assert found is not None
    # as near as a tenth of what is open
    assert most - 0.1 * (best.bound - best.value) - 1e-6 <= best.goal.value(found) <= most + 1e-6


class Told:
    """An incumbent that answers by heart; ``asked`` keeps (seconds, part of the gap, columns left free)."""

    def __init__(self, *answers: Any, had: float = 8.0, left: float = 92.0) -> None:
        self.answers, self.asked, self.seconds_had, self.left = list(answers), list[Any](), had, left
        self.options, self.enough, self.gap = SolveOptions(mip_gap=1e-3), 111.0, 5e-4

    def seconds_left(self) -> float:
        return self.left

    def is_better(self, value: float | None) -> bool:
        return value is not None and value > 100

    def ask(self, model: Any, seconds: float, target: float | None = None, goal: Any = None, part: float = 1.0) -> Any:
        assert target == (111.0 if goal is None else None)
        self.asked.append((seconds, part, model))
        return self.answers.pop(0)


def answer(termination: Termination, objective: float | None = None) -> Any:
    return SimpleNamespace(termination=termination, objective=objective, values="values")


def told(best: Told, share: FloatArray) -> Any:
    relaxed = SimpleNamespace(
        pair=np.arange(len(share)), descent=SimpleNamespace(share=share), with_decided=lambda c, v: len(share) - len(c),
        model=SimpleNamespace(n_col=len(share)),
    )  # fmt: skip
    return Neighbourhood(relaxed, best)  # type: ignore[arg-type]


def test_more_pairs_are_free_as_long_as_highs_ends_in_time():
    share = np.full(3000, 0.5)
    best = Told(*[answer(Termination.OPTIMAL)] * 2, answer(Termination.FEASIBLE, 101.0), answer(Termination.FEASIBLE))
    hood = told(best, share)
    plan = np.zeros(3000)
    frees = []
    for _ in range(4):
        assert hood.bettered(plan) == "values"
        frees.append(hood.free)
    # 500, 650, 845 that gained, 845 in vain
    assert [free for _, _, free in best.asked] == [500, 650, 845, 845]
    assert frees == [650, 845, 845, 650]
    assert all((seconds, part) == (2.0, 0.1) for seconds, part, _ in best.asked)
    best.answers = [answer(Termination.OPTIMAL)]
    hood.bettered(plan)
    assert hood.free == math.ceil(1.15 * 650)
    assert not hood.spent


def test_the_first_and_the_fewest_free_pairs():
    assert told(Told(), np.zeros(20_000)).free == 800
    hood = told(Told(*[answer(Termination.NO_SOLUTION)] * 200), np.full(100, 0.5))
    for _ in range(200):
        hood.bettered(np.zeros(100))
    assert hood.free >= 50


def test_it_is_spent_once_all_in_doubt_were_free():
    share = np.where(np.arange(600) < 40, 0.011, 0.009)
    best = Told(answer(Termination.OPTIMAL))
    hood = told(best, share)
    hood.bettered(np.zeros(600))
    assert best.asked[0][2] == 40
    assert hood.spent


@pytest.mark.parametrize(
    ("had", "left", "better_s", "mend_s"), [(0.4, 99.6, 2.0, 4.0), (40.0, 60.0, 10.0, 10.0), (40.0, 1.0, 1.0, 1.0)]
)
def test_a_call_takes_a_quarter_of_what_the_level_had(had: float, left: float, better_s: float, mend_s: float):
    best = Told(answer(Termination.OPTIMAL), answer(Termination.OPTIMAL), had=had, left=left)
    hood = told(best, np.full(9, 0.5))
    hood.bettered(np.zeros(9))
    hood.mended(np.zeros(9))
    assert [seconds for seconds, _, _ in best.asked] == pytest.approx([better_s, mend_s])


def test_highs_need_not_be_closer_than_a_tenth_of_what_is_open():
    best = Told(*[answer(Termination.OPTIMAL)] * 3)
    for best.gap in (5e-4, 2e-3, math.inf):
        told(best, np.full(9, 0.5)).bettered(np.zeros(9))
    assert [part for _, part, _ in best.asked] == pytest.approx([0.1, 0.2, 10.0])


def test_free_pairs_are_drawn_by_doubt_after_a_call_in_vain():
    share = np.concatenate([np.full(600, 0.5), np.full(600, 0.2), np.zeros(600)])
    in_vain, gains = answer(Termination.FEASIBLE), answer(Termination.FEASIBLE, 101.0)
    best = Told(in_vain, in_vain, gains, in_vain)
    kept = []
    hood = told(best, share)
    hood._relaxed.with_decided = lambda c, v: kept.append(np.setdiff1d(np.arange(1800), c)) or len(kept)
    for _ in range(4):
        hood.bettered(np.zeros(1800))
    first, drawn, again, surest = kept
    assert (first < 600).all()
    for some, n in ((drawn, 384), (again, 333)):
        assert len(some) == n
        # doubt 0.5 is drawn five times where 0.2 is drawn twice, and what is in no doubt never
        assert (some < 1200).all()
        assert 0.6 * n < (some < 600).sum() < 0.85 * n
    assert (surest < 600).all()
    assert set(drawn) != set(again)
