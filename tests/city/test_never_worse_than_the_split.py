"""A lawful first plan is kept on a tie, so that a city cannot lose against its circles alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.instances import plain_instance
from support.plan_towns import TYPES, write_town

import models.lexicographic
import siting.pipeline
from models.backends import BackendResult
from models.columns import lay_out
from models.completion import complete
from models.instance import Rules
from models.lexicographic import solve
from models.solution import Decision, SolveOptions, Termination
from siting.city.run import CityRequest, run_city
from siting.pipeline import RunRequest, run_circle

LEVELS = ("missing_types", "basic_coverage", "cost")


def one_room(instance: Any, site: int) -> Decision:
    plan = Decision.empty(instance)
    plan.open[site, 0] = True
    return plan


@pytest.fixture
def two_rooms(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Either room fills the gap; the second serves 90 residents, the first 10. The solver stops at its limit with the
    first room, and has nothing for the levels after it.
    """
    reach = np.array([[[True], [False]], [[False], [True]]])
    people = np.array([10.0, 90.0])
    made = plain_instance(reach, residents=people, segment_residents=people[:, None])
    worse = complete(lay_out(made, Rules(LEVELS, budget_cny=1600.0)), one_room(made, 0))
    answers = iter([worse])

    def stopped(*_: Any, **__: Any) -> BackendResult:
        return BackendResult(Termination.FEASIBLE, next(answers, None), None, None, 0.0)

    monkeypatch.setattr(models.lexicographic, "ask", stopped)
    return made


@pytest.mark.parametrize(("adopt", "levels"), [(True, [1.0, 90.0, 1500.0]), (False, [1.0, 10.0, 1500.0])])
def test_a_tie_at_the_first_level_does_not_lose_the_second(two_rooms: Any, adopt: bool, levels: list[float]):
    rules = Rules(LEVELS, budget_cny=1600.0)
    found = solve(two_rooms, rules, SolveOptions(), start=one_room(two_rooms, 1), adopt=adopt)
    assert [level.incumbent for level in found.levels] == levels


def test_a_start_that_breaks_a_rule_is_not_adopted(two_rooms: Any):
    both = one_room(two_rooms, 0)
    both.open[1, 0] = True
    found = solve(two_rooms, Rules(LEVELS, budget_cny=1600.0), SolveOptions(), start=both, adopt=True)
    assert found.decision is not None
    assert found.decision.open[:, 0].tolist() == [True, False]


def test_a_city_adopts_the_split_and_a_circle_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    asked = []

    def spied(*args: Any, **kwargs: Any) -> Any:
        asked.append((kwargs["adopt"], kwargs["start"] is not None))
        return solve(*args, **kwargs)

    monkeypatch.setattr(siting.pipeline, "solve", spied)
    town = write_town(tmp_path / "A", "A")
    run = RunRequest(town, sets=(f"catalogue.only={json.dumps(TYPES)}",), out=tmp_path, ranking=False)
    run_city(CityRequest((town,), False, run))
    run_circle(run)
    assert asked == [(True, True), (False, False)]
