"""Blocks of assignment types: shares, catchments, places (:mod:`models.assignment` holds the mathematics).

    z[g,p] - (x[p,k] + h[p,k]) / (1 + r[g]) <= 0                                  for every way        ``share_open``
    sum_p z[g,p] - s (sum_{p in N(g)} x[p,k] + h[p,k]) <= f(t) - s t              s = f(t+1) - f(t)    ``share_draw``
    sum_g R[g] z[g,p] - min_catchment[k] x[p,k] >= 0                              for every open pair  ``catchment``
    sum_g R[g] z[g,p] - outlet_serves[k] x[p,k] - addon_serves[k] h[p,k] <= 0     for every place      ``capacity``
    y[g] - sum_p z[g,p] <= 0                                                      where k can be full  ``served_share``

``share_draw`` runs over t = 1 … most - 1, with ``most`` the outlets of k that can be in reach of g at once: its row
t = 0 is the sum of ``share_open``. Where r = 0 the row t = 1 says all; where only one outlet can be, none is needed.
Rows of ``capacity`` that can never bind are left out.
"""

from __future__ import annotations

import numpy as np

from models.assignment import NONE, ShareWays, can_be_full, drawn
from models.columns import Problem
from models.instance import FloatArray, IntArray
from models.linear import AnyIntArray, Rows, rows


def share_open(problem: Problem) -> Rows:
    """One row for each way: only what is there is used."""
    ways = problem.ways
    if ways is None:
        return rows("share_open", (0, problem.n_col), [], 0.0, 0.0, list)
    open_, addon = _place_columns(problem, ways)
    part: FloatArray = -1.0 / (1.0 + ways.rivals[ways.group].astype(np.float64))
    at = np.arange(ways.n)
    entries: list[tuple[AnyIntArray, AnyIntArray, FloatArray | float]] = [(at, problem.column("share"), 1.0)]
    for column in (open_, addon):
        there = np.flatnonzero(column >= 0)
        entries.append((there, column[there], part[there]))
    return rows("share_open", (ways.n, problem.n_col), entries, -np.inf, 0.0, lambda: _labels(problem, "share_open"))


def share_draw(problem: Problem) -> Rows:
    """Rows t by t, inside a t by group: what the new outlets draw together."""
    ways = problem.ways
    if ways is None:
        return rows("share_draw", (0, problem.n_col), [], 0.0, 0.0, list)
    open_, addon = _place_columns(problem, ways)
    number = np.bincount(ways.group, weights=(open_ >= 0).astype(float) + (addon >= 0), minlength=ways.n_group)
    most = np.minimum(number.astype(np.int64), ways.most[ways.type_])
    parts: list[tuple[AnyIntArray, AnyIntArray, FloatArray | float]] = []
    uppers, labels, n = [np.zeros(0)], [], 0
    for t in range(1, int(most.max(initial=0))):
        mine = np.flatnonzero((most > t) & ((ways.rivals > 0) | (t == 1)))
        slope = drawn(np.full(len(mine), t + 1), ways.rivals[mine]) - drawn(np.full(len(mine), t), ways.rivals[mine])
        row = np.full(ways.n_group, -1)
        row[mine] = np.arange(len(mine))
        of_way = row[ways.group]
        here = np.flatnonzero(of_way >= 0)
        parts.append((of_way[here] + n, problem.column("share")[here], np.ones(len(here))))
        for column in (open_, addon):
            there = here[column[here] >= 0]
            parts.append((of_way[there] + n, column[there], -slope[of_way[there]]))
        uppers.append(drawn(np.full(len(mine), t), ways.rivals[mine]) - slope * t)
        labels += [(int(g), t) for g in mine]
        n += len(mine)
    return rows(
        "share_draw",
        (n, problem.n_col),
        parts,
        -np.inf,
        np.concatenate(uppers),
        lambda: [f"share_draw[{problem.instance.type_ids[ways.type_[g]]},{g},{t}]" for g, t in labels],
    )


def catchment(problem: Problem) -> Rows:
    """One row for each open column of an assignment type that needs a catchment."""
    ways = problem.ways
    if ways is None:
        return rows("catchment", (0, problem.n_col), [], 0.0, 0.0, list)
    i = problem.instance
    needs = np.zeros(i.n_type, dtype=bool)
    needs[i.assigned_types] = i.min_catchment[i.assigned_types] > 0
    mine = np.flatnonzero(needs[problem.open_type])
    site, type_ = problem.open_site[mine], problem.open_type[mine]
    row = np.full((i.n_place, i.n_type), -1, dtype=np.int64)
    row[site, type_] = np.arange(len(mine))
    of_way = row[ways.place, ways.type_[ways.group]]
    there = np.flatnonzero(of_way >= 0)
    return rows(
        "catchment",
        (len(mine), problem.n_col),
        [
            (of_way[there], problem.column("share")[there], ways.residents[ways.group[there]]),
            (np.arange(len(mine)), problem.column("open")[mine], -i.min_catchment[type_]),
        ],
        0.0,
        np.inf,
        lambda: [f"catchment[{i.site_ids[j]},{i.type_ids[k]}]" for j, k in zip(site, type_, strict=True)],
    )


def capacity(problem: Problem) -> Rows:
    """One row for each place and type where more residents could come than one outlet or add-on can serve."""
    ways = problem.ways
    if ways is None:
        return rows("capacity", (0, problem.n_col), [], 0.0, 0.0, list)
    i = problem.instance
    type_of_way = ways.type_[ways.group]
    could = np.zeros((i.n_place, i.n_type))
    np.add.at(could, (ways.place, type_of_way), ways.residents[ways.group] / (1.0 + ways.rivals[ways.group]))
    open_column, addon_column = problem.open_column(), problem.addon_column()
    has_open = np.zeros(could.shape, dtype=bool)
    has_open[: i.n_site] = open_column >= 0
    serves = np.full(could.shape, np.inf)
    for k in i.assigned_types:
        serves[has_open[:, k], k] = i.outlet_serves[k]
        carried = addon_column[:, k] >= 0
        serves[carried, k] = np.minimum(serves[carried, k], i.addon_serves[k])
    place, type_ = np.nonzero(could > serves)
    row = np.full(could.shape, -1, dtype=np.int64)
    row[place, type_] = np.arange(len(place))
    of_way = row[ways.place, type_of_way]
    there = np.flatnonzero(of_way >= 0)
    opens = np.flatnonzero(has_open[place, type_])
    adds = np.flatnonzero(addon_column[place, type_] >= 0)
    # An outlet without a limit beside a limited add-on is given all who could come.
    roomy = np.minimum(i.outlet_serves[type_[opens]], could[place[opens], type_[opens]])
    roomy_addon = np.minimum(i.addon_serves[type_[adds]], could[place[adds], type_[adds]])
    places = (*i.site_ids, *i.host_ids)
    return rows(
        "capacity",
        (len(place), problem.n_col),
        [
            (of_way[there], problem.column("share")[there], ways.residents[ways.group[there]]),
            (opens, open_column[place[opens], type_[opens]], -roomy),
            (adds, addon_column[place[adds], type_[adds]], -roomy_addon),
        ],
        -np.inf,
        0.0,
        lambda: [f"capacity[{places[p]},{i.type_ids[k]}]" for p, k in zip(place, type_, strict=True)],
    )


def served_share(problem: Problem) -> Rows:
    """One row for each coverage group of a type whose outlets can be full: who is covered is served."""
    ways = problem.ways
    if ways is None:
        return rows("served_share", (0, problem.n_col), [], 0.0, 0.0, list)
    i, groups = problem.instance, problem.groups
    mine = np.flatnonzero(can_be_full(i)[groups.type_])
    row = np.full(groups.n, -1, dtype=np.int64)
    row[mine] = np.arange(len(mine))
    cover = ways.cover[ways.group]
    of_way = np.where(cover == NONE, -1, row[cover] if groups.n else -1)
    there = np.flatnonzero(of_way >= 0)
    return rows(
        "served_share",
        (len(mine), problem.n_col),
        [
            (np.arange(len(mine)), problem.column("cover")[mine], 1.0),
            (of_way[there], problem.column("share")[there], -1.0),
        ],
        -np.inf,
        0.0,
        lambda: [f"served_share[{i.type_ids[groups.type_[g]]},{g}]" for g in mine],
    )


def _place_columns(problem: Problem, ways: ShareWays) -> tuple[IntArray, IntArray]:
    """[a]: the columns of x and of h at the way's place, -1 where there is none."""
    type_ = ways.type_[ways.group]
    open_ = np.full(ways.n, -1, dtype=np.int64)
    at_site = ways.place < problem.instance.n_site
    open_[at_site] = problem.open_column()[ways.place[at_site], type_[at_site]]
    return open_, problem.addon_column()[ways.place, type_]


def _labels(problem: Problem, name: str) -> list[str]:
    i, ways = problem.instance, problem.ways
    assert ways is not None
    places = (*i.site_ids, *i.host_ids)
    return [f"{name}[{i.type_ids[ways.type_[g]]},{g},{places[p]}]" for g, p in zip(ways.group, ways.place, strict=True)]
