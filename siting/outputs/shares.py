"""The assignment types of a run as plain data: run.json's ``assignment``, with names, sums and differences."""

from __future__ import annotations

from typing import Any

from siting.assigned import AssignmentReport, StaticLevel
from siting.bundle import ResultBundle
from siting.outputs.place import type_name
from siting.outputs.plain import plain
from siting.outputs.words import level_words, number_zh


def assignment_plain(bundle: ResultBundle) -> dict[str, Any] | None:
    """None where no type is assigned."""
    report = bundle.assignment
    if report is None:
        return None
    return {
        "types": [
            plain(one) | {"type_zh": type_name(bundle, one.type_id), "left_out": plain(one.left_out)}
            for one in report.types
        ],
        "outlets": [
            plain(one) | {"type_zh": type_name(bundle, one.type_id), "users": plain(one.users)}
            for one in report.outlets
        ],
        "parts": [plain(part) for part in report.parts],
        "levels": [plain(level) | {"loss": plain(level.loss), "loss_zh": loss_zh(level)} for level in report.levels],
        "static_note_zh": report.static_note_zh,
        "summary_zh": list(summary_zh(bundle, report)),
    }


def loss_zh(level: StaticLevel) -> str:
    """``按分配规则比静态规则少 12 人次``, with 未证明 where one of the two values is not proven."""
    words = level_words(level.name)
    unit = f" {words.unit_zh}" if words.unit_zh else ""
    text = number_zh(abs(level.loss), words.decimals)
    proof = "" if level.proven else "（未证明）"
    if float(text.replace(",", "")) == 0:
        return f"与静态规则相同{proof}"
    lower = (level.loss > 0) == (level.sense == "max")
    return f"按分配规则比静态规则{'少' if lower else '多'} {text}{unit}{proof}"


def summary_zh(bundle: ResultBundle, report: AssignmentReport) -> tuple[str, ...]:
    """One sentence a type: what the static rule would call covered, what its plan would serve, what this one serves."""
    said = []
    for one in report.types:
        name = type_name(bundle, one.type_id)
        text = f"{name}：本方案步行可达的新增居民 {one.in_reach:,.0f} 人，可服务 {one.served:,.0f} 人"
        if one.static_in_reach is not None and one.static_served is not None:
            text += (
                f"；按静态规则选址，账面覆盖 {one.static_in_reach:,.0f} 人，容量算进去只够 {one.static_served:,.0f} 人"
                f"（按分配规则比静态规则{_by(one.static_in_reach - one.served)}）"
            )
        said.append(text)
    return tuple(said)


def _by(less: float) -> str:
    if abs(less) < 0.5:
        return "覆盖相同"
    return f"{'少' if less > 0 else '多'}覆盖 {abs(less):,.0f} 人"
