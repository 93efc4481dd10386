"""The totals, the ranked sites, and whose run this is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.audit.levels import residents_newly
from siting.audit.money import budget_cny, own_cny, site_money, total_cny
from siting.audit.plan import Case
from siting.audit.report import differs, money_same, same
from siting.audit.shares import is_assigned, served_newly
from siting.audit.shortfalls import basic_complete, filled, missing


def identity(case: Case) -> Iterator[str]:
    """The circle, and that a simulated layout is called so."""
    circle, said = case.facts.workspace.circle, case.recorded.circle
    if (circle.id, circle.name) != (said.id, said.name):
        yield f"数据文件夹是 {circle.id} {circle.name}，结果记为 {said.id} {said.name}"
    if circle.simulated != case.recorded.simulated:
        word = {True: "是", False: "不是"}
        yield f"数据{word[circle.simulated]}示意布局，结果记为{word[case.recorded.simulated]}"


def totals(case: Case) -> Iterator[str]:
    """Every total."""
    said = case.recorded.totals
    for what, value, found, unit in (
        ("总投入", total_cny(case), said.cost_cny, "元"),
        ("计入投资额度", budget_cny(case), said.budget_cny, "元"),
    ):
        if not money_same(value, found):
            yield differs(what, value, found, unit)
    kinds = case.kinds.values()
    for what, number, told, unit in (
        (
            "新增覆盖居民",
            sum(residents_newly(case, kind) for kind in kinds),
            said.residents_newly_covered,
            "人",
        ),
        ("受益居民", _residents_with_more(case), said.residents_with_more, "人"),
        ("补齐网点", sum(filled(case, kind) for kind in kinds), said.missing_types_filled, "个"),
        ("缺少网点", sum(missing(case, kind) for kind in kinds), said.missing_types_total, "个"),
        ("启用点位", len(case.used), said.sites_used, "个"),
        ("新设网点", len(case.opened), said.outlets_opened, "个"),
        ("搭载服务", len(case.addons), said.addons, "个"),
        ("基本保障类齐备率（前）", basic_complete(case), said.basic_complete_share_before, ""),
        ("基本保障类齐备率（后）", basic_complete(case, planned=True), said.basic_complete_share_after, ""),
    ):
        if not same(number, told):
            yield differs(what, number, told, unit)


def _residents_with_more(case: Case) -> float:
    """Residents of the demand points where somebody gets one more type in reach, once each."""
    gains = np.zeros(case.reach.n_demand, dtype=bool)
    for kind in case.kinds.values():
        newly = case.reach.newly(kind, case.places_of(kind.id)) & (case.reach.people(kind.segment) > 0)
        gains |= served_newly(case, kind) > 0 if is_assigned(case, kind) else newly
    return float(case.reach.people("all")[gains].sum())


def ranks(case: Case) -> Iterator[str]:
    """Picks are numbered through; where sites are ranked, all that are used are, with their types and cost."""
    numbers = sorted(pick.rank for pick in case.recorded.picks)
    if numbers != list(range(1, len(numbers) + 1)):
        yield "方案各行的序号不是从 1 起连续编号"
    if not case.recorded.ranking:
        return
    used = {str(case.sites[row]["id"]): row for row in case.used}
    ranked = [rank.site_id for rank in case.recorded.ranking]
    if sorted(ranked) != sorted(used):
        yield f"排序的点位是 {'、'.join(ranked)}，方案启用的是 {'、'.join(sorted(used))}"
    for rank in case.recorded.ranking:
        if rank.site_id not in used:
            continue
        row = used[rank.site_id]
        types = sorted(pick.kind.id for pick in case.used[row])
        if sorted(rank.type_ids) != types:
            yield f"{rank.site_id} 排序表记的业态是 {'、'.join(rank.type_ids)}，方案里是 {'、'.join(types)}"
        cost = site_money(case, case.sites[row]).total_cny + sum(own_cny(case, p) for p in case.placed if p.site == row)
        if not money_same(cost, rank.cost_cny):
            yield differs(f"{rank.site_id} 排序表投入", cost, rank.cost_cny, "元")
