"""``siting check``: read workspaces and say everything that is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scenarios.faults import FaultError, Severity
from siting.batch import RunOutcome
from siting.cli.options import (
    DEFAULT_OUT,
    DEFAULT_SCENARIO,
    All,
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
from siting.cli.report import bad_input, batch_status, tell
from siting.cli.run import make_folder
from siting.cli.screen import log, print_json, safe, stdout
from siting.cli.targets import Options, jobs_for
from siting.cli.watch import watched_batch
from siting.failures import worst
from siting.outputs.words import number_zh
from siting.tasks import check_one

_SHOWN_POINTS = 20


def check(
    targets: Targets = None,
    every: All = False,
    scenario: ScenarioText = DEFAULT_SCENARIO,
    sets: Sets = None,
    out: Out = DEFAULT_OUT,
    jobs: Jobs = None,
    seed: Seed = 0,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """检查工作区：一次说出所有错误与提醒（文件、工作表、行、列、怎么改）。"""
    talk = Talk(json, quiet, verbose=verbose or not quiet)
    try:
        work = jobs_for(targets or (), every, Options(scenario, tuple(sets or ()), out, seed), writes=False)
    except FaultError as error:
        return bad_input("check", error, talk)
    if any(not isinstance(job.source, Path) for job in work):
        make_folder(out)
    outcomes = watched_batch(work, check_one, jobs, talk, "检查")
    code = int(worst(o.exit_code for o in outcomes))
    for outcome in outcomes:
        tell(outcome, talk, len(outcomes) > 1)
    if talk.json:
        head = {"command": "check", "status": batch_status(outcomes, code), "exit_code": code}
        print_json(head | {"circles": [_plain(o) for o in outcomes], "faults": []})
        return code
    for outcome in outcomes:
        _say(outcome)
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
