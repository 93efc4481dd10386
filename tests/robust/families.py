"""Families of tiny futures, and their robust optimum by trying every plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from support.brute import MAXIMISED, TOLERANCE, lawful_plans, lexicographic_optimum
from support.instances import random_instance, random_rules
from support.shares import with_assignment

from models.instance import BoolArray, FloatArray, Rules, SitingInstance
from models.lexicographic import solve
from models.robust import Family, Future, judge
from models.solution import Decision, Solution, SolveOptions

EXACT = {"mip_gap": 1e-9, "time_limit_s": 20.0}


def family(
    seed: int,
    levels: tuple[str, ...],
    n: int = 3,
    *,
    walking: bool = False,
    closing: bool = False,
    shares: bool = False,
) -> Family:
    """``n`` futures of one town: residents, costs and walking change, a site may fall away, a host may close.

    ``shares``: some types are shared out over their outlets, most of which can be full.
    """
    rng = np.random.default_rng([seed, len(levels), n])
    size: dict[str, Any] = {"n_demand": 6, "n_site": 3, "n_type": 2, "hosts": 1, "walking": walking}
    base = random_instance(np.random.default_rng(seed), **size)
    slow = random_instance(np.random.default_rng(seed), **size, radius_m=260.0)
    if walking:
        base = replace(base, outlet_walk_m=np.minimum(base.outlet_walk_m, 3000.0))
        slow = replace(slow, outlet_walk_m=base.outlet_walk_m)
    rules = random_rules(rng, base, levels)
    futures = [Future("as is", base, rules, np.ones(3, dtype=bool), 2.0)]
    for s in range(1, n):
        made = changed(rng, slow if s % 2 else base)
        stands = rng.random(3) < 0.8
        futures.append(Future(f"F{s}", made, rules, stands, float(rng.integers(1, 4))))
    if closing:
        futures[-1] = replace(futures[-1], instance=without_hosts(futures[-1].instance))
    if shares:
        futures = [replace(f, instance=with_assignment(np.random.default_rng(seed), f.instance)) for f in futures]
    return Family(futures)


def changed(rng: np.random.Generator, instance: SitingInstance) -> SitingInstance:
    """Other residents, prices and missing outlets."""
    more, dearer = float(rng.choice([0.8, 1.1, 1.3])), float(rng.choice([1.0, 1.2]))
    return replace(
        instance,
        residents=instance.residents * more,
        segment_residents=instance.segment_residents * more,
        open_cost_cny=instance.open_cost_cny * dearer,
        open_budget_cny=instance.open_budget_cny * dearer,
        site_cost_cny=instance.site_cost_cny * dearer,
        site_budget_cny=instance.site_budget_cny * dearer,
        missing_outlets=instance.missing_outlets + rng.integers(0, 2, instance.n_type),
    )


def without_hosts(instance: SitingInstance) -> SitingInstance:
    """All existing hosts closed: their places are gone from every array."""
    n = instance.n_site
    return replace(
        instance,
        host_ids=(),
        host_type=np.zeros(0, dtype=np.int64),
        host_area_m2=np.zeros(0),
        addon_eligible=instance.addon_eligible[:n],
        reach=tuple(r[:, :n] for r in instance.reach),
        walk_m=tuple(w[:, :n] for w in instance.walk_m),
    )


def alone(made: Family, solver: str = "highs") -> list[Solution]:
    """Each future solved alone."""
    options = SolveOptions(solver=solver, **EXACT)
    return [solve(f.instance, rules, options) for f, rules in zip(made.futures, made.rules, strict=True)]


@cache
def references(made: Family) -> FloatArray | None:
    """[s, level]: each future's own optimum by brute force; None where a future has no plan."""
    found = [lexicographic_optimum(f.instance, rules) for f, rules in zip(made.futures, made.rules, strict=True)]
    return None if any(best is None for best in found) else np.array(found)


@cache
def plans_and_values(made: Family) -> tuple[list[Decision], FloatArray]:
    """Every plan that is lawful in every future, and its values [plan, s, level]."""
    first = made.futures[0].instance
    local = replace(first, min_catchment=np.zeros(first.n_type))
    plans = [made.here(0, plan) for plan in lawful_plans(local, Rules(levels=()))]
    judged = [(plan, judge(made, plan)) for plan in plans]
    kept = [(plan, found.values) for plan, found in judged if found.lawful.all()]
    values = np.array([v for _, v in kept]).reshape(len(kept), made.n, len(made.levels))
    return [plan for plan, _ in kept], values


def best_by_trying(made: Family, stages: Sequence[tuple[str, str]], refs: FloatArray | None) -> list[float] | None:
    """The lexicographic optimum of ``stages`` (measure, level), as the solve tells it; None where no plan is lawful."""
    _, values = plans_and_values(made)
    left = np.arange(len(values))
    told = []
    for measure, level in stages:
        if not len(left):
            return None
        column = made.levels.index(level)
        scores = scored(made, measure, level, values[left, :, column], None if refs is None else refs[:, column])
        best = scores.max() if level in MAXIMISED and measure != "worst_regret" else scores.min()
        told.append(float(best))
        left = left[np.abs(scores - best) <= TOLERANCE * max(1.0, abs(best))]
    return told


def scored(made: Family, measure: str, level: str, values: FloatArray, ref: FloatArray | None) -> FloatArray:
    """(plans,): what a measure makes of values [plan, s] of one level."""
    if measure == "expected":
        return np.asarray(values @ made.probability)
    if measure == "worst_value":
        return np.asarray(values.min(axis=1) if level in MAXIMISED else values.max(axis=1))
    assert ref is not None
    return np.asarray(((ref - values) if level in MAXIMISED else (values - ref)).max(axis=1))


def same_plan(a: Decision, b: Decision) -> bool:
    """Both plans put the same types into the same places."""
    pairs: list[tuple[BoolArray, BoolArray]] = [(a.open, b.open), (a.addon, b.addon)]
    return all(np.array_equal(x, y) for x, y in pairs)
