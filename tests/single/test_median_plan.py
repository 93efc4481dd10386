"""The best plan of a median so far: what bound is enough, how often it is looked for, what is kept; the tree's end."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from support.uncompiled import uncompile

from models.single import branch as tree
from models.single import exchange
from models.single import pmedian as room
from models.single.branch import branch
from models.single.pmedian import _Plan
from models.single.priced import relax
from models.single.tables import DenseTable

NONE = np.zeros(0, dtype=np.int64)


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    uncompile(monkeypatch)


def town(seed: int, n: int = 30, n_site: int = 12, whole: bool = True) -> np.ndarray:
    """Whole costs [site, home], or the same but for a fraction."""
    costs = np.random.default_rng(seed).integers(0, 500, (n_site, n)).astype(float)
    return costs if whole else costs + 0.25


def begun(by_site: np.ndarray, p: int, gap: float) -> _Plan:
    return _Plan(by_site, *exchange.interchange(by_site, np.arange(p), 0), gap)


def test_what_bound_is_enough():
    whole, parts = begun(town(1), 3, 0.1), begun(town(1, whole=False), 3, 0.1)
    assert whole.enough(1000.0) == pytest.approx(1000 - 99.9)
    assert parts.enough(1000.0) == pytest.approx(1000 - 99.9)
    whole.gap = parts.gap = 0.0
    assert whole.enough(1000.0) == pytest.approx(999.01)
    assert parts.enough(1000.0) == pytest.approx(1000 - 1e-7, abs=1e-9)


def test_a_plan_is_looked_for_at_the_first_bound_and_then_now_and_then(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(room, "_LOOK_EVERY", 4)
    plan, offered = begun(town(2), 3, 0.0), []
    plan.offer = lambda sites: offered.append(plan.turn)
    for _ in range(10):
        assert plan.look(SimpleNamespace(sites=NONE)) == plan.total
    assert offered == [1, 5, 9]


def test_a_better_plan_is_kept_and_a_short_one_filled_up():
    by_site = town(3)
    plan = begun(by_site, 3, 0.0)
    first = plan.total
    assert first == by_site[:3].min(axis=0).sum()
    total = plan.offer(np.array([7]))
    assert total == plan.total == by_site[plan.sites].min(axis=0).sum() < first
    assert len(set(plan.sites.tolist())) == 3
    kept = plan.sites.copy()
    assert plan.offer(kept) == total
    assert (plan.sites == kept).all()


def hopeless(seed: int):
    """A table and its relaxation at prices that are worth nothing."""
    by_site = town(seed)
    table = DenseTable(by_site, 3)
    return by_site, relax(table, by_site.min(axis=0), NONE, np.arange(len(by_site))), table


def test_a_tree_that_may_not_grow_proves_what_its_root_says(monkeypatch: pytest.MonkeyPatch):
    by_site, root, table = hopeless(4)
    best = begun(by_site, 3, 0.0)
    best.offer(np.arange(3))

    def run(deadline: float = np.inf) -> tuple[float, int]:
        return branch(table, root, root.share, lambda _: best.total, best.offer, best.enough, deadline)

    assert run(-np.inf) == (root.bound, 0)
    monkeypatch.setattr(tree, "_MOST_NODES", 0)
    assert run() == (root.bound, 0)
    monkeypatch.setattr(tree, "_MOST_NODES", 6)
    bound, nodes = run()
    assert root.bound <= bound <= best.total
    assert nodes == 6
    best.gap = 0.99  # the root is enough
    assert run() == (best.enough(best.total), 0)
