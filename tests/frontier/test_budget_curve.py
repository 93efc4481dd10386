"""A curve of the small street: the record says what the solves found, the single run agrees, bad scenarios are told."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pytest
from frontier_street import study_of

from models.lexicographic import solve
from models.solution import Termination
from models.verify import breaches, budget_spent_cny, level_value
from scenarios.faults import FaultError
from siting.failures import InfeasibleRun, LimitRun, SolverRun
from siting.outputs.plain import plain
from siting.studies.frontier.grid import read_budget_grid
from siting.studies.frontier.results import curve_of


def test_every_point_is_what_a_run_under_that_budget_finds(town_curve):
    study, curve = town_curve
    assert curve.status == "optimal"
    assert [point.budget_cny for point in curve.points] == [100_000.0 * n for n in range(7)]
    for point in curve.points:
        rules = replace(study.rules, budget_cny=point.budget_cny)
        alone = solve(study.built.instance, rules, study.options)
        found = [level.incumbent for level in point.free_plan.levels]
        assert found == pytest.approx([level.incumbent for level in alone.levels], rel=1e-9, abs=1e-6)


def test_every_plan_verifies_and_nests(town_curve):
    study, curve = town_curve
    for points in (study.free, study.nested, study.backward):
        for point in points:
            rules = replace(study.rules, budget_cny=point.budget_cny)
            assert not breaches(study.built.instance, rules, point.solution.decision)
    for key in ("nested_plan", "backward_plan"):
        picks = [set(getattr(point, key).picks) for point in curve.points]
        assert all(small <= large for small, large in pairwise(picks))
        assert picks[-1]
    assert set(curve.points[-1].backward_plan.picks) == set(curve.points[-1].free_plan.picks)
    assert curve.points[-1].backward_loss is None


def test_the_record_adds_up(town_curve):
    study, curve = town_curve
    instance = study.built.instance
    for point, solved in zip(curve.points, study.free, strict=True):
        plan = point.free_plan
        assert plan.spent_cny == pytest.approx(budget_spent_cny(instance, solved.solution.decision))
        assert plan.spent_cny <= point.budget_cny + 0.005
        tiers = ("basic_coverage", "public_coverage", "quality_coverage")
        values = {v.name: v.incumbent for v in plan.levels}
        assert point.free == pytest.approx(sum(values[tier] for tier in tiers))
        assert plan.missing_types_filled == values["missing_types"]
        assert values["cost"] == pytest.approx(plan.cost_cny)
        assert all(v.mip_gap <= 1e-9 for v in plan.levels)
    for n, item in enumerate(curve.marginals):
        here, there = curve.points[n], curve.points[n + 1]
        assert (item.from_cny, item.to_cny) == (here.budget_cny, there.budget_cny)
        assert item.residents == pytest.approx(there.free - here.free)
        assert item.residents_per_10k == pytest.approx(item.residents / 10)
        assert item.gains["cost"] == pytest.approx(here.free_plan.cost_cny - there.free_plan.cost_cny)
        assert set(item.dropped) == set(here.free_plan.picks) - set(there.free_plan.picks)
        assert set(there.dropped) == set(item.dropped)
        if there.dropped and there.keeping_loss is not None:
            assert there.keeping_loss.amount > 0


def test_losses_are_those_of_the_first_level_that_falls_short(town_curve):
    study, curve = town_curve
    for point, mine in zip(curve.points, study.nested, strict=True):
        loss = point.nested_loss
        best = {v.name: v.incumbent for v in point.free_plan.levels}
        for name in study.rules.levels:
            value = level_value(study.built.instance, study.rules, mine.solution.decision, name)
            gap = best[name] - value if name != "cost" else value - best[name]
            if abs(gap) > 1e-6:
                assert loss is not None
                assert (loss.level, loss.proven) == (name, True)
                assert loss.amount == pytest.approx(gap)
                break
        else:
            assert loss is None


def test_thresholds_agree_with_the_curve(town_curve):
    _, curve = town_curve
    rows = curve.thresholds
    assert [row.filled for row in rows] == list(range(curve.most_filled + 1))
    assert rows[0].cost_cny == 0
    assert [row.extra_cny for row in rows[1:]] == pytest.approx([b.cost_cny - a.cost_cny for a, b in pairwise(rows)])
    for point in curve.points:
        affordable = max(row.filled for row in rows if row.cost_cny <= point.budget_cny)
        assert point.free_plan.missing_types_filled == affordable


def test_without_a_budget_the_curve_ends_where_nothing_more_is_gained(town):
    study, curve = study_of(town, read_budget_grid(None, 3), "budget.capital_cny=none")
    unlimited = solve(study.built.instance, study.rules, study.options)
    last = [v.incumbent for v in curve.points[-1].free_plan.levels]
    assert last == pytest.approx([level.incumbent for level in unlimited.levels])
    assert curve.points[-1].budget_cny % 10_000 == 0
    assert curve.points[-1].budget_cny - curve.points[-1].free_plan.spent_cny < 10_000
    assert any("未设投资预算" in note for note in curve.notes)


def test_cost_is_added_and_said(town):
    _, curve = study_of(town, read_budget_grid("0:20万:10万", None), 'objective.levels=["basic_coverage"]')
    assert [(level.name, level.added) for level in curve.levels] == [("basic_coverage", False), ("cost", True)]
    assert any("总投入" in note for note in curve.notes)


def test_budgets_too_small_for_what_must_be_there(town):
    locked = 'lock.in=["S1:pharmacy"]'
    _, curve = study_of(town, read_budget_grid("0:60万:30万", None), locked)
    assert [point.free_plan.known for point in curve.points] == [False, False, True]
    assert curve.points[0].free is None
    assert plain(curve)["points"][0]["free_plan"]["status"] == "infeasible"
    assert any("没有方案" in note for note in curve.notes)
    with pytest.raises(InfeasibleRun, match="所列预算都不够") as caught:
        study_of(town, read_budget_grid("0:2000:1000", None), locked)
    assert "至少要" in caught.value.reasons_zh[0]


def test_no_plan_at_any_price(town):
    with pytest.raises(InfeasibleRun, match="不论多少预算"):
        study_of(town, read_budget_grid(None, 3), "limits.max_sites=0", 'lock.in=["S1"]')


def test_money_by_years_is_refused(town):
    with pytest.raises(FaultError) as caught:
        study_of(town, read_budget_grid(None, 3), "phases.2025=100000", "phases.2026=100000")
    assert [fault.code for fault in caught.value.faults] == ["phased-scenario"]


def test_a_solver_that_is_not_there(town):
    with pytest.raises(SolverRun, match="没有求解器"):
        study_of(town, read_budget_grid(None, 3), "solver.name=gurobi")


def test_the_page_can_draw_it(town_curve):
    data = plain(town_curve[1])
    assert {"points", "knee_cny"} <= data.keys()
    assert all({"budget_cny", "free", "nested"} <= point.keys() for point in data["points"])


def test_no_time_no_curve(town):
    with pytest.raises(LimitRun, match="到时限"):
        study_of(town, read_budget_grid(None, 3), "solver.time_limit_s=0")


def test_a_point_that_is_not_proven_says_so(town_curve):
    study, curve = town_curve
    levels = tuple(
        replace(v, bound=v.bound * 2 + 1, termination=Termination.FEASIBLE) for v in study.free[3].solution.levels
    )
    doubtful = replace(study.free[3].solution, levels=levels, termination=Termination.FEASIBLE)
    free = (*study.free[:3], replace(study.free[3], solution=doubtful), *study.free[4:])
    told = curve_of(SimpleNamespace(workspace=study.ready.workspace), replace(study, free=free), 0, "../town")
    assert told.status == "feasible"
    assert told.points[3].free_plan.status == "feasible"
    assert any("未证明最优" in note for note in told.notes)
    assert all(p.nested_loss is None or not p.nested_loss.proven for p in told.points[3:4])
    assert curve.status == "optimal"
