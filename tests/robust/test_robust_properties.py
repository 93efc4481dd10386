"""What must hold of robust plans whatever the futures: one is the ordinary solve, more are never better, and so on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from families import EXACT, alone, family, same_plan
from support.instances import random_instance, random_rules

from models.errors import ModelError
from models.lexicographic import solve
from models.robust import Family, Future, judge, solve_expected, solve_worst
from models.robust.solve import RobustSolution
from models.solution import SolveOptions, Termination

OPTIONS = SolveOptions(**EXACT)
USUAL = ("missing_types", "basic_coverage", "equity", "quality_coverage", "cost")
SEEDS = range(2)


def bigger(seed: int, n: int = 4, levels: tuple[str, ...] = USUAL) -> Family:
    """Futures of a town too large to try every plan."""
    rng = np.random.default_rng([seed, 77])
    base = random_instance(rng, 14, 6, 3, hosts=2)
    rules = replace(random_rules(rng, base, levels), lock_in_sites=np.zeros(0, np.int64), coverage_floor=())
    rules = replace(rules, lock_in_pairs=np.zeros((0, 2), dtype=np.int64))
    futures = []
    for s in range(n):
        more = 1.0 + 0.1 * s
        instance = replace(
            base,
            residents=base.residents * more,
            segment_residents=np.round(base.segment_residents * rng.choice([0.8, 1.0, 1.25], base.n_type), 3),
            open_cost_cny=base.open_cost_cny * more,
            open_budget_cny=base.open_budget_cny * more,
        )
        futures.append(Future(f"F{s}", instance, rules, rng.random(base.n_site) < 0.85, float(s + 1)))
    return Family(futures)


def both(made: Family, measure: str) -> RobustSolution:
    if measure == "expected":
        return solve_expected(made, OPTIONS, alone=alone(made))
    return solve_worst(made, OPTIONS, measure=measure, alone=alone(made))


def told(solution: RobustSolution) -> list[float]:
    return [level.incumbent for level in solution.levels]


@pytest.mark.parametrize("measure", ["expected", "worst_value"])
@pytest.mark.parametrize("seed", SEEDS)
def test_one_future_is_the_ordinary_solve(seed: int, measure: str):
    made = Family([bigger(seed).futures[0]])
    plain = solve(made.futures[0].instance, made.rules[0], OPTIONS)
    found = both(made, measure)
    assert found.termination is plain.termination is Termination.OPTIMAL
    assert told(found) == pytest.approx([level.incumbent for level in plain.levels], rel=1e-7)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_future_leaves_no_regret(seed: int):
    made = Family([bigger(seed).futures[0]])
    assert told(both(made, "worst_regret")) == pytest.approx([0.0] * len(USUAL), abs=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_further_future_is_never_better(seed: int):
    made = bigger(seed)
    fewer = Family(made.futures[:-1])
    level = made.levels[0]
    assert told(both(made, "worst_regret"))[0] >= told(both(fewer, "worst_regret"))[0] - 1e-6
    worse, better = (both(one, "worst_value") for one in (made, fewer))
    assert worse.levels[0].sense == "max", level
    assert told(worse)[0] <= told(better)[0] + 1e-6


@pytest.mark.parametrize("measure", ["expected", "worst_value", "worst_regret"])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_future_twice_changes_nothing(seed: int, measure: str):
    made = bigger(seed, 3)
    first = made.futures[0]
    split = [replace(first, weight=first.weight / 2), replace(first, name="again", weight=first.weight / 2)]
    twice = Family([*split, *made.futures[1:]])
    assert told(both(twice, measure)) == pytest.approx(told(both(made, measure)), rel=1e-6, abs=1e-4)


@pytest.mark.parametrize("measure", ["expected", "worst_value", "worst_regret"])
@pytest.mark.parametrize("seed", SEEDS)
def test_order_and_scale_of_weights_change_nothing(seed: int, measure: str):
    made = bigger(seed, 3)
    turned = Family([replace(f, weight=3 * f.weight) for f in reversed(made.futures)])
    assert told(both(turned, measure)) == pytest.approx(told(both(made, measure)), rel=1e-6, abs=1e-4)


@pytest.mark.parametrize("measure", ["expected", "worst_value", "worst_regret"])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_plan_is_lawful_in_every_future_and_the_same_twice(seed: int, measure: str):
    made = bigger(seed)
    first, second = both(made, measure), both(made, measure)
    assert first.plan is not None
    assert second.plan is not None
    assert judge(made, first.plan).lawful.all()
    assert same_plan(first.plan, second.plan)
    assert told(first) == told(second)


@pytest.mark.parametrize("seed", SEEDS)
def test_each_plan_is_best_at_its_own_aim(seed: int):
    """Neither robust plan beats the other where the other is the best."""
    made = bigger(seed)
    expected, worst = both(made, "expected"), both(made, "worst_regret")
    assert expected.judgement is not None
    assert worst.judgement is not None
    mean = [float(made.probability @ found.values[:, 0]) for found in (expected.judgement, worst.judgement)]
    assert mean[0] >= mean[1] - 1e-6
    best = np.array([solution.levels[0].incumbent for solution in alone(made)])
    regret = [float((best - found.values[:, 0]).max()) for found in (expected.judgement, worst.judgement)]
    assert regret[1] <= regret[0] + 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_starts_and_bounds_change_nothing(seed: int):
    made = bigger(seed)
    single = alone(made)
    starts = [made.here(s, one.decision) for s, one in enumerate(single) if one.decision is not None]
    cold, warm = solve_expected(made, OPTIONS), solve_expected(made, OPTIONS, alone=single, starts=starts)
    assert told(warm) == pytest.approx(told(cold), rel=1e-7, abs=1e-6)


def test_a_fallen_site_neither_counts_nor_costs():
    """A plan with a fallen site is judged there as the plan without it."""
    made = bigger(0)
    s, j = next((s, j) for s, f in enumerate(made.futures) for j in np.flatnonzero(~f.stands) if made.opens[j].any())
    plan = made.here(s, solve(made.futures[0].instance, made.rules[0], OPTIONS).decision)
    plan.open[j] = made.opens[j]
    without = replace(plan, open=plan.open.copy())
    without.open[j] = False
    assert judge(made, plan).values[s] == pytest.approx(judge(made, without).values[s])


def test_a_lock_on_a_fallen_site_is_lifted_there_alone():
    made = family(1, USUAL)
    rules = replace(made.futures[0].rules, lock_in_sites=np.array([0]), lock_out_sites=np.zeros(0, dtype=np.int64))
    stands = np.array([False, True, True])
    fallen = Future("fallen", made.futures[0].instance, rules, stands)
    assert len(fallen.own_rules.lock_in_sites) == 0
    assert fallen.own_rules.lock_out_sites.tolist() == [0]
    assert replace(fallen, stands=np.ones(3, dtype=bool)).own_rules.lock_in_sites.tolist() == [0]


def test_unlike_futures_are_refused():
    made = family(0, USUAL)
    other = replace(made.futures[1].rules, levels=("cost",))
    with pytest.raises(ModelError, match=r"other levels.*weight"):
        Family([made.futures[0], replace(made.futures[1], rules=other, weight=0.0)])
    with pytest.raises(ModelError, match="one future"):
        Family([])
