"""The variables: which exist, where each block of columns stands, and what each column means.

open      x[j,k]  binary      site j is fitted out for type k
used      u[j]    binary      site j is used at all
addon     h[p,k]  binary      k is an add-on service of a host at place p
cover     y[g]    [0,1]       the demand points of group g are newly covered
fill      f[z,k]  [0,m_zk]    missing outlets of k that get filled in a zone (one zone: the whole circle)
quantile  t       [0,|basic|] equity: the count of basic types at the worst-served tenth
deficit   s[c]    [0,|basic|] equity: how far class c of demand points stays below t
assign    z[a]    [0,1]       walking: share of (i,k) that walks to a place (or to its nearest existing outlet)
farthest  w       mm          the longest walk, in millimetres
share     z[g,p]  [0,1/(1+r)] assignment types: share of a group that uses the outlet at a place (models.assignment)
early_*                       the same by the end of each phase before the last (:mod:`models.early`)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from models.assignment import ShareWays, can_be_full, require_separate, share_ways
from models.early import Early, early_columns, entries
from models.grouping import identical_vectors
from models.instance import BoolArray, FloatArray, IntArray, Rules, SitingInstance, Tier
from models.linear import Kind
from models.presolve import (
    WALKING_LEVELS,
    CoverageGroups,
    addon_candidates,
    coverage_groups,
    open_candidates,
)

EXISTING = -1


@dataclass(frozen=True, eq=False)
class EquityClasses:
    """Demand points with the same groups over the basic types. ``groups`` [c, basic types] holds -1 where none."""

    base_count: FloatArray
    residents: FloatArray
    groups: IntArray
    n_basic: int


@dataclass(frozen=True, eq=False)
class Assignments:
    """Ways to serve (i,k): by a place, or (``place`` = EXISTING) by the nearest existing outlet. Sorted by ``need``.

    ``need`` numbers the (demand, type) pairs that must be served; ``need_demand`` and ``need_type`` name them.
    """

    need: IntArray
    place: IntArray
    metres: FloatArray
    need_demand: IntArray
    need_type: IntArray


@dataclass(frozen=True, eq=False)
class Problem:
    """An instance, the rules of a scenario, and the columns that are left after presolve."""

    instance: SitingInstance
    rules: Rules
    open_site: IntArray
    open_type: IntArray
    addon_place: IntArray
    addon_type: IntArray
    groups: CoverageGroups
    fill_type: IntArray
    equity: EquityClasses | None
    assign: Assignments | None
    offsets: dict[str, slice]
    ways: ShareWays | None = None
    early: Early = field(default_factory=Early)
    fill_zone: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def fill_missing(self) -> IntArray:
        """[f]: the missing outlets behind each fill column."""
        missing: IntArray = self.instance.by_zone.missing[self.fill_zone, self.fill_type]
        return missing

    def filled(self, placed: IntArray) -> FloatArray:
        """[f]: missing outlets filled where ``placed`` [p,k] outlets and add-on services stand."""
        counted = self.instance.by_zone.inside.astype(np.int64) @ placed
        filled: FloatArray = np.minimum(counted[self.fill_zone, self.fill_type], self.fill_missing).astype(np.float64)
        return filled

    @property
    def n_col(self) -> int:
        """Number of columns."""
        return max((s.stop for s in self.offsets.values()), default=0)

    def column(self, block: str) -> IntArray:
        """Column numbers of a block, in the block's own order."""
        where = self.offsets[block]
        return np.arange(where.start, where.stop, dtype=np.int64)

    def open_column(self) -> IntArray:
        """[j,k]: the column of x, -1 where there is none."""
        table = np.full((self.instance.n_site, self.instance.n_type), -1, dtype=np.int64)
        table[self.open_site, self.open_type] = self.column("open")
        return table

    def addon_column(self) -> IntArray:
        """[p,k]: the column of h, -1 where there is none."""
        table = np.full((self.instance.n_place, self.instance.n_type), -1, dtype=np.int64)
        table[self.addon_place, self.addon_type] = self.column("addon")
        return table


def lay_out(
    instance: SitingInstance, rules: Rules, opens: BoolArray | None = None, addons: BoolArray | None = None
) -> Problem:
    """Presolve and number the columns. ``opens`` [j,k] and ``addons`` [p,k] replace the presolved pairs."""
    opens = open_candidates(instance, rules) if opens is None else opens
    addons = addon_candidates(instance, rules, opens) if addons is None else addons
    groups = coverage_groups(instance, rules, opens, addons)
    open_site, open_type = np.nonzero(opens)
    addon_place, addon_type = np.nonzero(addons)
    fill_zone, fill_type = np.nonzero(instance.by_zone.missing * ("missing_types" in rules.levels))
    equity = _equity_classes(instance, groups) if "equity" in rules.levels else None
    walks = any(level in rules.levels for level in WALKING_LEVELS)
    require_separate(instance, rules)
    ways = share_ways(instance, rules, opens, addons, groups)
    assign = _assignments(instance, opens, addons) if walks else None
    early = early_columns(
        instance, rules, (open_site, open_type), (addon_place, addon_type), groups, (fill_zone, fill_type)
    )
    sizes = {
        "open": len(open_site),
        "used": instance.n_site,
        "addon": len(addon_place),
        "cover": groups.n,
        "fill": len(fill_type),
        "quantile": 0 if equity is None else 1,
        "deficit": 0 if equity is None else len(equity.residents),
        "assign": 0 if assign is None else len(assign.need),
        "farthest": 1 if "farthest_walk" in rules.levels else 0,
        "share": 0 if ways is None else ways.n,
        **early.sizes(),
    }
    ends = np.cumsum([0, *sizes.values()])
    offsets = {name: slice(int(a), int(b)) for name, a, b in zip(sizes, ends, ends[1:], strict=False)}
    return Problem(
        instance,
        rules,
        open_site,
        open_type,
        addon_place,
        addon_type,
        groups,
        fill_type,
        equity,
        assign,
        offsets,
        ways,
        early,
        fill_zone,
    )


def bounds(problem: Problem) -> tuple[FloatArray, FloatArray, np.ndarray]:
    """(lower, upper, kind) of every column, before locks."""
    lower = np.zeros(problem.n_col)
    upper = np.ones(problem.n_col)
    kind = np.full(problem.n_col, Kind.IMPLIED, dtype=np.int8)
    for block in ("open", "used", "addon", "early_open", "early_used", "early_addon"):
        kind[problem.offsets[block]] = Kind.INTEGER
    upper[problem.offsets["fill"]] = problem.fill_missing
    if problem.equity is not None:
        upper[problem.offsets["quantile"]] = problem.equity.n_basic
        upper[problem.offsets["deficit"]] = problem.equity.n_basic
    upper[problem.offsets["farthest"]] = np.inf
    upper[problem.offsets["early_fill"]] = problem.fill_missing[entries(problem.early.fill)[1]]
    if problem.ways is not None:
        kind[problem.offsets["share"]] = Kind.CONTINUOUS
        upper[problem.offsets["share"]] = 1.0 / (1.0 + problem.ways.rivals[problem.ways.group])
        partly = can_be_full(problem.instance)[problem.groups.type_]
        kind[problem.column("cover")[partly]] = Kind.CONTINUOUS
    return lower, upper, kind


def names(problem: Problem) -> Callable[[], Sequence[str]]:
    """Column names, made when somebody asks."""

    def make() -> list[str]:
        i = problem.instance
        places = (*i.site_ids, *i.host_ids)
        made = [
            f"open[{i.site_ids[j]},{i.type_ids[k]}]" for j, k in zip(problem.open_site, problem.open_type, strict=True)
        ]
        made += [f"used[{site}]" for site in i.site_ids]
        made += [
            f"addon[{places[p]},{i.type_ids[k]}]" for p, k in zip(problem.addon_place, problem.addon_type, strict=True)
        ]
        made += [f"cover[{i.type_ids[k]},{g}]" for g, k in enumerate(problem.groups.type_)]
        made += [f"fill[{label}]" for label in fill_labels(problem)]
        made += ["quantile"] * len(problem.column("quantile"))
        made += [f"deficit[{c}]" for c in range(len(problem.column("deficit")))]
        if problem.assign is not None:
            a = problem.assign
            for need, p in zip(a.need, a.place, strict=True):
                at = "existing" if p == EXISTING else places[p]
                made.append(f"assign[{i.demand_ids[a.need_demand[need]]},{at},{i.type_ids[a.need_type[need]]}]")
        made += ["farthest"] * len(problem.column("farthest"))
        if problem.ways is not None:
            w = problem.ways
            for g, p in zip(w.group, w.place, strict=True):
                made.append(f"share[{i.type_ids[w.type_[g]]},{g},{places[p]}]")
        for block, table in problem.early.tables():
            first = problem.offsets[block].start
            made += [f"early_{made[first + n]}@{t}" for t, n in zip(*entries(table), strict=True)]
        return made

    return make


def fill_labels(problem: Problem) -> list[str]:
    """What each fill column is for: its type, and its zone where there are several."""
    several = problem.instance.zones is not None
    return [
        f"{problem.instance.type_ids[k]},{z}" if several else problem.instance.type_ids[k]
        for z, k in zip(problem.fill_zone, problem.fill_type, strict=True)
    ]


def _equity_classes(instance: SitingInstance, groups: CoverageGroups) -> EquityClasses:
    basic = np.flatnonzero(instance.tier == Tier.BASIC)
    base = instance.covered[:, basic].sum(axis=1)
    first, of = identical_vectors(np.column_stack([base, groups.of[:, basic]]))
    return EquityClasses(
        base_count=base[first].astype(float),
        residents=np.bincount(of, weights=instance.residents, minlength=len(first)).astype(float),
        groups=groups.of[first][:, basic],
        n_basic=len(basic),
    )


def _assignments(instance: SitingInstance, opens: BoolArray, addons: BoolArray) -> Assignments:
    carries = addons.copy()
    carries[: instance.n_site] |= opens
    need_demand, need_type = np.nonzero(instance.segment_residents > 0)
    number = np.full((instance.n_demand, instance.n_type), -1, dtype=np.int64)
    number[need_demand, need_type] = np.arange(len(need_demand))
    needs, places, metres = [], [], []
    for k in range(instance.n_type):
        table = instance.walk_m[k].tocoo()
        need = number[table.row, k]
        keep = (need >= 0) & carries[table.col, k] & (table.data < instance.outlet_walk_m[table.row, k])
        needs.append(need[keep])
        places.append(table.col[keep].astype(np.int64))
        metres.append(table.data[keep])
    served = np.isfinite(instance.outlet_walk_m) & (number >= 0)
    needs.append(number[served])
    places.append(np.full(int(served.sum()), EXISTING))
    metres.append(instance.outlet_walk_m[served])
    need_all, place_all, metres_all = np.concatenate(needs), np.concatenate(places), np.concatenate(metres)
    order = np.lexsort((place_all, need_all))
    return Assignments(need_all[order], place_all[order], metres_all[order], need_demand, need_type)
