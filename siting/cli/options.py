"""Arguments and options that commands share."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from siting.cli.completion import circles_like, scenarios_like

DEFAULT_SCENARIO = "base"
DEFAULT_OUT = Path("results")
_TOO_LARGE = 2**31
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")


def _not_negative(text: str | float) -> float:
    try:
        value = float(text)
    except ValueError:
        raise typer.BadParameter(f"“{text}”不是数。") from None
    if not (math.isfinite(value) and value >= 0):
        raise typer.BadParameter(f"“{text}”须为不小于 0 的数。")
    return value


def _share(text: str | float) -> float:
    """``1%`` or ``0.01``; full-width percent signs too."""
    words = str(text).strip().replace("％", "%")
    percent = words.endswith("%")
    value = _not_negative(words.removesuffix("%").strip()) / (100.0 if percent else 1.0)
    if value > 1:
        raise typer.BadParameter(f"“{text}”须在 0 到 100% 之间，如 1% 或 0.01。")
    return value


def _whole(text: str | int, least: int) -> int:
    try:
        value = int(text)
    except ValueError:
        raise typer.BadParameter(f"“{text}”不是整数。") from None
    if not least <= value < _TOO_LARGE:
        raise typer.BadParameter(f"“{text}”须为 {least} 到 {_TOO_LARGE - 1} 之间的整数。")
    return value


def _count(text: str | int) -> int:
    return _whole(text, 1)


def _natural(text: str | int) -> int:
    return _whole(text, 0)


def _on_this_machine(path: Path) -> Path:
    """An address would become a folder that is named after it, login and all."""
    if _ADDRESS.match(str(path)):
        raise typer.BadParameter("结果只能写到文件夹里，不能写到网址；写进 PostGIS 用 --to-postgis。")
    return path


def year(text: str | int) -> int:
    """A calendar year, four digits."""
    value = _whole(text, 1)
    if not 1900 <= value <= 2199:
        raise typer.BadParameter(f"“{text}”不是四位年份，如 2025。")
    return value


Targets = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="文件夹|生活圈…",
        help="工作区文件夹（含 circle.toml），或试点生活圈的编号、名称、名称的一部分（如 C10、光明）。",
        show_default=False,
        autocompletion=circles_like,
    ),
]
All = Annotated[bool, typer.Option("--all", help="全部 11 个试点生活圈。")]
ScenarioText = Annotated[
    str,
    typer.Option(
        "--scenario",
        "-s",
        metavar="情景",
        help="情景名、TOML 文件，或用 + 连接的几个（默认 base）。",
        autocompletion=scenarios_like,
    ),
]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="键=值", help="改一个情景值，如 budget.capital_cny=3000000；可重复。"),
]
Out = Annotated[
    Path, typer.Option("--out", metavar="文件夹", help="结果放在哪里（默认 results）。", callback=_on_this_machine)
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", "-j", metavar="N", parser=_count, help="同时计算几个生活圈（默认按 CPU 数）。"),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="地址",
        help="在 Dask 集群上算，如 tcp://10.0.0.5:8786；输入和结果须在各机同一路径的共享文件夹里。",
    ),
]
Solver = Annotated[
    str | None,
    typer.Option(
        "--solver",
        metavar="名称",
        help="求解器：highs、large、auto（按规模选前两者）、cpsat、cbc，或 PuLP 能驱动的其他求解器。",
    ),
]
TimeLimit = Annotated[
    float | None,
    typer.Option("--time-limit", metavar="秒", parser=_not_negative, help="每级目标的求解时限。"),
]
MipGap = Annotated[
    float | None,
    typer.Option("--mip-gap", metavar="间隙", parser=_not_negative, help="要求的最优性间隙，如 0.001。"),
]
Committed = Annotated[
    Path | None,
    typer.Option(
        "--committed",
        metavar="年度计划.xlsx",
        help="siting plan 写出、可已修改的年度建设计划：其中已定的项目照办，取消的不建，改价的按新价。",
    ),
]
Alternatives = Annotated[
    int,
    typer.Option(
        "--alternatives",
        metavar="N",
        parser=_natural,
        help="另找 N 个差不多一样好、点位尽量不同的方案（默认 0），写进“备选方案”。",
    ),
]
Within = Annotated[
    float,
    typer.Option(
        "--within", metavar="比例", parser=_share, help="“差不多”：每级目标都不差这么多以上，如 1% 或 0.01（默认 1%）。"
    ),
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", parser=_natural, help="随机种子（默认 0）。")]
Json = Annotated[bool, typer.Option("--json", help="标准输出只打印一个 JSON 对象。")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="不显示进度与提示。")]
Again = Annotated[bool, typer.Option("--again", help="已完成的也重算。")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="显示更多：提醒、出错位置。")]


@dataclass(frozen=True)
class Talk:
    """How much to say, and in which form."""

    json: bool = False
    quiet: bool = False
    verbose: bool = False
