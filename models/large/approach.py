"""Bound and plans in turns: each turn lowers the bound a little, then makes or betters plans for about as long."""

from __future__ import annotations

import time

from models.instance import FloatArray, IntArray
from models.large.dive import QUICK, SLOW, Haste
from models.large.first_plan import Plans
from models.large.incumbent import Incumbent
from models.large.markets import Markets
from models.large.neighbourhood import Neighbourhood
from models.large.regions import Regions
from models.large.relaxation import Relaxation

_STEPS, _MOST_STEPS, _SPENT_PACE = 100, 4000, 2e-4
_STEADY, _LEAST_GAIN, _WORTH_WHILE, _IDLE, _FEW = 1e-3, 1e-5, 4e-4, 3, 2000
_CLOSE, _MARKET_SHARE = 2e-4, 0.25
_CLOSE_SHARE, _FAR, _FAR_BEGINS, _FAR_TIME = 2.0, 0.01, 0.4, 0.9
_MOST_ENTRIES, MOST_PIECES = 500_000, 1000


class Approach:
    """Of one level; what is left to try is kept from one call of :meth:`go` to the next.

    Plans come from the averaged point of the relaxation: rounded where few pairs are in doubt, by a quick dive where
    many are or once what a turn gains is little, and by a slow one where the quick one was of use. What breaks a row is
    mended. The plan at hand is bettered among doubtful pairs and, once these are as good as they get, region by region
    (:mod:`models.large.regions`), by search where that gains nothing, and polished. Where no doubtful pair can better
    it and no step lowers the bound, HiGHS is likely to close the level, and has as long for it, twice, as it took to
    come there, or most that is left where more than 1 % is open.
    """

    def __init__(self, relaxed: Relaxation, best: Incumbent, plans: Plans | None) -> None:
        """``plans``: None where a level has none of ours."""
        self._relaxed, self._best, self._plans = relaxed, best, plans
        self._near = Neighbourhood(relaxed, best)
        self._regions: Regions | None = None
        self._makers: list[Haste | None] = [None, QUICK, SLOW]
        self._slack, self._idle = True, 0
        self._markets: Markets | None = None
        self._closing = False

    def go(self, until_s: float) -> None:
        """Until the gap is proven, or neither bound nor plans get better, or a level that only fills has a steady
        bound (the rest of it is easy for HiGHS), or ``until_s`` by ``time.perf_counter``.
        """
        best, plans, turn_s = self._best, self._plans, 0.0
        while best.open and time.perf_counter() < until_s:
            lower, steady = self._lower(min(until_s, time.perf_counter() + turn_s))
            began = time.perf_counter()
            if plans is not None and best.open and (steady or best.plan is None):
                if plans.only_fills and best.plan is not None:
                    return
                self._better(plans, steady, lower, until_s)
                self._close(plans, until_s)
            best.tell()
            if not lower and (plans is None or (self._idle >= _IDLE and not self._makers)):
                return
            turn_s = time.perf_counter() - began

    def polish(self, until_s: float, most: int = MOST_PIECES) -> bool:
        """Polish the plan at hand as long as that is worth while, in ``most`` pieces at most; whether it gained."""
        best, gained = self._best, False
        for _ in range(most):
            if self._plans is None or best.plan is None or not best.open or time.perf_counter() >= until_s:
                break
            before = best.value
            gained |= self._gains(self._plans.polished(best.plan, until_s))
            best.tell()
            if abs(best.value - before) <= _WORTH_WHILE * abs(before):
                break
        return gained

    def _lower(self, until_s: float) -> tuple[bool, bool]:
        """Steps until then, a hundred at least, or a market once no step helps: whether more of it may lower the bound,
        whether the last steps gained little.
        """
        descent, before = self._relaxed.descent, self._relaxed.descent.bound
        while self._best.open and not self._spent():
            before = descent.bound
            self._relaxed.descend(self._best, _STEPS)
            self._best.tell()
            if time.perf_counter() >= until_s:
                break
        steady = before - descent.bound < _STEADY * abs(descent.bound)
        return (self._tighten(until_s) if self._spent() else True), steady

    def _tighten(self, until_s: float) -> bool:
        """Some markets, after a turn in vain or where little is open; whether more of them may lower the bound."""
        best = self._best
        close = self._idle > 0 or best.gap < best.options.mip_gap + _CLOSE
        if best.plan is None or not best.open or not close:
            return False
        if self._markets is None:
            self._markets = Markets(self._relaxed)
        if not self._markets.spent:
            self._markets.lower(best, max(until_s - time.perf_counter(), _MARKET_SHARE * best.seconds_had))
        return not self._markets.spent

    def _spent(self) -> bool:
        """No step lowers the bound any more."""
        return self._relaxed.descent.steps >= _MOST_STEPS or self._relaxed.descent.pace <= _SPENT_PACE

    def _better(self, plans: Plans, steady: bool, lower: bool, until_s: float) -> None:
        best, value, gained = self._best, self._best.value, False
        if steady and self._makers and self._slack:
            haste = self._makers.pop(0)
            if haste is None and self._relaxed.n_doubtful() > _FEW:
                haste = self._makers.pop(0)
            gained = self._make(plans, haste, until_s)
            if haste is not None and not gained:
                self._makers.clear()
        elif best.plan is None:
            plans.insist()
            gained = self._gains(plans.rounded(self._relaxed.shares(), self._relaxed.priced()))
        if best.plan is not None and best.open:
            better = self._by_region if self._near.spent else self._near.bettered
            gained |= self._gains(better(best.plan))
        if best.plan is not None and best.open and not gained:
            gained = self._gains(plans.searched(best.plan, until_s))
        gained |= self.polish(until_s, 1 if lower else MOST_PIECES)
        self._idle = 0 if gained else self._idle + 1
        self._slack = not abs(best.value - value) > _WORTH_WHILE * abs(value)

    def _by_region(self, plan: FloatArray) -> FloatArray | None:
        """The plan bettered in a region; None where nothing better is there."""
        if self._regions is None:
            self._regions = Regions(self._relaxed, self._best)
        return None if self._regions.spent else self._regions.bettered(plan)

    def _close(self, plans: Plans, until_s: float) -> None:
        """HiGHS on all that is left, once, where no doubtful pair betters the plan and no step lowers the bound; where
        much is open, not before regions were tried in vain or had two fifths of the time, and then for most that is
        left: its cuts on the rows of viability are what lowers the bound there.
        """
        best = self._best
        if self._closing or not self._near.spent or not self._spent() or best.plan is None or not best.open:
            return
        far = best.gap > _FAR
        if far and self._idle < _IDLE and best.seconds_had < _FAR_BEGINS * best.options.time_limit_s:
            return
        self._closing = True
        soon = min(until_s - time.perf_counter(), _CLOSE_SHARE * best.seconds_had)
        seconds = best.seconds_left(_FAR_TIME) if far else soon
        settled_by_highs(self._relaxed, best, plans, seconds)

    def _make(self, plans: Plans, haste: Haste | None, until_s: float) -> bool:
        """A new plan from the averaged point, mended where it breaks a row; whether it is better."""
        if haste is None:
            made = plans.rounded(self._relaxed.shares(), self._relaxed.priced())
        else:
            made = plans.dived(self._relaxed, haste, until_s)
        lawful = made if self._best.admits(made) else self._near.mended(made)
        return lawful is not None and self._gains(plans.polished(lawful, until_s))

    def _gains(self, values: FloatArray | None) -> bool:
        """Whether a plan is better by more than dust."""
        before = self._best.value
        return self._best.offer(values) and not abs(self._best.value - before) <= _LEAST_GAIN * abs(before)


def for_highs(relaxed: Relaxation, best: Incumbent, plans: Plans | None, without: IntArray) -> bool:
    """Whether HiGHS gets what is left without these columns: not where only plans of ours come to anything in time."""
    ours = plans is not None and not plans.only_fills and best.plan is not None
    return not ours or relaxed.entries(without) <= _MOST_ENTRIES


def settled_by_highs(
    relaxed: Relaxation, best: Incumbent, plans: Plans | None, seconds: float, target: float | None = None
) -> bool:
    """HiGHS on all that may be better than the plan at hand, if it gets it; whether it did. What it proves holds."""
    useless = relaxed.useless(best)
    if not for_highs(relaxed, best, plans, useless):
        return False
    best.settle(best.ask(relaxed.without(useless), seconds, target, report=True))
    return True
