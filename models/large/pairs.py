"""The packing and covering core of a problem under one objective, as flat arrays that compiled loops run over.

A *pair* c is a decision to have one type at place ``place[c]``, as an outlet (columns ``open``) or as an add-on
service (columns ``addon``). The core that heuristics work on is

    max  sum_g weight[g] min(1, sum_{c reaches g} x[c]) + sum_f fill_weight[f] min(missing[f], sum_{c in f} x[c])
    s.t. sum_{c at p} area_m2[c] x[c] <= room_m2[p]                                                  every place p
         sum_c budget_cny[c] x[c] + sum_p fixed_cny[p] [p used] <= capital_cny,   #used <= max_sites
         sum_c pack_amount[c,r] x[c] <= pack_room[r]                                                 every row r
         sum_g floor_weight[h,g] min(1, …) >= floor_at_least[h]                                      every floor h
         sum_f held_fill_weight[f] min(missing[f], …) >= held_fill
         x[c] <= sum of x over its hosts, where ``needs_host[c]``

``pack`` rows are spacing, separation, once, yearly subsidy, viability, number of outlets. Rows of the model with
another form (a purse's share, equity, costs held) are not here: a plan is checked against the whole model before it is
used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from models.columns import Problem
from models.grouping import owner
from models.instance import BoolArray, FloatArray, Int32Array, IntArray
from models.linear import LinearModel, Objective

_OWN_FORM = ("area", "site_use", "site_empty", "budget", "max_sites", "host", "fill", "cover", "lock_in", "equity")


@dataclass(frozen=True, eq=False)
class Pairs:
    """See the module; shapes: c pairs, p places, g groups, f fill entries, r pack rows, h floors. CSR where two arrays.

    column        [c]    column of the model
    used          [p]    column of the place's own cost, -1 for a host (hosts are always there and cost nothing)
    must_use      [p]    the place is locked in: something must be opened there
    cover_*              groups that pair c reaches:          ``cover_group[cover_start[c]:cover_start[c+1]]``
    fill_*               fill entries that pair c counts for: ``fill_entry[fill_start[c]:fill_start[c+1]]``
    pack_*               rows that pair c uses up
    """

    column: IntArray
    place: Int32Array
    area_m2: FloatArray
    budget_cny: FloatArray
    forbidden: BoolArray
    forced: BoolArray
    room_m2: FloatArray
    fixed_cny: FloatArray
    used: IntArray
    must_use: BoolArray
    capital_cny: float
    max_sites: int
    cover_start: IntArray
    cover_group: Int32Array
    weight: FloatArray
    fill_start: IntArray
    fill_entry: Int32Array
    missing: FloatArray
    fill_weight: FloatArray
    pack_start: IntArray
    pack_row: Int32Array
    pack_amount: FloatArray
    pack_room: FloatArray
    floor_weight: FloatArray
    floor_at_least: FloatArray
    held_fill_weight: FloatArray
    held_fill: float
    needs_host: BoolArray

    @property
    def n(self) -> int:
        """Number of pairs."""
        return len(self.column)

    @property
    def n_place(self) -> int:
        """Number of places."""
        return len(self.room_m2)


def pairs_of(problem: Problem, goal: Objective, model: LinearModel) -> Pairs:
    """The core of ``problem`` under ``goal``; ``model`` gives bounds, locks and the rows of levels held so far."""
    i = problem.instance
    n_open, n = len(problem.open_site), len(problem.open_site) + len(problem.addon_place)
    column = np.concatenate([problem.column("open"), problem.column("addon")])
    place = np.concatenate([problem.open_site, problem.addon_place]).astype(np.int32)
    type_ = np.concatenate([problem.open_type, problem.addon_type]).astype(np.int32)
    used = np.concatenate([problem.column("used"), np.full(i.n_host, -1, dtype=np.int64)])
    locked = model.col_lower > 0.5
    _lock(model, locked)
    cover_start, cover_group = _cover(problem, place, type_)
    fill_start, fill_entry = _fill(problem, place, type_)
    pack = _packing(model, column)
    floor_weight, floor_at_least = _floors(problem, model)
    held_fill_weight, held_fill = _held_fill(problem, model)
    limit = problem.rules.max_sites
    return Pairs(
        column=column,
        place=place,
        area_m2=np.concatenate([i.area_m2[problem.open_type], i.addon_area_m2[problem.addon_type]]),
        budget_cny=np.concatenate(
            [i.open_budget_cny[problem.open_site, problem.open_type], i.addon_cost_cny[problem.addon_type]]
        ),
        forbidden=model.col_upper[column] < 0.5,
        forced=locked[column],
        room_m2=np.concatenate([i.site_area_m2, i.host_area_m2]),
        fixed_cny=np.concatenate([i.site_budget_cny, np.zeros(i.n_host)]),
        used=used,
        must_use=np.where(used >= 0, locked[used], False),
        capital_cny=np.inf if problem.rules.budget_cny is None else problem.rules.budget_cny,
        max_sites=-1 if limit is None else limit,
        cover_start=cover_start,
        cover_group=cover_group,
        weight=goal.coefficients[problem.offsets["cover"]],
        fill_start=fill_start,
        fill_entry=fill_entry,
        missing=problem.fill_missing.astype(np.float64),
        fill_weight=goal.coefficients[problem.offsets["fill"]],
        pack_start=pack[0].indptr.astype(np.int64),
        pack_row=pack[0].indices.astype(np.int32),
        pack_amount=pack[0].data,
        pack_room=pack[1],
        floor_weight=floor_weight,
        floor_at_least=floor_at_least,
        held_fill_weight=held_fill_weight,
        held_fill=held_fill,
        needs_host=(np.arange(n) >= n_open) & (place < i.n_site),
    )


def _lock(model: LinearModel, locked: BoolArray) -> None:
    """Mark the columns that a row of ``lock_in`` asks for."""
    if "lock_in" in model.blocks:
        locked[model.matrix[model.blocks["lock_in"]].indices] = True


def _cover(problem: Problem, place: Int32Array, type_: Int32Array) -> tuple[IntArray, Int32Array]:
    """(start, group): the groups that each pair reaches, as a gather from the transposed reach of the groups."""
    groups, n_type = problem.groups, problem.instance.n_type
    reach = groups.reach
    key = reach.indices.astype(np.int64) * n_type
    key += np.repeat(groups.type_, np.diff(reach.indptr))
    row = np.repeat(np.arange(groups.n, dtype=np.int32), np.diff(reach.indptr))
    count = np.bincount(key, minlength=problem.instance.n_place * n_type)
    order = np.argsort(key, kind="stable")
    start = np.concatenate([[0], np.cumsum(count)])
    mine = place.astype(np.int64) * n_type + type_
    length = count[mine]
    first = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    at = np.arange(first[-1]) + np.repeat(start[mine] - first[:-1], length)
    return first, row[order][at]


def _fill(problem: Problem, place: Int32Array, type_: Int32Array) -> tuple[IntArray, Int32Array]:
    inside = problem.instance.by_zone.inside
    parts = []
    for f, (zone, wanted) in enumerate(zip(problem.fill_zone, problem.fill_type, strict=True)):
        pair = np.flatnonzero((type_ == wanted) & inside[zone, place])
        parts.append(np.stack([pair, np.full(len(pair), f)]))
    return _csr_of(parts, len(place))


def _csr_of(parts: list[IntArray], n: int) -> tuple[IntArray, Int32Array]:
    """(start, entry) from columns of (pair, entry)."""
    both = np.concatenate([np.zeros((2, 0), dtype=np.int64), *parts], axis=1)
    order = np.argsort(both[0], kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(both[0], minlength=n))]).astype(np.int64)
    return start, both[1][order].astype(np.int32)


def _packing(model: LinearModel, column: IntArray) -> tuple[sparse.csr_array, FloatArray]:
    """([c,r], room): rows ``sum a x <= b`` with a >= 0 over pairs alone."""
    mine = np.ones(model.n_row, dtype=bool)
    for name, where in model.blocks.items():
        if name in _OWN_FORM:
            mine[where] = False
    of_pair = np.zeros(model.n_col, dtype=bool)
    of_pair[column] = True
    matrix = model.matrix
    row = owner(matrix.indptr)
    odd = np.bincount(row[~of_pair[matrix.indices] | (matrix.data < 0)], minlength=model.n_row) > 0
    rows = np.flatnonzero(mine & ~odd & np.isfinite(model.row_upper))
    return sparse.csr_array(matrix[rows][:, column].T.tocsr()), model.row_upper[rows]


def _floors(problem: Problem, model: LinearModel) -> tuple[FloatArray, FloatArray]:
    """([h,g], [h]): rows ``sum w y >= b`` with w >= 0 over cover columns alone: floors, coverage levels held."""
    where = problem.offsets["cover"]
    names = [name for name in model.blocks if name == "floor" or name.startswith("hold[")]
    weights, least = [np.zeros((0, problem.groups.n))], [np.zeros(0)]
    for name in names:
        block = model.matrix[model.blocks[name]]
        inside = (block.indices >= where.start) & (block.indices < where.stop)
        if inside.all() and block.nnz and (block.data >= 0).all():
            weights.append(block[:, where].toarray())
            least.append(model.row_lower[model.blocks[name]])
    return np.concatenate(weights), np.concatenate(least)


def _held_fill(problem: Problem, model: LinearModel) -> tuple[FloatArray, float]:
    held = model.blocks.get("hold[missing_types]")
    if held is None:
        return np.zeros(len(problem.fill_type)), -np.inf
    return model.matrix[held][:, problem.offsets["fill"]].toarray()[0], float(model.row_lower[held][0])
