"""Rows that keep a plan near the best one, and that count in how many places it differs from given plans.

*Near-optimal* within a share t: lawful, and every level l with incumbent v[l] at the best plan keeps

    value_l >= v[l] - t |v[l]|   (maximised)        value_l <= v[l] + t |v[l]|   (minimised)

so a level whose incumbent is 0 must stay at 0. No room may be used for nothing, and where no level of the scenario
counts money or rooms, no more rooms are used than in the best plan: a plan that only adds rooms is no other plan.

    u[j] <= sum_k x[j,k]                        for every site j
    sum_j u[j] <= sum_j û[j]                    if neither ``cost`` nor ``sites`` is a level

*Difference* from a plan with decision û, ĉ (c[p,k] = x[p,k] + h[p,k], sites and hosts together):

    d = sum_{j: û[j]=0} u[j] + sum_{j: û[j]=1} (1 - u[j])                              sites used by exactly one
    e = sum_{j: û[j]=1} (sum_{k: ĉ=1} (u[j] - c[j,k]) + sum_{k: ĉ=0} c[j,k])           services changed at sites of both
        + sum_{hosts o} (sum_{k: ĉ=1} (1 - c[o,k]) + sum_{k: ĉ=0} c[o,k])              and at existing outlets
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.assemble import hold
from models.blocks.site_use import site_empty
from models.columns import Problem
from models.instance import FloatArray
from models.linear import LinearModel, Objective, Rows, rows
from models.objectives import lattice_step, objective
from models.solution import Decision, LevelResult

_SAVES = {"cost", "sites"}


@dataclass(frozen=True, eq=False)
class Count:
    """``coefficients · v + constant`` counts how far a point of the model is from a plan."""

    coefficients: FloatArray
    constant: float

    def at_least(self, least: float, name: str) -> Rows:
        """One row: the count is ``least`` or more (half a unit of slack, the count is whole)."""
        goal = Objective(name, "max", self.coefficients, self.constant)
        return hold(goal, least, 1.0)


def tolerated(level: LevelResult, within: float) -> float:
    """The worst value of a level that is still within the share ``within`` of its incumbent."""
    slack = within * abs(level.incumbent)
    return level.incumbent - slack if level.sense == "max" else level.incumbent + slack


def near_rows(
    problem: Problem, model: LinearModel, best: Decision, levels: tuple[LevelResult, ...], within: float
) -> list[Rows]:
    """The rows of a near-optimal plan. ``model`` gives the kinds of the columns."""
    blocks = [_hold_near(objective(level.name, problem), model, tolerated(level, within)) for level in levels]
    every_site = replace(problem.rules, lock_in_sites=np.arange(problem.instance.n_site))
    blocks.append(replace(site_empty(replace(problem, rules=every_site)), name="no_empty_site"))
    if not _SAVES & {level.name for level in levels}:
        used = np.zeros(problem.n_col)
        used[problem.offsets["used"]] = 1.0
        blocks.append(hold(Objective("no_more_sites", "min", used), float(best.sites_used.sum()), 1.0))
    return blocks


def site_difference(problem: Problem, plan: Decision) -> Count:
    """The difference d above."""
    coefficients = np.zeros(problem.n_col)
    used = plan.sites_used
    coefficients[problem.offsets["used"]] = np.where(used, -1.0, 1.0)
    return Count(coefficients, float(used.sum()))


def service_difference(problem: Problem, plan: Decision) -> Count:
    """The number n_pairs · d + e, so that a plan of other sites counts as further than any change of services."""
    i = problem.instance
    sites = site_difference(problem, plan)
    carried = plan.addon.copy()
    carried[: i.n_site] |= plan.open
    shared = np.concatenate([plan.sites_used, np.ones(i.n_host, dtype=bool)])
    coefficients = sites.coefficients * pairs_of(problem)
    for block, place, type_ in (
        ("open", problem.open_site, problem.open_type),
        ("addon", problem.addon_place, problem.addon_type),
    ):
        sign = np.where(carried[place, type_], -1.0, 1.0)
        coefficients[problem.offsets[block]] += np.where(shared[place], sign, 0.0)
    kept = carried.sum(axis=1).astype(float)
    coefficients[problem.offsets["used"]] += np.where(plan.sites_used, kept[: i.n_site], 0.0)
    return Count(coefficients, sites.constant * pairs_of(problem) + float(kept[i.n_site :].sum()))


def pairs_of(problem: Problem) -> int:
    """Number of (place, service) columns."""
    return len(problem.open_site) + len(problem.addon_place)


def sites_apart(a: Decision, b: Decision) -> int:
    """Sites used by exactly one of two plans."""
    return int((a.sites_used ^ b.sites_used).sum())


def services_apart(a: Decision, b: Decision) -> int:
    """Services carried by exactly one of two plans, at the sites that both use and at existing outlets."""
    n_site = len(a.open)
    here, there = a.addon.copy(), b.addon.copy()
    here[:n_site] |= a.open
    there[:n_site] |= b.open
    shared = np.concatenate([a.sites_used & b.sites_used, np.ones(len(here) - n_site, dtype=bool)])
    return int((here ^ there)[shared].sum())


def difference_rows(counts: list[Count], n_col: int, column: int) -> Rows:
    """Rows ``w <= count``, one for each earlier plan; w stands in ``column`` of ``n_col``."""
    n = len(counts)
    place = [np.flatnonzero(count.coefficients) for count in counts]
    entries = [(np.full(len(p), r), p, c.coefficients[p]) for r, (p, c) in enumerate(zip(place, counts, strict=True))]
    entries.append((np.arange(n), np.full(n, column), np.full(n, -1.0)))
    lower = -np.array([count.constant for count in counts])
    return rows("difference", (n, n_col), entries, lower, np.inf, lambda: [f"difference[{m}]" for m in range(n)])


def _hold_near(goal: Objective, model: LinearModel, worst: float) -> Rows:
    """The level at ``worst`` or better; on a lattice ``worst`` is first moved to the next attainable better value."""
    step = lattice_step(goal, model)
    if step > 0:
        ticks = (worst - goal.constant) / step
        slack = 1e-9 * max(1.0, abs(ticks))
        whole = np.ceil(ticks - slack) if goal.sense == "max" else np.floor(ticks + slack)
        worst = float(whole) * step + goal.constant
    return replace(hold(goal, worst, step), name=f"near[{goal.name}]")
