"""Steps in which an other row takes the prices of its cover rows along: the formulas again, and what they are for."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.instances import Spec, generate, ground, make
from models.assemble import assemble, hold
from models.backends import backend
from models.columns import Problem, lay_out
from models.large.descent import Descent
from models.large.lagrangian import Split, dual_value, lawful, nowhere, split
from models.large.prices import first_prices, units
from models.large.steps import followers, length, move, tilt
from models.linear import Kind, LinearModel, Objective
from models.objectives import lattice_step, objective
from models.one_level import ask
from models.reduction import reduce
from models.solution import SolveOptions


def relaxed_value(model: LinearModel, goal: Objective) -> float:
    """The linear relaxation by HiGHS."""
    loose = replace(model, kind=np.full(model.n_col, int(Kind.CONTINUOUS), dtype=np.int8))
    answer = ask(backend("highs"), loose, goal, SolveOptions(mip_gap=1e-9, time_limit_s=60))
    assert answer.objective is not None
    return float(answer.objective)


def held(spec: Spec) -> tuple[Problem, LinearModel, Objective]:
    """Coverage below as many missing outlets as the money allows, and more of them are missing."""
    instance, rules = make(spec)
    problem = lay_out(instance, rules)
    model, fill = assemble(problem), objective("missing_types", problem)
    most = math.floor(relaxed_value(model, fill)) - 1
    assert 0 < most < instance.missing_outlets.sum()
    return problem, model.with_rows(hold(fill, most, lattice_step(fill, model))), objective("basic_coverage", problem)


@pytest.fixture
def sparse_city(monkeypatch: pytest.MonkeyPatch) -> None:
    """A room for every square kilometre: many circles, each of which lacks something."""
    monkeypatch.setattr(ground, "SITES_PER_KM2", 1.0)
    monkeypatch.setattr(generate, "SITES_PER_ZONE", 7)


def part_of(spec: Spec) -> tuple[Split, float]:
    """The level taken apart, and its linear relaxation."""
    problem, model, goal = held(spec)
    return split(problem, model, reduce(model, goal)), relaxed_value(model, goal)


@pytest.mark.usefixtures("sparse_city")
@pytest.mark.parametrize("seed", range(1, 4))
def test_a_step_takes_the_prices_of_what_is_held_along(seed: int):
    part, _ = part_of(Spec(150, 60, 8, seed, budget_share=0.1))
    t, n = part.terms, part.n_cover
    rng = np.random.default_rng(seed)
    signs = np.where(np.isfinite(part.upper), 1.0, -1.0)
    m = lawful(part, signs * np.abs(rng.normal(size=len(part.lower))) * units(part))
    at = nowhere(part)
    dual_value(part, m, at)
    v, d = rng.normal(size=len(m)), rng.uniform(0.5, 2.0, len(m)) * units(part)
    low, high = np.where(np.isfinite(part.lower), -np.inf, 0.0), np.where(np.isfinite(part.upper), np.inf, 0.0)
    worth = t.gain - part.other.toarray().T @ m[n:]
    theta = np.where(worth[t.link] > 0, np.clip(m[:n] / np.where(worth[t.link] > 0, worth[t.link], 1.0), 0, 1), 0)
    along = part.other.toarray()[:, t.link] * theta
    assert (np.abs(along).sum(axis=1) > 0).any()
    lean, to = np.zeros(len(m)), np.zeros(len(m))
    follow = followers(part)
    tilt(follow, t.link, m, at.profit, v, lean)
    assert lean == pytest.approx(np.concatenate([v[:n], v[n:] - along @ v[:n]]))
    stuck = ((lean > 0) & (m <= low)) | ((lean < 0) & (m >= high))
    assert length(m, lean, d, low, high) == pytest.approx(float((d * lean * lean)[~stuck].sum()))
    move(follow, m, lean, d, low, high, 0.01, to)
    others = np.clip(m[n:] - 0.01 * d[n:] * lean[n:], low[n:], high[n:])
    covers = np.clip(m[:n] - 0.01 * d[:n] * lean[:n] - along.T @ (others - m[n:]), low[:n], high[:n])
    assert to == pytest.approx(np.concatenate([covers, others]))


@pytest.mark.usefixtures("sparse_city")
def test_a_level_below_one_that_takes_all_the_money_is_bounded_below_its_linear_relaxation_in_few_steps():
    """Without the other coordinates the same takes a thousand steps."""
    part, linear = part_of(Spec(1_200, 300, 15, 1, budget_share=0.12))
    unit = units(part)
    descent = Descent(part, first_prices(part, unit, None), unit)
    descent.go(-math.inf, 300, math.inf)
    assert descent.bound < 0.9 * linear
