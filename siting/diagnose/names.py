"""What the planner calls things: sites and homes by name, demands in words with their figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from models.demands import MONEY, Demand, DemandKind
from siting.formulation.builder import Built
from siting.workspace import Workspace


@dataclass(frozen=True)
class Names:
    """Site and demand point ids to what is printed for them."""

    sites: Mapping[str, str]
    homes: Mapping[str, str]

    @staticmethod
    def ids(built: Built) -> Names:
        """Nothing but the ids."""
        i = built.instance
        return Names({s: s for s in i.site_ids}, {d: d for d in i.demand_ids})

    @staticmethod
    def of(workspace: Workspace) -> Names:
        """``S001 名称`` for a site, the name for a home; the id where there is no name."""
        sites = {str(r["id"]): f"{r['id']} {_text(r['name'])}".strip() for r in workspace.sites.to_dict("records")}
        homes = {str(r["id"]): _text(r["name"]) or str(r["id"]) for r in workspace.demand.to_dict("records")}
        return Names(sites, homes)


def demand_zh(built: Built, demand: Demand, names: Names) -> str:
    """A demand of the scenario in words, with its figure."""
    if demand.kind is DemandKind.FLOOR:
        share = dict(built.rules.coverage_floor)[demand.type_]
        return (
            f"{built.kinds[demand.type_].name_zh}覆盖底线 {percent_zh(share)}（须 {math.ceil(demand.asked):,} 人可达）"
        )
    if demand.kind in _LOCKS_ZH:
        site = names.sites[built.instance.site_ids[demand.site]]
        what = built.kinds[demand.type_].name_zh if demand.type_ >= 0 else ""
        what += f"，{built.calendar.years[demand.phase]} 年" if demand.phase >= 0 else ""
        what = f"（{what}）" if what else ""
        return f"{_LOCKS_ZH[demand.kind]} {site}{what}"
    return f"{_LIMITS_ZH[demand.kind]} {figure_zh(built, demand, demand.asked)}"


def figure_zh(built: Built, demand: Demand, value: float) -> str:
    """A figure of a demand with its unit; of a floor the share and the residents."""
    if demand.kind is DemandKind.FLOOR:
        return f"{percent_zh(share_of(built, demand, value))}（{math.floor(value + 1e-6):,} 人可达）"
    if demand.kind in MONEY:
        each = math.ceil(per_year(built, demand, value) - 1e-6) if demand.kind is DemandKind.PHASES else 0
        return f"{math.ceil(value - 1e-6):,} 元" + (f"（每年各加 {each:,} 元）" if each else "")
    return f"{round(value):,} 个"


def per_year(built: Built, demand: Demand, total_cny: float) -> float:
    """What every year gets more where the budgets of all years come to ``total_cny``."""
    assert built.rules.phases is not None
    return (total_cny - demand.asked) / built.rules.phases.n


def share_of(built: Built, demand: Demand, residents: float) -> float:
    """Residents in reach as a share of the segment of the floor's type."""
    total = float(built.instance.segment_residents[:, demand.type_].sum())
    return residents / total if total else 1.0


def percent_zh(share: float) -> str:
    """A share with two decimals at most, rounded down: what is printed is not more than what is reached."""
    return f"{math.floor(share * 1e4 + 1e-6) / 100:g}%"


_LIMITS_ZH = {
    DemandKind.BUDGET: "投资预算",
    DemandKind.PHASES: "各年预算合计",
    DemandKind.SUBSIDY: "年度补贴预算",
    DemandKind.MAX_SITES: "启用点位至多",
    DemandKind.MAX_OUTLETS: "新设网点至多",
}
_LOCKS_ZH = {DemandKind.LOCK_IN: "锁定选用", DemandKind.LOCK_OUT: "锁定排除"}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
