"""Sweeps on screen: one table of at most 100 columns, a row for each point of each circle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from siting.batch import RunOutcome
from siting.cli.compare_tables import WIDTH, new_table, show
from siting.cli.screen import safe, stdout
from siting.outputs.words import DASH, gap_zh, level_words, number_zh
from siting.studies.sweep import Grid
from siting.studies.sweep.points import SHORT_ZH

_FIGURES_ZH = ("补齐", "新增覆盖", "总投入", "点位", "网点", "搭载")
_LEGEND_ZH = "新增覆盖：人次；总投入：元。＝ 沿用更宽的点的方案；∴ 由更宽的点已无解推出。"
_ORIGIN_MARK = {"solved": "", "reused": "＝", "implied": "∴"}


def print_sweeps(outcomes: Sequence[RunOutcome], grid: Grid) -> None:
    """The table, what its marks mean, and the notes."""
    sweeps = [outcome.report for outcome in outcomes if outcome.report is not None]
    if not sweeps:
        return
    console = stdout()
    several = len(sweeps) > 1
    axes = [axis["name_zh"] for axis in sweeps[0]["axes"]]
    titled = "；".join(f"{axis['name_zh']} {axis['key']}" for axis in sweeps[0]["axes"])
    circle = "" if several else f"{sweeps[0]['circle_id']} {sweeps[0]['circle_name']}，"
    heads = [
        *(["生活圈"] if several else []),
        *axes,
        "状态（间隙）",
        *_FIGURES_ZH,
    ]
    table = new_table(f"参数扫描：{circle}{titled}", heads, range(len(heads) - len(_FIGURES_ZH), len(heads)))
    for found in sweeps:
        for point in found["points"]:
            who = [found["circle_id"]] if several else []
            table.add_row(*map(safe, [*who, *point["values_zh"], _status(point), *_figures(point)]))
    show(console, table)
    console.print(_LEGEND_ZH, width=min(WIDTH, console.width))
    for note in dict.fromkeys(note for outcome in outcomes for note in outcome.notes):
        console.print(safe(f"· {note}"), soft_wrap=True)
    if len(grid.axes) == 2 and not several:
        _cross(console, sweeps[0])


def _status(point: dict[str, Any]) -> str:
    """How the point ended; the largest gap of a proven one, the first level that is not proven of another."""
    text: str = _ORIGIN_MARK[point["origin"]] + SHORT_ZH.get(point["status"], point["status_zh"])
    if point["measures"] is None or not point["levels"]:
        return text
    open_level = next((level for level in point["levels"] if level["status"] != "optimal"), None)
    if open_level is not None:
        short = level_words(open_level["name"]).short_zh
        return f"{text}（{short}起未证明，{gap_zh(open_level['mip_gap'])}）"
    worst = max(level["mip_gap"] or 0.0 for level in point["levels"])
    return f"{text}（{gap_zh(worst)}）" if worst else text


def _figures(point: dict[str, Any]) -> list[str]:
    values = point["measures"]
    if values is None:
        return [DASH] * 6
    keys = ("residents_newly_covered", "cost_cny", "sites_used", "outlets_opened", "addons")
    filled = f"{values['missing_types_filled']:.0f}/{point['missing_types_total']}"
    return [filled, *(number_zh(values[key]) for key in keys)]


def _cross(console: Any, found: dict[str, Any]) -> None:
    """Newly covered residents, the first parameter down and the second across, where it fits."""
    down, across = found["axes"]
    if len(across["values_zh"]) > 7:
        return
    heads = [f"{down['name_zh']} ＼ {across['name_zh']}", *across["values_zh"]]
    table = new_table("交叉表：新增覆盖（人次）", heads, range(1, len(heads)))
    points = {tuple(point["steps"]): point for point in found["points"]}
    for n, text in enumerate(down["values_zh"]):
        row = [points[(n, m)] for m in range(len(across["values_zh"]))]
        cells = [
            SHORT_ZH[p["status"]] if p["measures"] is None else number_zh(p["measures"]["residents_newly_covered"])
            for p in row
        ]
        table.add_row(*map(safe, [text, *cells]))
    show(console, table)
