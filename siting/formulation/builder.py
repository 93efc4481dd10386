"""Build the instance: every number of the workspace, the catalogue and the scenario in its place in the arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from models.instance import Rules, SitingInstance
from models.instance import Tier as ModelTier
from models.presolve import catchment
from scenarios.business_type import BusinessType, Tier
from scenarios.catalogue import Catalogue
from scenarios.faults import FaultLog
from scenarios.levels import ask_for_walks
from scenarios.resolve import ResolvedScenario
from scenarios.schema import Scenario
from siting.bundle import Refusal
from siting.coverage import ExistingReach, existing_reach, reach_m, segment_residents
from siting.formulation.adding import level_sums
from siting.formulation.calendar import Calendar, calendar, locked_phases, phases, too_late
from siting.formulation.conflicts import addons_apart, separation_pairs, spacing_pairs, too_near_to_outlets
from siting.formulation.hosting import Hosting, hosting
from siting.formulation.locks import Locks, read_locks, refuse_impossible
from siting.formulation.money import Money, addon_area_m2, addon_cost_cny, addon_subsidy_cny_year, money
from siting.formulation.refusals import pair_refusals, site_refusals, survey_open
from siting.formulation.sharing import Sharing, sharing
from siting.gap_report import GapReport
from siting.walks import Walks, WalkTable
from siting.workspace import Workspace

_MODEL_TIER = {Tier.BASIC: ModelTier.BASIC, Tier.PUBLIC: ModelTier.PUBLIC, Tier.QUALITY: ModelTier.QUALITY}


@dataclass(frozen=True, eq=False)
class Built:
    """The instance and the rules, with what the reasons need: ``kinds`` [k], refusals, money, reach, hosts, years."""

    instance: SitingInstance
    rules: Rules
    kinds: tuple[BusinessType, ...]
    refusals: tuple[Refusal, ...]
    money: Money
    existing: ExistingReach
    hosting: Hosting
    calendar: Calendar = field(default_factory=Calendar)


def build(
    workspace: Workspace,
    catalogue: Catalogue,
    resolved: ResolvedScenario,
    walks: Walks,
    gaps: GapReport,
    seed: int = 0,
) -> Built:
    """Arrays for :mod:`models`.

    Raises:
        FaultError: a lock or a floor names what is not there, or what the rules refuse; or a year out of the plan.
    """
    scenario = resolved.scenario
    kinds = tuple(catalogue.types[row.type_id] for row in gaps.rows)
    log = FaultLog()
    site_ids = tuple(str(site) for site in workspace.sites["id"])
    type_ids = tuple(kind.id for kind in kinds)
    locks = read_locks(scenario.lock, site_ids, type_ids, catalogue, resolved.name, log)
    shared = sharing(kinds, scenario, resolved.name, log)
    _raise_located(log, resolved)

    existing = existing_reach(workspace, kinds, walks, scenario.walking)
    eligible, refused = pair_refusals(workspace, kinds)
    out_of_play = too_late(workspace, scenario) | site_refusals(workspace, scenario, walks.snap, seed)
    in_play = np.ones(len(site_ids), dtype=bool)
    in_play[list(out_of_play)] = False
    hosts = hosting(workspace, kinds, scenario.hosts, survey_open(workspace, kinds) & in_play[:, None])
    hosts = replace(hosts, addon_eligible=hosts.addon_eligible & addons_apart(workspace, kinds, hosts))
    for j, k, refusal in too_near_to_outlets(workspace, kinds, eligible):
        if eligible[j, k]:
            eligible[j, k] = False
            refused.append(refusal)
    eligible &= in_play[:, None]
    prices = money(workspace, kinds, scenario.budget)
    instance = _instance(workspace, scenario, kinds, walks, gaps, existing, eligible, hosts, prices, shared)
    refused += _thin_catchments(instance, kinds)
    by_pair = {(refusal.site_id, refusal.type_id): refusal for refusal in refused}
    refuse_impossible(locks, out_of_play, by_pair, site_ids, type_ids, resolved.name, log)
    years = calendar(scenario, locks)
    committed = locked_phases(years, workspace, type_ids, resolved.name, log)
    _raise_located(log, resolved)
    rules = replace(
        _rules(scenario, locks, type_ids),
        phases=phases(scenario, workspace),
        lock_in_phases=committed,
        sums=level_sums(scenario.objective.levels, workspace, kinds),
    )
    playing = {site for site, plays in zip(site_ids, in_play, strict=True) if plays}
    kept = [refusal for refusal in refused if refusal.site_id in playing]
    return Built(
        instance,
        rules,
        kinds,
        (*out_of_play.values(), *kept),
        prices,
        existing,
        hosts,
        years,
    )


def _raise_located(log: FaultLog, resolved: ResolvedScenario) -> None:
    log.faults = resolved.located(log.faults)
    log.raise_if_errors()


def _instance(
    workspace: Workspace,
    scenario: Scenario,
    kinds: tuple[BusinessType, ...],
    walks: Walks,
    gaps: GapReport,
    existing: ExistingReach,
    eligible: np.ndarray,
    hosts: Hosting,
    prices: Money,
    shared: Sharing,
) -> SitingInstance:
    n_site = len(workspace.sites)
    places = np.concatenate([np.arange(n_site), n_site + hosts.outlets]).astype(np.int32)
    chosen = walks.select_places(places)
    tables = [chosen.for_type(kind.id) for kind in kinds]
    walking = ask_for_walks(scenario.objective.levels)
    missing = np.array(
        [row.missing_outlets if row.tier is Tier.BASIC and row.sitable else 0 for row in gaps.rows], dtype=np.int64
    )
    return SitingInstance(
        demand_ids=tuple(str(i) for i in workspace.demand["id"]),
        site_ids=tuple(str(j) for j in workspace.sites["id"]),
        type_ids=tuple(kind.id for kind in kinds),
        residents=segment_residents(workspace, "all"),
        segment_residents=np.column_stack([segment_residents(workspace, kind.segment) for kind in kinds]),
        tier=np.array([_MODEL_TIER[kind.tier] for kind in kinds], dtype=np.int64),
        coverage_weight=np.array([scenario.objective.weights.get(kind.id, 1.0) for kind in kinds]),
        missing_outlets=missing,
        missing_weight=np.array([scenario.objective.missing_weights.get(kind.id, 1.0) for kind in kinds]),
        covered=existing.covered,
        rivals=existing.rivals,
        reach=_reaches(tables, [reach_m(kind, scenario.walking) for kind in kinds]),
        eligible=eligible,
        area_m2=np.array([kind.area_m2.value for kind in kinds]),
        site_area_m2=workspace.sites["area_m2"].to_numpy(dtype=float),
        open_cost_cny=prices.open_cny,
        site_cost_cny=prices.site_cny,
        open_budget_cny=prices.open_cny,
        site_budget_cny=prices.site_budget_cny,
        subsidy_cny_year=np.array([kind.subsidy_cny_year.value for kind in kinds]),
        min_catchment=np.array([kind.min_catchment.value for kind in kinds]),
        addon_eligible=hosts.addon_eligible,
        hosts=hosts.table,
        addon_area_m2=np.array([addon_area_m2(kind) for kind in kinds]),
        addon_cost_cny=np.array([addon_cost_cny(kind) for kind in kinds]),
        addon_subsidy=np.array([addon_subsidy_cny_year(kind) for kind in kinds]),
        host_ids=tuple(str(o) for o in workspace.outlets["id"].iloc[hosts.outlets]),
        host_type=hosts.outlet_type,
        host_area_m2=hosts.spare_m2,
        spacing=spacing_pairs(workspace, kinds, eligible),
        separation=separation_pairs(workspace, kinds, eligible, hosts),
        walk_m=tuple(_csr(t.demand, t.place, t.metres, (t.n_demand, t.n_place)) for t in tables) if walking else (),
        outlet_walk_m=existing.walk_m if walking else np.zeros((0, 0)),
        assigned=shared.assigned,
        outlet_serves=shared.outlet_serves,
        addon_serves=shared.addon_serves,
    )


def _reaches(tables: Sequence[WalkTable], radius_m: Sequence[float]) -> tuple[sparse.csr_array, ...]:
    """Type number → who reaches what; types of one table and one radius share one matrix."""
    found: dict[tuple[int, float], sparse.csr_array] = {}
    for table, metres in zip(tables, radius_m, strict=True):
        key = (id(table), metres)
        if key not in found:
            found[key] = table.within(metres)
    return tuple(found[id(table), metres] for table, metres in zip(tables, radius_m, strict=True))


def _csr(row: np.ndarray, column: np.ndarray, metres: np.ndarray, shape: tuple[int, int]) -> sparse.csr_array:
    """CSR that keeps zero metres as entries."""
    indptr = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=shape[0]))])
    return sparse.csr_array((metres, column, indptr), shape=shape)


def _thin_catchments(instance: SitingInstance, kinds: tuple[BusinessType, ...]) -> list[Refusal]:
    """The pairs that too few residents can reach; the model leaves them out by itself (presolve)."""
    own = catchment(instance)
    thin = instance.eligible & (own < instance.min_catchment[None, :] - 1e-6) & (instance.min_catchment > 0)[None, :]
    return [
        Refusal(
            instance.site_ids[j],
            kinds[k].id,
            "thin-catchment",
            f"步行可达居民（扣除现有竞争后）{own[j, k]:.0f} 人，"
            f"{kinds[k].name_zh}至少需 {kinds[k].min_catchment.value:g} 人",
        )
        for j, k in zip(*np.nonzero(thin), strict=True)
    ]


def _rules(scenario: Scenario, locks: Locks, type_ids: tuple[str, ...]) -> Rules:
    number = {type_id: k for k, type_id in enumerate(type_ids)}
    floors = [(number[t], share) for t, share in scenario.coverage_floor.items() if t in number]
    return Rules(
        levels=scenario.objective.levels,
        budget_cny=scenario.budget.capital_cny,
        subsidy_cny_year=scenario.budget.subsidy_cny_year,
        max_sites=scenario.limits.max_sites,
        max_outlets=scenario.limits.max_outlets,
        coverage_floor=tuple(sorted(floors)),
        equity_share=scenario.objective.equity_share,
        lock_in_sites=np.array(sorted(set(locks.sites_in)), dtype=np.int64),
        lock_in_pairs=Locks.pairs(sorted(set(locks.pairs_in))),
        lock_out_sites=np.array(sorted(set(locks.sites_out)), dtype=np.int64),
        lock_out_pairs=Locks.pairs(sorted(set(locks.pairs_out))),
    )
