"""The columns of a plan by years, one by one: a column is there where it can be more than 0 and somebody asks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from support.yearly import yearly_case

from models.columns import Problem, lay_out
from models.instance import Rules, SitingInstance, Tier

TIERS = {"basic_coverage": Tier.BASIC, "public_coverage": Tier.PUBLIC, "quality_coverage": Tier.QUALITY}


def opens_by(instance: SitingInstance, rules: Rules, problem: Problem, t: int) -> set[tuple[int, int]]:
    """(site, type) that may be there by the end of phase t."""
    phases = rules.phases
    money = float(phases.budget_cny[: t + 1].sum())
    later = {(int(j), int(k)) for j, k, first in rules.lock_in_phases if first > t}
    return {
        (int(j), int(k))
        for j, k in zip(problem.open_site, problem.open_type, strict=True)
        if phases.available[j] <= t
        and instance.open_budget_cny[j, k] + instance.site_budget_cny[j] <= money + 0.01
        and (int(j), int(k)) not in later
    }


def addons_by(
    instance: SitingInstance, rules: Rules, problem: Problem, t: int, opens: set[tuple[int, int]]
) -> set[tuple[int, int]]:
    """(place, type) of add-on services that may be there: a host is, or is an existing outlet."""
    money = float(rules.phases.budget_cny[: t + 1].sum())
    return {
        (int(p), int(k))
        for p, k in zip(problem.addon_place, problem.addon_type, strict=True)
        if instance.addon_cost_cny[k] <= money + 0.01
        and (p >= instance.n_site or any(j == p and instance.hosts[host, k] for j, host in opens))
    }


@pytest.mark.parametrize("seed", range(16))
def test_a_column_is_there_where_it_can_be_more_than_nothing(seed: int):
    instance, rules = yearly_case(seed, 3, 3)
    problem = lay_out(instance, rules)
    early, groups = problem.early, problem.groups
    counted = {
        k
        for level, tier in TIERS.items()
        if level in rules.levels
        for k in range(instance.n_type)
        if instance.tier[k] == tier and instance.coverage_weight[k] > 0
    }
    falls = [after < before for before, after in pairwise(rules.phases.worth)]
    assert early.n_layer == 2
    for t in range(2):
        opens = opens_by(instance, rules, problem, t)
        addons = addons_by(instance, rules, problem, t, opens)
        there = opens | addons
        assert _of(early.open, t, problem.open_site, problem.open_type) == opens
        assert set(np.flatnonzero(early.used[t] >= 0).tolist()) == {j for j, _ in opens}
        assert _of(early.addon, t, problem.addon_place, problem.addon_type) == addons
        reached = {
            g
            for g in range(groups.n)
            if falls[t]
            and groups.type_[g] in counted
            and any((p, int(groups.type_[g])) in there for p in groups.reach[[g]].indices.tolist())
        }
        assert set(np.flatnonzero(early.cover[t] >= 0).tolist()) == reached
        fills = {
            f
            for f, (zone, k) in enumerate(zip(problem.fill_zone, problem.fill_type, strict=True))
            if falls[t] and any(k == other and instance.by_zone.inside[zone, p] for p, other in there)
        }
        assert set(np.flatnonzero(early.fill[t] >= 0).tolist()) == fills
    for _, table in early.tables():
        assert table[table >= 0].tolist() == list(range(int((table >= 0).sum())))


def _of(table: np.ndarray, t: int, place: np.ndarray, type_: np.ndarray) -> set[tuple[int, int]]:
    return {(int(place[n]), int(type_[n])) for n in np.flatnonzero(table[t] >= 0)}
