"""The reduced model has the optimum of the whole one, by HiGHS, by scipy and by trying; points go both ways."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from support.instances import random_instance, random_rules
from support.programs import best_by_trying, feasible, goal, program, random_program

from models.assemble import assemble, hold
from models.backends import backend
from models.columns import Problem, lay_out
from models.completion import complete
from models.instance import FloatArray, Tier
from models.linear import Kind, LinearModel, Objective
from models.objectives import lattice_step, objective
from models.reduction import reduce
from models.solution import Decision, SolveOptions, Termination

LEVELS = ("missing_types", "basic_coverage", "equity", "public_coverage", "quality_coverage", "cost", "sites")
WALKS = ("basic_coverage", "walking", "farthest_walk", "cost")
SEEDS = range(10)


def by_highs(model: LinearModel, aim: Objective) -> float | None:
    answer = backend("highs").solve(model, aim, SolveOptions(mip_gap=0.0, time_limit_s=20))
    if answer.termination is Termination.INFEASIBLE:
        return None
    assert answer.termination is Termination.OPTIMAL
    return answer.objective


def by_scipy(model: LinearModel, aim: Objective) -> float | None:
    """Presolve off: it calls programs infeasible whose integer columns have fractional bounds (scipy 1.17)."""
    flip = -1.0 if aim.sense == "max" else 1.0
    answer = milp(
        flip * aim.coefficients,
        integrality=model.kind == Kind.INTEGER,
        bounds=Bounds(model.col_lower, model.col_upper),
        constraints=[LinearConstraint(model.matrix, model.row_lower, model.row_upper)] if model.n_row else [],
        options={"mip_rel_gap": 0.0, "presolve": False},
    )
    if answer.status == 2:
        return None
    assert answer.status == 0, answer.message
    return float(flip * answer.fun) + aim.constant


def of_small(model: LinearModel, aim: Objective, solver: object) -> float | None:
    """The optimum by way of the reduction, as the chain of levels takes it."""
    small = reduce(model, aim)
    if small.impossible:
        return None
    return solver(small.model, small.objective) if small.kept.any() else small.objective.constant


def same(found: float | None, wanted: float | None) -> bool:
    if found is None or wanted is None:
        return found is wanted
    return found == pytest.approx(wanted, rel=1e-6, abs=1e-5)


def circle(seed: int, levels: tuple[str, ...], **changes: object) -> Problem:
    rng = np.random.default_rng([seed, len(levels)])
    instance = random_instance(rng, 10, 4, 4, hosts=1, walking="walking" in levels)
    if instance.walk_m:
        instance = replace(instance, outlet_walk_m=np.minimum(instance.outlet_walk_m, 3000.0))
    return lay_out(instance, replace(random_rules(rng, instance, levels), **changes))


def turned(aim: Objective) -> Objective:
    return replace(aim, sense="min" if aim.sense == "max" else "max")


@cache
def held(seed: int, levels: tuple[str, ...]) -> tuple[Problem, tuple[tuple[LinearModel, Objective], ...]]:
    """Every level with those above it held at the optimum of the whole model; it ends where nothing is possible."""
    problem = circle(seed, levels)
    model, stages = assemble(problem), []
    for level in levels:
        aim = objective(level, problem)
        stages.append((model, aim))
        best = by_highs(model, aim)
        if best is None:
            break
        model = model.with_rows(hold(aim, best, lattice_step(aim, model)))
    return problem, tuple(stages)


@pytest.mark.parametrize("levels", [LEVELS, WALKS], ids=["usual", "walks"])
@pytest.mark.parametrize("seed", SEEDS)
def test_each_level_keeps_its_optimum(seed: int, levels: tuple[str, ...]):
    """In a fresh model and after the levels above, in its own sense and, where that is bounded, in the other."""
    problem, stages = held(seed, levels)
    fresh = [(assemble(problem), objective(level, problem)) for level in levels]
    other = [(model, turned(aim)) for model, aim in fresh if aim.name != "farthest_walk"]
    for model, aim in [*stages, *fresh, *other]:
        wanted = by_scipy(model, aim)
        assert same(of_small(model, aim, by_highs), wanted), (aim.name, aim.sense, model.n_row)
        assert same(of_small(model, aim, by_scipy), wanted), (aim.name, aim.sense, model.n_row)
        assert same(by_highs(model, aim), wanted), (aim.name, aim.sense, model.n_row)


def test_the_circles_are_worth_trying():
    """Most have a plan, and most of their levels lose columns and rows without being solved outright."""
    runs = [held(seed, levels) for levels in (LEVELS, WALKS) for seed in SEEDS]
    assert sum(len(stages) == len(problem.rules.levels) for problem, stages in runs) >= 12
    pairs = [(model, reduce(model, aim)) for _, stages in runs for model, aim in stages]
    smaller = [small for model, small in pairs if 0 < small.model.n_col < model.n_col]
    assert len(smaller) >= len(pairs) // 2
    assert sum(small.model.n_row < model.n_row for model, small in pairs) >= len(pairs) // 2


def plans(problem: Problem, model: LinearModel, seed: int, n: int = 300) -> FloatArray:
    """Lawful points: those of random decisions, a few columns away from the completion, and the model's optima."""
    rng = np.random.default_rng(seed)
    i = problem.instance
    points = []
    for _ in range(n):
        chance = rng.uniform(0.05, 0.6)
        decision = Decision(rng.random((i.n_site, i.n_type)) < chance, rng.random((i.n_place, i.n_type)) < chance / 2)
        point = complete(problem, decision)
        less = rng.random(problem.n_col) < 0.1
        less[: problem.offsets["cover"].start] = False
        points += [point, np.where(less, 0.0, point)]
    for level in problem.rules.levels:
        answer = backend("highs").solve(model, objective(level, problem), SolveOptions(mip_gap=0.0))
        points += [] if answer.values is None else [answer.values]
    every = np.array(points)
    return every[feasible(model, every, 1e-6)]


@pytest.mark.parametrize("levels", [LEVELS, WALKS], ids=["usual", "walks"])
@pytest.mark.parametrize("seed", SEEDS)
def test_lawful_points_stay_lawful_and_lose_nothing(seed: int, levels: tuple[str, ...]):
    """A start without the fixed columns is lawful in the small model, and expanded again in the whole one."""
    problem, stages = held(seed, levels)
    model = stages[0][0]
    points = plans(problem, model, seed)
    for level in levels:
        aim = objective(level, problem)
        for wish in (aim, turned(aim)):
            small = reduce(model, wish)
            assert not (len(points) and small.impossible)
            starts = points[:, small.kept]
            assert np.array_equal(starts, np.array([small.shrink(p) for p in points]).reshape(starts.shape))
            assert feasible(small.model, starts, 2e-6).all(), level
            back = np.array([small.expand(s) for s in starts]).reshape(points.shape)
            assert feasible(model, back, 2e-6).all(), level
            assert np.all((back >= model.col_lower - 1e-9) & (back <= model.col_upper + 1e-9))
            gain = (back - points) @ wish.coefficients
            assert np.all(gain >= -1e-6) if wish.sense == "max" else np.all(gain <= 1e-6)
            told = [small.objective.value(s) for s in starts]
            assert told == pytest.approx([wish.value(b) for b in back], rel=1e-9, abs=1e-6)


def test_enough_points_are_lawful():
    kept = [len(plans(held(s, v)[0], held(s, v)[1][0][0], s, 100)) for v in (LEVELS, WALKS) for s in SEEDS]
    assert sum(n > len(LEVELS) for n in kept) >= 10


@pytest.mark.parametrize("seed", range(25))
def test_basic_coverage_keeps_no_cover_of_another_tier(seed: int):
    """Without a floor, whether the tier has its own level or not; with one, only the covers of its type."""
    problem = circle(seed, LEVELS, coverage_floor=())
    type_, tier = problem.groups.type_, problem.instance.tier
    model = assemble(problem)
    for level, mine in (
        ("basic_coverage", Tier.BASIC),
        ("public_coverage", Tier.PUBLIC),
        ("quality_coverage", Tier.QUALITY),
    ):
        kept = reduce(model, objective(level, problem)).kept[problem.offsets["cover"]]
        assert not kept[tier[type_] != mine].any(), level
    other = np.flatnonzero(tier != Tier.BASIC)[seed % 2]
    floored = circle(seed, LEVELS, coverage_floor=((int(other), 0.9),))
    kept = reduce(assemble(floored), objective("basic_coverage", floored)).kept[floored.offsets["cover"]]
    of = floored.groups.type_
    assert not kept[(tier[of] != Tier.BASIC) & (of != other)].any()


def test_basic_coverage_does_keep_its_own_covers():
    kept = 0
    for seed in range(25):
        problem = circle(seed, LEVELS, coverage_floor=())
        kept += reduce(assemble(problem), objective("basic_coverage", problem)).kept[problem.offsets["cover"]].sum()
    assert kept > 100


def sparse_program(rng: np.random.Generator) -> tuple[LinearModel, Objective]:
    """Few entries a row, mostly one-sided rows, bounds of all kinds: much of it can be reduced."""
    n_col, n_row = int(rng.integers(3, 12)), int(rng.integers(1, 9))
    matrix = np.where(rng.random((n_row, n_col)) < 0.3, rng.choice([1.0, -1.0, 2.0, -2.5, 0.5], (n_row, n_col)), 0.0)
    lower = rng.choice([0.0, 0.0, -1.0, 1.0, 0.5], n_col)
    upper = lower + rng.choice([1.0, 1.0, 0.0, 2.0, 0.75], n_col)
    kind = rng.choice([Kind.INTEGER, Kind.INTEGER, Kind.CONTINUOUS], n_col)
    endless = (kind == Kind.CONTINUOUS) & (rng.random(n_col) < 0.4)
    upper[endless & (rng.random(n_col) < 0.7)] = np.inf
    lower[endless & (rng.random(n_col) < 0.4)] = -np.inf
    middle = matrix @ np.clip(rng.integers(0, 2, n_col), lower, upper)
    side = rng.random(n_row)
    row_lower = np.where(side < 0.5, middle - rng.integers(0, 2, n_row), -np.inf)
    row_upper = np.where((side > 0.4) | (rng.random(n_row) < 0.1), middle + rng.integers(0, 2, n_row), np.inf)
    coefficients = np.where(rng.random(n_col) < 0.5, rng.integers(-9, 10, n_col) / 2, 0.0)
    coefficients[~(np.isfinite(lower) & np.isfinite(upper))] = 0.0
    model = program(matrix, row_lower, row_upper, col_lower=lower, col_upper=upper, kind=kind)
    return model, goal(str(rng.choice(["max", "min"])), coefficients, float(rng.integers(-5, 5)))


@pytest.mark.parametrize("seed", range(120))
def test_random_programs_keep_their_optimum(seed: int):
    model, aim = sparse_program(np.random.default_rng(seed))
    wanted = by_scipy(model, aim)
    assert same(of_small(model, aim, by_highs), wanted)
    assert same(of_small(model, aim, by_scipy), wanted)


def test_the_random_programs_are_worth_trying():
    pairs = [sparse_program(np.random.default_rng(seed)) for seed in range(120)]
    small = [reduce(model, aim) for model, aim in pairs]
    impossible = [by_scipy(model, aim) is None for model, aim in pairs]
    assert 5 <= sum(impossible) <= 60
    assert sum(0 < s.model.n_col < m.n_col for s, (m, _) in zip(small, pairs, strict=True)) >= 30
    assert sum(not s.kept.any() for s in small) >= 10


@pytest.mark.parametrize("seed", range(40))
def test_binary_programs_by_trying_every_point(seed: int):
    rng = np.random.default_rng(seed)
    model, aim = random_program(rng)
    if seed % 2:
        model = replace(model, matrix=model.matrix.multiply(rng.random(model.matrix.shape) < 0.4).tocsr())
    wanted = best_by_trying(model, aim)
    assert same(of_small(model, aim, best_by_trying), wanted)
    points = np.array(list(product((0.0, 1.0), repeat=model.n_col)))
    points = points[feasible(model, points)]
    small = reduce(model, aim)
    assert feasible(small.model, points[:, small.kept]).all()
    back = np.array([small.expand(small.shrink(p)) for p in points]).reshape(points.shape)
    assert feasible(model, back).all()
    gain = (back - points) @ aim.coefficients
    assert np.all(gain >= 0) if aim.sense == "max" else np.all(gain <= 0)
