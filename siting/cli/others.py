"""What else there is, on the screen: where the types of a refused room go, and the alternatives that were asked for."""

from __future__ import annotations

from typing import Any

from siting.batch import RunOutcome
from siting.cli.screen import safe, stdout


def other_lines(outcome: RunOutcome) -> None:
    """Fallbacks and alternatives of one circle, on standard output."""
    if outcome.fallbacks:
        _fallbacks(outcome.fallbacks)
    if outcome.alternatives is not None:
        _alternatives(outcome.alternatives)


def _fallbacks(sites: tuple[dict[str, Any], ...]) -> None:
    from rich.table import Table

    table = Table(title="业主不同意怎么办（备用点位）", title_justify="left")
    for heading in ("谈不下来的点位", "业态改放到哪里", "整个方案的损失", "证明"):
        table.add_column(heading, overflow="fold")
    for site in sites:
        moves = "\n".join(f"{move['type_zh']} → {move['to_zh']}" for move in site["moves"])
        proof = "已证明" if site["proven"] else "未证明"
        table.add_row(safe(site["site_zh"]), safe(moves), safe(site["losses_zh"]), proof)
    stdout().print(table)


def _alternatives(told: dict[str, Any]) -> None:
    console = stdout()
    for sentence in told["summary_zh"]:
        console.print(safe(sentence), soft_wrap=True)
    for plan in told["plans"]:
        console.print(safe(f"备选方案 {plan['number']}：{plan['difference_zh']}"), soft_wrap=True)
        for site in plan["enters"]:
            console.print(safe(f"  换进 {site['site_zh']}：{site['types_zh']}"), soft_wrap=True)
        if plan["leaves"]:
            leaving = "、".join(site["site_zh"] for site in plan["leaves"])
            console.print(safe(f"  换出 {leaving}"), soft_wrap=True)
        console.print(safe(f"  与推荐方案比：{plan['losses_zh']}"), soft_wrap=True)
