"""From a decision to a full point of the linear model, and back.

The completion sets every dependent column to its best value for the decision: y and f as large as the rows allow, t at
the quantile, s and z accordingly; the shares of assignment types at the optimum of a small linear program
(:func:`models.assignment.best_shares`). It is the start that every solver gets, and needs no solver itself.
"""

from __future__ import annotations

import numpy as np

from models.assignment import NONE, best_shares, can_be_full
from models.columns import EXISTING, Problem
from models.instance import BoolArray, FloatArray
from models.layers import set_layers, with_phases
from models.schedule import scheduled
from models.solution import Decision


def complete(problem: Problem, decision: Decision) -> FloatArray:
    """(n_col,): the point of the model that stands for ``decision``; pairs without a column are dropped."""
    i = problem.instance
    values = np.zeros(problem.n_col)
    opens = np.zeros((i.n_site, i.n_type), dtype=bool)
    addons = np.zeros((i.n_place, i.n_type), dtype=bool)
    opens[problem.open_site, problem.open_type] = decision.open[problem.open_site, problem.open_type]
    addons[problem.addon_place, problem.addon_type] = decision.addon[problem.addon_place, problem.addon_type]
    carried = addons.copy()
    carried[: i.n_site] |= opens
    values[problem.offsets["open"]] = opens[problem.open_site, problem.open_type]
    values[problem.offsets["used"]] = opens.any(axis=1)
    values[problem.offsets["addon"]] = addons[problem.addon_place, problem.addon_type]
    covered = _cover(problem, carried)
    if problem.ways is not None:
        _set_shares(problem, opens, addons, covered, values)
    values[problem.offsets["cover"]] = covered
    placed = addons.astype(np.int64)
    placed[: i.n_site] += opens
    values[problem.offsets["fill"]] = problem.filled(placed)
    if problem.equity is not None:
        _set_equity(problem, covered, values)
    if problem.assign is not None:
        _set_walks(problem, carried, values)
    if problem.early.n_layer:
        set_layers(problem, scheduled(i, problem.rules, decision), values, _cover)
    return values


def decision_of(problem: Problem, values: FloatArray) -> Decision:
    """The decision that a point of the model stands for (binaries rounded)."""
    chosen = values > 0.5
    decision = Decision.empty(problem.instance)
    decision.open[problem.open_site, problem.open_type] = chosen[problem.offsets["open"]]
    decision.addon[problem.addon_place, problem.addon_type] = chosen[problem.offsets["addon"]]
    return with_phases(problem, decision, chosen)


def _cover(problem: Problem, carried: np.ndarray) -> FloatArray:
    groups = problem.groups
    reach = groups.reach
    hits = carried[reach.indices, np.repeat(groups.type_, np.diff(reach.indptr))]
    counted = np.zeros(groups.n)
    np.maximum.at(counted, np.repeat(np.arange(groups.n), np.diff(reach.indptr)), hits.astype(float))
    return counted


def _set_shares(problem: Problem, opens: BoolArray, addons: BoolArray, covered: FloatArray, values: FloatArray) -> None:
    """The shares, and in ``covered`` who is served of the types whose outlets can be full."""
    ways = problem.ways
    assert ways is not None
    shares = best_shares(problem.instance, ways, opens, addons)
    values[problem.offsets["share"]] = shares
    partly = can_be_full(problem.instance)[problem.groups.type_]
    cover = ways.cover[ways.group]
    counts = cover != NONE
    served = np.bincount(cover[counts], weights=shares[counts], minlength=problem.groups.n)
    covered[partly] = np.minimum(1.0, served[partly])


def _set_equity(problem: Problem, covered: FloatArray, values: FloatArray) -> None:
    classes = problem.equity
    assert classes is not None
    padded = np.append(covered, 0.0)
    count = classes.base_count + padded[classes.groups].sum(axis=1)
    order = np.argsort(count, kind="stable")
    below = np.cumsum(classes.residents[order])
    target = problem.rules.equity_share * classes.residents.sum()
    quantile = count[order[min(int(np.searchsorted(below, target - 1e-9)), len(order) - 1)]] if len(order) else 0.0
    values[problem.offsets["quantile"]] = quantile
    values[problem.offsets["deficit"]] = np.maximum(0.0, quantile - count)


def _set_walks(problem: Problem, carried: np.ndarray, values: FloatArray) -> None:
    assign = problem.assign
    assert assign is not None
    usable = (assign.place == EXISTING) | carried[assign.place, assign.need_type[assign.need]]
    ways = np.flatnonzero(usable)
    order = ways[np.lexsort((assign.metres[ways], assign.need[ways]))]
    _, first = np.unique(assign.need[order], return_index=True)
    chosen = order[first]
    values[problem.column("assign")[chosen]] = 1.0
    if len(problem.column("farthest")) and len(chosen):
        values[problem.offsets["farthest"]] = np.floor(assign.metres[chosen] * 1000.0 + 1e-6).max()
