"""The solves behind the question how sure a plan is: today, each future alone, and the two robust plans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.backends import Progress as SolverState
from models.errors import SolverError, SolverMissing, VerificationError
from models.lexicographic import solve
from models.robust import Family, RobustSolution, solve_expected, solve_worst
from models.solution import Decision, Solution, SolveOptions, Termination
from siting.diagnose import diagnose
from siting.failures import InfeasibleRun, LimitRun, SolverRun
from siting.progress import Progress
from siting.studies.robust.variants import Variants

WorstMeasure = Literal["worst_regret", "worst_value"]
Tell = Callable[[Progress], None]


@dataclass(frozen=True, eq=False)
class Study:
    """Everything that was solved. ``alone`` is in the order of the futures; plans are in the family's places."""

    variants: Variants
    family: Family
    measure: WorstMeasure
    options: SolveOptions
    today: Solution
    alone: tuple[Solution, ...]
    expected: RobustSolution
    worst: RobustSolution

    @property
    def proven(self) -> bool:
        """Every solve ended with its bound proven."""
        ended = [solution.termination for solution in (self.today, *self.alone)]
        ended += [self.expected.termination, self.worst.termination]
        return all(termination is Termination.OPTIMAL for termination in ended)

    def plan_today(self) -> Decision:
        """The plan of today's solve in the family's places."""
        return _in_family(self.family, self.variants, self.today)

    def plan_alone(self, s: int) -> Decision:
        """The plan of future s in the family's places."""
        decision = self.alone[s].decision
        assert decision is not None
        return self.family.here(s, decision)


def run_study(variants: Variants, measure: WorstMeasure, options: SolveOptions, tell: Tell) -> Study:
    """Solve all of it.

    Raises:
        InfeasibleRun: today, a future, or all of them together are proven to have no plan.
        LimitRun: a limit came before the first plan.
        SolverRun: the solver is missing or failed, or a plan does not verify.

    """
    try:
        return _solved(variants, measure, options, tell)
    except SolverMissing as error:
        raise SolverRun(f"本机没有求解器“{error.name}”", (f"可用的有：{'、'.join(error.available)}",)) from error
    except SolverError as error:
        raise SolverRun(f"求解器 {options.solver} 不可用或出错", (str(error),)) from error
    except VerificationError as error:
        raise SolverRun("求解器给出的方案未通过独立校核，已丢弃", error.breaches) from error


def _solved(variants: Variants, measure: WorstMeasure, options: SolveOptions, tell: Tell) -> Study:
    built, family = variants.built, variants.family
    total = family.n + 3
    tell(Progress("现状求解", done=0, total=total))
    today = solve(built.instance, built.rules, options)
    if today.decision is None:
        raise _no_plan("按现状", today, options, lambda: diagnose(built, options))
    plan = _in_family(family, variants, today)
    alone = _each_alone(variants, family, today, plan, options, tell)
    starts = [plan, *(family.here(s, own.decision) for s, own in enumerate(alone) if own.decision is not None)]

    def watch(stage_zh: str, done: int) -> Callable[[str, SolverState], None]:
        return lambda level, state: tell(
            Progress(stage_zh, level, state.incumbent, state.bound, None, state.seconds, done, total)
        )

    tell(Progress("期望方案", done=family.n + 1, total=total))
    expected = solve_expected(family, options, alone=alone, starts=starts, progress=watch("期望方案", family.n + 1))
    if expected.plan is None:
        raise _no_common_plan(expected.termination, options)
    tell(Progress("稳妥方案", done=family.n + 2, total=total))
    worst = solve_worst(
        family,
        options,
        measure=measure,
        alone=alone,
        starts=[expected.plan, *starts],
        progress=watch("稳妥方案", family.n + 2),
    )
    return Study(variants, family, measure, options, today, alone, expected, worst)


def _each_alone(
    variants: Variants, family: Family, today: Solution, plan: Decision, options: SolveOptions, tell: Tell
) -> tuple[Solution, ...]:
    """Each future by itself, from today's plan: of equally good plans the one nearest to it is likely to stay."""
    alone: list[Solution] = []
    stuck: list[tuple[str, Solution]] = []
    for s, (variant, rules) in enumerate(zip(variants.futures, family.rules, strict=True)):
        tell(Progress("逐个情形求解", done=s + 1, total=family.n + 3))
        if variant.spec.changes_nothing:
            alone.append(today)
            continue
        solution = solve(variant.built.instance, rules, options, start=family.there(s, plan))
        alone.append(solution)
        if solution.decision is None:
            stuck.append((variant.spec.title_zh, solution))
    proven = [title for title, solution in stuck if solution.termination is Termination.INFEASIBLE]
    if proven:
        reasons = tuple(f"情形“{title}”：单独求解已证明没有可行方案" for title in proven)
        raise InfeasibleRun("有情形单独就没有可行方案，谈不上各情形都可行的方案", reasons)
    if stuck:
        raise LimitRun(
            f"到时限 {options.time_limit_s:g} 秒，有情形仍未找到可行方案",
            tuple(f"情形“{title}”" for title, _ in stuck),
        )
    return tuple(alone)


def _in_family(family: Family, variants: Variants, solution: Solution) -> Decision:
    """A plan of today in the family's places; add-ons at outlets that no future knows are dropped."""
    decision, instance = solution.decision, variants.built.instance
    assert decision is not None
    number = {place: n for n, place in enumerate(family.place_ids)}
    addon = np.zeros((family.n_place, family.n_type), dtype=bool)
    for p, place in enumerate((*instance.site_ids, *instance.host_ids)):
        if place in number:
            addon[number[place]] = decision.addon[p]
    return Decision(open=decision.open.copy(), addon=addon)


def _no_plan(
    where_zh: str, solution: Solution, options: SolveOptions, why: Callable[[], tuple[str, ...]]
) -> InfeasibleRun | LimitRun:
    if solution.termination is Termination.INFEASIBLE:
        return InfeasibleRun(f"已证明：{where_zh}没有方案能同时满足情景的全部要求", why())
    return LimitRun(f"到时限 {options.time_limit_s:g} 秒，{where_zh}仍未找到可行方案", ("可加大 --time-limit",))


def _no_common_plan(termination: Termination, options: SolveOptions) -> InfeasibleRun | LimitRun:
    if termination is Termination.INFEASIBLE:
        reasons = (
            "每个情形单独都有可行方案，但没有一个方案在所有情形下都合规",
            "可放宽预算或覆盖底线、撤销锁定，或去掉幅度过大的情形",
        )
        return InfeasibleRun("已证明：没有方案在全部情形下都可行", reasons)
    return LimitRun(
        f"到时限 {options.time_limit_s:g} 秒仍未找到各情形都可行的方案", ("可加大 --time-limit，或减少情形",)
    )
