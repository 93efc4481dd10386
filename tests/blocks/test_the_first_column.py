"""Column 0 counts like any other: it is the only outlet of a town."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.brute import lexicographic_optimum
from support.instances import random_instance

from models.columns import lay_out
from models.instance import Rules, SitingInstance, Tier
from models.lexicographic import solve
from models.solution import SolveOptions

EXACT = SolveOptions(mip_gap=1e-9, time_limit_s=20)


def one_choice() -> SitingInstance:
    """One room, one type, everybody near and nobody served."""
    rng = np.random.default_rng(3)
    instance = random_instance(rng, 6, 1, 1, walking=True, viability=False, addons=False, radius_m=3000.0)
    return replace(
        instance,
        eligible=np.ones((1, 1), dtype=bool),
        covered=np.zeros((6, 1), dtype=bool),
        rivals=np.zeros((6, 1), dtype=np.int64),
        tier=np.array([int(Tier.BASIC)]),
        missing_outlets=np.ones(1, dtype=np.int64),
        segment_residents=instance.residents[:, None],
        site_area_m2=np.full(1, 1e3),
        outlet_walk_m=np.full((6, 1), 3000.0),
    )


@pytest.mark.parametrize("level", ["basic_coverage", "missing_types", "walking"])
def test_the_only_choice_is_made(level: str):
    instance, rules = one_choice(), Rules(levels=(level, "cost"))
    assert lay_out(instance, rules).column("open").tolist() == [0]
    found = solve(instance, rules, EXACT)
    assert [v.incumbent for v in found.levels] == pytest.approx(list(lexicographic_optimum(instance, rules)))
    assert found.decision.open.all()


def test_an_outlet_that_can_be_full_serves_what_it_can():
    full = {"assigned": np.ones(1, dtype=bool), "outlet_serves": np.full(1, 50.0), "addon_serves": np.full(1, np.inf)}
    instance = replace(one_choice(), **full)
    found = solve(instance, Rules(levels=("basic_coverage",)), EXACT)
    assert found.levels[0].incumbent == pytest.approx(50.0 * instance.coverage_weight[0])
