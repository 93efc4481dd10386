"""What the plan leaves out, and why: types that stay short, sites that were not chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from siting.annual.record import Forced, PlanRun
from siting.annual.sentences import losses_zh
from siting.studies.runs import RunGap

_SHOWN_CODES = 2


@dataclass(frozen=True)
class LeftOut:
    """One line of 未纳入及原因."""

    circle_id: str
    circle_zh: str
    what_zh: str
    reason_zh: str


def left_out(run: PlanRun) -> tuple[LeftOut, ...]:
    """Types that stay short of what they should have, then the most promising sites that were not chosen."""
    lines = [*_short_types(run), *_other_sites(run)]
    return tuple(LeftOut(run.circle.id, run.circle.name, what, why) for what, why in lines)


def _short_types(run: PlanRun) -> Iterator[tuple[str, str]]:
    placed = Counter(pick.type for pick in run.picks)
    for row in run.gaps.rows:
        lacking = row.missing_outlets - placed[row.type_id]
        if lacking <= 0:
            continue
        what = f"{row.name_zh}：应配 {row.required} 处，现有 {row.outlets} 处，本计划 {placed[row.type_id]} 处"
        yield f"{what}，仍缺 {lacking} 处", _why_short(run, row)


def _why_short(run: PlanRun, row: RunGap) -> str:
    if not row.sitable:
        return "该业态不设在候选房屋内（业态目录），须另行安排"
    refused = [refusal for refusal in run.refusals if refusal.type_id == row.type_id]
    if not refused:
        return "候选点可设该业态，按目标次序与额度、面积等限制未选入"
    codes = Counter(refusal.code for refusal in refused)
    examples = {refusal.code: refusal for refusal in reversed(refused)}
    told = [
        f"{count} 个如 {examples[code].site_id}（{examples[code].reason_zh}）"
        for code, count in codes.most_common(_SHOWN_CODES)
    ]
    return f"{len(refused)} 个候选点不合该业态规则：{'；'.join(told)}。其余按目标次序与额度、面积等限制未选入"


def _other_sites(run: PlanRun) -> Iterator[tuple[str, str]]:
    for forced in run.forced:
        types = "、".join(forced.types_zh or forced.type_ids)
        yield f"候选点 {forced.site_id}" + (f"（若用则设{types}）" if types else ""), _why_not(run, forced)


def _why_not(run: PlanRun, forced: Forced) -> str:
    if not forced.feasible:
        return "用了它就没有方案能满足情景要求"
    lost = losses_zh(forced.losses, run.levels)
    if not lost:
        return "用它与现方案相当，现方案未用"
    out = f"，并挤出 {'、'.join(forced.steps_out)}" if forced.steps_out else ""
    proof = "已证明" if forced.proven else "未证明，为所得最好方案"
    return f"若用它，{lost[0][1]}{out}（{proof}）"
