"""The figures by which plans are compared, of a finished run or of one solve: totals, tiers, segments.

Person-times 人次 of a segment s count, over the newly served pairs (demand point i, type k) of types k that serve
everybody or s,

    Σ_i,k served[i, k, s]         over all such pairs
    Σ_i   max_k served[i, k, s]   over demand points i with at least one such pair (persons 人)

where served is the demand point's residents of s, or the part of them that a plan by assignment serves (summed over
places; persons are then a lower bound); and of a tier the residents of each type's own segment. Types for another
segment do not count: an elderly meal within reach is nothing gained by toddlers.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from siting.outputs.words import SEGMENTS_ZH

TIERS_ZH = {"basic": "基本保障类", "public": "公共服务", "quality": "品质提升类"}
_EVERYBODY = "all"


@dataclass(frozen=True)
class Measure:
    """A figure of a plan; ``better`` says which way is good (+1 more, -1 less, 0 neither)."""

    key: str
    name_zh: str
    unit_zh: str
    kind: Literal["int", "percent"] = "int"
    better: int = 1


MEASURES: tuple[Measure, ...] = (
    Measure("missing_types_filled", "补齐基本业态缺口", "个"),
    Measure("basic_complete_share_after", "基本保障类业态齐备率", "", "percent"),
    Measure("residents_newly_covered", "新增覆盖合计", "人次"),
    *(Measure(f"tier:{t}", f"新增覆盖·{name}", "人次") for t, name in TIERS_ZH.items()),
    *(Measure(f"times:{s}", f"新增可达·{SEGMENTS_ZH[s]}", "人次") for s in ("elderly", "toddlers", "children")),
    Measure("residents_with_more", "至少多得一种业态的居民", "人"),
    *(Measure(f"people:{s}", f"至少多得一种·{SEGMENTS_ZH[s]}", "人") for s in ("elderly", "toddlers", "children")),
    Measure("cost_cny", "总投入", "元", better=-1),
    Measure("budget_cny", "计入预算", "元", better=-1),
    Measure("sites_used", "启用点位", "个", better=-1),
    Measure("outlets_opened", "新设网点", "个", better=0),
    Measure("addons", "一店多能搭载服务", "项", better=0),
)


def measures_of(totals: Any, served: Sequence[Any], rows: Iterable[Any]) -> dict[str, float]:
    """Every measure by key.

    ``totals``, ``served`` and ``rows`` (the gap report's) are those of a :class:`siting.bundle.ResultBundle` or of a
    :class:`siting.studies.runs.RunRecord`: both name their parts alike.
    """
    known = {row.type_id: row for row in rows}
    figures: dict[str, float] = {m.key: float(getattr(totals, m.key)) for m in MEASURES if ":" not in m.key}
    by_tier: dict[str, list[float]] = defaultdict(list)
    for item in served:
        by_tier[str(known[item.type_id].tier)].append(item.residents)
    for tier in TIERS_ZH:
        figures[f"tier:{tier}"] = math.fsum(by_tier[tier])
    for segment in SEGMENTS_ZH:
        if segment != _EVERYBODY:
            times, people = segment_gain(served, {t: row.segment for t, row in known.items()}, segment)
            figures |= {f"times:{segment}": times, f"people:{segment}": people}
    return figures


def segment_gain(served: Sequence[Any], segment_of: Mapping[str, str], segment: str) -> tuple[float, float]:
    """Person-times and persons of ``segment``, as the module says."""
    parts: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for item in served:
        if segment_of[item.type_id] in (_EVERYBODY, segment):
            parts[item.demand_id][item.type_id].append(item.residents_by_segment.get(segment, 0.0))
    sums = {home: [math.fsum(of_type) for of_type in types.values()] for home, types in parts.items()}
    times = math.fsum(value for values in sums.values() for value in values)
    return times, math.fsum(max(values) for values in sums.values())


def filled_by_type(missing: Mapping[str, int], picks: Iterable[str]) -> dict[str, int]:
    """Missing outlets filled, by type: min(missing, placed). ``picks`` are the types of a plan's lines."""
    placed: dict[str, int] = defaultdict(int)
    for type_id in picks:
        placed[type_id] += 1
    return {type_id: min(count, placed[type_id]) for type_id, count in missing.items()}


def counted_missing(rows: Iterable[Any]) -> dict[str, int]:
    """Missing outlets that the level ``missing_types`` counts, by type: basic types that a site can host."""
    return {row.type_id: row.missing_outlets if str(row.tier) == "basic" and row.sitable else 0 for row in rows}
