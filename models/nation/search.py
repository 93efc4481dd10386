"""The price of money at one level: found on few circles, then put to all, and the mix that goes with it.

First a few circles, spread over the names, get their share of the money; prices come from the relaxed master over their
columns until it meets the bound, roughly. The price then goes to four times as many, and so on, and at last to all.
Where these would have to spend r times as much to use up their money, the price is multiplied by r^(1/e): the many tell
how much is spent, the few by which power e of the price that falls. What is then left over (or missing) is small: a
part of the circles, as large as it asks for, answers at a price beside, and the mix picks among the plans. Only where
the gap is still open, the master's own prices are put to all, which asks those circles alone whose answer is not known
well enough (:mod:`models.nation.asked`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models.nation.circle import sign, worth
from models.nation.master import prices
from models.nation.state import State
from models.solution import relative_gap

FIRST, GROWTH, LARGEST = 16, 4, 512
_ROUNDS = 12
_ROUNDS_OF_FEW = 6
_COARSE = 5.0
_OFF = 0.03
_STIFF = (-3.0, -0.8)
_ENOUGH = 0.8
_BESIDE = 1.12
_SPENDERS = 6


class Search:
    """One level's search; ``bound`` holds for all circles, ``price`` is where it is lowest."""

    def __init__(self, state: State, level: int) -> None:
        self.state, self.level = state, level
        self.bound, self.price, self.rounds = math.inf, 0.0, 0
        self._at = state.only(level)

    def run(self) -> None:
        """Until the gap is closed or no price brings more."""
        every = range(self.state.n)
        sizes = samples(self.state.n)
        if sizes:
            self._narrow(_spread(self.state.n), sizes)
            self.state.take(self.level)
        self._settle_all(every)
        if not self.closed():
            self._spend_the_rest()

    def _narrow(self, order: Sequence[int], sizes: Sequence[int]) -> None:
        """A price at which all circles together spend about what there is, and plans on both sides of it."""
        state = self.state
        few = order[: sizes[0]]
        weights, price = self._settle_few(few, self._share(few), self._held(few))
        power = self._power(few, weights, price)
        for size in (*sizes, state.n, state.n):
            circles = order[:size]
            if size == state.n:
                self._round(circles, weights, price)
            else:
                self._bound(circles, weights, price, 0.0, {})
            spent = self._spent(circles, weights, price)
            ratio = self._share(circles) / spent if spent > 0 else 1.0
            if price <= 0 or state.shared or (size == state.n and abs(ratio - 1.0) <= _OFF):
                break
            price *= min(2.0, max(0.5, ratio ** (1.0 / power)))
        if math.isinf(self.bound):
            self._round(order, weights, price)
        self._use_the_difference()

    def _power(self, few: Sequence[int], weights: list[float], price: float) -> float:
        """The power of the price by which spending falls, about ``price``."""
        if price <= 0:
            return -1.0
        beside = price * _BESIDE
        self._bound(few, weights, beside, 0.0, {})
        one, other = self._spent(few, weights, price), self._spent(few, weights, beside)
        if one <= 0 or other <= 0:
            return _STIFF[0]
        return min(_STIFF[1], max(_STIFF[0], math.log(other / one) / math.log(_BESIDE)))

    def closed(self, share: float = 1e-3) -> bool:
        """Mix and bound are within ``share`` of the gap."""
        value = self.state.value(self.level)
        return relative_gap(value, max(value, self.state.rounded(self.level, self.bound))) <= self.state.gap * share

    def _settle_few(
        self, circles: Sequence[int], capital_cny: float, held: dict[int, float]
    ) -> tuple[list[float], float]:
        """Weights and price at which ``circles`` settle with ``capital_cny``."""
        state, bound = self.state, math.inf
        best = state.only(self.level), 0.0
        for _ in range(_ROUNDS_OF_FEW):
            found = prices(state.asked.pool, state.columns(circles), self.level, capital_cny, held)
            if bound - found.value <= _COARSE * state.gap * max(1e-9, abs(found.value)):
                break
            weights, price = self._weights(found.weights), found.money
            new = self._bound(circles, weights, price, capital_cny, held)
            if new < bound:
                bound, best = new, (weights, price)
        return best

    def _share(self, circles: Sequence[int]) -> float:
        """The circles' part of the purse: what the mix gives them, and of what it leaves over their part by number."""
        money = self.state.money()
        left = max(0.0, self.state.capital_cny - math.fsum(money))
        return math.fsum(money[c] for c in circles) + left * len(circles) / self.state.n

    def _held(self, circles: Sequence[int]) -> dict[int, float]:
        assert self.state.mix is not None
        plans = [self.state.asked.pool.answers[self.state.mix[c]] for c in circles]
        return {m: math.fsum(one.values[m] for one in plans) for m in self.state.shared}

    def _spent(self, circles: Sequence[int], weights: list[float], price: float) -> float:
        """Money of the circles' best known plans at a price."""
        best = map(self.state.asked.best, self.state.questions(circles, weights, price))
        return math.fsum(one.money_cny for one in best)

    def _settle_all(self, every: Sequence[int]) -> None:
        state, before = self.state, math.inf
        for _ in range(_ROUNDS):
            if self.rounds and self.closed(_ENOUGH):
                return
            found = prices(state.asked.pool, state.columns(every), self.level, state.capital_cny, state.shared)
            apart, unit = self.bound - found.value, state.gap * max(1e-9, abs(found.value))
            if apart <= 0.3 * unit or (apart <= unit and before - apart <= 0.1 * unit):
                break
            before = apart
            self._round(every, self._weights(found.weights), found.money)
            state.take(self.level)
        state.take(self.level)

    def _round(self, circles: Sequence[int], weights: list[float], price: float) -> None:
        bound = self._bound(circles, weights, price, self.state.capital_cny, self.state.shared)
        self.rounds += 1
        if bound < self.bound:
            self.bound, self.price, self._at = bound, price, weights

    def _bound(
        self, circles: Sequence[int], weights: list[float], price: float, capital_cny: float, held: dict[int, float]
    ) -> float:
        state = self.state
        slack = 0.1 * state.gap * abs(state.value(self.level)) / state.n
        ceilings = state.asked.ceilings(state.questions(circles, weights, price), slack)
        return math.fsum(ceilings) + price * capital_cny - math.fsum(weights[m] * at for m, at in held.items())

    def _use_the_difference(self) -> None:
        """As many circles as the money left over (or missing) asks for answer at a price beside the best."""
        state, weights, price = self.state, self._at, self.price
        at = state.questions(range(state.n), weights, price)
        left = state.capital_cny - math.fsum(state.asked.best(one).money_cny for one in at)
        beside = price / _BESIDE if left > 0 else price * _BESIDE
        order = _spread(state.n)
        size, moved, done = max(1, state.n // 32), 0.0, 0
        while 2 * done < state.n and abs(left) > abs(moved):
            some = order[done : done + size]
            answers = state.asked.put(state.questions(some, weights, beside))
            moved += math.fsum(
                a.money_cny - state.asked.best(at[c]).money_cny for a, c in zip(answers, some, strict=True) if a.found
            )
            done += len(some)
            size = min(2 * size, max(1, state.n // 8))

    def _spend_the_rest(self) -> None:
        """The money left over goes to a few circles, those first whose plan loses most at the price."""
        state, n = self.state, self.level
        assert state.mix is not None
        left = state.capital_cny - math.fsum(state.money())
        if sign(state.levels[n]) < 0 or left <= 1.0:
            return
        at = state.questions(range(state.n), state.only(n), self.price)
        chosen = [state.asked.pool.answers[q] for q in state.mix]
        lost = [worth(state.asked.best(one), one) - worth(own, one) for one, own in zip(at, chosen, strict=True)]
        order = sorted(range(state.n), key=lambda c: (-lost[c], c))
        asked = []
        for c in order[:_SPENDERS]:
            least = tuple(chosen[c].values[m] if m < n else None for m in range(len(state.levels)))
            question = state.question(c, state.only(n), 0.0)
            asked.append(replace(question, least=least, most_cny=chosen[c].money_cny + left))
        state.asked.put(asked)
        state.take(n)

    def _weights(self, shared: Sequence[float]) -> list[float]:
        weights = self.state.only(self.level)
        for m, weight in zip(self.state.shared, shared, strict=True):
            weights[m] = weight
        return weights


def samples(n: int) -> list[int]:
    """Sizes of the samples of ``n`` circles, growing; none over a quarter of them."""
    sizes = []
    size = min(n // GROWTH, LARGEST)
    while size >= FIRST:
        sizes.append(size)
        size //= GROWTH
    return sizes[::-1]


def _spread(n: int) -> list[int]:
    """All of 0 … n-1, spread: every prefix covers the range about evenly (multiples of the golden section)."""
    return [int(c) for c in np.argsort((np.arange(n) * 0.6180339887498949) % 1.0, kind="stable")]
