"""Thousands of circles that share one budget B: a price of money, each circle's answer to it, a mix, a proven gap.

    max_lex (sum_c v_c1(x_c), sum_c v_c2(x_c), ...)    x_c a plan of circle c,   sum_c money_c(x_c) <= B

For level n with the levels l before it held at H_l, any price p >= 0 and weights w_l >= 0 give the bound

    sum_c max_{x_c} [ v_cn + sum_l w_l v_cl - p money_c ]  +  p B  -  sum_l w_l H_l

(Lagrangian duality; Geoffrion 1974). It stays valid where a circle answers with only a bound on its maximum. A level of
which every circle reaches the most it could reach at any money is held circle by circle, which is stronger.

Prices come from the relaxed master (:mod:`models.nation.master`): first over a sample of the circles with its share of
the money, where they settle, then over all; near the right price the bound is flat, so few rounds do. Circles are
numbered by name, so the order in which they are given changes nothing.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.errors import ModelError, SolverError
from models.linear import Objective
from models.nation.circle import Answer, Circle, Priced, Question, capped, sign
from models.nation.master import Pool, mix, prices
from models.one_level import round_bound
from models.solution import LevelResult, SolveOptions, Termination, relative_gap

AskAll = Callable[[Sequence[Question]], list[Answer]]
_SAMPLE = 24
_ROUNDS = 12
_BRACKET = 1.12
_SPENDERS = 6


@dataclass(frozen=True)
class NationLevel:
    """A level over all circles: its result, the price of money (v a 元) at the best bound, rounds over all circles."""

    result: LevelResult
    price: float
    rounds: int


@dataclass(frozen=True, eq=False)
class Nation:
    """``chosen``: an answer a circle, sorted by name; None where there is no plan. ``impossible``: circles that no plan
    of their own can satisfy, by name; empty and INFEASIBLE: the money does not pay for the least that all need.
    """

    termination: Termination
    names: tuple[str, ...]
    levels: tuple[NationLevel, ...] = ()
    chosen: tuple[Answer, ...] | None = None
    impossible: tuple[str, ...] = ()
    least_cny: float = 0.0
    questions: int = 0
    seconds: float = 0.0

    @property
    def spent_cny(self) -> float:
        """Money of all plans."""
        return math.fsum(one.money_cny for one in self.chosen or ())


def solve_nation(
    circles: Sequence[Circle],
    capital_cny: float,
    options: SolveOptions,
    ask_all: AskAll | None = None,
    gap: float = 1e-3,
) -> Nation:
    """The best mix of plans, level by level.

    Args:
        circles: names all different, levels all the same and each one that adds up.
        capital_cny: money of all circles together, 元.
        options: solver of a circle's answer; ``mip_gap`` is the gap of each answer.
        ask_all: answers questions about circles, numbered in the order of names; in this process if None.
        gap: relative gap of each level at which no further price is tried.

    Raises:
        ModelError: circles that cannot share a budget, every reason at once.
        SolverError, VerificationError: as :meth:`models.nation.circle.Priced.answer`.
    """
    began = time.perf_counter()
    ordered = sorted((capped(circle, capital_cny) for circle in circles), key=lambda c: c.name)
    names = tuple(circle.name for circle in ordered)
    faults = _faults(ordered, capital_cny)
    if faults:
        raise ModelError("; ".join(faults))
    work = _Work(ordered[0].rules.levels, len(ordered), capital_cny, options, ask_all or _here(ordered, options), gap)
    found = work.run(names)
    return replace(found, questions=work.questions, seconds=time.perf_counter() - began)


def _faults(circles: Sequence[Circle], capital_cny: float) -> list[str]:
    faults = [] if circles else ["no circle"]
    if not (math.isfinite(capital_cny) and capital_cny >= 0):
        faults.append(f"capital {capital_cny}")
    names = [circle.name for circle in circles]
    faults += [f"two circles named {name}" for name in sorted({n for n in names if names.count(n) > 1})]
    for circle in circles:
        if circle.rules.levels != circles[0].rules.levels:
            faults.append(f"circle {circle.name} has other levels than {circles[0].name}")
        try:
            Priced.check(circle)
        except ModelError as error:
            faults.append(str(error))
    return faults


def _here(circles: Sequence[Circle], options: SolveOptions) -> AskAll:
    """Answers in this process; models stay assembled."""
    ready: dict[int, Priced] = {}

    def ask_all(questions: Sequence[Question]) -> list[Answer]:
        answers = []
        for question in questions:
            c = question.circle
            if c not in ready:
                ready[c] = Priced(circles[c])
            answers.append(ready[c].answer(question, options))
        return answers

    return ask_all


class _Work:
    """The state that passes from level to level: columns, the mix, levels held."""

    def __init__(
        self, levels: tuple[str, ...], n: int, capital_cny: float, options: SolveOptions, ask_all: AskAll, gap: float
    ) -> None:
        self.levels, self.n, self.capital, self.options, self.ask_all = levels, n, capital_cny, options, ask_all
        self.gap = gap
        self.pool = Pool()
        self.mix: list[int] | None = None
        self.held: dict[int, float] = {}
        self.pinned: dict[int, list[float]] = {}
        self.questions = 0
        self.bound, self.price, self.rounds = math.inf, 0.0, 0

    def run(self, names: tuple[str, ...]) -> Nation:
        """All levels."""
        every = range(self.n)
        cheapest = self._ask(every, [0.0] * len(self.levels), 1.0)
        impossible = tuple(names[a.circle] for a in cheapest if a.impossible)
        least = math.fsum(-a.bound for a in cheapest if not a.impossible)
        if impossible or least > self.capital * (1 + 1e-9) + 1e-6:
            return Nation(Termination.INFEASIBLE, names, impossible=impossible, least_cny=least)
        spent = math.fsum(a.money_cny for a in cheapest)
        if not all(a.found for a in cheapest) or spent > self.capital * (1 + 1e-9) + 1e-6:
            return Nation(Termination.NO_SOLUTION, names, least_cny=least)
        self.mix = [self.pool.number(a) for a in cheapest]
        results = tuple(self._level(n) for n in range(len(self.levels)))
        ended = all(v.result.termination is Termination.OPTIMAL for v in results)
        assert self.mix is not None
        return Nation(
            Termination.OPTIMAL if ended else Termination.FEASIBLE,
            names,
            results,
            tuple(self.pool.answers[q] for q in self.mix),
            least_cny=least,
        )

    def _level(self, n: int) -> NationLevel:
        began = time.perf_counter()
        self.bound, self.price, self.rounds = math.inf, 0.0, 0
        if self.levels[n] == "missing_types":
            self._as_if_rich(n)
        if not self._closed(n):
            self._search(n, frozenset(range(self.n)), self._sampled(n))
            self._take(n)
            if not self._closed(n):
                self._spend_the_rest(n)
        return self._finish(n, time.perf_counter() - began)

    def _as_if_rich(self, n: int) -> None:
        """The most that each circle reaches at any money, the least money for it; pinned if all can have it."""
        weights = [0.0] * len(self.levels)
        weights[n] = 1.0
        free = self._ask(range(self.n), weights, 0.0)
        caps = [a.bound for a in free]
        self.bound = math.fsum(caps)
        full = [self._question(c, [0.0] * len(self.levels), 1.0) for c in range(self.n)]
        wanted = [replace(q, least=(*q.least[:n], cap, *q.least[n + 1 :])) for q, cap in zip(full, caps, strict=True)]
        answers = self._put([q for q in wanted if math.isfinite(q.least[n] or 0.0)])
        whole = len(answers) == self.n and all(a.found for a in answers)
        if whole and math.fsum(a.money_cny for a in answers) <= self.capital:
            self.mix = [self.pool.number(a) for a in answers]
            self.pinned[n] = caps
            return
        self._take(n)

    def _sampled(self, n: int) -> float | None:
        """The price at which a sample of the circles with its share of the money settles; None where it is not used."""
        if self.n < 2 * _SAMPLE or set(self.held) - set(self.pinned):
            return None
        assert self.mix is not None
        sample = frozenset(int(c) for c in np.linspace(0, self.n - 1, _SAMPLE))
        money = np.array([self.pool.answers[q].money_cny for q in self.mix])
        left = max(0.0, self.capital - money.sum())
        share = float(money[sorted(sample)].sum()) + left * len(sample) / self.n
        kept = self.bound, self.price, self.rounds
        self._search(n, sample, None, share)
        price = self.price
        self.bound, self.price, self.rounds = kept
        return price

    def _search(self, n: int, circles: frozenset[int], first: float | None, capital: float | None = None) -> None:
        """Rounds of prices until bound and relaxation meet; ``first`` and a price beside it are tried before."""
        money = self.capital if capital is None else capital
        if capital is not None:
            self.bound = math.inf
        held = {m: at for m, at in self.held.items() if m not in self.pinned}
        given = [] if first is None else [first]
        before = math.inf
        for _ in range(_ROUNDS):
            found = prices(self.pool, self._columns(circles), n, money, held)
            apart, unit = self.bound - found.value, self.gap * max(1e-9, abs(found.value))
            if apart <= 0.3 * unit or (not given and apart <= unit and before - apart <= 0.1 * unit):
                return
            before = apart
            price, extra = (given.pop(), None) if given else (found.money, found.weights)
            weights = [0.0] * len(self.levels)
            weights[n] = 1.0
            fixed = 0.0
            for m, w in zip(held, extra or (0.0,) * len(held), strict=True):
                weights[m] = w
                fixed += w * held[m]
            answers = self._ask(sorted(circles), weights, price)
            self.rounds += 1
            bound = math.fsum(a.bound for a in answers) + price * money - fixed
            if bound < self.bound:
                self.bound, self.price = bound, price
            spent = math.fsum(a.money_cny for a in answers if a.found)
            if first is not None and self.rounds == 1:
                given = [price * _BRACKET if spent > money else price / _BRACKET]

    def _columns(self, circles: frozenset[int]) -> list[int]:
        """The columns of ``circles`` that keep what is pinned."""
        return [
            q
            for q in self.pool.of(circles)
            if all(
                self.pool.answers[q].values[m] >= caps[self.pool.answers[q].circle] - 1e-6
                for m, caps in self.pinned.items()
            )
        ]

    def _spend_the_rest(self, n: int) -> None:
        """The money left over goes to a few circles, those first whose plan loses most at the price."""
        assert self.mix is not None
        left = self.capital - math.fsum(self.pool.answers[q].money_cny for q in self.mix)
        if sign(self.levels[n]) < 0 or left <= 1.0:
            return
        best = self._best_priced(n)
        lost = [best[c] - self._priced(self.pool.answers[q], n) for c, q in enumerate(self.mix)]
        order = sorted(range(self.n), key=lambda c: (-lost[c], c))
        weights = [0.0] * len(self.levels)
        weights[n] = 1.0
        asked = []
        for c in order[:_SPENDERS]:
            own = self.pool.answers[self.mix[c]]
            question = self._question(c, weights, 0.0)
            least = tuple(own.values[m] if m < n else None for m in range(len(self.levels)))
            asked.append(replace(question, least=least, most_cny=own.money_cny + left))
        self._put(asked)
        self._take(n)

    def _best_priced(self, n: int) -> list[float]:
        best = [-math.inf] * self.n
        for one in self.pool.answers:
            best[one.circle] = max(best[one.circle], self._priced(one, n))
        return best

    def _priced(self, one: Answer, n: int) -> float:
        return one.values[n] - self.price * one.money_cny

    def _take(self, n: int) -> None:
        self.mix = mix(self.pool, n, self.capital, self.held, self.mix, self.options)

    def _value(self, n: int) -> float:
        assert self.mix is not None
        return math.fsum(self.pool.answers[q].values[n] for q in self.mix)

    def _closed(self, n: int) -> bool:
        return relative_gap(self._value(n), max(self._value(n), self._rounded(n))) <= self.gap * 1e-3

    def _rounded(self, n: int) -> float:
        """The bound on the lattice that all circles share."""
        steps = {one.steps[n] for one in self.pool.answers}
        if not steps or min(steps) <= 0:
            return self.bound
        step = float(np.gcd.reduce([round(s * 1000) for s in steps])) / 1000.0
        return round_bound(self.bound, Objective("nation", "max", np.zeros(0)), step)

    def _finish(self, n: int, seconds: float) -> NationLevel:
        value = self._value(n)
        bound = max(value, self._rounded(n))
        closed = relative_gap(value, bound) <= max(self.options.mip_gap, 1e-9)
        self.held[n] = value - 1e-7 * max(1.0, abs(value))
        turn = sign(self.levels[n])
        result = LevelResult(
            self.levels[n],
            "max" if turn > 0 else "min",
            turn * value + 0.0,
            turn * bound + 0.0,
            seconds,
            Termination.OPTIMAL if closed else Termination.FEASIBLE,
        )
        return NationLevel(result, self.price, self.rounds)

    def _ask(self, circles: Sequence[int], weights: Sequence[float], price: float) -> list[Answer]:
        return self._put([self._question(c, weights, price) for c in circles])

    def _question(self, c: int, weights: Sequence[float], price: float) -> Question:
        least = tuple(self.pinned[m][c] if m in self.pinned else None for m in range(len(self.levels)))
        return Question(c, tuple(weights), price, least)

    def _put(self, questions: Sequence[Question]) -> list[Answer]:
        self.questions += len(questions)
        answers = list(self.ask_all([replace(asked, start=self.pool.best(asked)) for asked in questions]))
        if len(answers) != len(questions):
            raise SolverError(f"{len(questions)} questions, {len(answers)} answers")
        self.pool.add(answers)
        return answers
