"""Tiny instances for curves, and the truth about them by brute force."""

from __future__ import annotations

from dataclasses import replace

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


def exact(solver: str = "highs") -> SolveOptions:
    return SolveOptions(solver=solver, time_limit_s=30.0, mip_gap=0.0)


def case(seed: int, chain: int = 0) -> tuple[SitingInstance, Rules, tuple[float, ...]]:
    """A tiny instance, rules without a budget, and five budgets from 0 to what the dearest lawful plan spends."""
    rng = np.random.default_rng(seed)
    instance = random_instance(rng, n_demand=7, n_site=3, n_type=3)
    rules = replace(random_rules(rng, instance, CHAINS[chain]), budget_cny=None)
    plans = lawful_plans(instance, rules)
    top = max((budget_spent_cny(instance, plan) for plan in plans), default=100_000.0)
    return instance, rules, tuple(np.linspace(0.0, top, 5).tolist())


def truth(
    instance: SitingInstance, rules: Rules, budget: float, plans: list[Decision], keep: Decision | None = None
) -> tuple[float, ...] | None:
    """Lexicographic optimum over those of ``plans`` that the budget pays for and that contain ``keep``."""
    left = [p for p in plans if budget_spent_cny(instance, p) <= budget + 0.005]
    if keep is not None:
        left = [p for p in left if (p.open >= keep.open).all() and (p.addon >= keep.addon).all()]
    if not left:
        return None
    values = []
    for level in with_cost(rules).levels:
        scored = [(level_value(instance, rules, plan, level), plan) for plan in left]
        best = max(v for v, _ in scored) if level in MAXIMISED else min(v for v, _ in scored)
        values.append(best)
        left = [p for v, p in scored if abs(v - best) <= TOLERANCE * max(1.0, abs(best))]
    return tuple(values)
