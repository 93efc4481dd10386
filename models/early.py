"""The layers of a plan by years: what stands by the end of each phase before the last.

Outlets never close, so the columns x, u, h, y, f of :mod:`models.columns` are the *end state*, what stands by the end
of the last of T phases, and every rule on the end state holds in every phase before it. A layer t = 0 … T-2 is a copy
of those columns for what stands by the end of phase t:

    early_open    X[j,k,t]  binary    j is fitted out for k by the end of phase t
    early_used    U[j,t]    binary    j is used by then
    early_addon   H[p,k,t]  binary    p carries k as an add-on service by then
    early_cover   Y[g,t]    [0,1]     group g is newly covered by then
    early_fill    F[z,k,t]  [0,m_zk]  missing outlets of k filled by then

With X[.,T-1] = x and so on, the start of a pair in phase t is a[t] = X[t] - X[t-1] >= 0. This is the model in start
binaries a (sum_t a = x) under an invertible linear map: the same plans, and a linear relaxation at least as tight
(X[j,k,t] <= U[j,t] bounds the starts up to t together). It has one layer less (a plan of one phase *is* the plan
without phases, row by row), every row of coverage, host and site touches one layer instead of all before it, and
fixing X[t] = 0 says "not by then", which halves the choices.

A column is left out where it can only be 0: the room is not free by then, the pair alone costs more than all money so
far, the pair is committed to a later phase, no host can be there, nobody is reached. Y and F are made only in phases
after which the worth falls (``Phases.worth``) and for types that a level counts: nothing else asks when.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from models.grouping import owner
from models.instance import BoolArray, IntArray, Phases, Rules, SitingInstance
from models.presolve import COVERAGE_LEVELS, CoverageGroups


def _none() -> IntArray:
    return np.full((0, 0), -1, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Early:
    """Which columns the layers have: tables [t, n] of positions inside their block, -1 where there is none.

    n runs over the open pairs, the sites, the add-on pairs, the coverage groups and the filled types of the problem.
    """

    open: IntArray = field(default_factory=_none)
    used: IntArray = field(default_factory=_none)
    addon: IntArray = field(default_factory=_none)
    cover: IntArray = field(default_factory=_none)
    fill: IntArray = field(default_factory=_none)

    @property
    def n_layer(self) -> int:
        """Phases before the last."""
        return len(self.open)

    def sizes(self) -> dict[str, int]:
        """Columns of each block, in the order of the layout."""
        return {f"early_{name}": int((table >= 0).sum()) for name, table in self.tables()}

    def tables(self) -> Iterator[tuple[str, IntArray]]:
        """The blocks by name."""
        yield from (
            ("open", self.open),
            ("used", self.used),
            ("addon", self.addon),
            ("cover", self.cover),
            ("fill", self.fill),
        )


def entries(table: IntArray) -> tuple[IntArray, IntArray]:
    """(t, n) of the columns of a block, in the block's own order."""
    layer, number = np.nonzero(table >= 0)
    return layer, number


def early_columns(
    instance: SitingInstance,
    rules: Rules,
    opens: tuple[IntArray, IntArray],
    addons: tuple[IntArray, IntArray],
    groups: CoverageGroups,
    fills: tuple[IntArray, IntArray],
) -> Early:
    """The layers of ``rules.phases``; ``opens`` and ``addons`` are (place, type) of the columns of the end state,
    ``fills`` (zone, type).
    """
    phases = rules.phases
    if phases is None or phases.n == 1:
        return Early()
    site, type_ = opens
    open_ = _open_mask(instance, rules, phases, site, type_)
    used = np.zeros((phases.n - 1, instance.n_site), dtype=bool)
    layer, pair = np.nonzero(open_)
    used[layer, site[pair]] = True
    addon = _addon_mask(instance, phases, open_, opens, addons)
    falls = np.asarray(np.diff(phases.worth) < 0)
    carried = np.zeros((phases.n - 1, instance.n_place, instance.n_type), dtype=bool)
    carried[layer, site[pair], type_[pair]] = True
    layer, pair = np.nonzero(addon)
    carried[layer, addons[0][pair], addons[1][pair]] = True
    cover = _reached(groups, carried) & _counted(instance, rules)[groups.type_]
    in_zone = np.tensordot(carried.astype(np.int64), instance.by_zone.inside.astype(np.int64), axes=(1, 1))
    fill = in_zone[:, fills[1], fills[0]] > 0
    cover[~falls], fill[~falls] = False, False
    return Early(*(_positions(mask) for mask in (open_, used, addon, cover, fill)))


def _positions(mask: BoolArray) -> IntArray:
    table = np.full(mask.shape, -1, dtype=np.int64)
    table[mask] = np.arange(int(mask.sum()))
    return table


def _open_mask(instance: SitingInstance, rules: Rules, phases: Phases, site: IntArray, type_: IntArray) -> BoolArray:
    layer = np.arange(phases.n - 1)[:, None]
    alone = instance.open_budget_cny[site, type_] + instance.site_budget_cny[site]
    mask = (phases.available[site] <= layer) & (alone <= _money_so_far(phases))
    first = np.zeros((instance.n_site, instance.n_type), dtype=np.int64)
    fixed = rules.lock_in_phases
    first[fixed[:, 0], fixed[:, 1]] = fixed[:, 2]
    return np.asarray(mask & (first[site, type_] <= layer))


def _addon_mask(
    instance: SitingInstance,
    phases: Phases,
    open_: BoolArray,
    opens: tuple[IntArray, IntArray],
    addons: tuple[IntArray, IntArray],
) -> BoolArray:
    place, type_ = addons
    host_there = np.ones((phases.n - 1, instance.n_place, instance.n_type), dtype=bool)
    for t, layer in enumerate(open_):
        there = np.zeros((instance.n_site, instance.n_type), dtype=bool)
        there[opens[0][layer], opens[1][layer]] = True
        host_there[t, : instance.n_site] = there @ instance.hosts
    return np.asarray(host_there[:, place, type_] & (instance.addon_cost_cny[type_] <= _money_so_far(phases)))


def _money_so_far(phases: Phases) -> np.ndarray:
    """[t,1]: all budgets of the phases up to t, with a hair of slack: no plan has spent more by then."""
    return np.asarray((np.cumsum(phases.budget_cny)[:-1] * (1 + 1e-9) + 1e-6)[:, None])


def _counted(instance: SitingInstance, rules: Rules) -> BoolArray:
    """[k]: types of which a coverage level of the scenario counts the residents."""
    counted = np.zeros(instance.n_type, dtype=bool)
    for level, tier in COVERAGE_LEVELS.items():
        if level in rules.levels:
            counted |= (instance.tier == tier) & (instance.coverage_weight > 0)
    return counted


def _reached(groups: CoverageGroups, carried: BoolArray) -> BoolArray:
    """[t,g]: some place that reaches the group may carry its type in the layer."""
    reach = groups.reach
    group = owner(reach.indptr)
    layer, entry = np.nonzero(carried[:, reach.indices, groups.type_[group]])
    reached = np.zeros((len(carried), groups.n), dtype=bool)
    reached[layer, group[entry]] = True
    return reached
