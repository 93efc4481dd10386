"""Tiny nations, and the truth about them by trying every mix of every circle's lawful plans."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
from support.brute import lawful_plans
from support.instances import random_instance, random_rules

from models.nation import Circle
from models.solution import SolveOptions
from models.verify import budget_spent_cny, level_value

LEVELS = ("missing_types", "basic_coverage", "cost")
SIGNS = np.array([1.0, 1.0, -1.0])
EXACT = SolveOptions(mip_gap=0.0, time_limit_s=30.0)


@cache
def tiny(seed: int, n: int = 3) -> tuple[tuple[Circle, ...], tuple[np.ndarray, ...]]:
    """Circles, and of each circle the lawful plans that no other beats: rows of money and values (more is better)."""
    rng = np.random.default_rng([32, seed])
    circles, tables = [], []
    for c in range(n):
        instance = random_instance(rng, n_demand=5, n_site=3, n_type=3, addons=bool((seed + c) % 2))
        rules = replace(random_rules(rng, instance, LEVELS), budget_cny=None, levels=LEVELS)
        rows = [
            (budget_spent_cny(instance, p), *(SIGNS * [level_value(instance, rules, p, v) for v in LEVELS]))
            for p in lawful_plans(instance, rules)
        ]
        table = np.array(rows).reshape(-1, 4)
        better = np.column_stack([-table[:, 0], table[:, 1:]])
        beaten = [(np.all(better >= row, axis=1) & np.any(better > row, axis=1)).any() for row in better]
        circles.append(Circle(f"N{c}", instance, rules))
        tables.append(np.unique(table[~np.array(beaten, dtype=bool)], axis=0))
    return tuple(circles), tuple(tables)


def truth(tables: tuple[np.ndarray, ...], capital: float) -> tuple[float, ...] | None:
    """Lexicographic optimum over all mixes, in values (more is better); None where there is no mix."""
    best = None
    for rows in product(*tables):
        total = np.sum(rows, axis=0)
        if total[0] <= capital + 0.005:
            found = tuple(np.round(total[1:], 6))
            best = found if best is None or found > best else best
    return best


def best_held(tables: tuple[np.ndarray, ...], capital: float, held: list[float], level: int) -> float:
    """The most of one level over all mixes that keep the levels before it at ``held``."""
    totals = (np.sum(rows, axis=0) for rows in product(*tables))
    fits = [t for t in totals if t[0] <= capital + 0.005 and all(t[1 + m] >= h - 1e-6 for m, h in enumerate(held))]
    return max(t[1 + level] for t in fits)


def dearest(tables: tuple[np.ndarray, ...]) -> float:
    """Money of the dearest mix."""
    return float(sum(table[:, 0].max() for table in tables if len(table)))
