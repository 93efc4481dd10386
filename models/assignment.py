"""Assignment types 按分配: their residents are shared out over the outlets; places and catchments are counted.

For a type k with ``instance.assigned[k]`` the share z[g,p] of demand group g that uses the new outlet of k at place p
is a variable (groups: merged demand points with the same places in reach and the same number r of existing outlets in
reach). With m[g] the new outlets and add-ons of k in reach of g:

    z[g,p] <= (x[p,k] + h[p,k]) / (1 + r[g])                                    (block ``share_open``)
    sum_p z[g,p] <= f(m[g]),   f(m) = m / (m + r[g])                            (block ``share_draw``)
    sum_g R[g] z[g,p] >= min_catchment[k] x[p,k]                                (block ``catchment``)
    sum_g R[g] z[g,p] <= outlet_serves[k] x[p,k] + addon_serves[k] h[p,k]       (block ``capacity``)
    y[g] <= sum_p z[g,p]                  where outlets can be full, r[g] = 0   (block ``served_share``)

Exact: all outlets in reach, new and old, are equal in the eyes of a group, so that m new ones draw m/(m+r) of it; one
new outlet alone draws 1/(1+r), and never more when others come. f is concave, so its chords between whole numbers are
exact at every whole m. Places per resident (the use rate) are in ``outlet_serves`` = capacity / use rate.

Relaxed: which of the m new outlets a resident uses is chosen by the plan's optimum, not by the resident, and so is who
is left without a place when all are full. What is reported is therefore the most that the plan can serve.

Against the static rule (:mod:`models.blocks.viability`): the equal split z = 1/(m+r) gives every outlet at least what
the static rule grants it, since 1/(1+r) - (m-1)/((1+r)(2+r)) <= 1/(m+r). Without a capacity every plan that is lawful
by the static rule is lawful here, with the same coverage; the own catchment sum R/(1+r) bounds what one outlet can draw
in both, so that presolve's test of a pair alone holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from models.errors import ModelError
from models.grouping import identical_rows, identical_vectors, owner
from models.instance import BoolArray, FloatArray, IntArray, Rules, SitingInstance, Tier
from models.presolve import WALKING_LEVELS, CoverageGroups

NONE = -1
CATCHMENT_SLACK = 1e-7


@dataclass(frozen=True, eq=False)
class ShareWays:
    """Ways in which a group may use a place: columns z. Sorted by group, then place.

    ``type_``, ``residents``, ``rivals`` describe the groups [g]; ``cover`` [g] is their coverage group (NONE where they
    are covered today or nobody asks). ``group`` and ``place`` name the ways [a]; ``most`` [k] is the largest number of
    outlets and add-ons of a type that any plan can have.
    """

    type_: IntArray
    residents: FloatArray
    rivals: IntArray
    cover: IntArray
    group: IntArray
    place: IntArray
    most: IntArray

    @property
    def n(self) -> int:
        """Number of ways."""
        return len(self.group)

    @property
    def n_group(self) -> int:
        """Number of groups."""
        return len(self.type_)


def drawn(new: FloatArray | IntArray, rivals: FloatArray | IntArray) -> FloatArray:
    """Share of a group that ``new`` outlets draw beside ``rivals`` existing ones: m / (m + r), 0 where m = 0."""
    m, r = np.broadcast_arrays(np.asarray(new, dtype=float), np.asarray(rivals, dtype=float))
    return np.asarray(np.divide(m, m + r, out=np.zeros(m.shape), where=m > 0))


def can_be_full(instance: SitingInstance) -> BoolArray:
    """[k]: assignment types of which an outlet can be full; their coverage may be a fraction."""
    full: BoolArray = np.zeros(instance.n_type, dtype=bool)
    for k in instance.assigned_types:
        full[k] = bool(np.isfinite(min(instance.outlet_serves[k], instance.addon_serves[k])))
    return full


def require_separate(instance: SitingInstance, rules: Rules) -> None:
    """Refuse what the shares are not exact for.

    Raises:
        ModelError: phases beside an assignment type; a level that asks who reaches what (``equity`` over basic types,
            the walking levels) beside a type whose outlets can be full.

    """
    full = can_be_full(instance)
    names = ", ".join(instance.type_ids[k] for k in np.flatnonzero(full))
    if rules.phases is not None and len(instance.assigned_types):
        raise ModelError("assignment types cannot be planned in phases")
    if "equity" in rules.levels and np.any(full & (instance.tier == Tier.BASIC)):
        raise ModelError(f"level equity does not go with basic types whose outlets can be full: {names}")
    if full.any() and any(level in rules.levels for level in WALKING_LEVELS):
        raise ModelError(f"walking levels do not go with types whose outlets can be full: {names}")


def share_ways(
    instance: SitingInstance, rules: Rules, opens: BoolArray, addons: BoolArray, groups: CoverageGroups
) -> ShareWays | None:
    """The ways of all assignment types; None where no type is assigned.

    Groups that have existing outlets count only towards a catchment, so they have no ways where none is asked.
    """
    if not len(instance.assigned_types):
        return None
    carries = addons.copy()
    carries[: instance.n_site] |= opens
    full = can_be_full(instance)
    parts: list[tuple[IntArray, FloatArray, IntArray, IntArray, sparse.csr_array]] = []
    for k in instance.assigned_types:
        if not (full[k] or instance.min_catchment[k] > 0):
            continue
        lives = instance.segment_residents[:, k] > 0
        if instance.min_catchment[k] <= 0:
            lives &= instance.rivals[:, k] == 0
        parts.append(_groups_of(instance, int(k), np.flatnonzero(lives), carries[:, k], groups))
    types, residents, rivals, cover, reach = ([part[n] for part in parts] for n in range(5))
    stacked = sparse.csr_array(sparse.vstack([sparse.csr_array((0, instance.n_place), dtype=bool), *reach]))
    none = np.zeros(0, dtype=np.int64)
    return ShareWays(
        type_=np.concatenate([none, *types]),
        residents=np.concatenate([np.zeros(0), *residents]),
        rivals=np.concatenate([none, *rivals]),
        cover=np.concatenate([none, *cover]),
        group=owner(stacked.indptr).astype(np.int64),
        place=stacked.indices.astype(np.int64),
        most=_most(instance, rules, opens, addons),
    )


def best_shares(instance: SitingInstance, ways: ShareWays, opens: BoolArray, addons: BoolArray) -> FloatArray:
    """(n_way,): shares that serve most residents without an outlet today, for a decision ``opens`` [j,k], ``addons``.

    One linear program for each type, since types do not share residents. Where no shares give every outlet its
    catchment, the rule is dropped for the type: the point then says, rightly, that the decision is not lawful.
    """
    shares = np.zeros(ways.n)
    carries = addons.copy()
    carries[: instance.n_site] |= opens
    type_of_way = ways.type_[ways.group]
    for k in np.unique(ways.type_):
        mine = np.flatnonzero((type_of_way == k) & carries[ways.place, type_of_way])
        if len(mine):
            shares[mine] = _program(instance, ways, int(k), mine, opens[:, k], addons[:, k])
    return shares


def _groups_of(
    instance: SitingInstance, k: int, rows: IntArray, places: BoolArray, groups: CoverageGroups
) -> tuple[IntArray, FloatArray, IntArray, IntArray, sparse.csr_array]:
    reach = sparse.csr_array(instance.reach[k][rows].multiply(places[None, :])).astype(bool)
    reach.eliminate_zeros()
    reach.sort_indices()
    there = np.flatnonzero(np.diff(reach.indptr) > 0)
    rows, reach = rows[there], sparse.csr_array(reach[there])
    rivals = instance.rivals[rows, k]
    first, of = identical_vectors(np.column_stack([identical_rows(reach), rivals]).reshape(len(rows), 2))
    n = len(first)
    return (
        np.full(n, k, dtype=np.int64),
        np.bincount(of, weights=instance.segment_residents[rows, k], minlength=n).astype(float),
        rivals[first],
        np.where(rivals[first] == 0, groups.of[rows[first], k], NONE),
        sparse.csr_array(reach[first]),
    )


def _most(instance: SitingInstance, rules: Rules, opens: BoolArray, addons: BoolArray) -> IntArray:
    """[k]: places that may carry the type, fewer where money or the number of outlets allows only fewer."""
    most = opens.sum(axis=0) + addons.sum(axis=0)
    if rules.max_outlets is not None:
        most = np.minimum(most, rules.max_outlets + addons.sum(axis=0))
    cheapest = np.where(opens, instance.open_budget_cny, np.inf).min(axis=0, initial=np.inf)
    cheapest = np.minimum(cheapest, np.where(addons.any(axis=0), instance.addon_cost_cny, np.inf))
    subsidy = np.where(addons.any(axis=0), instance.addon_subsidy_cny_year, np.inf)
    subsidy = np.minimum(np.where(opens.any(axis=0), instance.subsidy_cny_year, np.inf), subsidy)
    for limit, price in ((rules.budget_cny, cheapest), (rules.subsidy_cny_year, subsidy)):
        if limit is not None:
            paid = np.isfinite(price) & (price > 0)
            affordable = np.floor((limit * (1 + 1e-9) + 1e-6) / np.where(paid, price, 1.0))
            most = np.where(paid, np.minimum(most, affordable), most)
    return np.asarray(most, dtype=np.int64)


def _program(
    instance: SitingInstance, ways: ShareWays, k: int, mine: IntArray, opened: BoolArray, added: BoolArray
) -> FloatArray:
    from scipy.optimize import linprog

    group, at = np.unique(ways.group[mine], return_inverse=True)
    place, where = np.unique(ways.place[mine], return_inverse=True)
    people, rivals, n = ways.residents[group], ways.rivals[group], len(mine)
    is_open = np.array([p < instance.n_site and bool(opened[p]) for p in place])
    serves = np.where(is_open, instance.outlet_serves[k], 0.0) + np.where(added[place], instance.addon_serves[k], 0.0)
    new = np.bincount(at, weights=is_open[where] + added[place][where].astype(float), minlength=len(group))
    by_group = sparse.csr_array((np.ones(n), (at, np.arange(n))), shape=(len(group), n))
    by_place = sparse.csr_array((people[at], (where, np.arange(n))), shape=(len(place), n))
    limited = np.isfinite(serves)
    needs = is_open & (instance.min_catchment[k] > 0)
    least = np.full(int(needs.sum()), instance.min_catchment[k])
    upper = [drawn(new, rivals), serves[limited], -(least - CATCHMENT_SLACK * np.maximum(1.0, least))]
    rows = [by_group, by_place[limited], -by_place[needs]]
    gain = np.where(rivals == 0, people, 0.0)[at]
    bound = np.column_stack([np.zeros(n), 1.0 / (1.0 + rivals[at])])
    for kept in (3, 2):
        matrix = sparse.vstack(rows[:kept], format="csr")
        answer = linprog(-gain, A_ub=matrix, b_ub=np.concatenate(upper[:kept]), bounds=bound, method="highs")
        if answer.status == 0:
            return np.asarray(np.clip(answer.x, 0.0, bound[:, 1]))
    raise AssertionError(f"the shares of type {instance.type_ids[k]} have no optimum: {answer.message}")
