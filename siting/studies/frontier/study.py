"""The solves behind a budget curve: thresholds of missing outlets, free points, nested points, the price of keeping."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.errors import SolverError, SolverMissing, VerificationError
from models.frontier import Point, better, frontier, lifted, with_cost
from models.instance import Rules, SitingInstance
from models.nested import Keeping, backward, keeping, nested
from models.resolve import resolve_levels
from models.solution import Decision, SolveOptions, Termination
from models.thresholds import Thresholds, thresholds
from models.verify import budget_spent_cny
from scenarios.faults import Fault, FaultError
from siting.failures import InfeasibleRun, LimitRun, RunFailure, SolverRun
from siting.formulation import Built, build
from siting.prepare import CircleInputs, Prepared
from siting.progress import Progress
from siting.studies.frontier.grid import BudgetGrid, rounded_up

Tell = Callable[[Progress], None]


@dataclass(frozen=True, eq=False)
class Study:
    """Everything that was solved. Points are by budget, smallest first; ``rules`` hold the levels that were solved."""

    ready: Prepared
    built: Built
    rules: Rules
    options: SolveOptions
    thresholds: Thresholds
    free: tuple[Point, ...]
    nested: tuple[Point, ...]
    backward: tuple[Point, ...]
    keeping: tuple[Keeping, ...]

    @property
    def proven(self) -> bool:
        """Every point is proven to the gap, and every threshold."""
        ended = [point.solution.termination for point in (*self.free, *self.nested, *self.backward)]
        ended += [kept.kept.solution.termination for kept in self.keeping if kept.kept is not None]
        ended += [step.termination for step in self.thresholds.steps]
        return all(end in (Termination.OPTIMAL, Termination.INFEASIBLE) for end in ended)


def study_curve(inputs: CircleInputs, grid: BudgetGrid, seed: int, tell: Tell) -> Study:
    """Solve all of it.

    Raises:
        FaultError: the scenario does not fit the circle, or its money comes by years.
        InfeasibleRun: proven that no plan is lawful at any budget asked for.
        LimitRun: no plan was found in time.
        SolverRun: the solver is missing or failed, or a plan does not verify.
    """
    ready = inputs.prepared()
    _refuse_phases(ready)
    built = build(ready.workspace, ready.catalogue, ready.scenario, ready.walks, ready.gaps, seed)
    settings = ready.scenario.scenario.solver
    options = SolveOptions(settings.name, settings.time_limit_s, settings.mip_gap, seed)
    try:
        return _solve(ready, built, grid, options, tell)
    except SolverMissing as error:
        raise SolverRun(f"本机没有求解器“{error.name}”", (f"可用的有：{'、'.join(error.available)}",)) from error
    except SolverError as error:
        raise SolverRun(f"求解器 {options.solver} 不可用或出错", (str(error),)) from error
    except VerificationError as error:
        raise SolverRun("求解器给出的方案未通过独立校核，已丢弃", error.breaches) from error


def _refuse_phases(ready: Prepared) -> None:
    if ready.scenario.scenario.phases:
        rule = "分年度的情景（[phases]）没有单一的预算，不能画预算曲线"
        remedy = "请换用不分年度的情景，例如去掉 [phases] 并写 budget.capital_cny"
        raise FaultError([Fault("phased-scenario", ready.scenario.name, rule, remedy, column="phases")])


def _solve(ready: Prepared, built: Built, grid: BudgetGrid, options: SolveOptions, tell: Tell) -> Study:
    instance, rules = built.instance, with_cost(built.rules)
    steps = thresholds(instance, rules, options, lambda done, of: tell(Progress("补缺门槛", done=done, total=of)))
    if not steps.steps:
        raise _no_plan(steps.termination, options)
    plans = [step.plan for step in steps.steps]
    top = _top(instance, rules, options, plans, tell) if rules.budget_cny is None and grid.hi is None else 0.0
    budgets = grid.budgets(rules.budget_cny if rules.budget_cny is not None else top)

    def tick(name_zh: str) -> Callable[[int, int], None]:
        return lambda done, of: tell(Progress(name_zh, done=done, total=of))

    free = frontier(instance, rules, budgets, options, plans=plans, tick=tick("预算曲线"))
    if all(point.solution.decision is None for point in free):
        raise _no_plan(free[-1].solution.termination, options, steps.steps[0].cost_cny)
    layers = nested(instance, rules, free, options, tick("向前嵌套"))
    free = _beaten(instance, rules, options, free, layers)
    kept = keeping(instance, rules, free, layers, options, tick("保留前期的代价"))
    parts = backward(instance, rules, free, options, tick("倒推嵌套"))
    return Study(ready, built, rules, options, steps, free, layers, parts, kept)


def _top(instance: SitingInstance, rules: Rules, options: SolveOptions, plans: list[Decision], tell: Tell) -> float:
    """Without a budget the curve ends where nothing more can be gained; the plan found there joins ``plans``."""
    tell(Progress("预算上限"))
    most = resolve_levels(instance, rules, options, start=plans[-1]).solution
    if most.decision is None:
        raise _no_plan(most.termination, options)
    plans.append(most.decision)
    return rounded_up(budget_spent_cny(instance, most.decision))


def _beaten(
    instance: SitingInstance, rules: Rules, options: SolveOptions, free: tuple[Point, ...], layers: tuple[Point, ...]
) -> tuple[Point, ...]:
    """The free points, never worse than a nested one (which may be better within the gap)."""
    ahead = [
        mine.solution.decision
        for best, mine in zip(free, layers, strict=True)
        if mine.solution.decision is not None
        and (best.solution.decision is None or better(rules, _values(mine), _values(best)))
    ]
    return lifted(instance, rules, options, free, ahead) if ahead else free


def _values(point: Point) -> list[float]:
    return [level.incumbent for level in point.solution.levels]


def _no_plan(ended: Termination, options: SolveOptions, least_cny: float | None = None) -> RunFailure:
    if ended is Termination.INFEASIBLE and least_cny is not None:
        least = f"满足情景要求至少要 {least_cny:,.0f} 元（计入预算）"
        return InfeasibleRun("已证明：所列预算都不够，没有方案", (least, "请把 --budget 的止点加大"))
    if ended is Termination.INFEASIBLE:
        hint = "用 siting run 运行同一情景，可看到是哪条要求不能满足"
        return InfeasibleRun("已证明：不论多少预算，都没有方案能同时满足情景的其他要求", (hint,))
    text = f"到时限 {options.time_limit_s:g} 秒仍未找到可行方案"
    return LimitRun(text, ("可加大 --time-limit，或放宽情景",))


def within_budget(rules: Rules, money_cny: float) -> bool:
    """The scenario's own budget pays for it."""
    return rules.budget_cny is None or money_cny <= rules.budget_cny + 0.005
