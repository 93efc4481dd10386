"""What the city's run says besides: each circle's part, the comparison with the split budget, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models.instance import Zones
from models.solution import Decision
from models.thresholds import filled
from models.verify import level_value, newly_covered_residents, total_cost_cny
from scenarios.business_type import Tier
from siting.bundle import CityCircle, CityLevel, CityReport, ResultBundle
from siting.city.join import City
from siting.city.purse import Purse
from siting.city.split import OwnPlan
from siting.city.walking import CityWalks
from siting.formulation.builder import Built
from siting.gap_report import GapReport
from siting.outputs.words import level_words, number_zh

_TABLES = {"demand": "居民点", "sites": "候选点", "outlets": "现有网点"}


def with_city(
    bundle: ResultBundle,
    city: City,
    built: Built,
    gaps: Sequence[GapReport],
    purse: Purse,
    shares: Sequence[float],
    own: Sequence[OwnPlan],
    split: tuple[Decision, int],
    walks: CityWalks,
) -> ResultBundle:
    """The bundle with the city's part."""
    i, zones = built.instance, built.instance.by_zone
    placed = _placed(bundle, built)
    plan, dropped = split
    every = np.ones(i.n_type, dtype=bool)
    report = CityReport(
        circles=_circles(bundle, city, zones, placed, purse, shares, own, walks),
        capital_cny=purse.capital_cny,
        capital_zh=purse.source_zh,
        split=tuple(
            CityLevel(v.name, v.sense, v.incumbent, level_value(i, built.rules, plan, v.name)) for v in bundle.levels
        ),
        split_cost_cny=total_cost_cny(i, plan),
        split_residents=float(newly_covered_residents(i, plan, every).sum()),
        split_missing=filled(i, plan),
        split_dropped=dropped,
        merges=tuple(
            (_TABLES[m.table], ":".join(m.one), ":".join(m.other), m.name, m.metres, m.rule_zh) for m in city.merges
        ),
        renamed={f"{circle}:{old}": new for (circle, old), new in sorted(city.renamed.items())},
        apart=walks.apart,
    )
    totals = replace(
        bundle.totals,
        basic_complete_share_before=bundle.gaps.basic_complete_share,
        basic_complete_share_after=_complete(gaps, zones, placed, i.type_ids),
    )
    return replace(bundle, city=report, totals=totals, notes=(*bundle.notes, *_notes(report, bundle)))


def _placed(bundle: ResultBundle, built: Built) -> np.ndarray:
    """[p,k]: outlets and add-on services of the plan."""
    i = built.instance
    row = {place: n for n, place in enumerate((*i.site_ids, *i.host_ids))}
    number = {kind: k for k, kind in enumerate(i.type_ids)}
    placed = np.zeros((i.n_place, i.n_type), dtype=np.int64)
    for pick in bundle.picks:
        placed[row[pick.site_id], number[pick.type_id]] += 1
    return placed


def _circles(
    bundle: ResultBundle,
    city: City,
    zones: Zones,
    placed: np.ndarray,
    purse: Purse,
    shares: Sequence[float],
    own: Sequence[OwnPlan],
    walks: CityWalks,
) -> tuple[CityCircle, ...]:
    ws = city.workspace
    first = {str(p): int(c) for p, c in zip(ws.outlets["id"], city.outlets.first, strict=True)}
    first |= {str(p): int(c) for p, c in zip(ws.sites["id"], city.sites.first, strict=True)}
    home = {str(d): int(c) for d, c in zip(ws.demand["id"], city.demand.first, strict=True)}
    people = {str(d): float(r) for d, r in zip(ws.demand["id"], ws.demand["residents"], strict=True)}
    fills = np.minimum(zones.inside.astype(np.int64) @ placed, zones.missing).sum(axis=1)
    made = []
    for c, circle in enumerate(w.circle for w in city.circles):
        picks = [pick for pick in bundle.picks if first[pick.site_id] == c]
        served = [s for s in bundle.served if home[s.demand_id] == c]
        made.append(
            CityCircle(
                id=circle.id,
                name=circle.name,
                district=circle.district,
                residents=float(city.circles[c].demand["residents"].sum()),
                missing_total=int(zones.missing[c].sum()),
                missing_filled=int(fills[c]),
                sites_used=len({pick.site_id for pick in picks if not pick.host}),
                picks=len(picks),
                money_cny=float(sum(pick.cost_cny for pick in picks)),
                residents_newly_covered=float(sum(s.residents for s in served)),
                residents_with_more=float(sum(people[d] for d in sorted({s.demand_id for s in served}))),
                folder=city.circles[c].folder.resolve().relative_to(ws.folder).as_posix(),
                network=walks.networks[c],
                own_capital_cny=purse.own[c],
                share_cny=None if purse.capital_cny is None else purse.capital_cny * shares[c],
                alone_status=own[c].status,
                alone_missing_filled=own[c].missing_filled,
                alone_money_cny=own[c].cost_cny,
            )
        )
    return tuple(made)


def _complete(gaps: Sequence[GapReport], zones: Zones, placed: np.ndarray, type_ids: tuple[str, ...]) -> float:
    """Mean over the circles of the share of basic types that have an outlet once the plan is built."""
    there = zones.inside.astype(np.int64) @ placed > 0
    shares = []
    for c, report in enumerate(gaps):
        basic = [row for row in report.rows if row.tier is Tier.BASIC]
        has = [row.outlets > 0 or bool(there[c, type_ids.index(row.type_id)]) for row in basic]
        shares.append(float(np.mean(has)) if has else 1.0)
    return float(np.mean(shares))


def _notes(city: CityReport, bundle: ResultBundle) -> list[str]:
    totals, n = bundle.totals, len(city.circles)
    capital = "不限" if city.capital_cny is None else f"{number_zh(city.capital_cny)} 元"
    unsolved = [c.id for c in city.circles if c.alone_missing_filled is None]
    open_ = [c.id for c in city.circles if c.alone_status != "optimal" and c.id not in unsolved]
    doubt = f"；{'、'.join(unsolved)} 单独没有方案" if unsolved else ""
    doubt += f"；{'、'.join(open_)} 的单独方案未证明最优" if open_ else ""
    doubt += f"；单独方案中有 {city.split_dropped} 项合在一起违反规则，已去掉" if city.split_dropped else ""
    notes = [
        f"{n} 个圈作为一个模型、一本账求解：资金 {capital}（{city.capital_zh}）；"
        "点位数、网点数上限和覆盖率下限按全市计，缺什么按各圈分别计",
        f"与按人口切分同一笔资金、各圈单独求解再合在一起相比（先后有序，前面的好了，后面的可能让位）：{_differences(city)}；"
        f"投入 {number_zh(totals.cost_cny)} 元，对 {number_zh(city.split_cost_cny)} 元{doubt}",
        "全市运行不逐个计算替代成本，名次按新增覆盖排列",
    ]
    if city.apart:
        pairs = "、".join(f"{a}–{b}" for a, b in city.apart)
        notes.append(f"这些圈的道路范围重叠但道路线对不上，没有连成一个路网，居民不跨圈步行：{pairs}")
    return notes


def _differences(city: CityReport) -> str:
    """The levels in which the two plans differ, in order: the city's value against the split budget's."""
    found = []
    for level in city.split:
        if level.name != "cost" and abs(level.city - level.split) > 1e-6 * max(1.0, abs(level.split)):
            words = level_words(level.name)
            ours, theirs = (number_zh(v, words.decimals) for v in (level.city, level.split))
            found.append(f"{words.name_zh} {ours}，对 {theirs} {words.unit_zh}".rstrip())
    return "；".join(found) or "各级目标都相同"
