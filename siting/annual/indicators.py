"""The plan's indicators before and after, each with its definition; circles are added up, shares recomputed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scenarios.business_type import Tier
from siting.annual.projects import Project
from siting.annual.record import PlanRun


@dataclass(frozen=True)
class Indicator:
    """``before`` and ``after`` in ``unit_zh`` (shares as fractions, unit %); None where nobody can know. Where
    ``after`` is known within bounds only, ``after_high`` is the upper one.
    """

    id: str
    name_zh: str
    unit_zh: str
    before: float | None
    after: float | None
    definition_zh: str
    after_high: float | None = None

    @property
    def is_share(self) -> bool:
        """A fraction, to be shown in per cent."""
        return self.unit_zh == "%"


def indicators(runs: Sequence[PlanRun], projects: Sequence[Project]) -> tuple[Indicator, ...]:
    """All indicators of the runs that the projects come from."""
    new = [project for project in projects if not project.host]
    jobs = sum(project.staff for project in new)
    outlets = sum(run.existing.outlets for run in runs)
    staff = sum(run.existing.staff for run in runs)
    missing = sum(run.totals.missing_types_total for run in runs)
    filled = sum(run.totals.missing_types_filled for run in runs)
    return (
        Indicator(
            "outlets", "网点数", "个", outlets, outlets + len(new), "现有网点表行数；建设后加新设网点（搭载不计）"
        ),
        Indicator("addons", "搭载服务", "项", None, len(projects) - len(new), "一店多能：由网点搭载的服务项数"),
        Indicator("jobs", "从业人数（估）", "人", staff, staff + jobs, "按业态目录每处就业人数估算，假定值，非普查"),
        Indicator(
            "investment",
            "建设改造投资额",
            "万元",
            None,
            sum(project.cost.total_cny for project in projects) / 1e4,
            "装修、设备、房屋改造、开办与租期内租金折现之和",
        ),
        _with_more(runs),
        _reach(runs),
        _complete(runs),
        Indicator("missing", "基本保障类缺少网点", "个", missing, missing - filled, "按应配数与现有数之差，逐业态相加"),
        _chain(runs, len(new)),
        Indicator("satisfaction", "居民满意度", "%", None, None, "须问卷调查，本程序不计算（国家要求不低于 90%）"),
    )


def _with_more(runs: Sequence[PlanRun]) -> Indicator:
    residents = sum(run.totals.residents_with_more for run in runs)
    text = "步行可达业态至少增加一类的居民，每人只计一次；相邻生活圈重叠处可能重复"
    return Indicator("residents", "受益居民", "人", None, residents, text)


def _reach(runs: Sequence[PlanRun]) -> Indicator:
    """Basic types in reach, over all residents and basic types."""
    inside = everyone = gained = 0.0
    for run in runs:
        basic = {row.type_id: row for row in run.gaps.rows if row.tier is Tier.BASIC}
        inside += sum(row.residents_in_reach for row in basic.values())
        everyone += sum(row.residents for row in basic.values())
        gained += sum(item.residents for item in run.served if item.type_id in basic)
    before, after = (inside / everyone, (inside + gained) / everyone) if everyone else (None, None)
    return Indicator(
        "reach", "基本保障类步行可达率", "%", before, after, "各基本保障业态在步行半径内的服务人次 ÷ 应服务人次（去重）"
    )


def _complete(runs: Sequence[PlanRun]) -> Indicator:
    number = [sum(row.tier is Tier.BASIC for row in run.gaps.rows) for run in runs]
    before = sum(run.totals.basic_complete_share_before * n for run, n in zip(runs, number, strict=True))
    after = sum(run.totals.basic_complete_share_after * n for run, n in zip(runs, number, strict=True))
    total = sum(number)
    return Indicator(
        "complete",
        "基本保障类配齐率",
        "%",
        before / total if total else None,
        after / total if total else None,
        "至少有 1 处网点的基本保障业态数 ÷ 基本保障业态总数（多圈时按圈、业态相加）",
    )


def _chain(runs: Sequence[PlanRun], new: int) -> Indicator:
    chain = sum(run.existing.chain for run in runs)
    known = chain + sum(run.existing.not_chain for run in runs)
    unknown = sum(run.existing.chain_unknown for run in runs)
    text = (
        f"连锁网点 ÷ 调查了是否连锁的网点（{known} 个，另有 {unknown} 个未调查）；"
        f"新设 {new} 个由谁经营未定，建设后只能给出上下限（全不连锁至全连锁）"
    )
    if not known:
        return Indicator("chain", "连锁化率", "%", None, None, text)
    return Indicator(
        "chain", "连锁化率", "%", chain / known, chain / (known + new), text, (chain + new) / (known + new)
    )
