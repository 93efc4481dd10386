"""When an aim is settled, by hand; and a plan whose values the verifier does not find."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from families import EXACT, alone, family

from models.errors import VerificationError
from models.linear import Kind, Objective, stack
from models.robust import Family, solve_expected, solve_worst
from models.robust import solve as robust_solve
from models.robust.aims import Aim, Posed, _common_step, pose
from models.robust.joint import join
from models.robust.judge import judge
from models.solution import SolveOptions, Termination

NONE, HALVES = np.zeros(2), np.array([0.5, 0.5])


@pytest.mark.parametrize(
    ("aim", "settled", "open_"),
    [
        # the mean of the ideals 10 and 20
        (Aim("basic_coverage", "max", NONE, HALVES), (15.0, 16.0), (14.9,)),
        (Aim("cost", "min", NONE, HALVES), (15.0, 14.0), (15.1,)),
        # the ideals moved are 15 and 20: every future is at its best where the worst is at the better of them
        (Aim("basic_coverage", "max", np.array([5.0, 0.0])), (20.0, 21.0), (19.9, 15.0)),
        (Aim("cost", "min", np.array([5.0, 0.0])), (15.0, 14.0), (15.1, 20.0)),
    ],
)
def test_who_is_at_every_ideal_has_settled_the_aim(aim: Aim, settled: tuple[float, ...], open_: tuple[float, ...]):
    ideal = np.array([10.0, 20.0])
    assert all(aim.settles(value, ideal) for value in settled)
    assert not any(aim.settles(value, ideal) for value in open_)


@pytest.mark.parametrize(("sense", "slack"), [("max", -0.25), ("min", 0.25)])
def test_an_aim_that_is_held_bounds_every_future_by_its_own_constant(sense, slack: float):
    """The worst of L[s] + shift[s], where L[s] = constant[s] + column s, is held at 30 on a lattice of a half."""
    goals = tuple(Objective("g", sense, np.eye(2)[s], constant=4.0 + s) for s in range(2))
    model = stack([], np.zeros(2), np.ones(2), np.full(2, int(Kind.INTEGER), dtype=np.int8), lambda: ["a", "b"])
    posed = Posed(Aim("g", sense, np.array([1.0, 0.0])), goals, model, goals[0], 0.5, 0.0, 0, 1.0)
    held = posed.holds(30.0, 2)
    bound, free = (held.lower, held.upper) if sense == "max" else (held.upper, held.lower)
    assert bound == pytest.approx(np.array([30.0 - 1.0 - 4.0, 30.0 - 5.0]) + slack)
    assert not np.isfinite(free).any()
    assert held.matrix.toarray().tolist() == np.eye(2).tolist()


def test_whole_numbers_tell_the_worst_case_to_ten_digits():
    """A level without a lattice: its whole range is ten thousand million steps, however large the range."""
    joint = join(family(0, ("walking",), walking=True))
    posed = pose(Aim("walking", "min", np.arange(joint.family.n) / 7.0), joint, joint.model, "cpsat")
    assert posed.step == 0
    assert posed.widen == posed.unit
    steps = posed.model.col_upper[posed.column] - posed.model.col_lower[posed.column]
    assert 0.5e10 <= steps <= 2e10 + 2


@pytest.mark.parametrize(("sense", "ticks"), [("max", 8.0), ("min", 9.0)])
def test_the_worst_case_is_placed_on_its_grid_on_the_safe_side(sense, ticks: float):
    """The worst is 3 for a maximum, 4 for a minimum: 2.6 and 3.6 above the constant, in steps of 0.3 and 0.42."""
    unit = 0.3 if sense == "max" else 0.42
    goals = tuple(Objective("g", sense, np.eye(3)[s] * (3.0 + s)) for s in range(2))
    model = stack([], np.zeros(2), np.ones(2), np.full(2, int(Kind.INTEGER), dtype=np.int8), lambda: ["a", "b"])
    goal = Objective("g", sense, np.zeros(3), constant=0.4)
    posed = Posed(Aim("g", sense, NONE), goals, model, goal, 0.0, unit, 2, unit)
    assert posed.placed(np.array([1.0, 1.0, 0.0])).tolist() == [1.0, 1.0, ticks]


def test_the_step_that_all_futures_share():
    model = stack([], np.zeros(2), np.ones(2), np.full(2, int(Kind.INTEGER), dtype=np.int8), lambda: ["a", "b"])

    def step(first: float, second: float, apart: float) -> float:
        goals = tuple(Objective("g", "max", np.eye(2)[s] * v) for s, v in enumerate((first, second)))
        return _common_step(goals, np.array([5.0, 5.0 + apart]), model)

    assert step(6.0, 4.0, 0.0) == 2.0
    assert step(6.0, 4.0, 3.0) == 1.0
    assert step(0.5, 0.75, 0.0) == 0.25
    assert step(0.0, 3.0, 0.0) == 3.0
    assert step(0.0, 0.0, 0.0) == step(1 / 3, 1.0, 0.0) == step(1.0, 1.0, 1 / 3) == 0.0


@pytest.mark.parametrize(("level", "better"), [("basic_coverage", 1.0), ("cost", -1.0)])
def test_a_plan_that_the_verifier_finds_worse_does_not_leave(monkeypatch, level: str, better: float):
    """What it finds better is told as it is."""
    made, options = family(2, (level,)), SolveOptions(**EXACT)
    true = solve_expected(made, options).levels[0].incumbent

    def other_judge(shift: float):
        return lambda family, plan: replace(found := judge(family, plan), values=found.values + shift)

    monkeypatch.setattr(robust_solve, "judge", other_judge(10.0 * better))
    assert solve_expected(made, options).levels[0].incumbent == pytest.approx(true + 10.0 * better)
    monkeypatch.setattr(robust_solve, "judge", other_judge(-10.0 * better))
    with pytest.raises(VerificationError, match=f"expected of {level}"):
        solve_expected(made, options)


@pytest.mark.parametrize("far", [0.0, 5.0])
def test_a_gap_is_nothing_only_where_the_bound_is_the_value(monkeypatch, far: float):
    optimise = robust_solve._Chain._optimise

    def looser(self, *rest):
        ended, bound = optimise(self, *rest)
        return ended, bound + far

    monkeypatch.setattr(robust_solve._Chain, "_optimise", looser)
    level = solve_expected(family(2, ("basic_coverage",)), SolveOptions(**EXACT)).levels[0]
    assert level.bound == pytest.approx(level.incumbent + far / float(family(2, ("basic_coverage",)).weights.sum()))
    assert level.mip_gap == pytest.approx((level.bound - level.incumbent) / level.incumbent, abs=1e-9)
    assert (level.mip_gap > 0) == (far > 0)


def test_no_plan_for_all_futures_is_infeasible():
    made = family(2, ("basic_coverage", "cost"))
    full = {"max_outlets": 0, "lock_in_sites": np.arange(3)}
    futures = [replace(f, stands=np.ones(3, dtype=bool), rules=replace(f.rules, **full)) for f in made.futures]
    found = solve_expected(Family(futures), SolveOptions(**EXACT))
    assert found.termination is Termination.INFEASIBLE
    assert (found.plan, found.judgement, len(found.levels)) == (None, None, 1)


def test_tilted_solves_change_no_optimum(monkeypatch):
    """As if no gap were ever closed, so that every worst case is tilted."""
    made, options = family(2, ("basic_coverage",)), SolveOptions(**EXACT)
    best = solve_worst(made, options, measure="worst_value", alone=alone(made))
    monkeypatch.setattr(robust_solve._Chain, "_closed", lambda self, posed, bound: False)
    tilted = solve_worst(made, options, measure="worst_value", alone=alone(made))
    assert tilted.levels[0].incumbent == pytest.approx(best.levels[0].incumbent)
    assert tilted.levels[0].bound >= best.levels[0].incumbent - 1e-6
