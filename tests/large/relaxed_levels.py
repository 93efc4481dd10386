"""Relaxations of small coverage levels: money, sites and subsidy are limited; what counts is who is reached."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.assemble import assemble
from models.columns import lay_out
from models.large.lagrangian import Split, split
from models.objectives import objective
from models.reduction import reduce
from tests.support.instances import random_instance, random_rules


def relaxed(seed: int, n_demand: int = 20, n_site: int = 8, budget_cny: float = 250e3, max_sites: int = 4) -> Split:
    """Four types; no pair is locked in."""
    rng = np.random.default_rng(seed)
    instance = random_instance(rng, n_demand=n_demand, n_site=n_site, n_type=4)
    rules = replace(random_rules(rng, instance, ("basic_coverage",)), budget_cny=budget_cny, max_sites=max_sites)
    problem = lay_out(instance, replace(rules, lock_in_sites=np.zeros(0, int), lock_in_pairs=np.zeros((0, 2), int)))
    model = assemble(problem)
    return split(problem, model, reduce(model, objective("basic_coverage", problem)))
