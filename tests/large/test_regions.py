"""HiGHS in one region of a plan: places near each other are free, all others stay, against every choice there is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from models.large.regions import Regions
from models.solution import SolveOptions, Termination
from tests.large.relaxed_levels import every_plan, tiny_level


@pytest.fixture(params=range(6))
def tiny(request):
    """(relaxation, incumbent, regions) of a tiny level after some steps."""
    relaxed, best = tiny_level(request.param, n_type=2, steps=30)
    return relaxed, best, Regions(relaxed, best)


def test_the_best_plan_of_a_region(tiny, monkeypatch: pytest.MonkeyPatch):
    relaxed, best, regions = tiny
    plans = list(every_plan(relaxed, best))
    start = min(plans, key=best.goal.value)
    best.offer(start)
    best.bound = max(map(best.goal.value, plans))
    inside = regions.region(3)
    monkeypatch.setattr(regions, "region", lambda least: inside)
    same = [p for p in plans if (np.round(p[relaxed.pair][~inside]) == np.round(start[relaxed.pair][~inside])).all()]
    most = max(map(best.goal.value, same))
    found = regions.bettered(start)
    assert found is not None
    assert (np.round(found[relaxed.pair][~inside]) == np.round(start[relaxed.pair][~inside])).all()
    # as near as a tenth of what is open, one in a hundred at most
    slack = 0.1 * min(0.01 * best.bound, best.bound - best.value)
    assert most - slack - 1e-6 <= best.goal.value(found) <= most + 1e-6
    assert not regions.spent or inside.all()


def test_all_pairs_free_and_proven_is_the_end(tiny):
    relaxed, best, regions = tiny
    plans = list(every_plan(relaxed, best))
    best.offer(plans[0])
    best.bound = max(map(best.goal.value, plans))
    regions.free = 1000
    best.offer(regions.bettered(plans[0]))
    assert regions.spent or best.value >= best.enough - 1e-6
    assert best.value >= best.bound * (1 - 0.0011)


def line(n: int, *answers: Any, seed: int = 0, split: int = 0) -> tuple[Regions, list[Any]]:
    """n places of two pairs on a line; neighbours share a cover row, but for a gap after ``split`` places."""
    rows = [[p, p + 1] if p + 1 != split else [p] for p in range(n)]
    entries = [(pair, row) for pair in range(2 * n) for row in rows[pair // 2]]
    covers = sparse.csr_array((np.ones(len(entries)), np.array(entries).T), shape=(2 * n, n + 1))
    asked: list[Any] = []
    left = list(answers)
    best = SimpleNamespace(
        options=SolveOptions(mip_gap=1e-3, seed=seed),
        gap=0.05,
        enough=7.0,
        seconds_had=40.0,
        seconds_left=lambda: 90.0,
        ask=lambda model, seconds, target, part: asked.append((model, seconds, target, part)) or left.pop(0),
    )
    relaxed = SimpleNamespace(
        part=SimpleNamespace(terms=SimpleNamespace(start=np.arange(0, 2 * n + 1, 2)), covers=covers),
        pair=np.arange(2 * n),
        with_decided=lambda c, v: (c, v),
    )
    return Regions(relaxed, best), asked  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(8))
def test_a_region_is_whole_places_that_hang_together(seed: int):
    regions, _ = line(200, seed=seed)
    inside = regions.region(60)
    places = inside.reshape(200, 2)
    assert (places[:, 0] == places[:, 1]).all()
    assert 60 <= inside.sum() <= 64
    runs = np.flatnonzero(np.diff(np.concatenate([[False], places[:, 0], [False]]).astype(int)) == 1)
    assert 1 <= len(runs) <= 3


def test_regions_differ_and_a_large_one_takes_parts_that_share_nothing():
    regions, _ = line(60, seed=3, split=30)
    assert not np.array_equal(regions.region(20), regions.region(20))
    assert regions.region(120).all()
    assert regions.region(10_000).all()


def test_what_is_asked_and_how_regions_grow():
    answers = [
        SimpleNamespace(termination=ended, objective=1.0, values="values")
        for ended in (Termination.OPTIMAL, Termination.FEASIBLE, Termination.INFEASIBLE)
    ]
    regions, asked = line(2000, *answers)
    plan = np.tile([1.0, 0.0], 2000)
    frees = []
    for _ in range(3):
        assert regions.bettered(plan) == "values"
        frees.append(regions.free)
    assert frees == [650, 500, 650]
    (decided, values), seconds, target, part = asked[0]
    assert (seconds, target, part) == (10.0, 7.0, pytest.approx(1.0))
    assert 4000 - len(decided) in range(500, 506)
    np.testing.assert_array_equal(values, plan[decided])
    assert not regions.spent


def test_all_free_and_nothing_better_is_the_end_only_where_it_is_proven():
    for ended, end in ((Termination.OPTIMAL, True), (Termination.INFEASIBLE, True), (Termination.FEASIBLE, False)):
        regions, _ = line(10, SimpleNamespace(termination=ended, objective=1.0, values=None))
        assert regions.bettered(np.zeros(20)) is None
        assert regions.spent is end


def test_places_that_share_most_rows_come_first():
    """Place 0 shares one row with place 1 and three with place 2."""
    rows = [[0, 1, 2, 3], [0], [1, 2, 3]]
    regions, _ = line(3)
    regions._serves = sparse.csr_array(np.array([[row in of for row in range(4)] for of in rows], dtype=float))
    regions._served = sparse.csr_array(regions._serves.T)
    regions._chance = SimpleNamespace(choice=lambda *of, **more: np.array([0]), integers=lambda *of: 1)  # type: ignore[assignment]
    np.testing.assert_array_equal(regions.region(4), [True, True, False, False, True, True])
