"""Points of a sweep equal separate runs, and no help between points changes an answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from studies_kit import EXACT, known_of, request_of, swept
from support.instances import plain_instance

from models.solution import Decision
from scenarios.faults import FaultError
from siting.pipeline import run_circle
from siting.studies.sweep.carry import carried_over
from siting.studies.sweep.grid import read_grid
from siting.studies.sweep.points import IMPLIED, REUSED, SOLVED, Sweep

BUDGETS = "budget.capital_cny=0:400000:100000"
QUICK = [
    (BUDGETS,),
    ("limits.max_sites=1:4:1", "hosts.existing=false,true"),
]
SLOW = [
    ("budget.capital_cny=150000,none", "limits.max_outlets=2,4"),
    ("walking.adult_m_s=0.8,1.2", "budget.capital_cny=300000,100000"),
    ("hosts.new=true", "phases.2026=100000", "phases.2027=200000", "limits.max_sites=2,3"),
    ("assignment.types=[pharmacy,breakfast_shop]", "budget.capital_cny=200000,400000"),
    ('objective.levels=["basic_coverage","cost"],["cost","sites"]', "coverage_floor.pharmacy=0.2,0.9"),
]
GRIDS = [*QUICK, *(pytest.param(texts, marks=pytest.mark.slow) for texts in SLOW)]
_SWEPT: dict[tuple[str, ...], Sweep] = {}


def swept_once(street: Path, texts: tuple[str, ...]) -> Sweep:
    if texts not in _SWEPT:
        _SWEPT[texts] = swept(street, texts)
    return _SWEPT[texts]


@pytest.mark.parametrize("texts", GRIDS)
def test_points_equal_separate_runs(street: Path, texts: tuple[str, ...]):
    grid = read_grid([*EXACT, *texts])
    for point, values in zip(swept_once(street, texts).points, grid.points, strict=True):
        sets = [f"{axis.key}={_toml(value)}" for axis, value in zip(grid.axes, values, strict=True)]
        alone = run_circle(request_of(street, (*grid.fixed, *sets)))
        assert point.status == "optimal"
        for level, wanted in zip(point.levels, alone.levels, strict=True):
            assert level["name"] == wanted.name
            assert level["incumbent"] == pytest.approx(wanted.incumbent, rel=1e-9, abs=1e-6)
            assert level["bound"] == pytest.approx(wanted.bound, rel=1e-6, abs=1e-3)
        assert point.measures is not None
        assert point.measures["cost_cny"] == pytest.approx(alone.totals.cost_cny)
        assert point.measures["missing_types_filled"] == alone.totals.missing_types_filled
        if _unique(texts):
            assert {p.place_id for p in point.places} == {pick.site_id for pick in alone.picks}
            assert point.measures["residents_newly_covered"] == pytest.approx(alone.totals.residents_newly_covered)


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).replace("'", '"')


def _unique(texts: tuple[str, ...]) -> bool:
    """Costs of the street are uneven: with the cost as the last level the plan of a budget is the only one."""
    return texts == (BUDGETS,) or texts[0].startswith("assignment")


@pytest.mark.parametrize("texts", GRIDS)
def test_help_between_points_never_changes_an_answer(street: Path, texts: tuple[str, ...]):
    alone = known_of(street, texts, help_each_other=False)
    for point, by_itself in zip(swept_once(street, texts).points, alone, strict=True):
        assert by_itself.origin == SOLVED
        wanted = [level.incumbent for level in by_itself.solution.levels]
        assert [level["incumbent"] for level in point.levels] == pytest.approx(wanted, rel=1e-9, abs=1e-6)
    helped = [point.reference is not None for point in swept_once(street, texts).points]
    assert any(helped)
    assert not all(helped)


def test_a_limit_that_does_not_bind_reuses_the_wider_plan(street: Path):
    sweep = swept(street, ("budget.capital_cny=90000000:90000002:1",))
    assert [(p.origin, p.reference) for p in sweep.points] == [(REUSED, 2), (REUSED, 3), (SOLVED, None)]
    assert len({tuple((v["incumbent"], v["bound"]) for v in p.levels) for p in sweep.points}) == 1
    assert sweep.points[0].seconds == 0.0


def test_points_without_a_plan_are_rows(street: Path):
    sweep = swept(street, ("budget.capital_cny=0,1000,3000000", "coverage_floor.laundry=0.0,0.5"))
    codes = {p.values_zh: (p.status, p.exit_code, p.origin) for p in sweep.points}
    assert codes[("0", "0")] == ("optimal", 0, SOLVED) or codes[("0", "0")][2] == REUSED
    assert codes[("1,000", "0.5")] == ("infeasible", 4, SOLVED)
    assert codes[("0", "0.5")] == ("infeasible", 4, IMPLIED)
    assert codes[("3,000,000", "0.5")][:2] == ("optimal", 0)
    solved = next(p for p in sweep.points if p.status == "infeasible" and p.origin == SOLVED)
    assert solved.measures is None
    assert any("投资预算" in reason for reason in solved.reasons_zh)
    for known in known_of(
        street, ("budget.capital_cny=0,1000", "coverage_floor.laundry=0.5,0.6"), help_each_other=False
    ):
        assert known.solution.decision is None


def test_a_missing_solver_is_a_row(street: Path):
    sweep = swept(street, ("solver.name=highs,nosuchsolver",))
    assert [(p.status, p.exit_code) for p in sweep.points] == [("optimal", 0), ("solver_failed", 6)]
    assert "nosuchsolver" in sweep.points[1].reasons_zh[0]


def test_faults_of_all_points_at_once(street: Path):
    with pytest.raises(FaultError) as caught:
        swept(street, ("coverage_floor.没有=0.1,0.2", "lock.in=[S1],[S99]"))
    assert len(caught.value.faults) == 1
    with pytest.raises(FaultError) as caught:
        swept(street, ("lock.in=[S98],[S1],[S99]",))
    assert {fault.value for fault in caught.value.faults} == {"S98", "S99"}


def test_a_plan_is_carried_over_pair_by_pair():
    reach = np.ones((2, 3, 2), dtype=bool).transpose(2, 1, 0)
    here = plain_instance(reach, n_host=1)
    there = plain_instance(reach[:, 1:], n_host=1)
    assert here.n_site == 2
    assert there.n_site == 1
    plan = Decision.empty(there)
    plan.open[0, 1] = True
    moved = carried_over(plan, there, here)
    at = here.site_ids.index(there.site_ids[0])
    assert moved.open.sum() == (1 if here.eligible[at, 1] else 0)
    assert moved.open[at, 1] == here.eligible[at, 1]
    assert carried_over(plan, there, there) is plan
