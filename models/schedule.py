"""A first schedule for a plan that has no years: a start for the solver, nothing more (a greedy heuristic).

Phase by phase, what is committed to the phase is placed first; then, again and again, the pair that the money allows
and that gives most for its cost: missing outlets first, then residents newly covered, each counted once. Money for
later commitments is kept back. What no phase could pay for goes into the last one, lawful or not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.instance import BoolArray, FloatArray, IntArray, Phases, Rules, SitingInstance
from models.solution import Decision

_OUTLET_WORTH = 1e6


def scheduled(instance: SitingInstance, rules: Rules, decision: Decision) -> Decision:
    """``decision`` with a phase for every pair; one that has phases already comes back as it is."""
    if rules.phases is None or decision.open_phase is not None:
        return decision
    return _Greedy(instance, rules, rules.phases, decision).run()


@dataclass
class _Items:
    """Every pair of the plan: outlets first, then add-ons. ``fixed`` is the phase committed to, -1 where none is."""

    place: IntArray
    type_: IntArray
    is_addon: BoolArray
    cost_cny: FloatArray
    first: IntArray
    fixed: IntArray


def _items(instance: SitingInstance, rules: Rules, phases: Phases, decision: Decision) -> _Items:
    site, type_ = np.nonzero(decision.open)
    place, service = np.nonzero(decision.addon)
    fixed = np.full((instance.n_site, instance.n_type), -1, dtype=np.int64)
    locks = rules.lock_in_phases
    fixed[locks[:, 0], locks[:, 1]] = locks[:, 2]
    available = np.concatenate([phases.available, np.zeros(instance.n_host, dtype=np.int64)])
    places = np.concatenate([site, place])
    return _Items(
        place=places,
        type_=np.concatenate([type_, service]),
        is_addon=np.arange(len(places)) >= len(site),
        cost_cny=np.concatenate([instance.open_budget_cny[site, type_], instance.addon_cost_cny[service]]),
        first=available[places],
        fixed=np.concatenate([fixed[site, type_], np.full(len(place), -1)]),
    )


class _Greedy:
    def __init__(self, instance: SitingInstance, rules: Rules, phases: Phases, decision: Decision) -> None:
        self.instance, self.phases, self.decision = instance, phases, decision
        self.items = _items(instance, rules, phases, decision)
        self.phase = np.full(len(self.items.place), -1, dtype=np.int64)
        self.reached = instance.covered.copy()
        self.zones = instance.by_zone
        self.lacking = self.zones.missing.copy()
        self.spent = np.zeros(phases.n)

    def run(self) -> Decision:
        """Place every pair."""
        for t in range(self.phases.n):
            for n in np.flatnonzero(self.items.fixed == t):
                self._place(int(n), t)
            while (best := self._best(t)) is not None:
                self._place(best, t)
        self.phase[self.phase < 0] = self.phases.n - 1
        open_phase = np.where(self.decision.open, 0, -1).astype(np.int64)
        addon_phase = np.where(self.decision.addon, 0, -1).astype(np.int64)
        outlets = ~self.items.is_addon
        open_phase[self.items.place[outlets], self.items.type_[outlets]] = self.phase[outlets]
        addon_phase[self.items.place[~outlets], self.items.type_[~outlets]] = self.phase[~outlets]
        return replace(self.decision, open_phase=open_phase, addon_phase=addon_phase)

    def _best(self, t: int) -> int | None:
        items = self.items
        cost = self._cost()
        may = (self.phase < 0) & (items.fixed < 0) & (items.first <= t) & (cost <= self._money(t) + 1e-6)
        may &= self._hosted()
        choices = np.flatnonzero(may)
        if not len(choices):
            return None
        worth = np.array([self._worth(int(n)) for n in choices])
        return int(choices[np.argmax((worth + 1e-9) / (cost[choices] + 1.0))])

    def _cost(self) -> FloatArray:
        """[n]: own cost, and the site's where nothing is open there yet."""
        items, n_site = self.items, self.instance.n_site
        paid = np.ones(self.instance.n_place, dtype=bool)
        paid[:n_site] = False
        paid[items.place[(self.phase >= 0) & ~items.is_addon]] = True
        site = np.concatenate([self.instance.site_budget_cny, np.zeros(self.instance.n_host)])
        cost: FloatArray = items.cost_cny + np.where(paid[items.place] | items.is_addon, 0.0, site[items.place])
        return cost

    def _hosted(self) -> BoolArray:
        """[n]: an outlet, an add-on at an existing host, or one whose site has a host open."""
        items, i = self.items, self.instance
        open_ = np.zeros((i.n_site, i.n_type), dtype=bool)
        placed = (self.phase >= 0) & ~items.is_addon
        open_[items.place[placed], items.type_[placed]] = True
        there = np.ones((i.n_place, i.n_type), dtype=bool)
        there[: i.n_site] = open_ @ i.hosts
        return np.asarray(~items.is_addon | there[items.place, items.type_])

    def _money(self, t: int) -> float:
        """Money that phase t may still spend, less what commitments of its own future need."""
        ahead = np.zeros(self.phases.n)
        waiting = (self.phase < 0) & (self.items.fixed >= 0)
        np.add.at(ahead, self.items.fixed[waiting], self._cost()[waiting])
        left = self.phases.budget_cny - self.spent - ahead
        return float(np.cumsum(left)[t:].min() if self.phases.carry_over else left[t])

    def _worth(self, n: int) -> float:
        i, k = self.instance, int(self.items.type_[n])
        column = np.asarray(i.reach[k][:, [int(self.items.place[n])]].toarray()).ravel().astype(bool)
        gained = float(i.segment_residents[column & ~self.reached[:, k], k].sum()) * float(i.coverage_weight[k])
        return gained + _OUTLET_WORTH * float(i.missing_weight[k]) * int(self._short_zones(n).sum())

    def _short_zones(self, n: int) -> BoolArray:
        """[z]: zones for which the pair fills a missing outlet."""
        short: BoolArray = self.zones.inside[:, self.items.place[n]] & (self.lacking[:, self.items.type_[n]] > 0)
        return short

    def _place(self, n: int, t: int) -> None:
        i, k = self.instance, int(self.items.type_[n])
        self.spent[t] += self._cost()[n]
        self.phase[n] = t
        column = np.asarray(i.reach[k][:, [int(self.items.place[n])]].toarray()).ravel().astype(bool)
        self.reached[:, k] |= column
        self.lacking[self._short_zones(n), k] -= 1
