"""Plans by years on tiny instances: random phases, and brute force over every plan and every schedule of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
from support.brute import MAXIMISED, TOLERANCE, lawful_plans
from support.instances import random_instance, random_rules

from models.instance import Phases, Rules, SitingInstance
from models.solution import Decision
from models.verify import breaches, level_value

LEVELS = ("missing_types", "basic_coverage", "equity", "quality_coverage", "cost")


def random_phases(rng: np.random.Generator, instance: SitingInstance, n: int) -> Phases:
    """Budgets that bind often; some rooms are free late, one in ten never."""
    free = rng.choice([0, 0, 0, 1, n], instance.n_site)
    return Phases(
        budget_cny=rng.integers(60, 260, n) * 1000.0,
        worth=float(rng.choice([0.5, 0.9, 1.0])) ** np.arange(n),
        available=np.minimum(free, n).astype(np.int64),
        carry_over=bool(rng.random() < 0.5),
    )


def yearly_case(seed: int, n_phase: int = 2, n_site: int = 2) -> tuple[SitingInstance, Rules]:
    """A random instance with every feature and rules by years."""
    rng = np.random.default_rng([seed, 77])
    n_type, hosts = int(rng.integers(2, 4)), int(rng.integers(0, 2))
    instance = random_instance(rng, int(rng.integers(4, 8)), n_site, n_type, hosts=hosts, viability=seed % 3 > 0)
    drawn = random_rules(rng, instance, LEVELS)
    phases = random_phases(rng, instance, n_phase)
    locks = drawn.lock_in_pairs
    committed = np.column_stack([locks, rng.integers(0, n_phase, len(locks))]).astype(np.int64)
    return instance, replace(drawn, phases=phases, lock_in_phases=committed if seed % 2 else committed[:0])


def schedules(decision: Decision, n_phase: int) -> Iterator[Decision]:
    """Every way to give each pair of a plan a phase."""
    opens, addons = np.argwhere(decision.open), np.argwhere(decision.addon)
    for choice in product(range(n_phase), repeat=len(opens) + len(addons)):
        open_phase = np.full(decision.open.shape, -1, dtype=np.int64)
        addon_phase = np.full(decision.addon.shape, -1, dtype=np.int64)
        open_phase[decision.open] = choice[: len(opens)]
        addon_phase[decision.addon] = choice[len(opens) :]
        yield replace(decision, open_phase=open_phase, addon_phase=addon_phase)


def lawful_yearly_plans(instance: SitingInstance, rules: Rules) -> list[Decision]:
    """Every plan and schedule without a breach. Plans whose end state is unlawful anyway are cut first."""
    assert rules.phases is not None
    end_state = replace(rules, phases=None, lock_in_phases=rules.lock_in_phases[:0], budget_cny=rules.capital_cny)
    return [
        timed
        for plan in lawful_plans(instance, end_state)
        for timed in schedules(plan, rules.phases.n)
        if not breaches(instance, rules, timed)
    ]


def yearly_optimum(instance: SitingInstance, rules: Rules) -> tuple[float, ...] | None:
    """Best value of each level in turn, the levels above held; None where no plan is lawful."""
    plans = lawful_yearly_plans(instance, rules)
    values = []
    for level in rules.levels:
        scored = [(level_value(instance, rules, plan, level), plan) for plan in plans]
        if not scored:
            return None
        best = max(v for v, _ in scored) if level in MAXIMISED else min(v for v, _ in scored)
        values.append(best)
        plans = [plan for value, plan in scored if abs(value - best) <= TOLERANCE * max(1.0, abs(best))]
    return tuple(values)
