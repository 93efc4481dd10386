"""The objective levels: one function a level, from columns to coefficients (units in contract order: see LEVELS).

missing_types     max  sum_k missing_weight[k] f[k]                                            outlets
basic_coverage, public_coverage, quality_coverage
                  max  sum_{g: tier} coverage_weight[k(g)] residents[g] y[g]                   residents
equity            max  t - 1/(a R) sum_c R[c] s[c]                                             types
cost              min  sum open_cost_cny x + sum site_cost_cny u + sum addon_cost_cny h        元
walking           min  sum_a residents[need(a)] metres[a] z[a]                                 resident-metres
farthest_walk     min  w / 1000                                                                metres
sites             min  sum_j u[j]                                                              sites
any of rules.sums    ...  sum outlet[k] x + sum room[j] u + sum addon[k] h                        its own

In a plan by years (T phases, worth w[t] not rising, w[T] = 0) earlier coverage is worth more: a resident first reached,
or an outlet first filled, in phase t counts w[t]. With Y[t] what stands by the end of phase t and Y[T-1] = y,

    sum_t w[t] (Y[t] - Y[t-1])  =  sum_t (w[t] - w[t+1]) Y[t]

and no coefficient is negative, so that Y is as high as its rows allow, in every phase. This holds for ``missing_types``
and the coverage levels; all others look at the end state alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from models.columns import Problem
from models.early import entries
from models.errors import ModelError
from models.instance import FloatArray, LevelSum, Rules
from models.linear import LinearModel, Objective, lattice_steps
from models.presolve import COVERAGE_LEVELS
from models.solution import Sense


def _missing_types(problem: Problem) -> Objective:
    c = np.zeros(problem.n_col)
    _by_phase(problem, "fill", problem.instance.missing_weight[problem.fill_type], c)
    return Objective("missing_types", "max", c)


def _coverage(level: str) -> Callable[[Problem], Objective]:
    def make(problem: Problem) -> Objective:
        i, groups = problem.instance, problem.groups
        c = np.zeros(problem.n_col)
        in_tier = i.tier[groups.type_] == COVERAGE_LEVELS[level]
        _by_phase(problem, "cover", np.where(in_tier, i.coverage_weight[groups.type_] * groups.residents, 0.0), c)
        return Objective(level, "max", c)

    return make


def _by_phase(problem: Problem, block: str, gain: FloatArray, c: FloatArray) -> None:
    """Put the worth of a gain (one number a column of ``block``) on the end state and on the layers before it."""
    phases = problem.rules.phases
    worth = np.ones(1) if phases is None else phases.worth
    c[problem.offsets[block]] = worth[-1] * gain
    layer, which = entries(getattr(problem.early, block))
    c[problem.offsets[f"early_{block}"]] = -np.diff(worth)[layer] * gain[which] if len(layer) else 0.0


def _equity(problem: Problem) -> Objective:
    classes = problem.equity
    assert classes is not None
    c = np.zeros(problem.n_col)
    total = classes.residents.sum()
    if total > 0:
        c[problem.offsets["quantile"]] = 1.0
        c[problem.offsets["deficit"]] = -classes.residents / (problem.rules.equity_share * total)
    return Objective("equity", "max", c)


def _cost(problem: Problem) -> Objective:
    i = problem.instance
    c = np.zeros(problem.n_col)
    c[problem.offsets["open"]] = i.open_cost_cny[problem.open_site, problem.open_type]
    c[problem.offsets["used"]] = i.site_cost_cny
    c[problem.offsets["addon"]] = i.addon_cost_cny[problem.addon_type]
    return Objective("cost", "min", c)


def _walking(problem: Problem) -> Objective:
    assign = problem.assign
    assert assign is not None
    c = np.zeros(problem.n_col)
    residents = problem.instance.segment_residents[assign.need_demand, assign.need_type]
    c[problem.offsets["assign"]] = residents[assign.need] * assign.metres
    return Objective("walking", "min", c)


def _farthest_walk(problem: Problem) -> Objective:
    c = np.zeros(problem.n_col)
    c[problem.offsets["farthest"]] = 0.001
    return Objective("farthest_walk", "min", c)


def _sites(problem: Problem) -> Objective:
    c = np.zeros(problem.n_col)
    c[problem.offsets["used"]] = 1.0
    return Objective("sites", "min", c)


def spending(problem: Problem) -> Objective:
    """What counts against the capital budget, 元: no level, but what thresholds and prices of money are made of."""
    i = problem.instance
    c = np.zeros(problem.n_col)
    c[problem.offsets["open"]] = i.open_budget_cny[problem.open_site, problem.open_type]
    c[problem.offsets["used"]] = i.site_budget_cny
    c[problem.offsets["addon"]] = i.addon_cost_cny[problem.addon_type]
    return Objective("spending", "min", c)


def _added(problem: Problem, own: LevelSum) -> Objective:
    c = np.zeros(problem.n_col)
    c[problem.offsets["open"]] = own.outlet[problem.open_type]
    c[problem.offsets["used"]] = own.room
    c[problem.offsets["addon"]] = own.addon[problem.addon_type]
    return Objective(own.name, own.sense, c)


LEVELS: dict[str, Callable[[Problem], Objective]] = {
    "missing_types": _missing_types,
    "basic_coverage": _coverage("basic_coverage"),
    "equity": _equity,
    "public_coverage": _coverage("public_coverage"),
    "quality_coverage": _coverage("quality_coverage"),
    "cost": _cost,
    "walking": _walking,
    "farthest_walk": _farthest_walk,
    "sites": _sites,
}
SENSES: dict[str, Sense] = {
    name: "min" if name in ("cost", "walking", "farthest_walk", "sites") else "max" for name in LEVELS
}


def sense(level: str, rules: Rules) -> Sense:
    """Is more of a level better, or less?"""
    own = rules.sum_of(level)
    return SENSES[level] if own is None else own.sense


def objective(level: str, problem: Problem) -> Objective:
    """The objective of a level.

    Raises:
        ModelError: no such level.
    """
    own = problem.rules.sum_of(level)
    if own is not None:
        return _added(problem, own)
    if level not in LEVELS:
        raise ModelError(f"no level '{level}'; levels are {', '.join(LEVELS)}")
    return LEVELS[level](problem)


def lattice_step(goal: Objective, model: LinearModel) -> float:
    """The step s > 0 such that the objective less its constant is a multiple of s at some optimum; 0 if none is known.

    That holds where every column with a coefficient is integral at some optimum and all coefficients are whole numbers
    (up to a factor of 1000: money in fen, millimetres). A proven bound may then be rounded to the lattice.
    """
    used = goal.coefficients != 0
    if not used.any():
        return 0.0
    return float(lattice_steps(goal.coefficients[used], np.zeros(1, dtype=np.int64), model.kind[used])[0])
