"""The joint model against the futures' own, column by column and row by row; how worst cases are posed, by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from families import family
from scipy import sparse

from models.assemble import assemble
from models.backends import BackendResult
from models.columns import lay_out
from models.linear import Kind, Objective, stack
from models.robust import tilt as room
from models.robust.aims import Aim, _common_step, _range, _worst_rows, pose
from models.robust.joint import _numbered, join
from models.robust.same_rows import _equal, first_of_each
from models.robust.tilt import tilts
from models.solution import SolveOptions, Termination

LEVELS = ("basic_coverage", "equity", "cost")


@pytest.mark.parametrize("seed", range(4))
def test_names_and_bounds_are_those_of_the_futures(seed: int):
    made = family(seed, LEVELS, walking=seed == 3, closing=seed % 2 > 0)
    joint = join(made)
    model, names = joint.model, joint.model.column_names()
    lower, upper = np.full(joint.n_col, -math.inf), np.full(joint.n_col, math.inf)
    wanted, whose = [""] * joint.n_col, [set() for _ in range(joint.n_col)]
    rows: dict[tuple, list[str]] = {}
    for s, future in enumerate(made.futures):
        opens, addons = made.opens & future.stands[:, None], made.addons[made.place_of[s]] & made.standing(s)[:, None]
        own = lay_out(future.instance, made.rules[s], opens, addons)
        part, columns = assemble(own), joint.columns[s]
        plan = {c for block in ("open", "used", "addon") for c in np.arange(own.n_col)[own.offsets[block]]}
        for c, name in enumerate(part.column_names()):
            at = columns[c]
            if at < 0:
                assert name.startswith("used[")
                assert not future.stands[int(c - own.offsets["used"].start)]
                continue
            wanted[at] = wanted[at] or (name if c in plan else f"{future.name}:{name}")
            whose[at].add(s)
            lower[at], upper[at] = max(lower[at], part.col_lower[c]), min(upper[at], part.col_upper[c])
            assert model.kind[at] == part.kind[c]
        dense = part.matrix.toarray()
        for r, name in enumerate(part.row_names()):
            moved = np.zeros(joint.n_col)
            for c in np.flatnonzero(dense[r]):
                if columns[c] >= 0:
                    moved[columns[c]] += dense[r, c]
            key = (*moved.tolist(), part.row_lower[r], part.row_upper[r])
            rows.setdefault(key, []).append(f"{future.name}:{name}")
    wanted[-1] = "worst"
    idle = [at for at in range(joint.n_col) if not whose[at]]
    assert joint.n_col - 1 in idle
    assert [names[at] for at in range(joint.n_col) if at not in idle[:-1]] == [
        wanted[at] for at in range(joint.n_col) if at not in idle[:-1]
    ]
    lower[idle] = upper[idle] = 0.0
    assert model.col_lower.tolist() == lower.tolist()
    finite = np.isfinite(upper)
    assert model.col_upper[finite] == pytest.approx(upper[finite])
    dense = model.matrix.toarray()
    kept = [(*row, a, b) for row, a, b in zip(dense.tolist(), model.row_lower, model.row_upper, strict=True)]
    assert len(set(kept)) == len(kept) == len(rows)
    assert set(kept) == set(rows)
    assert model.row_names() == [rows[key][0] for key in kept]
    assert model.blocks == {"futures": slice(0, len(kept))}


def test_a_table_of_numbers():
    there = np.array([[True, False], [False, True]])
    assert _numbered(there, 5).tolist() == [[5, -1], [-1, 6]]


def test_equal_rows_by_entries_and_sides():
    dense = np.array([[1.0, 0, 2], [1, 0, 2], [1, 0, 3], [0, 1, 2], [0, 0, 0], [0, 0, 0], [1, 0, 2]])
    lower = np.array([0.0, 0, 0, 0, 1, 1, 0])
    upper = np.array([5.0, 5, 5, 5, 5, 5, 6])
    matrix = sparse.csr_array(dense)
    assert first_of_each(matrix, lower, upper).tolist() == [True, False, True, True, True, False, True]
    assert first_of_each(sparse.csr_array((3, 2)), np.zeros(3), np.ones(3)).tolist() == [True, False, False]
    assert _equal(matrix, np.array([0, 0, 0, 0, 5, 4, 2])).tolist() == [True, True, False, False, True, True, False]


def goals(sense, first: list[float], second: list[float], constants=(4.0, 6.0)) -> tuple[Objective, Objective]:
    both = zip((first, second), constants, strict=True)
    return tuple(Objective("g", sense, np.array(c), constant=k) for c, k in both)


WHOLE = np.full(3, int(Kind.INTEGER), dtype=np.int8)
BOX = stack([], np.array([0.0, -1.0, 0.0]), np.array([2.0, 3.0, 1.0]), WHOLE, list)


def test_the_range_of_a_level_over_the_box():
    """-2 to 7 (column 0 in twos, column 1 in ones) from 4, and -6 to 4 from 6 and a shift."""
    both = goals("max", [2.0, 1.0, 0.0], [-2.0, 2.0, 0.0])
    assert _range(both, np.array([4.0, 6.0]), BOX) == (0.0, 12.0)
    assert _range(both, np.array([4.0, 9.0]), BOX) == (3.0, 15.0)


def test_steps_that_futures_share():
    both = goals("max", [6.0, 0.0, 0.0], [0.0, 4.0, 0.0])
    assert _common_step(both, np.array([1.0, 1.0]), BOX) == 2.0
    assert _common_step(both, np.array([1.0, 1.0 + 0.5e-7]), BOX) == 2.0
    assert _common_step(both, np.array([1.0, 1.0 + 2e-7]), BOX) == 0.0
    assert _common_step(both, np.array([1.0, 1.001]), BOX) == 0.001
    assert _common_step(both, np.array([1.0, 2.0**43]), BOX) == 0.0  # beyond whole numbers of a thousandth


@pytest.mark.parametrize("sense", ["max", "min"])
def test_rows_of_the_worst_case(sense):
    made = family(2, LEVELS, 2)
    joint = replace(join(made), n_col=3)
    both = goals(sense, [2.0, 1.0, 0.0], [0.0, 2.0, 0.0])
    found = _worst_rows(joint, both, np.array([4.0, 9.0]), 0.5, sense)
    assert found.matrix.toarray().tolist() == [[-2.0, -1.0, 0.5], [0.0, -2.0, 0.5]]
    bound, free = (found.upper, found.lower) if sense == "max" else (found.lower, found.upper)
    assert np.broadcast_to(bound, 2).tolist() == [0.0, 5.0]
    assert not np.isfinite(free).any()
    assert found.label() == ["worst[as is]", "worst[F1]"]


@pytest.mark.parametrize("solver", ["highs", "cpsat"])
def test_an_aim_as_it_is_posed(solver: str):
    made = family(2, LEVELS)
    joint = join(made)
    weights = np.array([0.5, 0.25, 0.25])
    mean = pose(Aim("basic_coverage", "max", np.zeros(3), weights), joint, joint.model, solver)
    own = [joint.objective(s, "basic_coverage") for s in range(3)]
    assert mean.goal.coefficients == pytest.approx(sum(w * g.coefficients for w, g in zip(weights, own, strict=True)))
    assert mean.goal.constant == pytest.approx(weights @ [g.constant for g in own])
    assert (mean.model is joint.model, mean.widen, mean.unit, mean.column) == (True, 0.0, 1.0, joint.worst_column)
    point = np.arange(joint.n_col, dtype=float)
    assert mean.placed(point) is point
    shift = np.array([3.0, 0.0, 1.0])
    worst = pose(Aim("basic_coverage", "max", shift), joint, joint.model, solver)
    assert worst.goal.constant == pytest.approx(own[0].constant + 3.0)
    assert worst.by_future(point) == pytest.approx([g.value(point) for g in own])
    assert worst.unit == (worst.step or worst.unit) if solver == "cpsat" else worst.unit == 1.0
    assert worst.widen == (0.0 if worst.step or solver == "highs" else worst.unit)
    assert np.flatnonzero(worst.goal.coefficients).tolist() == [joint.worst_column]
    assert worst.goal.coefficients[-1] == worst.unit
    assert worst.model.n_row == joint.model.n_row + 3
    assert worst.model.kind[-1] == (Kind.IMPLIED if solver == "cpsat" else Kind.CONTINUOUS)


def test_tilts_share_the_time_and_pull_less_each_time(monkeypatch: pytest.MonkeyPatch):
    made = family(2, LEVELS)
    joint = join(made)
    asked, pulls = [], []

    def ask(solver, model, goal, options, start):
        asked.append((goal, options.time_limit_s, start))
        bound = None if len(asked) == 2 else 50.0
        return BackendResult(Termination.FEASIBLE, None, bound, bound, 0.0)

    def towards(mean, values, high, pull):
        pulls.append((mean.tolist(), values.tolist(), high, pull))
        return np.array([0.5, 0.25, 0.25])

    monkeypatch.setattr(room, "ask", ask)
    monkeypatch.setattr(room, "_towards_worst", towards)
    shift = np.array([4.0, 0.0, 8.0])
    posed = pose(Aim("basic_coverage", "max", shift), joint, joint.model, "highs")
    point = np.zeros(joint.n_col)
    solver = type("Solver", (), {"name": "highs"})()
    found = list(tilts(posed, joint, joint.model, solver, SolveOptions(time_limit_s=30.0), point))
    assert [one.bound for one in found] == [54.0, None, 54.0]
    assert [limit for _, limit, _ in asked] == [10.0] * 3
    assert all(start is point for *_, start in asked)
    at = posed.by_future(point) + shift
    thirds = pytest.approx([1 / 3] * 3)
    assert pulls[0] == (thirds, at.tolist(), True, 2.0)
    assert [pull for *_, pull in pulls] == pytest.approx([2.0, 2.0 / math.sqrt(2.0), 2.0 / math.sqrt(3.0)])
