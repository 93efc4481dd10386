"""``siting gaps``: what circles lack, without solving anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scenarios.faults import FaultError
from siting.batch import RunOutcome
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
from siting.cli.report import bad_input, batch_plain, tell_all
from siting.cli.run import make_folder
from siting.cli.screen import print_json, safe, stdout
from siting.cli.targets import Options, jobs_for
from siting.cli.watch import watched_batch
from siting.outputs.words import SEGMENTS_ZH, number_zh, plan_says_zh
from siting.tasks import gaps_one


def gaps(
    targets: Targets = None,
    every: All = False,
    scenario: ScenarioText = DEFAULT_SCENARIO,
    sets: Sets = None,
    out: Out = DEFAULT_OUT,
    jobs: Jobs = None,
    cluster: Cluster = None,
    seed: Seed = 0,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """业态缺口：有什么、该有多少、缺什么、多少居民步行可达，并与规划文件对照。

    例：siting gaps 光明
    """
    talk = Talk(json, quiet, verbose)
    try:
        work = jobs_for(targets or (), every, Options(scenario, tuple(sets or ()), out, seed), writes=False)
    except FaultError as error:
        return bad_input("gaps", error, talk)
    if any(not isinstance(job.source, Path) for job in work):
        make_folder(out)
    outcomes = watched_batch(work, gaps_one, jobs, talk, "缺口", cluster)
    code = tell_all(outcomes, talk)
    if talk.json:
        print_json(batch_plain("gaps", outcomes, code, [_plain(o) for o in outcomes]))
        return code
    for outcome in outcomes:
        if outcome.report is not None:
            _table(outcome, outcome.report)
    return code


def _plain(outcome: RunOutcome) -> dict[str, Any]:
    head = {
        "circle": outcome.circle_id,
        "name": outcome.name,
        "status": outcome.status,
        "exit_code": outcome.exit_code,
        "message": outcome.message_zh,
        "faults": [fault.as_dict() for fault in outcome.faults],
    }
    report = outcome.report or {}
    return (
        head | {k: v for k, v in report.items() if k not in ("circle_id", "circle_name")} | {"notes": _notes(outcome)}
    )


def _notes(outcome: RunOutcome) -> list[str]:
    return [*outcome.notes, *(outcome.report or {}).get("notes", ())]


def _table(outcome: RunOutcome, report: dict[str, Any]) -> None:
    from rich.table import Table

    console = stdout()
    table = Table(title=safe(f"{outcome.circle_id} {outcome.name}　居民 {report['residents']:,.0f} 人"))
    table.title_justify = "left"
    table.add_column("业态", no_wrap=True)
    table.add_column("状态", no_wrap=True)
    for heading in ("现有", "应有", "缺少", "半径（米）"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("人群", no_wrap=True)
    table.add_column("可达率", justify="right", no_wrap=True)
    table.add_column("规划", no_wrap=True)
    table.add_column("一致", no_wrap=True)
    for row in report["rows"]:
        table.add_row(*(safe(v) for v in _row(row)))
    console.print(table)
    complete = report["basic_complete_share"]
    console.print(f"基本保障类业态齐备率 {complete:.1%}。" if complete is not None else "")
    for text in report["contradictions"]:
        console.print(safe(f"· 规划文件前后矛盾：{text}"))
    for text in _notes(outcome):
        console.print(safe(f"· {text}"))


def _row(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        row["name_zh"],
        row["status_zh"],
        str(row["outlets"]),
        str(row["required"]),
        row["status_zh"] if row["status"] == "unknown" else str(row["missing_outlets"]),
        number_zh(row["reach_m"]),
        SEGMENTS_ZH.get(row["segment"], row["segment"]),
        f"{'≥' if row['status'] == 'unknown' else ''}{row['share_in_reach']:.1%}",
        plan_says_zh(row["plan_says"], row["priority"]),
        {True: "是", False: "否", None: ""}[row["agrees"]],
    )
