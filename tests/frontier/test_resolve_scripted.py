"""A level that is solved again: what is asked, what is taken, what is proven; the solver says what a case needs."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from support.hand import hand_instance, plan
from support.scripted import answer, scripted, without

from models import resolve as room
from models.backbone import Backbone
from models.errors import ModelError
from models.instance import Rules
from models.lexicographic import Reference
from models.resolve import resolve_levels
from models.solution import LevelResult, SolveOptions, Termination

# outlet columns: 0 S0,T0 (150 residents), 1 S0,T1 (10), 2 S1,T0 (80), 3 S1,T1 (30); both of T0 cover 180
INSTANCE = hand_instance(addon_eligible=np.zeros((3, 2), dtype=bool))
BASIC = Rules(levels=("basic_coverage",))
THREE = Rules(levels=("basic_coverage", "cost", "sites"))
EXACT = SolveOptions(mip_gap=0.0)
FIRST = plan([(0, 0)])


def known(value: float, bound: float, level: str = "basic_coverage", sense: Any = "max") -> LevelResult:
    ended = Termination.OPTIMAL if value == bound else Termination.FEASIBLE
    return LevelResult(level, sense, value, bound, 0.0, ended)


def told(found: Any) -> list[tuple[float, float, Termination]]:
    return [(level.incumbent, level.bound, level.termination) for level in found.solution.levels]


def test_a_lawful_start_is_the_plan_and_the_start(monkeypatch: pytest.MonkeyPatch):
    solver = scripted(monkeypatch, room, *[without(Termination.NO_SOLUTION, 200.0)] * 4)
    found = resolve_levels(INSTANCE, BASIC, EXACT, start=FIRST)
    assert told(found) == [(150.0, 200.0, Termination.FEASIBLE)]
    assert (found.calls, found.solution.decision.open.tolist()) == (1, FIRST.open.tolist())
    assert solver.asked[0][1][[0, 1, 2, 3]].tolist() == [1, 0, 0, 0]
    cheap = Rules(levels=("basic_coverage",), max_outlets=0)
    for rules, more in ((cheap, {}), (BASIC, {"keep": plan([(1, 0)])}), (BASIC, {"only": plan([(1, 0)])})):
        ended = resolve_levels(INSTANCE, rules, EXACT, start=FIRST, **more)
        assert ended.solution.termination is Termination.NO_SOLUTION
        assert ended.solution.decision is None
        assert math.isnan(ended.solution.levels[0].incumbent)
        assert ended.solution.levels[0].bound == 200.0
        assert solver.asked[-1][1] is None


@pytest.mark.parametrize(
    ("reference", "asked", "ended"),
    [
        (known(150.0, 150.0), [], (150.0, 150.0, Termination.OPTIMAL)),
        (known(140.0, 140.0), [], (150.0, 150.0, Termination.OPTIMAL)),  # the plan is better than what was proven
        (known(180.0, 180.0), [180.0], (150.0, 180.0, Termination.FEASIBLE)),
        (known(150.0, 170.0), [None], (150.0, 170.0, Termination.FEASIBLE)),
        (known(150.0, 250.0), [None], (150.0, 200.0, Termination.FEASIBLE)),
        (None, [None], (150.0, 200.0, Termination.FEASIBLE)),
    ],
)
def test_what_is_known_of_a_larger_problem(monkeypatch, reference: Any, asked: list[Any], ended: Any):
    solver = scripted(monkeypatch, room, without(Termination.NO_SOLUTION, 200.0))
    of = None if reference is None else Reference((reference,))
    found = resolve_levels(INSTANCE, BASIC, EXACT, start=FIRST, reference=of)
    assert [target for _, _, target in solver.asked] == asked
    assert found.calls == len(asked)
    assert told(found) == [ended]


def test_a_bound_stands_on_the_lattice_and_a_missing_one_says_nothing(monkeypatch: pytest.MonkeyPatch):
    for bound, said, ended in ((159.9, 150.0, Termination.OPTIMAL), (None, math.inf, Termination.FEASIBLE)):
        scripted(monkeypatch, room, answer([0], bound))
        assert told(resolve_levels(INSTANCE, BASIC, EXACT)) == [(150.0, said, ended)]
    scripted(monkeypatch, room, answer([0], 165.0))
    loose = resolve_levels(INSTANCE, BASIC, SolveOptions(mip_gap=0.1))
    assert told(loose) == [(150.0, 160.0, Termination.OPTIMAL)]


@pytest.mark.parametrize(("opens", "taken"), [([0], False), ([0, 2], False), ([0, 1, 2], True)])
def test_only_a_better_plan_is_taken(monkeypatch: pytest.MonkeyPatch, opens: list[int], taken: bool):
    """180 are covered; 150, another 180, and 190."""
    scripted(monkeypatch, room, answer(opens, 220.0))
    start = plan([(0, 0), (1, 1)])
    found = resolve_levels(INSTANCE, BASIC, EXACT, start=start).solution
    assert (found.decision.open.tolist() != start.open.tolist()) == taken
    assert found.levels[0].incumbent == (190.0 if taken else 180.0)


def test_a_loss_ends_what_is_known(monkeypatch: pytest.MonkeyPatch):
    references = Reference((known(180.0, 180.0), known(1500.0, 1500.0, "cost", "min")))
    rules = Rules(levels=("basic_coverage", "cost"))
    solver = scripted(monkeypatch, room, answer([0], 180.0), answer([0], 700.0))
    found = resolve_levels(INSTANCE, rules, EXACT, reference=references)
    assert [target for _, _, target in solver.asked] == [180.0, None]
    assert told(found)[1] == (1500.0, 1000.0, Termination.FEASIBLE)
    assert found.calls == 2
    solver = scripted(monkeypatch, room, answer([0, 2], 180.0), answer([0, 2], 700.0))
    resolve_levels(INSTANCE, rules, EXACT, reference=references)
    assert [target for _, _, target in solver.asked] == [180.0, 1500.0]


def backbones(monkeypatch: pytest.MonkeyPatch, *found: Backbone) -> list[Any]:
    """What the search for a backbone finds, one after the other; how it is called."""
    seen, left = [], list(found)

    def search(solver: Any, problem: Any, model: Any, goal: Any, plan: Any, options: Any) -> Backbone:
        seen.append(SimpleNamespace(goal=goal.name, plan=plan, model=model, name=solver.name))
        return left.pop(0)

    monkeypatch.setattr(room, "backbone", search)
    return seen


NOTHING = np.zeros(0, dtype=np.int64)


@pytest.mark.parametrize(
    ("unique", "ended"), [(True, (150.0, Termination.OPTIMAL)), (False, (180.0, Termination.FEASIBLE))]
)
def test_who_has_no_rival_is_proven_and_what_all_share_is_fixed(monkeypatch, unique: bool, ended: Any):
    models = []

    def kept(model: Any, goal: Any) -> Any:
        models.append(model)
        return without(Termination.NO_SOLUTION)(model, goal)

    scripted(monkeypatch, room, without(Termination.NO_SOLUTION, 180.0), kept, kept)
    seen = backbones(monkeypatch, Backbone(np.array([0, 2]), unique, None, 3))
    found = resolve_levels(INSTANCE, THREE, EXACT, start=FIRST)
    assert told(found)[0] == (150.0, *ended)
    assert found.calls == 3 + 3
    assert [(call.goal, call.name) for call in seen] == [("basic_coverage", "scripted")]
    for model in models:
        assert model.col_lower[:4].tolist() == [1.0, 0.0, 0.0, 0.0]
        assert model.col_upper[:4].tolist() == [1.0, 1.0, 0.0, 1.0]


def test_a_better_plan_on_the_way_is_taken_and_held(monkeypatch: pytest.MonkeyPatch):
    scripted(monkeypatch, room, answer([0, 2], 180.0))
    full = resolve_levels(INSTANCE, BASIC, EXACT).solution.decision
    better = room.complete(room.lay_out(INSTANCE, THREE), full)
    asked = []

    def cheaper(model: Any, goal: Any) -> Any:
        asked.append((model, goal.name))
        return without(Termination.NO_SOLUTION)(model, goal)

    scripted(monkeypatch, room, without(Termination.NO_SOLUTION, 200.0), cheaper, cheaper)
    backbones(monkeypatch, Backbone(NOTHING, False, better, 1))
    found = resolve_levels(INSTANCE, THREE, EXACT, start=FIRST)
    assert told(found)[0] == (180.0, 200.0, Termination.FEASIBLE)
    assert found.solution.decision.open.tolist() == full.open.tolist()
    first = room.complete(room.lay_out(INSTANCE, THREE), FIRST)
    assert [name for _, name in asked] == ["cost", "sites"]
    assert not asked[0][0].admits(first)
    assert asked[0][0].admits(better)


def test_a_backbone_is_looked_for_once_and_only_where_it_helps(monkeypatch: pytest.MonkeyPatch):
    levels = ("basic_coverage", "quality_coverage", "cost", "sites")

    def run(of: tuple[str, ...], *found: Backbone) -> list[str]:
        scripted(monkeypatch, room, *[without(Termination.NO_SOLUTION)] * 4)
        seen = backbones(monkeypatch, *found)
        resolve_levels(INSTANCE, Rules(levels=of), EXACT, start=FIRST)
        return [call.goal for call in seen]

    assert run(levels, Backbone(NOTHING, False, None, 1)) == ["basic_coverage"]
    # too few columns: nobody was asked, the next level may have more
    assert run(levels[:1] + levels[2:], Backbone(NOTHING, False, None, 0)) == ["basic_coverage"]
    assert run(("basic_coverage", "cost")) == []
    assert run(("cost", "sites", "basic_coverage")) == []


def test_a_pick_that_must_stay_has_a_column(monkeypatch: pytest.MonkeyPatch):
    """The first column too; what no level or rule asks for has none."""
    scripted(monkeypatch, room, answer([0], 150.0))
    kept = resolve_levels(INSTANCE, BASIC, EXACT, keep=FIRST).solution
    assert kept.decision.open.tolist() == FIRST.open.tolist()
    dear = hand_instance(addon_eligible=np.zeros((3, 2), dtype=bool), eligible=np.array([[True, True], [True, False]]))
    with pytest.raises(ModelError, match="has no column"):
        resolve_levels(dear, BASIC, EXACT, keep=plan([(1, 1)]))
