"""The parts of the compiled searches of one type, uncompiled, against counting anew and trying all."""

from __future__ import annotations

import numpy as np
import pytest
from covering_towns import covering
from scipy import sparse
from support.uncompiled import uncompile

from models.single import exchange, refill, regrow, swap, tables
from models.single.cover import Cover, merged
from models.single.swap import Board, Hand

PURSE = 45.0


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    uncompile(monkeypatch)


def town(seed: int, n_site: int = 10) -> tuple[Cover, np.ndarray, Board]:
    """Every row is in reach of a site."""
    reach, weight, cost, _ = covering(seed, 40, n_site)
    cover = merged(reach, weight + 1.0)
    return cover, cost, swap.board_of(cover, cost, PURSE)


def chosen_by(rng: np.random.Generator, n: int, share: float = 0.4) -> np.ndarray:
    return rng.random(n) < share


def worth(cover: Cover, chosen: np.ndarray) -> float:
    return float(cover.weight[(cover.reach @ chosen.astype(float)) > 0].sum())


def other(chosen: np.ndarray, *sites: int) -> np.ndarray:
    out = chosen.copy()
    for j in sites:
        out[j] = not out[j]
    return out


def check(cover: Cover, h: Hand) -> None:
    """What a hand says is what its choice says."""
    dense = cover.reach.toarray() > 0
    visits = dense[:, h.chosen].sum(axis=1)
    assert (h.visits == visits).all()
    assert all(dense[i, h.sole[i]] and h.chosen[h.sole[i]] for i in np.flatnonzero(visits == 1))
    now = worth(cover, h.chosen)
    for j in range(len(h.chosen)):
        if h.chosen[j]:
            assert h.loss[j] == pytest.approx(now - worth(cover, other(h.chosen, j)))
        else:
            assert h.gain[j] == pytest.approx(worth(cover, other(h.chosen, j)) - now)
    assert not h.shared.any()


@pytest.mark.parametrize("seed", range(4))
def test_a_hand_is_what_is_counted_anew(seed: int):
    cover, cost, board = town(seed)
    rng = np.random.default_rng(seed)
    first = chosen_by(rng, 10)
    h, value, spent = swap.deal(board, first)
    assert (value, spent) == pytest.approx((worth(cover, first), cost[first].sum()))
    for _ in range(25):
        j = int(rng.integers(10))
        (swap.leave if h.chosen[j] else swap.enter)(board, h, j)
        check(cover, h)
    swap.restore(board, h, first)
    assert (h.chosen == first).all()
    check(cover, h)


@pytest.mark.parametrize("seed", range(6))
def test_the_best_entry_and_the_best_exchange_under_the_purse(seed: int):
    cover, cost, board = town(seed)
    rng = np.random.default_rng(seed)
    for share in (0.2, 0.4):
        chosen = chosen_by(rng, 10, share)
        h, now, spent = swap.deal(board, chosen)
        for room in (5.0, 12.0, 99.0):
            gained, k = swap._best_entry(board, h, room)
            most = [worth(cover, other(chosen, j)) - now for j in np.flatnonzero(~chosen & (cost <= room))]
            assert gained == pytest.approx(max([0.0, *most]))
            assert k < 0 or worth(cover, other(chosen, k)) - now == pytest.approx(gained)
        b = board._replace(purse=spent + 4.0)
        gained, out, into = swap._best_exchange(b, h, spent)
        pairs = [(j, k) for j in np.flatnonzero(chosen) for k in np.flatnonzero(~chosen) if cost[k] <= 4.0 + cost[j]]
        most = [worth(cover, other(chosen, j, k)) - now for j, k in pairs]
        assert gained == pytest.approx(max([0.0, *most]))
        assert gained == 0 or (out, into) in pairs
        check(cover, h)
        climbed = swap.climb(b, chosen)
        assert worth(cover, climbed) >= now
        assert cost[climbed].sum() <= spent + 4.0
        h, now, spent = swap.deal(b, climbed)
        assert swap._best_entry(b, h, b.purse - spent)[0] <= 1e-9
        assert swap._best_exchange(b, h, spent)[0] <= 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_giving_up_and_spending_again_keep_the_books(seed: int):
    cover, cost, board = town(seed)
    rng = np.random.default_rng(seed)
    for _ in range(12):
        chosen = chosen_by(rng, 10, 0.5)
        h, value, spent = swap.deal(board, chosen)
        lost, money = refill._give_up(board, h, rng.random((3, 2)))
        check(cover, h)
        assert (value - lost, spent - money) == pytest.approx((worth(cover, h.chosen), cost[h.chosen].sum()))
        gone, come = np.flatnonzero(chosen & ~h.chosen), np.flatnonzero(h.chosen & ~chosen)
        assert len(gone) <= 3
        assert len(come) <= 1
        assert len(gone) > 0 or not chosen.any()
        assert cost[come].sum() <= cost[gone].sum()
        before = h.chosen.copy()
        gained, added = refill._spend(board, h, spent - money)
        check(cover, h)
        assert value - lost + gained == pytest.approx(worth(cover, h.chosen))
        assert spent - money + added == pytest.approx(cost[h.chosen].sum())
        assert cost[h.chosen].sum() <= max(PURSE * (1 + 1e-9), spent - money)
        assert (h.chosen == by_ratio(cover, cost, before, PURSE - (spent - money))).all()


def test_what_is_given_up_and_entered_is_near():
    """Sites along a street, numbered by chance, that reach a row to the left and one to the right."""
    rng = np.random.default_rng(1)
    where = rng.permutation(40)
    dense = np.zeros((41, 40))
    dense[where, np.arange(40)] = dense[where + 1, np.arange(40)] = 1.0
    cover = merged(sparse.csr_array(dense), np.arange(1.0, 42.0))
    board = swap.board_of(cover, np.ones(40), 99.0)
    at = where[cover.site]
    for share in (0.5, 1.0):
        for _ in range(40):
            chosen = chosen_by(rng, 40, share)
            luck = rng.random((4, 2))
            centre = at[np.flatnonzero(chosen)[int(luck[0, 0] * chosen.sum())]]
            h, _, _ = swap.deal(board, chosen)
            refill._give_up(board, h, luck)
            assert (abs(at[chosen & ~h.chosen] - centre) <= 2).all()
            assert (abs(at[h.chosen & ~chosen] - centre) <= 1).all()
            h, _, _ = swap.deal(board, chosen)
            regrow._disturb(board, h, luck)
            assert (abs(at[chosen & ~h.chosen] - centre) <= 1).all()


def by_ratio(cover: Cover, cost: np.ndarray, chosen: np.ndarray, room: float) -> np.ndarray:
    """Greedy by gain for cost, eagerly."""
    chosen = chosen.copy()
    while True:
        now = worth(cover, chosen)
        can = [k for k in np.flatnonzero(~chosen & (cost <= room)) if worth(cover, other(chosen, k)) > now + 1e-9]
        if not can:
            return chosen
        best = max(can, key=lambda k: ((worth(cover, other(chosen, k)) - now) / cost[k], -k))
        chosen[best] = True
        room -= cost[best]


@pytest.mark.parametrize("seed", range(4))
def test_refilling_keeps_the_best_and_takes_less_only_while_it_is_hot(seed: int):
    cover, cost, board = town(seed)
    luck = np.random.default_rng(seed).random((40, 3, 2))
    start = swap.climb(board, np.zeros(10, dtype=bool))
    cold = refill._refill(board, start, luck, 0.0)
    hot = refill._refill(board, start, luck, 0.5)
    assert cost[hot].sum() <= PURSE
    assert min(worth(cover, cold), worth(cover, hot)) >= worth(cover, start)
    h, now, spent = swap.deal(board, start)
    best = now
    for n in range(40):  # by the rules, cold
        kept = h.chosen.copy()
        lost, money = refill._give_up(board, h, luck[n])
        gained, added = refill._spend(board, h, spent - money)
        if now - lost + gained >= now:
            now, spent = now - lost + gained, spent - money + added
            best = max(best, now)
        else:
            swap.restore(board, h, kept)
    assert worth(cover, cold) == pytest.approx(best)


@pytest.mark.parametrize("seed", range(6))
def test_filling_trimming_and_disturbing_keep_the_books(seed: int):
    cover, cost, _ = town(seed)
    board = swap.board_of(cover, cost, float(cost.sum()))
    rng = np.random.default_rng(seed)
    for _ in range(8):
        chosen = chosen_by(rng, 10, 0.3)
        h, _, total = swap.deal(board, chosen)
        assert regrow._missing(h) == int((cover.reach @ chosen.astype(float) == 0).sum())
        total += regrow._fill(board, h, regrow._missing(h))
        assert total == pytest.approx(cost[h.chosen].sum())
        assert (h.chosen == by_ratio(cover, cost, chosen, np.inf)).all()
        assert regrow._missing(h) == 0
        total -= regrow._trim(board, h)
        check(cover, h)
        assert total == pytest.approx(cost[h.chosen].sum())
        assert worth(cover, h.chosen) == cover.weight.sum()
        assert all(worth(cover, other(h.chosen, j)) < cover.weight.sum() for j in np.flatnonzero(h.chosen))
        before = h.chosen.copy()
        total += regrow._disturb(board, h, rng.random((3, 2)))
        check(cover, h)
        assert total == pytest.approx(cost[h.chosen].sum())
        assert 1 <= (before & ~h.chosen).sum() <= 3
        assert (h.chosen & ~before).sum() <= 1


def test_the_dearest_spare_site_goes_first():
    """Three sites that reach the same: the cheapest stays."""
    cover = merged(sparse.csr_array(np.ones((2, 3))), np.ones(2))
    board = swap.board_of(cover, np.array([2.0, 9.0, 5.0]), 99.0)
    h, _, _ = swap.deal(board, np.array([True, True, True]))
    assert regrow._trim(board, h) == 14.0
    assert h.chosen.tolist() == [True, False, False]


@pytest.mark.parametrize("seed", range(6))
def test_the_best_swap_and_the_greedy_of_a_median(seed: int):
    rng = np.random.default_rng(seed)
    by_site = rng.integers(0, 60, (9, 20)).astype(float)
    sites: list[int] = []
    for _ in range(3):
        totals = {j: by_site[[*sites, j]].min(axis=0).sum() for j in range(9) if j not in sites}
        sites.append(min(totals, key=lambda j: (totals[j], j)))
    assert exchange._greedy(by_site, 3).tolist() == sites
    at = rng.permutation(9)[:4]
    near, d1, d2 = np.zeros(20, np.int32), np.zeros(20), np.zeros(20)
    assert exchange._two_nearest(by_site, at, near, d1, d2) == by_site[at].min(axis=0).sum()
    assert (np.array([d1, d2]) == np.sort(by_site[at], axis=0)[:2]).all()
    assert (by_site[at[near], np.arange(20)] == d1).all()
    taken = np.isin(np.arange(9), at)
    change, m, k = exchange._best_swap(by_site, taken, near, d1, d2, np.zeros(4))
    swaps = {
        (c, o): by_site[[*np.delete(at, c), o]].min(axis=0).sum() for c in range(4) for o in range(9) if not taken[o]
    }
    assert change == pytest.approx(min(0.0, min(swaps.values()) - d1.sum()))
    assert change == 0 or swaps[m, k] - d1.sum() == pytest.approx(change)
    found, total = exchange._interchange(by_site, at, 1)
    assert total == pytest.approx(d1.sum() + change)
    assert len(set(found.tolist()) - set(at.tolist())) == (change < 0)


def test_reduced_costs_and_who_is_served_below_a_price():
    rng = np.random.default_rng(1)
    by_site, price = rng.integers(0, 9, (5, 12)).astype(float), rng.integers(0, 9, 12).astype(float)
    some = np.array([3, 0, 4])
    below = by_site[some] < price
    assert tables._dense_reduced(by_site, price, some) == pytest.approx(
        np.minimum(0, by_site[some] - price).sum(axis=1)
    )
    assert tables._dense_served(by_site, price, some) == pytest.approx(below.sum(axis=0))
