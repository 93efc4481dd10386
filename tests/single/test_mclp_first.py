"""The first choice of a maximal covering: by the relaxation's share while it fits."""

from __future__ import annotations

import numpy as np
import pytest
from covering_towns import covering

from models.single import mclp as room
from models.single.cover import merged
from models.single.prices import Priced
from models.solution import SolveOptions


@pytest.mark.parametrize("seed", range(4))
def test_sites_of_the_greatest_shares_come_first(monkeypatch: pytest.MonkeyPatch, seed: int):
    monkeypatch.setattr(room, "climb", lambda board, chosen: chosen)
    reach, weight, cost, _ = covering(seed, 40, 12)
    cover = merged(reach, weight)
    share = np.random.default_rng(seed).permutation(12) / 12
    known = Priced(1e9, np.full(12, 1e9), share)
    chosen = room._first(cover, cost, 40.0, known, SolveOptions(mip_gap=0.0), -np.inf)
    wanted, left = set(), 40.0
    for j in sorted(range(12), key=lambda j: -share[j]):
        if cost[j] <= left:
            wanted.add(j)
            left -= cost[j]
    assert set(np.flatnonzero(chosen).tolist()) == wanted
