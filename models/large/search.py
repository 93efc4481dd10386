"""Local search on a plan: annealing at prices, a lawful plan made of it, ruin and recreate; again, and longer.

A cycle sweeps over all places at falling heat (:mod:`models.large.anneal`) while prices follow what the plan takes of
the shared limits, raises prices until the plan is within them, fills what is left, and polishes the best plan so far by
:mod:`models.large.ruin`. Every cycle is three times as long as the one before, so that a plan is at hand early. The
best lawful plan is kept; where a floor or held fill falls short, places go back to what it has.

What a level above holds has one price an outlet; an entry that is filled pays a falling part of it, one that falls
short a rising part. At the full price a filled outlet would never move: the way to another place loses it for a while.
"""

from __future__ import annotations

import time

import numpy as np

from models.grouping import owner
from models.instance import BoolArray, FloatArray, IntArray
from models.large.anneal import Back, sweep
from models.large.arrays import arrays_of
from models.large.extend import extend, offers
from models.large.limits import limits_of
from models.large.pairs import Pairs
from models.large.ruin import rounds, site
from models.large.state import COVERED, FILLED, HELD, WORK, State, holding

_CHUNK, _FIRST, _TRIES, _STEADY = 200, 32, 40, 3
_HOT, _COLD, _WARM = 0.1, 0.006, 0.002
_RISE, _GROW, _SHARE = 0.0005, 3, 400
_GIVE, _STEP, _HELD_PACE = 0.1, 0.05, 3.0
_EASE, _PRESS, _LEAST_PART = 0.97, 1.15, 0.01
_MASK = 0x7FFFFFFF


class Search:
    """Plans of one core; arrays are made once, prices and the length of the next cycle stay from call to call."""

    def __init__(self, pairs: Pairs) -> None:
        a = arrays_of(pairs, pairs.forced)
        self.pairs, self.arrays = pairs, a._replace(fill_weight=a.fill_weight.copy())
        self.limits, self.offers = limits_of(pairs), offers(a)
        self.places = np.arange(pairs.n_place, dtype=np.int64)
        self.length, self.price, self.held_price = _FIRST, np.zeros(0), 0.0
        self.held_part = np.ones(len(a.missing))

    def improve(
        self,
        chosen: BoolArray,
        seed: int,
        deadline_s: float = np.inf,
        work_limit: int = 200_000_000,
        wanted: float = np.inf,
    ) -> BoolArray:
        """[c]: a lawful plan of at least the value of ``chosen``, which is lawful; the same for the same work limit.

        A floor or held fill that is met stays met, one that is not does not fall. ``work_limit`` counts cover entries
        and knapsack nodes looked at; ``deadline_s`` seconds and a plan worth ``wanted`` end the search earlier.
        """
        run = _Run(self, chosen, seed, time.perf_counter() + deadline_s, work_limit, wanted)
        while not run.over():
            run.cool(self.length)
            run.settle()
            run.polish()
            self.length *= _GROW
        return run.best


def improve(
    pairs: Pairs, chosen: BoolArray, seed: int, deadline_s: float = np.inf, work_limit: int = 200_000_000
) -> BoolArray:
    """:meth:`Search.improve`, once."""
    return Search(pairs).improve(chosen, seed, deadline_s, work_limit)


class _Run:
    """One call: the plan at hand and the best one; ``loose`` are the arrays without the limits that have a price."""

    def __init__(
        self, search: Search, chosen: BoolArray, seed: int, ends: float, work_limit: int, wanted: float
    ) -> None:
        pairs = search.pairs
        self.search, self.ends, self.wanted, self.left = search, ends, wanted, work_limit
        self.strict = search.arrays._replace(frozen=pairs.forced | _bound(pairs, chosen))
        self.loose = self.strict._replace(capital_cny=np.inf, max_sites=pairs.n_place)
        self.chance, self.dice = np.random.default_rng(seed), np.array([(seed & _MASK) + 1, 0])
        self.state = holding(self.strict, chosen)
        kept = search.held_price
        search.limits.flat(self.strict, self.state)
        self._price_held(0.0)
        self.floors = np.minimum(np.append(pairs.floor_at_least, pairs.held_fill), _standing(self.state))
        self._fill()
        self.best, self.value = self.state.chosen.copy(), self._worth()
        self.back = Back(np.zeros(pairs.n_place, dtype=np.bool_), self.best)
        if len(search.price) == 0:
            search.limits.guess(self.strict, self.state)
            if np.isfinite(pairs.held_fill):
                search.held_price = self._unit() / max(float(pairs.held_fill_weight.max(initial=0.0)), 1e-9)
        else:
            search.limits.price[:], search.held_price = search.price, kept

    def over(self) -> bool:
        """Nothing may or need be done any more."""
        done = self.left <= 0 or self.value >= self.wanted or time.perf_counter() >= self.ends
        return bool(done or not self.state.chosen.any())

    def cool(self, length: int) -> None:
        """Up to ``length`` sweeps, fewer where work or time would not do."""
        unit, began, most, n = self._unit(), time.perf_counter(), length, 0
        self.search.limits.charge(self.strict, self.state)
        while n < most and time.perf_counter() < self.ends:
            before = self.left
            self._sweep(unit * _HOT * (_COLD / _HOT) ** (n / most))
            n += 1
            self.search.limits.follow(self.strict, self.state, 1.0)
            self._follow_held(1.0 - _GIVE * (_COLD / _HOT) ** (n / most))
            if n == 1:
                spare = 0.6 * (self.ends - time.perf_counter()) / (time.perf_counter() - began)
                most = int(min(length, max(1.0, 0.6 * self.left / max(before - self.left, 1)), max(1.0, spare)))

    def settle(self) -> None:
        """Places go back to the best plan until floors hold, prices rise until limits do; what is left is filled."""
        s, limits = self.state, self.search.limits
        for n in range(_TRIES):
            self._sweep(0.0)
            over = limits.use(s) > 1.0
            lost = self._lost() if n >= _STEADY else self.search.places[:0]
            if n >= _STEADY and not over.any() and len(lost) == 0:
                break
            self.back.place[self.search.pairs.place[lost]] = True
            limits.price[over] *= 1.0 + _RISE * max(1, n - _STEADY)
            limits.charge(self.strict, s)
        self.back.place[:] = False
        self.search.price = limits.price.copy()
        if not over.any():
            self._fill()
            self._keep()

    def polish(self) -> None:
        """Rounds on the best plan, some with what fits and some with what pays at the prices."""
        self.state = s = holding(self.strict, self.best)
        self.search.limits.charge(self.strict, s)
        self._price_held(self.search.held_price)
        room, offered = site(self.strict, self.dice, self.floors), self.search.offers
        n = max(1, len(self.search.places) * self.search.length // _SHARE)
        for part in range(-(-n // _CHUNK)):
            if self.over():
                break
            before, priced = s.counts[WORK], float(part % 4 > 0)
            offered.least[0], room.pays[0] = priced, priced
            rounds(self.strict, s, offered, room, np.flatnonzero(s.here), priced * _WARM * self._unit(), _CHUNK)
            self._worked(int(s.counts[WORK] - before))
            self._keep()
        self._fill()
        self._keep()

    def _sweep(self, heat: float) -> None:
        before = self.state.counts[WORK]
        order, desk = self.chance.permutation(self.search.places), self.search.offers.desk
        sweep(self.loose, self.state, order, self.dice, heat, desk, self.back)
        self._worked(int(self.state.counts[WORK] - before))

    def _lost(self) -> IntArray:
        """Pairs of the best plan that are gone and serve a floor or fill that falls short."""
        a, s, pairs = self.strict, self.state, self.search.pairs
        needed = np.zeros(len(a.place), dtype=np.int64)
        if s.totals[HELD] < self.floors[-1]:
            lacks = (s.filled < a.missing) & (pairs.held_fill_weight > 0)
            needed += np.bincount(owner(a.fill_start)[lacks[a.fills]], minlength=len(a.place))
        low = s.floors < self.floors[:-1] - 1e-9 * np.maximum(1.0, np.abs(self.floors[:-1]))
        if low.any():
            lacks = (s.times == 0) & (a.floor_weight[low] > 0).any(axis=0)
            needed += np.bincount(owner(a.group_start)[lacks[a.groups]], minlength=len(a.place))
        return np.flatnonzero(self.best & ~s.chosen & (needed > 0))

    def _worked(self, work: int) -> None:
        self.left -= max(work, _CHUNK)

    def _fill(self) -> None:
        self.search.offers.least[0] = 0.0
        extend(self.strict, self.state, self.search.places, 0, 0.0, self.search.offers)

    def _keep(self) -> None:
        """The plan at hand is the best where it is better and floors hold; money and sites hold already."""
        value, slack = self._worth(), 1e-9 * np.maximum(1.0, np.abs(self.floors))
        rows = self.state.left >= -1e-9 * np.maximum(1.0, self.strict.pack_room)
        if value > self.value and rows.all() and bool((_standing(self.state) >= self.floors - slack).all()):
            self.best[:], self.value = self.state.chosen, value

    def _worth(self) -> float:
        pairs, s = self.search.pairs, self.state
        filled = pairs.fill_weight @ np.minimum(s.filled, self.strict.missing)
        return float(s.totals[COVERED] + filled)

    def _unit(self) -> float:
        """What a pair of the plan gains on average."""
        return self._worth() / max(1, int(np.count_nonzero(self.state.chosen)))

    def _follow_held(self, part: float) -> None:
        if np.isfinite(self.floors[-1]):
            need = max(self.floors[-1], 1e-9)
            lacking = np.clip(part - self.state.totals[HELD] / need, -_STEP, _STEP)
            short = self.state.filled < self.strict.missing
            self.search.held_part = np.clip(self.search.held_part * np.where(short, _PRESS, _EASE), _LEAST_PART, 1.0)
            self._price_held(self.search.held_price * float(np.exp(_HELD_PACE * lacking)))

    def _price_held(self, price: float) -> None:
        """What counts for the held fill gains its part of ``price`` for a unit of it."""
        if not np.isfinite(self.search.pairs.held_fill):
            return
        pairs, a, s = self.search.pairs, self.strict, self.state
        self.search.held_price = price
        a.fill_weight[:] = pairs.fill_weight + price * self.search.held_part * pairs.held_fill_weight
        s.totals[FILLED] = a.fill_weight @ np.minimum(s.filled, a.missing)


def _standing(s: State) -> FloatArray:
    """[h+1]: what floors and the held fill have."""
    return np.append(s.floors, s.totals[HELD])


def _bound(pairs: Pairs, chosen: BoolArray) -> BoolArray:
    """[c]: chosen add-ons at sites and everything beside them; what stands where something must."""
    hosting = np.zeros(pairs.n_place, dtype=np.bool_)
    hosting[pairs.place[chosen & pairs.needs_host]] = True
    return np.asarray((hosting | pairs.must_use)[pairs.place])
