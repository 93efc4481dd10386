"""The knapsack of a place, uncompiled: exact with nodes enough, a valid bound and a set that fits with few."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from support.uncompiled import uncompile

from models.large import packing


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    uncompile(monkeypatch)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("most", [1, 3, 8, 10_000])
def test_a_value_is_never_below_the_best_set(seed: int, most: int):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(0, 7, 4)
    start = np.concatenate([[0], np.cumsum(sizes)])
    n = int(start[-1])
    profit, area = rng.normal(2.0, 3.0, n), rng.choice([0.0, 12.5, 20.0, 33.3, 60.0], n)
    room, charge = rng.uniform(10, 120, 4), rng.uniform(-3, 8, 4)
    values, chosen = np.zeros(4), np.zeros(n)
    packing.all_places(start, profit, area, room, charge, values, chosen, most)
    for p in range(4):
        mine = slice(start[p], start[p + 1])
        gain, size = profit[mine], area[mine]
        sets = [np.array(x) for x in product((0.0, 1.0), repeat=int(sizes[p]))]
        best = max([0.0, *(gain @ x - charge[p] for x in sets if size @ x <= room[p])])
        paid = np.flatnonzero(gain > 0)
        order = paid[np.argsort(-gain[paid] / np.maximum(size[paid], 1e-12), kind="stable")]
        left, loose = room[p], -charge[p]
        for c in order:
            part = 1.0 if size[c] <= left else left / size[c]
            loose, left = loose + part * gain[c], left - part * size[c]
        assert best - 1e-9 <= values[p] <= max(0.0, loose) + 1e-9
        assert size @ chosen[mine] <= room[p] + 1e-9
        if most > 100:
            assert values[p] == pytest.approx(best)
            assert values[p] == pytest.approx(max(0.0, gain @ chosen[mine] - charge[p]))


def test_the_fractional_best_begins_where_it_is_told():
    items, profit, area = np.array([2, 0, 1]), np.array([6.0, 4.0, 9.0]), np.array([3.0, 4.0, 3.0])
    assert packing._ceiling(items, profit, area, 5.0, 0) == 9.0 + 6.0 * 2.0 / 3.0
    assert packing._ceiling(items, profit, area, 5.0, 1) == 6.0 + 4.0 * 2.0 / 4.0
    assert packing._ceiling(items, profit, area, -1.0, 1) == 0.0
    assert packing._ceiling(items, profit, area, 5.0, 3) == 0.0
