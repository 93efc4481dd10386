"""Blocks that link the layers of a plan by years (:mod:`models.early`).

With X[.,T-1] = x, U[.,T-1] = u, H[.,T-1] = h, for every layer t = 0 … T-2:

    X[j,k,t] <= X[j,k,t+1],   H[p,k,t] <= H[p,k,t+1]                outlets never close           (``early_order``)
    X[j,k,t] <= U[j,t]                                              the site's own cost comes with its first outlet,
                                                                    not later                     (``early_use``)
    U[j,t] <= sum_k X[j,k,t]                                        … nor sooner                  (``early_empty``)
    H[j,k,t] <= sum_{g: hosts[g,k]} X[j,g,t]                        the host is there first       (``early_host``)
    Y[g,t] <= sum_{j in N(g)} X[j,k,t] + sum_{p in N(g)} H[p,k,t]   covered by then               (``early_cover``)
    F[k,t] <= sum_j X[j,k,t] + sum_p H[p,k,t]                       filled by then                (``early_fill``)

``early_empty`` is needed only where money that is left lapses: there a site could be paid for ahead of its first
outlet, with money that would lapse. Where money carries over, what is spent by then only grows with U, and U falls to
the first outlet by itself. Y and F need no order of their own: both are wanted as high as their rows allow, and those
rise with X and H.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from models.columns import Problem, fill_labels
from models.early import entries
from models.instance import FloatArray, IntArray
from models.layers import early_addon_column, early_open_column, layer_columns
from models.linear import Rows, rows

_Entry = tuple[np.ndarray, np.ndarray, FloatArray | float]


def early_order(problem: Problem) -> Rows:
    """One row for each early outlet, then one for each early add-on."""
    before, after, names = [], [], []
    for block in ("open", "addon"):
        for t in range(problem.early.n_layer):
            now, then = layer_columns(problem, block, t), layer_columns(problem, block, t + 1)
            there = np.flatnonzero(now >= 0)
            before.append(now[there])
            after.append(then[there])
            names += [(block, t, int(n)) for n in there]
    early, late = _joined(before), _joined(after)
    n = len(early)
    return _at_most(
        "early_order",
        problem,
        n,
        [(np.arange(n), early, 1.0), (np.arange(n), late, -1.0)],
        lambda: [f"early_order[{block},{_pair(problem, block, a)},{t}]" for block, t, a in names],
    )


def early_use(problem: Problem) -> Rows:
    """One row for each early outlet."""
    layer, pair = entries(problem.early.open)
    used = problem.early.used[layer, problem.open_site[pair]] + problem.offsets["early_used"].start
    n = len(pair)
    return _at_most(
        "early_use",
        problem,
        n,
        [(np.arange(n), problem.column("early_open"), 1.0), (np.arange(n), used, -1.0)],
        lambda: [f"early_use[{_pair(problem, 'open', a)},{t}]" for t, a in zip(layer, pair, strict=True)],
    )


def early_empty(problem: Problem) -> Rows:
    """One row for each early site, where money that is left lapses."""
    phases = problem.rules.phases
    if phases is None or phases.carry_over:
        return _at_most("early_empty", problem, 0, [], list)
    layer, site = entries(problem.early.used)
    open_layer, pair = entries(problem.early.open)
    row = problem.early.used[open_layer, problem.open_site[pair]]
    n = len(site)
    return _at_most(
        "early_empty",
        problem,
        n,
        [(np.arange(n), problem.column("early_used"), 1.0), (row, problem.column("early_open"), -1.0)],
        lambda: [f"early_empty[{problem.instance.site_ids[j]},{t}]" for t, j in zip(layer, site, strict=True)],
    )


def early_host(problem: Problem) -> Rows:
    """One row for each early add-on at a site."""
    i = problem.instance
    layer, addon = entries(problem.early.addon)
    at_site = np.flatnonzero(problem.addon_place[addon] < i.n_site)
    layer, addon = layer[at_site], addon[at_site]
    site, type_ = problem.addon_place[addon], problem.addon_type[addon]
    open_ = early_open_column(problem)
    row, carrier = np.nonzero((open_[layer, site] >= 0) & i.hosts[:, type_].T)
    n = len(addon)
    return _at_most(
        "early_host",
        problem,
        n,
        [
            (np.arange(n), problem.column("early_addon")[at_site], 1.0),
            (row, open_[layer[row], site[row], carrier], -1.0),
        ],
        lambda: [f"early_host[{_pair(problem, 'addon', a)},{t}]" for t, a in zip(layer, addon, strict=True)],
    )


def early_cover(problem: Problem) -> Rows:
    """One row for each early coverage column."""
    i, groups = problem.instance, problem.groups
    layer, group = entries(problem.early.cover)
    reach = groups.reach[group].tocoo() if len(group) else groups.reach[:0].tocoo()
    type_, at = groups.type_[group][reach.row], layer[reach.row]
    addon = early_addon_column(problem)[at, reach.col, type_]
    open_ = np.full(len(reach.col), -1, dtype=np.int64)
    site = reach.col < i.n_site
    open_[site] = early_open_column(problem)[at[site], reach.col[site], type_[site]]
    has_open, has_addon = open_ >= 0, addon >= 0
    n = len(group)
    return _at_most(
        "early_cover",
        problem,
        n,
        [
            (np.arange(n), problem.column("early_cover"), 1.0),
            (reach.row[has_open], open_[has_open], -1.0),
            (reach.row[has_addon], addon[has_addon], -1.0),
        ],
        lambda: [f"early_cover[{i.type_ids[groups.type_[g]]},{g},{t}]" for t, g in zip(layer, group, strict=True)],
    )


def early_fill(problem: Problem) -> Rows:
    """One row for each early fill column."""
    layer, which = entries(problem.early.fill)
    n = len(which)
    inside = problem.instance.by_zone.inside[problem.fill_zone[which]]
    when, wanted = layer[:, None], problem.fill_type[which][:, None]
    parts: list[_Entry] = [(np.arange(n), problem.column("early_fill"), 1.0)]
    for block, places, types in (
        ("open", problem.open_site, problem.open_type),
        ("addon", problem.addon_place, problem.addon_type),
    ):
        at, pair = entries(getattr(problem.early, block))
        row, entry = np.nonzero(inside[:, places[pair]] & (when == at) & (wanted == types[pair]))
        parts.append((row, problem.column(f"early_{block}")[entry], -1.0))
    labels = fill_labels(problem)
    return _at_most(
        "early_fill",
        problem,
        n,
        parts,
        lambda: [f"early_fill[{labels[f]},{t}]" for t, f in zip(layer, which, strict=True)],
    )


def _at_most(name: str, problem: Problem, n: int, parts: Sequence[_Entry], label: Callable[[], Sequence[str]]) -> Rows:
    """Rows ``… <= 0``."""
    return rows(name, (n, problem.n_col), parts if n else [], -np.inf, 0.0, label)


def _joined(parts: Sequence[IntArray]) -> IntArray:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _pair(problem: Problem, block: str, n: int) -> str:
    i = problem.instance
    if block == "open":
        return f"{i.site_ids[problem.open_site[n]]},{i.type_ids[problem.open_type[n]]}"
    return f"{(*i.site_ids, *i.host_ids)[problem.addon_place[n]]},{i.type_ids[problem.addon_type[n]]}"
