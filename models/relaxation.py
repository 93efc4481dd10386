"""Why no plan meets the scenario, and the least that would have to change: exact, with proofs, or said to be unproven.

    conflict    an irreducible set of demands that collide (:mod:`models.conflict`)
    alone       for each demand of it: the smallest change of that demand that makes a plan possible, all others kept
                (a demand outside the conflict cannot help alone: the conflict stays)
    nearest     a plan that gives up or changes the fewest demands, and among these the one of least total relative
                change (:mod:`models.elastic`)

The fewest demands: the smallest hitting set of the known conflicts is dropped; if the rest still has no plan, a further
conflict is found in it, until the rest has one. Every step is proven infeasible, so the number is a proven minimum.
The least total is then sought over all sets of that many demands at once; only demands of a known conflict can be in
one (any other would leave more conflicts than the remaining demands can meet).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.backends import backend
from models.conflict import irreducible, smallest_hitting_set
from models.demands import LOCKS, Demand, attained, changed, shortfalls
from models.elastic import Answer, Elastic
from models.errors import VerificationError
from models.instance import Rules, SitingInstance
from models.solution import Decision, SolveOptions, Termination, relative_gap
from models.verify import breaches

QUESTION_S = 10.0
ALL_S = 120.0
_GAP = 1e-6


@dataclass(frozen=True)
class Alone:
    """One demand changed alone, all others kept.

    ``helps`` is None where that was not answered. ``needed`` is the figure at which a plan exists (元, sites, outlets,
    residents in reach; 0 for a lock given up); ``bound`` is proven: no figure better for the planner is possible.
    """

    demand: Demand
    helps: bool | None
    needed: float | None = None
    bound: float | None = None

    @property
    def proven(self) -> bool:
        """``needed`` is the least change (for a lock: that giving it up is enough, or is not)."""
        if self.helps is None:
            return False
        if not self.helps or self.demand.kind in LOCKS:
            return True
        assert self.needed is not None
        return self.bound is not None and relative_gap(self.needed, self.bound) <= _GAP


@dataclass(frozen=True, eq=False)
class Nearest:
    """The nearest possible scenario: ``asked`` the new figure of each changed demand (0 for a lock given up), a plan.

    ``fewest``: it is proven that fewer demands do not do. ``total`` is the sum of relative changes, ``total_bound``
    proven: no change of so few demands has a smaller one.
    """

    asked: dict[Demand, float]
    decision: Decision
    fewest: bool
    total: float
    total_bound: float

    @property
    def least(self) -> bool:
        """The total is proven to be the least."""
        return self.fewest and self.total - self.total_bound <= _GAP * max(1.0, self.total)


@dataclass(frozen=True, eq=False)
class Relaxation:
    """``hopeless``: proven that no plan exists even without a single demand. ``complete``: no question was cut short.

    ``irreducible``: every demand of ``conflict`` is needed for the collision (proven). ``others``: further sets of
    demands that collide (proven), found where ``conflict`` was not the only one.
    """

    demands: tuple[Demand, ...]
    hopeless: bool
    conflict: tuple[Demand, ...]
    irreducible: bool
    alone: tuple[Alone, ...]
    nearest: Nearest | None
    complete: bool
    others: tuple[tuple[Demand, ...], ...] = ()


def relax(instance: SitingInstance, rules: Rules, options: SolveOptions) -> Relaxation:
    """Explain an instance that is proven infeasible under ``rules``.

    A question takes ``QUESTION_S`` seconds at most (or the time limit, if that is less), all together ``ALL_S`` and one
    question more.

    Raises:
        SolverError: the solver is missing or failed.
        VerificationError: a relaxed plan does not check (a fault of ours).
    """
    bounded = replace(options, time_limit_s=min(options.time_limit_s, QUESTION_S), mip_gap=min(options.mip_gap, _GAP))
    return _Search(Elastic(instance, rules, backend(options.solver), bounded), rules).run()


class _Search:
    """The questions asked so far and what they proved."""

    def __init__(self, elastic: Elastic, rules: Rules) -> None:
        self.elastic = elastic
        self.rules = rules
        self.deadline = time.perf_counter() + ALL_S
        self.complete = True

    def run(self) -> Relaxation:
        """Ask everything."""
        demands = self.elastic.demands
        free = self._answer([])
        if free is None or free.decision is None:
            hopeless = free is not None and free.termination is Termination.INFEASIBLE
            return Relaxation(demands, hopeless, (), False, (), None, self.complete)
        conflict, minimal = irreducible(demands, self._possible)
        conflicts = [frozenset(conflict)]
        nearest = self._nearest(conflicts, free.decision)
        alone = tuple(self._alone(demand) for demand in conflict)
        others = tuple(tuple(d for d in demands if d in known) for known in conflicts[1:])
        return Relaxation(demands, False, conflict, minimal, alone, nearest, self.complete, others)

    def _answer(self, kept: Sequence[Demand]) -> Answer | None:
        """The answer to "is there a plan?", None where there is no time or no answer."""
        if time.perf_counter() > self.deadline:
            self.complete = False
            return None
        answer = self.elastic.possible(kept)
        if answer.decision is None and answer.termination is not Termination.INFEASIBLE:
            self.complete = False
            return None
        return answer

    def _possible(self, kept: Sequence[Demand]) -> bool | None:
        answer = self._answer(kept)
        return None if answer is None else answer.decision is not None

    def _alone(self, demand: Demand) -> Alone:
        others = [d for d in self.elastic.demands if d != demand]
        if demand.kind in LOCKS:
            answer = self._answer(others)
            return Alone(demand, None if answer is None else answer.decision is not None, 0.0)
        if time.perf_counter() > self.deadline:
            self.complete = False
            return Alone(demand, None)
        answer = self.elastic.best(demand, others)
        if answer.decision is None:
            proven = answer.termination is Termination.INFEASIBLE
            self.complete &= proven
            return Alone(demand, False if proven else None)
        self._check(answer.decision, others)
        return Alone(demand, True, attained(self.elastic.instance, self.rules, answer.decision, demand), answer.bound)

    def _nearest(self, conflicts: list[frozenset[Demand]], free: Decision) -> Nearest:
        """The nearest possible scenario; conflicts that are met on the way are added to ``conflicts``."""
        demands = self.elastic.demands
        while True:
            dropped = smallest_hitting_set(conflicts, demands)
            kept = [d for d in demands if d not in dropped]
            answer = self._answer(kept)
            if answer is None:
                return self._as_nearest(*self._stretched(demands, free, len(demands)), fewest=False)
            if answer.decision is not None:
                plan, bound = self._stretched(dropped, answer.decision, len(dropped))
                loose = [d for d in demands if any(d in known for known in conflicts)]
                if len(loose) > len(dropped):
                    plan, bound = self._stretched(loose, plan, len(dropped))
                return self._as_nearest(plan, bound, fewest=True)
            more, _ = irreducible(kept, self._possible)
            conflicts.append(frozenset(more))

    def _stretched(self, loose: Sequence[Demand], plan: Decision, most: int) -> tuple[Decision, float]:
        """A plan of least total change with at most ``most`` of ``loose`` changed, and the bound; ``plan`` is one."""
        if time.perf_counter() > self.deadline:
            self.complete = False
            return plan, 0.0
        known = self._relative(plan)
        answer = self.elastic.least_change(loose, most, sum(known.values()))
        if answer.decision is not None:
            better = self._relative(answer.decision)
            if len(better) <= most and set(better) <= set(loose) and sum(better.values()) <= sum(known.values()):
                plan = answer.decision
        return plan, max(0.0, answer.bound or 0.0)

    def _relative(self, plan: Decision) -> dict[Demand, float]:
        missed = shortfalls(self.elastic.instance, self.rules, plan, self.elastic.demands)
        return {demand: by / demand.scale for demand, by in missed.items()}

    def _as_nearest(self, plan: Decision, bound: float, *, fewest: bool) -> Nearest:
        relative = self._relative(plan)
        asked = {d: attained(self.elastic.instance, self.rules, plan, d) for d in relative}
        found = breaches(self.elastic.instance, changed(self.elastic.instance, self.rules, asked), plan)
        if found:
            raise VerificationError(found)
        total = sum(relative.values())
        nearest = Nearest(asked, plan, fewest, total, min(bound, total))
        self.complete &= nearest.least
        return nearest

    def _check(self, plan: Decision, kept: Sequence[Demand]) -> None:
        missed = shortfalls(self.elastic.instance, self.rules, plan, kept)
        if missed:
            raise VerificationError(tuple(f"{d.kind} is missed by {by}" for d, by in missed.items()))
