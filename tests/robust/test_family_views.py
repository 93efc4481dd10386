"""A plan seen from the family and from one future, by loops; starts and tilts of which the best is kept."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from families import EXACT, family

from models.presolve import lawful_addons, lawful_opens, useful_places, wanted_opens
from models.robust import Family, solve_expected
from models.robust import solve as robust_solve
from models.robust.aims import Aim, pose
from models.robust.solve import _Chain, _expectations
from models.solution import Decision, SolveOptions

LEVELS = ("basic_coverage", "cost")


def some_plan(made: Family, rng: np.random.Generator) -> Decision:
    return Decision(rng.random(made.opens.shape) < 0.5, rng.random(made.addons.shape) < 0.5)


@pytest.mark.parametrize("seed", range(6))
def test_a_plan_there_and_here(seed: int):
    made = family(seed, LEVELS, closing=seed % 2 == 0)
    plan = some_plan(made, np.random.default_rng(seed))
    for s, future in enumerate(made.futures):
        there, ids = made.there(s, plan), (*future.instance.site_ids, *future.instance.host_ids)
        for p, place in enumerate(ids):
            stands = p >= made.n_site or future.stands[p]
            assert made.standing(s)[p] == stands
            assert (there.addon[p] == (plan.addon[made.place_ids.index(place)] & stands)).all()
        assert (there.open == plan.open & future.stands[:, None]).all()
        back = made.here(s, there)
        assert (back.open == there.open).all()
        assert back.addon.sum() == there.addon.sum()
        assert (back.addon[[made.place_ids.index(place) for place in ids]] == there.addon).all()
    assert made.probability.sum() == pytest.approx(1.0)
    assert made.probability[0] / made.probability[1] == pytest.approx(made.weights[0] / made.weights[1])


def test_locks_of_fallen_sites_are_lifted_and_the_sites_locked_out():
    first = family(3, LEVELS).futures[0]
    every = np.array([[0, 0], [0, 1], [1, 0], [2, 1]])
    locks = {"lock_in_sites": np.array([0, 1]), "lock_in_pairs": every, "lock_out_sites": np.array([2])}
    rules = replace(first, rules=replace(first.rules, **locks), stands=np.array([True, False, True])).own_rules
    assert rules.lock_in_sites.tolist() == [0]
    assert rules.lock_in_pairs.tolist() == [[0, 0], [0, 1], [2, 1]]
    assert rules.lock_out_sites.tolist() == [1, 2]


@pytest.mark.parametrize("seed", range(6))
def test_what_may_be_opened_is_lawful_wherever_it_stands_and_useful_somewhere(seed: int):
    made = family(seed, LEVELS, closing=seed % 2 == 0)
    views = list(zip(made.futures, made.rules, strict=True))
    for j, k in np.ndindex(*made.opens.shape):
        there = [(f, r) for f, r in views if f.stands[j]]
        lawful = all(lawful_opens(f.instance, r)[j, k] for f, r in there)
        assert made.opens[j, k] == (lawful and any(wanted_opens(f.instance, r)[j, k] for f, r in there))
    for p, place in enumerate(made.place_ids):
        there = []
        for s, (f, r) in enumerate(views):
            ids = (*f.instance.site_ids, *f.instance.host_ids)
            if place in ids and made.standing(s)[ids.index(place)]:
                there.append((f, r, ids.index(place)))
        for k in range(made.n_type):
            lawful = all(lawful_addons(f.instance, made.opens)[q, k] for f, _, q in there)
            useful = any(useful_places(f.instance, r)[q, k] for f, r, q in there)
            assert made.addons[p, k] == (lawful and useful)


def test_the_best_lawful_start_is_taken_and_tilts_better_it(monkeypatch: pytest.MonkeyPatch):
    made, options = family(2, LEVELS), SolveOptions(**EXACT)
    best = solve_expected(made, options).plan
    chain = _Chain(made, options, None, None)
    stages = _expectations(made)
    nothing = Decision(np.zeros_like(made.opens), np.zeros_like(made.addons))
    unlawful = Decision(np.ones_like(made.opens), np.ones_like(made.addons))
    first = chain._best_start(stages, [unlawful, best, nothing])
    assert first == pytest.approx(chain.joint.complete(best))
    posed = pose(Aim("basic_coverage", "max", np.zeros(made.n)), chain.joint, chain.model, "highs")
    point = chain.joint.complete(best)
    value = posed.value(point)
    poor = chain.joint.complete(nothing)
    for gap, off, closed in (
        (0.0, 0.0, True),
        (0.0, 1.0, False),
        (0.1, 0.099 * value, True),
        (0.1, 0.2 * value, False),
    ):
        chain.options, chain.point = SolveOptions(mip_gap=gap), point
        assert chain._closed(posed, value + off) == closed
    chain.options = options
    assert posed.value(poor) < value
    tilts = ((value + 500.0, None), (None, posed.placed(point)), (value, poor), (None, None))
    told = iter([SimpleNamespace(bound=bound, values=values) for bound, values in tilts])
    monkeypatch.setattr(robust_solve, "tilts", lambda *_: told)
    chain.point = poor
    assert chain._tilted(posed, value + 900.0) == pytest.approx(value)
    assert posed.value(chain.point) == pytest.approx(value)
    assert next(told).bound is None  # the gap was closed before the last one
