"""What one more missing outlet costs: for every m the least money that fills m missing outlets.

    minimise  open_budget_cny x + site_budget_cny u + addon_cost_cny h       (what counts against the capital budget)
    subject to  sum_k f_k >= m,  and all rules of the scenario but its capital budget

Each missing outlet counts one, whatever its weight. The least money never falls as m grows, so the bound of m holds for
m + 1, and a plan for m that fills more is the plan for those too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.assemble import assemble, hold
from models.backends import Backend, backend
from models.columns import Problem, lay_out
from models.completion import complete, decision_of
from models.errors import VerificationError
from models.frontier import Tick
from models.instance import FloatArray, Rules, SitingInstance
from models.linear import LinearModel, Objective
from models.objectives import lattice_step, spending
from models.one_level import ask, clip, round_bound, worst
from models.solution import Decision, SolveOptions, Termination, relative_gap
from models.verify import breaches, budget_spent_cny


@dataclass(frozen=True, eq=False)
class Threshold:
    """The least money for ``filled`` missing outlets: that of ``plan``, and a proven ``bound_cny`` below it."""

    filled: int
    cost_cny: float
    bound_cny: float
    termination: Termination
    plan: Decision

    @property
    def mip_gap(self) -> float:
        """Relative gap between the money and its bound."""
        return relative_gap(self.cost_cny, self.bound_cny)


@dataclass(frozen=True, eq=False)
class Thresholds:
    """``steps`` for 0, 1, … missing outlets, as far as plans were found; ``most`` is the most that any money fills
    (proven where ``closed``). Empty with INFEASIBLE where no plan is lawful at any price.
    """

    steps: tuple[Threshold, ...]
    most: int
    closed: bool
    termination: Termination
    calls: int


def thresholds(instance: SitingInstance, rules: Rules, options: SolveOptions, tick: Tick | None = None) -> Thresholds:
    """The steps, fewest missing outlets first.

    Raises:
        SolverError: the solver is missing or failed.
        VerificationError: a plan does not check (a fault of ours).
    """
    levels = ("missing_types", *(level for level in rules.levels if level != "missing_types"))
    work = _Work(lay_out(instance, replace(rules, budget_cny=None, levels=levels)), options)
    most = work.most()
    if most is None:
        return Thresholds((), 0, False, work.ended, work.calls)
    steps: list[Threshold] = []
    for m in range(most + 1):
        if tick is not None:
            tick(m, most + 1)
        if steps and filled(instance, steps[-1].plan) >= m:
            steps.append(replace(steps[-1], filled=m))
            continue
        step = work.least(m, steps[-1].bound_cny if steps else 0.0)
        if step is None:
            break
        steps.append(step)
    return Thresholds(tuple(steps), most, work.closed, Termination.OPTIMAL, work.calls)


def filled(instance: SitingInstance, plan: Decision) -> int:
    """Missing outlets that a plan fills."""
    placed = plan.addon.astype(np.int64)
    placed[: instance.n_site] += plan.open
    zones = instance.by_zone
    return int(np.minimum(zones.inside.astype(np.int64) @ placed, zones.missing).sum())


class _Work:
    """The model without a capital budget, asked again and again."""

    def __init__(self, problem: Problem, options: SolveOptions) -> None:
        self.problem = problem
        self.model: LinearModel = assemble(problem)
        self.options = options
        self.solver: Backend = backend(options.solver)
        self.calls = 0
        self.closed = False
        self.ended = Termination.NO_SOLUTION
        self.start: FloatArray | None = None

    def most(self) -> int | None:
        """The most missing outlets that a plan fills; None where no plan is known."""
        goal = self._filled()
        answer = ask(self.solver, self.model, goal, self.options)
        self.calls += 1
        if answer.values is None:
            self.ended = answer.termination
            return None
        self.start = complete(self.problem, decision_of(self.problem, answer.values))
        value = round(goal.value(self.start))
        bound = worst(goal) if answer.bound is None else round_bound(answer.bound, goal, 1.0)
        self.closed = clip(bound, value, goal) < value + 0.5
        return value

    def _filled(self) -> Objective:
        count = np.zeros(self.problem.n_col)
        count[self.problem.offsets["fill"]] = 1.0
        return Objective("filled", "max", count)

    def least(self, m: int, bound_cny: float) -> Threshold | None:
        """The least money for m missing outlets; ``bound_cny`` is known to hold. None where no plan was found."""
        goal = spending(self.problem)
        step = lattice_step(goal, self.model)
        at_least = hold(self._filled(), float(m), 1.0)
        answer = ask(self.solver, self.model.with_rows(at_least), goal, self.options, start=self.start)
        self.calls += 1
        if answer.values is None:
            return None
        plan = decision_of(self.problem, complete(self.problem, decision_of(self.problem, answer.values)))
        instance = self.problem.instance
        broken = breaches(instance, self.problem.rules, plan)
        if broken or filled(instance, plan) < m:
            raise VerificationError(broken or (f"the plan fills fewer than {m} missing outlets",))
        cost = budget_spent_cny(instance, plan)
        proven = worst(goal) if answer.bound is None else round_bound(answer.bound, goal, step)
        bound = clip(max(proven, bound_cny), cost, goal)
        closed = relative_gap(cost, bound) <= max(self.options.mip_gap, 1e-9)
        return Threshold(m, cost, bound, Termination.OPTIMAL if closed else Termination.FEASIBLE, plan)
