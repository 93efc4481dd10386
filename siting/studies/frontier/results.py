"""From the solves of a curve to its record: values, losses, marginal values, the knee, what must be said with them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from models.frontier import Point
from models.nested import first_loss, proven_loss
from models.presolve import COVERAGE_LEVELS
from models.solution import Decision
from models.verify import total_cost_cny
from siting.explain import newly_served, totals
from siting.outputs.plain import plain
from siting.outputs.words import level_words, number_zh
from siting.prepare import CircleInputs
from siting.studies.frontier.knee import MIN_RISE, knee
from siting.studies.frontier.record import (
    BudgetCurve,
    CurveLevel,
    CurvePick,
    CurvePlan,
    CurvePoint,
    LevelValue,
    Loss,
    Marginal,
    ThresholdRow,
)
from siting.studies.frontier.study import Study, within_budget

_TEN_THOUSAND = 1e4
_NO_AIM = ("cost", "sites")


def curve_of(inputs: CircleInputs, study: Study, seed: int, workspace: str) -> BudgetCurve:
    """The record of ``study``; ``workspace`` is the path of the inputs as the result's folder sees it."""
    teller = _Teller(study)
    points = teller.points()
    names = study.rules.levels
    level = next((name for name in names if name in COVERAGE_LEVELS), None)
    level = level or next((name for name in names if name not in _NO_AIM), names[0])
    found, knee_zh = _knee(points, level)
    circle = inputs.workspace.circle
    free_calls = [point.calls for point in (*study.free, *study.nested, *study.backward)]
    return BudgetCurve(
        circle={"id": circle.id, "name": circle.name, "district": circle.district, "street": circle.street_office},
        scenario={
            "name": study.ready.scenario.name,
            "values": plain(study.ready.scenario.as_dict()),
            "origin": plain(dict(study.ready.scenario.origin)),
        },
        seed=seed,
        solver=study.free[-1].solution.solver,
        mip_gap=study.options.mip_gap,
        time_limit_s=study.options.time_limit_s,
        status="optimal" if study.proven else "feasible",
        budget_cny=study.rules.budget_cny,
        levels=tuple(_level(name, name not in study.built.rules.levels) for name in names),
        points=points,
        knee_cny=found,
        knee_level=level,
        knee_zh=knee_zh,
        marginals=_marginals(points),
        thresholds=teller.thresholds(),
        missing_total=int(study.built.instance.missing_outlets.sum()),
        most_filled=study.thresholds.most,
        most_filled_proven=study.thresholds.closed,
        simulated=circle.simulated,
        simulated_note=circle.simulated_note,
        solver_calls=study.thresholds.calls + sum(free_calls),
        points_reused=sum(point.reused for point in study.free),
        workspace=workspace,
        inputs=tuple({"path": f.path, "sha256": f.sha256} for f in inputs.workspace.inputs),
        notes=_notes(study, points),
    )


def _level(name: str, added: bool) -> CurveLevel:
    words = level_words(name)
    return CurveLevel(name, words.name_zh, words.unit_zh, words.sense, added)


class _Teller:
    """Puts plans into words; a plan that serves several points is looked at once."""

    def __init__(self, study: Study) -> None:
        self.study = study
        workspace = study.ready.workspace
        instance = study.built.instance
        self.places = (*instance.site_ids, *instance.host_ids)
        self.names = {str(row["id"]): row["name"] for row in workspace.outlets[["id", "name"]].to_dict("records")}
        self.names |= {str(row["id"]): row["name"] for row in workspace.sites[["id", "name"]].to_dict("records")}
        self.told: dict[int, CurvePlan] = {}

    def points(self) -> tuple[CurvePoint, ...]:
        study = self.study
        return tuple(
            self._point(free, mine, part, kept.dropped, kept.kept)
            for free, mine, part, kept in zip(study.free, study.nested, study.backward, study.keeping, strict=True)
        )

    def _point(self, free: Point, mine: Point, part: Point, dropped: Decision, kept: Point | None) -> CurvePoint:
        best, layered, backward = self._plan(free), self._plan(mine), self._plan(part)
        return CurvePoint(
            budget_cny=free.budget_cny,
            free=best.residents_newly_covered,
            nested=layered.residents_newly_covered,
            backward=backward.residents_newly_covered,
            free_plan=best,
            nested_plan=layered,
            backward_plan=backward,
            nested_loss=_loss(free, mine),
            backward_loss=_loss(free, part),
            dropped=self.picks(dropped),
            keeping_loss=None if kept is None else _loss(free, kept),
        )

    def _plan(self, point: Point) -> CurvePlan:
        solution = point.solution
        decision = solution.decision
        if decision is None:
            return CurvePlan(str(solution.termination), reused=point.reused)
        if id(decision) not in self.told:
            self.told[id(decision)] = self._tell(decision)
        levels = tuple(LevelValue(v.name, v.incumbent, v.bound, v.mip_gap, str(v.termination)) for v in solution.levels)
        told = self.told[id(decision)]
        return replace(
            told, status=str(solution.termination), levels=levels, spent_cny=point.spent_cny, reused=point.reused
        )

    def _tell(self, decision: Decision) -> CurvePlan:
        built, ready = self.study.built, self.study.ready
        served = newly_served(built, ready.workspace, ready.walks, decision)
        sums = totals(built, ready.gaps, decision, served)
        return CurvePlan(
            status="",
            cost_cny=total_cost_cny(built.instance, decision),
            residents_newly_covered=sums.residents_newly_covered,
            missing_types_filled=sums.missing_types_filled,
            sites_used=sums.sites_used,
            picks=self.picks(decision),
        )

    def picks(self, decision: Decision) -> tuple[CurvePick, ...]:
        """The picks of a decision, by place and type."""
        found = [(int(p), int(k), False) for p, k in zip(*np.nonzero(decision.open), strict=True)]
        found += [(int(p), int(k), True) for p, k in zip(*np.nonzero(decision.addon), strict=True)]
        kinds = self.study.built.kinds
        return tuple(
            CurvePick(self.places[p], _text(self.names.get(self.places[p])), kinds[k].id, kinds[k].name_zh, addon)
            for p, k, addon in sorted(found)
        )

    def thresholds(self) -> tuple[ThresholdRow, ...]:
        rows: list[ThresholdRow] = []
        for step in self.study.thresholds.steps:
            rows.append(
                ThresholdRow(
                    filled=step.filled,
                    cost_cny=step.cost_cny,
                    bound_cny=step.bound_cny,
                    mip_gap=step.mip_gap,
                    status=str(step.termination),
                    extra_cny=step.cost_cny - rows[-1].cost_cny if rows else None,
                    within_budget=within_budget(self.study.rules, step.cost_cny),
                    picks=self.picks(step.plan),
                )
            )
        return tuple(rows)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _loss(free: Point, other: Point) -> Loss | None:
    lost = first_loss(free.solution, other.solution)
    return None if lost is None else Loss(*lost, proven_loss(free.solution, other.solution, lost[0]))


def _knee(points: tuple[CurvePoint, ...], level: str) -> tuple[float | None, str]:
    """The budget of the knee of ``level``, and a sentence."""
    name = level_words(level).name_zh
    pairs = [(p.budget_cny, v.incumbent) for p in points for v in p.free_plan.levels if v.name == level]
    money, value = np.array([m for m, _ in pairs]), np.array([v for _, v in pairs])
    index = knee(money, value if level_words(level).sense == "max" else -value)
    if index is None:
        return None, f"没有拐点：{name}随预算大致均匀变化（离首尾连线不超过 {MIN_RISE:.0%}），或没有上升"
    share = (value[index] - value[0]) / (value[-1] - value[0])
    text = (
        f"拐点在 {number_zh(money[index])} 元：用到全部预算增量的 {_share(money, index):.0%}，"
        f"已得到{name}全部增量的 {share:.0%}；再往后每一步得到的明显变少"
    )
    return float(money[index]), text


def _share(money: np.ndarray, index: int) -> float:
    return float((money[index] - money[0]) / (money[-1] - money[0]))


def _marginals(points: tuple[CurvePoint, ...]) -> tuple[Marginal, ...]:
    known = [point for point in points if point.free_plan.known]
    return tuple(_marginal(here, there) for here, there in pairwise(known))


def _marginal(here: CurvePoint, there: CurvePoint) -> Marginal:
    step = (there.budget_cny - here.budget_cny) / _TEN_THOUSAND
    gains = {}
    for old, new in zip(here.free_plan.levels, there.free_plan.levels, strict=True):
        change = new.incumbent - old.incumbent
        gains[new.name] = (change if level_words(new.name).sense == "max" else -change) + 0.0
    before, after = set(here.free_plan.picks), set(there.free_plan.picks)
    residents = (there.free or 0.0) - (here.free or 0.0)
    return Marginal(
        from_cny=here.budget_cny,
        to_cny=there.budget_cny,
        gains=gains,
        gains_per_10k={name: gain / step for name, gain in gains.items()},
        residents=residents,
        residents_per_10k=residents / step,
        spent_more_cny=(there.free_plan.spent_cny or 0.0) - (here.free_plan.spent_cny or 0.0),
        added=tuple(pick for pick in there.free_plan.picks if pick not in before),
        dropped=tuple(pick for pick in here.free_plan.picks if pick not in after),
    )


def _notes(study: Study, points: tuple[CurvePoint, ...]) -> tuple[str, ...]:
    circle = study.ready.workspace.circle
    notes = [circle.simulated_note or "示意布局，非实测"] if circle.simulated else []
    if study.rules.levels != study.built.rules.levels:
        notes.append("情景没有列出“总投入”这一级，曲线在最后加上了它：每个预算下取各级目标最好的方案中最省钱的")
    if study.rules.budget_cny is None:
        notes.append("情景未设投资预算，曲线画到再多钱也得不到更多为止（上限取整到万元）")
    notes.append("自由方案：每个预算单独求最好，前后可以不同。向前嵌套：前面预算选下的一律保留，定的时候不考虑以后")
    notes.append("倒推嵌套：从最大预算的自由方案往回减，每个预算只用其中一部分，可当作先建什么、后建什么的次序")
    notes.append("各级目标先后有序：前一级变好时，后面的级别可以变差，所以后面级别的曲线可能有升有降")
    empty = [point.budget_cny for point in points if point.free_plan.status == "infeasible"]
    if empty:
        notes.append(f"预算 {number_zh(empty[-1])} 元及以下，已证明没有方案能满足情景的全部要求")
    if not study.proven:
        notes.append("有的点到时限仍未证明最优，见各点的状态与间隙；可加大 --time-limit")
    return tuple(notes)
