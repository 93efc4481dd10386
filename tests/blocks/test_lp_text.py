"""The LP text of a small model, compared whole, and read back by a solver with the same optimum."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pytest
from golden import hand_problem
from support.hand import hand_instance, with_walks
from support.instances import plain_instance, random_instance, random_rules
from support.programs import goal, program

from models.assemble import assemble
from models.backends import backend
from models.columns import lay_out
from models.linear import LinearModel, Objective
from models.lp_text import to_lp
from models.objectives import objective
from models.solution import SolveOptions, Termination

# D0 (3 residents) is reached by S0, D1 (2) by S0 and S1; S1 must be used; a quarter of the 5 residents is the floor
TINY = plain_instance(
    np.array([[[1], [0]], [[1], [1]]], dtype=bool),
    residents=np.array([3.0, 2.0]),
    segment_residents=np.array([[3.0], [2.0]]),
    open_cost_cny=np.array([[1000.5], [800.0]]),
    site_cost_cny=np.array([500.0, 0.0]),
)
TINY_LP = """\
Minimize
 cost: + 1000.5 open(S0.T0) + 800 open(S1.T0) + 500 used(S0)
Subject To
 site_use(S0.T0): + 1 open(S0.T0) - 1 used(S0) <= 0
 site_use(S1.T0): + 1 open(S1.T0) - 1 used(S1) <= 0
 site_empty(S1): - 1 open(S1.T0) + 1 used(S1) <= 0
 cover(T0.0): - 1 open(S0.T0) + 1 cover(T0.0) <= 0
 cover(T0.1): - 1 open(S0.T0) - 1 open(S1.T0) + 1 cover(T0.1) <= 0
 budget: + 1000.5 open(S0.T0) + 800 open(S1.T0) + 500 used(S0) <= 2400
 floor(T0): + 3 cover(T0.0) + 2 cover(T0.1) >= 1.24999999875
 lock_in(S1): + 1 used(S1) >= 1
Bounds
 0 <= open(S0.T0) <= 1
 0 <= open(S1.T0) <= 1
 0 <= used(S0) <= 1
 0 <= used(S1) <= 1
 0 <= cover(T0.0) <= 1
 0 <= cover(T0.1) <= 1
General
 open(S0.T0)
 open(S1.T0)
 used(S0)
 used(S1)
End
"""


def read_back(text: str, folder: Path) -> Any:
    path = folder / "model.lp"
    path.write_text(text, encoding="utf-8")
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    # as in models.backends.highs: the number of threads holds for the whole process
    solver.setOptionValue("threads", 1)
    assert solver.readModel(str(path)) == highspy.HighsStatus.kOk
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.run()
    return solver


def assert_same_optimum(model: LinearModel, aim: Objective, folder: Path) -> bool:
    solver = read_back(to_lp(model, aim), folder)
    answer = backend("highs").solve(model, aim, SolveOptions(mip_gap=0.0))
    assert solver.getNumCol() == model.n_col
    if answer.termination is Termination.INFEASIBLE:
        assert solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible
        return False
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    assert solver.getInfo().objective_function_value == pytest.approx(answer.objective, rel=1e-9, abs=1e-6)
    return True


def test_text_of_a_small_model_whole(tmp_path: Path):
    problem = hand_problem(
        ("basic_coverage", "cost"), TINY, budget_cny=2400.0, coverage_floor=((0, 0.25),), lock_in_sites=np.array([1])
    )
    model, aim = assemble(problem), objective("cost", problem)
    assert to_lp(model, aim) == TINY_LP
    assert assert_same_optimum(model, aim, tmp_path)
    # S1 alone: 800 for 2 of 5 residents
    assert read_back(TINY_LP, tmp_path).getInfo().objective_function_value == 800.0


def test_equal_sides_infinite_bounds_and_both_sides():
    problem = hand_problem(("farthest_walk",), with_walks(hand_instance()))
    text = to_lp(assemble(problem), objective("farthest_walk", problem))
    assert " served(D0.T0): + 1 assign(D0.existing.T0) + 1 assign(D0.S0.T0) = 1\n" in text
    assert " 0 <= farthest <= inf\n" in text
    assert "\n farthest(D2.T0): + 700000 assign(D2.S1.T0) - 1 farthest <= 0\n" in text


def test_a_row_with_two_sides_is_two_lines(tmp_path: Path):
    model = program([[1.0, 2.0]], 1.0, 2.5)
    text = to_lp(model, goal("max", [1.0, 1.0]))
    assert " row(0): + 1 v(0) + 2 v(1) >= 1\n row(0)_upper: + 1 v(0) + 2 v(1) <= 2.5\n" in text
    assert read_back(text, tmp_path).getInfo().objective_function_value == 1.0


@pytest.mark.parametrize("level", ["missing_types", "basic_coverage", "equity", "cost", "sites"])
@pytest.mark.parametrize("seed", range(3))
def test_read_back_with_the_same_optimum(seed: int, level: str, tmp_path: Path):
    rng = np.random.default_rng(seed)
    instance = random_instance(rng, 8, 4, 3, hosts=1)
    problem = lay_out(instance, random_rules(rng, instance, (level, "basic_coverage")))
    assert_same_optimum(assemble(problem), objective(level, problem), tmp_path)


@pytest.mark.parametrize("level", ["walking", "farthest_walk"])
def test_walking_models_are_read_back_too(level: str, tmp_path: Path):
    problem = hand_problem((level,), with_walks(hand_instance()))
    assert assert_same_optimum(assemble(problem), objective(level, problem), tmp_path)


def test_an_empty_row_stays_impossible(tmp_path: Path):
    problem = hand_problem(instance=hand_instance(eligible=np.zeros((2, 2), bool)), lock_in_pairs=np.array([[0, 0]]))
    assert not assert_same_optimum(assemble(problem), objective("basic_coverage", problem), tmp_path)


def test_names_from_files_become_safe_and_stay_apart(tmp_path: Path):
    instance = plain_instance(np.ones((2, 2, 1), dtype=bool), site_ids=("药店 1", "菜店+1"), type_ids=("a:\n b",))
    problem = hand_problem(("basic_coverage", "cost"), instance)
    model, aim = assemble(problem), objective("basic_coverage", problem)
    text = to_lp(model, aim)
    assert re.fullmatch(r"[\x20-\x7e\n]*", text)
    assert " open(___1.a___b)\n open(___1.a___b)#2\n used(___1)\n used(___1)#2\n" in text
    assert assert_same_optimum(model, aim, tmp_path)
