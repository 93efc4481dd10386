"""What a looser point says of a tighter one, by enumeration: its bounds, its plan where lawful, its impossibility."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.brute import lexicographic_optimum
from support.instances import random_instance, random_rules

from models.lexicographic import Reference, solve
from models.solution import SolveOptions, Termination
from models.verify import breaches

LEVELS = ("missing_types", "basic_coverage", "equity", "cost")
OPTIONS = SolveOptions(mip_gap=0.0)
TIGHTER = {
    "budget_cny": (None, 300_000.0, 180_000.0, 60_000.0),
    "subsidy_cny_year": (None, 60_000.0, 20_000.0, 0.0),
    "max_sites": (None, 3, 2, 1),
    "max_outlets": (None, 4, 2, 1),
    "coverage_floor": ((), ((0, 0.2),), ((0, 0.6),), ((0, 1.0),)),
}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("limit", TIGHTER)
def test_looser_points_answer_for_tighter_ones(seed: int, limit: str):
    rng = np.random.default_rng([seed, list(TIGHTER).index(limit)])
    instance = random_instance(rng, n_demand=7, n_site=3, n_type=2, hosts=seed % 2)
    base = random_rules(rng, instance, LEVELS)
    wider = None
    for value in TIGHTER[limit]:
        rules = replace(base, **{limit: value})
        wanted = lexicographic_optimum(instance, rules)
        if wider is not None and wider.termination is Termination.INFEASIBLE:
            assert wanted is None
            continue
        if wider is None or wider.decision is None or breaches(instance, rules, wider.decision):
            reference = None if wider is None or wider.decision is None else Reference(wider.levels)
            start = None if wider is None else wider.decision
            wider = solve(instance, rules, OPTIONS, start=start, reference=reference)
        if wanted is None:
            assert wider.termination is Termination.INFEASIBLE
            continue
        assert wider.termination is Termination.OPTIMAL
        assert [level.incumbent for level in wider.levels] == pytest.approx(list(wanted), rel=1e-6, abs=1e-6)
        for level in wider.levels:
            assert level.bound == pytest.approx(level.incumbent, rel=1e-6, abs=1e-6)
