"""Futures that cannot be planned together are told, all at once; the worst case's column may reach both its ends."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from families import family
from scipy import sparse

from models.errors import ModelError
from models.instance import Phases
from models.linear import Kind, LinearModel, Objective
from models.robust import Family
from models.robust.aims import Aim, Posed, _with_worst

LEVELS = ("basic_coverage", "cost")


def test_futures_of_one_family_are_alike():
    first, second, _ = family(3, LEVELS).futures
    i, rules = second.instance, second.rules
    years = Phases(np.array([1.0, 1.0]), np.array([1.0, 1.0]), np.zeros(i.n_site, dtype=np.int64))
    cases = {
        "has other site_ids than as is": replace(second, instance=replace(i, site_ids=("A", "B", "C"))),
        "has other type_ids than as is": replace(second, instance=replace(i, type_ids=("A", "B"))),
        "has other levels than as is": replace(second, rules=replace(rules, levels=("cost",))),
        "is planned in phases": replace(second, rules=replace(rules, phases=years)),
        r": stands has shape \(2,\)": replace(second, stands=np.ones(2, dtype=bool)),
        "has weight 0.0": replace(second, weight=0.0),
        "has weight nan": replace(second, weight=float("nan")),
    }
    for said, other in cases.items():
        with pytest.raises(ModelError, match=f"future F1.*{said}"):
            Family([first, other])
    with pytest.raises(ModelError, match=r"weight 0.0; .*planned in phases"):
        Family([first, cases["has weight 0.0"], cases["is planned in phases"]])
    with pytest.raises(ModelError, match="one future at least"):
        Family([])


@pytest.mark.parametrize(("value", "slack"), [(0.5, 1e-6), (30.0, 3e-5), (-400.0, 4e-4)])
def test_an_aim_without_a_lattice_is_held_to_a_millionth(value: float, slack: float):
    goal = Objective("g", "max", np.array([1.0, 1.0]), constant=4.0)
    half = np.array([0.5, 0.5])
    expected = Posed(Aim("g", "max", np.zeros(2), half), (goal, goal), None, goal, 0.0, 0.0, 0, 1.0)
    assert expected.holds(value, 2).lower == pytest.approx(np.array([value - 4.0 - slack]), rel=1e-12)
    worst = Posed(Aim("g", "max", np.zeros(2)), (goal, goal), None, goal, 0.0, 0.0, 0, 1.0)
    assert worst.holds(value, 2).lower == pytest.approx(np.full(2, value - 4.0 - slack), rel=1e-12)


@pytest.mark.parametrize(("whole", "kind"), [(True, Kind.IMPLIED), (False, Kind.CONTINUOUS)])
def test_the_worst_cases_column_reaches_from_end_to_end(whole: bool, kind: Kind):
    model = LinearModel(sparse.csr_array((0, 3)), np.zeros(0), np.zeros(0), np.zeros(3), np.ones(3),
                        np.full(3, int(Kind.INTEGER), dtype=np.int8), {}, (), list)  # fmt: skip
    posed = _with_worst(SimpleNamespace(worst_column=1), model, 4.0, (-9.0, 9.0), whole)
    assert posed.col_lower.tolist() == [0.0, -3.0, 0.0]
    assert posed.col_upper.tolist() == [1.0, 3.0, 1.0]
    assert posed.kind.tolist() == [int(Kind.INTEGER), int(kind), int(Kind.INTEGER)]
