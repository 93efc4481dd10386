"""One level by our own solver: a Lagrangian bound with plans rounded from it, local search, and a MIP for the rest.

1. :class:`models.large.descent.Descent` lowers the bound; every few steps its averaged point is rounded to a plan.
2. Local search from the best plan.
3. HiGHS solves the level among the promising pairs and the plan at hand: a heuristic, its bound is not used.
4. Pairs whose reduced profit r < 0 proves ``L(m) + r < incumbent`` are in no better plan and fall away, exactly. HiGHS
   solves what is left; the better of its bound and L(m) holds for the whole problem.

It ends as soon as the gap asked for is proven.

| served here | how |
|---|---|
| floor area, a site's own cost | knapsack of each place |
| every other row of the model, levels held included | priced; dropped from the bound where all of it is in one place |
| ``missing_types``, coverage levels | steps 1 to 4 |
| ``cost``, ``sites`` | the same without rounding and search |
| ``equity``, walking levels, plans by years, assignment types | left to HiGHS |
"""

from __future__ import annotations

from models.backends import BackendResult, ProgressCall, backend
from models.columns import Problem
from models.instance import FloatArray
from models.large.first_plan import PLANNED, Plans
from models.large.incumbent import Incumbent
from models.large.relaxation import Relaxation
from models.large.warm import warm_up
from models.linear import LinearModel, Objective
from models.one_level import ask
from models.reduction import reduce
from models.solution import SolveOptions

_SERVED = {"cost", "sites", *PLANNED}
_STEPS, _MOST_STEPS, _SPENT_PACE = 50, 1500, 2e-3
_LEAST_GAIN, _MOST_SLICES = 2e-4, 6
_TIME_SHARE, _LAST_CHANCE_S = 0.4, 1.0


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
    relaxed = Relaxation(problem, model, small, first)
    _descend(relaxed, best, plans)
    if best.open and plans is not None:
        _search(best, plans)
    if best.open:
        among = relaxed.without(relaxed.idle(best.plan))
        best.offer(best.ask(among, best.seconds_left(_TIME_SHARE)).values)
    if best.open:
        rest = relaxed.without(relaxed.useless(best))
        best.settle(best.ask(rest, best.seconds_left(), target, report=True))
    if best.plan is None and not best.impossible:
        best.settle(best.ask(model, _LAST_CHANCE_S))
    return best.result()


def serves(problem: Problem, goal: Objective) -> bool:
    """Whether a level is solved here or left to HiGHS."""
    return goal.name in _SERVED and problem.rules.phases is None and problem.ways is None


def _descend(relaxed: Relaxation, best: Incumbent, plans: Plans | None) -> None:
    """Bound and plans in turns, until the gap is proven or steps no longer lower the bound."""
    while best.open and relaxed.descent.steps < _MOST_STEPS and relaxed.descent.pace > _SPENT_PACE:
        relaxed.descend(best, _STEPS)
        if plans is not None and best.open:
            values = plans.rounded(relaxed.shares(), relaxed.priced())
            if not best.offer(values) and not best.admits(values):
                plans.insist()
        best.tell()


def _search(best: Incumbent, plans: Plans) -> None:
    """Local search in growing slices, as long as a slice gains."""
    work = plans.work
    for _ in range(_MOST_SLICES):
        if best.plan is None or not best.open:
            return
        before = best.value
        best.offer(plans.search(best.plan, work, best.deadline_s))
        best.tell()
        if abs(best.value - before) < _LEAST_GAIN * abs(before):
            return
        work *= 2
