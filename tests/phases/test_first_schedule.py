"""The greedy schedule of a plan without years, pair by pair in plain loops."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.yearly import yearly_case

from models.schedule import scheduled
from models.solution import Decision


class Plain:
    """The same by sets: ``when`` [pair] is a pair's phase; a pair is (is an add-on, place, type)."""

    def __init__(self, i, rules, plan: Decision) -> None:
        self.i, self.phases, self.rules = i, rules.phases, rules
        self.pairs = [(False, int(j), int(k)) for j, k in np.argwhere(plan.open)]
        self.pairs += [(True, int(p), int(k)) for p, k in np.argwhere(plan.addon)]
        self.fixed = {(False, j, k): t for j, k, t in rules.lock_in_phases.tolist()}
        self.when: dict[tuple[bool, int, int], int] = {}
        self.spent = [0.0] * rules.phases.n

    def cost(self, pair) -> float:
        addon, p, k = pair
        if addon:
            return float(self.i.addon_cost_cny[k])
        used = any(not a and q == p for a, q, _ in self.when)
        return float(self.i.open_budget_cny[p, k]) + (0.0 if used else float(self.i.site_budget_cny[p]))

    def money(self, t: int) -> float:
        n = self.phases.n
        ahead = [
            sum(self.cost(p) for p in self.pairs if p not in self.when and self.fixed.get(p) == s) for s in range(n)
        ]
        left = [self.phases.budget_cny[s] - self.spent[s] - ahead[s] for s in range(n)]
        return min(sum(left[: s + 1]) for s in range(t, n)) if self.phases.carry_over else left[t]

    def gain(self, pair) -> float:
        i, (_, p, k) = self.i, pair
        reached = {h for (_, q, m) in self.when if m == k for h in np.flatnonzero(i.reach[k].toarray()[:, q])}
        here = set(np.flatnonzero(i.reach[k].toarray()[:, p]).tolist()) - reached
        worth = float(i.coverage_weight[k]) * sum(float(i.segment_residents[h, k]) for h in here if not i.covered[h, k])
        zones = i.by_zone
        short = 0
        for z in range(len(zones.inside)):
            filled = sum(1 for (_, q, m) in self.when if m == k and zones.inside[z, q])
            short += bool(zones.inside[z, p]) and filled < zones.missing[z, k]
        return worth + 1e6 * float(i.missing_weight[k]) * short

    def may(self, pair, t: int) -> bool:
        addon, p, k = pair
        i = self.i
        free = 0 if p >= i.n_site else int(self.phases.available[p])
        hosts = [m for a, q, m in self.when if not a and q == p and i.hosts[m, k]]
        hosted = not addon or p >= i.n_site or bool(hosts)
        affordable = self.cost(pair) <= self.money(t) + 1e-6
        return pair not in self.when and pair not in self.fixed and free <= t and affordable and hosted

    def put(self, pair, t: int) -> None:
        self.spent[t] += self.cost(pair)
        self.when[pair] = t

    def run(self):
        for t in range(self.phases.n):
            for pair in self.pairs:
                if self.fixed.get(pair) == t:
                    self.put(pair, t)
            while choices := [pair for pair in self.pairs if self.may(pair, t)]:
                self.put(max(choices, key=lambda pair: (self.gain(pair) + 1e-9) / (self.cost(pair) + 1.0)), t)
        return {pair: self.when.get(pair, self.phases.n - 1) for pair in self.pairs}


@pytest.mark.parametrize("seed", range(24))
def test_every_pair_is_placed_as_by_hand(seed: int):
    instance, rules = yearly_case(seed, n_phase=3, n_site=4)
    rng = np.random.default_rng(seed)
    many = rng.random(instance.eligible.shape) < 0.7
    plan = Decision(
        instance.eligible & many, instance.addon_eligible & (rng.random(instance.addon_eligible.shape) < 0.5)
    )
    dated = [(j, k, int(rng.integers(3))) for j, k in np.argwhere(plan.open) if rng.random() < 0.25]
    rules = replace(rules, lock_in_phases=np.array(dated, dtype=np.int64).reshape(-1, 3))
    found = scheduled(instance, rules, plan)
    wanted = Plain(instance, rules, plan).run()
    told = {(False, int(j), int(k)): int(found.open_phase[j, k]) for j, k in np.argwhere(plan.open)}
    told |= {(True, int(p), int(k)): int(found.addon_phase[p, k]) for p, k in np.argwhere(plan.addon)}
    assert told == wanted
    assert (found.open_phase[~plan.open] == -1).all()
    assert (found.addon_phase[~plan.addon] == -1).all()
    assert (found.open == plan.open).all()
    assert (found.addon == plan.addon).all()
    assert scheduled(instance, rules, found) is found
    assert scheduled(instance, replace(rules, phases=None), plan) is plan
