"""Near-optimal alternatives: plans that are nearly as good as the best one, and as different from it as can be.

One plan after the other, each the furthest from all plans found before it (best plan first, set M):

    max w      w <= d_m(u) for every m in M,   near-optimal (:mod:`models.nearness`)

d_m counts the sites used by exactly one of the two plans. That no near-optimal plan is further from all of M is proven,
either because w + 1 is infeasible or by the bound of the program. Where w = 0 is proven, the services at the sites are
compared in the same way (e of :mod:`models.nearness`); where these cannot differ either, no other near-optimal plan
exists and the search ends.

Among the plans at that distance the lexicographically best is looked for: levels are proven until one falls short of
the best plan, the rest is improved in one quick solve, as for a replacement cost (:mod:`siting.ranking`).

Pairs that can serve no level and no rule of the scenario have no column (presolve): padding makes no alternative.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from models.assemble import assemble
from models.backends import BackendResult, backend
from models.columns import Problem, lay_out
from models.completion import complete, decision_of
from models.errors import ModelError, VerificationError
from models.instance import Rules, SitingInstance
from models.lexicographic import Reference, solve
from models.linear import Kind, LinearModel, Objective, Rows
from models.nearness import (
    Count,
    difference_rows,
    near_rows,
    pairs_of,
    service_difference,
    services_apart,
    site_difference,
    sites_apart,
    tolerated,
)
from models.one_level import ask, round_bound
from models.solution import Decision, LevelResult, Solution, SolveOptions, Termination
from models.verify import breaches, level_value

TRIAL_S = 10.0
CLIMB_S = 30.0

Ticker = Callable[[int, int], None]


class Ended(StrEnum):
    """Why the search ended: as many as asked for, proven that there is no other plan, or a limit before either."""

    COUNT = "count"
    NONE_LEFT = "none_left"
    LIMIT = "limit"


@dataclass(frozen=True, eq=False)
class Alternative:
    """One plan, with how far it is from the nearest of all plans before it.

    ``difference`` counts sites, ``services`` the services changed at shared places; ``bound`` is proven: no
    near-optimal plan differs from all plans before it in more sites (in more services, where ``difference`` is 0).
    """

    decision: Decision
    levels: tuple[LevelResult, ...]
    difference: int
    services: int
    bound: int

    @property
    def proven(self) -> bool:
        """No near-optimal plan is further away."""
        return self.bound <= (self.difference or self.services)

    @property
    def site_bound(self) -> int:
        """No near-optimal plan differs from all plans before it in more sites."""
        return self.bound if self.difference else 0


@dataclass(frozen=True, eq=False)
class Alternatives:
    """The plans in the order found. ``furthest``: no near-optimal plan differs from the best in more sites (proven)."""

    plans: tuple[Alternative, ...]
    ended: Ended
    furthest: int


def alternatives(
    instance: SitingInstance,
    rules: Rules,
    best: Solution,
    options: SolveOptions,
    *,
    count: int,
    within: float,
    tick: Ticker | None = None,
) -> Alternatives:
    """Up to ``count`` plans within the share ``within`` (0.01 = 1 %) of ``best`` on every level.

    Raises:
        ModelError: ``best`` has no plan, or ``within`` is negative.
        SolverError: the solver is missing or failed.
        VerificationError: a plan does not check (a fault of ours).
    """
    if best.decision is None or within < 0:
        raise ModelError("alternatives need a plan and a tolerance that is not negative")
    search = _Search(lay_out(instance, rules), best, options, within)
    plans: list[Alternative] = []
    furthest = instance.n_site
    for n in range(count):
        if tick is not None:
            tick(n, count)
        found = search.further()
        if n == 0:
            furthest = found.site_bound
        if isinstance(found, _Nothing):
            return Alternatives(tuple(plans), Ended.LIMIT if found.service_bound else Ended.NONE_LEFT, furthest)
        plans.append(found)
    return Alternatives(tuple(plans), Ended.COUNT, furthest)


@dataclass(frozen=True)
class _Nothing:
    """No further plan was found; both 0: proven that there is none."""

    site_bound: int
    service_bound: int


class _Search:
    """The near-optimal plans of one problem, and those found so far (the best one first)."""

    def __init__(self, problem: Problem, best: Solution, options: SolveOptions, within: float) -> None:
        assert best.decision is not None
        self.problem = problem
        self.best = best
        self.within = within
        self.options = replace(options, time_limit_s=min(options.time_limit_s, TRIAL_S))
        self.known: list[Decision] = [best.decision]
        self.most = problem.instance.n_site
        model = assemble(problem)
        self.near = near_rows(problem, model, best.decision, best.levels, within)
        for block in self.near:
            model = model.with_rows(block)
        self.model = model

    def further(self) -> Alternative | _Nothing:
        """The next plan, or what is proven of it where none was found."""
        by_sites = [site_difference(self.problem, plan) for plan in self.known]
        found, bound = self._furthest(by_sites, self.most)
        # No plan is further from more plans than from fewer.
        self.most = min(self.most, bound)
        if found is not None and self._apart(found, sites_apart):
            return self._polished(found, by_sites, self._apart(found, sites_apart), bound)
        pairs = pairs_of(self.problem)
        if bound > 0:
            return _Nothing(bound, pairs)
        by_services = [service_difference(self.problem, plan) for plan in self.known]
        found, bound = self._furthest(by_services, pairs)
        if found is not None and self._nearest_services(found):
            return self._polished(found, by_services, self._nearest_services(found), bound)
        return _Nothing(0, bound)

    def _furthest(self, counts: list[Count], most: int) -> tuple[Decision | None, int]:
        """A plan as far from all known ones as could be found, and the proven bound on the distance (``most`` or less).

        Is there a plan one step further than the last? Asked so, without an objective, the solver answers sooner than
        when it is to maximise the distance; only where the steps end without a proof does it get the whole program.
        """
        found, reached = None, 0
        deadline = time.perf_counter() + CLIMB_S
        while reached < most and time.perf_counter() < deadline:
            answer = self._step(counts, reached + 1)
            if answer.termination is Termination.INFEASIBLE:
                return found, reached
            if answer.values is None:
                break
            found = decision_of(self.problem, answer.values)
            reached = self._distance(counts, found)
        if reached >= most:
            return found, reached
        return self._whole_program(counts, most, found, reached)

    def _step(self, counts: list[Count], least: int) -> BackendResult:
        model = self.model
        for m, count in enumerate(counts):
            model = model.with_rows(count.at_least(least, f"apart[{m}]"))
        nothing = Objective("any", "max", np.zeros(model.n_col))
        return ask(backend(self.options.solver), model, nothing, self.options)

    def _whole_program(
        self, counts: list[Count], most: int, found: Decision | None, reached: int
    ) -> tuple[Decision | None, int]:
        model, goal = self._max_min(counts, most)
        start = np.append(complete(self.problem, found or self.known[0]), float(reached))
        answer = ask(backend(self.options.solver), model, goal, replace(self.options, mip_gap=1e-9), start=start)
        bound = math.inf if answer.bound is None else round_bound(answer.bound, goal, 1.0)
        other = None if answer.values is None else decision_of(self.problem, answer.values[:-1])
        if other is not None and self._distance(counts, other) > reached:
            found, reached = other, self._distance(counts, other)
        return found, int(max(float(reached), min(bound, float(most))))

    def _distance(self, counts: list[Count], plan: Decision) -> int:
        point = complete(self.problem, plan)
        return round(min(float(count.coefficients @ point) + count.constant for count in counts))

    def _max_min(self, counts: list[Count], most: int) -> tuple[LinearModel, Objective]:
        model = self.model.with_columns("distance", [0.0], [float(most)], [Kind.INTEGER])
        column = model.n_col - 1
        model = model.with_rows(difference_rows(counts, model.n_col, column))
        aim = np.zeros(model.n_col)
        aim[column] = 1.0
        return model, Objective("difference", "max", aim)

    def _polished(self, found: Decision, counts: list[Count], distance: int, bound: int) -> Alternative:
        """The best plan found that is as far away as ``found``, checked."""

        def also(_: Problem) -> list[Rows]:
            return [*self.near, *(c.at_least(distance, f"apart[{m}]") for m, c in enumerate(counts))]

        rules = self.problem.rules
        again = solve(
            self.problem.instance,
            rules,
            self.options,
            start=found,
            reference=Reference(self.best.levels),
            blend_after_loss=True,
            also=also,
        )
        plan = found if again.decision is None else again.decision
        self._check(plan)
        sites, services = self._apart(plan, sites_apart), self._nearest_services(plan)
        levels = again.levels if again.decision is not None else self._levels(plan)
        self.known.append(plan)
        return Alternative(plan, levels, sites, 0 if sites else services, max(bound, sites or services))

    def _apart(self, plan: Decision, measure: Callable[[Decision, Decision], int]) -> int:
        return min(measure(plan, other) for other in self.known)

    def _nearest_services(self, plan: Decision) -> int:
        """Services changed against the nearest of the known plans that use the same sites."""
        same = [other for other in self.known if not sites_apart(plan, other)]
        return min((services_apart(plan, other) for other in same), default=0)

    def _levels(self, plan: Decision) -> tuple[LevelResult, ...]:
        """The levels of a plan that was not polished: its values, with the bounds of the best plan."""
        instance, rules = self.problem.instance, self.problem.rules
        return tuple(
            replace(level, incumbent=level_value(instance, rules, plan, level.name)) for level in self.best.levels
        )

    def _check(self, plan: Decision) -> None:
        instance, rules = self.problem.instance, self.problem.rules
        found = list(breaches(instance, rules, plan))
        for level in self.best.levels:
            value, worst = level_value(instance, rules, plan, level.name), tolerated(level, self.within)
            short = worst - value if level.sense == "max" else value - worst
            if short > 0.002 + 2e-6 * abs(worst):
                found.append(f"level {level.name}: an alternative has {value}, the tolerance ends at {worst}")
        if found:
            raise VerificationError(tuple(found))
