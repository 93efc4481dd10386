"""Gap analysis 缺口分析: what a circle has, needs and lacks, type by type, beside what the plan says.

required[k] = max(1, floor(residents / residents_per_outlet[k]))     ("达到 N 人设一处": a full N earns one)
missing[k]  = max(0, required[k] - outlets[k]);  0 where the circle says that its data cannot show k ([unknown])
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from scenarios.business_type import BusinessType, Tier
from scenarios.catalogue import Catalogue
from scenarios.plan_facts import PlanFacts
from scenarios.schema import Scenario
from siting.coverage import ExistingReach, existing_reach, provides, reach_m, segment_residents
from siting.gap_report import GapReport, ShortfallStatus, TypeShortfall
from siting.walks import Walks
from siting.workspace import SEGMENTS, Workspace

_TIER_ORDER = {Tier.BASIC: 0, Tier.PUBLIC: 1, Tier.QUALITY: 2}
_FLOOR_AREA_RULE = 0.10


def gap_report(workspace: Workspace, catalogue: Catalogue, walks: Walks, scenario: Scenario) -> GapReport:
    """The gaps of one circle under a scenario's walking speeds and types."""
    kinds = tuple(sorted(catalogue.types.values(), key=lambda kind: _TIER_ORDER[kind.tier]))
    facts = PlanFacts.model_validate(dict(workspace.circle.plan))
    reach = existing_reach(workspace, kinds, walks, scenario.walking)
    outlets = provides(workspace, tuple(kind.id for kind in kinds)).sum(axis=0)
    residents = float(segment_residents(workspace, "all").sum())
    rows = tuple(
        _row(workspace, scenario, facts, kind, int(outlets[k]), residents, reach, k) for k, kind in enumerate(kinds)
    )
    basic = [row for row in rows if row.tier is Tier.BASIC]
    share, note = _floor_area(workspace, facts)
    return GapReport(
        circle_id=workspace.circle.id,
        circle_name=workspace.circle.name,
        residents=residents,
        rows=rows,
        basic_complete_share=sum(row.outlets > 0 for row in basic) / len(basic) if basic else 1.0,
        chain_share=_chain_share(workspace.outlets),
        floor_area_share=share,
        floor_area_note=note,
        contradictions=tuple(
            f"{c.note}（{' / '.join(f'“{quote}”' for quote in c.quotes)}）" for c in facts.contradictions
        ),
        notes=(*unknown_notes(workspace, rows), *facts.inferences),
    )


def _row(
    workspace: Workspace,
    scenario: Scenario,
    facts: PlanFacts,
    kind: BusinessType,
    outlets: int,
    residents: float,
    reach: ExistingReach,
    k: int,
) -> TypeShortfall:
    covered = reach.covered[:, k]
    by_segment = {}
    for segment in SEGMENTS:
        people = segment_residents(workspace, segment)
        by_segment[segment] = (float(people[covered].sum()), float(people.sum()))
    required = 1
    if kind.residents_per_outlet is not None and kind.residents_per_outlet.value > 0:
        required = max(1, math.floor(residents / kind.residents_per_outlet.value))
    is_unknown = outlets < required and kind.id in workspace.circle.unknown_types
    missing = 0 if is_unknown else max(0, required - outlets)
    status = ShortfallStatus.MET if not missing else ShortfallStatus.SHORT if outlets else ShortfallStatus.MISSING
    status = ShortfallStatus.UNKNOWN if is_unknown else status
    says, quote, inferred = _plan_says(facts, kind.id)
    return TypeShortfall(
        type_id=kind.id,
        name_zh=kind.name_zh,
        tier=kind.tier,
        segment=kind.segment,
        outlets=outlets,
        required=required,
        missing_outlets=missing,
        reach_m=reach_m(kind, scenario.walking),
        residents=by_segment[kind.segment][1],
        residents_in_reach=by_segment[kind.segment][0],
        reach_by_segment=by_segment,
        status=status,
        sitable=kind.sitable.value,
        plan_says=says,
        plan_quote=quote,
        plan_inferred=inferred,
        priority=kind.id in facts.type_ids("priority"),
        agrees=None if is_unknown else {"present": outlets > 0, "missing": outlets == 0}.get(says),
    )


def unknown_notes(workspace: Workspace, rows: tuple[TypeShortfall, ...]) -> tuple[str, ...]:
    """One sentence that names the types of status ``unknown``, and why; none where there are none."""
    names = "、".join(row.name_zh for row in rows if row.status is ShortfallStatus.UNKNOWN)
    if not names:
        return ()
    why = workspace.circle.unknown_note or "现有数据反映不出这些业态"
    return (
        f"现状未知，不作缺口：{names}。{why}。实地核查后，请把网点补进“现有网点”表，并从 circle.toml 的 [unknown] "
        "删去；在此之前，齐备率、可达率和新增覆盖只按已登记的网点计算",
    )


def _plan_says(facts: PlanFacts, type_id: str) -> tuple[str, str, bool]:
    """(``present``, ``missing``, ``contradiction`` or "", the sentence, inferred?)."""
    said = [s for s in facts.statements if s.type_id == type_id and s.says in ("present", "missing")]
    if any(c.type_id == type_id for c in facts.contradictions):
        return "contradiction", " / ".join(dict.fromkeys(s.quote for s in said)), False
    if not said:
        return "", "", False
    decisive = next((s for s in said if s.says == "missing"), said[0])
    return decisive.says, decisive.quote, decisive.inferred


def _chain_share(outlets: pd.DataFrame) -> float | None:
    known = outlets["chain"].dropna()
    return float(np.mean(known.astype(bool))) if len(known) else None


def _floor_area(workspace: Workspace, facts: PlanFacts) -> tuple[float | None, str]:
    """Commerce and service area over the community's floor area (the plan, 五(二): at least 10 %)."""
    area = workspace.outlets["area_m2"].to_numpy(dtype=float, na_value=np.nan)
    if facts.floor_area_m2 is None:
        return None, "未填社区总建筑面积（circle.toml [plan] floor_area_m2），无法计算 10% 指标"
    if not len(area) or np.isnan(area).all():
        return None, "现有网点未填面积，无法计算 10% 指标"
    share = float(np.nansum(area) / facts.floor_area_m2)
    blank = int(np.isnan(area).sum())
    verdict = "达到" if share >= _FLOOR_AREA_RULE else "未达到"
    note = f"商业和综合服务设施面积占比 {share:.1%}，{verdict}方案五（二）的 10%"
    return share, note + (f"；{blank} 个网点未填面积，实际占比不低于此数" if blank else "")
