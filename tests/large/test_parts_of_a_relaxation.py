"""What a relaxation holds of its model, column by column; a part of it; plans rounded from its point."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from large_primal.maximal import nothing_more_fits
from large_primal.primal_cases import lawful, random_pairs, value

from models.assemble import assemble, hold
from models.backends import backend
from models.columns import lay_out
from models.instance import Rules
from models.large.descent import _metric
from models.large.dive import fixed
from models.large.incumbent import Incumbent
from models.large.lagrangian import dual_value, split
from models.large.prices import units
from models.large.relaxation import Relaxation
from models.large.rounding import rounded
from models.objectives import objective
from models.one_level import ask
from models.reduction import reduce
from models.solution import SolveOptions
from tests.support.instances import random_instance


def level(seed: int, name: str, locked: int = 0):
    """(problem, model, reduced model); some coverage is held where covering is not the aim, some pairs are decided."""
    rng = np.random.default_rng(seed)
    instance = random_instance(rng, n_demand=20, n_site=8, n_type=4, hosts=2, viability=False)
    problem = lay_out(instance, Rules(levels=("basic_coverage", "cost"), budget_cny=400e3, max_sites=5))
    model, goal = assemble(problem), objective("basic_coverage", problem)
    if name == "cost":
        model = model.with_rows(hold(goal, 0.2 * float(goal.coefficients.sum()), 0.0))
    if locked:
        lower = model.col_lower.copy()
        lower[problem.column("open")[rng.permutation(len(problem.open_site))[:locked]]] = 1.0
        model = replace(model, col_lower=lower)
    return problem, model, reduce(model, objective(name, problem))


@pytest.mark.parametrize("seed", range(4))
def test_places_have_the_room_that_what_is_decided_leaves(seed: int):
    problem, model, small = level(seed, "basic_coverage", locked=2)
    assert (small.fixed[~small.kept] > 0.5).any()
    i, kept = problem.instance, np.flatnonzero(small.kept)
    room = np.concatenate([i.site_area_m2, i.host_area_m2])
    place = np.concatenate([problem.open_site, problem.addon_place])
    area = np.concatenate([i.area_m2[problem.open_type], i.addon_area_m2[problem.addon_type]])
    column = np.concatenate([problem.column("open"), problem.column("addon")])
    for c, p, m2 in zip(column, place, area, strict=True):
        if not small.kept[c]:
            room[p] -= m2 * small.fixed[c]
    t = split(problem, model, small).terms
    assert t.room_m2 == pytest.approx(room + 1e-6 * np.maximum(1.0, room))
    for p in range(i.n_place):
        mine = kept[t.pair[t.start[p] : t.start[p + 1]]]
        assert sorted(mine) == sorted(column[(place == p) & small.kept[column]])
        assert t.area_m2[t.start[p] : t.start[p + 1]].tolist() == [area[column == c][0] for c in mine]
        if t.used[p] >= 0:
            assert kept[t.used[p]] == problem.column("used")[p]
    free = np.setdiff1d(np.arange(len(kept)), np.concatenate([t.pair, t.used[t.used >= 0]]))
    assert t.alone.tolist() == free.tolist()
    assert (t.alone_lower == small.model.col_lower[free]).all()
    assert (t.alone_upper == small.model.col_upper[free]).all()


@pytest.mark.parametrize("seed", range(4))
def test_rows_of_one_place_and_its_charge_are_left_to_its_knapsack(seed: int):
    problem, model, small = level(seed, "basic_coverage")
    part = split(problem, model, small)
    t, m = part.terms, small.model
    of = np.full(m.n_col, -1)
    for p in range(len(t.used)):
        of[t.pair[t.start[p] : t.start[p + 1]]] = p
        if t.used[p] >= 0:
            of[t.used[p]] = p
    priced = 0
    for r in range(m.n_row):
        columns = m.matrix[[r]].indices
        own = len(set(of[columns])) == 1 and of[columns[0]] >= 0 and t.used[of[columns[0]]] in columns
        priced += not own
    assert len(part.lower) == priced < m.n_row


def test_a_part_of_a_relaxation_keeps_what_decided_pairs_cost():
    """Money is the aim: what is taken is paid for, and what it shares with others counts once."""
    parts = [part for part in (split(*level(seed, "cost")) for seed in range(6)) if len(part.terms.pair)]
    assert len(parts) > 2
    for part in parts:
        t = part.terms
        zero = np.zeros(len(part.lower))
        taken = np.arange(len(t.pair)) == 0
        rest = fixed(part, ~taken, taken)
        p = int(np.searchsorted(t.start, 0, side="right")) - 1
        paid = t.gain[t.pair[0]] + (t.gain[t.used[p]] if t.used[p] >= 0 else 0.0)
        assert rest.constant == pytest.approx(part.constant + paid)
        assert dual_value(rest, zero) <= dual_value(part, zero) + 1e-6
        assert rest.terms.room_m2[p] == pytest.approx(t.room_m2[p] - t.area_m2[0])
        assert rest.terms.used[p] == -1


def test_shares_and_prices_in_columns_of_the_whole_model():
    problem, model, small = level(1, "basic_coverage")
    relaxed = Relaxation(problem, model, small, None)
    relaxed.descent.go(-np.inf, 40, np.inf)
    shares, priced = relaxed.shares(), relaxed.priced()
    assert (shares[relaxed.pair] == relaxed.descent.share).all()
    decided = ~small.kept
    assert (shares[decided] == small.fixed[decided]).all()
    n, part = relaxed.part.n_cover, relaxed.part
    own = part.terms.gain - part.other.toarray().T @ relaxed.descent.multipliers[n:]
    assert priced[small.kept] == pytest.approx(own)
    assert not priced[decided].any()


@pytest.mark.parametrize("seed", range(10))
def test_a_rounded_plan_is_the_best_of_its_shares_and_is_full(seed: int):
    rng = np.random.default_rng(seed)
    pairs = random_pairs(seed, n_place=7, n_type=4, most=24)
    must = np.zeros(pairs.n_place, dtype=bool)
    must[seed % 6] = True
    pairs = replace(pairs, must_use=must, held_fill=-np.inf, max_sites=3)
    share = rng.uniform(0, 1, pairs.n)
    plan = rounded(pairs, share)
    assert lawful(pairs, plan)
    assert nothing_more_fits(pairs, plan)
    for least in (0.8, 0.65, 0.5, 0.4):
        some = np.zeros(pairs.n, dtype=bool)
        for c in np.argsort(-share, kind="stable"):
            more = some.copy()
            more[c] = True
            if share[c] > least and lawful(pairs, more):
                some = more
        assert value(pairs, plan) >= value(pairs, some) - 1e-9
    nothing = rounded(pairs, np.zeros(pairs.n))
    first = [c for c in np.flatnonzero(pairs.place == seed % 6) if _alone(pairs, c)]
    assert not first or (pairs.place[nothing] == seed % 6).any()


def _alone(pairs, c: int) -> bool:
    plan = np.arange(pairs.n) == c
    return lawful(pairs, plan) and value(pairs, plan) > 0


def test_a_pair_is_useless_where_even_its_best_plan_is_no_better():
    problem, model, small = level(1, "basic_coverage")
    goal = objective("basic_coverage", problem)
    relaxed = Relaxation(problem, model, small, None)
    best = Incumbent(problem, model, goal, SolveOptions(mip_gap=0.0))
    assert relaxed.useless(best).tolist() == []
    exact = SolveOptions(mip_gap=0.0)
    best.offer(ask(backend("highs"), model, goal, exact).values)
    relaxed.descent.go(best.value, 300, np.inf)
    profit = dict(zip(relaxed.pair.tolist(), relaxed.descent.profit[relaxed.part.terms.pair].tolist(), strict=True))
    least = best.value - 1e-6 * best.value
    wanted = [c for c, gained in profit.items() if gained < 0 and relaxed.descent.bound + gained < least]
    assert sorted(relaxed.useless(best).tolist()) == sorted(wanted)
    assert wanted
    without = relaxed.without(np.array(wanted))
    assert without.col_upper.sum() == model.col_upper.sum() - len(wanted)
    assert max(ask(backend("highs"), without, goal, exact).objective, best.value) == pytest.approx(best.value)


def test_rows_of_many_columns_move_less_and_so_do_light_cover_rows():
    part = split(*level(1, "basic_coverage"))
    n, unit = part.n_cover, units(part)
    entries = np.diff(part.terms.other_start)
    metric = _metric(part, unit)
    assert metric[n:] == pytest.approx(unit[n:] ** 2 / (1 + entries / 30))
    assert metric[:n] == pytest.approx(np.median(unit[:n]) ** 0.5 * unit[:n] ** 1.5)
