"""Covers step by step: what is asked for, what HiGHS gets, which answer is taken, which bound holds."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from covering_towns import best_cover, covering
from scipy import sparse

from models.backends import BackendResult
from models.errors import ModelError
from models.linear import Kind
from models.single import lscp as cheap
from models.single import mclp as most
from models.single import prices
from models.single.cover import check_arrays, merged, replaced_sites
from models.single.mclp import _close, _on_lattice, check_purse
from models.single.prices import Priced, best_prices, bound_of, covering_goal, covering_model
from models.solution import SolveOptions, Termination

REACH = sparse.csr_array(np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1]], dtype=bool))
WEIGHT, COST = np.array([5.0, 3.0, 2.0, 4.0]), np.array([2.0, 1.0, 2.0])
COVER = merged(REACH, WEIGHT)
"""Sites reach 8, 5 and 4."""


def test_a_purse_is_a_number_of_sites_or_a_budget():
    for given in (
        (None, None, None),
        (2, None, 3.0),
        (2, COST, 3.0),
        (None, None, 3.0),
        (None, COST, None),
        (2, COST, None),
    ):
        with pytest.raises(ModelError, match="give either p, or cost and budget"):
            check_purse(REACH, *given)
    for given in ((-1, None, None), (None, COST, -0.5), (None, COST, np.inf), (None, COST, np.nan)):
        with pytest.raises(ModelError, match="p or budget is"):
            check_purse(REACH, *given)
    units, purse = check_purse(REACH, 2, None, None)
    assert (units.tolist(), purse) == ([1.0, 1.0, 1.0], 2.0)
    assert check_purse(REACH, 0, None, None)[1] == 0.0
    same, purse = check_purse(REACH, None, [2, 1, 2], 0.0)
    assert (same.tolist(), same.dtype, purse) == ([2.0, 1.0, 2.0], float, 0.0)


def test_all_that_is_wrong_with_arrays():
    bad = np.array([1.0, np.nan, -1.0])
    with pytest.raises(ModelError) as caught:
        check_arrays(REACH, bad, np.append(COST, np.inf))
    assert str(caught.value) == (
        "weight has shape (3,), reach has 4 rows; cost has shape (4,), reach has 3 columns; "
        "weight holds a negative or non-finite value; cost holds a negative or non-finite value"
    )
    check_arrays(REACH, np.zeros(4), np.zeros(3))


def test_rows_and_sites_that_say_nothing_go():
    """Rows 0 and 2 are reached alike, 1 by nobody, 3 is worth nothing."""
    reach = sparse.csr_array(np.array([[1, 0, 1], [0, 0, 0], [1, 0, 1], [1, 1, 0], [0, 1, 0]], dtype=bool))
    cover = merged(reach, np.array([1.0, 9.0, 2.0, 0.0, 4.0]))
    assert sorted(zip(cover.reach.toarray().tolist(), cover.weight.tolist(), strict=True)) == [
        ([0.0, 1.0, 0.0], 4.0), ([1.0, 0.0, 1.0], 3.0)]  # fmt: skip
    assert (cover.n_row, cover.n_site, cover.site.tolist()) == (2, 3, [0, 1, 2])
    assert (cover.of_site.toarray() == cover.reach.toarray().T).all()
    assert [cover.value(np.array(on, dtype=bool)) for on in ([0, 0, 0], [1, 0, 1], [0, 1, 0], [1, 1, 1])] == [
        0,
        3,
        4,
        7,
    ]
    assert replaced_sites(cover, np.ones(3)).tolist() == [False, False, True]
    assert replaced_sites(cover, np.array([2.0, 1.0, 1.0])).tolist() == [True, False, False]
    kept = cover.kept(np.array([False, True, True]))
    assert (kept.site.tolist(), sorted(kept.weight.tolist())) == ([1, 2], [3.0, 4.0])
    nobody = merged(reach, np.zeros(5))
    assert (nobody.n_row, nobody.n_site) == (0, 3)
    again = merged(sparse.csr_array(reach[:, [2, 1]]), np.ones(5), np.array([7, 5]))
    assert again.site.tolist() == [7, 5]


def test_a_bound_by_hand():
    """At prices 4, 9 (lowered to 3), 1 and 2 sites gain 7, 4 and 2; 3 are spent: two whole ones, none in part."""
    m = np.array([4.0, 9.0, 1.0, 2.0])[[WEIGHT.tolist().index(w) for w in COVER.weight]]
    share = np.array([0.5, 0.25, 0.0])
    known = bound_of(COVER, COST, 3.0, m, share)
    assert known.bound == pytest.approx((1 + 0 + 1 + 2) + 7 + 4, abs=1e-9)
    assert known.bound > 15.0
    assert known.share is share
    assert known.with_site == pytest.approx(known.bound - np.array([0.0, 0.0, 0.0]))
    part = bound_of(COVER, COST, 2.0, m, share)
    assert part.bound == pytest.approx(4 + 4 + 0.5 * 7, abs=1e-9)
    assert part.bound - part.with_site == pytest.approx([0.0, 0.0, 3.5 * 2 - 2])
    free = bound_of(COVER, np.array([2.0, 0.0, 2.0]), 1.0, m, share)
    assert free.bound == pytest.approx(4 + 4 + 0.5 * 7, abs=1e-9)
    rich = bound_of(COVER, COST, 50.0, m, share)
    assert rich.bound == pytest.approx(4 + 13, abs=1e-9)
    assert rich.with_site == pytest.approx(np.full(3, rich.bound))
    none = bound_of(COVER, COST, 0.0, m, share)
    assert none.bound == pytest.approx(4.0, abs=1e-9)
    little = bound_of(COVER, COST, 0.5, m, share)
    assert little.bound == pytest.approx(4 + 0.5 * 4, abs=1e-9)
    below = bound_of(COVER, COST, 3.0, -m, share)
    assert below.bound == pytest.approx(14.0, abs=1e-9)


def test_without_prices_half_of_every_weight(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(prices, "interior_point", lambda *_: None)
    known = best_prices(COVER, COST, 3.0, SolveOptions())
    half = bound_of(COVER, COST, 3.0, COVER.weight / 2, known.share)
    assert known.bound == half.bound
    assert known.share.tolist() == [4.0, 2.5, 2.0]
    point = SimpleNamespace(price=np.array([1.0, 2.0, 0.5, 0.25, 99.0]), values=np.arange(7.0))
    monkeypatch.setattr(prices, "interior_point", lambda *_: point)
    known = best_prices(COVER, COST, 3.0, SolveOptions())
    assert known.share.tolist() == [4.0, 5.0, 6.0]
    assert known.bound == bound_of(COVER, COST, 3.0, point.price[:4], known.share).bound


def test_the_program_of_a_cover():
    model, aim = covering_model(COVER, COST, 3.0), covering_goal(COVER)
    n = COVER.n_row
    wanted = np.vstack([np.hstack([np.eye(n), -COVER.reach.toarray()]), np.append(np.zeros(n), COST)])
    assert (model.matrix.toarray() == wanted).all()
    assert model.row_upper.tolist() == [0.0] * n + [3.0]
    assert not np.isfinite(model.row_lower).any()
    assert (model.col_lower.tolist(), model.col_upper.tolist()) == ([0.0] * 7, [1.0] * 7)
    assert model.kind.tolist() == [int(Kind.IMPLIED)] * n + [int(Kind.INTEGER)] * 3
    assert model.column_names() == ["y[0]", "y[1]", "y[2]", "y[3]", "x[0]", "x[1]", "x[2]"]
    assert model.row_names() == ["cover[0]", "cover[1]", "cover[2]", "cover[3]", "purse"]
    assert (aim.sense, aim.coefficients.tolist()) == ("max", [*COVER.weight.tolist(), 0.0, 0.0, 0.0])
    whole = cheap.program(COVER)
    assert (whole.matrix.toarray() == COVER.reach.toarray()).all()
    assert whole.row_lower.tolist() == [1.0] * n
    assert not np.isfinite(whole.row_upper).any()
    assert whole.column_names() == ["x[0]", "x[1]", "x[2]"]
    assert whole.kind.tolist() == [int(Kind.INTEGER)] * 3
    assert (whole.col_lower.tolist(), whole.col_upper.tolist()) == ([0.0] * 3, [1.0] * 3)
    assert whole.row_names() == [""] * n


def asked(monkeypatch: pytest.MonkeyPatch, module: Any, sites: list[int] | None, bound: float | None) -> list[Any]:
    """HiGHS as one that always answers this; what it was asked."""
    seen: list[Any] = []

    def solve(model: Any, aim: Any, options: Any, start: Any = None, target: Any = None) -> BackendResult:
        seen.append(SimpleNamespace(model=model, aim=aim, options=options, start=start, target=target))
        values = None if sites is None else np.zeros(model.n_col)
        if values is not None:
            values[[model.column_names().index(f"x[{j}]") for j in sites]] = 1.0
        return BackendResult(Termination.FEASIBLE, values, None, bound, 0.0)

    monkeypatch.setattr(module, "backend", lambda name: SimpleNamespace(solve=solve))
    return seen


@pytest.mark.parametrize(
    ("sites", "bound", "chosen", "said"),
    [
        ([0, 1], 12.0, [0, 1], 12.0),  # 10 for 3: better
        ([0, 1], 5.0, [0, 1], 9.0),  # who was left out could have 9
        ([0, 1], 30.0, [0, 1], 20.0),  # what was known before is less
        ([1], 12.0, [0], 12.0),  # 5 is worse than 8
        (None, 12.0, [0], 12.0),
        (None, None, [0], 20.0),
    ],
)
def test_what_an_integer_program_says_of_a_choice(monkeypatch, sites: Any, bound: Any, chosen: list[int], said: float):
    seen = asked(monkeypatch, most, sites, bound)
    known = Priced(20.0, np.array([2.0, 20.0, 9.0]), np.zeros(3))
    at = np.array([True, False, False])
    found, proven = _close(COVER, COST, 3.0, known, at, SolveOptions(mip_gap=0.25))
    assert np.flatnonzero(found).tolist() == chosen
    assert proven == said
    (call,) = seen
    assert call.model.column_names()[-2:] == ["x[0]", "x[1]"]  # site 2 has 9 at most, 8 and the gap are 9.998
    assert call.start[-2:].tolist() == [1.0, 0.0]
    assert sorted(call.start[:-2].tolist()) == [0.0, 1.0, 1.0]
    assert call.model.row_upper[-1] == 3.0


def test_a_choice_beyond_the_purse_is_not_taken(monkeypatch: pytest.MonkeyPatch):
    asked(monkeypatch, most, [0, 1, 2], 14.0)
    known = Priced(20.0, np.full(3, 20.0), np.zeros(3))
    for purse, taken in ((4.999, False), (5.0, True), (5.0 * (1 - 0.5e-9), True)):
        found, _ = _close(COVER, COST, purse, known, np.array([True, False, False]), SolveOptions())
        assert found.all() == taken


def test_who_costs_the_whole_purse_may_be_chosen(monkeypatch: pytest.MonkeyPatch):
    seen = []
    monkeypatch.setattr(most, "best_prices", lambda cover, *rest: seen.append(cover) or Priced(99.0, None, None))
    monkeypatch.setattr(most, "_first", lambda cover, *_: np.zeros(cover.n_site, dtype=bool))
    monkeypatch.setattr(most, "_close", lambda cover, *_: (np.ones(cover.n_site, dtype=bool), 7.7))
    answer = most.mclp(REACH, WEIGHT, cost=COST, budget=1.0, options=SolveOptions(mip_gap=0.0))
    assert [cover.site.tolist() for cover in seen] == [[1]]
    assert (answer.sites.tolist(), answer.value, answer.bound) == ([1], 5.0, 7.0)
    assert answer.termination is Termination.FEASIBLE
    assert 0 < answer.seconds < 5
    nobody = most.mclp(REACH, WEIGHT, cost=COST, budget=0.9)
    assert (nobody.sites.tolist(), nobody.value, nobody.termination) == ([], 0.0, Termination.OPTIMAL)
    monkeypatch.setattr(most, "best_prices", lambda *_: Priced(5.0, None, None))
    monkeypatch.setattr(most, "_first", lambda cover, *_: np.ones(cover.n_site, dtype=bool))
    monkeypatch.setattr(most, "_close", None)
    met = most.mclp(REACH, WEIGHT, cost=COST, budget=1.0, options=SolveOptions(mip_gap=0.0))
    assert (met.bound, met.termination) == (5.0, Termination.OPTIMAL)


def test_bounds_on_a_lattice():
    assert [_on_lattice(b, np.array([1.0, 4.0])) for b in (6.9, 7.0 - 1e-7, 7.0)] == [6.0, 7.0, 7.0]
    assert _on_lattice(6.9, np.array([1.0, 4.5])) == 6.9
    assert [cheap._on_lattice(b, True) for b in (6.1, 7.0 + 1e-7, 7.0)] == [7.0, 7.0, 7.0]
    assert cheap._on_lattice(6.1, False) == 6.1


def test_search_gets_a_share_of_the_time_and_other_seeds(monkeypatch: pytest.MonkeyPatch):
    seen = []
    monkeypatch.setattr(most, "climb", lambda board, chosen: chosen)
    monkeypatch.setattr(most, "refill", lambda board, chosen, *rest: seen.append(rest) or chosen)
    known, options = Priced(99.0, None, np.array([0.1, 0.9, 0.5])), SolveOptions(mip_gap=0.0, seed=5)
    chosen = most._first(COVER, COST, 3.0, known, options, np.inf)
    assert np.flatnonzero(chosen).tolist() == [1, 2]
    assert seen == [(20_000, (3, 4, 2)[n % 3], 5 + n) for n in range(8)]
    seen.clear()
    clock = iter([100.0, 102.9, 103.1])
    monkeypatch.setattr(most, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    most._first(COVER, COST, 3.0, known, options, 110.0)
    assert len(seen) == 1
    met = Priced(9.0, None, known.share)
    monkeypatch.setattr(most, "time", time)
    seen.clear()
    most._first(COVER, COST, 3.0, met, options, np.inf)
    assert seen == []
    better = np.array([True, True, False])
    monkeypatch.setattr(most, "refill", lambda *_: better)
    assert most._first(COVER, COST, 3.0, known, options, np.inf) is better


@pytest.mark.parametrize("seed", range(4))
def test_a_cover_without_an_interior_point(monkeypatch: pytest.MonkeyPatch, seed: int):
    reach, weight, cost, _ = covering(seed, 30, 9)
    lived = np.asarray(reach.sum(axis=1)).ravel() > 0
    ones = sparse.csr_array(reach[lived])
    exact = SolveOptions(mip_gap=0.0)
    wanted = cheap.lscp(ones, cost=cost, options=exact)
    monkeypatch.setattr(cheap, "interior_point", lambda *_: None)
    monkeypatch.setattr(prices, "interior_point", lambda *_: None)
    found = cheap.lscp(ones, cost=cost, options=exact)
    assert (found.value, found.bound) == (wanted.value, wanted.bound)
    assert most.mclp(reach, weight, p=2, options=exact).value == best_cover(reach, weight, np.ones(9), 2)


RING = sparse.csr_array(np.array([[1, 1, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 1, 1, 0], [0, 0, 0, 1, 1], [1, 0, 0, 0, 1]]))
"""Five homes, each between two sites: three sites at least; the relaxation opens a half of each."""


def covered(monkeypatch: pytest.MonkeyPatch, chosen: list[int], **more: Any) -> Any:
    """least_cover of the ring from a poor cover, with prices of a half."""
    monkeypatch.setattr(cheap, "interior_point", lambda *_: SimpleNamespace(price=np.full(5, 0.5)))
    monkeypatch.setattr(cheap, "_grown", lambda cover, *_: np.isin(np.arange(cover.n_site), chosen))
    ring = merged(RING, np.ones(5))
    options = SolveOptions(mip_gap=more.pop("gap", 0.0))
    return cheap.least_cover(ring, more.pop("price", np.ones(5)), options, np.inf, **more)


def test_a_cover_that_is_met_is_not_asked_for(monkeypatch: pytest.MonkeyPatch):
    seen = asked(monkeypatch, cheap, None, None)
    assert covered(monkeypatch, [0, 1, 3]).bound == 3.0
    assert covered(monkeypatch, [0, 1, 2, 3], gap=0.25).bound == 3.0
    good = covered(monkeypatch, [0, 1, 2, 3], good=4.0)
    assert (good.sites.tolist(), good.bound) == ([0, 1, 2, 3], 0.0)
    assert covered(monkeypatch, [0, 1, 2, 3], good=2.0).bound == 3.0
    assert covered(monkeypatch, [0, 1, 3], good=2.9).sites.tolist() == [0, 1, 3]
    assert seen == []
    covered(monkeypatch, [0, 1, 2, 3], gap=0.24)
    covered(monkeypatch, [0, 1, 2, 3], good=3.0)
    assert [call.target for call in seen] == [None, 3.0]


@pytest.mark.parametrize(
    ("sites", "bound", "taken", "said"),
    [
        ([0, 1, 3], 2.6, [0, 1, 3], 3.0),
        ([0, 1], 2.6, [0, 1, 2, 3], 3.0),  # covers not all
        ([0, 1, 2, 4], 3.2, [0, 1, 2, 3], 4.0),  # as dear
        (None, 1.0, [0, 1, 2, 3], 3.0),
        (None, None, [0, 1, 2, 3], 3.0),
    ],
)
def test_what_an_integer_program_says_of_a_cover(monkeypatch, sites: Any, bound: Any, taken: list[int], said: float):
    seen = asked(monkeypatch, cheap, sites, bound)
    found = covered(monkeypatch, [0, 1, 2, 3])
    assert (found.sites.tolist(), found.bound) == (taken, said)
    (call,) = seen
    assert call.start.tolist() == [1.0, 1.0, 1.0, 1.0, 0.0]
    assert (call.aim.sense, call.aim.coefficients.tolist()) == ("min", [1.0] * 5)


def test_a_site_that_is_too_dear_is_left_out(monkeypatch: pytest.MonkeyPatch):
    """Prices of a half prove 2.5; the last site costs 3 more than it is priced at, and 4 are known: 3.01 is asked."""
    seen = asked(monkeypatch, cheap, None, 9.0)
    found = covered(monkeypatch, [0, 1, 2, 3], price=np.array([1.0, 1.0, 1.0, 1.0, 4.0]))
    (call,) = seen
    assert call.model.n_col == 4
    assert found.bound == pytest.approx(np.ceil(3.01))
    seen.clear()
    covered(monkeypatch, [0, 1, 2, 3], price=np.array([1.0, 1.0, 1.0, 1.0, 1.5]))
    assert seen[0].model.n_col == 5
