"""The model in which demands are rows apart: any set of them can be kept, dropped, or stretched at a price.

Columns and physics are those of the scenario without its demands (so no pair is left out for a budget or a lock).
Each demand d has one row over them (the budgets of the phases: a row for each), made by its own block:

    a_d v <= limit_d   (budgets, subsidy, counts; u[j] <= 0 or x[j,k] <= 0 for a lock out)
    a_d v >= asked_d   (coverage floor; u[j] >= 1 or x[j,k] >= 1 for a lock in)

Three questions are asked of it: is there a plan that keeps a given set (no objective); the best figure of one demand
with others kept (min or max a_d v); the least total of relative changes with at most n demands changed:

    min  sum_d c_d        a_d v - scale_d c_d <= limit_d   or   a_d v + scale_d c_d >= asked_d
                          c_d <= R b_d,   sum_d b_d <= n,   b_d binary,   c_d = b_d for locks

For the budgets of n phases scale_d of row t is scale/n times the phases whose money it may count (t or 1): every phase
gets the same amount more, scale c_d / n.

R is the total of a relaxation that is known, so no c_d of a better one is larger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.assemble import assemble
from models.backends import Backend, BackendResult
from models.blocks.budget import budget, subsidy
from models.blocks.counts import max_outlets, max_sites
from models.blocks.floors import floor
from models.blocks.locks import lock_in
from models.blocks.phases import lock_phase, phase_budget
from models.blocks.site_use import site_empty
from models.columns import Problem, lay_out
from models.completion import decision_of
from models.demands import LOCKS, Demand, DemandKind, demands_of, only, per_phase
from models.instance import FloatArray, Rules, SitingInstance
from models.linear import Kind, LinearModel, Objective, Rows, rows
from models.objectives import lattice_step
from models.one_level import ask, round_bound, worst
from models.presolve import WALKING_LEVELS, open_candidates
from models.solution import Decision, SolveOptions, Termination

_BLOCKS = {
    DemandKind.BUDGET: budget,
    DemandKind.PHASES: phase_budget,
    DemandKind.SUBSIDY: subsidy,
    DemandKind.MAX_SITES: max_sites,
    DemandKind.MAX_OUTLETS: max_outlets,
    DemandKind.FLOOR: floor,
    DemandKind.LOCK_IN: lock_in,
}


@dataclass(frozen=True, eq=False)
class Answer:
    """How a question ended, its plan, and the proven bound on what was asked (none for a question without a figure)."""

    termination: Termination
    decision: Decision | None
    bound: float | None = None


class Elastic:
    """The demands of one scenario over one set of columns."""

    def __init__(self, instance: SitingInstance, rules: Rules, solver: Backend, options: SolveOptions) -> None:
        """``options`` hold for each question."""
        self.instance = instance
        self.demands = demands_of(instance, rules)
        self.solver = solver
        self.options = options
        self._rules = replace(rules, levels=feasibility_levels(rules))
        locks = [d for d in self.demands if d.kind is DemandKind.LOCK_IN]
        opens = open_candidates(instance, only(self._rules, locks))
        self.problem = lay_out(instance, only(self._rules, ()), opens)
        self._physics = assemble(self.problem)
        empty = site_empty(self._alone(*locks))
        if empty.n:
            self._physics = self._physics.with_rows(empty)
        self._rows = {demand: self._row(demand) for demand in self.demands}

    def possible(self, kept: Sequence[Demand]) -> Answer:
        """Is there a plan that keeps ``kept``?"""
        model = self._keeping(kept)
        return self._answer(self._ask(model, Objective("any", "max", np.zeros(model.n_col))), None)

    def best(self, demand: Demand, kept: Sequence[Demand]) -> Answer:
        """The best figure of ``demand`` with ``kept`` kept; the bound is a figure in the demand's unit too."""
        if demand.kind is DemandKind.PHASES:
            return self._least_extra(demand, kept)
        row = self._rows[demand]
        model = self._keeping(kept)
        sense = "max" if np.isfinite(row.lower[0]) else "min"
        goal = Objective(str(demand.kind), sense, row.matrix.toarray()[0])  # type: ignore[arg-type]
        result = self._ask(model, goal)
        bound = worst(goal) if result.bound is None else round_bound(result.bound, goal, lattice_step(goal, model))
        if demand.kind is DemandKind.FLOOR:
            bound += float(self.instance.segment_residents[self.instance.covered[:, demand.type_], demand.type_].sum())
        return self._answer(result, bound)

    def _least_extra(self, demand: Demand, kept: Sequence[Demand]) -> Answer:
        """The least relative change of the budgets of the phases, told as the total of all."""
        model = self._keeping(kept).with_columns("change", [0.0], [self._most_extra(demand)], [Kind.CONTINUOUS])
        model = model.with_rows(self._stretched(demand, model.n_col, model.n_col - 1))
        aim = np.zeros(model.n_col)
        aim[-1] = 1.0
        result = self._ask(model, Objective("change", "min", aim))
        bound = None if result.bound is None else demand.asked + demand.scale * result.bound
        return self._answer(result, bound)

    def _most_extra(self, demand: Demand) -> float:
        """What no plan can need: all that there is to pay for, in the first phase alone."""
        row = self._rows[demand]
        return float(row.n * np.abs(row.matrix.data).sum() / demand.scale)

    def least_change(self, loose: Sequence[Demand], most: int, limit: float) -> Answer:
        """The plan of least total relative change, with at most ``most`` of ``loose`` changed and all others kept.

        ``limit`` is the total of a relaxation that is known (R above); the bound is one on the total.
        """
        model = self._keeping([d for d in self.demands if d not in loose])
        n, first = len(loose), model.n_col
        is_lock = [d.kind in LOCKS for d in loose]
        model = model.with_columns("changed", [0.0] * n, [1.0] * n, [Kind.INTEGER] * n)
        model = model.with_columns("change", [0.0] * n, [1.0 if x else limit for x in is_lock], [Kind.CONTINUOUS] * n)
        for c, demand in enumerate(loose):
            model = model.with_rows(self._stretched(demand, model.n_col, first + n + c))
        number = np.arange(n)
        price = np.where(is_lock, 1.0, max(limit, 1e-9))
        entries: list[tuple[np.ndarray, np.ndarray, FloatArray | float]] = [
            (number, first + n + number, 1.0),
            (number, first + number, -price),
        ]
        model = model.with_rows(rows("if_changed", (n, model.n_col), entries, -np.inf, 0.0, list))
        one = np.zeros(n, dtype=np.int64)
        model = model.with_rows(
            rows("how_many", (1, model.n_col), [(one, first + number, 1.0)], -np.inf, float(most), list)
        )
        aim = np.zeros(model.n_col)
        aim[first + n + number] = 1.0
        result = self._ask(model, Objective("change", "min", aim))
        return self._answer(result, result.bound)

    def _ask(self, model: LinearModel, goal: Objective) -> BackendResult:
        return ask(self.solver, model, goal, self.options)

    def _answer(self, result: BackendResult, bound: float | None) -> Answer:
        plan = None if result.values is None else decision_of(self.problem, result.values[: self.problem.n_col])
        return Answer(result.termination, plan, bound)

    def _keeping(self, kept: Sequence[Demand]) -> LinearModel:
        model = self._physics
        for demand in kept:
            model = model.with_rows(self._rows[demand])
        return model

    def _alone(self, *demands: Demand) -> Problem:
        return replace(self.problem, rules=only(self._rules, demands))

    def _row(self, demand: Demand) -> Rows:
        problem = self._alone(demand)
        name = f"{demand.kind}[{demand.site},{demand.type_},{demand.phase}]"
        if demand.phase >= 0:
            return replace(lock_phase(problem), name=name)
        if demand.kind in _BLOCKS:
            return replace(_BLOCKS[demand.kind](problem), name=name)
        column = problem.column("used")[demand.site]
        if demand.type_ >= 0:
            column = problem.open_column()[demand.site, demand.type_]
        there = np.array([column])[np.array([column]) >= 0]
        entries = [(np.zeros(len(there), dtype=np.int64), there, 1.0)]
        return rows(name, (1, problem.n_col), entries, -np.inf, 0.0, lambda: [name])

    def _stretched(self, demand: Demand, n_col: int, column: int) -> Rows:
        row = self._rows[demand]
        sign = 1.0 if np.isfinite(row.lower[0]) else -1.0
        scale = np.full(row.n, demand.scale)
        if demand.kind is DemandKind.PHASES and self._rules.phases is not None:
            scale *= per_phase(self._rules.phases) / row.n
        there = row.matrix.tocoo()
        entries: list[tuple[np.ndarray, np.ndarray, FloatArray | float]] = [
            (there.row, there.col, there.data),
            (np.arange(row.n), np.full(row.n, column), sign * scale),
        ]
        return rows(row.name, (row.n, n_col), entries, row.lower, row.upper, row.label)


def feasibility_levels(rules: Rules) -> tuple[str, ...]:
    """One cheap level is enough to ask whether a plan exists; walking levels carry rules of their own."""
    return tuple(level for level in rules.levels if level in WALKING_LEVELS)[:1] or ("sites",)
