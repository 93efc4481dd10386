"""排序依据: for each row of the city's list, in words, why it stands where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from siting.outputs.words import level_words, number_zh
from siting.studies.citywide.order import merit_key
from siting.studies.citywide.rooms import RankedRoom, RoomInRun


def tell_reason(room: RankedRoom, before: RankedRoom | None, order: Sequence[str]) -> str:
    """The replacement cost that decides, the merits after it, and what sets the row apart from the one above it."""
    parts = [_replacement(room.leading, order), _merits(room)]
    if before is not None:
        parts.append(f"排在上一名之后，因{_difference(room, before, order)}")
    return "；".join(parts) + "。"


def _replacement(entry: RoomInRun, order: Sequence[str]) -> str:
    where = f"（{entry.label}）"
    if not entry.feasible:
        proof = "已证明" if entry.proven else "未证明"
        return f"没有它就找不到可行方案（{proof}）{where}"
    if not entry.ranked:
        return f"该次结果没有计算替代成本{where}"
    level = next((name for name in order if round(entry.losses.get(name, 0.0), 6) > 0), None)
    if level is None:
        return f"可被别的点位顶替，各级目标无损失{where}"
    words = level_words(level)
    proof = "已证明" if level in entry.proven_levels else "未证明，为所找到最好替代方案的损失"
    amount = f"{number_zh(entry.losses[level], max(words.decimals, _decimals(entry.losses[level])))} {words.unit_zh}"
    return f"拿掉它，最先受损的是“{words.name_zh}”，损失 {amount}（{proof}）{where}"


def _decimals(value: float) -> int:
    return 0 if abs(value - round(value)) < 1e-6 else 3 if abs(value) < 10 else 1


def _merits(room: RankedRoom) -> str:
    text = f"{room.candidate_runs} 次结果中入选 {room.chosen_runs} 次"
    if room.residents_per_wan is None:
        return f"{text}，不花钱"
    filled = f"补缺 {room.filled_per_wan:.3f} 个、" if room.filled_per_wan else ""
    return f"{text}，每万元{filled}新增覆盖 {room.residents_per_wan:,.1f} 人次"


def _difference(room: RankedRoom, before: RankedRoom, order: Sequence[str]) -> str:
    """The first thing in which the two rows differ."""
    one, other = room.leading, before.leading
    if one.feasible != other.feasible:
        return "上一名缺了就没有可行方案"
    if one.ranked != other.ranked:
        return "没有替代成本可比"
    for level in order:
        mine, theirs = (round(e.losses.get(level, 0.0), 6) for e in (one, other))
        if mine != theirs:
            return f"“{level_words(level).name_zh}”的损失较小"
    names = ("入选率较低", "每万元补缺较少", "每万元新增覆盖较少", "投入较大")
    for name, mine, theirs in zip(names, merit_key(room), merit_key(before), strict=True):
        if mine != theirs:
            return f"替代成本相同而{name}"
    return "各项相同，按区、生活圈与编号排列"
