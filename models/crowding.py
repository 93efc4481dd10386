"""Rows ``crowding``: how many outlets of a type an area can keep; the rule of viability says so only of each alone.

With w[i] = pop[i,k] / ((1 + r[i,k]) (2 + r[i,k])), and C[j] and O[j,j'] of :mod:`models.blocks.viability`, an open
outlet keeps sum_{j' != j} O[j,j'] x[j'] <= C[j] - min. That row times x[j], added up over the sites j of an area R,
without what outlets outside R take besides, is

    sum_{j in R} (min - C[j]) x[j] + sum_i w[i] n[i] (n[i] - 1) <= 0,      n[i] = sum_{j in R in reach of i} x[j]

since each of n outlets that reach the same residents loses w to each other. Between whole numbers s and s + 1 lies no
whole number: (n - s)(n - s - 1) >= 0, so n (n - 1) >= 2 s n - s (s + 1). For all whole s[i] >= 0 and every R:

    sum_{j in R} (min - C[j] + 2 sum_{i in reach of j} w[i] s[i]) x[j] <= sum_i w[i] s[i] (s[i] + 1)

Best for given s is the R of all sites whose coefficient is above 0; best for a given R and a point x of a relaxation is
s = floor(n). In turns both only gain, until a row that the point breaks is found, or none is. The points are those of
the fill level for one type alone, without money and floor area: where many outlets are missing, the rows of viability
hardly bind in a relaxation, since each is switched off by its own x, and these do (decision 0056).

Every plan that keeps ``viability`` keeps these rows, so they change no answer. They are no rule of the planner's and
stand in the models of solvers alone, not in what is shown or diagnosed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from models.columns import Problem
from models.instance import BoolArray, FloatArray, IntArray
from models.linear import Rows, rows
from models.presolve import catchment, static_types, taken_share

_ROUNDS, _LEAST, _FEWEST, _SLACK = 30, 1e-3, 1e-3, 1e-6


@dataclass(frozen=True, eq=False)
class Crowd:
    """One type: its open columns, ``spare`` [j] = C - min (residents), ``least`` = min, ``weight`` [i] = w, ``reach``
    [i,j], and ``inside`` [z,j] with ``missing`` [z] for the zones that miss outlets of it, those that add-on services
    may fill taken off.
    """

    column: IntArray
    spare: FloatArray
    least: float
    weight: FloatArray
    reach: sparse.csr_array
    inside: BoolArray
    missing: FloatArray


def crowding(problem: Problem) -> Rows:
    """Rows for each type of which two outlets or more are missing; none where the fill level alone breaks none."""
    found = [(crowd, row) for crowd in crowds(problem) for row in _rows_of(crowd)]
    parts = []
    for n, (crowd, (weights, _)) in enumerate(found):
        inside = np.flatnonzero(weights)
        parts.append((np.full(len(inside), n), crowd.column[inside], weights[inside]))
    upper = np.array([side + _SLACK * (1.0 + side) for _, (_, side) in found])
    labels = [f"crowding[{n}]" for n in range(len(found))]
    return rows("crowding", (len(found), problem.n_col), parts, -np.inf, upper, lambda: labels)


def crowds(problem: Problem) -> list[Crowd]:
    """The types that viability limits and of which at least two outlets are missing that no add-on can stand for."""
    i, found = problem.instance, []
    own = catchment(i)
    for k in static_types(i):
        mine, fills = np.flatnonzero(problem.open_type == k), np.flatnonzero(problem.fill_type == k)
        least, sites, zones = float(i.min_catchment[k]), problem.open_site[mine], problem.fill_zone[fills]
        addons = i.by_zone.inside[zones][:, problem.addon_place[problem.addon_type == k]].sum(axis=1)
        missing = np.maximum(problem.fill_missing[fills] - addons, 0).astype(float)
        if missing.sum() < 2 or len(mine) < 2:
            continue
        reach = sparse.csr_array(i.reach[k][:, sites].astype(float))
        inside = np.asarray(i.by_zone.inside[zones][:, sites], dtype=bool)
        spare = own[sites, k] - least
        column, weight = problem.column("open")[mine], taken_share(i, int(k))
        found.append(Crowd(column, spare, least, weight, reach, inside, missing))
    return found


def _rows_of(crowd: Crowd) -> list[tuple[FloatArray, float]]:
    """(coefficients [j], side) of the rows that bind at the end, in outlets: divided by the residents one needs."""
    found: list[tuple[FloatArray, float]] = []
    for _ in range(_ROUNDS):
        point = _fullest(crowd, found)
        areas = [np.ones(len(point), dtype=bool), *crowd.inside]
        new = [row for area in areas if (row := broken(crowd, point, area)) is not None]
        if not new:
            break
        found += {(side, *weights): (weights, side) for weights, side in new}.values()
    return [row for row in found if row[0] @ point > row[1] - _LEAST]


def _fullest(crowd: Crowd, known: list[tuple[FloatArray, float]]) -> FloatArray:
    """[j]: parts of outlets that fill most of what is missing, and no more of them than that takes."""
    n, m = len(crowd.column), len(crowd.missing)
    fill = sparse.hstack([-crowd.inside.astype(float), sparse.eye_array(m)])
    more = [sparse.hstack([weights[None, :], sparse.csr_array((1, m))]) for weights, _ in known]
    answer = linprog(
        np.concatenate([np.full(n, _FEWEST), -np.ones(m)]),
        A_ub=sparse.vstack([fill, *more]).tocsr(),
        b_ub=np.concatenate([np.zeros(m), [side for _, side in known]]),
        bounds=np.stack([np.zeros(n + m), np.concatenate([np.ones(n), crowd.missing])], axis=1),
        method="highs",
    )
    return np.asarray(answer.x[:n]) if answer.x is not None else np.zeros(n)


def broken(crowd: Crowd, point: FloatArray, area: BoolArray) -> tuple[FloatArray, float] | None:
    """A row that ``point`` [j] breaks, sought from the sites of ``area`` [j]; None where none is found."""
    best, kept = _LEAST, None
    while True:
        steps = np.floor(crowd.reach @ (point * area) + 1e-9)
        weights = np.maximum(2.0 * (crowd.reach.T @ (crowd.weight * steps)) - crowd.spare, 0.0) / crowd.least
        side = float(crowd.weight @ (steps * (steps + 1.0))) / crowd.least
        if weights @ point - side <= best:
            return kept
        best, kept, area = weights @ point - side + _LEAST, (weights, side), weights > 0
