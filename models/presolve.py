"""Presolve: leave out pairs that no plan needs, and merge demand points that the same places reach.

A pair (j,k) is *hopeless* where it breaks a rule alone (area, catchment, budget, locked out), or where it can do
nothing for any level or rule of the scenario: it covers nobody new, fills no missing outlet, hosts nothing and is not
locked in.
Nothing here changes the optimum of any level (tests compare with the model without presolve).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from models.grouping import identical_rows
from models.instance import BoolArray, FloatArray, IntArray, Rules, SitingInstance, Tier

COVERAGE_LEVELS = {"basic_coverage": Tier.BASIC, "public_coverage": Tier.PUBLIC, "quality_coverage": Tier.QUALITY}
WALKING_LEVELS = ("walking", "farthest_walk")


@dataclass(frozen=True, eq=False)
class CoverageGroups:
    """Merged demand rows: group g stands for all demand points of type ``type_[g]`` that the same columns reach.

    ``of`` [i,k] is the group of a demand point, -1 where it is covered already or nothing can reach it.
    ``reach`` is boolean CSR [g, n_place]: the places that reach the group and may carry its type.
    """

    type_: IntArray
    residents: FloatArray
    of: IntArray
    reach: sparse.csr_array

    @property
    def n(self) -> int:
        """Number of groups."""
        return len(self.type_)


def coverage_types(instance: SitingInstance, rules: Rules) -> BoolArray:
    """[k]: types whose coverage matters to a level or a floor of the scenario."""
    wanted = np.zeros(instance.n_type, dtype=bool)
    for level, tier in COVERAGE_LEVELS.items():
        if level in rules.levels:
            wanted |= (instance.tier == tier) & (instance.coverage_weight > 0)
    if "equity" in rules.levels:
        wanted |= instance.tier == Tier.BASIC
    for k, _ in rules.coverage_floor:
        wanted[k] = True
    return wanted


def open_candidates(instance: SitingInstance, rules: Rules) -> BoolArray:
    """[j,k]: pairs that get a variable x."""
    return lawful_opens(instance, rules) & wanted_opens(instance, rules)


def lawful_opens(instance: SitingInstance, rules: Rules) -> BoolArray:
    """[j,k]: pairs that break no rule alone."""
    keep: BoolArray = instance.eligible & ~_locked_out(instance, rules)
    keep &= instance.area_m2[None, :] <= instance.site_area_m2[:, None] + 1e-9
    keep &= (instance.min_catchment[None, :] <= 0) | (catchment(instance) >= instance.min_catchment[None, :] - 1e-6)
    keep &= ~_never_enough(instance)[None, :]
    if rules.capital_cny is not None:
        alone = instance.open_budget_cny + instance.site_budget_cny[:, None]
        keep &= alone <= rules.capital_cny * (1 + 1e-9) + 1e-6
    if rules.phases is not None:
        keep &= (rules.phases.available < rules.phases.n)[:, None]
    return keep


def wanted_opens(instance: SitingInstance, rules: Rules) -> BoolArray:
    """[j,k]: pairs that can do something for a level or a rule of the scenario."""
    may_host = np.asarray((instance.hosts & instance.addon_eligible.any(axis=0)).any(axis=1))
    useful = useful_places(instance, rules)[: instance.n_site]
    return np.asarray(useful | may_host[None, :] | _locked_in(instance, rules))


def addon_candidates(instance: SitingInstance, rules: Rules, opens: BoolArray) -> BoolArray:
    """[p,k]: pairs that get a variable h: useful, a host can be there, and its spare area is enough."""
    if not instance.addon_eligible.any():
        return np.zeros((instance.n_place, instance.n_type), dtype=bool)
    return lawful_addons(instance, opens) & useful_places(instance, rules)


def lawful_addons(instance: SitingInstance, opens: BoolArray) -> BoolArray:
    """[p,k]: a host can be there, and its spare area is enough."""
    host_there = np.zeros((instance.n_place, instance.n_type), dtype=bool)
    host_there[: instance.n_site] = opens @ instance.hosts
    host_there[instance.n_site :] = instance.hosts[instance.host_type]
    room = np.concatenate([instance.site_area_m2, instance.host_area_m2])
    kept: BoolArray = instance.addon_eligible & host_there
    kept &= instance.addon_area_m2[None, :] <= room[:, None] + 1e-9
    return kept


def catchment(instance: SitingInstance) -> FloatArray:
    """[j,k]: residents of the segment in reach of site j, each divided by 1 + the existing outlets in his reach."""
    shared = instance.segment_residents / (1.0 + instance.rivals)
    columns = [instance.reach[k].T @ shared[:, k] for k in range(instance.n_type)]
    stacked = np.stack(columns, axis=1) if columns else np.zeros((instance.n_place, 0))
    result: FloatArray = stacked[: instance.n_site]
    return result


def static_types(instance: SitingInstance) -> IntArray:
    """The types that the static rule of viability limits (:mod:`models.blocks.viability`)."""
    return np.setdiff1d(np.flatnonzero(instance.min_catchment > 0), instance.assigned_types)


def taken_share(instance: SitingInstance, k: int) -> FloatArray:
    """[i]: residents of type k that a first new competitor takes from a new outlet, pop / ((1 + r) (2 + r))."""
    rivals = instance.rivals[:, k]
    return np.asarray(instance.segment_residents[:, k] / ((1.0 + rivals) * (2.0 + rivals)))


def coverage_groups(instance: SitingInstance, rules: Rules, opens: BoolArray, addons: BoolArray) -> CoverageGroups:
    """Merge, type by type, the demand points that still need the type and can get it."""
    carries = addons.copy()
    carries[: instance.n_site] |= opens
    of = np.full((instance.n_demand, instance.n_type), -1, dtype=np.int64)
    types, residents, reaches, total = [], [], [], 0
    for k in np.flatnonzero(coverage_types(instance, rules)):
        rows = np.flatnonzero(~instance.covered[:, k])
        reach = _only_places(instance.reach[k][rows], carries[:, k])
        reachable = np.diff(reach.indptr) > 0
        rows, reach = rows[reachable], reach[reachable]
        if not len(rows):
            continue
        group = identical_rows(reach)
        n = int(group.max()) + 1
        first = np.unique(group, return_index=True)[1]
        of[rows, k] = total + group
        types.append(np.full(n, k, dtype=np.int64))
        residents.append(np.bincount(group, weights=instance.segment_residents[rows, k], minlength=n))
        reaches.append(reach[first])
        total += n
    empty = sparse.csr_array((0, instance.n_place), dtype=bool)
    return CoverageGroups(
        type_=np.concatenate([np.zeros(0, dtype=np.int64), *types]),
        residents=np.concatenate([np.zeros(0), *residents]),
        of=of,
        reach=sparse.csr_array(sparse.vstack([empty, *reaches], format="csr")),
    )


def _only_places(reach: sparse.csr_array, places: BoolArray) -> sparse.csr_array:
    keep = places[reach.indices]
    indptr = np.concatenate([[0], np.cumsum(keep)])[reach.indptr]
    result = sparse.csr_array((np.ones(int(keep.sum()), dtype=bool), reach.indices[keep], indptr), shape=reach.shape)
    result.sort_indices()
    return result


def _never_enough(instance: SitingInstance) -> BoolArray:
    """[k]: assignment types of which a full outlet serves fewer residents than it needs."""
    hopeless = np.zeros(instance.n_type, dtype=bool)
    k = instance.assigned_types
    hopeless[k] = instance.outlet_serves[k] < instance.min_catchment[k] - 1e-6
    return hopeless


def _locked_out(instance: SitingInstance, rules: Rules) -> BoolArray:
    out = np.zeros((instance.n_site, instance.n_type), dtype=bool)
    out[rules.lock_out_sites] = True
    out[rules.lock_out_pairs[:, 0], rules.lock_out_pairs[:, 1]] = True
    return out


def _locked_in(instance: SitingInstance, rules: Rules) -> BoolArray:
    held = np.zeros((instance.n_site, instance.n_type), dtype=bool)
    held[rules.lock_in_sites] = True
    held[rules.lock_in_pairs[:, 0], rules.lock_in_pairs[:, 1]] = True
    held[rules.lock_in_phases[:, 0], rules.lock_in_phases[:, 1]] = True
    return held


def useful_places(instance: SitingInstance, rules: Rules) -> BoolArray:
    """[p,k]: having k at p can serve a level or a rule of the scenario."""
    useful = np.zeros((instance.n_place, instance.n_type), dtype=bool)
    wide = any(level in rules.levels for level in WALKING_LEVELS) or any(own.sense == "max" for own in rules.sums)
    if wide or any(p.least_share > 0 for p in rules.purses):
        return ~useful
    if "missing_types" in rules.levels:
        zones = instance.by_zone
        useful |= zones.inside.T.astype(np.int64) @ (zones.missing > 0) > 0
    for k in np.flatnonzero(coverage_types(instance, rules)):
        uncovered = (~instance.covered[:, k]).astype(np.int64)
        useful[:, k] |= (instance.reach[k].T @ uncovered) > 0
    return useful
