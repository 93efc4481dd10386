"""A plan as a point of the model: there and back, lawful as a plan means feasible as a point, the same values."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from support.brute import MAXIMISED, lawful_plans
from support.hand import hand_instance, plan, with_walks
from support.instances import random_instance, random_rules

from models.assemble import assemble
from models.columns import Problem, lay_out
from models.completion import complete, decision_of
from models.instance import Rules, SitingInstance
from models.linear import Kind, LinearModel
from models.objectives import objective
from models.solution import Decision
from models.verify import breaches, level_value

COVER = ("missing_types", "basic_coverage", "equity", "public_coverage", "quality_coverage", "cost", "sites")
LEAN = ("quality_coverage", "cost", "sites")
WALKS = ("walking", "farthest_walk", "cost")
CHAINS = {"cover": COVER, "lean": LEAN, "walks": WALKS}
SEEDS = range(8)
PLANS = 40


@cache
def case(seed: int, levels: tuple[str, ...]) -> tuple[SitingInstance, Rules, list[Decision]]:
    rng = np.random.default_rng([seed, len(levels[0])])
    instance = random_instance(rng, 8, 3, 3, hosts=1, walking=levels is WALKS)
    if levels is WALKS:
        instance = replace(instance, outlet_walk_m=np.minimum(instance.outlet_walk_m, 3000.0))
    rules = random_rules(rng, instance, levels)
    plans = lawful_plans(instance, rules)
    picked = rng.permutation(len(plans))[:PLANS]
    return instance, rules, [plans[n] for n in picked]


def violations(model: LinearModel, values: np.ndarray, *, granted: bool = True) -> list[str]:
    """Rows and bounds broken; ``granted``: by more than the verifier lets pass (one part in a million, a fen)."""
    activity = model.matrix @ values
    slack = np.full(model.n_row, 1e-6 if granted else 1e-9)
    for money in ("budget", "subsidy") if granted else ():
        where = model.blocks.get(money, slice(0, 0))
        slack[where] += 0.01 / np.maximum(1.0, model.row_upper[where])
    names = model.row_names()
    broken = [
        names[r]
        for r in range(model.n_row)
        if activity[r] < model.row_lower[r] - slack[r] * max(1.0, abs(model.row_lower[r]))
        or activity[r] > model.row_upper[r] + slack[r] * max(1.0, abs(model.row_upper[r]))
    ]
    outside = (values < model.col_lower - 1e-9) | (values > model.col_upper + 1e-9)
    whole = np.abs(values - np.rint(values)) > 1e-9
    outside |= whole & (model.kind == Kind.INTEGER)
    return broken + [model.column_names()[c] for c in np.flatnonzero(outside)]


def has_columns(problem: Problem, decision: Decision) -> bool:
    return not (
        (decision.open & (problem.open_column() < 0)).any() or (decision.addon & (problem.addon_column() < 0)).any()
    )


@pytest.mark.parametrize("levels", CHAINS.values(), ids=CHAINS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_lawful_plan_is_a_feasible_point_of_the_same_value(seed: int, levels: tuple[str, ...]):
    instance, rules, plans = case(seed, levels)
    problem = lay_out(instance, rules)
    model = assemble(problem)
    for decision in plans:
        values = complete(problem, decision)
        assert violations(model, values) == []
        back = decision_of(problem, values)
        if has_columns(problem, decision):
            assert np.array_equal(back.open, decision.open)
            assert np.array_equal(back.addon, decision.addon)
        # what is dropped serves no level: the point is the plan without it, and never worse
        assert breaches(instance, rules, back) == ()
        for level in levels:
            value = objective(level, problem).value(values)
            assert value == pytest.approx(level_value(instance, rules, back, level), rel=1e-9, abs=1.1e-3), level
            before = level_value(instance, rules, decision, level)
            lost = before - value if level in MAXIMISED else value - before
            assert lost <= 1e-6 * max(1.0, abs(value)), level


def test_the_cases_have_plans_of_both_kinds():
    whole, dropped = 0, 0
    for levels in CHAINS.values():
        for seed in SEEDS:
            instance, rules, plans = case(seed, levels)
            problem = lay_out(instance, rules)
            kept = [has_columns(problem, decision) for decision in plans]
            whole += sum(kept)
            dropped += len(kept) - sum(kept)
    assert whole > 200
    assert dropped > 20


@pytest.mark.parametrize("seed", SEEDS)
def test_an_unlawful_plan_is_no_feasible_point(seed: int):
    """The other side: what the verifier refuses breaks a row, unless presolve drops the offence with its column."""
    rng = np.random.default_rng(seed + 100)
    instance = random_instance(rng, 8, 3, 3, hosts=1)
    rules = random_rules(rng, instance, COVER)
    problem = lay_out(instance, rules)
    model = assemble(problem)
    refused = 0
    for _ in range(60):
        chosen = Decision(
            open=(rng.random((3, 3)) < 0.4) & (problem.open_column() >= 0),
            addon=(rng.random((4, 3)) < 0.3) & (problem.addon_column() >= 0),
        )
        if breaches(instance, rules, chosen):
            refused += 1
            assert violations(model, complete(problem, chosen), granted=False), breaches(instance, rules, chosen)
    assert refused > 5


def test_completion_by_hand():
    """S0 opens T0, H0 carries T1: D0, D1 get T0; D1, D2 get T1; 100 people have one basic type, 50 two, 30 one."""
    problem = lay_out(hand_instance(), Rules(("missing_types", "basic_coverage", "equity"), equity_share=0.5))
    values = complete(problem, plan([(0, 0)], [(2, 1)]))
    by_block = {n: values[at].tolist() for n, at in problem.offsets.items() if not n.startswith(("share", "early"))}
    assert by_block == {
        "open": [1, 0, 0, 0],
        "used": [1, 0],
        "addon": [0, 0, 1],
        "cover": [1, 1, 0, 0, 1, 1],
        "fill": [1, 1],
        "quantile": [1],
        "deficit": [0, 0, 0],
        "assign": [],
        "farthest": [],
    }


def test_walks_by_hand():
    """S0 opens T0, S1 both: D0 walks 0 m, D1 200 m to S1 rather than 300 m, D2 700 m and 800 m rather than 900 m."""
    problem = lay_out(with_walks(hand_instance()), Rules(("walking", "farthest_walk")))
    values = complete(problem, plan([(0, 0), (0, 1), (1, 0), (1, 1)]))
    assert values[problem.offsets["assign"]].tolist() == [0, 1, 1, 0, 1, 1, 0, 1, 0]
    assert values[problem.offsets["farthest"]].tolist() == [800_000]
    # without a way D2 stays unserved: the point breaks a row, it does not crash
    values = complete(problem, plan([(0, 0), (0, 1)]))
    assert violations(assemble(problem), values) == ["served[D2,T0]"]
