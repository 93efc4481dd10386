"""A cycle of the local search: how it cools, when it settles, what polishing tries; its loops are spied on."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from large_primal.primal_cases import lawful, random_pairs, value

from models.large import search as room
from models.large.greedy import greedy
from models.large.pairs import Pairs
from models.large.search import Search, _Run


class Spied:
    """Every sweep: its places and heat; every round of polishing: heat, number and whether tolls count."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.heats, self.orders, self.polishing = list[float](), list[np.ndarray](), list[tuple[float, int, float]]()
        sweep, rounds = room.sweep, room.rounds

        def heard(a, s, order, dice, heat, desk, back):
            self.heats.append(heat)
            self.orders.append(order)
            sweep(a, s, order, dice, heat, desk, back)

        def seen(a, s, offered, site, used, heat, n):
            self.polishing.append((heat, n, float(site.pays[0])))
            assert offered.least[0] == site.pays[0]
            rounds(a, s, offered, site, used, heat, n)

        monkeypatch.setattr(room, "sweep", heard)
        monkeypatch.setattr(room, "rounds", seen)


@pytest.fixture
def spied(monkeypatch: pytest.MonkeyPatch) -> Spied:
    return Spied(monkeypatch)


def town(seed: int = 3, **more) -> Pairs:
    return replace(random_pairs(seed, n_place=40, n_type=6, most=200), held_fill=-np.inf, **more)


def begun(pairs: Pairs, work: int = 10**9) -> _Run:
    return _Run(Search(pairs), greedy(pairs), 1, np.inf, work, np.inf)


def test_a_cycle_falls_from_a_tenth_of_what_a_pair_gains_by_equal_parts(spied: Spied):
    pairs = town()
    run, first = begun(pairs), greedy(pairs)
    gain = value(pairs, first) / first.sum()
    run.cool(50)
    assert len(spied.heats) == 50
    assert spied.heats[0] == pytest.approx(0.1 * gain)
    steps = [b / a for a, b in pairwise(spied.heats)]
    assert steps == pytest.approx([0.06 ** (1 / 50)] * 49)
    assert all(sorted(order) == list(range(40)) for order in spied.orders)
    assert any((one != other).any() for one, other in pairwise(spied.orders))


def test_a_cycle_leaves_four_tenths_of_the_work_for_what_follows(spied: Spied):
    pairs = town()
    whole = begun(pairs)
    whole.cool(1)
    once = 10**9 - whole.left
    spied.heats.clear()
    run = begun(pairs, 100 * once)
    run.cool(1000)
    assert 40 <= len(spied.heats) <= 62
    assert run.left > 0
    assert spied.heats[-1] / spied.heats[1] == pytest.approx(
        0.06 ** ((len(spied.heats) - 2) / len(spied.heats)), rel=0.1
    )


def test_every_cycle_is_three_times_as_long_from_call_to_call(monkeypatch: pytest.MonkeyPatch):
    lengths = []
    monkeypatch.setattr(_Run, "cool", lambda self, length: lengths.append(length))
    monkeypatch.setattr(_Run, "settle", lambda self: None)
    monkeypatch.setattr(_Run, "polish", lambda self: self._worked(1000))
    pairs = town()
    search, first = Search(pairs), greedy(pairs)
    for work in (2500, 1000, 1):
        search.improve(first, 1, work_limit=work)
    assert lengths == [32 * 3**n for n in range(5)]


def test_settling_sweeps_cold_until_limits_hold_and_prices_only_rise(spied: Spied):
    pairs = town()
    run = begun(pairs)
    run.cool(10)
    limits = run.search.limits
    limits.price[:] *= 0.5  # far too cheap: the plan takes too much
    before = limits.price.copy()
    spied.heats.clear()
    run.settle()
    assert set(spied.heats) == {0.0}
    assert 4 <= len(spied.heats) <= 40
    assert (limits.price >= before).all()
    assert not run.back.place.any()
    assert lawful(pairs, run.best)


def test_what_is_within_its_limits_settles_at_the_fourth_sweep(spied: Spied):
    run = begun(town(capital_cny=1e9, max_sites=-1, pack_room=random_pairs(3, 40, 6, 200).pack_room + 100))
    run.settle()
    assert len(spied.heats) == 4
    assert run.value == run._worth()


def test_polishing_is_as_long_as_the_cycle_and_pays_tolls_three_times_of_four(spied: Spied):
    pairs = town()
    run = begun(pairs)
    run.search.length = 400 * 1000 // 40
    gain = value(pairs, run.best) / run.best.sum()
    run.polish()
    assert [n for _, n, _ in spied.polishing] == [200] * 5
    assert [pays for _, _, pays in spied.polishing] == [0.0, 1.0, 1.0, 1.0, 0.0]
    assert spied.polishing[0][0] == 0.0
    assert spied.polishing[1][0] == pytest.approx(0.002 * gain, rel=0.5)


def test_a_piece_of_work_counts_two_hundred_at_least():
    run = begun(town(), 1000)
    run._worked(7)
    run._worked(300)
    assert run.left == 500
