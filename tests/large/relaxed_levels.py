"""Relaxations of small coverage levels: money, sites and subsidy are limited; what counts is who is reached."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from models.assemble import assemble
from models.columns import lay_out
from models.completion import complete, decision_of
from models.instance import FloatArray, Rules, SitingInstance
from models.large.incumbent import Incumbent
from models.large.lagrangian import Split, split
from models.large.relaxation import Relaxation
from models.objectives import objective
from models.reduction import reduce
from models.solution import SolveOptions
from tests.support.instances import random_instance, random_rules


def relaxed(seed: int, n_demand: int = 20, n_site: int = 8, budget_cny: float = 250e3, max_sites: int = 4) -> Split:
    """Four types; no pair is locked in."""
    rng = np.random.default_rng(seed)
    instance = random_instance(rng, n_demand=n_demand, n_site=n_site, n_type=4)
    rules = replace(random_rules(rng, instance, ("basic_coverage",)), budget_cny=budget_cny, max_sites=max_sites)
    problem = lay_out(instance, replace(rules, lock_in_sites=np.zeros(0, int), lock_in_pairs=np.zeros((0, 2), int)))
    model = assemble(problem)
    return split(problem, model, reduce(model, objective("basic_coverage", problem)))


def level(instance: SitingInstance, rules: Rules) -> tuple[Relaxation, Incumbent] | None:
    """The coverage of basic types, to be solved to the end; None where nothing of it is left to decide."""
    problem = lay_out(instance, rules)
    model, goal = assemble(problem), objective("basic_coverage", problem)
    small = reduce(model, goal)
    if small.impossible or not small.kept.any():
        return None
    best = Incumbent(problem, model, goal, SolveOptions(mip_gap=1e-9, time_limit_s=20))
    return Relaxation(problem, model, small, None), best


def tiny_level(case: int, n_type: int, steps: int) -> tuple[Relaxation, Incumbent]:
    """The first level of 5 to 10 pairs from seed 100 ``case`` on, after some steps of the descent."""
    for seed in range(100 * case, 100 * case + 100):
        rng = np.random.default_rng(seed)
        instance = random_instance(rng, n_demand=15, n_site=5, n_type=n_type, viability=False)
        found = level(instance, Rules(levels=("basic_coverage",), budget_cny=150e3, max_sites=3))
        if found is not None:
            found[0].descent.go(-math.inf, steps, math.inf)
            if 5 <= len(found[0].pair) <= 10:
                return found
    raise AssertionError("no such instance")


def every_plan(relaxed: Relaxation, best: Incumbent) -> Iterator[FloatArray]:
    """Completed points of all lawful choices of pairs."""
    for bits in itertools.product((0.0, 1.0), repeat=len(relaxed.pair)):
        values = relaxed.shares()
        values[relaxed.pair] = bits
        point = complete(best.problem, decision_of(best.problem, values))
        if best.model.admits(point) and (np.round(point[relaxed.pair]) == bits).all():
            yield point
