"""How far plans are from one another: counted by sets against the counts over columns."""

from __future__ import annotations

import numpy as np
import pytest
from support.instances import random_instance, random_rules

from models.columns import lay_out
from models.completion import complete
from models.nearness import pairs_of, service_difference, site_difference
from models.solution import Decision


def services(plan: Decision, sites: set[int], n_site: int) -> set[tuple[int, int]]:
    """(place, type) of the services at ``sites`` and at existing outlets."""
    carried = plan.addon.copy()
    carried[:n_site] |= plan.open
    return {(int(p), int(k)) for p, k in np.argwhere(carried) if p in sites or p >= n_site}


@pytest.mark.parametrize("seed", range(6))
def test_differences_are_those_of_sets(seed: int):
    rng = np.random.default_rng(seed)
    instance = random_instance(rng, n_demand=6, n_site=4, n_type=3, hosts=2)
    problem = lay_out(instance, random_rules(rng, instance, ("basic_coverage", "cost")))
    plans = []
    for _ in range(12):
        plan = Decision.empty(instance)
        plan.open[problem.open_site, problem.open_type] = rng.random(len(problem.open_site)) < 0.4
        plan.addon[problem.addon_place, problem.addon_type] = rng.random(len(problem.addon_place)) < 0.3
        plan.addon[: instance.n_site] &= plan.sites_used[:, None] & ~plan.open
        plans.append(plan)
    for one in plans:
        near, close = site_difference(problem, one), service_difference(problem, one)
        for other in plans:
            point = complete(problem, other)
            mine, theirs = (set(np.flatnonzero(p.sites_used).tolist()) for p in (one, other))
            apart = len(mine ^ theirs)
            assert near.coefficients @ point + near.constant == apart
            both = mine & theirs
            changed = services(one, both, instance.n_site) ^ services(other, both, instance.n_site)
            assert close.coefficients @ point + close.constant == pytest.approx(
                pairs_of(problem) * apart + len(changed)
            )
