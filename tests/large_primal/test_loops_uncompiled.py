"""The parts of compiled loops, uncompiled: chance, heap, best sets, offers, ruin, against sorting and trying all."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from large_primal.primal_cases import lawful, random_pairs, value
from support.uncompiled import uncompile

from models.large import anneal, bundle, dice, extend, heap, lagrangian, ruin, state
from models.large.arrays import Arrays, arrays_of
from models.large.limits import limits_of
from models.large.pairs import Pairs
from models.large.state import COVERED, FILLED, HELD, SPENT, TOLL, State


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    uncompile(monkeypatch)


def town(seed: int, n_place: int = 5, n_type: int = 4, most: int = 16, **more: object) -> tuple[Pairs, Arrays]:
    pairs = replace(random_pairs(seed, n_place, n_type, most), **more)
    return pairs, arrays_of(pairs, pairs.forced)


def some_plan(pairs: Pairs, a: Arrays, rng: np.random.Generator, share: float = 0.4) -> State:
    """A lawful plan by chance."""
    held = state.holding(a, np.zeros(pairs.n, dtype=bool))
    for c in rng.permutation(pairs.n)[: int(share * pairs.n)]:
        if state.fits(a, held, c):
            state.add(a, held, c)
    return held


def same(one: State, other: State) -> bool:
    return all(np.allclose(a, b) for a, b in zip(one, other, strict=True) if a is not one.counts) and bool(
        one.counts[0] == other.counts[0]
    )


def with_too(plan: np.ndarray, more: object) -> np.ndarray:
    out = plan.copy()
    out[more] = True
    return out


def test_chance_has_the_moments_of_its_laws():
    rolled = np.array([7, 0])
    rolls = np.array([dice.roll(rolled) for _ in range(4000)])
    assert dice.roll(np.array([5, 0])) == 6 * 48271 % 2147483647
    assert dice.roll(np.array([2147483645, 0])) == 2147483646 * 48271 % 2147483647
    assert dice.roll(np.array([2147483646, 0])) == 48271
    assert rolls.min() >= 0
    assert rolls.max() < 2**31 - 1
    assert rolls.mean() / 2**31 == pytest.approx(0.5, abs=0.02)
    odds = np.array([dice.odds(rolled) for _ in range(4000)])
    assert odds.max() <= 0
    assert (odds.mean(), odds.std()) == pytest.approx((-1.0, 1.0), abs=0.06)
    logistic = np.array([dice.logistic(rolled) for _ in range(4000)])
    assert (logistic.mean(), logistic.std()) == pytest.approx((0.0, np.pi / 3**0.5), abs=0.1)


@pytest.mark.parametrize("seed", range(6))
def test_a_heap_gives_back_in_order_whatever_comes_between(seed: int):
    rng = np.random.default_rng(seed)
    h, inside = heap.heap(40), list[tuple[float, int]]()
    numbers = iter(rng.permutation(400))
    for _ in range(200):
        if len(inside) < 40 and (not inside or rng.random() < 0.55):
            entry = (float(rng.integers(0, 6)), int(next(numbers)))
            inside.append(entry)
            heap.push(h, *entry)
        else:
            first = min(inside, key=lambda e: (-e[0], e[1]))
            inside.remove(first)
            assert heap.pop(h) == first[1]
        assert h.size[0] == len(inside)


@pytest.mark.parametrize("seed", range(8))
def test_what_fits_is_what_keeps_every_limit(seed: int):
    pairs, a = town(seed, max_sites=seed % 4 - 1)
    floor = np.random.default_rng(seed).integers(0, 5, (2, len(pairs.weight))).astype(float)
    a = a._replace(floor_weight=floor)
    held = some_plan(pairs, a, np.random.default_rng(seed))
    assert held.floors.tolist() == (floor @ (held.times > 0)).tolist()
    used = np.unique(pairs.place[held.chosen])
    assert held.totals[SPENT] == pairs.budget_cny[held.chosen].sum() + pairs.fixed_cny[used].sum()
    assert held.totals[TOLL] == pytest.approx(a.toll[held.chosen].sum() + a.entry_toll[used].sum())
    assert held.totals[COVERED] == pairs.weight[held.times > 0].sum()
    assert held.totals[HELD] == np.minimum(held.filled, pairs.missing).sum()
    assert held.counts[0] == (pairs.used[used] >= 0).sum()
    for c in range(pairs.n):
        wanted = not held.chosen[c] and lawful(pairs, with_too(held.chosen, c))
        assert state.fits(a, held, c) == wanted
        if not held.chosen[c]:
            gained = value(pairs, with_too(held.chosen, c)) - value(pairs, held.chosen)
            assert state.gain(a, held, c) == pytest.approx(gained)


def every_set(pairs: Pairs, held: State, p: int, may: np.ndarray) -> list[np.ndarray]:
    """The lawful sets of place p among ``may`` that can be added."""
    mine = [c for c in np.flatnonzero(pairs.place == p) if may[c] and not held.chosen[c]]
    sets = [np.array(s, dtype=int) for k in range(1, len(mine) + 1) for s in itertools.combinations(mine, k)]
    return [s for s in sets if lawful(pairs, with_too(held.chosen, s))]


@pytest.mark.parametrize("seed", range(10))
def test_the_best_set_of_a_place_at_any_price_and_its_best_ratio(seed: int):
    pairs, a = town(seed, n_place=4, n_type=5, most=18)
    held, desk = some_plan(pairs, a, np.random.default_rng(seed), 0.2), bundle.desk(a)
    before = held.left.copy()
    for p in range(pairs.n_place):
        gains = np.array([0.0 if held.chosen[c] else state.gain(a, held, c) for c in range(pairs.n)])
        sets = every_set(pairs, held, p, gains > 0)
        for price in (0.0, 0.3 * gains.max(initial=0.0), gains.max(initial=0.0)):
            wanted = max([0.0, *(float((gains[s] - price * a.toll[s]).sum()) for s in sets)])
            size = bundle._best_set(a, held, p, price, desk)
            found = desk.best[:size]
            assert lawful(pairs, with_too(held.chosen, found))
            assert float((gains[found] - price * a.toll[found]).sum()) == pytest.approx(wanted)
            assert desk.figures == pytest.approx([gains[found].sum(), a.toll[found].sum()])
        if held.here[p] == 0:
            ratio, size = bundle.place_value(a, held, p, desk)
            wanted = max([0.0, *(float(gains[s].sum() / (a.toll[s].sum() + a.entry_toll[p] + 1e-12)) for s in sets)])
            found = desk.best[:size]
            assert ratio == pytest.approx(wanted)
            assert size == 0 or gains[found].sum() / (a.toll[found].sum() + a.entry_toll[p] + 1e-12) == pytest.approx(
                ratio
            )
        assert held.left == pytest.approx(before)


@pytest.mark.parametrize("seed", range(10))
def test_the_best_set_under_money_and_room(seed: int):
    """Money cuts what room would allow, and a place that is full takes what weighs nothing."""
    pairs, a = town(seed, n_place=3, n_type=6, most=16, capital_cny=np.inf, max_sites=-1)
    rng = np.random.default_rng(seed)
    held, desk = state.holding(a, pairs.forced), bundle.desk(a)
    mine = [int(c) for c in a.place_pairs[a.place_start[1] : a.place_start[2]] if not pairs.forbidden[c]]
    profit = {c: float(p) for c, p in zip(mine, rng.uniform(1, 9, len(mine)), strict=True)}
    for n, c in enumerate(mine):
        bundle.insert(a, n, c, profit[c], desk)
    density = [desk.profit[n] / a.area_m2[desk.item[n]] for n in range(len(mine))]
    assert density == sorted(density, reverse=True)
    assert all(desk.profit[n] == profit[int(desk.item[n])] for n in range(len(mine)))
    for room, money in ((0.0, 99.0), (70.0, 99.0), (70.0, 6.0), (150.0, 9.0), (1e9, 1e9)):
        size = bundle.search_set(a, held, len(mine), room, money, desk)
        found = [int(desk.item[n]) for n in desk.best[:size]]
        sets = [s for k in range(len(mine) + 1) for s in itertools.combinations(mine, k)]
        fit = [s for s in sets if a.area_m2[list(s)].sum() <= room and a.budget_cny[list(s)].sum() <= money]
        fit = [
            s for s in fit if lawful(replace(pairs, room_m2=pairs.room_m2 * 0 + 1e9), with_too(pairs.forced, list(s)))
        ]
        assert tuple(sorted(found)) in [tuple(sorted(s)) for s in fit]
        assert sum(profit[c] for c in found) == pytest.approx(max(sum(profit[c] for c in s) for s in fit))
        at, left, bound = 0, room, 0.0  # the fractional best, item by item
        while at < len(mine) and a.area_m2[desk.item[at]] <= left:
            left, bound, at = left - a.area_m2[desk.item[at]], bound + desk.profit[at], at + 1
        bound += desk.profit[at] * left / a.area_m2[desk.item[at]] if at < len(mine) else 0.0
        assert bundle._fraction(a, 0, len(mine), room, desk) == pytest.approx(bound)


def eager(pairs: Pairs, a: Arrays, held: State, least: float, salt: int, width: float) -> list[int]:
    """What lazy offers must come to where no two are worth the same: the best offer of all, again and again."""
    log: list[int] = []
    while True:
        offers = []
        for p in range(pairs.n_place):
            gains = np.array([0.0 if held.chosen[c] else state.gain(a, held, c) for c in range(pairs.n)])
            sets = every_set(pairs, held, p, gains > 0)
            if held.here[p] > 0:
                sets = [s for s in sets if len(s) == 1]
            entry = 0.0 if held.here[p] > 0 else a.entry_toll[p]
            worth = [(float(gains[s].sum() / (a.toll[s].sum() + entry + 1e-12)), tuple(s)) for s in sets]
            worth = [(v, s) for v, s in worth if v > least]
            if worth and held.here[p] == 0:
                v, s = max(worth)
                offers.append((v * extend._tilt(salt, pairs.n + p, width), s))
            elif worth:
                offers += [(v * extend._tilt(salt, int(s[0]), width), s) for v, s in worth]
        if not offers:
            return log
        for c in max(offers)[1]:
            state.add(a, held, c)
            log.append(int(c))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("width", [0.0, 0.3])
def test_lazy_offers_come_to_what_the_best_offer_of_all_comes_to(seed: int, width: float):
    rng = np.random.default_rng(seed)
    pairs, a = town(seed, n_place=5, n_type=4, most=16, max_sites=-1)
    a = a._replace(weight=a.weight * rng.uniform(1, 2, len(a.weight)), toll=a.toll * rng.uniform(1, 2, pairs.n))
    start, desk = some_plan(pairs, a, rng, 0.15), extend.offers(a)
    desk.least[0] = 20.0
    other = state.holding(a, start.chosen.copy())
    extend.extend(a, start, np.arange(pairs.n_place), seed, width, desk)
    log = eager(pairs, a, other, 20.0, seed, width)
    assert pairs.place[desk.log[: desk.length[0]]].tolist() == pairs.place[log].tolist()
    assert (start.chosen == other.chosen).all()
    assert desk.heap.size[0] == 0


def test_a_tilt_depends_on_salt_and_number_and_is_even():
    tilts = np.array([[extend._tilt(salt, n, 0.3) for n in range(200)] for salt in range(20)])
    assert tilts.min() >= 0.7
    assert tilts.max() <= 1.3
    assert tilts.mean() == pytest.approx(1.0, abs=0.01)
    assert tilts.std() == pytest.approx(0.6 / 12**0.5, abs=0.01)
    assert np.abs(np.corrcoef(tilts)[~np.eye(20, dtype=bool)]).max() < 0.3


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("heat", [0.0, 4.0])
def test_a_sweep_takes_the_best_set_at_its_prices_and_noises(monkeypatch: pytest.MonkeyPatch, seed: int, heat: float):
    """The same noise for every pair and for the use of a place."""
    monkeypatch.setattr(anneal, "logistic", lambda _dice: -1.5)
    noise = -1.5 * heat
    pairs, a = town(seed)
    loose = a._replace(capital_cny=np.inf, max_sites=pairs.n_place)
    held, limits = some_plan(pairs, a, np.random.default_rng(seed)), limits_of(pairs)
    limits.price[:] = 0.3 * value(pairs, held.chosen)
    limits.charge(a, held)
    free = replace(pairs, capital_cny=np.inf, max_sites=-1)
    for p in np.random.default_rng(seed).permutation(pairs.n_place):
        emptied = held.chosen & (pairs.place != p)
        empty = state.holding(a, emptied)

        def net(s: np.ndarray, empty: State = empty, emptied: np.ndarray = emptied, p: int = p) -> float:
            paid = float(a.toll[s].sum()) + a.entry_toll[p] - noise * (len(s) + 1)
            return value(pairs, with_too(emptied, s)) - value(pairs, emptied) - paid

        wanted = max([0.0, *map(net, every_set(free, empty, p, np.ones(pairs.n, dtype=bool)))])
        stay = anneal.Back(np.zeros(pairs.n_place, dtype=bool), held.chosen)
        anneal.sweep(loose, held, np.array([p]), np.array([1, 0]), heat, bundle.desk(a), stay)
        found = np.flatnonzero(held.chosen & (pairs.place == p))
        assert (held.chosen[pairs.place != p] == emptied[pairs.place != p]).all()
        assert (net(found) if len(found) else 0.0) == pytest.approx(wanted)
        anew = state.holding(a, held.chosen.copy())
        anew.totals[SPENT] = held.totals[SPENT]
        assert same(held, anew)


def test_a_place_goes_back_to_what_stood_there_and_what_is_frozen_stays():
    for seed in range(8):
        pairs, a = town(seed)
        rng = np.random.default_rng(seed)
        before = some_plan(pairs, a, rng).chosen
        held = some_plan(pairs, a, rng)
        frozen = held.chosen & (rng.random(pairs.n) < 0.5)
        a = a._replace(frozen=frozen, capital_cny=np.inf, max_sites=pairs.n_place, pack_room=a.pack_room + 99)
        held = state.holding(a, held.chosen)
        back, desk = anneal.Back(np.ones(pairs.n_place, dtype=bool), before), bundle.desk(a)
        anneal.sweep(a, held, np.arange(pairs.n_place), np.array([1, 0]), 0.0, desk, back)
        assert (held.chosen == (before | frozen)).all()
        assert not desk.wanted.any()


@pytest.mark.parametrize("seed", range(12))
def test_a_round_is_kept_where_it_pays_and_leaves_no_trace_where_not(seed: int):
    pairs, a = town(seed, n_place=8, n_type=4, most=26)
    rng = np.random.default_rng(seed)
    held = some_plan(pairs, a, rng, 0.6)
    a = a._replace(frozen=held.chosen & (rng.random(pairs.n) < 0.2))
    floors = np.array([held.totals[HELD]])
    room, offered = ruin.site(a, np.array([seed + 1, 0]), floors), extend.offers(a)
    kept = 0
    for n in range(30):
        room.pays[0] = offered.least[0] = n % 2
        before, plan = state.holding(a, held.chosen.copy()), held.chosen.copy()
        worth = held.totals[COVERED] + held.totals[FILLED] - room.pays[0] * held.totals[TOLL]
        ruin.rounds(a, held, offered, room, np.flatnonzero(held.here), 0.0, 1)
        now = held.totals[COVERED] + held.totals[FILLED] - room.pays[0] * held.totals[TOLL]
        assert now >= worth - 1e-9
        assert held.totals[HELD] >= floors[0]
        assert same(held, state.holding(a, held.chosen.copy()))
        assert lawful(pairs, held.chosen)
        assert held.chosen[a.frozen].all()
        out = room.gone[: room.sizes[1]]
        places = room.places[: room.sizes[0]]
        assert len(set(places.tolist())) == len(places) <= 36
        assert plan[out].all()
        assert np.isin(pairs.place[out], places).all()
        first = np.flatnonzero(plan & (pairs.place == places[0]) & ~a.frozen)
        assert np.isin(first, out).all()
        kept += now > worth
        assert same(held, before) or now >= worth
    assert kept


def test_a_place_with_one_pair_takes_it_whatever_the_place_before_took():
    """At the first place the item of the greatest profit per area leaves no room for the better one."""
    pairs, _ = town(2, n_place=2, n_type=3, most=6, capital_cny=np.inf, max_sites=-1)
    pairs = replace(
        pairs,
        place=np.array([0, 0, 1], dtype=np.int32),
        **{name: getattr(pairs, name)[:3] for name in ("column", "budget_cny", "needs_host", "forced")},
        forbidden=np.zeros(3, dtype=bool),
        area_m2=np.array([10.0, 60.0, 20.0]),
        room_m2=np.array([65.0, 65.0]),
        cover_start=np.array([0, 1, 2, 3]),
        cover_group=np.array([0, 1, 2], dtype=np.int32),
        weight=np.array([20.0, 90.0, 9.0]),
        floor_weight=np.zeros((0, 3)),
        fill_start=np.zeros(4, dtype=np.int64),
        fill_entry=np.zeros(0, dtype=np.int32),
        pack_start=np.zeros(4, dtype=np.int64),
        pack_row=np.zeros(0, dtype=np.int32),
        pack_amount=np.zeros(0),
    )
    a = arrays_of(pairs, pairs.forced)._replace(toll=np.zeros(3), entry_toll=np.zeros(2))
    held, stay = state.holding(a, pairs.forced), anneal.Back(np.zeros(2, dtype=bool), pairs.forced)
    anneal.sweep(a, held, np.array([0, 1]), np.array([1, 0]), 0.0, bundle.desk(a), stay)
    assert held.chosen.tolist() == [False, True, True]


def test_a_hot_round_may_lose_as_much_as_chance_says(monkeypatch: pytest.MonkeyPatch):
    """The chance is always -2: what is lost reaches beyond half the heat, and never beyond twice the heat."""
    monkeypatch.setattr(ruin, "odds", lambda _dice: -2.0)
    worst = 0.0
    for seed in range(6):
        pairs, a = town(seed, n_place=8, n_type=4, most=26, held_fill=-np.inf)
        held = some_plan(pairs, a, np.random.default_rng(seed), 0.6)
        room, offered = ruin.site(a, np.array([seed + 1, 0]), np.zeros(1)), extend.offers(a)
        for _ in range(25):
            before = held.totals[COVERED] + held.totals[FILLED]
            ruin.rounds(a, held, offered, room, np.flatnonzero(held.here), 15.0, 1)
            worst = min(worst, held.totals[COVERED] + held.totals[FILLED] - before)
    assert -30.0 - 1e-9 <= worst < -7.5


def test_sums_keep_what_rounding_would_lose():
    total, lost = 0.0, 0.0
    for term in (1.0, 1e100, 1.0, -1e100, 0.25):
        total, lost = lagrangian._plus(total, lost, term)
    assert total + lost == 2.25
    assert lagrangian._sum_of_sizes(np.array([2.0, -3.0, 0.0]), np.array([1.0, 10.0, 7.0])) == 32.0


def test_neighbours_are_those_who_reach_the_same_groups():
    pairs, a = town(2, n_place=8, n_type=4, most=26)
    rolled = np.array([3, 0])
    for p in range(pairs.n_place):
        mine = np.flatnonzero(pairs.place == p)
        groups = {int(g) for c in mine for g in pairs.cover_group[pairs.cover_start[c] : pairs.cover_start[c + 1]]}
        others = {
            int(pairs.place[c])
            for c in range(pairs.n)
            if groups & set(pairs.cover_group[pairs.cover_start[c] : pairs.cover_start[c + 1]].tolist())
        }
        assert {ruin._neighbour(a, p, rolled) for _ in range(300)} == (others | {p} if groups else {p})
