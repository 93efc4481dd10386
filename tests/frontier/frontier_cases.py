"""Tiny instances for curves, and the truth about them by brute force."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from support.brute import MAXIMISED, TOLERANCE, lawful_plans
from support.instances import random_instance, random_rules

from models.frontier import with_cost
from models.instance import Rules, SitingInstance
from models.solution import Decision, SolveOptions
from models.verify import budget_spent_cny, level_value

CHAINS = (
    ("missing_types", "basic_coverage", "equity", "quality_coverage", "cost"),
    ("basic_coverage", "quality_coverage"),
    ("equity", "missing_types", "cost"),
    ("basic_coverage", "public_coverage", "quality_coverage", "sites", "cost"),
)
N_POINT = 5


@dataclass(frozen=True, eq=False)
class Case:
    """A tiny instance, rules without a budget, all lawful plans, and budgets from 0 to what the dearest spends."""

    instance: SitingInstance
    rules: Rules
    plans: list[Decision]
    budgets: tuple[float, ...]


def exact(solver: str = "highs") -> SolveOptions:
    return SolveOptions(solver=solver, time_limit_s=30.0, mip_gap=0.0)


@cache
def _drawn(seed: int) -> Case:
    rng = np.random.default_rng(seed)
    instance = random_instance(rng, n_demand=6, n_site=3, n_type=3, addons=bool(seed % 2))
    rules = replace(random_rules(rng, instance, CHAINS[0]), budget_cny=None)
    plans = lawful_plans(instance, rules)
    top = max((budget_spent_cny(instance, plan) for plan in plans), default=100_000.0)
    return Case(instance, rules, plans, tuple(np.linspace(0.0, top, N_POINT).tolist()))


def case(seed: int, chain: int = 0) -> Case:
    drawn = _drawn(seed)
    return replace(drawn, rules=replace(drawn.rules, levels=CHAINS[chain]))


def truth(
    c: Case, budget: float, *, keep: Decision | None = None, only: Decision | None = None
) -> tuple[float, ...] | None:
    """Lexicographic optimum over the plans that the budget pays for, that contain ``keep`` and are part of ``only``."""
    left = [p for p in c.plans if budget_spent_cny(c.instance, p) <= budget + 0.005]
    if keep is not None:
        left = [p for p in left if (p.open >= keep.open).all() and (p.addon >= keep.addon).all()]
    if only is not None:
        left = [p for p in left if (p.open <= only.open).all() and (p.addon <= only.addon).all()]
    if not left:
        return None
    values = []
    for level in with_cost(c.rules).levels:
        scored = [(level_value(c.instance, c.rules, plan, level), plan) for plan in left]
        best = max(v for v, _ in scored) if level in MAXIMISED else min(v for v, _ in scored)
        values.append(best)
        left = [p for v, p in scored if abs(v - best) <= TOLERANCE * max(1.0, abs(best))]
    return tuple(values)
