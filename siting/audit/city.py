"""What a city's run says of its circles: who is in it, what was joined, whose money, and each circle's part.

The plan of the split budget is not in the run; of the comparison with it only the sums are checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from siting.audit.facts import CityFacts
from siting.audit.joined import TABLES
from siting.audit.money import budget_cny, own_cny, site_money
from siting.audit.plan import Case, Placed
from siting.audit.report import differs, money_same, number_zh, same

_SLACK_CNY, _SLACK_SHARE = 0.01, 1e-6
_METRE = 1e-3


def _city(case: Case) -> CityFacts:
    assert case.facts.city is not None
    return case.facts.city


def circles(case: Case) -> Iterator[str]:
    """Each circle is the one of its folder, with the residents of its own table; all have one catalogue."""
    city = _city(case)
    for said, ws in zip(city.said.circles, city.city.circles, strict=True):
        meta = ws.circle
        if (said.id, said.name, said.district) != (meta.id, meta.name, meta.district):
            yield f"{said.folder} 是 {meta.id} {meta.name}，结果记为 {said.id} {said.name}"
        residents = float(ws.demand["residents"].fillna(0.0).sum())
        if not same(residents, said.residents):
            yield differs(f"{said.id} 居民", residents, said.residents, "人")
        if ws.catalogue_overrides != city.city.circles[0].catalogue_overrides:
            yield f"{said.id} 的 catalogue.toml 与第一个圈不同"


def one_place(case: Case) -> Iterator[str]:
    """What stands in several circles, and the ids that were changed."""
    city = _city(case)
    found = {}
    for kind, zh in TABLES.items():
        tables = [getattr(ws, kind) for ws in city.city.circles]
        ids = [ws.circle.id for ws in city.city.circles]
        for ends in city.city.tables[kind].merges:
            one, other = (f"{ids[c]}:{tables[c]['id'].iloc[row]}" for c, row in ends)
            (x, y), (v, w) = (tables[c][["x", "y"]].iloc[row].to_numpy(dtype=float) for c, row in ends)
            found[zh, one, other] = float(((x - v) ** 2 + (y - w) ** 2) ** 0.5)
    said = {(table, one, other): metres for table, one, other, _, metres, _ in city.said.merges}
    for key in sorted(found.keys() - said.keys()):
        yield f"{key[0]} {key[1]} 与 {key[2]} 是同一处，结果没有合并"
    for key in sorted(said.keys() - found.keys()):
        yield f"{key[0]} {key[1]} 与 {key[2]} 不是同一处，结果合并了"
    for key in sorted(found.keys() & said.keys()):
        if not same(found[key], said[key], absolute=_METRE):
            yield differs(f"{key[1]} 与 {key[2]} 相距", found[key], said[key], "米")
    renamed = city.city.renamed()
    for old in sorted(renamed.keys() | city.said.renamed.keys()):
        new, told = renamed.get(old, "不改"), city.said.renamed.get(old, "不改")
        if new != told:
            yield f"{old} 的编号应为 {new}，结果记为 {told}"


def networks(case: Case) -> Iterator[str]:
    """Which circles walk on one network of streets."""
    city = _city(case)
    for said, number in zip(city.said.circles, city.networks, strict=True):
        if said.network != number:
            yield f"{said.id} 的路网复算为第 {number} 个，结果记为第 {said.network} 个"
    told = frozenset(city.said.apart)
    for a, b in sorted(city.apart ^ told):
        yield f"{a}–{b} 道路重叠而对不上：{'结果没有记' if (a, b) in city.apart else '复算不是'}"


def purse(case: Case) -> Iterator[str]:
    """The city's money by the rule of the scenario, and the same in the budget that the plan kept."""
    city, scenario = _city(case), case.facts.scenario
    own = [circle.own_capital_cny for circle in city.said.circles]
    wanted = None if any(value is None for value in own) else sum(value or 0.0 for value in own)
    if scenario.city.capital_cny is not None:
        wanted = scenario.city.capital_cny
    elif scenario.city.capital_per_circle_cny is not None:
        wanted = scenario.city.capital_per_circle_cny * len(own)
    budgets = [("全市资金", city.said.capital_cny), ("情景的投资额度", scenario.budget.capital_cny)]
    if scenario.phases and wanted is not None:
        budgets.append(("各年度资金之和", sum(scenario.phases.values())))
    for what, found in budgets:
        if found is None or wanted is None:
            if found is not wanted:
                yield differs(what, wanted, found, "元")
        elif not money_same(wanted, found):
            yield differs(what, wanted, found, "元")
    residents = [circle.residents for circle in city.said.circles]
    for circle in city.said.circles:
        part = circle.residents / sum(residents) if sum(residents) > 0 else 1.0 / len(residents)
        if not same(None if wanted is None else wanted * part, circle.share_cny, absolute=_SLACK_CNY):
            yield differs(f"{circle.id} 按人口可分", None if wanted is None else wanted * part, circle.share_cny, "元")


def districts(case: Case) -> Iterator[str]:
    """The least share of a district is of what the plan spends, the most of the city's money."""
    scenario, homes = case.facts.scenario, _first_circle(case)
    district = [ws.circle.district for ws in _city(case).city.circles]
    every = budget_cny(case)
    for name, share in scenario.city.district_share.items():
        mine = [pick for pick in case.placed if district[homes[pick.place]] == name]
        sites = {pick.site for pick in mine if pick.site is not None and not pick.is_addon}
        spent = sum(own_cny(case, pick) for pick in mine)
        spent += sum(site_money(case, case.sites[row]).budget_cny for row in sites)
        least = share.least * every
        if spent < least - _SLACK_CNY - _SLACK_SHARE * every:
            yield f"{name}投入复算为 {number_zh(spent)} 元，至少应占 {number_zh(least)} 元"
        capital = scenario.budget.capital_cny
        if capital is not None and spent > share.most * capital + _SLACK_CNY + _SLACK_SHARE * capital:
            yield f"{name}投入复算为 {number_zh(spent)} 元，至多 {number_zh(share.most * capital)} 元"


def each_circle(case: Case) -> Iterator[str]:
    """Each circle's part: missing outlets by its own places; money, residents in the first circle that names them."""
    city, kinds, homes = _city(case), case.kinds.values(), _first_circle(case)
    people = dict(zip(case.facts.workspace.demand["id"], case.reach.people("all"), strict=True))
    lives = dict(zip(case.facts.workspace.demand["id"], city.city.tables["demand"].first, strict=True))
    for c, (said, part) in enumerate(zip(city.said.circles, case.facts.parts, strict=True)):
        mine = [pick for pick in case.placed if homes[pick.place] == c]
        served = [item for item in case.recorded.served if lives.get(item.demand_id) == c]
        fills = sum(min(part.count(case.places_of(kind.id)), part.missing(kind)) for kind in kinds)
        for what, value, found, unit in (
            ("缺失网点", sum(part.missing(kind) for kind in kinds), said.missing_total, "个"),
            ("补齐网点", fills, said.missing_filled, "个"),
            ("启用点位", _sites(mine), said.sites_used, "个"),
            ("项目", len(mine), said.picks, "项"),
            ("新增覆盖", sum(item.residents for item in served), said.residents_newly_covered, "人次"),
            (
                "多得业态的居民",
                sum(people[home] for home in {item.demand_id for item in served}),
                said.residents_with_more,
                "人",
            ),
        ):
            if not same(value, found):
                yield differs(f"{said.id} {what}", value, found, unit)
        money = sum(pick.record.cost for pick in mine)
        if not money_same(money, said.money_cny):
            yield differs(f"{said.id} 投入", money, said.money_cny, "元")


def comparison(case: Case) -> Iterator[str]:
    """The comparison names the run's levels, with its own values on the city's side."""
    said = _city(case).said
    levels = [(level.name, level.sense) for level in case.recorded.levels]
    if [(level.name, level.sense) for level in said.split] != levels:
        yield "与按人口切分对照的目标层级与结果不一致"
        return
    for mine, level in zip(said.split, case.recorded.levels, strict=True):
        if not same(level.incumbent, mine.city):
            yield differs(f"对照里的 {mine.name}", level.incumbent, mine.city)
        if mine.name == "cost" and not money_same(said.split_cost_cny, mine.split):
            yield differs("按人口切分的投入", said.split_cost_cny, mine.split, "元")


def _first_circle(case: Case) -> list[int]:
    """[place]: the first circle that names it."""
    tables = _city(case).city.tables
    return [int(c) for kind in ("sites", "outlets") for c in tables[kind].first]


def _sites(picks: Iterable[Placed]) -> int:
    return len({pick.site for pick in picks if not pick.is_addon})


RULES: tuple[tuple[str, Callable[[Case], Iterator[str]], str], ...] = (
    ("各圈的文件夹与居民", circles, ""),
    ("同一处与改号", one_place, ""),
    ("各圈的步行路网", networks, ""),
    ("全市资金", purse, ""),
    ("各区份额", districts, ""),
    ("各圈分项", each_circle, ""),
    ("与按人口切分的对照", comparison, "切分的方案不在结果里，只核对算术"),
)
