"""Robustness on screen: plans by futures, what robustness costs, the surest places."""

from __future__ import annotations

import math
from typing import Any

from siting.cli.compare_tables import WIDTH, new_table, show
from siting.cli.screen import safe, stdout
from siting.outputs.words import DASH, level_words, number_zh

_TOP_PLACES = 12
_PLANS = ("today", "expected", "worst")


def print_robust(report: dict[str, Any]) -> None:
    """Three tables and the notes of one circle."""
    console = stdout()
    plans = {plan["key"]: plan for plan in report["plans"]}
    heads = [plans[key]["title_zh"].partition("（")[0] for key in _PLANS]
    _lawful(console, report, plans, heads)
    _levels(console, report, plans, heads)
    _places(console, report, heads)
    for note in report["notes"]:
        console.print(safe(f"· {note}"), width=min(WIDTH, console.width))


def _lawful(console: Any, report: dict[str, Any], plans: dict[str, Any], heads: list[str]) -> None:
    title = f"{report['circle']} {report['name']}：三个方案放到各情形里"
    table = new_table(title, ["情形", "改变了什么", *heads])
    for n, future in enumerate(report["futures"]):
        cells = [_lawful_zh(plans[key]["by_future"][n]) for key in _PLANS]
        table.add_row(*map(safe, [future["title_zh"], "；".join(future["changes_zh"]), *cells]))
    show(console, table)


def _lawful_zh(there: dict[str, Any]) -> str:
    return "合规" if there["lawful"] else f"不合规：{'；'.join(there['reasons_zh'])}"


def _levels(console: Any, report: dict[str, Any], plans: dict[str, Any], heads: list[str]) -> None:
    first = report["futures"][0]["title_zh"]
    columns = ["目标", f"{heads[0]}：{first}"]
    columns += [f"{head}：{what}" for head in heads[1:] for what in ("期望", "最大遗憾")]
    table = new_table("稳健的代价与收益", columns, range(1, len(columns)))
    for level in report["levels"]:
        words = level_words(level)
        numbers = [plans["today"]["by_future"][0]["values"][level]]
        for key in _PLANS[1:]:
            numbers += [_of(plans[key]["expected"], level), _of(plans[key]["largest_regret"], level)]
        decimals = 1 if level == "missing_types" else words.decimals
        table.add_row(safe(f"{words.name_zh}（{words.unit_zh}）"), *(number_zh(v, decimals) for v in numbers))
    show(console, table)


def _of(values: dict[str, float] | None, level: str) -> float | None:
    return None if values is None else values[level]


def _places(console: Any, report: dict[str, Any], heads: list[str]) -> None:
    shown = report["places"][:_TOP_PLACES]
    more = f"（前 {len(shown)} 处，共 {len(report['places'])} 处）" if len(report["places"]) > len(shown) else ""
    table = new_table(f"最有把握的点位{more}", ["点位", "频次", *heads[1:], heads[0], "业态（频次）"], (1,))
    for place in shown:
        marks = ["√" if place[key] else "" for key in ("in_expected", "in_worst", "in_today")]
        types = "、".join(f"{t['type_zh']} {_share(t['frequency'])}" for t in place["types"])
        table.add_row(*map(safe, [place["place_zh"], _share(place["frequency"]), *marks, types]))
    show(console, table)


def _share(value: float | None) -> str:
    return DASH if value is None or not math.isfinite(value) else f"{value:.0%}"
