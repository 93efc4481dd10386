"""The sentences of a project: what is built, on which clauses it rests, why it is there. All from the run's facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from siting.annual.record import PlanPick, PlanRank
from siting.outputs.words import SEGMENTS_ZH, level_words, number_zh
from siting.studies.runs import RunLevel

_SHOWN_ESTATES = 3
_LEAST = 1e-6


def floor_zh(floor: int | None) -> str:
    """``2 层``, ``地下 1 层``; empty where the survey says nothing."""
    if floor is None:
        return ""
    return f"地下 {-floor} 层" if floor < 0 else f"{floor} 层"


def wan(cny: float, decimals: int = 2) -> str:
    """元 as 万元."""
    return f"{number_zh(cny / 1e4, decimals)} 万元"


def content_zh(pick: PlanPick) -> str:
    """建设内容: the room, the works, the equipment, the jobs, what must be checked on site."""
    parts = pick.parts
    if pick.host:
        carrier = pick.host_zh or pick.host
        sentence = f"由{carrier}搭载{pick.type_zh}，占用约 {pick.area_m2:g} ㎡，搭载所需装修与设备 {wan(pick.cost)}"
        return _finished([sentence], pick)
    room = pick.room
    described = "，".join(
        part for part in (floor_zh(room.floor), f"房屋面积 {room.area_m2:g} ㎡" if room.area_m2 else "") if part
    )
    where = f"{room.kind_zh or '候选点位'}{f'（{described}）' if described else ''}"
    works = "场地整治" if pick.mode_zh == "新建" else "房屋改造"
    verb = "利用复合利用地块新建" if pick.mode_zh == "新建" else f"利用{where}改造"
    sentences = [f"{verb}，设{pick.type_zh} 1 处，建筑面积 {pick.area_m2:g} ㎡"]
    if not parts:
        sentences.append(f"投资 {wan(pick.cost)}（未分列）")
    elif "quoted" in parts:
        sentences.append(f"装修与设备按报价 {wan(parts['quoted'])}（未分列）")
    else:
        sentences.append(f"装修 {wan(parts.get('fitout', 0.0))}，设备 {wan(parts.get('equipment', 0.0))}")
    shared = [(word, parts.get(key, 0.0)) for word, key in ((works, "renovation"), ("开办", "opening"))]
    told = [f"{word} {wan(value)}" for word, value in shared if value > _LEAST]
    if told:
        sentences.append(f"分摊{'、'.join(told)}")
    if pick.staff:
        sentences.append(f"带动就业约 {pick.staff:g} 人")
    return _finished(sentences, pick)


def _finished(sentences: list[str], pick: PlanPick) -> str:
    checks = f"。开工前现场核查：{'、'.join(pick.check_on_site)}" if pick.check_on_site else ""
    return "；".join(sentences) + checks + "。"


def remark_zh(pick: PlanPick, year: int, finish_year: int, clauses: str, permit_reason: str) -> str:
    """备注: clauses, the condition of the permit, and what is out of the ordinary."""
    told = [f"依据聊商务字〔2024〕23号：{clauses}" if clauses else "", f"施工许可依五（四）：{permit_reason}"]
    available = pick.room.available_year
    if available is not None and available > year:
        told.append(f"房屋 {available} 年才可用，晚于本年度，须先落实腾退")
    if finish_year > year:
        told.append("跨年完工")
    if not pick.parts or "quoted" in pick.parts or "addon" in pick.parts:
        told.append("装修栏含设备，未分列")
    return "。".join(part for part in told if part) + "。"


def reason_zh(pick: PlanPick, rank: PlanRank | None, levels: Sequence[RunLevel]) -> str:
    """Why this project: what the city loses without its room, and who is newly served."""
    return "".join((replacement_zh(rank, levels) if rank else "", _served_zh(pick)))


def replacement_zh(rank: PlanRank, levels: Sequence[RunLevel]) -> str:
    """The replacement cost of the room, in words; 已证明 only where the run proves it."""
    if not rank.feasible:
        return f"点位 {rank.site_id}（第 {rank.rank} 位）不可缺：不用它则没有方案能满足情景要求。"
    lost = losses_zh(rank.losses, levels)
    if not lost:
        return f"点位 {rank.site_id}（第 {rank.rank} 位）可由其他点位等效替代。"
    proof = "已证明" if lost[0][0] in rank.proven_levels else "尚未证明"
    steps = f"，由 {'、'.join(rank.steps_in)} 顶替" if rank.steps_in else ""
    told = "、".join(text for _, text in lost[:2])
    first = "首项" if len(lost) > 1 else ""
    return f"点位 {rank.site_id}（第 {rank.rank} 位）：不用它而重新优化{steps}，{told}（{first}{proof}）。"


def losses_zh(losses: Mapping[str, float], levels: Sequence[RunLevel]) -> list[tuple[str, str]]:
    """The levels that lose, first to last, each with what it loses in words."""
    found = []
    for level in levels:
        loss, words = losses.get(level.name, 0.0), level_words(level.name)
        if loss > _LEAST:
            verb = "减少" if level.sense == "max" else "增加"
            found.append((level.name, f"{words.name_zh}{verb} {number_zh(loss, words.decimals)} {words.unit_zh}"))
    return found


def _served_zh(pick: PlanPick) -> str:
    if pick.residents_newly_covered <= 0:
        return f"{pick.type_zh}不增加可达居民，用于补齐数量缺口或增加服务。"
    shown = [f"{estate.name}（{estate.residents:,.0f} 人）" for estate in pick.estates[:_SHOWN_ESTATES]]
    more = f"等 {pick.estates_total} 处" if pick.estates_total > len(shown) else ""
    who = f"，主要是{'、'.join(shown)}{more}" if shown else ""
    segments = [
        f"{SEGMENTS_ZH[name]} {pick.residents_by_segment[name]:,.0f} 人"
        for name in ("elderly", "toddlers", "children")
        if pick.residents_by_segment.get(name)
    ]
    among = f"；就近归属的居民中有{'、'.join(segments)}" if segments else ""
    walk = ""
    if pick.walk_after_m is not None:
        before = f"{pick.walk_before_m:,.0f} 米" if pick.walk_before_m is not None else "原无网点可达"
        walk = f"；平均步行：{before} → {pick.walk_after_m:,.0f} 米"
    return f"{pick.type_zh}新增覆盖 {pick.residents_newly_covered:,.0f} 人{who}{among}{walk}。"
