"""What a plan means for residents and money: picks with their cost, who is newly served, totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

import numpy as np

from models.solution import Decision
from models.thresholds import filled
from scenarios.business_type import BusinessType, Tier
from siting.allocation import Allocation, allocations
from siting.bundle import NewlyServed, Pick, Totals
from siting.coverage import segment_residents
from siting.formulation.builder import Built
from siting.formulation.money import outlet_parts
from siting.formulation.refusals import addon_items, unknown_items
from siting.gap_report import GapReport
from siting.walks import Walks
from siting.workspace import SEGMENTS, Workspace

_FOR_USERS = ("楼层", "电梯")


def carried(built: Built, decision: Decision) -> np.ndarray:
    """[p,k]: place p carries type k in the plan, fitted out or as an add-on."""
    places = decision.addon.copy()
    places[: built.instance.n_site] |= decision.open
    return places


def picks(
    built: Built,
    workspace: Workspace,
    decision: Decision,
    site_order: tuple[str, ...],
    shared: Mapping[int, Allocation] | None = None,
) -> tuple[Pick, ...]:
    """The lines of the plan: sites in rank order (hosts after them), inside a site the most useful type first.

    ``shared`` are the allocations of the assignment types, whose picks count those whom they serve.
    """
    order = {site: n for n, site in enumerate(site_order)}
    lines = list(_lines(built, workspace, decision, shared or {}))
    lines.sort(key=lambda pick: (order.get(pick.site_id, len(order)), -pick.residents_newly_covered, pick.type_id))
    return tuple(replace(pick, rank=n) for n, pick in enumerate(lines, start=1))


def _lines(built: Built, workspace: Workspace, decision: Decision, shared: Mapping[int, Allocation]) -> Iterator[Pick]:
    i = built.instance
    gained, in_reach = _gain(built), _in_reach(built)
    for k, one in shared.items():
        gained[:, k] = one.by_place(i.n_place, newly=True)
    n_open = decision.open.sum(axis=1)
    for j, k in zip(*np.nonzero(decision.open), strict=True):
        own = float(i.open_cost_cny[j, k])
        kind, site = built.kinds[k], workspace.sites.iloc[j]
        on_site = kind.site_rules.value.check_on_site if kind.site_rules else ()
        yield Pick(
            rank=0,
            site_id=i.site_ids[j],
            type_id=kind.id,
            host="",
            year=built.calendar.opened(decision, int(j), int(k)),
            cost_cny=own + float(i.site_cost_cny[j]) / int(n_open[j]),
            area_m2=float(i.area_m2[k]),
            residents_newly_covered=float(gained[j, k]),
            check_on_site=(*_known_at_all(workspace, kind), *on_site, *unknown_items(site, kind)),
            own_cost_cny=own,
            parts_cny=outlet_parts(built.money, kind, int(j), own, float(i.site_cost_cny[j]), int(n_open[j])),
            residents_in_reach=float(in_reach[j, k]),
        )
    for p, k in zip(*np.nonzero(decision.addon), strict=True):
        cost = float(i.addon_cost_cny[k])
        yield Pick(
            rank=0,
            site_id=(*i.site_ids, *i.host_ids)[p],
            type_id=built.kinds[k].id,
            host=host_of(built, decision, int(p), int(k)),
            year=built.calendar.added(decision, int(p), int(k)),
            cost_cny=cost,
            area_m2=float(i.addon_area_m2[k]),
            residents_newly_covered=float(gained[p, k]),
            check_on_site=tuple(_addon_checks(built, workspace, int(p), int(k))),
            own_cost_cny=cost,
            parts_cny={"addon": cost},
            residents_in_reach=float(in_reach[p, k]),
        )


def _addon_checks(built: Built, workspace: Workspace, p: int, k: int) -> Iterator[str]:
    i = built.instance
    if p < i.n_site:
        blanks = (text for text in unknown_items(workspace.sites.iloc[p], built.kinds[k]) if text[:2] in _FOR_USERS)
        return chain(addon_items(built.kinds[k], at_outlet=False, typical_m2=None), blanks)
    blank = bool(workspace.outlets["area_m2"].isna().iloc[built.hosting.outlets[p - i.n_site]])
    usual = built.kinds[i.host_type[p - i.n_site]].area_m2.value
    return addon_items(built.kinds[k], at_outlet=True, typical_m2=usual if blank else None)


def host_of(built: Built, decision: Decision, p: int, k: int) -> str:
    """Who carries the add-on ``k`` at place ``p``: an existing outlet (its id), or one opened there (its type id)."""
    i = built.instance
    if p >= i.n_site:
        return i.host_ids[p - i.n_site]
    return i.type_ids[int(np.flatnonzero(decision.open[p] & i.hosts[:, k])[0])]


def _known_at_all(workspace: Workspace, kind: BusinessType) -> tuple[str, ...]:
    """What to look into first where the circle's data cannot show a type's outlets."""
    is_unknown = kind.id in workspace.circle.unknown_types
    return ("该业态现状未知，先核实附近是否已有",) if is_unknown else ()


def _gain(built: Built) -> np.ndarray:
    """[p,k]: residents of the segment in reach of p and of no existing outlet."""
    i = built.instance
    open_need = i.segment_residents * ~i.covered
    return np.stack([i.reach[k].T @ open_need[:, k] for k in range(i.n_type)], axis=1)


def _in_reach(built: Built) -> np.ndarray:
    """[p,k]: residents of the segment in reach of p."""
    i = built.instance
    return np.stack([i.reach[k].T @ i.segment_residents[:, k] for k in range(i.n_type)], axis=1)


def newly_served(
    built: Built,
    workspace: Workspace,
    walks: Walks,
    decision: Decision,
    shared: Mapping[int, Allocation] | None = None,
) -> tuple[NewlyServed, ...]:
    """Demand points that get a type in reach, with the walk before and after and the place that serves them.

    Of an assignment type those whom its allocation in ``shared`` serves, at the place that most of them use.
    """
    i = built.instance
    allocated = allocations(built, walks, decision) if shared is None else shared
    places = carried(built, decision)
    numbers = np.concatenate([np.arange(i.n_site), i.n_site + built.hosting.outlets]).astype(np.int32)
    chosen = walks.select_places(numbers)
    people = {segment: segment_residents(workspace, segment) for segment in SEGMENTS}
    served: list[NewlyServed] = []
    for k in np.flatnonzero(places.any(axis=0)):
        if int(k) in allocated:
            served += _served_by_assignment(built, people, int(k), allocated[int(k)])
            continue
        table = chosen.for_type(i.type_ids[k])
        ways = np.flatnonzero(places[table.place, k])
        order = ways[np.lexsort((table.place[ways], table.metres[ways], table.demand[ways]))]
        demand, first = np.unique(table.demand[order], return_index=True)
        for d, way in zip(demand, order[first], strict=True):
            place = int(table.place[way])
            if i.covered[d, k] or not i.reach[k][d, place] or i.segment_residents[d, k] <= 0:
                continue
            before = float(built.existing.walk_m[d, k])
            served.append(
                NewlyServed(
                    demand_id=i.demand_ids[d],
                    type_id=i.type_ids[k],
                    site_id=(*i.site_ids, *i.host_ids)[place],
                    residents=float(i.segment_residents[d, k]),
                    residents_by_segment={segment: float(count[d]) for segment, count in people.items()},
                    walk_before_m=before if np.isfinite(before) else None,
                    walk_after_m=float(table.metres[way]),
                )
            )
    return tuple(served)


def _served_by_assignment(
    built: Built, people: Mapping[str, np.ndarray], k: int, one: Allocation
) -> Iterator[NewlyServed]:
    i = built.instance
    residents = one.newly_by_home(i.n_demand)
    for d, (place, metres) in one.main_place().items():
        share = min(1.0, float(residents[d] / i.segment_residents[d, k]))
        before = float(built.existing.walk_m[d, k])
        yield NewlyServed(
            demand_id=i.demand_ids[d],
            type_id=i.type_ids[k],
            site_id=(*i.site_ids, *i.host_ids)[place],
            residents=float(i.segment_residents[d, k]) * share,
            residents_by_segment={segment: float(count[d]) * share for segment, count in people.items()},
            walk_before_m=before if np.isfinite(before) else None,
            walk_after_m=metres,
            served_share=share,
        )


def totals(built: Built, gaps: GapReport, decision: Decision, served: tuple[NewlyServed, ...]) -> Totals:
    """Sums over the plan, computed from the decision and from who is newly served."""
    i = built.instance
    used = decision.sites_used
    addons = float((decision.addon.sum(axis=0) * i.addon_cost_cny).sum())
    placed = decision.open.sum(axis=0) + decision.addon.sum(axis=0)
    gaining = {row.demand_id for row in served}
    basic = [n for n, row in enumerate(gaps.rows) if row.tier is Tier.BASIC]
    has_now = [gaps.rows[n].outlets > 0 for n in basic]
    has_then = [now or placed[n] > 0 for n, now in zip(basic, has_now, strict=True)]
    return Totals(
        cost_cny=float((decision.open * i.open_cost_cny).sum() + i.site_cost_cny[used].sum() + addons),
        budget_cny=float((decision.open * i.open_budget_cny).sum() + i.site_budget_cny[used].sum() + addons),
        residents_newly_covered=float(sum(row.residents for row in served)),
        residents_with_more=float(sum(i.residents[n] for n, d in enumerate(i.demand_ids) if d in gaining)),
        missing_types_filled=filled(i, decision),
        missing_types_total=int(i.missing_outlets.sum()),
        sites_used=int(used.sum()),
        outlets_opened=int(decision.open.sum()),
        addons=int(decision.addon.sum()),
        basic_complete_share_before=float(np.mean(has_now)) if basic else 1.0,
        basic_complete_share_after=float(np.mean(has_then)) if basic else 1.0,
    )
