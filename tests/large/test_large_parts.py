"""Parts of the large solver against figures worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from large.relaxed_levels import relaxed
from large_primal.primal_cases import random_pairs
from support.hand import hand_instance
from support.instances import random_instance

from models.assemble import assemble
from models.backends import backend
from models.backends.base import BackendResult, Progress
from models.columns import lay_out
from models.completion import complete
from models.instance import Phases, Rules
from models.large.arrays import arrays_of
from models.large.descent import Descent
from models.large.dive import _surest
from models.large.greedy import greedy
from models.large.incumbent import Incumbent
from models.large.lagrangian import Split
from models.large.limits import limits_of
from models.large.pairs import pairs_of
from models.large.polish import polished
from models.large.prices import units
from models.large.search import Search
from models.large.solve import serves, solve_level
from models.large.state import TOLL, holding
from models.objectives import objective
from models.one_level import ask
from models.solution import Decision, SolveOptions, Termination


def test_the_surest_pairs_come_first_and_never_too_few():
    share = np.array([0.2, 0.9, 0.5, 0.95, 1.0])
    most = np.array([True, True, True, True, False])
    # 0.9 and 0.95 are sure; three tenths of 2.55 is one pair at least
    assert _surest(share, most, 0.3).tolist() == [3, 1]
    assert _surest(share, most, 0.9).tolist() == [3, 1, 2]
    assert _surest(0.4 * share, most, 0.3).tolist() == [3]


@pytest.mark.parametrize("max_sites", [-1, 0, 2])
@pytest.mark.parametrize("money", [20.0, np.inf])
def test_limits_that_all_places_share(max_sites: int, money: float):
    pairs = replace(random_pairs(3), max_sites=max_sites, capital_cny=money)
    limits = limits_of(pairs)
    rows = ([-1] if money < np.inf else []) + ([-2] if max_sites >= 0 else [])
    assert limits.row.tolist()[: len(rows)] == rows
    assert (limits.row[len(rows) :] >= 0).all()
    if -1 in rows:
        assert limits.part[0] == pytest.approx(pairs.budget_cny / money)
        assert limits.entry[0] == pytest.approx(pairs.fixed_cny / money)
    if -2 in rows:
        at = rows.index(-2)
        assert not limits.part[at].any()
        assert limits.entry[at] * max(max_sites, 1e-9) == pytest.approx((pairs.used >= 0).astype(float))


def test_progress_tells_the_plan_and_the_bound_when_there_are_any():
    told: list[Progress] = []
    problem = lay_out(hand_instance(), Rules(levels=("basic_coverage",)))
    model, goal = assemble(problem), objective("basic_coverage", problem)
    best = Incumbent(problem, model, goal, SolveOptions(), told.append)
    best.tell()
    assert not best.offer(None)
    plan = Decision.empty(hand_instance())
    plan.open[0, 0] = True
    assert best.offer(complete(problem, plan))
    best.tell()
    best.prove(200.0)
    best.tell()
    assert [(state.incumbent, state.bound) for state in told] == [(None, None), (150.0, None), (150.0, 200.0)]


def test_tolls_are_those_of_the_prices_whatever_set_them():
    pairs = replace(random_pairs(11, n_place=6, n_type=4, most=20), max_sites=4, capital_cny=30.0)
    limits, a = limits_of(pairs), arrays_of(pairs, pairs.forced)
    state = holding(a, greedy(pairs))
    for change in (limits.flat, limits.guess, lambda a, s: limits.follow(a, s, 1.0)):
        before = limits.price.copy()
        change(a, state)
        assert a.toll == pytest.approx(limits.price @ limits.part)
        assert a.entry_toll == pytest.approx(limits.price @ limits.entry)
        paid = a.toll[state.chosen].sum() + a.entry_toll[np.unique(pairs.place[state.chosen])].sum()
        assert state.totals[TOLL] == pytest.approx(paid)
    # the plan leaves something of every limit or takes it whole: no price rises
    assert (limits.price <= before * (1 + 1e-12)).all()


@pytest.mark.parametrize("seed", range(8))
def test_the_first_tolls_are_the_limits_at_price_one(seed: int):
    pairs = replace(random_pairs(seed, n_place=6, n_type=4, most=20), max_sites=seed % 3 - 1)
    a = arrays_of(pairs, pairs.forced)
    toll, entry_toll = a.toll.copy(), a.entry_toll.copy()
    limits_of(replace(pairs, max_sites=pairs.max_sites or 1)).flat(a, holding(a, pairs.forced))
    assert toll == pytest.approx(a.toll)
    assert entry_toll == pytest.approx(a.entry_toll)


def test_only_rows_over_pairs_alone_are_packed():
    """A type once a site, who stands too near, how many; areas, money and sites have a form of their own."""
    rules = Rules(levels=("basic_coverage",), budget_cny=4000.0, max_sites=2)
    near = hand_instance(spacing=np.array([[0, 1, 0]]))
    packed = []
    for instance, more in ((hand_instance(), rules), (near, rules), (near, replace(rules, max_outlets=3))):
        problem = lay_out(instance, more)
        pairs = pairs_of(problem, objective("basic_coverage", problem), assemble(problem))
        packed.append(sorted(pairs.pack_room.tolist()))
    assert packed[0] == [1.0, 1.0]
    assert packed[0] == packed[1][:-1]
    assert (len(packed[1]), len(packed[2])) == (len(packed[0]) + 1, len(packed[0]) + 2)
    assert packed[2][-1] == 3.0


def small(seed: int) -> Split:
    """A level of fewer homes and sites."""
    return relaxed(seed, n_demand=14, n_site=6, budget_cny=200e3, max_sites=3)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("factor", [1e-6, 0.3, 1e4])
def test_natural_prices_do_not_depend_on_a_rows_unit(seed: int, factor: float):
    """A row in yuan or in millions of yuan: what it takes costs the same. Who counts twice is worth twice."""
    part = small(seed)
    t, n = part.terms, part.n_cover
    scaled = replace(part, terms=t._replace(other_value=t.other_value * factor))
    before, after = units(part), units(scaled)
    assert (before > 0).all()
    assert after[n:] * factor == pytest.approx(before[n:])
    assert after[:n] == pytest.approx(before[:n])
    richer = replace(part, terms=t._replace(gain=t.gain * factor))
    assert units(richer) == pytest.approx(before * factor)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("factor", [2.0**-20, 2.0**20])
def test_a_descent_does_not_depend_on_a_rows_unit(seed: int, factor: float):
    part, bounds = small(seed), []
    for f in (1.0, factor):
        t, n = part.terms, part.n_cover
        terms = t._replace(other_value=t.other_value * f, other_lower=t.other_lower * f, other_upper=t.other_upper * f)
        lower, upper, size = (np.append(side[:n], side[n:] * f) for side in (part.lower, part.upper, part.size))
        scaled = replace(part, terms=terms, lower=lower, upper=upper, size=size)
        descent = Descent(scaled, np.zeros(len(lower)), units(scaled))
        descent.go(-np.inf, 60, np.inf)
        bounds.append(descent.bound)
    assert bounds[1] == pytest.approx(bounds[0], rel=1e-6)


def test_a_descent_counts_its_steps():
    part = small(1)
    descent = Descent(part, np.zeros(len(part.lower)), units(part))
    for most in (5, 2):
        descent.go(-np.inf, most, np.inf)
    assert descent.steps == 7


def test_large_serves_what_its_relaxation_knows():
    plain = hand_instance()
    years = Phases(np.array([9e3, 9e3]), np.array([1.0, 0.5]), np.zeros(2, dtype=np.int64))
    shared = replace(plain, assigned=np.array([True, False]), outlet_serves=np.array([60.0, np.inf]),
                     addon_serves=np.array([60.0, np.inf]))  # fmt: skip
    cases = [(plain, None, "basic_coverage"), (plain, None, "cost"), (plain, None, "equity"),
             (plain, years, "basic_coverage"), (shared, None, "basic_coverage")]  # fmt: skip
    served = []
    for instance, phases, level in cases:
        problem = lay_out(instance, Rules(levels=(level,), phases=phases))
        served.append(serves(problem, objective(level, problem)))
    assert served == [True, True, False, False, False]


def test_who_has_a_plan_does_not_ask_for_all_of_the_model_again(monkeypatch: pytest.MonkeyPatch):
    asked = []
    monkeypatch.setattr(Incumbent, "ask", lambda self, model, *rest, **more: asked.append(model) or no_answer)
    instance = random_instance(np.random.default_rng(3), n_demand=14, n_site=6, n_type=4)
    problem = lay_out(instance, Rules(levels=("basic_coverage",), budget_cny=200e3))
    model, goal = assemble(problem), objective("basic_coverage", problem)
    no_answer = BackendResult(Termination.NO_SOLUTION, None, None, None, 0.0)
    found = solve_level(problem, model, goal, SolveOptions(mip_gap=0.0, time_limit_s=20))
    assert found.values is not None
    assert not any(part is model for part in asked)


def test_a_start_is_not_lost_where_there_is_no_time():
    """The start is the optimum, which the first plan made here is not."""
    instance = random_instance(np.random.default_rng(1), n_demand=30, n_site=8, n_type=4)
    problem = lay_out(instance, Rules(levels=("basic_coverage",), budget_cny=300e3))
    model, goal = assemble(problem), objective("basic_coverage", problem)
    best = ask(backend("highs"), model, goal, SolveOptions(mip_gap=0.0, time_limit_s=20))
    alone, started = (
        solve_level(problem, model, goal, SolveOptions(mip_gap=0.0, time_limit_s=0.0), start=start)
        for start in (None, best.values)
    )
    assert alone.objective is not None
    assert alone.objective < best.objective == started.objective


@pytest.mark.parametrize("seed", range(6))
def test_polishing_leaves_places_that_must_be_used_alone(seed: int):
    pairs = random_pairs(seed, n_place=8, n_type=5, most=30)
    first = greedy(pairs)
    must = np.zeros(pairs.n_place, dtype=bool)
    must[np.unique(pairs.place[first])[:2]] = True
    hosted = np.zeros(pairs.n, dtype=bool)
    hosted[np.flatnonzero(first & ~must[pairs.place])[:1]] = True
    bound = replace(pairs, must_use=must, needs_host=hosted)
    better = polished(Search(bound), first, seed, 20_000, np.inf)
    kept = first & (must[pairs.place] | np.isin(pairs.place, pairs.place[hosted]))
    assert kept.any()
    assert better[kept].all()
