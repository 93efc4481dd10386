"""The budget curve on screen: a row a budget, thresholds of missing outlets, and one row a circle for a batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from siting.cli.compare_tables import new_table, show
from siting.cli.screen import safe, stdout
from siting.outputs.words import DASH, gap_zh, level_status_zh, level_words, number_zh

_ENDED_ZH = {"infeasible": "无方案", "no_solution": "限时内无解"}


def print_curve(curve: dict[str, Any]) -> None:
    """Curve, thresholds, knee and notes of one circle, on standard output."""
    console = stdout()
    show(console, _points(curve))
    show(console, _thresholds(curve))
    for text in (curve["knee_zh"], *curve["notes"]):
        console.print(safe(f"· {text}"), soft_wrap=True)


def _points(curve: dict[str, Any]) -> Any:
    level = level_words(curve["knee_level"])
    what = f"预算、投入：万元；方案：{level.name_zh}（{level.unit_zh}）"
    title = f"{curve['circle']['id']} {curve['circle']['name']}：预算曲线（{what}）"
    headings = ["预算", "投入", "补齐", "自由方案", "再多每万元", "向前嵌套", "倒推嵌套", "证明"]
    table = new_table(title, headings, range(7))
    after = {m["from_cny"]: m["gains_per_10k"][curve["knee_level"]] for m in curve["marginals"]}
    for point in curve["points"]:
        plan = point["free_plan"]
        knee = "拐点 " if point["budget_cny"] == curve["knee_cny"] else ""
        table.add_row(
            knee + _ten_thousands(point["budget_cny"]),
            _ten_thousands(plan["cost_cny"]),
            number_zh(plan["missing_types_filled"]),
            _value(curve, plan, plan),
            number_zh(after.get(point["budget_cny"]), 1),
            _value(curve, point["nested_plan"], plan),
            _value(curve, point["backward_plan"], plan),
            _proof([point[f"{kind}_plan"] for kind in ("free", "nested", "backward")]),
        )
    return table


def _value(curve: dict[str, Any], plan: dict[str, Any], free: dict[str, Any]) -> str:
    """The level of the knee; the missing outlets filled too, where they are not those of the free plan."""
    level = curve["knee_level"]
    found = next((v["incumbent"] for v in plan["levels"] if v["name"] == level and v["incumbent"] is not None), None)
    filled = plan["missing_types_filled"]
    other = filled is not None and filled != free["missing_types_filled"]
    return number_zh(found, level_words(level).decimals) + (f"（补{filled}）" if other else "")


def _proof(plans: Sequence[dict[str, Any]]) -> str:
    """最优 where all three plans are proven; else how the others ended."""
    ended = dict.fromkeys(_ended(plan) for plan in plans if plan["status"] != "optimal")
    return "；".join(ended) or "最优"


def _ended(plan: dict[str, Any]) -> str:
    if plan["status"] in _ENDED_ZH:
        return _ENDED_ZH[plan["status"]]
    gaps = [v["mip_gap"] for v in plan["levels"]]
    return f"间隙 {gap_zh(None if None in gaps else max(gaps, default=0.0))}"


def _thresholds(curve: dict[str, Any]) -> Any:
    title = f"补缺门槛：每多补一个至少要多少钱（缺 {curve['missing_total']} 个，最多能补 {curve['most_filled']} 个）"
    table = new_table(title, ["补齐（个）", "至少（元）", "比少补一个多（元）", "情景预算", "状态"], (0, 1, 2))
    for row in curve["thresholds"]:
        table.add_row(
            number_zh(row["filled"]),
            number_zh(row["cost_cny"]),
            number_zh(row["extra_cny"]),
            "够" if row["within_budget"] else "不够",
            level_status_zh(row["status"], row["mip_gap"]),
        )
    return table


def print_knees(curves: Sequence[dict[str, Any]]) -> None:
    """One row a circle: its range, knee and ends, on standard output."""
    headings = ["生活圈", "点数", "拐点", "补齐", "新增覆盖", "向前有代价", "倒推有代价", "证明"]
    title = "预算曲线（拐点：万元；补齐（个）、新增覆盖（人次）：最大预算的自由方案；有代价：嵌套比自由差的点）"
    table = new_table(title, headings, range(1, 7))
    for curve in curves:
        last = curve["points"][-1]
        lost = [sum(point[key] is not None for point in curve["points"]) for key in ("nested_loss", "backward_loss")]
        table.add_row(
            safe(f"{curve['circle']['id']} {curve['circle']['name']}"),
            str(len(curve["points"])),
            _ten_thousands(curve["knee_cny"]) if curve["knee_cny"] is not None else "无",
            f"{number_zh(last['free_plan']['missing_types_filled'])}/{curve['missing_total']}",
            number_zh(last["free"]),
            *(f"{count} 点" for count in lost),
            "最优" if curve["status"] == "optimal" else "有的点未证明",
        )
    show(stdout(), table)


def _ten_thousands(money_cny: float | None) -> str:
    return DASH if money_cny is None else number_zh(money_cny / 1e4, 2).rstrip("0").rstrip(".")
