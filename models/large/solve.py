"""One level by our own solver: a Lagrangian bound with plans rounded from it, local search, and a MIP for the rest.

1. :class:`models.large.descent.Descent` lowers the bound. In turns with it (:mod:`models.large.approach`) plans are
   made from its averaged point by rounding or diving (:mod:`models.large.dive`), mended and bettered by HiGHS among
   doubtful pairs (:mod:`models.large.neighbourhood`) and by local search (:mod:`models.large.search`). Once it is spent
   the bound is lowered market by market (:mod:`models.large.markets`).
2. HiGHS solves the level among the promising pairs and the plan at hand: a heuristic, its bound is not used.
3. Pairs whose reduced profit r < 0 proves ``L(m) + r < incumbent`` are in no better plan and fall away, exactly. HiGHS
   solves what is left; the better of its bound and L(m) holds for the whole problem. A level that only fills and is
   still open is searched on after that.

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

from models.backends import BackendResult, ProgressCall, backend
from models.columns import Problem
from models.instance import FloatArray
from models.large.approach import MOST_PIECES, Approach, for_highs, settled_by_highs
from models.large.first_plan import PLANNED, Plans
from models.large.incumbent import Incumbent
from models.large.relaxation import Relaxation
from models.large.warm import warm_up
from models.linear import LinearModel, Objective
from models.one_level import ask
from models.reduction import reduce
from models.solution import SolveOptions

_SERVED = {"cost", "sites", *PLANNED}
_MIP_ENTRIES, _MIP_SHARE, _LARGE_MIP_SHARE, _TIME_SHARE, _LAST_CHANCE_S = 200_000, 0.4, 0.1, 0.5, 1.0
_FILL_MIP_SHARE, _FILL_PIECES = 0.98, 1
_LONG_WORK, _PART_OF_GAP = 50_000_000, 0.2


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
    relaxed = Relaxation(problem, model, small, first)
    turns, fills = Approach(relaxed, best, plans), plans is not None and plans.only_fills
    if start is None:
        turns.polish(best.deadline_s, _FILL_PIECES if fills else MOST_PIECES)
    share = _MIP_SHARE if small.model.matrix.nnz <= _MIP_ENTRIES else _LARGE_MIP_SHARE
    turns.go(best.deadline_s - best.seconds_left(_FILL_MIP_SHARE if fills else share))
    if best.open and for_highs(relaxed, best, plans, idle := relaxed.idle(best.plan)):
        seconds = best.seconds_left(_TIME_SHARE)
        best.offer(best.ask(relaxed.without(idle), seconds, best.enough, part=_PART_OF_GAP).values)
    if best.open:
        seconds = best.seconds_left(_TIME_SHARE if fills else 1.0)
        if not settled_by_highs(relaxed, best, plans, seconds, target):
            turns.go(best.deadline_s)
    if plans is not None and fills and best.open:
        _search(best, plans)
    if best.plan is None and not best.impossible:
        best.settle(best.ask(model, _LAST_CHANCE_S))
    return best.result()


def serves(problem: Problem, goal: Objective) -> bool:
    """Whether a level is solved here or left to HiGHS."""
    return goal.name in _SERVED and problem.rules.phases is None and problem.ways is None


def _search(best: Incumbent, plans: Plans) -> None:
    """Search in long pieces until the end: HiGHS alone leaves a fill level open where money, not rooms, is short."""
    plans.work = max(plans.work, _LONG_WORK)
    while best.plan is not None and best.open:
        best.offer(plans.searched(best.plan, best.deadline_s))
        best.tell()
