"""Words and cells that the sheets of a budget curve, and the screen, share."""

from __future__ import annotations

from siting.outputs.words import DASH, level_status_zh, level_words, number_zh
from siting.outputs.workbook.sheet import Cell, Kind
from siting.studies.frontier.record import BudgetCurve, CurvePick, CurvePlan, Loss


def kind_of(level: str) -> Kind:
    """The number format of a level."""
    return "decimal3" if level_words(level).decimals == 3 else "decimal1" if level == "missing_types" else "int"


def decimals_of(level: str) -> int:
    """Decimals of a level on screen and in sentences."""
    return 1 if level == "missing_types" else level_words(level).decimals


def status_zh(plan: CurvePlan) -> str:
    """How a point ended; that it was taken over from another point is said too."""
    if not plan.known:
        return level_status_zh(plan.status, None)
    gap = max((level.mip_gap for level in plan.levels), default=0.0)
    return level_status_zh(plan.status, gap) + ("（由别的点得出）" if plan.reused else "")


def status_cell(plan: CurvePlan) -> Cell:
    """The status with its tint."""
    tint = {"optimal": "good", "infeasible": "bad"}.get(plan.status, "warn")
    return Cell(status_zh(plan), tint)


def loss_zh(loss: Loss | None, nothing: str = "无") -> str:
    """``基本保障类新增覆盖 少 120 人次``: the first level lost, by how much; marked where it is not proven."""
    if loss is None:
        return nothing
    words = level_words(loss.level)
    more = "多" if words.sense == "min" else "少"
    sure = "" if loss.proven else "（未证明）"
    return f"{words.name_zh}{more} {number_zh(loss.amount, decimals_of(loss.level))} {words.unit_zh}{sure}"


def picks_zh(picks: tuple[CurvePick, ...]) -> str:
    """Picks in one cell."""
    return "；".join(pick.text_zh for pick in picks)


def knee_step(curve: BudgetCurve) -> str:
    """What the step after the knee brings, against the step before it."""
    if curve.knee_cny is None:
        return DASH
    before = next((m for m in curve.marginals if m.to_cny == curve.knee_cny), None)
    after = next((m for m in curve.marginals if m.from_cny == curve.knee_cny), None)
    if before is None or after is None:
        return DASH
    words, level = level_words(curve.knee_level), curve.knee_level
    return (
        f"{words.name_zh}每万元：拐点前一步 {number_zh(before.gains_per_10k[level], 1)} {words.unit_zh}，"
        f"后一步 {number_zh(after.gains_per_10k[level], 1)} {words.unit_zh}"
    )
