"""What a pair may gain before its place is worth more: against all sets of pairs that fit."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from models.grouping import owner
from models.large.packing import NODES, spare


def value(pairs: range, profit, area, room: float, charge: float) -> float:
    """The best set of pairs of a place, or not to use it."""
    sets = itertools.chain.from_iterable(itertools.combinations(pairs, n) for n in range(len(pairs) + 1))
    return max(0.0, *(sum(profit[list(s)]) - charge for s in sets if sum(area[list(s)]) <= room))


@pytest.mark.parametrize("seed", range(20))
def test_the_place_is_worth_the_same_and_not_a_bit_more_may_be_raised(seed: int):
    rng = np.random.default_rng(seed)
    start = np.concatenate([[0], np.cumsum(rng.integers(0, 6, 5))])
    n = int(start[-1])
    profit, area = rng.uniform(-50, 100, n), rng.integers(1, 9, n).astype(float)
    room, charge = rng.integers(8, 20, 5).astype(float), rng.uniform(-20, 80, 5)
    place, pairs = owner(start), rng.permutation(n)[: max(1, n // 2)]
    before, raised = profit.copy(), profit.copy()
    more = spare(start, raised, area, room, charge, place, pairs, NODES)
    assert (more >= 0).all()
    assert raised[pairs] == pytest.approx(before[pairs] + more)
    for p in range(5):
        of = range(start[p], start[p + 1])
        assert value(of, raised, area, room[p], charge[p]) == pytest.approx(value(of, before, area, room[p], charge[p]))
    for c in pairs[more > 0]:
        p, again = place[c], raised.copy()
        again[c] += 1.0
        of = range(start[p], start[p + 1])
        higher = value(of, again, area, room[p], charge[p])
        assert higher == pytest.approx(value(of, raised, area, room[p], charge[p]) + 1.0)


def test_what_is_chosen_has_nothing_to_spare():
    one = np.array([0, 2])
    profit = np.array([5.0, 3.0])
    more = spare(
        one, profit, np.ones(2), np.array([1.0]), np.zeros(1), np.zeros(2, dtype=np.int64), np.arange(2), NODES
    )
    assert more.tolist() == [0.0, 2.0]
    assert profit.tolist() == [5.0, 5.0]
