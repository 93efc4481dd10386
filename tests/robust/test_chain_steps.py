"""The steps of a robust solve one by one: stages, times, what ends one without a solver, bounds, what is told."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from families import alone, family

from models.backends import BackendResult, Progress
from models.errors import VerificationError
from models.robust import Family, solve_expected, solve_worst
from models.robust import solve as room
from models.robust.aims import Aim, pose
from models.robust.solve import RobustLevel, _Chain, _expectations, _Shown, _told
from models.solution import Decision, SolveOptions, Termination

LEVELS = ("basic_coverage", "cost")
NONE = np.zeros(3)


def nothing(made: Family) -> Decision:
    return Decision(np.zeros_like(made.opens), np.zeros_like(made.addons))


def lawful(seeds: range = range(20)) -> Family:
    """One in which opening nothing is lawful everywhere."""
    return next(made for seed in seeds if room.judge(made := family(seed, LEVELS), nothing(made)).lawful.all())


def test_stages_of_each_measure(monkeypatch: pytest.MonkeyPatch):
    seen: list[Any] = []
    monkeypatch.setattr(_Chain, "run", lambda self, stages, starts: seen.append((stages, starts)))
    made, options = family(2, LEVELS), SolveOptions()
    found = [
        [SimpleNamespace(incumbent=v, bound=v) for v in pair] for pair in ((90.0, 5.0), (100.0, -7.0), (80.0, 6.0))
    ]
    single = [SimpleNamespace(levels=levels) for levels in found]
    solve_expected(made, options, starts=["a start"])
    solve_worst(made, options, measure="worst_value", alone=single)
    solve_worst(made, options, measure="worst_regret", alone=single)
    solve_worst(Family(made.futures[:1]), options, measure="worst_regret", alone=single[:1])
    (expected, starts), (value, _), (regret, _), (only, _) = seen
    assert starts == ["a start"]
    assert [(s.measure, s.aim.level, s.aim.sense, s.tie_break) for s in expected] == [
        ("expected", "basic_coverage", "max", False), ("expected", "cost", "min", False)]  # fmt: skip
    assert all((s.aim.weights == made.weights).all() and not s.aim.shift.any() for s in expected)
    assert [(s.measure, s.tie_break) for s in value] == [("worst_value", False)] * 2 + [("expected", True)] * 2
    assert all(s.size == 0.0 and not s.aim.shift.any() for s in value)
    assert [(s.measure, s.size, s.aim.shift.tolist()) for s in regret[:2]] == [
        ("worst_regret", 100.0, [10.0, 0.0, 20.0]), ("worst_regret", 7.0, [2.0, 14.0, 1.0])]  # fmt: skip
    assert [s.measure for s in only] == ["worst_regret", "worst_regret"]


def test_of_the_starts_the_best_in_the_order_of_the_stages():
    made, best = next(
        (made, found.plan)
        for seed in range(20)
        if room.judge(made := family(seed, LEVELS), nothing(made)).lawful.all()
        and (found := solve_expected(made, SolveOptions(mip_gap=0.0))).plan.open.any()
    )
    chain, stages = _Chain(made, SolveOptions(), None, None), _expectations(made)
    for order, wanted in ((stages, best), (stages[::-1], nothing(made))):
        for starts in ([best, nothing(made)], [nothing(made), best]):
            assert chain._best_start(order, starts) == pytest.approx(chain.joint.complete(wanted))
    assert chain._best_start(stages[::-1], [best]) == pytest.approx(chain.joint.complete(nothing(made)))


def test_numbers_as_they_are_shown():
    weights = np.array([1.0, 2.0, 1.0])
    for shown, sense, pairs in (
        (_Shown("expected", Aim("a", "max", NONE, weights)), "max", {8.0: 2.0}),
        (_Shown("worst_value", Aim("a", "min", NONE)), "min", {8.0: 8.0}),
        (_Shown("worst_regret", Aim("a", "max", NONE), 10.0), "min", {8.0: 2.0, 10.0: 0.0}),
        (_Shown("worst_regret", Aim("a", "min", NONE), 10.0), "min", {13.0: 3.0}),
    ):
        assert shown.sense == sense
        assert {value: shown.number(value) for value in pairs} == pairs
        told: list[Any] = []
        chain = SimpleNamespace(progress=lambda *state, told=told: told.append(state))
        for value, number in pairs.items():
            _Chain._report(chain, shown)(Progress(value, None, 1.5))
            _Chain._report(chain, shown)(Progress(None, value, 2.5))
            assert told[-2:] == [("a", Progress(number, None, 1.5)), ("a", Progress(None, number, 2.5))]
    assert _Chain._report(SimpleNamespace(progress=None), shown) is None
    assert math.copysign(1.0, _Shown("worst_regret", Aim("a", "max", NONE), 10.0).number(10.0)) == 1.0


def test_what_is_told_of_a_stage():
    shown = _Shown("worst_regret", Aim("a", "max", NONE), 100.0)
    level = _told(shown, 80.0, 88.0, 1.5, Termination.FEASIBLE)
    assert (level.incumbent, level.bound, level.mip_gap, level.seconds) == (20.0, 12.0, 0.1, 1.5)
    assert (level.measure, level.level, level.sense, level.termination) == (
        "worst_regret", "a", "min", Termination.FEASIBLE)  # fmt: skip
    assert _told(shown, math.nan, 88.0, 1.5, Termination.NO_SOLUTION).mip_gap == math.inf


@pytest.mark.parametrize(
    ("limit_s", "tie_break", "given_s"), [(60.0, True, 10.0), (4.0, True, 4.0), (60.0, False, 60.0)]
)
def test_a_tie_is_broken_in_ten_seconds_at_most(monkeypatch, limit_s: float, tie_break: bool, given_s: float):
    asked, made = [], lawful()

    def ask(solver: Any, model: Any, goal: Any, options: SolveOptions, **more: Any) -> BackendResult:
        asked.append((options.time_limit_s, options.seed, more["start"], more["progress"]))
        return BackendResult(Termination.NO_SOLUTION, None, None, None, 0.0)

    monkeypatch.setattr(room, "ask", ask)
    chain = _Chain(made, SolveOptions(time_limit_s=limit_s, seed=3), None, None)
    shown = _Shown("expected", _expectations(made)[0].aim, tie_break=tie_break)
    posed = pose(shown.aim, chain.joint, chain.model, "highs")
    assert chain._optimise(shown, posed, math.inf) == (Termination.NO_SOLUTION, math.inf)
    assert asked == [(given_s, 3, None, None)]
    chain.point = chain.joint.complete(nothing(made))
    assert chain._optimise(shown, posed, math.inf) == (Termination.FEASIBLE, math.inf)
    assert asked[1][2] == pytest.approx(chain.point)


def stage(made: Family, level: str, weights: bool) -> tuple[_Chain, Any, Any, float]:
    chain = _Chain(made, SolveOptions(mip_gap=0.0), None, None)
    shown = _Shown("expected", Aim(level, made.sense(level), np.zeros(made.n), made.weights if weights else None))
    chain.point = chain.joint.complete(nothing(made))
    posed = pose(shown.aim, chain.joint, chain.model, "highs")
    return chain, shown, posed, posed.value(chain.point)


@pytest.mark.parametrize(("level", "better"), [("basic_coverage", 1.0), ("cost", -1.0)])
def test_what_a_future_alone_allows_ends_a_stage(monkeypatch: pytest.MonkeyPatch, level: str, better: float):
    asked = []

    def ask(*_: Any, **__: Any) -> BackendResult:
        asked.append(1)
        return BackendResult(Termination.FEASIBLE, None, None, value + 50.0 * better, 0.0)

    monkeypatch.setattr(room, "ask", ask)
    chain, shown, posed, value = stage(lawful(), level, weights=True)
    posed, size = replace(posed, step=0.0), max(1.0, abs(value))
    for known in (value, value - 5.0 * better, value + 0.9e-9 * size, value - 0.9e-9 * size):
        assert chain._optimise(shown, posed, known) == (Termination.OPTIMAL, value)
    assert not asked
    ended, bound = chain._optimise(shown, posed, value + 20.0 * better)
    assert (ended, bound, asked) == (Termination.FEASIBLE, pytest.approx(value + 20.0 * better), [1])
    ended, bound = chain._optimise(shown, posed, value + 90.0 * better)
    assert bound == pytest.approx(value + 50.0 * better)


def test_a_bound_gives_way_by_what_a_grid_hides_and_never_passes_the_plan(monkeypatch: pytest.MonkeyPatch):
    said = [0.0]
    monkeypatch.setattr(room, "ask", lambda *_, **__: BackendResult(Termination.FEASIBLE, None, None, said[0], 0.0))
    for level, better in (("basic_coverage", 1.0), ("cost", -1.0)):
        chain, shown, posed, value = stage(lawful(), level, weights=True)
        rough = replace(posed, step=0.0, widen=3.0)
        said[0] = value + 20.0 * better
        assert chain._optimise(shown, rough, math.inf * better)[1] == pytest.approx(value + 23.0 * better)
        said[0] = value - 9.0 * better
        assert chain._optimise(shown, rough, math.inf * better) == (Termination.OPTIMAL, value)


@pytest.mark.parametrize("weights", [True, False])
def test_only_a_worst_case_is_tilted(monkeypatch: pytest.MonkeyPatch, weights: bool):
    tilted, said = [], [1e9]
    monkeypatch.setattr(room, "ask", lambda *_, **__: BackendResult(Termination.FEASIBLE, None, None, said[0], 0.0))
    monkeypatch.setattr(_Chain, "_tilted", lambda self, posed, bound: tilted.append(bound) or bound)
    chain, shown, posed, _ = stage(lawful(), "basic_coverage", weights)
    chain._optimise(shown, posed, math.inf)
    assert bool(tilted) != weights
    tilted.clear()
    said[0] = posed.value(chain.point)
    assert chain._optimise(shown, posed, math.inf) == (Termination.OPTIMAL, said[0])
    assert not tilted


@pytest.mark.parametrize("level", LEVELS)
def test_the_better_plan_is_kept_and_of_equals_the_new_one(level: str):
    chain, _, posed, _ = stage(lawful(), level, weights=True)
    poor, full = chain.point, chain.joint.complete(Decision(chain.family.opens, chain.family.addons))
    assert posed.value(full) > posed.value(poor)
    best, worst = (full, poor) if level == "basic_coverage" else (poor, full)
    chain.point = best
    assert chain._better(worst, posed) is best
    assert chain._better(best, posed) is not best
    chain.point = worst
    assert chain._better(best, posed) == pytest.approx(best)
    chain.point = None
    assert chain._better(worst, posed) == pytest.approx(worst)


@pytest.mark.parametrize(("off", "told"), [(0.0, True), (0.0039, True), (0.0041, False)])
def test_what_the_verifier_finds_may_differ_by_rounding_alone(off: float, told: bool):
    """0.002 and two millionths of the level: 1000, the size of a regret."""
    made = lawful()
    chain = _Chain(made, SolveOptions(), None, None)
    for measure, sense, values in (
        ("worst_regret", "min", 900.0 - np.array([[0.0], [off], [-1.0]])),
        ("worst_value", "max", 1000.0 - np.array([[0.0], [off], [-1.0]])),
    ):
        shown = _Shown(measure, Aim("basic_coverage", "max", NONE), 1000.0)
        incumbent = 100.0 if measure == "worst_regret" else 1000.0
        level = RobustLevel(measure, "basic_coverage", sense, incumbent, incumbent, 0.25, 1.5, Termination.OPTIMAL)
        judged = SimpleNamespace(values=np.hstack([values, values]))
        if not told:
            with pytest.raises(VerificationError, match=f"{measure} of basic_coverage"):
                chain._recomputed(shown, level, judged)
            continue
        found = chain._recomputed(shown, level, judged)
        assert found.incumbent == pytest.approx(incumbent + (off if sense == "min" else -off), abs=1e-9)
        assert found.bound == incumbent
        assert found.mip_gap == (0.25 if off else 0.0)
        assert (found.level, found.sense, found.seconds, found.termination) == (
            "basic_coverage", sense, 1.5, Termination.OPTIMAL)  # fmt: skip


def test_ideals_count_as_long_as_every_future_is_at_its_own(monkeypatch: pytest.MonkeyPatch):
    made = lawful()
    single = alone(made)
    for settled, dropped in ((True, False), (False, True)):
        chain = _Chain(made, SolveOptions(mip_gap=0.0), single, None)
        assert chain.ideal["cost"].tolist() == [s.levels[1].bound for s in single]
        chain.point = chain.joint.complete(nothing(made))
        monkeypatch.setattr(_Chain, "_optimise", lambda *_: (Termination.FEASIBLE, 5.0))
        monkeypatch.setattr(Aim, "settles", lambda *_, settled=settled: settled)
        rows = chain.model.n_row
        assert chain._advance(_expectations(made)[0])
        assert (chain.ideal == {}) == dropped
        assert chain.model.n_row == rows + 1
        assert len(chain.results) == 1
        chain.point = None
        assert not chain._advance(_expectations(made)[1])
        assert (len(chain.results), chain.model.n_row) == (2, rows + 1)
        assert math.isnan(chain.results[1][1].incumbent)


def test_without_a_plan_the_last_stage_says_how_it_ended():
    chain = _Chain(lawful(), SolveOptions(), None, None)
    assert chain._finish(1.5).termination is Termination.NO_SOLUTION
    chain.results = [
        (None, SimpleNamespace(termination=ended)) for ended in (Termination.OPTIMAL, Termination.INFEASIBLE)
    ]
    assert chain._finish(1.5).termination is Termination.INFEASIBLE
    assert chain._finish(1.5).seconds == 1.5
