"""``siting check``: read workspaces and say everything that is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from scenarios.faults import FaultError, Severity
from siting.batch import RunOutcome
from siting.cli.marking import mark_copy
from siting.cli.options import (
    DEFAULT_OUT,
    DEFAULT_SCENARIO,
    All,
    Cluster,
    Jobs,
    Json,
    Out,
    Quiet,
    ScenarioText,
    Seed,
    Sets,
    Talk,
    Targets,
    Verbose,
)
from siting.cli.report import bad_input, batch_plain, print_faults, tell_all
from siting.cli.run import make_folder
from siting.cli.screen import log, print_json, safe, stdout
from siting.cli.targets import Options, jobs_for
from siting.cli.watch import watched_batch
from siting.failures import ExitCode
from siting.outputs.words import number_zh
from siting.tasks import check_one

_SHOWN_POINTS = 20
Marked = Annotated[
    Path | None,
    typer.Option("--marked", metavar="文件", help="标注副本写到哪里（默认在 survey.xlsx 旁，有错时才写）。"),
]


def check(
    targets: Targets = None,
    every: All = False,
    scenario: ScenarioText = DEFAULT_SCENARIO,
    sets: Sets = None,
    out: Out = DEFAULT_OUT,
    jobs: Jobs = None,
    cluster: Cluster = None,
    seed: Seed = 0,
    marked: Marked = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """检查工作区：一次说出所有错误与提醒（文件、工作表、行、列、怎么改）。

    survey.xlsx 有错时，另存一份 survey.检查.xlsx：错的格子涂色、带批注，并有问题清单。例：siting check 我的社区
    """
    talk = Talk(json, quiet, verbose=verbose or not quiet)
    try:
        work = jobs_for(targets or (), every, Options(scenario, tuple(sets or ()), out, seed), writes=False)
    except FaultError as error:
        return bad_input("check", error, talk)
    if marked is not None and (len(work) != 1 or not isinstance(work[0].source, Path)):
        raise typer.BadParameter("--marked 只能与一个工作区文件夹一起用。")
    if any(not isinstance(job.source, Path) for job in work):
        make_folder(out)
    outcomes = watched_batch(work, check_one, jobs, talk, "检查", cluster)
    code = tell_all(outcomes, talk)
    copies = [mark_copy(job, outcome, marked) for job, outcome in zip(work, outcomes, strict=True)]
    faults = [fault for copy in copies for fault in copy.faults]
    print_faults(faults, talk)
    code = max(code, int(ExitCode.BAD_INPUT)) if any(f.severity is Severity.ERROR for f in faults) else code
    if talk.json:
        circles = [
            _plain(o) | {"marked": str(c.path) if c.path else None} for o, c in zip(outcomes, copies, strict=True)
        ]
        told = batch_plain("check", outcomes, code, circles)
        print_json(told | {"faults": [fault.as_dict() for fault in faults]})
        return code
    for outcome, copy in zip(outcomes, copies, strict=True):
        _say(outcome)
        if copy.path is not None:
            line = f"  已把问题标在副本里：{copy.path}（标了 {copy.cells} 处，错误涂红，提醒涂黄）"
            stdout().print(safe(line), soft_wrap=True)
    log("检查完毕。", quiet=quiet or bool(code))
    return code


def _plain(outcome: RunOutcome) -> dict[str, Any]:
    return {
        "circle": outcome.circle_id,
        "name": outcome.name,
        "status": outcome.status,
        "exit_code": outcome.exit_code,
        "message": outcome.message_zh,
        "faults": [fault.as_dict() for fault in outcome.faults],
        "figures": outcome.report,
    }


def _say(outcome: RunOutcome) -> None:
    console = stdout()
    warnings = sum(1 for f in outcome.faults if f.severity is Severity.WARNING)
    figures = outcome.report
    if figures is None:
        console.print(safe(f"{outcome.circle_id} {outcome.name}：未通过，{outcome.message_zh}。"))
        return
    console.print(safe(f"{outcome.circle_id} {outcome.name}：通过，提醒 {warnings} 条。"))
    console.print(
        f"  居民点 {figures['demand_points']:,} 个，居民 {number_zh(figures['residents'])} 人；"
        f"现有网点 {figures['outlets']:,} 个；候选点 {figures['sites']:,} 个。"
    )
    if figures["crs"]:
        console.print(safe(f"  坐标已换算到 {figures['crs']}（{figures['crs_name']}），单位米。"))
    if figures["street_km"] is not None:
        console.print(
            f"  道路 {number_zh(figures['street_km'], 1)} 千米，连通片 {figures['street_components']} 个；"
            f"接入距离中位 {number_zh(figures['access_m_median'])} 米，最远 {number_zh(figures['access_m_max'])} 米。"
        )
    cut_off = figures["cut_off"]
    for point, reason in list(cut_off.items())[:_SHOWN_POINTS]:
        console.print(safe(f"  · {point}：{reason}"))
    if len(cut_off) > _SHOWN_POINTS:
        console.print(f"  · …… 另有 {len(cut_off) - _SHOWN_POINTS} 个点接不上道路。")
