"""Where no time is left to climb step by step, one program finds plans as far away, with the same bound."""

from __future__ import annotations

import numpy as np
import pytest
from support.instances import random_instance

from models import alternatives as room
from models.alternatives import alternatives
from models.instance import Rules
from models.lexicographic import solve
from models.solution import SolveOptions

EXACT = SolveOptions(mip_gap=1e-9, time_limit_s=20)


@pytest.mark.parametrize("seed", [0, 1, 2, 4])
def test_the_whole_program_goes_as_far_as_the_climb(monkeypatch: pytest.MonkeyPatch, seed: int):
    rng = np.random.default_rng(seed)
    instance = random_instance(rng, 7, 4, 2, viability=False, conflicts=False)
    rules = Rules(levels=("basic_coverage", "cost"))
    best = solve(instance, rules, EXACT)
    found = []
    for climb_s in (room.CLIMB_S, 0.0):
        monkeypatch.setattr(room, "CLIMB_S", climb_s)
        found.append(alternatives(instance, rules, best, EXACT, count=1, within=0.4))
    told = [[(plan.difference, plan.services, plan.bound) for plan in one.plans] for one in found]
    assert told[0] == told[1]
    assert told[0]
    assert found[0].furthest == found[1].furthest
