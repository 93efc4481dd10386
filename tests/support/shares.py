"""Assignment types for tests: random ones, and their value by a dense linear program over people, one type at a time.

The program here knows neither :mod:`models.assignment` nor :mod:`models.verify_shares`: rows are written one by one,
from the words of the rule. Everything else about a plan is left to the verifier.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import linprog
from support.brute import MAXIMISED, TOLERANCE, lawful_plans

from models.instance import BoolArray, Rules, SitingInstance, Tier
from models.solution import Decision
from models.verify import coverage, level_value

COVERAGE = {"basic_coverage": Tier.BASIC, "public_coverage": Tier.PUBLIC, "quality_coverage": Tier.QUALITY}


def with_assignment(
    rng: np.random.Generator, instance: SitingInstance, *, full: float = 0.7, assigned: float = 0.7
) -> SitingInstance:
    """Some types assigned, most of them with outlets that can be full."""
    chosen = rng.random(instance.n_type) < assigned
    chosen[rng.integers(instance.n_type)] = True
    people = instance.segment_residents.sum(axis=0)
    serves = np.round(people * rng.uniform(0.1, 0.6, instance.n_type)) + 1.0
    serves[rng.random(instance.n_type) >= full] = np.inf
    part = rng.choice([0.25, 0.5, 1 / 3], instance.n_type)
    return replace(instance, assigned=chosen, outlet_serves=serves, addon_serves=serves * part)


def unshared(instance: SitingInstance) -> SitingInstance:
    """The same circle under the static rule."""
    none = np.zeros(0)
    return replace(instance, assigned=np.zeros(0, dtype=bool), outlet_serves=none, addon_serves=none)


def served(instance: SitingInstance, decision: Decision, k: int) -> float | None:
    """Most residents without an outlet today whom the plan serves with ``k``; None where some outlet starves."""
    reach = instance.reach[k].toarray()
    opened = np.append(decision.open[:, k], np.zeros(instance.n_host, dtype=bool))
    added = decision.addon[:, k]
    pairs = [(i, p) for i in range(instance.n_demand) for p in np.flatnonzero(opened | added) if reach[i, p]]
    if not pairs:
        return None if opened.any() and instance.min_catchment[k] > 1e-6 else 0.0
    people, rivals = instance.segment_residents[:, k], instance.rivals[:, k]
    rows: list[list[float]] = []
    sides: list[float] = []
    for i in range(instance.n_demand):
        new = int((opened & reach[i]).sum() + (added & reach[i]).sum())
        rows.append([float(a == i) for a, _ in pairs])
        sides.append(people[i] * new / (new + rivals[i]) if new else 0.0)
    for p in np.flatnonzero(opened | added):
        room = instance.outlet_serves[k] * opened[p] if opened[p] else 0.0
        room += instance.addon_serves[k] if added[p] else 0.0
        rows.append([float(b == p) for _, b in pairs])
        sides.append(min(float(room), 1e9))
        if opened[p]:
            rows.append([-float(b == p) for _, b in pairs])
            sides.append(-float(instance.min_catchment[k]) + 1e-7)
    answer = linprog(
        [-float(rivals[i] == 0) for i, _ in pairs],
        A_ub=np.array(rows),
        b_ub=np.array(sides),
        bounds=[(0, people[i] / (1 + rivals[i])) for i, _ in pairs],
    )
    return -float(answer.fun) if answer.status == 0 else None


def shared_plans(instance: SitingInstance, rules: Rules) -> list[tuple[Decision, dict[int, float]]]:
    """Every lawful plan with what it serves of each assignment type."""
    static = unshared(instance)
    kept = np.array(instance.min_catchment)
    kept[instance.assigned] = 0.0
    floors = tuple((k, share) for k, share in rules.coverage_floor if not instance.assigned[k])
    plans = []
    seen: dict[tuple[int, bytes, bytes], float | None] = {}
    for plan in lawful_plans(replace(static, min_catchment=kept), replace(rules, coverage_floor=floors)):
        values = {int(k): _once(seen, instance, plan, int(k)) for k in instance.assigned_types}
        if any(value is None for value in values.values()):
            continue
        known = {k: float(value or 0.0) for k, value in values.items()}
        if _floors_hold(instance, rules, known):
            plans.append((plan, known))
    return plans


def best_by_levels(instance: SitingInstance, rules: Rules) -> tuple[float, ...] | None:
    """Best value of each level in turn, the levels above held; None where no plan is lawful."""
    plans = shared_plans(instance, rules)
    found = []
    for level in rules.levels:
        if not plans:
            return None
        scored = [(level_of(instance, rules, plan, values, level), plan, values) for plan, values in plans]
        best = max(s for s, _, _ in scored) if level in MAXIMISED else min(s for s, _, _ in scored)
        found.append(best)
        plans = [(p, v) for s, p, v in scored if abs(s - best) <= 10 * TOLERANCE * max(1.0, abs(best))]
    return tuple(found)


def level_of(instance: SitingInstance, rules: Rules, plan: Decision, values: dict[int, float], level: str) -> float:
    """Value of a level; coverage of the assignment types is what ``values`` says."""
    if level not in COVERAGE:
        return level_value(unshared(instance), rules, plan, level)
    reached: BoolArray = coverage(instance, plan)
    total = 0.0
    for k in np.flatnonzero(instance.tier == COVERAGE[level]):
        people = values.get(int(k), float(instance.segment_residents[reached[:, k], k].sum()))
        total += float(instance.coverage_weight[k]) * people
    return total


def _once(
    seen: dict[tuple[int, bytes, bytes], float | None], instance: SitingInstance, plan: Decision, k: int
) -> float | None:
    """Only the places of the type matter, so many plans share a program."""
    key = (k, plan.open[:, k].tobytes(), plan.addon[:, k].tobytes())
    if key not in seen:
        seen[key] = served(instance, plan, k)
    return seen[key]


def _floors_hold(instance: SitingInstance, rules: Rules, values: dict[int, float]) -> bool:
    for k, share in rules.coverage_floor:
        people = instance.segment_residents[:, k]
        if instance.assigned[k]:
            inside = people[instance.covered[:, k]].sum() + values[k]
            if inside < share * people.sum() - 1e-6 * max(1.0, share * people.sum()):
                return False
    return True
