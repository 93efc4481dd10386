"""Plans by years: the budgets of the phases rise together, locks to a year are given up; brute force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest
from support.brute import lawful_plans
from support.instances import plain_instance, random_instance

from models.demands import DemandKind, attained, changed, demands_of, only, shortfalls
from models.instance import Phases, Rules, SitingInstance
from models.relaxation import relax
from models.solution import Decision, SolveOptions
from models.verify import breaches

SEEDS = range(16)
OPTIONS = SolveOptions(mip_gap=1e-9, time_limit_s=20)


@cache
def case(seed: int) -> tuple[SitingInstance, Rules]:
    """Two phases with little money, a floor, locks to a site, to a pair and to a phase."""
    rng = np.random.default_rng([seed, 5])
    instance = random_instance(rng, 6, 3, 2, addons=False)
    pairs = np.argwhere(instance.eligible)
    dated = np.append(pairs[rng.integers(len(pairs))], rng.integers(2))
    phases = Phases(
        budget_cny=rng.integers(0, 50, 2) * 1000.0,
        worth=np.array([1.0, 0.9]),
        available=rng.integers(0, 2, 3),
        carry_over=seed % 2 == 0,
    )
    rules = Rules(
        levels=("basic_coverage", "cost"),
        budget_cny=60_000.0 if seed % 3 == 0 else None,
        coverage_floor=((0, 0.6),) if rng.random() < 0.5 else (),
        lock_in_pairs=pairs[rng.choice(len(pairs), 1)],
        lock_in_phases=dated.reshape(1, 3) if rng.random() < 0.6 else np.zeros((0, 3), dtype=np.int64),
        phases=phases,
    )
    return instance, rules


def dated_plans(instance: SitingInstance, rules: Rules) -> Iterator[Decision]:
    """Every lawful plan with every schedule of it."""
    free = only(rules, ())
    for plan in lawful_plans(instance, replace(free, phases=None)):
        where = np.argwhere(plan.open)
        for phases in product(range(2), repeat=len(where)):
            open_phase = np.full(plan.open.shape, -1)
            open_phase[where[:, 0], where[:, 1]] = phases
            dated = replace(plan, open_phase=open_phase, addon_phase=np.full(plan.addon.shape, -1))
            if not breaches(instance, free, dated):
                yield dated


@pytest.mark.parametrize("seed", SEEDS)
def test_it_equals_brute_force(seed: int):
    instance, rules = case(seed)
    demands = demands_of(instance, rules)
    plans = list(dated_plans(instance, rules))
    missed = [{d: by / d.scale for d, by in shortfalls(instance, rules, plan, demands).items()} for plan in plans]
    if not all(missed):
        return
    found = relax(instance, rules, OPTIONS)
    nearest = found.nearest
    assert nearest is not None
    fewest = min(map(len, missed))
    assert (len(nearest.asked), nearest.least) == (fewest, True)
    least = min(sum(change.values()) for change in missed if len(change) == fewest)
    assert nearest.total == pytest.approx(least, rel=1e-5, abs=1e-6)
    assert all(set(found.conflict) & set(change) for change in missed)
    for answer in found.alone:
        enough = [p for p, change in zip(plans, missed, strict=True) if set(change) <= {answer.demand}]
        assert (answer.helps, answer.proven) == (bool(enough), True)
        if enough and answer.demand.kind is DemandKind.PHASES:
            wanted = min(attained(instance, rules, plan, answer.demand) for plan in enough)
            assert answer.needed == pytest.approx(wanted, rel=1e-6)


def test_the_cases_are_worth_trying():
    kinds: set[tuple[DemandKind, bool]] = set()
    for seed in SEEDS:
        instance, rules = case(seed)
        if all(shortfalls(instance, rules, p, demands_of(instance, rules)) for p in dated_plans(instance, rules)):
            found = relax(instance, rules, OPTIONS)
            assert found.nearest is not None
            kinds |= {(demand.kind, demand.phase >= 0) for demand in found.nearest.asked}
    assert {(DemandKind.PHASES, False), (DemandKind.LOCK_IN, True)} <= kinds


def test_the_same_amount_is_added_to_every_phase():
    """1 500 元 in the first of two phases, which has 0: with carry-over or not, each phase needs 1 500 元 more."""
    reach = np.ones((1, 1, 1), dtype=bool)
    for carry_over in (True, False):
        phases = Phases(np.array([0.0, 1000.0]), np.array([1.0, 0.9]), np.zeros(1, dtype=np.int64), carry_over)
        rules = Rules(levels=("cost",), phases=phases, lock_in_phases=np.array([[0, 0, 0]]))
        found = relax(plain_instance(reach), rules, OPTIONS)
        (money,) = [answer for answer in found.alone if answer.demand.kind is DemandKind.PHASES]
        assert (money.needed, money.bound) == (pytest.approx(4000.0), pytest.approx(4000.0))


def test_money_of_a_later_phase_counts_where_it_is_carried_over():
    """1 500 元 in the second of two phases of 500 元: 250 元 a phase are lacking, or 1 000 where money lapses."""
    reach = np.ones((1, 1, 1), dtype=bool)
    for carry_over, total in ((True, 1500.0), (False, 3000.0)):
        phases = Phases(np.array([500.0, 500.0]), np.array([1.0, 0.9]), np.ones(1, dtype=np.int64), carry_over)
        rules = Rules(levels=("cost",), phases=phases, lock_in_sites=np.array([0]))
        found = relax(plain_instance(reach), rules, OPTIONS)
        (money,) = [answer for answer in found.alone if answer.demand.kind is DemandKind.PHASES]
        assert money.needed == pytest.approx(total)
        assert found.nearest is not None
        assert changed(plain_instance(reach), rules, found.nearest.asked).phases is not None
