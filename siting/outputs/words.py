"""Chinese words for what the program calls by identifiers. Light to import: the command line uses it too."""

from __future__ import annotations

import math

from scenarios.levels import LEVELS, Level

SEGMENTS_ZH = {"all": "全体居民", "elderly": "老年人", "toddlers": "婴幼儿", "children": "学龄前儿童"}

PLAN_SAYS_ZH = {"present": "已有", "missing": "缺少", "priority": "优先补充", "contradiction": "前后矛盾", "": "未提及"}

# What became of a row of an annual plan that was read back.
COMMITTED_ZH = {
    "kept": "保留",
    "moved": "改点位或业态",
    "added": "新增并锁定",
    "struck": "取消",
    "freed": "放开",
    "add_on": "搭载服务，放开",
}

DASH = "—"


def plan_says_zh(says: str, priority: bool) -> str:
    """What the plan says of a type, and whether it names it first."""
    word = PLAN_SAYS_ZH.get(says, says)
    if not priority:
        return word
    return f"{word}（优先）" if says else PLAN_SAYS_ZH["priority"]


def level_words(name: str) -> Level:
    """Name, unit and number format of a level; an unknown level keeps its identifier."""
    return LEVELS.get(name) or Level(name, "max", name, name, "")


def sense_zh(sense: str) -> str:
    """最大化 or 最小化."""
    return "最大化" if sense == "max" else "最小化"


def number_zh(value: float | None, decimals: int = 0) -> str:
    """A number with thousands separators; a dash where there is none."""
    if value is None or math.isnan(value):
        return DASH
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    text = f"{value:,.{decimals}f}"
    return text[1:] if text.startswith("-") and float(text.replace(",", "")) == 0 else text


def gap_zh(mip_gap: float | None) -> str:
    """An optimality gap as a percentage; 不可计 where the incumbent is 0 and the bound is not."""
    if mip_gap is None or not math.isfinite(mip_gap):
        return "不可计"
    return f"{mip_gap * 100:.2f}%"


def level_status_zh(termination: str, mip_gap: float | None) -> str:
    """How a level ended, in words."""
    if termination == "optimal":
        return "最优，已证明"
    if termination == "feasible":
        return f"可行，间隙 {gap_zh(mip_gap)}"
    return {"no_solution": "限时内无解", "infeasible": "无可行方案", "interrupted": "被中断"}.get(
        termination, termination
    )


def status_zh(termination: str, gaps: tuple[float, ...] = ()) -> str:
    """How a run ended, in words; ``gaps`` are the optimality gaps of its levels (the worst is told)."""
    worst = max(gaps, default=math.inf, key=lambda g: math.inf if math.isnan(g) else g)
    return level_status_zh(termination, worst)
