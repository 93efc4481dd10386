"""Searches that find little: the integer program after them still finds the best, and the tree fixes what it may."""

from __future__ import annotations

import numpy as np
import pytest
from covering_towns import best_cover, covering
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from support.uncompiled import uncompile

from models.single import lscp as cheap
from models.single import mclp as most
from models.single.branch import _fixed
from models.single.priced import relax
from models.single.tables import DenseTable
from models.solution import SolveOptions, Termination

EXACT = SolveOptions(mip_gap=0.0)


@pytest.mark.parametrize("seed", range(4))
def test_a_poor_cover_is_bettered(monkeypatch: pytest.MonkeyPatch, seed: int):
    reach, _, cost, _ = covering(seed, 100, 25, radius=0.22)
    lived = np.asarray(reach.sum(axis=1)).ravel() > 0
    dense = reach.toarray().astype(bool)[lived]
    ones = sparse.csr_array(dense)
    best = milp(cost, constraints=LinearConstraint(dense.astype(float), 1.0), integrality=1, bounds=Bounds(0, 1))
    monkeypatch.setattr(cheap, "_grown", lambda cover, *_: np.ones(cover.n_site, dtype=bool))
    answer = cheap.lscp(ones, cost=cost, options=EXACT)
    assert (answer.value, answer.bound) == pytest.approx((best.fun, best.fun))
    assert dense[:, answer.sites].any(axis=1).all()
    assert answer.termination is Termination.OPTIMAL


@pytest.mark.parametrize("seed", range(4))
def test_a_poor_choice_is_bettered(monkeypatch: pytest.MonkeyPatch, seed: int):
    reach, weight, cost, _ = covering(seed, 30, 9)
    monkeypatch.setattr(most, "_first", lambda cover, *_: np.zeros(cover.n_site, dtype=bool))
    answer = most.mclp(reach, weight, cost=cost, budget=25.0, options=EXACT)
    assert answer.value == pytest.approx(best_cover(reach, weight, cost, 25.0))
    assert answer.bound == pytest.approx(answer.value)
    assert cost[answer.sites].sum() <= 25.0


@pytest.mark.parametrize("seed", range(6))
def test_what_a_node_fixes(monkeypatch: pytest.MonkeyPatch, seed: int):
    """A site whose opening costs too much goes, one whose closing does is opened, and with three opened all is said."""
    uncompile(monkeypatch)
    rng = np.random.default_rng(seed)
    by_site = rng.integers(0, 500, (9, 25)).astype(float)
    table, none = DenseTable(by_site, 3), np.zeros(0, dtype=np.int64)
    node = relax(table, by_site.mean(axis=0), none, np.arange(9))
    often = rng.random(9)
    for enough in node.bound + np.array([1e6, 200.0, 50.0, 1.0]):
        out = {j for j in range(9) if node.bound + node.entry[j] >= enough}
        into = {j for j in range(9) if node.bound + node.exit[j] >= enough}
        found = _fixed(table, node, often, enough)
        if out & into or len(into) > 3:
            assert found is None
            continue
        fixed, seen = found
        assert set(fixed.opened.tolist()) == into
        assert set(fixed.free.tolist()) == (set() if len(into) == 3 else set(range(9)) - out - into)
        assert seen.tolist() == often[fixed.free].tolist()
