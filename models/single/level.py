"""A level of a model of one business type, solved as the classical problem that it is.

| level | what is kept of the model | problem |
|---|---|---|
| coverage | blocks ``cover`` and ``max_sites`` or ``max_outlets``, else ``budget`` | :mod:`models.single.mclp` |
| ``sites``, ``cost`` | ``cover``, where a floor asks for everybody | :mod:`models.single.lscp` |
| ``walking`` | ``served``, ``open_way``, ``max_sites`` or ``max_outlets`` | :mod:`models.single.pmedian` |
| ``farthest_walk`` | the same and ``farthest`` | :mod:`models.single.pcenter` |

Every plan of the model is a choice of the classical problem, so its bound holds for the model whatever else that asks.
Its choice is the answer where it keeps all rows; where it breaks one, the level is left to others. A walk that the
model does not list costs four times the longest that it does, which is less than forbidden and so keeps the bound.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy import sparse

from models.backends.base import BackendResult, ProgressCall
from models.columns import EXISTING, Problem
from models.completion import complete
from models.instance import FloatArray
from models.linear import LinearModel, Objective
from models.presolve import COVERAGE_LEVELS, WALKING_LEVELS
from models.single.answer import SitesAnswer
from models.solution import Decision, SolveOptions, Termination

_MOST_CELLS = 20_000_000
_UNLISTED = 4.0
_EVERYBODY = 1.0 - 1e-12
_TOO_FEW = 2e-9
"""A floor of everybody forgives a share of 1e-9: nobody may be as few as that."""


def solve_level(
    problem: Problem,
    model: LinearModel,
    goal: Objective,
    options: SolveOptions,
    *,
    held: bool = False,
    progress: ProgressCall | None = None,
) -> BackendResult | None:
    """The answer, as a point of ``model``; None where the level is no such problem or its choice breaks another row.

    ``held``: levels above are held in ``model``. The least walks would break them nearly always and are not tried.
    ``progress`` hears of a p-median on the way; the others are too quick for that.

    Raises:
        SolverError: HiGHS is missing or failed.
    """
    ask = None if held and goal.name in WALKING_LEVELS else _PROBLEMS.get(goal.name)
    found = ask(problem, goal, options, progress) if ask is not None and _is_of_one_type(problem) else None
    if found is None or found.sites is None:
        if found is not None and found.termination is Termination.INFEASIBLE:
            return BackendResult(Termination.INFEASIBLE, None, None, None, found.seconds)
        return None
    plan = Decision.empty(problem.instance)
    plan.open[problem.open_site[found.sites], problem.open_type[found.sites]] = True
    values = complete(problem, plan)
    if not model.admits(values):
        return None
    return BackendResult(found.termination, values, goal.value(values), found.bound, found.seconds)


def _is_of_one_type(problem: Problem) -> bool:
    """Rooms for one type, each once; no add-on services, years or shares."""
    one = len(problem.open_type) > 0 and bool((problem.open_type == problem.open_type[0]).all())
    return one and not len(problem.addon_type) and problem.rules.phases is None and problem.ways is None


def _most(problem: Problem) -> int | None:
    """How many sites a plan may have; None where no number says so."""
    limits = (problem.rules.max_sites, problem.rules.max_outlets)
    return min((limit for limit in limits if limit is not None), default=None)


def _reach(problem: Problem) -> sparse.csr_array:
    """[g, column]: which open columns reach a group."""
    return sparse.csr_array(problem.groups.reach[:, problem.open_site])


def _covering(problem: Problem, goal: Objective, options: SolveOptions, _: ProgressCall | None) -> SitesAnswer | None:
    from models.single.mclp import mclp

    gain, p, i = goal.coefficients[problem.offsets["cover"]], _most(problem), problem.instance
    if p is not None:
        return mclp(_reach(problem), gain, p=p, options=options)
    budget = problem.rules.budget_cny
    if budget is None:
        return None
    cost = i.open_budget_cny[problem.open_site, problem.open_type] + i.site_budget_cny[problem.open_site]
    return mclp(_reach(problem), gain, cost=cost, budget=budget, options=options)


def _full_cover(problem: Problem, goal: Objective, options: SolveOptions, _: ProgressCall | None) -> SitesAnswer | None:
    from models.single.lscp import lscp

    k, residents = problem.open_type[0], problem.groups.residents
    floors = dict(problem.rules.coverage_floor)
    if floors.get(int(k), 0.0) < _EVERYBODY:
        return None
    there = residents > 0
    if not there.any() or residents[there].min() <= _TOO_FEW * residents.sum():
        return None
    i = problem.instance
    cost = i.open_cost_cny[problem.open_site, k] + i.site_cost_cny[problem.open_site]
    price = np.ones(len(problem.open_site)) if goal.name == "sites" else cost
    return lscp(sparse.csr_array(_reach(problem)[np.flatnonzero(there)]), cost=price, options=options)


def _walks(
    problem: Problem, goal: Objective, options: SolveOptions, progress: ProgressCall | None
) -> SitesAnswer | None:
    p, metres = _most(problem), _table(problem)
    if p is None or p < 1 or metres is None:
        return None
    p = min(p, metres.shape[1])
    if goal.name == "walking":
        from models.single.pmedian import p_median

        assign = problem.assign
        assert assign is not None
        residents = problem.instance.segment_residents[assign.need_demand, assign.need_type]
        return p_median(metres, residents, p, options, progress)
    from models.single.pcenter import p_center

    found = p_center(np.floor(metres * 1000.0 + 1e-6), p, options)
    return replace(found, value=found.value / 1000.0, bound=found.bound / 1000.0)


def _table(problem: Problem) -> FloatArray | None:
    """[need, column]: metres to the nearer of the room and the nearest outlet; None where a table is no way."""
    assign = problem.assign
    if assign is None or not len(assign.need_demand) or (assign.need_type != problem.open_type[0]).any():
        return None
    shape = len(assign.need_demand), len(problem.open_site)
    if math.prod(shape) > _MOST_CELLS or not len(assign.metres):
        return None
    existing = assign.place == EXISTING
    column = np.full(problem.instance.n_place, -1, dtype=np.int64)
    column[problem.open_site] = np.arange(shape[1])
    metres = np.full(shape, _UNLISTED * max(1.0, float(assign.metres.max())))
    metres[assign.need[~existing], column[assign.place[~existing]]] = assign.metres[~existing]
    fallback = np.full(shape[0], np.inf)
    fallback[assign.need[existing]] = assign.metres[existing]
    return np.asarray(np.minimum(metres, fallback[:, None]))


_Ask = Callable[[Problem, Objective, SolveOptions, ProgressCall | None], SitesAnswer | None]
_PROBLEMS: dict[str, _Ask] = {
    **dict.fromkeys(COVERAGE_LEVELS, _covering),
    **dict.fromkeys(("sites", "cost"), _full_cover),
    **dict.fromkeys(WALKING_LEVELS, _walks),
}
