"""One level by our own solver: a Lagrangian bound with plans rounded from it, local search, and a MIP for the rest.

1. :class:`models.large.descent.Descent` lowers the bound. From its averaged point plans are made by diving
   (:mod:`models.large.dive`) or rounding, and bettered by local search (:mod:`models.large.search`).
2. HiGHS solves the level among the promising pairs and the plan at hand: a heuristic, its bound is not used. A level
   that only fills and is still open is searched on after that.
3. Pairs whose reduced profit r < 0 proves ``L(m) + r < incumbent`` are in no better plan and fall away, exactly. HiGHS
   solves what is left; the better of its bound and L(m) holds for the whole problem.

A part of a coverage level that is too large for HiGHS is not handed to it where a plan is known: step 1 has that time.
It ends as soon as the gap asked for is proven.

| served here | how |
|---|---|
| floor area, a site's own cost | knapsack of each place |
| every other row of the model, levels held included | priced; dropped from the bound where all of it is in one place |
| ``missing_types``, coverage levels | steps 1 to 3 |
| ``cost``, ``sites`` | the same without rounding and search |
| ``equity``, walking levels, plans by years, assignment types | left to HiGHS |
"""

from __future__ import annotations

import time

from models.backends import BackendResult, ProgressCall, backend
from models.columns import Problem
from models.instance import FloatArray, IntArray
from models.large.dive import QUICK, Haste
from models.large.first_plan import PLANNED, Plans
from models.large.incumbent import Incumbent
from models.large.relaxation import Relaxation
from models.large.warm import warm_up
from models.linear import LinearModel, Objective
from models.one_level import ask
from models.reduction import reduce
from models.solution import SolveOptions

_SERVED = {"cost", "sites", *PLANNED}
_STEPS, _MOST_STEPS, _SPENT_PACE = 100, 4000, 2e-4
_STEADY, _LEAST_GAIN, _WORTH_WHILE, _IDLE = 1e-3, 1e-5, 4e-4, 3
_MIP_ENTRIES, _MIP_SHARE, _LARGE_MIP_SHARE, _TIME_SHARE, _LAST_CHANCE_S = 200_000, 0.4, 0.1, 0.5, 1.0
_FILL_MIP_SHARE, _MOST_PIECES = 0.98, 1000
_MOST_MIP_ENTRIES, _LONG_WORK = 500_000, 50_000_000


def solve_level(
    problem: Problem,
    model: LinearModel,
    goal: Objective,
    options: SolveOptions,
    start: FloatArray | None = None,
    progress: ProgressCall | None = None,
    target: float | None = None,
) -> BackendResult:
    """As :func:`models.one_level.ask`: ``start`` and the answer are points of ``model``; the bound holds for all of it.

    Raises:
        SolverError: HiGHS failed.
    """
    small = reduce(model, goal) if serves(problem, goal) else None
    if small is None or small.impossible or not small.kept.any():
        return ask(backend("highs"), model, goal, options, start=start, progress=progress, target=target)
    warm_up()
    best = Incumbent(problem, model, goal, options, progress)
    best.offer(start)
    plans = Plans(problem, model, goal, options.seed) if goal.name in PLANNED else None
    first = best.plan if plans is None else plans.first()
    best.offer(first)
    if plans is not None and start is None:
        _polish(best, plans, best.deadline_s, _MOST_PIECES)
    relaxed = Relaxation(problem, model, small, first)
    share = _MIP_SHARE if small.model.matrix.nnz <= _MIP_ENTRIES else _LARGE_MIP_SHARE
    if plans is not None and plans.only_fills:
        share = _FILL_MIP_SHARE
    _approach(relaxed, best, plans, best.deadline_s - best.seconds_left(share))
    if best.open and _for_highs(relaxed, best, plans, idle := relaxed.idle(best.plan)):
        best.offer(best.ask(relaxed.without(idle), best.seconds_left(_TIME_SHARE)).values)
    if plans is not None and plans.only_fills and best.open:
        _search(best, plans, best.deadline_s - best.seconds_left(_TIME_SHARE))
    if best.open:
        useless = relaxed.useless(best)
        if _for_highs(relaxed, best, plans, useless):
            best.settle(best.ask(relaxed.without(useless), best.seconds_left(), target, report=True))
        else:
            _approach(relaxed, best, plans, best.deadline_s)
    if best.plan is None and not best.impossible:
        best.settle(best.ask(model, _LAST_CHANCE_S))
    return best.result()


def serves(problem: Problem, goal: Objective) -> bool:
    """Whether a level is solved here or left to HiGHS."""
    return goal.name in _SERVED and problem.rules.phases is None and problem.ways is None


def _for_highs(relaxed: Relaxation, best: Incumbent, plans: Plans | None, without: IntArray) -> bool:
    """Whether HiGHS gets what is left without these columns: not where only plans of ours come to anything in time."""
    ours = plans is not None and not plans.only_fills and best.plan is not None
    return not ours or relaxed.entries(without) <= _MOST_MIP_ENTRIES


def _approach(relaxed: Relaxation, best: Incumbent, plans: Plans | None, until_s: float) -> None:
    """Bound and plans in turns until the gap is proven, steps no longer lower the bound and plans no longer gain.

    While steps still lower the bound, plans get one piece of polishing in a turn, so that neither keeps the other
    waiting. A quick dive comes once steps gain little; a slow one once search gains little, where the quick one was of
    use.
    """
    idle, hastes, slack = 0, [] if plans is None else plans.hastes, False
    while best.open and time.perf_counter() < until_s:
        before = relaxed.descent.bound
        lower = relaxed.descent.steps < _MOST_STEPS and relaxed.descent.pace > _SPENT_PACE
        if lower:
            relaxed.descend(best, _STEPS)
        steady = before - relaxed.descent.bound < _STEADY * abs(relaxed.descent.bound)
        if plans is not None and best.open and (steady or best.plan is None):
            dives, value = steady and bool(hastes) and (hastes[0] is QUICK or slack), best.value
            gained = _gains(best, _plan(relaxed, best, plans, hastes.pop(0) if dives else None, until_s))
            if dives and not gained:
                hastes.clear()
            idle = 0 if gained | _polish(best, plans, until_s, 1 if lower else _MOST_PIECES) else idle + 1
            slack = not abs(best.value - value) > _STEADY * abs(value)
        best.tell()
        if not lower and (plans is None or (idle >= _IDLE and not hastes)):
            return


def _plan(relaxed: Relaxation, best: Incumbent, plans: Plans, haste: Haste | None, until_s: float) -> FloatArray:
    """Another plan: by diving and polishing, by search on the plan at hand, or a first one by rounding."""
    if haste is not None:
        dived = plans.dived(relaxed, haste, until_s)
        return plans.polished(dived, until_s) if best.admits(dived) else dived
    if best.plan is not None and plans.only_fills:
        return plans.polished(best.plan, until_s)
    if best.plan is not None:
        return plans.searched(best.plan, until_s)
    plans.insist()
    return plans.rounded(relaxed.shares(), relaxed.priced())


def _polish(best: Incumbent, plans: Plans, until_s: float, most: int) -> bool:
    """Polish the plan at hand as long as that is worth while, in ``most`` pieces; whether it gained."""
    gained = False
    for _ in range(most):
        if best.plan is None or not best.open or time.perf_counter() >= until_s:
            break
        before = best.value
        gained |= _gains(best, plans.polished(best.plan, until_s))
        best.tell()
        if abs(best.value - before) <= _WORTH_WHILE * abs(before):
            break
    return gained


def _search(best: Incumbent, plans: Plans, until_s: float) -> None:
    """Search in long pieces until then: HiGHS alone leaves a fill level open where money, not rooms, is short."""
    plans.work = max(plans.work, _LONG_WORK)
    while best.plan is not None and best.open and time.perf_counter() < until_s:
        best.offer(plans.searched(best.plan, until_s))
        best.tell()


def _gains(best: Incumbent, values: FloatArray | None) -> bool:
    """Whether a plan is better by more than dust."""
    before = best.value
    return best.offer(values) and not abs(best.value - before) <= _LEAST_GAIN * abs(before)
