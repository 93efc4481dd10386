"""A plan by years: is the room free, is the host there, does the money of every year hold, and what does it give?

Every figure of a year is the difference of what stands by its end and by the end of the year before, both recomputed
by the code of the other checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from siting.audit.levels import residents_newly
from siting.audit.money import budget_cny
from siting.audit.plan import Case
from siting.audit.report import differs, money_same, number_zh, same
from siting.audit.shortfalls import filled
from siting.audit.standing import phase_years, standing

_SLACK_CNY, _SLACK_SHARE = 0.01, 1e-6
_COMMITTED = re.compile(r"(?P<site>.+):(?P<type>[^:]+?)\s*@\s*(?P<year>[0-9]{4})\s*", re.DOTALL)


def schedule(case: Case) -> Iterator[str]:
    """Every pick has a year of the scenario, not before its room is free nor before its host; commitments are kept."""
    years, committed = phase_years(case), _committed(case)
    start = {(p.site, p.kind.id): p.record.year for p in case.opened}
    for pick in case.placed:
        year, locked = pick.record.year, committed.get((pick.record.site, pick.kind.id))
        if not years:
            if year is not None and (pick.is_addon or year != locked):
                yield f"{pick.name_zh} 记有年度 {year}，情景没有分年度"
            continue
        if year not in years:
            yield f"{pick.name_zh} 的年度 {year or '空缺'} 不在情景的 {'、'.join(map(str, years))} 之内"
            continue
        free = None if pick.site is None else case.sites[pick.site]["available_year"]
        if free is not None and not pd.isna(free) and year < int(free):
            yield f"{pick.name_zh} 安排在 {year} 年，房屋 {int(free)} 年才能交付"
        host = start.get((pick.site, pick.record.host)) if pick.is_addon and pick.site is not None else None
        if host is not None and year < host:
            yield f"{pick.name_zh} 安排在 {year} 年，搭载它的 {pick.record.host} 到 {host} 年才开"
        if locked is not None and not pick.is_addon and year != locked:
            yield f"{pick.name_zh} 锁定在 {locked} 年，方案安排在 {year} 年"


def _committed(case: Case) -> dict[tuple[str, str], int]:
    """(site, type) → the year that ``lock.in`` commits it to."""
    sites = {str(site["id"]) for site in case.sites}
    found: dict[tuple[str, str], int] = {}
    for text in case.facts.scenario.lock.in_:
        match = None if text in sites else _COMMITTED.fullmatch(text)
        type_id = case.facts.catalogue.resolve(match["type"]) if match else None
        if match and type_id:
            found[match["site"], type_id] = int(match["year"])
    return found


def budgets(case: Case) -> Iterator[str]:
    """The money of each year, with what the year before it left where the scenario carries money over."""
    carried, before = 0.0, 0.0
    for year in phase_years(case):
        spent = budget_cny(standing(case, year)) - before
        limit = case.facts.scenario.phases[str(year)] + carried
        if spent > limit + _SLACK_CNY + _SLACK_SHARE * abs(limit):
            yield f"{year} 年支出复算为 {number_zh(spent)} 元，当年可用 {number_zh(limit)} 元"
        carried = limit - spent if case.facts.scenario.phasing.carry_over else 0.0
        before += spent


def sums(case: Case) -> Iterator[str]:
    """The figures of every year as run.json tells them."""
    years, said = phase_years(case), case.recorded.phases
    if [phase.year for phase in said] != years:
        told = "、".join(str(phase.year) for phase in said) or "无"
        yield f"情景的年度为 {'、'.join(map(str, years)) or '无'}，结果记为 {told}"
        return
    before, carried = standing(case, -1), 0.0
    for phase in said:
        now = standing(case, phase.year)
        budget = case.facts.scenario.phases[str(phase.year)]
        spent = budget_cny(now) - budget_cny(before)
        for what, money, sum_said in (
            ("预算", budget, phase.budget_cny),
            ("结转", carried, phase.carried_in_cny),
            ("支出", spent, phase.spent_cny),
            ("余额", budget + carried - spent, phase.left_cny),
        ):
            if not money_same(money, sum_said):
                yield differs(f"{phase.year} 年{what}", money, sum_said, "元")
        for what, number, found, unit in (
            ("新启用点位", len(now.used) - len(before.used), phase.sites_started, "个"),
            ("新设网点", len(now.opened) - len(before.opened), phase.outlets_opened, "个"),
            ("搭载服务", len(now.addons) - len(before.addons), phase.addons, "项"),
            ("补齐网点", _filled(now) - _filled(before), phase.missing_types_filled, "个"),
            ("新增覆盖", _covered(now) - _covered(before), phase.residents_newly_covered, "人次"),
        ):
            if not same(number, found):
                yield differs(f"{phase.year} 年{what}", number, found, unit)
        carried = budget + carried - spent if case.facts.scenario.phasing.carry_over else 0.0
        before = now


def _covered(case: Case) -> float:
    return sum(residents_newly(case, kind) for kind in case.kinds.values())


def _filled(case: Case) -> int:
    return sum(filled(case, kind) for kind in case.kinds.values())
